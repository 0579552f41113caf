"""Keeps the catalogues: ``python -m dashboard.locale`` extracts, merges and compiles; ``--check`` only compares.

English is the language of the messages themselves, so its catalogue is filled from them; every other one has to be
complete.
"""

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from dashboard.text import CATALOGUES, DOMAIN, LOCALES

_KEYWORDS = {"words": None, "many": (1, 2), "self": None}


def template() -> Catalog:
    """All messages in the code of the dashboard."""
    catalogue = Catalog(project="grid-governance-dashboard", fuzzy=False)
    found = extract_from_dir(CATALOGUES.parent, method_map=[("**.py", "python")], keywords=_KEYWORDS)
    for _, _, message, _, _ in found:
        catalogue.add(message)
    return catalogue


def po_path(locale: str) -> Path:
    """Where a locale's catalogue lies."""
    return CATALOGUES / locale / "LC_MESSAGES" / f"{DOMAIN}.po"


def merged(locale: str, messages: Catalog) -> Catalog:
    """The locale's catalogue with the code's messages: new ones empty (English ones filled), old ones gone."""
    old = Catalog(locale=locale)
    if po_path(locale).exists():
        with po_path(locale).open("rb") as file:
            old = read_po(file, locale=locale, domain=DOMAIN)
    fresh = Catalog(locale=locale, project="grid-governance-dashboard", fuzzy=False)
    for message in messages:
        if not message.id:
            continue
        known = old.get(message.id)
        said = known.string if known is not None else ""
        if not _is_filled(said) and locale.startswith("en"):
            said = message.id
        fresh.add(message.id, said)
    return fresh


def written(catalogue: Catalog) -> bytes:
    """A catalogue as a .po file, sorted, without places and dates, so that it changes only with its words."""
    buffer = BytesIO()
    write_po(buffer, catalogue, no_location=True, sort_output=True, omit_header=False, width=120)
    kept = [line for line in buffer.getvalue().split(b"\n") if b"-Date:" not in line and b"Translator:" not in line]
    return b"\n".join(kept)


def missing(locale: str) -> list[str]:
    """Messages of the code that the locale's catalogue does not hold or leaves empty."""
    catalogue = merged(locale, template())
    return [str(message.id) for message in catalogue if message.id and not _is_filled(message.string)]


def _is_filled(said: object) -> bool:
    return all(said) if isinstance(said, tuple | list) else bool(said)


def main(arguments: list[str]) -> int:
    """Bring the catalogues up to date, or with --check say what is missing; 1 if anything is."""
    messages = template()
    if "--check" not in arguments:
        for locale in LOCALES.values():
            catalogue = merged(locale, messages)
            po_path(locale).parent.mkdir(parents=True, exist_ok=True)
            po_path(locale).write_bytes(written(catalogue))
            with po_path(locale).open("rb") as source, po_path(locale).with_suffix(".mo").open("wb") as file:
                write_mo(file, read_po(source, locale=locale))
    lacking = {locale: missing(locale) for locale in LOCALES.values()}
    for locale, names in lacking.items():
        for name in names:
            sys.stderr.write(f"{locale}: {name}\n")
    return 1 if any(lacking.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
