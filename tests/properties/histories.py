"""Hypothesis strategies: random histories of cases in the small world, told late, twice, out of order or wrongly."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from tests.oracle.inbox import CHANNELS, KINDS, LEVELS, RISKS, InboxRow
from tests.properties.small_world import DEPARTMENTS, MATTERS, NORTH, SHANGHAI, SOUTH, areas_on, local

Draw = st.DrawFn

#: Edges of the local day, and midnight of UTC.
EDGES = (time(23, 59, 59), time(0, 0, 0), time(0, 0, 1), time(8, 0, 0), time(7, 59, 59), time(12, 34, 56))
#: Days around the redrawing, the month's end and Qingming.
DAYS = tuple(local(f"2024-{day}") for day in ("03-10", "03-15", "03-16", "03-29", "03-31", "04-01", "04-03"))
GAPS = tuple(
    timedelta(**{unit: amount})
    for unit, amount in (
        *(("seconds", 0), ("seconds", 1), ("minutes", 5), ("minutes", 59), ("hours", 3), ("hours", 16)),
        *(("days", 1), ("days", 6), ("days", 7), ("days", 8)),
    )
)
DELAYS = (*(timedelta(0) for _ in range(4)), timedelta(minutes=1), timedelta(hours=5), timedelta(days=2))
#: What may follow; told with a weight. Not all of it is sensible: a store must keep odd sequences too.
STEPS = (
    *("dispatched", "accepted", "accepted", "escalated", "escalated", "answered", "supervised", "acknowledged"),
    *("resolved", "resolved", "resolved", "resolved", "fed_back", "evaluated", "reopened", "reopened"),
    *("reassigned", "reassigned", "deadline_changed", "withdrawn"),
)


@dataclass(frozen=True)
class Batch:
    """Rows of one subdistrict handed in together; in a history batch every row brings its recorded_at."""

    subdistrict: str
    source: str
    mode: str
    rows: tuple[InboxRow, ...]


def _optional(draw: Draw, values: Sequence[Any], odds: int = 2) -> Any:
    """One of the values, or null in one of ``odds`` draws."""
    return None if draw(st.integers(1, odds)) == 1 else draw(st.sampled_from(values))


def next_moment(draw: Draw, moment: datetime) -> datetime:
    """A later moment: some gap on, or the next edge of a day."""
    if draw(st.booleans()):
        return moment + draw(st.sampled_from(GAPS))
    edge = draw(st.sampled_from(EDGES))
    later = datetime.combine(moment.astimezone(SHANGHAI).date(), edge, tzinfo=SHANGHAI)
    return later if later >= moment else later + timedelta(days=1)


def opening_row(draw: Draw, external_id: str, subdistrict: str) -> InboxRow:
    """The row that opens a case."""
    moment = datetime.combine(draw(st.sampled_from(DAYS)).date(), draw(st.sampled_from(EDGES)), tzinfo=SHANGHAI)
    matter = draw(st.sampled_from(sorted(MATTERS)))
    due_after = draw(st.sampled_from((None, None, None, timedelta(0), timedelta(hours=6), timedelta(days=3))))
    placed = draw(st.booleans())
    return InboxRow(
        external_id=external_id,
        event="reported",
        occurred_at=moment,
        area_code=draw(st.sampled_from(areas_on(subdistrict, moment.date()))),
        kind=MATTERS[matter],
        type_code=matter,
        risk=draw(st.sampled_from(RISKS)),
        channel=draw(st.sampled_from(CHANNELS)),
        level=_optional(draw, LEVELS[:3], 1 + 2),
        due_at=None if due_after is None else moment + due_after,
        lon=114.0625 if placed else None,
        lat=22.5 if placed else None,
        summary=_optional(draw, ("井盖破损", "noise at night")),
        party=_optional(draw, ("13800000001", "13800000002")),
    )


def _handed_to(draw: Draw) -> dict[str, Any]:
    """Where a case goes: a level, and a department where that is the level."""
    level = draw(st.sampled_from(LEVELS[1:]))
    department = draw(st.sampled_from(DEPARTMENTS)) if level == "department" else None
    return {"level": level, "department_code": department}


def _reassigned(draw: Draw, moment: datetime, subdistrict: str) -> dict[str, Any]:
    """What a reassignment changes; at least the area or the matter."""
    values: dict[str, Any] = {"level": _optional(draw, LEVELS[:3]), "risk": _optional(draw, RISKS)}
    there = {NORTH: SOUTH, SOUTH: NORTH}[subdistrict] if draw(st.integers(1, 5)) == 1 else subdistrict
    values["area_code"] = draw(st.sampled_from(areas_on(there, moment.astimezone(SHANGHAI).date())))
    if draw(st.booleans()):
        values |= {"kind": draw(st.sampled_from(KINDS)), "type_code": draw(st.sampled_from(sorted(MATTERS)))}
    return values


def details_of(draw: Draw, event: str, moment: datetime, opening: InboxRow, subdistrict: str) -> dict[str, Any]:
    """The columns an event carries besides its time."""
    assert opening.occurred_at is not None
    if event == "dispatched":
        return _handed_to(draw)
    if event == "resolved":
        return {"level": _optional(draw, LEVELS)}
    if event == "evaluated":
        return {"satisfaction": draw(st.sampled_from((1, 2, 3, 4, 5, None)))}
    if event == "deadline_changed":
        return {"due_at": max(opening.occurred_at, moment + draw(st.sampled_from((timedelta(-1), timedelta(2)))))}
    if event == "reassigned":
        return _reassigned(draw, moment, subdistrict)
    if event == "acknowledged":
        return {"escalation_no": _optional(draw, (1, 2), 4)}
    if event in ("answered", "supervised"):
        return {"escalation_no": draw(st.integers(1, 2))}
    return {}


def _steps(draw: Draw, opening: InboxRow, subdistrict: str) -> list[InboxRow]:
    """The rows after the opening one, each (event, time, number) once, hand-ups numbered in order."""
    assert opening.occurred_at is not None
    moment = opening.occurred_at
    rows: dict[Any, InboxRow] = {}
    hand_ups = 0
    for event in draw(st.lists(st.sampled_from(STEPS), max_size=7)):
        moment = next_moment(draw, moment)
        details = details_of(draw, event, moment, opening, subdistrict)
        if event == "escalated":
            hand_ups += 1
            answer_in = draw(st.sampled_from((None, timedelta(0), timedelta(hours=2))))
            due_at = None if answer_in is None else moment + answer_in
            details = _handed_to(draw) | {"escalation_no": hand_ups, "due_at": due_at}
        row = InboxRow(external_id=opening.external_id, event=event, occurred_at=moment, **details)
        rows.setdefault(row.identity(), row)
    return list(rows.values())


#: Which column of which event a correction mends here. The time of any row may be mended besides.
MENDED = {
    "reported": ("area_code", "type_code", "risk", "kind", "channel", "due_at", "summary", "point"),
    "resolved": ("level",),
    "dispatched": ("level", "department_code"),
    "escalated": ("level", "department_code", "due_at"),
    "evaluated": ("satisfaction",),
    "reassigned": ("area_code", "risk", "level"),
    "deadline_changed": ("due_at",),
}


def _mended_value(draw: Draw, column: str, row: InboxRow, opening: InboxRow, moment: datetime, subdistrict: str) -> str:
    """A new value as text. A new time lies between the opening and the correction; the opening's own before it."""
    assert row.occurred_at is not None and opening.occurred_at is not None
    if column == "occurred_at":
        if row is opening:
            return (row.occurred_at - draw(st.sampled_from(GAPS[:6]))).isoformat()
        earlier, later = row.occurred_at - draw(st.sampled_from(GAPS[:7])), row.occurred_at + timedelta(minutes=7)
        chosen = earlier if draw(st.booleans()) else later
        return min(max(chosen, opening.occurred_at), moment).isoformat()
    words: dict[str, Sequence[str]] = {
        "area_code": areas_on(subdistrict, row.occurred_at.astimezone(SHANGHAI).date()),
        "type_code": sorted(MATTERS),
        "risk": RISKS,
        "kind": KINDS,
        "channel": CHANNELS,
        "level": LEVELS,
        "department_code": DEPARTMENTS,
        "satisfaction": "12345",
        "summary": ("更正", "mended"),
        "point": ("113.9 22.75", "114.25 22.5"),
        "due_at": [(row.occurred_at + gap).isoformat() for gap in GAPS[3:]],
    }
    return draw(st.sampled_from(words[column]))


def corrections(draw: Draw, rows: Sequence[InboxRow], opening: InboxRow, subdistrict: str) -> list[InboxRow]:
    """Up to three corrections of rows of one case, one after the other."""
    has_discovery = any(row.event == "discovered" for row in rows)
    moment = max(row.occurred_at for row in rows if row.occurred_at is not None)
    made = []
    for _ in range(draw(st.sampled_from((0, 0, 0, 1, 2, 3)))):
        moment += draw(st.sampled_from(GAPS[1:]))
        row = draw(st.sampled_from([row for row in rows if row.event != "discovered"]))
        columns = MENDED.get(row.event or "", ())
        if (row.area_code or subdistrict)[0] != subdistrict:
            columns = ("risk", "level")  # where a case was handed to is not mended: the case there would be another
        may_move = not (row is opening and has_discovery)
        choices = [*columns, "occurred_at"] if may_move else columns
        column = draw(st.sampled_from(choices))
        value = _mended_value(draw, column, row, opening, moment, subdistrict)
        given: dict[str, Any] = {"event": "corrected", "occurred_at": moment, "field": column, "value": value}
        if column == "point":
            given |= dict(zip(("lon", "lat"), map(float, value.split()), strict=True))
        given |= {"ref_event": row.event, "ref_occurred_at": row.occurred_at, "escalation_no": row.escalation_no}
        made.append(InboxRow(external_id=row.external_id, **given))
    return made


@st.composite
def case_rows(draw: Draw, external_id: str, subdistrict: str) -> list[InboxRow]:
    """All that happens to one case, in the order it happens, corrections last."""
    opening = opening_row(draw, external_id, subdistrict)
    assert opening.occurred_at is not None
    rows = [opening, *_steps(draw, opening, subdistrict)]
    if draw(st.booleans()):
        found_at = opening.occurred_at - draw(st.sampled_from(GAPS[:4]))
        rows.insert(0, InboxRow(external_id=external_id, event="discovered", occurred_at=found_at))
    return [*rows, *corrections(draw, rows, opening, subdistrict)]


def _repeat(draw: Draw, rows: Sequence[InboxRow]) -> list[InboxRow]:
    """Some rows told again, as they were or otherwise."""
    again = []
    for row in draw(st.lists(st.sampled_from(rows), max_size=3)):
        changed = draw(st.booleans()) and row.event != "corrected"
        again.append(replace(row, actor="another hand") if changed else row)
    return again


def _spoilt(draw: Draw, rows: Sequence[InboxRow]) -> list[InboxRow]:
    """Some rows with one thing wrong with them."""
    wrongs: tuple[dict[str, Any], ...] = (
        *({"area_code": "nowhere"}, {"risk": "purple"}, {"level": "moon"}, {"event": "exploded"}),
        *({"external_id": None}, {"occurred_at": None}, {"lon": 500.0, "lat": 1.0}, {"satisfaction": 9}),
        *({"occurred_at": local("1824-03-10 00:00")}, {"occurred_at": local("2099-01-01 00:00")}),
        *({"channel": "pigeon"}, {"department_code": "magic"}, {"type_code": "order"}, {"source": "nobody"}),
    )
    told = [row for row in rows if row.event != "corrected"]
    chosen = draw(st.lists(st.tuples(st.sampled_from(told), st.sampled_from(wrongs)), max_size=2))
    return [replace(row, **wrong) for row, wrong in chosen]


@st.composite
def told_rows(draw: Draw, subdistrict: str, *, is_clean: bool = False) -> list[InboxRow]:
    """Rows of some cases of one subdistrict, in the order they are told; without spoilt ones if ``is_clean``."""
    rows: list[InboxRow] = []
    for number in range(draw(st.integers(1, 4))):
        rows += draw(case_rows(f"{subdistrict}{number}", subdistrict))
    rows += _repeat(draw, rows)
    if not is_clean:
        rows += _spoilt(draw, rows)
    if draw(st.booleans()):
        return list(draw(st.permutations(rows)))
    return rows


def cut(draw: Draw, rows: Sequence[InboxRow]) -> list[tuple[InboxRow, ...]]:
    """The rows in consecutive pieces."""
    places = sorted(draw(st.sets(st.integers(1, max(1, len(rows) - 1)), max_size=4)))
    edges = [0, *places, len(rows)]
    return [tuple(rows[start:end]) for start, end in pairwise(edges) if start < end]


SOURCE = "hotline_12345"


@st.composite
def live_batches(draw: Draw, subdistrict: str = NORTH, *, is_clean: bool = False) -> list[Batch]:
    """Random histories told late, in live batches."""
    pieces = cut(draw, draw(told_rows(subdistrict, is_clean=is_clean)))
    return [Batch(subdistrict, SOURCE, "live", piece) for piece in pieces]


def recorded(draw: Draw, rows: Sequence[InboxRow]) -> list[InboxRow]:
    """The rows with a recorded_at some time after they happened, all different, in its order."""
    recorded: list[tuple[datetime, InboxRow]] = []
    for row in rows:
        moment = (row.occurred_at or DAYS[-1]) + draw(st.sampled_from(DELAYS)) + timedelta(microseconds=len(recorded))
        if moment.year == DAYS[0].year:
            recorded.append((moment, replace(row, recorded_at=moment)))
    return [row for _, row in sorted(recorded, key=lambda item: item[0])]


@st.composite
def history_batches(draw: Draw, subdistrict: str = NORTH) -> list[Batch]:
    """The same as history: every row brings its recorded_at, which rises from batch to batch."""
    rows = recorded(draw, draw(told_rows(subdistrict)))
    return [Batch(subdistrict, SOURCE, "history", piece) for piece in cut(draw, rows)]


def _is_elsewhere(row: InboxRow, subdistrict: str) -> bool:
    """Whether a row names an area of the other subdistrict."""
    return (row.area_code or subdistrict)[0] != subdistrict


@st.composite
def past_and_present(draw: Draw, subdistrict: str = NORTH) -> list[Batch]:
    """A history, and live batches with the rest of it; cases are handed over in the live part only."""
    rows = recorded(draw, draw(told_rows(subdistrict)))
    handed_over = [place for place, row in enumerate(rows) if _is_elsewhere(row, subdistrict)]
    start = draw(st.integers(0, min([len(rows), *handed_over])))
    past, present = rows[:start], [replace(row, recorded_at=None) for row in rows[start:]]
    batches = [Batch(subdistrict, SOURCE, "history", piece) for piece in cut(draw, past)]
    return batches + [Batch(subdistrict, SOURCE, "live", piece) for piece in cut(draw, present)]


@st.composite
def both_subdistricts(draw: Draw) -> list[Batch]:
    """The past of both subdistricts, then their present told in turns: a case handed over makes the other side live."""
    told = [*draw(past_and_present(NORTH)), *draw(past_and_present(SOUTH))]
    past = [batch for batch in told if batch.mode == "history"]
    north, south = (
        [batch for batch in told if batch.mode == "live" and batch.subdistrict == code] for code in (NORTH, SOUTH)
    )
    turns = draw(st.permutations([NORTH] * len(north) + [SOUTH] * len(south)))
    waiting = {NORTH: iter(north), SOUTH: iter(south)}
    return past + [next(waiting[turn]) for turn in turns]
