"""Random histories that give figures something to count: crowds of like cases, long gaps, late records, the past."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.oracle.figures.asked import Asked
from tests.oracle.inbox import InboxRow
from tests.properties.figure_worlds import ACTIVITIES, PAPER, PLACE, TRIP, UNLABELLED, FigureWorld
from tests.properties.habit_histories import habits
from tests.properties.histories import (
    DAYS,
    GAPS,
    SOURCE,
    Batch,
    Draw,
    corrections,
    cut,
    details_of,
    next_moment,
    opening_row,
    recorded,
)
from tests.properties.small_world import MATTERS, NORTH, SOUTH

#: Days by which whole cases come later: edges of windows of 30 and 90 days.
LATER = (0, 0, 0, 0, 7, 14, 28, 30, 31, 60, 89, 90, 91)
PARTIES = ("13800000001", "13800000002", None)
POINTS = (PLACE, (PLACE[0] + 0.0001, PLACE[1]), (PLACE[0] + 0.001, PLACE[1]), (None, None))


#: What happens to a case, besides what happens by chance: sequences that one figure or another is about.
LIVES = (
    *(("resolved",), ("resolved", "reopened"), ("resolved", "reopened", "resolved"), ("withdrawn",)),
    *(("withdrawn", "reopened"), ("dispatched", "accepted", "resolved", "fed_back", "evaluated"), ("dispatched",)),
    *(("escalated",), ("escalated", "answered"), ("escalated", "answered", "resolved"), ("escalated", "resolved")),
    *(("escalated", "resolved", "answered"), ("escalated", "resolved", "reopened", "answered")),
    *(("escalated", "supervised", "escalated", "answered", "answered"), ("escalated", "withdrawn")),
    *(("deadline_changed", "resolved"), ("deadline_changed",), ("reassigned", "resolved"), ("resolved", "reassigned")),
    *(("dispatched", "escalated", "reassigned", "resolved", "evaluated", "reopened"), ("resolved", "evaluated")),
    *(("acknowledged",), ("escalated", "acknowledged"), ("acknowledged", "resolved", "reopened", "acknowledged")),
)
BY_CHANCE = ("resolved", "reopened", "reassigned", "withdrawn", "dispatched")
#: When an answer, or the closing of the case, is due after the row that says so.
ANSWER_IN = (None, timedelta(0), timedelta(minutes=5), timedelta(hours=3), timedelta(days=1), timedelta(days=2))


def _next(draw: Draw, event: str, moment: datetime, opened: InboxRow, number: int, subdistrict: str) -> InboxRow:
    """One more row of a case; ``number``: of the newest hand-up."""
    values = details_of(draw, event, moment, opened, subdistrict)
    if event == "escalated":
        answer_in = draw(st.sampled_from(ANSWER_IN))
        due_at = None if answer_in is None else moment + answer_in
        values = details_of(draw, "dispatched", moment, opened, subdistrict) | {
            "escalation_no": number,
            "due_at": due_at,
        }
    elif event in ("answered", "supervised"):
        values = {"escalation_no": number}
    return InboxRow(external_id=opened.external_id, event=event, occurred_at=moment, **values)


@st.composite
def lives(draw: Draw, external_id: str, subdistrict: str = NORTH) -> list[InboxRow]:
    """All that happens to one case, in the order it happens, corrections last."""
    opened = opening_row(draw, external_id, subdistrict)
    assert opened.occurred_at is not None
    moment, number = opened.occurred_at, 0
    rows = {opened.identity(): opened}
    chance = draw(
        st.lists(st.sampled_from(("resolved", "reopened", "reassigned", "withdrawn", "dispatched")), max_size=2)
    )
    for event in (*draw(st.sampled_from(LIVES)), *chance):
        moment = next_moment(draw, moment)
        number += event == "escalated"
        row = _next(draw, event, moment, opened, number, subdistrict)
        rows.setdefault(row.identity(), row)
    told = list(rows.values())
    if draw(st.booleans()):
        found_at = opened.occurred_at - draw(st.sampled_from(GAPS[:4]))
        told.insert(0, InboxRow(external_id=external_id, event="discovered", occurred_at=found_at))
    return [*told, *corrections(draw, told, opened, subdistrict)]


def later(row: InboxRow, days: int) -> InboxRow:
    """The row some days later, and all it speaks of."""
    by = timedelta(days=days)
    times = ("occurred_at", "due_at", "ref_occurred_at")
    moved: dict[str, Any] = {name: value + by for name in times if (value := getattr(row, name)) is not None}
    if row.field in ("occurred_at", "due_at") and row.value is not None:
        moved["value"] = (datetime.fromisoformat(row.value) + by).isoformat()
    return replace(row, **moved)


def _alike(draw: Draw, matter: str, area: str, row: InboxRow) -> InboxRow:
    """An opening row as one of a crowd: the same matter at the same grid, near or of the same party."""
    lon, lat = draw(st.sampled_from(POINTS))
    party = draw(st.sampled_from(PARTIES))
    return replace(
        row, type_code=matter, kind=MATTERS.get(matter, "petition"), area_code=area, lon=lon, lat=lat, party=party
    )


#: Where cases may pile up: on a default point, on one that is none, or some metres around it.
PILED = (PLACE, (114.125, 22.75))
AROUND = ((0.0,), (0.0,), (0.0, 0.0001, 0.0004, 0.0005))
PILED_MATTERS = (("noise", "pothole", "leak"), ("leak", "noise", "pothole"), ("noise",), ("leak",), ("theft",))
PILED_AREAS = (("n-1-2",), ("n-1-1",), ("n-2-1-1", "n-2-1-1", "n-2"), ("n-1-1", "n-1-2", "n-2-1"))


def pile(draw: Draw) -> list[InboxRow]:
    """Cases of some weeks that lie on or around one point: none, or three and more."""
    lon, lat = draw(st.sampled_from(PILED))
    around, matters = draw(st.sampled_from(AROUND)), draw(st.sampled_from(PILED_MATTERS))
    areas = draw(st.sampled_from(PILED_AREAS))
    rows = []
    for number in range(draw(st.sampled_from((0, 0, 0, 4, 7, 8)))):
        row = opening_row(draw, f"p{number}", NORTH)
        matter = matters[number % len(matters)]
        there: dict[str, Any] = {"lon": lon + draw(st.sampled_from(around)), "lat": lat}
        there |= {"area_code": areas[number % len(areas)], "type_code": matter, "kind": MATTERS[matter]}
        rows.append(replace(row, **there))
        closing = draw(st.sampled_from((None, None, None, None, "resolved", "resolved", "resolved", "withdrawn")))
        if closing is not None and row.occurred_at is not None:
            rows.append(InboxRow(external_id=row.external_id, event=closing, occurred_at=row.occurred_at + GAPS[3]))
        if draw(st.integers(1, 6)) == 6:
            rows = [replace(each, source=PAPER) if each.external_id == row.external_id else each for each in rows]
    return rows


def _hands_over(row: InboxRow, subdistrict: str) -> bool:
    return row.event == "reassigned" and row.area_code is not None and not row.area_code.startswith(subdistrict)


def _past_and_present(draw: Draw, rows: list[InboxRow], subdistrict: str) -> list[Batch]:
    """The rows as a past and, in some, a present; cases go elsewhere in the present only."""
    told = recorded(draw, rows)
    if draw(st.integers(1, 3)) > 1:
        past, present = [row for row in told if not _hands_over(row, subdistrict)], []
    else:
        handed_over = [place for place, row in enumerate(told) if _hands_over(row, subdistrict)]
        start = draw(st.integers(0, min([len(told), *handed_over])))
        past, present = told[:start], [replace(row, recorded_at=None) for row in told[start:]]
    return [
        Batch(subdistrict, SOURCE, mode, piece)
        for mode, part in (("history", past), ("live", present))
        for piece in cut(draw, part)
        if part
    ]


def _some_lives(draw: Draw, most_cases: int) -> list[InboxRow]:
    """Cases that live by themselves, or a crowd of like ones."""
    rows: list[InboxRow] = []
    is_crowd = draw(st.booleans())
    matter = draw(st.sampled_from((*sorted(MATTERS), "wages", TRIP)))
    area = draw(st.sampled_from(("n-1-1", "n-1-2", "n-2-1-1")))
    for number in range(draw(st.integers(1, most_cases))):
        days = draw(st.sampled_from(LATER))
        of_case = [later(row, days) for row in draw(lives(f"n{number}"))]
        if is_crowd:
            of_case = [_alike(draw, matter, area, row) if row.event == "reported" else row for row in of_case]
        if draw(st.integers(1, 8)) == 8:
            of_case = [replace(row, source=PAPER) for row in of_case]
        rows += of_case
    return rows


@st.composite
def histories(draw: Draw, world: FigureWorld, most_cases: int = 6) -> list[Batch]:
    """A past that is recorded late and out of order and, in some, a present; in some, of the other subdistrict too.

    One in three is of cases at the edges of what findings look for.
    """
    is_of_habits = draw(st.integers(1, 3)) == 3
    rows = draw(habits()) if is_of_habits else [*_some_lives(draw, most_cases), *pile(draw)]
    told = _past_and_present(draw, rows, NORTH)
    if draw(st.booleans()):
        there = [row for number in range(draw(st.integers(1, 3))) for row in draw(lives(f"s{number}", SOUTH))]
        told += _past_and_present(draw, there, SOUTH)
    if draw(st.integers(1, 4)) == 4:
        told.append(draw(st.sampled_from(told)))  # a batch that brings nothing new
    # the past of both first: a case handed over makes the other side live
    told.sort(key=lambda batch: batch.mode)
    return [replace(batch, rows=tuple(map(world.row, batch.rows))) for batch in told]


#: Where staff is and works: grids, two of the redrawn ones, a micro grid in a grid, a community at large, next door.
STAFFED = ("n-1-1", "n-1-2", "n-1-3", "n-1-4", "n-2-1", "n-2-1-1", "n-2", "s-1-2")
#: Days on which posts begin and end and on which work is done, in the small world.
STAFF_DAYS = tuple(day.date() + timedelta(days=days) for day in DAYS for days in (0, 0, 1, 7, 28, 40))


@dataclass(frozen=True)
class Records:
    """What is known of a subdistrict's staff and its field work; rows as ``FigureWorld.records`` takes them."""

    posts: tuple[tuple[Any, ...], ...]
    work: tuple[tuple[Any, ...], ...]


@st.composite
def records(draw: Draw) -> Records | None:
    """None in two of three; otherwise posts that begin, change their strength and end, and days of field work."""
    if draw(st.integers(1, 3)) < 3:
        return None
    posts = []
    for area in draw(st.lists(st.sampled_from(STAFFED), unique=True, max_size=4)):
        for post in draw(st.sampled_from((("patrol",), ("patrol", "appeals")))):
            turns = sorted(draw(st.sets(st.sampled_from(STAFF_DAYS), max_size=2)))
            bounds = [*draw(st.sampled_from(((), (date(1900, 1, 1),)))), *turns, None]
            for first, after in pairwise(bounds):
                members = draw(st.sampled_from((0, 1, 2, 7, None)))
                if members is not None and first is not None:
                    posts.append((area[0], area, post, members, first, after))
    worked = st.tuples(
        st.sampled_from(STAFFED), st.sampled_from(STAFF_DAYS), st.sampled_from((*ACTIVITIES, UNLABELLED))
    )
    done = draw(st.lists(worked, unique=True, max_size=6))
    work = [(row[0][0], *row, draw(st.integers(0, 3)), draw(st.integers(0, 9))) for row in done]
    return Records(tuple(posts), tuple(work))


@dataclass(frozen=True)
class Place:
    """What can be asked about: areas, and days on which something happened."""

    subdistrict_id: int
    area_ids: tuple[int, ...]
    days: tuple[date, ...]


GROUPINGS = ("total", "day", "week", "month", "area", "kind", "type", "channel", "risk", "hour", "department")
LEVELS = ("micro_grid", "grid", "community", "subdistrict")
KINDS = (
    None,
    None,
    None,
    ("appeal",),
    ("hazard",),
    ("petition",),
    ("appeal", "petition"),
    ("police_report", "warning"),
)


def moments(chance: Random, world: FigureWorld, rows: Sequence[InboxRow], count: int) -> list[datetime | None]:
    """Moments to ask about: None for the newest there is, and some at which an answer may turn."""
    told = [row for row in rows if row.occurred_at is not None]
    opened = [row for row in told if row.event == "reported"] or told
    turns = [chance.choice(_turns(world, chance.choice(chance.choice((told, opened))))) for _ in range(count)]
    before = min(row.occurred_at for row in told if row.occurred_at is not None) - timedelta(days=1)
    return [None, *turns, *([before] if chance.random() < 0.1 else [])]


def _turns(world: FigureWorld, row: InboxRow) -> list[datetime | None]:
    """When a row may change an answer: its times, its deadline, midnights, the ends of what follows up on it."""
    assert row.occurred_at is not None
    day = row.occurred_at.astimezone(world.zone).date()
    midnights = [datetime.combine(day + timedelta(days=days), time(), tzinfo=world.zone) for days in (1, 1, 8, 31, 91)]
    lasting = [row.occurred_at + timedelta(days=days) for days in (1, 3, 30, 90, 200)]
    soon = [row.occurred_at + timedelta(hours=hours) for hours in (1, 6, 16)]
    due = [] if row.due_at is None else [row.due_at, row.due_at, row.due_at - timedelta(seconds=1)]
    return [*[row.recorded_at] * 4, *[row.occurred_at] * 2, *soon, *midnights, *due, *lasting]


def question(chance: Random, place: Place, as_of: datetime) -> Asked:
    """Something to ask about a history at a moment."""
    by = chance.choice(GROUPINGS)
    return Asked(
        subdistrict_id=place.subdistrict_id,
        as_of=as_of,
        area_id=chance.choice(place.area_ids) if chance.random() < 0.3 else None,
        kinds=chance.choice(KINDS) if chance.random() < 0.3 else None,
        period=_period(chance, place.days),
        by=by,
        unit_level=chance.choice(LEVELS) if by == "area" else None,
    )


def _period(chance: Random, days: Sequence[date]) -> tuple[date, date] | None:
    """None, or one or some days from one on which something happened, or a day before."""
    first = chance.choice(days) - timedelta(days=chance.choice((0, 0, 0, 1, 40)))
    length = chance.choice((None, 0, 1, 6, 13, 40, 150, 150))
    return None if length is None else (first, first + timedelta(days=length))
