"""What stands beside the cases: the subdistrict's marks."""

from datetime import date, timedelta

from tests.oracle.figures.asked import Asked, Mark, Reading
from tests.oracle.figures.fairness import CYCLE_DAYS

#: The item of a sheet that is given as one number.
TOTAL = "total"

#: First and last day of the periods marked, the marks, the full marks.
Marked = tuple[date, date, float, float]
Span = tuple[date, date]


def marks(reading: Reading, asked: Asked, *, with_earlier: bool) -> dict[int, Marked]:
    """Area -> its marks of all assessed periods whose last day lies in the period, as recorded by as_of.

    With earlier ones, where no area has any: those of the newest assessed period that ended in the equal period before,
    of several that ended on that day all. Of the whole subdistrict: a unit is measured against all of its kind.
    """
    first, last = reading.period(asked, CYCLE_DAYS)
    before = first - (last - first) - timedelta(days=1)
    given = _sheets(reading, asked)
    spans = {span for sheets in given.values() for span in sheets}
    counted = {span for span in spans if first <= span[1] <= last}
    if not counted and with_earlier:
        newest = max((end for _, end in spans if before <= end < first), default=None)
        counted = {span for span in spans if span[1] == newest}
    return {
        area_id: _summed([span for span in sheets if span in counted], sheets)
        for area_id, sheets in given.items()
        if counted & sheets.keys()
    }


def _sheets(reading: Reading, asked: Asked) -> dict[int, dict[Span, list[Mark]]]:
    """Area -> assessed period -> the marks that count for it: of each item the one recorded last, or the total."""
    newest: dict[tuple[int, Span], dict[str, Mark]] = {}
    for mark in sorted(reading.ground.marks, key=lambda mark: mark.recorded_at):
        if mark.subdistrict_id == asked.subdistrict_id and mark.recorded_at <= asked.as_of:
            newest.setdefault((mark.area_id, (mark.period_start, mark.period_end)), {})[mark.item] = mark
    found: dict[int, dict[Span, list[Mark]]] = {}
    for (area_id, span), items in newest.items():
        found.setdefault(area_id, {})[span] = [items[TOTAL]] if TOTAL in items else list(items.values())
    return found


def _summed(spans: list[Span], sheets: dict[Span, list[Mark]]) -> Marked:
    given = [mark for span in spans for mark in sheets[span]]
    return (
        min(first for first, _ in spans),
        max(last for _, last in spans),
        sum(mark.marks for mark in given),
        sum(mark.full_marks for mark in given),
    )
