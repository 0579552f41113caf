"""One case 事件: its state, what the log says of it, its hand-ups, and other cases near it in place and matter."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pandas as pd
from sqlalchemy import Connection

from queries.filters import Filter
from queries.privacy import SHOWN_SINGLY
from queries.runner import Shape, Type, ask, shape

#: Rows of the log that are older than the case's own first moment are not looked for further back than this.
_BEFORE: Final = timedelta(days=400)

STATE: Final[Shape] = shape(
    case_id=Type.INTEGER,
    source=Type.TEXT,
    kind=Type.TEXT,
    risk=Type.TEXT,
    summary=Type.TEXT,
    matter_zh=Type.TEXT,
    matter_en=Type.TEXT,
    area_id=Type.INTEGER,
    area_code=Type.TEXT,
    area_zh=Type.TEXT,
    area_en=Type.TEXT,
    community_code=Type.TEXT,
    community_zh=Type.TEXT,
    community_en=Type.TEXT,
    channel_zh=Type.TEXT,
    channel_en=Type.TEXT,
    level=Type.TEXT,
    state=Type.TEXT,
    department_zh=Type.TEXT,
    department_en=Type.TEXT,
    discovered_at=Type.MOMENT,
    reported_at=Type.MOMENT,
    dispatched_at=Type.MOMENT,
    accepted_at=Type.MOMENT,
    first_resolved_at=Type.MOMENT,
    fed_back_at=Type.MOMENT,
    evaluated_at=Type.MOMENT,
    closed_at=Type.MOMENT,
    first_due_at=Type.MOMENT,
    due_at=Type.MOMENT,
    reopened_count=Type.INTEGER,
    deadline_changes=Type.INTEGER,
    satisfaction=Type.INTEGER_OR_NONE,
    is_on_the_spot=Type.FLAG,
    is_untimed=Type.FLAG,
    lon=(Type.NUMBER, "degrees, WGS84"),
    lat=(Type.NUMBER, "degrees, WGS84"),
)

EVENTS: Final[Shape] = shape(
    log_id=Type.INTEGER,
    event=Type.TEXT,
    occurred_at=Type.MOMENT,
    recorded_at=Type.MOMENT,
    level=Type.TEXT,
    department_zh=Type.TEXT,
    department_en=Type.TEXT,
    area_zh=Type.TEXT,
    area_en=Type.TEXT,
    risk=Type.TEXT,
    escalation_no=Type.INTEGER_OR_NONE,
    due_at=Type.MOMENT,
    satisfaction=Type.INTEGER_OR_NONE,
    is_corrected=Type.FLAG,
)

HAND_UPS: Final[Shape] = shape(
    escalation_no=Type.INTEGER,
    level=Type.TEXT,
    department_zh=Type.TEXT,
    department_en=Type.TEXT,
    raised_at=Type.MOMENT,
    deadline_at=Type.MOMENT,
    answered_at=Type.MOMENT,
    lapsed_at=Type.MOMENT,
    supervised_count=Type.INTEGER,
    state=Type.TEXT,
)

NEIGHBOURS: Final[Shape] = shape(
    case_id=Type.INTEGER,
    reported_at=Type.MOMENT,
    kind=Type.TEXT,
    risk=Type.TEXT,
    title_zh=Type.TEXT,
    title_en=Type.TEXT,
    state=Type.TEXT,
    is_same_matter=Type.FLAG,
    metres=(Type.NUMBER, "metres; NaN where either has no place"),
)


@dataclass(frozen=True)
class Told:
    """All that a page says of one case, asked together."""

    state: dict[str, Any]  # the row of STATE
    events: pd.DataFrame
    hand_ups: pd.DataFrame
    neighbours: pd.DataFrame


def state(connection: Connection, filter: Filter, case_id: int) -> pd.DataFrame:
    """The case as known at as_of (STATE): one row, or none where it was not known then."""
    return ask(connection, "one_case", "state", STATE, {**filter.parameters(), "case_id": case_id})


def events(connection: Connection, filter: Filter, case_id: int, since: datetime) -> pd.DataFrame:
    """What the log says of it (EVENTS), in the order it happened. ``since``: no row is older, aware."""
    parameters = {**filter.parameters(), "case_id": case_id, "first_occurred_at": since}
    return ask(connection, "one_case", "events", EVENTS, parameters)


def hand_ups(connection: Connection, filter: Filter, case_id: int) -> pd.DataFrame:
    """Its hand-ups (HAND_UPS), in their order."""
    return ask(connection, "one_case", "hand_ups", HAND_UPS, {**filter.parameters(), "case_id": case_id})


def neighbours(connection: Connection, filter: Filter, case_id: int) -> pd.DataFrame:
    """Other cases near it in place or matter (NEIGHBOURS); of kinds that may be shown singly."""
    shown = [kind.value for kind in SHOWN_SINGLY]
    return ask(
        connection, "one_case", "neighbours", NEIGHBOURS, {**filter.parameters(), "case_id": case_id, "kinds": shown}
    )


def told(connection: Connection, filter: Filter, case_id: int) -> Told | None:
    """Everything of one case as known at as_of; None where there was none of that number.

    A police report or a petition is none: single cases of these kinds are not shown.
    """
    found = state(connection, filter, case_id)
    if found.empty or found["kind"].iloc[0] not in set(SHOWN_SINGLY):
        return None
    one = {str(name): value for name, value in found.iloc[0].items()}
    first = min(moment for moment in (one["discovered_at"], one["reported_at"]) if not pd.isna(moment))
    since = first.to_pydatetime().astimezone(UTC) - _BEFORE
    return Told(
        state=one,
        events=events(connection, filter, case_id, since),
        hand_ups=hand_ups(connection, filter, case_id),
        neighbours=neighbours(connection, filter, case_id),
    )
