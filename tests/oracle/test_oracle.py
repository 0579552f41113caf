"""The oracle on histories small enough to work out by hand. Every expected value here was written, not computed."""

import zoneinfo
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.oracle.area_day import AreaDay, derive_area_day, histogram_bin
from tests.oracle.cases import Case, derive_case
from tests.oracle.checkpoints import derive_checkpoint, month_starts
from tests.oracle.effective import VOID_FIELD, effective_rows
from tests.oracle.escalations import Escalation, escalations_of
from tests.oracle.rows import SHANGHAI, Area, LogRow, World

SUBDISTRICT, COMMUNITY, GRID, OTHER_GRID = 10, 11, 12, 13
END_OF_TIME = datetime(2030, 1, 1, tzinfo=UTC)
WORLD = World(
    areas={
        1: Area(area_id=1, subdistrict_id=0, code="city", level="city", parent_id=None),
        SUBDISTRICT: Area(area_id=10, subdistrict_id=10, code="s", level="subdistrict", parent_id=1),
        COMMUNITY: Area(area_id=11, subdistrict_id=10, code="c", level="community", parent_id=10),
        GRID: Area(area_id=12, subdistrict_id=10, code="g", level="grid", parent_id=11),
        OTHER_GRID: Area(area_id=13, subdistrict_id=10, code="h", level="grid", parent_id=11),
    },
    types={"noise": 7, "leak": 8},
    departments={(10, "water"): 5},
    handling_edges=(10, 60, 1440),
)


def at(text: str) -> datetime:
    """A moment in Shanghai: "03-10 23:59:59" of 2026."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


class History:
    """Builds the log rows of one case; log_id counts up; recorded when it happened unless said otherwise."""

    def __init__(self, case_id: int = 1) -> None:
        self.rows: list[LogRow] = []
        self.case_id = case_id

    def add(self, event: str, when: str, recorded: str | None = None, **values: Any) -> "History":
        """One more row."""
        occurred_at = at(when)
        recorded_at = occurred_at if recorded is None else at(recorded)
        log_id = self.case_id * 100 + len(self.rows) + 1
        row = LogRow(
            subdistrict_id=10,
            case_id=self.case_id,
            log_id=log_id,
            occurred_at=occurred_at,
            recorded_at=recorded_at,
            batch_id=1,
            row_no=log_id,
            event=event,
            **values,
        )
        self.rows.append(row)
        return self

    def reported(self, when: str, recorded: str | None = None, **values: Any) -> "History":
        """The opening row, with the least it must carry."""
        given = {"area_id": GRID, "kind": "appeal", "type_id": 7, "risk": "blue", "channel": "app"} | values
        return self.add("reported", when, recorded, **given)

    def case(self, as_of: datetime = END_OF_TIME, world: World = WORLD) -> Case:
        """What the oracle makes of it."""
        case = derive_case(self.rows, as_of, world)
        assert case is not None
        return case

    def escalations(self, as_of: datetime = END_OF_TIME) -> list[Escalation]:
        """Its hand-ups."""
        return escalations_of(effective_rows(self.rows, as_of, WORLD))

    def day(self, area_id: int, day: str, kind: str = "appeal", as_of: datetime = END_OF_TIME) -> AreaDay:
        """One cell of area_day."""
        cells = derive_area_day(self.rows, as_of, WORLD)
        return cells.get((10, area_id, date.fromisoformat(f"2026-{day}"), kind), AreaDay())


@pytest.mark.parametrize(
    ("moment", "day", "hour"),
    [
        ("03-10 23:59:59", date(2026, 3, 10), 23),
        ("03-11 00:00:00", date(2026, 3, 11), 0),
        ("03-11 08:00:00", date(2026, 3, 11), 8),  # midnight of UTC
        ("03-11 07:59:59", date(2026, 3, 11), 7),  # still the tenth in UTC
    ],
)
def test_the_day_is_the_stores_own(moment: str, day: date, hour: int) -> None:
    case = History().reported(moment).case()
    assert (case.reported_day, case.reported_hour) == (day, hour)


def test_another_time_zone_gives_another_day() -> None:
    in_new_york = World(areas=WORLD.areas, time_zone=zoneinfo.ZoneInfo("America/New_York"))
    case = History().reported("03-11 08:00:00").case(world=in_new_york)
    assert (case.reported_day, case.reported_hour) == (date(2026, 3, 10), 20)


@pytest.mark.parametrize(
    ("resolved", "resolved_that_day"),
    [("03-10 23:59:59", True), ("03-11 00:00:00", False), ("03-11 08:00:00", False)],
)
def test_same_day_ends_at_local_midnight(resolved: str, resolved_that_day: bool) -> None:
    case = History().reported("03-10 08:00:00").add("resolved", resolved).case()
    assert case.is_same_day_counted
    assert case.is_same_day_resolved is resolved_that_day
    assert case.is_same_day_kept is resolved_that_day


@pytest.mark.parametrize(
    ("reopened", "resolved", "kept"),
    [
        ("03-10 23:59:59", False, False),  # open again at midnight
        ("03-11 00:00:00", True, False),  # the first second of the window
        ("03-17 23:59:59", True, False),  # the last
        ("03-18 00:00:00", True, True),  # seven days have passed
    ],
)
def test_reopening_takes_the_same_day_back_for_seven_days(reopened: str, resolved: bool, kept: bool) -> None:
    case = History().reported("03-10 09:00").add("resolved", "03-10 10:00").add("reopened", reopened).case()
    assert (case.is_same_day_resolved, case.is_same_day_kept) == (resolved, kept)
    assert (case.state, case.resolved_at, case.reopened_count) == ("open", None, 1)
    assert case.first_resolved_at == at("03-10 10:00")


def test_reopened_across_midnight_and_resolved_again_counts_by_its_last_resolution() -> None:
    history = History().reported("03-10 09:00").add("resolved", "03-10 23:00")
    history.add("reopened", "03-11 00:30").add("resolved", "03-11 10:00", level="community")
    case = history.case()
    assert (case.resolved_at, case.resolved_day) == (at("03-11 10:00"), date(2026, 3, 11))
    assert (case.resolved_level, case.is_on_the_spot) == ("community", False)
    assert history.day(GRID, "03-10").resolved == 0
    assert history.day(GRID, "03-11").resolved == 1
    assert history.day(GRID, "03-11").reopened == 1
    assert history.day(GRID, "03-11").handling_minutes == 25 * 60


@pytest.mark.parametrize(("withdrawn", "counted"), [("03-10 23:59:59", False), ("03-11 00:00", True)])
def test_withdrawn_before_midnight_is_not_counted(withdrawn: str, counted: bool) -> None:
    history = History().reported("03-10 09:00").add("withdrawn", withdrawn)
    assert history.case().is_same_day_counted is counted
    cell = history.day(GRID, "03-10")
    assert (cell.reported, cell.same_day_counted) == (1, int(counted))
    assert history.day(GRID, withdrawn[:5]).withdrawn == 1


def test_transferred_before_midnight_is_not_counted() -> None:
    moved: dict[str, Any] = {"linked_subdistrict_id": 20, "linked_case_id": 9}
    case = History().reported("03-10 09:00").add("reassigned", "03-10 10:00", **moved).case()
    assert (case.state, case.is_same_day_counted, case.linked_case_id) == ("transferred", False, 9)


def test_late_record_is_unknown_before_it_was_recorded() -> None:
    history = History().reported("03-10 09:00").add("resolved", "03-10 10:00", recorded="03-12 08:00")
    assert history.case(at("03-11 23:59:59")).state == "open"
    late = history.case(at("03-12 08:00"))
    assert (late.state, late.is_same_day_resolved, late.resolved_day) == ("resolved", True, date(2026, 3, 10))
    assert late.last_recorded_at == at("03-12 08:00")


def test_a_case_without_its_report_is_no_case() -> None:
    history = History().add("resolved", "03-10 10:00")
    assert derive_case(history.rows, END_OF_TIME, WORLD) is None


def test_order_within_one_moment_is_the_order_of_stages() -> None:
    history = History().add("reopened", "03-10 10:00").add("resolved", "03-10 10:00").reported("03-10 10:00")
    case = history.case()
    assert (case.state, case.last_event, case.reopened_count) == ("open", "reopened", 1)


def test_values_are_the_last_ones_given() -> None:
    history = History().reported("03-10 09:00", risk="blue", summary="first")
    history.add("dispatched", "03-10 09:10", level="department", department_id=5)
    history.add("reassigned", "03-10 09:20", area_id=OTHER_GRID, risk="red", level="community")
    case = history.case()
    assert (case.area_id, case.risk, case.level, case.department_id) == (OTHER_GRID, "red", "community", 5)
    assert (case.summary, case.type_id) == ("first", 7)
    assert history.day(GRID, "03-10").reported == 0
    for area_id in (OTHER_GRID, COMMUNITY, SUBDISTRICT):
        assert history.day(area_id, "03-10").reported_red == 1


def test_a_case_of_a_community_counts_at_no_grid() -> None:
    cells = derive_area_day(History().reported("03-10 09:00", area_id=COMMUNITY).rows, END_OF_TIME, WORLD)
    assert {area_id for _, area_id, _, _ in cells} == {COMMUNITY, SUBDISTRICT}
    assert cells[10, COMMUNITY, date(2026, 3, 10), "appeal"].reported_by_hour == [0] * 9 + [1] + [0] * 14


def test_on_the_spot_needs_neither_dispatch_nor_another_level() -> None:
    spot = History().reported("03-10 09:00").add("resolved", "03-10 09:05")
    assert spot.case().is_on_the_spot and spot.case().resolved_level == "grid"
    assert spot.day(GRID, "03-10").on_the_spot == 1
    assert not History().reported("03-10 09:00").add("resolved", "03-10 09:05", level="community").case().is_on_the_spot
    sent = History().reported("03-10 09:00").add("dispatched", "03-10 09:01").add("resolved", "03-10 09:05")
    assert not sent.case().is_on_the_spot


def test_correction_counts_from_its_own_recording_and_the_latest_wins() -> None:
    history = History().reported("03-10 23:50").add("resolved", "03-11 00:10")
    resolved = history.rows[1].log_id
    late: dict[str, Any] = {"ref_log_id": resolved, "field": "occurred_at"}
    history.add("corrected", "03-12 09:00", value="2026-03-10T23:55:00+08:00", **late)
    history.add("corrected", "03-12 08:00", recorded="03-13 09:00", value="2026-03-10T23:58:00+08:00", **late)
    assert not history.case(at("03-12 08:59:59")).is_same_day_resolved
    assert history.case(at("03-12 09:00")).resolved_at == at("03-10 23:55")
    assert history.case().resolved_at == at("03-10 23:58")
    assert history.case().is_same_day_resolved
    assert history.case().last_event == "resolved"
    assert history.case().last_occurred_at == at("03-12 09:00")


def test_correction_of_codes() -> None:
    history = History().reported("03-10 09:00")
    opened = history.rows[0].log_id
    for minute, (name, value) in enumerate({"area_code": "h", "type_code": "leak", "kind": "hazard"}.items()):
        history.add("corrected", f"03-10 10:0{minute}", ref_log_id=opened, field=name, value=value)
    case = history.case()
    assert (case.area_id, case.type_id, case.kind) == (OTHER_GRID, 8, "hazard")
    assert history.day(OTHER_GRID, "03-10", "hazard").reported == 1
    assert history.day(OTHER_GRID, "03-10", "appeal") == AreaDay()


def test_voided_rows_count_until_they_are_voided() -> None:
    history = History().reported("03-10 09:00").add("resolved", "03-10 10:00")
    history.add("corrected", "03-11 09:00", ref_log_id=history.rows[1].log_id, field=VOID_FIELD)
    assert history.case(at("03-11 08:59")).state == "resolved"
    assert history.case().state == "open"
    history.add("corrected", "03-11 10:00", ref_log_id=history.rows[0].log_id, field=VOID_FIELD)
    assert derive_case(history.rows, END_OF_TIME, WORLD) is None


def test_escalations_pending_answered_and_lapsed() -> None:
    history = History().reported("03-10 09:00")
    handed: dict[str, Any] = {"level": "department", "department_id": 5}
    history.add("escalated", "03-10 10:00", escalation_no=1, due_at=at("03-10 12:00"), **handed)
    assert [item.state for item in history.escalations()] == ["pending"]
    assert history.case().escalations_pending == 1
    history.add("supervised", "03-10 10:30", escalation_no=1).add("supervised", "03-10 10:40", escalation_no=1)
    history.add("answered", "03-10 11:00", escalation_no=1).add("acknowledged", "03-10 11:30", escalation_no=1)
    history.add("reassigned", "03-10 12:00", area_id=OTHER_GRID)
    history.add("escalated", "03-10 13:00", escalation_no=2, level="subdistrict")
    history.add("resolved", "03-10 14:00").add("answered", "03-10 15:00", escalation_no=2)
    first, second = history.escalations()
    assert (first.state, first.answered_at, first.lapsed_at) == ("answered", at("03-10 11:00"), None)
    assert (first.supervised_at, first.supervised_count) == (at("03-10 10:30"), 2)
    assert (first.acknowledged_at, first.deadline_at) == (at("03-10 11:30"), at("03-10 12:00"))
    assert (first.from_area_id, second.from_area_id) == (GRID, OTHER_GRID)
    assert (second.state, second.lapsed_at) == ("lapsed", at("03-10 14:00"))
    assert (second.answered_at, second.department_id) == (at("03-10 15:00"), None)
    assert (history.case().escalation_count, history.case().escalations_pending) == (2, 0)
    assert history.day(OTHER_GRID, "03-10").escalated == 2


def test_deadlines() -> None:
    history = History().reported("03-10 09:00", due_at=at("03-11 00:00"))
    history.add("deadline_changed", "03-10 20:00", due_at=at("03-13 00:00")).add("resolved", "03-11 00:00")
    case = history.case()
    assert (case.first_due_at, case.due_at, case.deadline_changes) == (at("03-11 00:00"), at("03-13 00:00"), 1)
    assert case.due_day == date(2026, 3, 11)
    assert (history.day(GRID, "03-11").due, history.day(GRID, "03-11").due_on_time) == (1, 1)


@pytest.mark.parametrize(("withdrawn", "due"), [("03-10 23:59:59", 0), ("03-11 00:00:00", 1)])
def test_withdrawn_before_the_deadline_is_not_due(withdrawn: str, due: int) -> None:
    history = History().reported("03-10 09:00", due_at=at("03-11 00:00")).add("withdrawn", withdrawn)
    assert (history.day(GRID, "03-11").due, history.day(GRID, "03-11").due_on_time) == (due, 0)


@pytest.mark.parametrize(("minutes", "expected"), [(0, 0), (10, 0), (11, 1), (60, 1), (1440, 2), (1441, 3)])
def test_histogram_bins(minutes: int, expected: int) -> None:
    assert histogram_bin(minutes, (10, 60, 1440)) == expected


def test_checkpoint_holds_what_was_open_as_then_known() -> None:
    history = History().reported("03-30 09:00").add("resolved", "03-31 23:59:59", recorded="04-01 09:00")
    april, may = month_starts(at("03-30 09:00"), at("05-02 00:00"), WORLD)
    assert (april, may) == (at("04-01 00:00"), at("05-01 00:00"))
    assert list(derive_checkpoint(history.rows, april, WORLD)) == [(10, april, 1)]
    assert derive_checkpoint(history.rows, may, WORLD) == {}


def test_sum_over_grids_equals_the_subdistrict() -> None:
    rows = []
    for case_id in range(1, 6):
        area = GRID if case_id % 2 else OTHER_GRID
        rows += History(case_id).reported("03-10 09:00", area_id=area).add("resolved", "03-10 09:30").rows
    cells = derive_area_day(rows, END_OF_TIME, WORLD)
    day = date(2026, 3, 10)
    grids = [cells[10, area, day, "appeal"].resolved for area in (GRID, OTHER_GRID)]
    assert grids == [3, 2]
    assert cells[10, SUBDISTRICT, day, "appeal"].resolved == 5
    assert cells[10, SUBDISTRICT, day, "appeal"].handling_histogram[:3] == [0, 5, 0]
    assert timedelta(minutes=cells[10, COMMUNITY, day, "appeal"].handling_minutes) == timedelta(minutes=150)
