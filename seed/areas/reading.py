"""Files of areas as rows: GeoJSON (a collection, a list or one feature) and CSV (GeoJSON or WKT in a column)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from queries.datum import Datum, to_wgs84
from seed.areas.fields import LEVELS, day, text, with_guesses
from seed.areas.rings import RingError, sound
from seed.importers.formats.base import BrokenRow, FileOptions
from seed.importers.formats.csv_file import CsvReader
from seed.store import StoreError

_MOST_BYTES: Final = 512 * 1024 * 1024
#: Properties by which exports of AutoNavi's district service are known: their degrees are GCJ-02.
_AUTONAVI: Final = {"adcode", "acroutes", "childrenNum", "subFeatureIndex"}


@dataclass
class FileArea:
    """An area as a file tells of it. ``parent``: a code, a name or an alias; "" for none."""

    row: int
    code: str
    name_zh: str
    name_en: str
    short_name: str
    level: str
    kind: str
    parent: str
    population: int | None
    valid_from: date | None
    valid_to: date | None
    aliases: tuple[str, ...]
    shape: BaseGeometry | None  # WGS84

    @property
    def label(self) -> str:
        """How a sentence names it."""
        return f"{self.name_zh} ({self.code})" if self.name_zh != self.code else self.code


@dataclass
class AreaFile:
    """What a file holds: raw geometries first, areas once the datum is known."""

    name: str
    rows: list[tuple[int, dict[str, Any], Any]]  # number, cells, geometry
    columns: dict[str, None]
    fields: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)  # what was guessed, a sentence each
    repairs: dict[str, list[str]] = field(default_factory=dict)  # what was put right, and on which areas
    refused: list[str] = field(default_factory=list)

    def own_datum(self) -> tuple[Datum, str] | None:
        """The datum that the file itself gives away, and by what; None where it does not."""
        for datum in Datum:
            if datum.value in self.name.lower().replace("-", ""):
                return datum, "its name says so"
        if len(_AUTONAVI & set(self.columns)) >= 2:
            return Datum.GCJ02, "its properties are those of AutoNavi's districts"
        return None

    def areas(self, datum: Datum) -> list[FileArea]:
        """The areas, boundaries turned into WGS84 and put right; fills ``repairs`` and ``refused``."""
        self.refused, self.repairs = [], {}
        found = [area for each in self.rows if (area := self._area(*each, datum)) is not None]
        twice = {area.code for area in found if sum(other.code == area.code for other in found) > 1}
        for code in sorted(twice):
            same = [area for area in found if area.code == code]
            if len({area.valid_from for area in same}) < len(same):
                self.refused.append(f"row {same[1].row}: the code {code} comes twice, first in row {same[0].row}")
        return found

    def _cell(self, cells: Mapping[str, Any], name: str) -> str:
        column = self.fields.get(name, "")
        return column[1:] if column.startswith("=") else text(cells.get(column))

    def _area(self, row: int, cells: dict[str, Any], geometry: Any, datum: Datum) -> FileArea | None:
        code = self._cell(cells, "code")
        if not code:
            self.refused.append(f"row {row}: has no code")
            return None
        name = self._cell(cells, "name_zh") or code
        level = self._cell(cells, "level")
        if level not in LEVELS:
            given = f"the level {level!r}" if level else "no level"
            self.refused.append(
                f"row {row}: {name} has {given}; give one with --level ={LEVELS[5]}, of {', '.join(LEVELS)}"
            )
            return None
        population = self._cell(cells, "population").replace(",", "")
        if population and not population.isdigit():
            self.refused.append(f"row {row}: {name} has the population {population!r}, which is no number")
            return None
        shape = None
        if geometry is not None:
            try:
                boundary = sound(geometry, lambda lon, lat: to_wgs84(lon, lat, datum))
            except RingError as error:
                self.refused.append(f"row {row}: {name} {error}")
                return None
            shape = boundary.shape
            for each in boundary.repairs:
                self.repairs.setdefault(each, []).append(name)
        return FileArea(
            row=row,
            code=code,
            name_zh=name,
            name_en=self._cell(cells, "name_en") or name,
            short_name=self._cell(cells, "short_name"),
            level=level,
            kind=self._cell(cells, "kind"),
            parent=self._cell(cells, "parent"),
            population=int(population) if population else None,
            valid_from=day(self._cell(cells, "valid_from"), f"row {row}: valid_from"),
            valid_to=day(self._cell(cells, "valid_to"), f"row {row}: valid_to"),
            aliases=tuple(each.strip() for each in self._cell(cells, "aliases").split(";") if each.strip()),
            shape=shape,
        )


def read(path: Path, told: Mapping[str, str]) -> AreaFile:
    """Read a file by its ending. Raises StoreError and ImportFileError for one that is none."""
    if path.stat().st_size > _MOST_BYTES:
        raise StoreError(f"{path.name} is larger than {_MOST_BYTES >> 20} MB")
    found = _csv(path, told) if path.suffix.lower() == ".csv" else _geojson(path)
    if not found.rows:
        raise StoreError(f"{path.name} holds no areas")
    found.fields, found.said = with_guesses(told, found.columns)
    return found


def _geojson(path: Path) -> AreaFile:
    try:
        whole = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise StoreError(f"{path.name} is not GeoJSON: {error}") from error
    features = _features(whole)
    if features is None:
        raise StoreError(f"{path.name} is not GeoJSON: it holds neither features nor a list of them")
    rows = []
    columns: dict[str, None] = {}
    for number, feature in enumerate(features, start=1):
        if not isinstance(feature, dict):
            raise StoreError(f"{path.name}: number {number} is no feature")
        cells = feature.get("properties") or {}
        if "id" in feature and "id" not in cells:
            cells = {**cells, "id": feature["id"]}
        columns |= dict.fromkeys(cells)
        rows.append((number, cells, feature.get("geometry")))
    return AreaFile(path.name, rows, columns)


def _features(whole: Any) -> list[Any] | None:
    if isinstance(whole, list):
        return [inner for each in whole for inner in (_features(each) or [each])]
    if isinstance(whole, dict) and whole.get("type") == "FeatureCollection" and isinstance(whole.get("features"), list):
        found: list[Any] = whole["features"]
        return found
    if isinstance(whole, dict) and whole.get("type") == "Feature":
        return [whole]
    return None


def _csv(path: Path, told: Mapping[str, str]) -> AreaFile:
    source = CsvReader(path, FileOptions()).cells()
    first = next(source, None)
    header = [] if first is None or isinstance(first, BrokenRow) else [name.strip() for name in first[1]]
    columns = dict.fromkeys(header)
    fields, _ = with_guesses(told, columns)
    at = fields.get("boundary")
    rows: list[tuple[int, dict[str, Any], Any]] = []
    for row in source:
        if isinstance(row, BrokenRow):
            raise StoreError(f"{path.name}, row {row.row}: cannot be read")
        number, line = row
        if len(line) != len(header):
            raise StoreError(f"{path.name}, row {number}: {len(line)} cells under a header of {len(header)}")
        cells: dict[str, Any] = dict(zip(header, line, strict=True))
        rows.append((number, cells, _geometry(cells.get(at, "").strip()) if at else None))
    return AreaFile(path.name, rows, columns)


def _geometry(cell: str) -> Any:
    """A cell of GeoJSON or WKT as a geometry; what is neither becomes none of a kind that is refused by name."""
    if not cell:
        return None
    try:
        if cell.startswith("{"):
            return json.loads(cell)
        plain = mapping(shapely.from_wkt(cell))
        return json.loads(json.dumps(plain))
    except (json.JSONDecodeError, shapely.errors.GEOSException, RecursionError):
        return {"type": f"text that is neither GeoJSON nor WKT ({cell[:20]}…)"}
