"""A review as slides: each section begins with what is to be said of it, tables go on to the next slide, charts can be
edited.
"""

from collections.abc import Sequence
from typing import Any, Final

from dashboard.exports.review.deck import FOOT_TOP, INK, MARGIN, QUIET, TEXT, TITLE_TOP, WIDTH, Deck
from dashboard.exports.review.fit import LEADING, Style, fit, lines_of, pages, rough
from dashboard.review.table import About, Chart, Sentences, ShownSection, ShownTable, check
from dashboard.text import Text

_STYLE: Final = Style(size=12.0, least=10.0, beside=5.0, above=2.5)
_INNER: Final = WIDTH - 2 * MARGIN
_BOTTOM: Final = FOOT_TOP - 10
_TITLE_SIZES: Final = (26.0, 22.0, 18.0, 15.0)
_MOST_TITLE_LINES: Final = 2
#: Bars of one chart; more go on in the next.
_MOST_BARS: Final = 20
_GAP: Final = 14.0
#: A chart of so many bars takes half of the width.
_HALF: Final = 10


def slides(about: About, sections: Sequence[ShownSection], sentences: Sentences, words: Text) -> bytes:
    """The file. Raises BrokenReviewError."""
    check(sections)
    deck = Deck(about)
    _cover(deck, about, words)
    for section in sections:
        _Flow(deck, section, [said for said in sentences.get(section.id, ()) if said], words).draw()
    return deck.bytes()


def _cover(deck: Deck, about: About, words: Text) -> None:
    slide = deck.slide(about.title, 34)
    top = TITLE_TOP + 120
    deck.text(slide, about.period, MARGIN, top, _INNER, 34, 24, INK)
    lines = [
        words("as known at {time}", time=about.as_of),
        words("checksum {sum}", sum=about.checksum),
        *([about.provisional] if about.provisional else []),
    ]
    for number, line in enumerate(lines):
        deck.text(slide, line, MARGIN, top + 56 + 24 * number, _INNER, 20, 14 if number != 1 else 11, QUIET)


class _Flow:
    """Draws one section from slide to slide."""

    def __init__(self, deck: Deck, section: ShownSection, said: Sequence[str], words: Text) -> None:
        self._deck, self._section, self._words = deck, section, words
        self._said = list(said)
        self._slide: Any = None
        self._top = _BOTTOM
        self._left = MARGIN  # where a chart of half the width goes
        self._begun = 0

    def draw(self) -> None:
        """All tables and their charts."""
        self._next()
        for table in self._section.tables:
            if table.is_said:
                continue
            self._table(table)
            for chart in table.charts:
                self._chart(table, chart)

    def _next(self) -> None:
        """The section's next slide: the first says what is to be said."""
        self._begun += 1
        section = self._section.title
        if self._begun == 1 and self._said:
            title, further = self._said[0], self._said[1:]
        else:
            title, further = section if self._begun == 1 else f"{section} ({self._begun})", []
        size = next(
            (size for size in _TITLE_SIZES if len(lines_of(title, _INNER, size, rough, is_bold=True)) <= 2),
            _TITLE_SIZES[-1],
        )
        self._slide = self._deck.slide(title, size)
        lines = len(lines_of(title, _INNER, size, rough, is_bold=True))
        self._top, self._left = TITLE_TOP + max(lines * size * LEADING, 32) + 6, MARGIN
        if title != section and self._begun == 1:
            self._deck.text(self._slide, section, MARGIN, TITLE_TOP - 18, _INNER, 14, 10, QUIET)
        for said in further:
            height = len(lines_of(said, _INNER, 15, rough)) * 15 * LEADING
            if self._top + height > _BOTTOM - 120:
                break
            self._deck.text(self._slide, said, MARGIN, self._top, _INNER, height, 15, TEXT)
            self._top += height + 4
        self._top += 6
        self._start = self._top

    @property
    def _is_fresh(self) -> bool:
        return self._top == self._start and self._left == MARGIN

    def _below(self, height: float) -> None:
        """See to it that so much room is left below what is drawn."""
        self._end_of_charts()
        if self._top + height > _BOTTOM and not self._is_fresh:
            self._next()

    def _end_of_charts(self) -> None:
        """What comes next does not stand beside a chart."""
        if self._left != MARGIN:
            self._top, self._left = self._beside, MARGIN

    def _head(self, title: str, note: str, further: float) -> None:
        """The title of a table or chart, with so much room below it."""
        notes = len(lines_of(note, _INNER, 10, rough)) if note else 0
        height = 20 + notes * 10 * LEADING + 4
        self._below(height + further)
        if title != self._section.title:
            self._deck.text(self._slide, title, MARGIN, self._top, _INNER, 18, 13, INK, is_bold=True)
            self._top += 20
        if note:
            self._deck.text(self._slide, note, MARGIN, self._top, _INNER, notes * 10 * LEADING, 10, QUIET)
            self._top += notes * 10 * LEADING + 4

    def _table(self, table: ShownTable) -> None:
        printed = table.printed
        if not printed.rows:
            self._head(table.title, table.note, 0)
            self._top += _GAP
            return
        parts = fit(printed, _INNER, _STYLE, rough)
        self._head(table.title, table.note, parts[0].head_height + sum(parts[0].heights[:3]))
        for part in parts:
            self._below(part.head_height + sum(part.heights[:2]))
            for page in pages(part, _BOTTOM - self._top, _BOTTOM - self._further_top):
                if not page.rows:
                    continue
                if self._top + page.height > _BOTTOM + 0.5 and not self._is_fresh:
                    self._next()
                self._deck.table(self._slide, page, MARGIN, self._top)
                self._top += page.height + _GAP

    @property
    def _further_top(self) -> float:
        """Where tables begin on a slide that goes on."""
        return TITLE_TOP + max(_TITLE_SIZES[0] * LEADING, 32) + 12

    def _chart(self, table: ShownTable, chart: Chart) -> None:
        labels = table.labels(chart)
        series = [(name, table.numbers(chart, column)) for name, column in chart.series]
        known = [value for _, values in series for value in values if value is not None]
        most = 1.12 * max(known) if known and max(known) > 0 else None
        parts = -(-len(labels) // _MOST_BARS)
        each = -(-len(labels) // parts)
        for number in range(parts):
            rows = slice(number * each, (number + 1) * each)
            cut = [(name, values[rows]) for name, values in series]
            if any(value is not None for _, values in cut for value in values):
                title = chart.title if parts == 1 else f"{chart.title} ({number + 1}/{parts})"
                self._bars(title, chart.form, labels[rows], cut, most)

    def _bars(
        self,
        title: str,
        form: str,
        labels: Sequence[str],
        series: Sequence[tuple[str, Sequence[float | None]]],
        most: float | None,
    ) -> None:
        is_half = len(labels) <= _HALF
        each = 15.0 + 9.0 * (len(series) - 1)
        height = min(len(labels) * each + (34 if len(series) > 1 else 14), _BOTTOM - self._further_top - 24)
        height = max(height, 120.0)
        if self._left != MARGIN and (not is_half or self._top + 20 + height > _BOTTOM):
            self._end_of_charts()
        if self._left == MARGIN and self._top + 20 + height > _BOTTOM and not self._is_fresh:
            self._next()
        width = (_INNER - 24) / 2 if is_half else _INNER
        self._deck.text(self._slide, title, self._left, self._top, width, 18, 13, INK, is_bold=True)
        self._deck.chart(self._slide, form, labels, series, (self._left, self._top + 20, width, height), most)
        end = self._top + 20 + height + _GAP
        if is_half and self._left == MARGIN:
            self._beside, self._left = end, MARGIN + width + 24
        else:
            self._top = max(end, self._beside) if self._left != MARGIN else end
            self._left = MARGIN

    _beside = 0.0
    _start = 0.0
