"""Owns where the cases behind a figure are listed: by which cut of which list, of which kind, over which days."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from dashboard.live.questions import STANDING, Answer, Cut, Kind, Only
from dashboard.pages.laptop.state import Address


class Behind(NamedTuple):
    """A cut of the list of cases, or of hand-ups; ``kind``: what the figure is of where none is chosen, None: all."""

    cut: Only | Cut
    kind: Kind | None = None


#: Those that count against a figure, or are counted.
BEHIND: Final[Mapping[str, Behind]] = {
    "same_day_resolution": Behind(Only.NOT_SAME_DAY, Kind.APPEAL),
    "same_day_today": Behind(Only.NOT_SAME_DAY, Kind.APPEAL),
    "same_day_like_days": Behind(Only.NOT_SAME_DAY, Kind.APPEAL),
    "same_day_units": Behind(Only.NOT_SAME_DAY, Kind.APPEAL),
    "on_time": Behind(Only.NOT_ON_TIME),
    "reopened": Behind(Only.RETURNED),
    "on_the_spot": Behind(Only.NOT_ON_THE_SPOT, Kind.HAZARD),
    "base_resolution": Behind(Only.NOT_AT_BASE),
    "stock": Behind(Only.OPEN),
    "overdue": Behind(Only.OVERDUE),
    "backlog_movement": Behind(Only.OPEN),
    "backlog_growing": Behind(Only.OPEN),
    "escalation_answer": Behind(Cut.MISSED),
    "escalations_waiting": Behind(Cut.PENDING),
    "escalations_pending": Behind(Cut.PENDING),
}
#: Cuts of those reported on the figure's days: all these are what it is of.
_OF_REPORTED: Final = frozenset({Only.NOT_SAME_DAY, Only.NOT_ON_THE_SPOT, Only.NOT_AT_BASE})
_OF_TODAY: Final = frozenset({"same_day_today"})


def cases_behind(answer: Answer, address: Address, **changes: Any) -> str | None:
    """The list of the cases behind a figure, or of those of its days; None where no list has them."""
    behind = BEHIND.get(answer.figure.id)
    if behind is None:
        return None if answer.period is None else _listed(answer, address, None, **changes)
    if behind.cut in STANDING and answer.period is not None:
        chosen = answer.asked.filter
        if chosen.period_to is not None and chosen.period_to < chosen.today:
            return None  # what stood at the end of a past period
        changes = {"from": None, "to": None} | changes
    if isinstance(behind.cut, Cut):
        return address.to("escalations", **{"state": behind.cut.value} | _days(answer) | changes)
    return _listed(answer, address, behind.kind, behind=behind.cut.value, **changes)


def cases_counted(answer: Answer, address: Address) -> str | None:
    """The list of the cases a rate is of; None where no list has just these."""
    behind = BEHIND.get(answer.figure.id)
    return None if behind is None or behind.cut not in _OF_REPORTED else _listed(answer, address, behind.kind)


def _listed(answer: Answer, address: Address, kind: Kind | None, **changes: Any) -> str:
    kinds = {} if kind is None or address.get("kinds") is not None else {"kinds": kind.value}
    return address.to("cases", **{"behind": None} | kinds | _days(answer) | changes)


def _days(answer: Answer) -> dict[str, Any]:
    """What the answer is about: its days; of what stands at its moment, whenever it was reported."""
    today = answer.asked.filter.today
    first, last = (today, today) if answer.figure.id in _OF_TODAY else answer.period or (None, None)
    return {"from": first, "to": last}
