"""Masked summaries by matter, and the lines of duty that matters belong to."""

from datetime import timedelta

from tests.oracle.figures.asked import Asked, Reading
from tests.oracle.figures.places import shown

Told = dict[tuple[int | None, str], tuple[int, int]]


def summaries(reading: Reading, asked: Asked, past_days: int, every: int) -> Told:
    """(matter, summary) -> cases of the period with it, and of so many days before, of which only those are taken whose
    number ``every`` divides. Whatever became of a case, it had its words.
    """
    first, last = reading.period(asked)
    found: Told = {}
    for item in shown(reading, asked):
        case = item.case
        is_now = first <= case.reported_day <= last
        is_before = first - timedelta(days=past_days) <= case.reported_day < first and case.case_id % every == 0
        if case.summary is not None and (is_now or is_before):
            n, n_before = found.get((case.type_id, case.summary), (0, 0))
            found[case.type_id, case.summary] = n + is_now, n_before + is_before
    return found


def lines(reading: Reading) -> dict[int, tuple[str, str]]:
    """What the line of duty above each matter is called, in both languages; a line itself belongs to none."""
    types = reading.ground.matters
    return {
        type_id: (types[matter.parent_id].name_zh, types[matter.parent_id].name_en)
        for type_id, matter in types.items()
        if matter.parent_id is not None
    }
