"""Mappings that can be chosen by name: the product's, and those that the administrator has put beside the uploads."""

import logging
from collections.abc import Iterator
from pathlib import Path

from seed.importers.mapping import MappingError, load_mapping, mapping_names

_LOG = logging.getLogger(__name__)


def own_mappings(folder: Path) -> dict[str, Path]:
    """The mappings that the administrator has put beside the uploads, by name."""
    return {path.stem: path for path in sorted((folder / "mappings").glob("*.toml"))}


def ready_mappings(folder: Path) -> Iterator[dict[str, str]]:
    """Name, source and place of each mapping that can be used."""
    ready: dict[str, str | Path] = {**{name: name for name in mapping_names()}, **own_mappings(folder)}
    for name, given in ready.items():
        try:
            mapping = load_mapping(given)
        except MappingError as error:
            _LOG.warning("a mapping is left out: %s", error)
            continue
        source, place = mapping.source, mapping.place
        yield {
            "name": name,
            "source_zh": source.name_zh,
            "source_en": source.name_en,
            "place_zh": place.name_zh,
            "place_en": place.name_en,
        }
