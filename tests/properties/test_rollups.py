"""Random histories: a figure read from the roll-up equals the same figure counted from the cases.

For every grouping, in any period, as of the newest record, of later moments and of the past.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import given, note, settings
from hypothesis import strategies as st
from sqlalchemy.pool import StaticPool

from queries import deadlines, hazards, same_day
from queries.figure import COMMON, By, NotRecordedError
from queries.filters import Filter
from queries.vocabulary import Kind
from tests.oracle import store
from tests.oracle.inbox import InboxRow
from tests.properties.histories import DAYS, Batch, both_subdistricts, history_batches, live_batches
from tests.properties.sender import Sender
from tests.properties.small_world import NORTH, SOUTH, local
from tests.queries.rates import Rolled, asked_twice
from tests.support.databases import Database

pytestmark = pytest.mark.timeout(900)

#: Every figure that takes ``use_rollup``. The on-the-spot rate is asked of all kinds: hazards alone are few here.
FIGURES: Final[dict[str, tuple[Rolled, tuple[Kind, ...] | None]]] = {
    "same_day": (same_day.resolution, None),
    "on_time": (deadlines.on_time, None),
    "on_the_spot": (hazards.on_the_spot, tuple(Kind)),
}
GROUPINGS: Final = tuple(
    (by, level)
    for by in By
    if by in COMMON and by is not By.TOTAL  # asked each time
    for level in (("grid", "community", "micro_grid") if by is By.AREA else (None,))
)
#: How long after the newest record the present is asked: while its day runs, at its end, when all follow-up is over.
AFTER: Final = (
    *(timedelta(0), timedelta(seconds=1), timedelta(hours=3), timedelta(hours=16), timedelta(days=1)),
    *(timedelta(days=3), timedelta(days=9), timedelta(days=60)),
)
FEWER = settings(max_examples=max(10, (settings.default or settings()).max_examples * 3 // 5))


class Store:
    """One transaction seen from both sides: a writer's raw connection, and the questions' connection on top of it."""

    def __init__(self, connection: sa.Connection) -> None:
        self.asked = connection
        raw: Any = connection.connection.dbapi_connection
        self.raw = raw
        self.sender = Sender(raw)

    def tell(self, batches: list[Batch]) -> dict[str, int]:
        """Hands all batches in, in a transaction of their own; ids of both subdistricts."""
        self.asked.rollback()
        self.raw.rollback()  # the sender may have begun one that the questions' side knows nothing of
        ids = {code: self.sender.subdistrict(code) for code in (NORTH, SOUTH)}
        for batch in batches:
            self.sender.send(ids[batch.subdistrict], batch.source, batch.mode, batch.rows)
        return ids

    def last_recorded(self, subdistrict_id: int) -> datetime | None:
        """When the newest row was recorded; None before the first."""
        found: datetime | None = self.sender.call(
            "select nullif(last_recorded_at, '-infinity') from app.subdistricts where subdistrict_id = %s",
            (subdistrict_id,),
        )
        return found


@pytest.fixture
def told(shared_store: Database) -> Iterator[Store]:
    """The small world in a transaction that nobody else ever sees."""
    engine = sa.create_engine(shared_store.owner_url, poolclass=StaticPool)
    with engine.connect() as connection:
        yield Store(connection)
        connection.rollback()
    engine.dispose()


def _asked(figure: Rolled, connection: sa.Connection, asked: Filter, by: By, level: str | None) -> pd.DataFrame | None:
    """The answer, the same both ways; None where it is not recorded, both ways."""
    answers: list[pd.DataFrame | None] = []
    for use_rollup in (True, False):
        try:
            answers.append(figure(connection, asked, by, unit_level=level, use_rollup=use_rollup))
        except NotRecordedError:
            answers.append(None)
    rolled_up, counted = answers
    if rolled_up is None or counted is None:
        assert rolled_up is counted
        return None
    pd.testing.assert_frame_equal(rolled_up, counted)
    return counted


def check(held: Store, subdistrict_id: int, data: st.DataObject) -> None:
    """Every figure by drawn groupings: one answer, and one that adds up to the total where each case has one key."""
    for asked in _filters(data, held, subdistrict_id):
        groupings = data.draw(st.lists(st.sampled_from(GROUPINGS), min_size=2, max_size=3, unique=True))
        for name, (figure, kinds) in FIGURES.items():
            narrowed = Filter(**{**vars(asked), "kinds": asked.kinds or kinds})
            totals = _asked(figure, held.asked, narrowed, By.TOTAL, None)
            if totals is None:
                continue
            sums = totals[["n", "good"]].sum()
            for by, level in groupings:
                note(f"{name} by {by} {level or ''}, {narrowed}")
                answer = _asked(figure, held.asked, narrowed, by, level)
                assert answer is not None
                assert (answer["n"] > 0).all() and (answer["good"] <= answer["n"]).all()
                if by is not By.AREA:
                    pd.testing.assert_series_equal(answer[["n", "good"]].sum(), sums)


def _filters(data: st.DataObject, held: Store, subdistrict_id: int) -> list[Filter]:
    """Some periods, places and kinds, each as of the present, of somewhat later, and of the past."""
    last = held.last_recorded(subdistrict_id)
    if last is None:
        return []
    moments = sorted({row.recorded_at for row in store.read_log(held.raw)})
    chosen = [last, last + data.draw(st.sampled_from(AFTER)), data.draw(st.sampled_from(moments))]
    areas = store.select(held.raw, "select area_id from app.areas where subdistrict_id = %s", (subdistrict_id,))
    filters = []
    for as_of in chosen:
        first = data.draw(st.sampled_from(DAYS)).date() - timedelta(days=data.draw(st.sampled_from((0, 1, 20))))
        filters.append(
            Filter(
                subdistrict_id,
                as_of,
                "Asia/Shanghai",
                area_id=data.draw(st.sampled_from([None, None, *sorted(row["area_id"] for row in areas)])),
                kinds=data.draw(st.sampled_from((None, None, (Kind.APPEAL, Kind.HAZARD), (Kind.PETITION,)))),
                period_from=first,
                period_to=first + timedelta(days=data.draw(st.sampled_from((0, 1, 6, 27, 60)))),
            )
        )
    return filters


@given(history_batches(), st.data())
def test_of_histories(told: Store, batches: list[Batch], data: st.DataObject) -> None:
    ids = told.tell(batches)
    check(told, ids[NORTH], data)


@FEWER
@given(live_batches(), st.data())
def test_of_live_batches(told: Store, batches: list[Batch], data: st.DataObject) -> None:
    ids = told.tell(batches)
    check(told, ids[NORTH], data)


@FEWER
@given(both_subdistricts(), st.data())
def test_of_cases_handed_over(told: Store, batches: list[Batch], data: st.DataObject) -> None:
    ids = told.tell(batches)
    for subdistrict_id in ids.values():
        check(told, subdistrict_id, data)


@FEWER
@given(history_batches(), st.data())
def test_where_the_source_gives_no_closing_times(told: Store, batches: list[Batch], data: st.DataObject) -> None:
    ids = told.tell(batches)
    # all cases come from the hotline: nobody knows how they went
    told.asked.execute(sa.text("update app.sources set records_times = false where source = 'hotline_12345'"))
    for asked in _filters(data, told, ids[NORTH]):
        for figure in (deadlines.on_time, hazards.on_the_spot):
            answer = _asked(figure, told.asked, asked, By.DAY, None)
            assert answer is None or answer.empty


def _told(case: str, event: str, at: str, **values: Any) -> InboxRow:
    return InboxRow(external_id=case, event=event, occurred_at=local(f"2024-{at}"), **values)


def test_a_redrawn_grid(told: Store) -> None:
    """n-1-3 ends and n-1-4 begins on 16 March. No case is lost to the totals, and each counts at one grid."""
    opening: dict[str, Any] = {"kind": "appeal", "type_code": "noise", "risk": "blue", "channel": "hotline"}
    rows = (
        _told("due after", "reported", "03-15 08:00", area_code="n-1-3", due_at=local("2024-03-18 08:00"), **opening),
        _told("moved after", "reported", "03-15 09:00", area_code="n-1-3", due_at=local("2024-03-15 10:00"), **opening),
        _told("moved after", "resolved", "03-15 09:30"),
        _told("moved after", "reassigned", "03-20 08:00", area_code="n-1-4"),
    )
    ids = told.tell(
        [Batch(NORTH, "hotline_12345", "history", tuple(replace(r, recorded_at=r.occurred_at) for r in rows))]
    )
    asked = Filter(
        ids[NORTH], local("2024-03-25 12:00"), "Asia/Shanghai", None, None, date(2024, 3, 11), date(2024, 3, 24)
    )
    areas = store.select(
        told.raw, "select area_id, code, valid_from from app.areas where subdistrict_id = %s", (ids[NORTH],)
    )
    codes = {str(area["area_id"]): area["code"] for area in areas}
    for name in ("same_day", "on_time"):
        figure, _ = FIGURES[name]
        assert asked_twice(figure, told.asked, asked)[None][:2] == (2, 1), name
        by_grid = asked_twice(figure, told.asked, asked, By.AREA, "grid")
        assert {codes[key or ""]: row[:2] for key, row in by_grid.items()} == {"n-1-3": (1, 0), "n-1-4": (1, 1)}
        by_community = asked_twice(figure, told.asked, asked, By.AREA, "community")
        assert {codes[key or ""]: row[:2] for key, row in by_community.items()} == {"n-1": (2, 1)}
