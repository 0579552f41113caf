"""How many of the cases on the variable list really turned worse."""

from datetime import UTC, date, datetime, timedelta

from tests.oracle.cases import last_state
from tests.oracle.escalations import closes
from tests.oracle.figures.asked import Asked, Known, Reading, at
from tests.oracle.figures.days import days_between
from tests.oracle.figures.grouping import Rates
from tests.oracle.figures.lists import variable

FOLLOWED_DAYS = 7
LISTED_DAYS = 7
PARTS = ("near_deadline", "reopened", "repeated", "unanswered")


def days_after(moment: datetime, days: int = FOLLOWED_DAYS) -> datetime:
    """The end of the time a case is followed, in days of 24 hours also where a local one is longer or shorter.

    Python adds to a local time by the wall clock, so not to that.
    """
    return moment.astimezone(UTC) + timedelta(days=days)


def is_followed(reading: Reading, asked: Asked, day: date) -> bool:
    """Whether the seven days after a day's end are over."""
    return days_after(reading.end_of(day)) <= asked.as_of


def listed_days(reading: Reading, asked: Asked) -> list[date]:
    """The period's followed days; without a period the newest seven such days."""
    today = reading.day(asked.as_of)
    first, last = asked.period or (today - timedelta(days=2 * FOLLOWED_DAYS + 2), today)
    followed = [day for day in days_between(first, min(last, today)) if is_followed(reading, asked, day)]
    return followed if asked.period else followed[-LISTED_DAYS:]


def is_open_throughout(known: Known, start: datetime, end: datetime) -> bool:
    """Whether a case was not closed at ``start`` and was not closed after it up to ``end``, both inside.

    A case that came to be known as reported later was not closed either.
    """
    state = last_state([row for row in known.rows if row.occurred_at <= start])[0]
    return state in ("open", None) and not any(closes(row) and start < row.occurred_at <= end for row in known.rows)


#: Its deadline missed, reopened, handed up again, an answer late, supervised.
Worse = tuple[bool, bool, bool, bool, bool]


def turned_worse(known: Known, listed_at: datetime, due_at: datetime | None, days: int = 7) -> Worse:
    """In what a case went worse in the days after it stood on the list, as known at the moment asked about.

    Its deadline as it stood then passed before it was closed (one that had passed already: it was not closed in all
    these days), it was reopened, handed up again, the deadline of an answer passed with neither an answer nor a
    closing, or it was supervised. What happens at the end of the days still counts, what happened at their start does
    not: a case still open at its deadline, which is the moment of the list, had missed it when it was listed.
    """
    until = days_after(listed_at, days)

    def is_after(moment: datetime) -> bool:
        return listed_at < moment <= until

    is_missed = False
    if due_at is not None and due_at <= until:
        was_overdue = due_at <= listed_at
        is_missed = is_open_throughout(known, listed_at, until if was_overdue else due_at)
    late_answers = [
        item
        for item in known.escalations
        if item.deadline_at is not None
        and is_after(item.deadline_at)
        and (item.answered_at is None or item.answered_at > item.deadline_at)
        and (item.lapsed_at is None or item.lapsed_at > item.deadline_at)
        and is_open_throughout(known, listed_at, item.deadline_at)
    ]
    happened = [row.event for row in known.rows if is_after(row.occurred_at)]
    is_handed_up = any(is_after(item.raised_at) for item in known.escalations)
    return is_missed, "reopened" in happened, is_handed_up, bool(late_answers), "supervised" in happened


def precision(reading: Reading, asked: Asked) -> Rates:
    """Cases × days on the list of each day's end, as known then: n, turned worse, is_provisional, by part and in all.

    Who is on a list is told by what was known then; what became of a case, by what is known at as_of.
    """
    now = {known.case.case_id: known for known in reading.known(asked.subdistrict_id, asked.as_of)}
    found: dict[str, list[bool]] = {}
    for day in listed_days(reading, asked):
        end = reading.end_of(day)
        then = {known.case.case_id: known for known in reading.known(asked.subdistrict_id, end)}
        for case_id, flags in variable(reading, at(asked, end)).items():
            is_worse = case_id in now and any(turned_worse(now[case_id], end, then[case_id].case.due_at))
            for part in ("total", *(name for name, flag in zip(PARTS, flags, strict=True) if flag)):
                found.setdefault(part, []).append(is_worse)
    is_provisional = asked.period is not None and not is_followed(reading, asked, asked.period[1])
    return {part: (len(worse), sum(worse), is_provisional) for part, worse in found.items()}
