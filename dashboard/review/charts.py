"""Which tables of a review are drawn as well, and how: a chart names columns of its table and holds no numbers."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from dashboard.review.table import Chart, ShownCell
from dashboard.text import Text

#: Numbers that a chart needs for anything to be seen.
_LEAST_ROWS: Final = 2


def charts_of(
    table: str, columns: Sequence[str], rows: Sequence[Sequence[ShownCell]], words: Text
) -> tuple[Chart, ...]:
    """The charts of a table, without those that would be empty."""
    make = _CHARTS.get("why" if table.startswith("why_") else table)
    if make is None or not rows:
        return ()
    return tuple(
        kept for chart in make(columns, rows, words) if (kept := _with_numbers(chart, columns, rows)) is not None
    )


Rows = Sequence[Sequence[ShownCell]]


def _with_numbers(chart: Chart, columns: Sequence[str], rows: Rows) -> Chart | None:
    """The chart without series that have no number; None where too little is left to be seen."""
    if chart.label not in columns:
        return None
    held = rows[chart.first : chart.last + 1]
    series = tuple(
        (name, column)
        for name, column in chart.series
        if column in columns and sum(_is_number(row[columns.index(column)]) for row in held) >= _LEAST_ROWS
    )
    if not series:
        return None
    return replace(chart, series=series)


def _is_number(cell: ShownCell) -> bool:
    return isinstance(cell.value, int | float) and not isinstance(cell.value, bool)


def _runs(columns: Sequence[str], rows: Rows, column: str) -> list[tuple[int, int, str]]:
    """First and last row of each run of rows that have the same there, and its text."""
    place = columns.index(column)
    found: list[tuple[int, int, str]] = []
    for number, row in enumerate(rows):
        if found and found[-1][2] == row[place].text:
            found[-1] = (found[-1][0], number, row[place].text)
        else:
            found.append((number, number, row[place].text))
    return found


def _rates(columns: Sequence[str], rows: Rows, words: Text) -> list[Chart]:
    series = (
        (words("This period"), "rate"),
        (words("Period before"), "rate_before"),
        (words("A year before"), "rate_last_year"),
    )
    return [Chart(words("Rates against earlier periods"), "figure", series, 0, len(rows) - 1, "share")]


def _counts(columns: Sequence[str], rows: Rows, words: Text) -> list[Chart]:
    series = (
        (words("This period"), "n"),
        (words("Period before"), "n_before"),
        (words("A year before"), "n_last_year"),
    )
    # the first row is the sum of the others
    return [Chart(words("Cases reported, by kind"), "name", series, 1, len(rows) - 1, "count")]


def _why(columns: Sequence[str], rows: Rows, words: Text) -> list[Chart]:
    series = ((words("by its share"), "mix"), (words("by its own rate"), "own"))
    return [
        Chart(words("Points brought: {by}", by=said), "name", series, first, last, "change")
        for first, last, said in _runs(columns, rows, "by")
    ]


def _ranking(columns: Sequence[str], rows: Rows, words: Text) -> list[Chart]:
    return [
        Chart(words("Score: {kind}", kind=said), "name", ((words("Score"), "score"),), first, last, "points")
        for first, last, said in _runs(columns, rows, "kind")
    ]


def _stock(columns: Sequence[str], rows: Rows, words: Text) -> list[Chart]:
    series = ((words("Open at the end"), "open"), (words("Open at the start"), "open_before"))
    return [Chart(words("Open cases, by kind"), "name", series, 1, len(rows) - 1, "count")]


def _variable_counts(columns: Sequence[str], rows: Rows, words: Text) -> list[Chart]:
    series = ((words("Number of cases"), "n"),)
    return [Chart(words("Likely to turn worse, by reason"), "part", series, 1, len(rows) - 1, "count")]


def _departments(columns: Sequence[str], rows: Rows, words: Text) -> list[Chart]:
    rates = ((words("Answered in time"), "rate"),)
    owed = ((words("Waiting"), "waiting"), (words("Past deadline"), "overdue"))
    return [
        Chart(words("Answered in time"), "name", rates, 0, len(rows) - 1, "share"),
        Chart(words("Waiting for an answer"), "name", owed, 0, len(rows) - 1, "count"),
    ]


def _clocks(columns: Sequence[str], rows: Rows, words: Text) -> list[Chart]:
    series = ((words("Median time"), "median_minutes"), (words("90 % within"), "p90_minutes"))
    return [Chart(words("Minutes between the stages, to powers of ten"), "clock", series, 0, len(rows) - 1, "minutes")]


def _field_work(columns: Sequence[str], rows: Rows, words: Text) -> list[Chart]:
    return [Chart(words("Field work, times"), "name", ((words("Times"), "times"),), 0, len(rows) - 1, "count")]


def _load(columns: Sequence[str], rows: Rows, words: Text) -> list[Chart]:
    series = ((words("Cases per member and day"), "load"),)
    return [Chart(words("Cases per member and day"), "name", series, 0, len(rows) - 1, "number", by_size=True)]


_CHARTS: Final[dict[str, Callable[[Sequence[str], Rows, Text], list[Chart]]]] = {
    "rates": _rates,
    "counts": _counts,
    "why": _why,
    "ranking": _ranking,
    "stock": _stock,
    "variable_counts": _variable_counts,
    "departments": _departments,
    "clocks": _clocks,
    "field_work": _field_work,
    "load": _load,
}
