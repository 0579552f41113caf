"""Owns which bars of a chart are drawn where there is little room: all of a short one, the ends of a long one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dashboard.review.table import Chart, ShownTable
from dashboard.text import Text

#: More bars than this say less than the table beside them.
MOST: Final = 40
_END: Final = 10


@dataclass(frozen=True)
class Bars:
    """A chart with its numbers. ``texts``: of the numbers, by series; ``ends``: of its axis, with room for them."""

    title: str
    form: str
    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[float | None, ...]], ...]
    texts: tuple[tuple[str, ...], ...]
    ends: tuple[float, float]

    def cut(self, start: int, end: int, title: str) -> "Bars":
        """Some of the bars, on the same axis."""
        series = tuple((name, values[start:end]) for name, values in self.series)
        texts = tuple(said[start:end] for said in self.texts)
        return Bars(title, self.form, self.labels[start:end], series, texts, self.ends)


def bars(table: ShownTable, chart: Chart, words: Text) -> Bars:
    """The bars of a chart, rows without any number left out."""
    names = table.labels(chart)
    values = {column: table.numbers(chart, column) for _, column in chart.series}
    kept = [row for row in range(len(names)) if any(numbers[row] is not None for numbers in values.values())]
    title = chart.title
    if len(kept) > MOST:
        kept, title = _picked(chart, kept, values[chart.series[0][1]], words)
    known = [float(n) for numbers in values.values() for row in kept if (n := numbers[row]) is not None]
    places = [table.place(column) for _, column in chart.series]
    return Bars(
        title,
        chart.form,
        tuple(names[row] for row in kept),
        tuple((name, tuple(values[column][row] for row in kept)) for name, column in chart.series),
        tuple(tuple(table.rows[chart.first + row][place].text for row in kept) for place in places),
        _ends(known),
    )


def _picked(chart: Chart, kept: Sequence[int], numbers: Sequence[float | None], words: Text) -> tuple[list[int], str]:
    """The largest of a chart that goes by size; of a ranked one the first and the last."""
    if chart.by_size:
        largest = sorted(kept, key=lambda row: -(numbers[row] or 0.0))[: 2 * _END]
        return largest, words("{title}: the {n} largest", title=chart.title, n=2 * _END)
    said = words("{title}: the first and last {n} of {all}", title=chart.title, n=_END, all=words.number(len(kept)))
    return [*kept[:_END], *kept[-_END:]], said


def _ends(known: Sequence[float]) -> tuple[float, float]:
    """From nought, or as far below as above it, with room for the number beside a bar."""
    most = max((abs(value) for value in known), default=0.0) or 1.0
    return (-1.35 * most, 1.35 * most) if min(known, default=0.0) < 0 else (0.0, 1.15 * most)
