"""Which column or property of a file of areas means what: by options, by a TOML file, else by its usual name."""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from seed.store import StoreError

#: What an area has, and the names under which files usually give it. A value that begins with = holds for all rows.
FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "code": ("code", "adcode", "area_code", "编码", "网格编码", "代码", "TAZID", "id", "ID", "OBJECTID"),
    "name_zh": ("name_zh", "name", "名称", "网格名称", "NAME", "Name"),
    "name_en": ("name_en", "英文名"),
    "short_name": ("short_name", "简称"),
    "level": ("level", "层级", "级别"),
    "kind": ("kind", "类型", "网格类型"),
    "parent": ("parent", "parent_code", "上级", "上级编码", "所属社区"),
    "population": ("population", "人口", "人口数"),
    "valid_from": ("valid_from", "启用日期"),
    "valid_to": ("valid_to", "停用日期"),
    "aliases": ("aliases", "别名"),
    "boundary": ("boundary", "geometry", "geojson", "wkt", "边界"),
}
LEVELS: Final = ("city", "district", "subdistrict", "street", "community", "grid", "micro_grid")


def load_fields(options: Mapping[str, str], file: Path | None) -> dict[str, str]:
    """Field → column, from a TOML file (its table [areas]) and the options, which go first. Raises StoreError."""
    told: dict[str, Any] = {}
    if file is not None:
        try:
            told = tomllib.loads(file.read_text(encoding="utf-8")).get("areas", {})
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise StoreError(f"{file.name} is not TOML: {error}") from error
    told |= {name: column for name, column in options.items() if column}
    unknown = sorted(set(told) - set(FIELDS))
    if unknown:
        raise StoreError(f"an area has no field {unknown[0]}; there are {', '.join(FIELDS)}")
    return {name: str(column) for name, column in told.items()}


def with_guesses(told: Mapping[str, str], columns: Mapping[str, None]) -> tuple[dict[str, str], list[str]]:
    """The fields with those of usual names added, and a sentence for each that was guessed. Raises StoreError."""
    found, said = dict(told), list[str]()
    for name, usual in FIELDS.items():
        if name in found:
            if not found[name].startswith("=") and found[name] not in columns:
                raise StoreError(f"the file has no column {found[name]!r} for {name}; it has {', '.join(columns)}")
            continue
        guess = next((each for each in usual if each in columns and each not in found.values()), None)
        if guess is not None:
            found[name] = guess
            said.append(f"{name} is read from {guess}")
    if "code" not in found:
        raise StoreError(f"no column is known to hold the code: name it with --code, one of {', '.join(columns)}")
    return found, said


def text(value: Any) -> str:
    """A cell as text: 642.0 is 642."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def day(value: str, what: str) -> date | None:
    """A date in ISO form, None for none. Raises StoreError."""
    if not value:
        return None
    try:
        return date.fromisoformat(value.replace("/", "-")[:10])
    except ValueError:
        raise StoreError(f"{what} is {value!r}, which is no date such as 2026-01-01") from None
