"""What the columns of a file mean: mappings as data, typed and checked.

A mapping is a TOML file: one of ``mappings/`` by its name, or any other by its path. A wrong one is refused with the
file, the key and what is allowed there.
"""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from queries.datum import Datum
from queries.vocabulary import Channel, Event, Kind, Level, Risk
from seed.faults import Fault
from seed.importers.formats.base import FileOptions

#: What a draft has where a person has to decide.
TO_FILL = "FILL IN"
MAPPINGS = Path(__file__).parent / "mappings"


class MappingError(Fault, ValueError):
    """The mapping is wrong; the text names the file, the key and what is allowed."""


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("must be a time zone of the IANA list, such as Asia/Shanghai")
    return name


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FilePart(_Part):
    """[file]: how the file is written."""

    null_marks: tuple[str, ...] = ()  # cells that mean "nothing"; the empty cell always does
    encoding: str | None = None  # None: detected
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    sheet: str | None = None  # None: the first
    records: str | None = None  # JSON: the key of the list of rows; None: the only one that is a list of records
    may_lack: tuple[str, ...] = ()  # columns that a file may be without, as JSON leaves out what is null everywhere

    @property
    def options(self) -> FileOptions:
        """The same for a reader."""
        return FileOptions(self.encoding, self.delimiter, self.sheet, self.records, self.may_lack)


class SourcePart(_Part):
    """[source]: the reporting system the file comes from."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name_zh: str
    name_en: str
    records_times: bool  # False: it gives no closing times; figures that need them are not recorded
    expected_every_seconds: int = Field(default=86_400, gt=0)  # silent longer than this: late


class Column(_Part):
    """A column that names something: by its name alone, or by an id with a name beside it."""

    name: str
    id: str | None = None

    @property
    def key(self) -> str:
        """The column things are told apart by."""
        return self.id or self.name

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it needs."""
        return (self.name,) if self.id is None else (self.id, self.name)


class AreaLevel(Column):
    """[[place.levels]]: one level of areas, the widest first."""

    level: Literal["street", "community", "grid", "micro_grid"]
    label_zh: str | None = None  # what the level is called on the screen, where the place has a name of its own
    label_en: str | None = None


class PlacePart(_Part):
    """[place]: the command centre that owns the cases, and its areas."""

    code: str
    name_zh: str
    name_en: str
    time_zone: Annotated[str, AfterValidator(_known_zone)]
    country: str  # of the holidays, ISO 3166
    subdivision: str | None = None
    levels: tuple[AreaLevel, ...] = ()
    #: What becomes of an area that the store does not know by its code, a name or an alias.
    new_areas: Literal["make", "refuse"] = "make"
    #: Level (python -m seed areas) in one of whose outlines a case lies by its point, where its row names no area.
    point_level: Literal["street", "community", "grid", "micro_grid"] | None = None

    @model_validator(mode="after")
    def _some_way(self) -> "PlacePart":
        if not self.levels and self.point_level is None:
            raise ValueError("needs levels, or a point_level")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The zone of times without one, and of local days."""
        return ZoneInfo(self.time_zone)


class TypesPart(_Part):
    """[types]: line of duty and matter, from a column each, or from one column taken apart."""

    line: Column | None = None
    matter: Column
    line_pattern: str | None = None  # applied to the matter's name; its group "line" is the line, "matter" the rest
    decision_sought: tuple[str, ...] = ()  # matters, as the file tells them apart, by which petitions seek a decision
    capital_trips: tuple[str, ...] = ()  # matters that stand for a petition carried to the capital

    @model_validator(mode="after")
    def _one_of_both(self) -> "TypesPart":
        if (self.line is None) == (self.line_pattern is None):
            raise ValueError("needs either a column (line) or a pattern (line_pattern)")
        if self.line_pattern is not None and set(re.compile(self.line_pattern).groupindex) != {"line", "matter"}:
            raise ValueError("line_pattern needs the named groups line and matter")
        return self


class ChannelPart(_Part):
    """[channel]: how the case came in. A value that is not listed is refused, or becomes ``otherwise``."""

    column: str | None = None  # None: the file does not say, and all came in by ``otherwise``
    values: dict[str, Channel] = Field(default_factory=dict)
    otherwise: Channel | None = None

    @model_validator(mode="after")
    def _column_or_otherwise(self) -> "ChannelPart":
        if self.column is None and self.otherwise is None:
            raise ValueError("needs a column, or the channel of all cases (otherwise)")
        return self


class StatusRule(_Part):
    """What a status says has happened: an event and the column of its time. Without an event: still open."""

    event: Literal[Event.RESOLVED, Event.WITHDRAWN] | None = None
    at: str | None = None

    @model_validator(mode="after")
    def _both_or_none(self) -> "StatusRule":
        if (self.event is None) != (self.at is None):
            raise ValueError("an event needs the column of its time (at), and a time needs an event")
        return self


class Unless(StatusRule):
    """[[status.unless]]: where an ended case has these words in another column, this is what has happened instead."""

    column: str
    contains: str = Field(min_length=1)


class StatusPart(_Part):
    """[status]: every status there is, each with its rule; another one is refused."""

    column: str
    values: dict[str, StatusRule]
    unless: tuple[Unless, ...] = ()  # the first that fits counts


class HistoryRule(_Part):
    """What an entry of a case's own log says has happened; nothing where it is known and of no concern."""

    where: dict[str, str] = Field(min_length=1)  # keys of the entry and their values: all must be so
    event: (
        Literal[Event.DISPATCHED, Event.ACCEPTED, Event.RESOLVED, Event.FED_BACK, Event.REOPENED, Event.WITHDRAWN]
        | None
    ) = None


class HistoryPart(_Part):
    """[history]: a column that holds a case's own log, a list of records. The first rule that fits an entry counts."""

    column: str
    at: str  # key of an entry's time
    rules: tuple[HistoryRule, ...] = Field(min_length=1)


class Flag(_Part):
    """[outcomes.*]: a flag the file gives instead of a time; counted, never turned into one."""

    column: str
    value: str


class TimesPart(_Part):
    """[times]: columns of moments, their written forms (strptime), tried in order after ISO."""

    reported: str
    due: str | None = None
    updated: str | None = None  # when the source last touched the row: what a newer export changes is dated by it
    formats: tuple[str, ...] = ()
    ignore_offset: bool = False  # True: times carry an offset or a Z that is wrong; they are the place's local time


class CoordinatesPart(_Part):
    """[coordinates]: the columns, what they are measured from, and which points are none, in the file's own datum."""

    lon: str
    lat: str
    datum: Datum = Datum.WGS84  # wgs84, gcj02 (AutoNavi, Tencent, phones in China), bd09 (Baidu)
    box: tuple[float, float, float, float]  # west, south, east, north: beyond it is no place of this file
    whole_degrees: Literal["drop", "keep"] = "drop"  # a coordinate without decimals was cut
    default_points: tuple[tuple[float, float], ...] = ()  # lon, lat that stand for "somewhere"


class PersonalPart(_Part):
    """[personal]: columns kept apart from all that screens read."""

    party: str | None = None  # what a repeat visit is found by; stored as a keyed hash
    party_name: str | None = None
    party_phone: str | None = None
    address: str | None = None
    original_text: str | None = None

    def columns(self) -> dict[str, str]:
        """Inbox column → file column."""
        return {field: column for field, column in self.model_dump().items() if column is not None}


class Open311Part(_Part):
    """[open311]: how an address of Open311 GeoReport v2 is asked."""

    first_day: date  # reported on it or later: where the first load begins
    window_days: int = Field(default=90, ge=1, le=90)  # of one question; the standard allows no more than 90
    reread_days: int = Field(default=90, ge=0)  # so far back a load asks again, for cases that have changed since
    page_size: int = Field(default=500, ge=1, le=1000)
    pause_seconds: float = Field(default=0.0, ge=0, le=3600)  # between two questions
    ask_open: bool = False  # ask by number for older cases that the store holds as open: the server must know how
    jurisdiction_id: str | None = None
    extensions: bool = False  # ask for what a city adds to the standard
    format: Literal["json", "xml"] = "json"  # asked for first; where it is not to be had, the other


class CasePart(_Part):
    """[case]: what holds for every case of the file."""

    external_id: str
    kind: Kind
    risk: Risk  # the colour of every case: the file gives none
    level: Level | None = None  # where a case waits from the start; None: at the grid
    summary: str | None = None  # "{COLUMN} words {COLUMN}"

    def summary_columns(self) -> tuple[str, ...]:
        """The columns the summary names."""
        return tuple(re.findall(r"\{([^{}]+)\}", self.summary or ""))


class Mapping(_Part):
    """A whole mapping; see those in ``mappings/`` for the meaning of each key."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    source: SourcePart
    place: PlacePart
    case: CasePart
    times: TimesPart
    types: TypesPart
    channel: ChannelPart
    file: FilePart = FilePart()
    status: StatusPart | None = None
    history: HistoryPart | None = None
    open311: Open311Part | None = None
    department: Column | None = None
    coordinates: CoordinatesPart | None = None
    personal: PersonalPart = PersonalPart()
    outcomes: dict[str, Flag] = Field(default_factory=dict)
    names_zh: dict[str, str] = Field(default_factory=dict)  # names in the file → names on the Chinese screen
    names_en: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _points_have_coordinates(self) -> "Mapping":
        if self.place.point_level is not None and self.coordinates is None:
            raise ValueError("place.point_level needs [coordinates]")
        return self

    def columns(self) -> tuple[str, ...]:
        """Every column of the file that the mapping names, each once."""
        named: list[str | None] = [self.case.external_id, self.times.reported, self.times.due, self.times.updated]
        named += [self.channel.column]
        named += self.case.summary_columns()
        named += [column for level in self.place.levels for column in level.columns]
        named += [
            column for part in (self.types.line, self.types.matter, self.department) if part for column in part.columns
        ]
        if self.status is not None:
            named += [self.status.column, *(rule.at for rule in self.status.values.values())]
            named += [column for unless in self.status.unless for column in (unless.column, unless.at)]
        if self.history is not None:
            named.append(self.history.column)
        if self.coordinates is not None:
            named += [self.coordinates.lon, self.coordinates.lat]
        named += [*self.personal.columns().values(), *(flag.column for flag in self.outcomes.values())]
        return tuple(dict.fromkeys(column for column in named if column is not None))


def mapping_names() -> list[str]:
    """The mappings that come with the product."""
    return sorted(path.stem for path in MAPPINGS.glob("*.toml"))


def load_mapping(name_or_file: str | Path) -> Mapping:
    """A mapping by its name or by its file. Raises MappingError."""
    path = Path(name_or_file)
    if path.suffix != ".toml":
        path = MAPPINGS / f"{name_or_file}.toml"
        if not path.is_file():
            raise MappingError(f"there is no mapping {str(name_or_file)!r}; there are {', '.join(mapping_names())}")
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        open_places = _still_to_fill(given)
        if open_places:
            open_names = ", ".join(open_places)
            raise MappingError(f"{path.name}: still to be filled in are {open_names}", code="draft", keys=open_names)
        return Mapping.model_validate(given)
    except FileNotFoundError as error:
        raise MappingError(f"there is no mapping file {path}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingError(f"{path.name} is not TOML: {error}", code="not_toml") from error
    except ValidationError as error:
        raise MappingError("; ".join(_sentence(path.name, fault) for fault in error.errors()[:5])) from error


def _still_to_fill(given: Any, path: str = "") -> list[str]:
    """The keys of a draft whose value is the mark of a place to fill in."""
    if given == TO_FILL:
        return [path]
    entries = given.items() if isinstance(given, dict) else enumerate(given) if isinstance(given, list) else ()
    return [found for key, value in entries for found in _still_to_fill(value, f"{path}.{key}".lstrip("."))]


def _sentence(file: str, fault: Any) -> str:
    key = ".".join(str(part) for part in fault["loc"]) or "the file"
    if fault["type"] == "extra_forbidden":
        return f"{file}, {key}: there is no such key ({_allowed_keys(fault['loc'])})"
    if fault["type"] == "missing":
        return f"{file}, {key}: is missing"
    message = fault["msg"].removeprefix("Value error, ")
    given = "" if isinstance(fault["input"], dict) else f", not {fault['input']!r}"
    return f"{file}, {key}: {message[0].lower()}{message[1:]}{given}"


def _allowed_keys(location: tuple[int | str, ...]) -> str:
    """The keys that stand where a wrong one was found."""
    model: Any = Mapping
    for part in location[:-1]:
        field = model.model_fields.get(part) if hasattr(model, "model_fields") else None
        if field is None:
            continue
        found = _models(field.annotation)
        if found:
            model = found[0]
    return "allowed: " + ", ".join(model.model_fields)


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in getattr(annotation, "__args__", ()) for model in _models(inner)]
