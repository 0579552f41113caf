"""Paper of our own look: A4 with headings, sentences, tables that go on, bars, and a foot on every page.

What is drawn is text of embedded fonts: it can be selected, searched and read out. Lengths are in points.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from fpdf import FPDF
from fpdf.fonts import TTFFont

from dashboard.exports.review import fonts
from dashboard.exports.review.fit import LEADING, Fitted, Style, fit, lines_of, pages
from dashboard.exports.review.looks import series as colours
from dashboard.review.table import Printed
from dashboard.theme import theme

WIDTH, HEIGHT, MARGIN = 595.28, 841.89, 40.0
INNER: Final = WIDTH - 2 * MARGIN
_TOP, _BOTTOM, _FOOT = 42.0, HEIGHT - 52.0, HEIGHT - 34.0
_FAMILY: Final = "text"
_STYLE: Final = Style(size=8.5, least=7.0, beside=3.5, above=2.0)
_LOOK: Final = theme("light")
_INK, _TEXT, _QUIET = _LOOK.ink["figure"], _LOOK.ink["text"], _LOOK.ink["quiet"]
_LINE: Final = _LOOK.surface["line"]
#: Digits and marks that every page may need beside its own texts.
_ALWAYS: Final = "0123456789 /.,%−+–—→↑↓()"
_DECADES: Final = 10.0
_JOINED: Final = "\u00a0"

Bars = Sequence[tuple[str, Sequence[float | None]]]


class Press:
    """A document that is being printed.

    ``texts``: all that will be printed, so that fonts which hold its letters can be chosen. ``at`` (aware) is the
    document's own time. Raises fonts.NoFontError where there are none.
    """

    def __init__(self, texts: Iterable[str], *, title: str, language: str, at: datetime) -> None:
        regular, bold = fonts.faces([*texts, _ALWAYS])
        self._paper = FPDF(unit="pt", format="A4")
        self._paper.set_auto_page_break(False)
        fonts.add(self._paper, _FAMILY, regular, bold)
        self._paper.set_title(title)
        self._paper.set_lang("zh-CN" if language == "zh" else "en-GB")
        self._paper.set_creation_date(at)
        self._wide = lru_cache(1 << 15)(self._measure)
        self.page()

    def page(self) -> None:
        """Begin a page."""
        self._paper.add_page()
        self.top = _TOP

    @property
    def left_over(self) -> float:
        """Height that is left on the page."""
        return _BOTTOM - self.top

    def need(self, height: float) -> None:
        """Begin a page where so much is not left on this one."""
        if height > self.left_over and self.top > _TOP:
            self.page()

    def gap(self, height: float) -> None:
        """Leave so much empty."""
        self.top += height

    def heading(self, said: str, size: float = 14.0, further: float = 60.0) -> None:
        """A heading, on the page of what follows it (``further``: how much of that must be with it)."""
        lines = lines_of(said, INNER, size, self._wide, is_bold=True)
        self.need(len(lines) * size * LEADING + further)
        self._lines(lines, size, _INK, is_bold=True)
        self.gap(size * 0.3)

    def paragraph(self, said: str, size: float = 9.5, *, is_quiet: bool = False) -> None:
        """Sentences over the whole width."""
        lines = lines_of(said, INNER, size, self._wide)
        self.need(min(len(lines), 3) * size * LEADING)
        self._lines(lines, size, _QUIET if is_quiet else _TEXT)
        self.gap(size * 0.3)

    def rule(self, colour: str = _LINE) -> None:
        """A hairline over the whole width."""
        self._rule(self.top, MARGIN, INNER, colour)
        self.gap(6)

    def table(self, table: Printed) -> None:
        """A table, with its heads again on each page that it goes on to."""
        for part in fit(table, INNER, _STYLE, self._wide):
            self.need(part.head_height + sum(part.heights[:2]))
            for page in pages(part, self.left_over, _BOTTOM - _TOP):
                if page.rows:
                    self.need(page.height)
                    self._table(page)
            self.gap(10)

    def bars(
        self,
        labels: Sequence[str],
        series: Bars,
        texts: Sequence[Sequence[str]],
        *,
        ends: tuple[float, float],
        is_log: bool = False,
    ) -> None:
        """Bars, one group for each label, each with its text (by series, then label); below nought to the left.

        ``ends``: of the axis; ``is_log``: lengths by powers of ten.
        """
        known = [value for _, values in series for value in values if value is not None]
        if not known:
            return
        size, thick = 8.0, 7.5 if len(series) == 1 else 6.5
        self._legend([name for name, _ in series], size)
        scale = _Scale(*ends, is_log=is_log)
        name_width, value_width = 0.34 * INNER, 0.13 * INNER
        room = INNER - name_width - value_width
        for number, label in enumerate(labels):
            lines = lines_of(label, name_width - 8, size, self._wide)[:2]
            height = max(thick * len(series) + 3, len(lines) * size * LEADING)
            self.need(height)
            for line_number, line in enumerate(lines):
                self._put(line, MARGIN, self.top + line_number * size * LEADING, size, _TEXT)
            for place, (_, values) in enumerate(series):
                value = values[number]
                if value is None:
                    continue
                start, end = sorted((scale.at(0.0), scale.at(value)))
                y = self.top + place * thick + (1.5 if len(series) == 1 else 0.5)
                self._bar(
                    MARGIN + name_width + room * start,
                    y,
                    room * (end - start),
                    thick - 1.5,
                    colours(len(series))[place],
                )
                x = MARGIN + name_width + room * end + 3
                self._put(texts[place][number], x, y - 1.2, min(size, thick + 0.5), _QUIET)
            self.top += height
        self.gap(10)

    def bytes(self, foot: str) -> bytes:
        """The file, with the foot and "3 / 12" on every page. Raises fonts.NoFontError for letters that were not
        there.
        """
        count = len(self._paper.pages)
        for number in range(1, count + 1):
            self._paper.page = number
            self._paper.set_font(_FAMILY, "B", 1)  # what another page has set does not hold on this one
            said = f"{number} / {count}"
            self._rule(_FOOT - 5, MARGIN, INNER, _LINE)
            lines = lines_of(foot, INNER - 60, 7.5, self._wide)
            for line_number, line in enumerate(lines):
                self._put(line, MARGIN, _FOOT + line_number * 7.5 * LEADING, 7.5, _QUIET)
            self._put(said, WIDTH - MARGIN - self._wide(said, 7.5, False), _FOOT, 7.5, _QUIET)
        missing = sorted({code for font in self._paper.fonts.values() for code in getattr(font, "missing_glyphs", ())})
        if missing:
            letters = "".join(chr(code) for code in missing[:8])
            raise fonts.NoFontError(f"The font of the PDF has no letters {letters}: name another file in PDF_FONT.")
        return bytes(self._paper.output(output_producer_class=fonts.Producer))

    def _measure(self, text: str, size: float, is_bold: bool) -> float:
        font = self._paper.fonts[_FAMILY + ("B" if is_bold else "")]
        assert isinstance(font, TTFFont)
        return sum(font.cw[ord(letter)] for letter in text) * size / 1000

    def _lines(self, lines: Sequence[str], size: float, colour: str, *, is_bold: bool = False) -> None:
        for line in lines:
            if size * LEADING > self.left_over:
                self.page()
            self._put(line, MARGIN, self.top, size, colour, is_bold=is_bold)
            self.top += size * LEADING

    def _put(self, text: str, x: float, y: float, size: float, colour: str, *, is_bold: bool = False) -> None:
        """One line with its upper edge at y."""
        if not text:
            return
        self._paper.set_font(_FAMILY, "B" if is_bold else "", size)
        self._paper.set_text_color(*_rgb(colour))
        # both blanks are one glyph, and what is copied out should have the usual one
        self._paper.text(x, y + size * 0.95, text.replace(_JOINED, " "))

    def _rule(self, y: float, x: float, width: float, colour: str) -> None:
        self._paper.set_draw_color(*_rgb(colour))
        self._paper.set_line_width(0.5)
        self._paper.line(x, y, x + width, y)

    def _bar(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        self._paper.set_fill_color(*_rgb(_LOOK.series[colour]))
        self._paper.set_draw_color(*_rgb(_LOOK.series["before"]))
        self._paper.set_line_width(0.3)
        self._paper.rect(x, y, max(width, 0.6), height, style="DF")

    def _legend(self, names: Sequence[str], size: float) -> None:
        if len(names) < 2:
            return
        x = MARGIN + 0.34 * INNER
        for name, colour in zip(names, colours(len(names)), strict=False):
            self._bar(x, self.top + 2, 8, 6, colour)
            self._put(name, x + 12, self.top, size, _QUIET)
            x += 24 + self._wide(name, size, False)
        self.top += size * LEADING + 3

    def _table(self, table: Fitted) -> None:
        line = table.size * LEADING
        rows = [
            (table.heads, table.head_height, True),
            *((row, h, False) for row, h in zip(table.rows, table.heights, strict=True)),
        ]
        for cells, height, is_head in rows:
            x = MARGIN
            for lines, width, is_number in zip(cells, table.widths, table.are_numbers, strict=True):
                down = height - 2 * _STYLE.above - len(lines) * line if is_head else 0.0
                for number, text in enumerate(lines):
                    shift = (
                        width - _STYLE.beside - self._wide(text, table.size, is_head) if is_number else _STYLE.beside
                    )
                    y = self.top + _STYLE.above + down + number * line
                    self._put(text, x + shift, y, table.size, _QUIET if is_head else _INK, is_bold=is_head)
                x += width
            self.top += height
            self._rule(self.top, MARGIN, sum(table.widths), _INK if is_head else _LINE)


class _Scale:
    """Where a number stands between 0 and 1."""

    def __init__(self, least: float, most: float, *, is_log: bool) -> None:
        self._least, self._most, self._is_log = least, max(most, 0.0), is_log

    def at(self, value: float) -> float:
        """Its place; what is beyond the end stands at the end."""
        if self._is_log:
            return min(1.0, math.log10(1 + max(value, 0.0)) / math.log10(1 + max(self._most, _DECADES)))
        span = self._most - self._least
        return min(1.0, max(0.0, (value - self._least) / span)) if span else 0.0


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
