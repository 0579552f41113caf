"""What is asked, and the log as it was known at the moment asked about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from tests.oracle.cases import Case, derive_case
from tests.oracle.effective import effective_rows
from tests.oracle.escalations import Escalation, escalations_of
from tests.oracle.rows import LogRow, World, by_case, next_day


@dataclass(frozen=True, kw_only=True)
class Post:
    """Members of one post at one area; ``valid_to`` is the first day it no longer holds, None for ever."""

    area_id: int
    post: str
    members: int
    valid_from: date = date.min
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the post holds on that local day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, kw_only=True)
class FieldWork:
    """What an area has handed in of one activity on one day."""

    area_id: int
    day: date
    activity: str
    times: int
    people: int


@dataclass(frozen=True, kw_only=True)
class RiskPoint:
    """A site rated by colour; ``closed_on`` is the first day it is none any more, None for ever."""

    subdistrict_id: int
    code: str
    area_id: int
    risk: str
    name_zh: str
    name_en: str
    lon: float | None
    lat: float | None
    opened_on: date
    closed_on: date | None = None

    def is_open_on(self, day: date) -> bool:
        """Whether it is one on that local day."""
        return self.opened_on <= day and (self.closed_on is None or day < self.closed_on)


@dataclass(frozen=True, kw_only=True)
class Matter:
    """A type of cases: what it is called, and the line of duty above it."""

    parent_id: int | None
    name_zh: str
    name_en: str


@dataclass(frozen=True, kw_only=True)
class BatchRecord:
    """A batch that was taken in: when, whether it brought anything but rows that were there already, when it was
    revoked.
    """

    subdistrict_id: int
    source: str
    recorded_at: datetime
    is_new: bool
    revoked_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What was decided of an objection about a case: for the days of which period, and whether it was upheld; the unit
    that the case counts for then, None for nobody.
    """

    subdistrict_id: int
    objection_id: int
    case_id: int
    period_from: date
    period_to: date
    to_area_id: int | None
    is_upheld: bool
    decided_at: datetime


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What the subdistrict gave an area of one item for the days of one assessed period."""

    subdistrict_id: int
    area_id: int
    period_start: date
    period_end: date
    item: str
    marks: float
    full_marks: float
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What figures need to know besides the log: the world, the calendar, the sources, the default points, the staff
    and its work, the risk points, what areas and matters are, the batches, what was decided of objections, the marks.
    """

    world: World
    is_working_day: Mapping[date, bool] = field(default_factory=dict)
    #: (subdistrict_id, source) -> what it said, each with the moment it was taken in: (taken in, complete through).
    said: Mapping[tuple[int, str], Sequence[tuple[datetime, datetime]]] = field(default_factory=dict)
    #: (subdistrict_id, source) -> whether it records closing times.
    records_times: Mapping[tuple[int, str], bool] = field(default_factory=dict)
    #: What a type is marked as: decision (it asks for one), capital (a trip there).
    marks_of_type: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    label_points: Mapping[int, tuple[float, float]] = field(default_factory=dict)
    posts: Sequence[Post] = ()
    field_work: Sequence[FieldWork] = ()
    #: Where an activity stands in the order of all; one without a label has no place.
    place_of_activity: Mapping[str, int] = field(default_factory=dict)
    #: Where an area stands in the order of those beside it.
    place_of_area: Mapping[int, int] = field(default_factory=dict)
    #: What an area is (social, enterprise and so on), and how many live there where somebody has said so.
    kind_of_area: Mapping[int, str] = field(default_factory=dict)
    population: Mapping[int, int] = field(default_factory=dict)
    #: The line of duty a matter belongs to, and the matters that whoever finds them settles on the spot.
    line_of_type: Mapping[int, int | None] = field(default_factory=dict)
    found_and_settled: frozenset[int] = frozenset()
    #: Where a channel stands in the order of all.
    place_of_channel: Mapping[str, int] = field(default_factory=dict)
    risk_points: Sequence[RiskPoint] = ()
    matters: Mapping[int, Matter] = field(default_factory=dict)
    batches: Sequence[BatchRecord] = ()
    decisions: Sequence[Decision] = ()
    marks: Sequence[Mark] = ()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question: whose store, as of when, which place, which kinds, which days (both inside), by what."""

    subdistrict_id: int
    as_of: datetime
    area_id: int | None = None
    kinds: tuple[str, ...] | None = None
    period: tuple[date, date] | None = None
    by: str = "total"
    unit_level: str | None = None


@dataclass(frozen=True)
class Known:
    """One case as known at a moment, its rows in order, its hand-ups."""

    case: Case
    rows: tuple[LogRow, ...]
    escalations: tuple[Escalation, ...]


@dataclass
class Reading:
    """The log of a store, and what was known of it at any moment."""

    ground: Ground
    log: Sequence[LogRow]
    _known: dict[tuple[int, datetime], list[Known]] = field(default_factory=dict)

    @cached_property
    def _by_case(self) -> dict[tuple[int, int], list[LogRow]]:
        return by_case(self.log)

    def rows_of(self, subdistrict_id: int, case_id: int) -> Sequence[LogRow]:
        """What the log has of a case, in its order."""
        return self._by_case.get((subdistrict_id, case_id), ())

    @property
    def world(self) -> World:
        """Places and settings."""
        return self.ground.world

    def known(self, subdistrict_id: int, as_of: datetime) -> list[Known]:
        """Every case of a subdistrict as known at a moment."""
        key = (subdistrict_id, as_of)
        if key not in self._known:
            self._known[key] = list(self._derive(subdistrict_id, as_of))
        return self._known[key]

    def _derive(self, subdistrict_id: int, as_of: datetime) -> Iterator[Known]:
        for (owner, _), rows in sorted(self._by_case.items()):
            case = derive_case(rows, as_of, self.world) if owner == subdistrict_id else None
            if case is not None:
                effective = tuple(effective_rows(rows, as_of, self.world))
                yield Known(case, effective, tuple(escalations_of(effective)))

    def chosen(self, asked: Asked, default_kinds: tuple[str, ...] | None = None) -> list[Known]:
        """The cases a question is about: of its kinds (or the figure's own), at its area or below."""
        kinds = asked.kinds or default_kinds
        return [
            known
            for known in self.known(asked.subdistrict_id, asked.as_of)
            if (kinds is None or known.case.kind in kinds) and self.is_within(known.case.area_id, asked.area_id)
        ]

    def timed(self, asked: Asked, default_kinds: tuple[str, ...] | None = None) -> list[Known]:
        """The cases a question about outcomes is about: nobody knows those of sources without closing times."""
        return [known for known in self.chosen(asked, default_kinds) if self.has_times(known)]

    def is_within(self, area_id: int, above: int | None) -> bool:
        """Whether an area is another or lies below it; every area lies in None."""
        return above is None or above in self.line_of(area_id)

    def line_of(self, area_id: int) -> list[int]:
        """An area and all above it."""
        line: list[int] = []
        current: int | None = area_id
        while current is not None:
            line.append(current)
            current = self.world.areas[current].parent_id
        return line

    def day(self, moment: datetime) -> date:
        """The local day of a moment."""
        return self.world.local_day(moment)

    def midnight(self, day: date) -> datetime:
        """The moment a local day begins."""
        return self.world.day_start(day)

    def end_of(self, day: date) -> datetime:
        """24:00 of a local day."""
        return self.world.day_start(next_day(day))

    def period(self, asked: Asked, days: int = 28) -> tuple[date, date]:
        """The days asked about; without any, the last ``days``, the day of as_of included."""
        today = self.day(asked.as_of)
        return asked.period or (today - timedelta(days=days - 1), today)

    def has_times(self, known: "Known") -> bool:
        """Whether the source of a case records closing times."""
        return self.ground.records_times.get((known.case.subdistrict_id, known.case.source or ""), True)

    def is_handed_in(self, asked: Asked, day: date) -> bool:
        """Whether every source's complete-through mark, as known at as_of, has passed the end of a day.

        A source that had not said anything by then has no mark to wait for.
        """
        for (owner, _), said in self.ground.said.items():
            marks = [mark for taken_in, mark in said if taken_in <= asked.as_of]
            if owner == asked.subdistrict_id and marks and max(marks) < self.end_of(day):
                return False
        return True


def at(asked: Asked, as_of: datetime) -> Asked:
    """The same question about another moment."""
    return replace(asked, as_of=as_of)
