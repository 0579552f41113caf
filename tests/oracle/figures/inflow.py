"""What has come in lately, and what is usual: the figures by which a mode turns.

What was withdrawn counts for nothing.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tests.oracle.cases import Case
from tests.oracle.figures.asked import Asked, Reading
from tests.oracle.figures.fairness import of_all

USUAL_DAYS = 28
FIVE_MINUTES = timedelta(minutes=5)

Span = tuple[int, int, int]


def standing(reading: Reading, asked: Asked) -> list[Case]:
    """The cases of the subdistrict whose mode it is, of whatever area and kinds, that are not withdrawn."""
    return [item.case for item in reading.chosen(of_all(asked)) if item.case.state != "withdrawn"]


def usual_hours(reading: Reading, asked: Asked) -> dict[int, int]:
    """Local hour -> cases reported in it on the 28 whole local days before the day of as_of."""
    today = reading.day(asked.as_of)
    days = [case for case in standing(reading, asked) if timedelta(0) < today - case.reported_day]
    return dict(Counter(case.reported_hour for case in days if (today - case.reported_day).days <= USUAL_DAYS))


def spans(reading: Reading, asked: Asked, since: datetime) -> dict[datetime, Span]:
    """Begin of each five minutes of the clock, those in which ``since`` lies the first and as_of the last -> cases
    reported in them, the red and the orange ones among them.
    """
    begin = since.astimezone(UTC).replace(second=0, microsecond=0)
    begin -= timedelta(minutes=begin.minute % 5)
    cases = standing(reading, asked)
    found: dict[datetime, Span] = {}
    while begin <= asked.as_of:
        found[begin] = _counts([case for case in cases if begin <= case.reported_at < begin + FIVE_MINUTES])
        begin += FIVE_MINUTES
    return found


def reported_since(reading: Reading, asked: Asked, since: datetime) -> tuple[int, int, int, int]:
    """Cases reported from a moment on, the red and the orange ones among them, those still open."""
    cases = [case for case in standing(reading, asked) if case.reported_at >= since]
    return (*_counts(cases), sum(case.state == "open" for case in cases))


def _counts(cases: Sequence[Case]) -> Span:
    return len(cases), sum(case.risk == "red" for case in cases), sum(case.risk == "orange" for case in cases)


def surge(reading: Reading, asked: Asked, risks: Sequence[str], minutes: int, past_days: int) -> tuple[int, int]:
    """Cases of some colours reported in the minutes up to as_of, and in those up to the same clock time of the local
    days before; what was reported at the beginning of the minutes came before them.
    """
    local = asked.as_of.astimezone(reading.world.time_zone)
    moments = [case.reported_at for case in standing(reading, asked) if case.risk in risks]

    def count(end: datetime) -> int:
        return sum(end - timedelta(minutes=minutes) < moment <= end for moment in moments)

    # a clock time on another day is told by the wall; what lies before it, by the time that passes
    before = [(local - timedelta(days=number)).astimezone(UTC) for number in range(1, past_days + 1)]
    return count(local.astimezone(UTC)), sum(map(count, before))
