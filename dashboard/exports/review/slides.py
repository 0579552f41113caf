"""A review as slides: each section begins with what is to be said of it, tables go on to the next slide, charts can be
edited.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from dashboard.exports.review.bars import Bars, bars
from dashboard.exports.review.deck import FOOT_TOP, INK, MARGIN, QUIET, TEXT, TITLE_TOP, WIDTH, Deck
from dashboard.exports.review.fit import LEADING, Fitted, Style, fit, lines_of, pages, rough
from dashboard.review.table import About, Printed, Sentences, ShownSection, ShownTable, check
from dashboard.text import Text

# a point more beside the letters than cells have: the font of the screen is not known
_STYLE: Final = Style(size=12.0, least=10.0, beside=6.0, above=2.5)
#: Of a short table that would not fit a slide otherwise.
_SMALL: Final = Style(size=10.5, least=10.0, beside=5.0, above=2.0)
_INNER: Final = WIDTH - 2 * MARGIN
_BOTTOM: Final = FOOT_TOP - 10
_TITLE_SIZES: Final = (26.0, 22.0, 18.0, 15.0)
_MOST_TITLE_LINES: Final = 2
#: Bars of one chart; more go on in the next.
_MOST_BARS: Final = 20
_GAP: Final = 14.0
#: Two charts of so many bars stand beside each other.
_HALF: Final = 10
_BETWEEN: Final = 24.0
#: Height of a chart's title, and of the lowest chart.
_TITLE, _LOWEST = 20.0, 110.0
#: To what share of its height a chart is pressed before it goes on to the next slide.
_TIGHT: Final = 0.65
#: A table of more rows is shortened on slides, to how many.
_LONGEST, _KEPT = 100, 40
#: A table of so few rows is not divided where it fits a slide.
_SHORT: Final = 9


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
        self._start = _BOTTOM
        self._begun = 0

    def draw(self) -> None:
        """All tables and their charts."""
        self._next()
        for table in self._section.tables:
            if table.is_said:
                continue
            drawn = [part for chart in table.charts for part in _parts(bars(table, chart, self._words))]
            if self._is_chart_first(table, drawn):
                self._charts(drawn)
                self._table(table)
            else:
                self._table(table)
                self._charts(drawn)

    def _is_chart_first(self, table: ShownTable, drawn: Sequence[Bars]) -> bool:
        """Whether a chart fits below the sentences of a first slide, and its table as a whole does not."""
        if self._begun > 1 or self._is_fresh or len(drawn) != 1 or len(table.printed.rows) > _SHORT:
            return False
        left = _BOTTOM - self._top - 40
        height = fit(table.printed, _INNER, _STYLE, rough)[0].height
        return height > left >= _TIGHT * _height(drawn[0])

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
        self._top = TITLE_TOP + max(lines * size * LEADING, 32) + 6
        if title != section and self._begun == 1:
            self._deck.text(self._slide, section, MARGIN, TITLE_TOP - 18, _INNER, 14, 10, QUIET)
        self._top += 6
        self._start = self._top
        for said in further:
            height = len(lines_of(said, _INNER, 15, rough)) * 15 * LEADING
            if self._top + height > _BOTTOM - 120:
                break
            self._deck.text(self._slide, said, MARGIN, self._top, _INNER, height, 15, TEXT)
            self._top += height + 4

    @property
    def _is_fresh(self) -> bool:
        return self._top == self._start

    def _below(self, height: float) -> None:
        """See to it that so much room is left below what is drawn."""
        if self._top + height > _BOTTOM and not self._is_fresh:
            self._next()

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
        printed, note = _shortened(table, self._words)
        if not printed.rows:
            self._head(table.title, note, 0)
            self._top += _GAP
            return
        room = _BOTTOM - (self._top if self._is_fresh else self._further_top) - 40
        parts = fit(printed, _INNER, _STYLE, rough)
        if len(printed.rows) <= _SHORT and len(parts) == 1 and parts[0].height > room:
            parts = fit(printed, _INNER, _SMALL, rough)
        self._head(table.title, note, _together(parts[0]))
        for part in parts:
            self._below(_together(part))
            for page in pages(part, _BOTTOM - self._top, _BOTTOM - self._further_top):
                if page.rows and self._top + page.height > _BOTTOM + 0.5 and not self._is_fresh:
                    self._next()
                self._deck.table(self._slide, page, MARGIN, self._top)
                self._top += page.height + _GAP

    @property
    def _further_top(self) -> float:
        """Where tables begin on a slide that goes on."""
        return TITLE_TOP + max(_TITLE_SIZES[0] * LEADING, 32) + 12

    def _charts(self, every: Sequence[Bars]) -> None:
        """Two short ones stand beside each other, any other takes the whole width."""
        number = 0
        while number < len(every):
            pair = every[number : number + 2]
            if len(pair) == 2 and all(len(each.labels) <= _HALF for each in pair):
                width = (_INNER - _BETWEEN) / 2
                self._row([(pair[0], MARGIN, width), (pair[1], MARGIN + width + _BETWEEN, width)])
                number += 2
            else:
                self._row([(every[number], MARGIN, _INNER)])
                number += 1

    def _row(self, row: Sequence[tuple[Bars, float, float]]) -> None:
        height = max(_height(each) for each, _, _ in row)
        height = max(min(height, _BOTTOM - self._further_top - _TITLE), _LOWEST)
        if self._top + _TITLE + max(_TIGHT * height, _LOWEST) > _BOTTOM and not self._is_fresh:
            self._next()
        height = min(height, _BOTTOM - self._top - _TITLE)
        for each, left, width in row:
            self._deck.text(self._slide, each.title, left, self._top, width, 18, 13, INK, is_bold=True)
            box = (left, self._top + _TITLE, width, height)
            self._deck.chart(self._slide, each.form, each.labels, each.series, box, each.ends)
        self._top += _TITLE + height + _GAP


def _shortened(table: ShownTable, words: Text) -> tuple[Printed, str]:
    """Of a table that nobody reads from a wall the first rows, and a note that says where the others stand."""
    printed = table.printed
    if len(printed.rows) <= _LONGEST:
        return printed, table.note
    more = words("{n} more rows stand in the workbook", n=words.number(len(printed.rows) - _KEPT))
    joint = "。" if words.language == "zh" else ". "
    return replace(printed, rows=printed.rows[:_KEPT]), joint.join(said for said in (more, table.note) if said)


def _together(part: Fitted) -> float:
    """What has to be on one slide: a short table as a whole, of a long one the first rows."""
    room = _BOTTOM - TITLE_TOP - 120
    is_whole = len(part.rows) <= _SHORT and part.height <= room
    return part.height if is_whole else part.head_height + sum(part.heights[:3])


def _height(each: Bars) -> float:
    """What a chart takes without its title."""
    thick = 16.0 + 10.0 * (len(each.series) - 1)
    return len(each.labels) * thick + (34 if len(each.series) > 1 else 14)


def _parts(whole: Bars) -> list[Bars]:
    """A chart of many bars in parts."""
    count = -(-len(whole.labels) // _MOST_BARS)
    if count < 2:
        return [whole] if whole.labels else []
    size = -(-len(whole.labels) // count)
    return [whole.cut(part * size, (part + 1) * size, f"{whole.title} ({part + 1}/{count})") for part in range(count)]
