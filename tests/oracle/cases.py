"""One case from its rows: the row of app.cases that must follow from them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from tests.oracle.effective import effective_rows, known_rows
from tests.oracle.escalations import Escalation, escalations_of
from tests.oracle.rows import LogRow, World, by_case, next_day


@dataclass(frozen=True, kw_only=True)
class Case:
    """One row of app.cases."""

    subdistrict_id: int
    case_id: int
    source: str | None
    external_id: str | None
    kind: str | None
    type_id: int | None
    risk: str | None
    channel: str | None
    area_id: int
    department_id: int | None
    level: str
    state: str
    last_event: str
    discovered_at: datetime | None
    reported_at: datetime
    opened_at: datetime
    dispatched_at: datetime | None
    accepted_at: datetime | None
    first_resolved_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    fed_back_at: datetime | None
    evaluated_at: datetime | None
    withdrawn_at: datetime | None
    last_reopened_at: datetime | None
    first_due_at: datetime | None
    due_at: datetime | None
    reopened_count: int
    deadline_changes: int
    escalation_count: int
    escalations_pending: int
    resolved_level: str | None
    is_on_the_spot: bool
    satisfaction: int | None
    reported_day: date
    reported_hour: int
    resolved_day: date | None
    due_day: date | None
    reopened_days: list[date] | None
    withdrawn_days: list[date] | None
    escalated_days: list[date] | None
    is_same_day_counted: bool
    is_same_day_resolved: bool
    is_same_day_kept: bool
    lon: float | None
    lat: float | None
    summary: str | None
    party_key: str | None
    linked_subdistrict_id: int | None
    linked_case_id: int | None
    first_occurred_at: datetime
    last_occurred_at: datetime
    last_recorded_at: datetime
    stage_times: bytes
    open_spells: bytes | None


def last_given(rows: Iterable[LogRow], column: str) -> Any:
    """The last value of a column in the order of the case that is not null."""
    found = None
    for row in rows:
        value = getattr(row, column)
        if value is not None:
            found = value
    return found


def times_of(rows: Iterable[LogRow], event: str) -> list[datetime]:
    """When an event happened, in the order of the case."""
    return [row.occurred_at for row in rows if row.event == event]


def days_of(rows: Iterable[LogRow], event: str, world: World) -> list[date] | None:
    """The local days of an event, ascending, one per row; None if it never happened."""
    return sorted(world.local_day(moment) for moment in times_of(rows, event)) or None


def _first(times: Sequence[datetime]) -> datetime | None:
    return times[0] if times else None


def _last(times: Sequence[datetime]) -> datetime | None:
    return times[-1] if times else None


def last_state(rows: Iterable[LogRow]) -> tuple[str | None, datetime | None]:
    """The state after the last row that changes it, and that row's time; None before anything was reported."""
    state, since = None, None
    for row in rows:
        if row.event in ("reported", "reopened"):
            state, since = "open", row.occurred_at
        elif row.event in ("resolved", "withdrawn"):
            state, since = row.event, row.occurred_at
        elif row.event == "reassigned" and row.linked_subdistrict_id is not None:
            state, since = "transferred", row.occurred_at
    return state, since


def state_before(rows: Iterable[LogRow], moment: datetime) -> str | None:
    """The state by the rows that happened before a moment."""
    return last_state([row for row in rows if row.occurred_at < moment])[0]


def turns_of(rows: Iterable[LogRow]) -> list[tuple[datetime, bool]]:
    """When a case became open (True) or closed (False): rows that leave it as it was change nothing."""
    is_open, turns = False, []
    for row in rows:
        state, _ = last_state([row])
        if state is not None and (state == "open") is not is_open:
            is_open = not is_open
            turns.append((row.occurred_at, is_open))
    return turns


BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def packed(*moments: datetime | None) -> bytes:
    """Whole seconds since 2000, four bytes each, the highest first; the lowest number there is for none."""
    told = (-(2**31) if moment is None else (moment - BEGINNING) // timedelta(seconds=1) for moment in moments)
    return b"".join(number.to_bytes(4, "big", signed=True) for number in told)


def packed_spells(reported_at: datetime, rows: Sequence[LogRow]) -> bytes | None:
    """For each spell in which the case was open its report, the spell's beginning and end.

    None where it was opened once and closed at most once, which other columns tell.
    """
    states = [state for state, _ in (last_state([row]) for row in rows) if state is not None]
    if len(states) <= 2 and not times_of(rows, "reopened"):
        return None
    moments: list[datetime | None] = [moment for moment, _ in turns_of(rows)]
    if len(moments) % 2:
        moments.append(None)
    return b"".join(packed(reported_at, *spell) for spell in zip(moments[::2], moments[1::2], strict=True))


def _resolved_level(rows: Sequence[LogRow]) -> str:
    """The level in force at the last ``resolved`` row, its own included."""
    level, at_resolution = "grid", "grid"
    for row in rows:
        level = row.level or level
        if row.event == "resolved":
            at_resolution = level
    return at_resolution


def _same_day(rows: Sequence[LogRow], day: date, world: World) -> tuple[bool, bool, bool]:
    """Counted, resolved and kept, by the state at 24:00 of the local day reported."""
    midnight = world.day_start(next_day(day))
    window_end = world.day_start(next_day(day, 1 + world.same_day_window_days))
    state = state_before(rows, midnight)
    reopened = any(midnight <= moment < window_end for moment in times_of(rows, "reopened"))
    resolved = state == "resolved"
    return state not in ("withdrawn", "transferred"), resolved, resolved and not reopened


def derive_case(all_rows: Sequence[LogRow], as_of: datetime, world: World) -> Case | None:
    """The case at ``as_of`` from all its log rows; None while no ``reported`` row of it counts."""
    rows = effective_rows(all_rows, as_of, world)
    reported = next((row for row in rows if row.event == "reported"), None)
    if reported is None:
        return None
    known = known_rows(all_rows, as_of)
    escalations: list[Escalation] = escalations_of(rows)
    state, since = last_state(rows)
    assert state is not None
    day = world.local_day(reported.occurred_at)
    counted, same_day_resolved, kept = _same_day(rows, day, world)
    resolved_at = _last(times_of(rows, "resolved")) if state == "resolved" else None
    resolved_level = _resolved_level(rows) if state == "resolved" else None
    changed_due = [row.due_at for row in rows if row.event == "deadline_changed" and row.due_at is not None]
    handed_on = any(row.event in ("dispatched", "escalated") for row in rows)
    given = partial(last_given, rows)
    return Case(
        subdistrict_id=reported.subdistrict_id,
        case_id=reported.case_id,
        source=reported.source,
        external_id=reported.external_id,
        kind=given("kind"),
        type_id=given("type_id"),
        risk=given("risk"),
        channel=given("channel"),
        area_id=given("area_id"),
        department_id=given("department_id"),
        level=given("level") or "grid",
        state=state,
        last_event=rows[-1].event,
        discovered_at=_first(times_of(rows, "discovered")),
        reported_at=reported.occurred_at,
        opened_at=next(row.occurred_at for row in all_rows if row.log_id == reported.log_id),
        dispatched_at=_first(times_of(rows, "dispatched")),
        accepted_at=_first(times_of(rows, "accepted")),
        first_resolved_at=_first(times_of(rows, "resolved")),
        resolved_at=resolved_at,
        closed_at=None if state == "open" else since,
        fed_back_at=_last(times_of(rows, "fed_back")),
        evaluated_at=_last(times_of(rows, "evaluated")),
        withdrawn_at=_last(times_of(rows, "withdrawn")),
        last_reopened_at=_last(times_of(rows, "reopened")),
        first_due_at=reported.due_at,
        due_at=changed_due[-1] if changed_due else reported.due_at,
        reopened_count=len(times_of(rows, "reopened")),
        deadline_changes=len(times_of(rows, "deadline_changed")),
        escalation_count=len(escalations),
        escalations_pending=sum(item.state == "pending" for item in escalations),
        resolved_level=resolved_level,
        is_on_the_spot=state == "resolved" and not handed_on and resolved_level == "grid",
        satisfaction=given("satisfaction"),
        reported_day=day,
        reported_hour=world.local_hour(reported.occurred_at),
        resolved_day=None if resolved_at is None else world.local_day(resolved_at),
        due_day=None if reported.due_at is None else world.local_day(reported.due_at),
        reopened_days=days_of(rows, "reopened", world),
        withdrawn_days=days_of(rows, "withdrawn", world),
        escalated_days=days_of(rows, "escalated", world),
        is_same_day_counted=counted,
        is_same_day_resolved=same_day_resolved,
        is_same_day_kept=kept,
        lon=given("lon"),
        lat=given("lat"),
        summary=given("summary"),
        party_key=given("party_key"),
        linked_subdistrict_id=given("linked_subdistrict_id"),
        linked_case_id=given("linked_case_id"),
        first_occurred_at=min(row.occurred_at for row in known),
        last_occurred_at=max(row.occurred_at for row in known),
        last_recorded_at=max(row.recorded_at for row in known),
        stage_times=packed(
            _first(times_of(rows, "discovered")),
            reported.occurred_at,
            _first(times_of(rows, "dispatched")),
            _first(times_of(rows, "resolved")),
            resolved_at,
            _last(times_of(rows, "fed_back")),
            _last(times_of(rows, "evaluated")),
            since if state in ("withdrawn", "transferred") else None,
        ),
        open_spells=packed_spells(reported.occurred_at, rows),
    )


def derive_cases(rows: Iterable[LogRow], as_of: datetime, world: World) -> dict[tuple[int, int], Case]:
    """Every case there is at ``as_of``, by (subdistrict_id, case_id)."""
    cases = {}
    for key, case_rows in by_case(rows).items():
        case = derive_case(case_rows, as_of, world)
        if case is not None:
            cases[key] = case
    return cases
