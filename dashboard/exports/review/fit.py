"""Owns how a table is fitted onto a page: widths of columns, lines of cells, rows that go on, never off the edge.

Lengths are in points. What a letter takes is told by the one who draws (``Measure``).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dashboard.review.table import Printed

#: The width of a text of a size, both in points; the last says whether it is bold.
Measure = Callable[[str, float, bool], float]
#: Pieces that stay whole when a line is broken: a word with the blanks after it, a wide letter with its punctuation.
_PIECES: Final = re.compile(r"[^ \n\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]+[ \n]*|[ \n]+|.", re.DOTALL)
_NOT_FIRST: Final = frozenset("，。、：；！？）】》％”’\u00a0")
_NOT_LAST: Final = frozenset("（【《“‘\u00a0")
LEADING: Final = 1.24
#: So many rows stand together at the end of a table that goes on.
_TOGETHER: Final = 3


@dataclass(frozen=True)
class Style:
    """Sizes of a table: letters from ``size`` down to ``least``, blanks beside and above them, head lines bold."""

    size: float
    least: float
    beside: float = 5.0
    above: float = 3.0


@dataclass(frozen=True)
class Fitted:
    """A part of a table that fits a page: its columns' widths, its lines by cell, its rows' heights."""

    heads: tuple[tuple[str, ...], ...]
    head_height: float
    rows: tuple[tuple[tuple[str, ...], ...], ...]
    heights: tuple[float, ...]
    widths: tuple[float, ...]
    are_numbers: tuple[bool, ...]
    size: float
    texts: tuple[tuple[str, ...], ...]  # head and rows, unbroken

    @property
    def height(self) -> float:
        """Height with the head."""
        return self.head_height + sum(self.heights)


def rough(text: str, size: float, is_bold: bool) -> float:
    """About what a text takes in a sans-serif, rather more than less: the widest of the usual ones is not overrun."""
    taken, before = 0.0, ""
    for letter in text:
        taken += _ROUGH.get(letter, 0.61) if letter < "\u2e80" else 1.0
        # programs set a little space between Chinese and other letters
        taken += _BETWEEN if before and (before < "\u2e80") != (letter < "\u2e80") else 0.0
        before = letter
    return taken * size * (1.16 if is_bold else 1.0)


_BETWEEN: Final = 0.25
_ROUGH: Final = {
    **dict.fromkeys(" .,:;'|il()/·j\u00a0", 0.38),
    **dict.fromkeys("ABCDEFGHJKLNOPQRSTUVXYZ", 0.72),
    **dict.fromkeys("MW%m−→+<>—", 0.9),
    **dict.fromkeys("frt-I", 0.42),
    **dict.fromkeys("0123456789", 0.637),
}


def lines_of(text: str, width: float, size: float, measure: Measure, *, is_bold: bool = False) -> tuple[str, ...]:
    """The text in lines no wider than ``width``; a word that is wider than a line is broken where the line ends."""
    if not text:
        return ("",)
    done: list[str] = []
    line = ""
    for piece in _pieces(text):
        if not line or measure((line + piece).rstrip(), size, is_bold) <= width:
            line += piece
        else:
            done.append(line.rstrip())
            line = piece.lstrip()
        while measure(line.rstrip(), size, is_bold) > width and len(line) > 1:
            head = _longest(line, width, size, measure, is_bold=is_bold)
            done.append(line[:head])
            line = line[head:]
    return (*done, line.rstrip())


def fit(table: Printed, width: float, style: Style, measure: Measure) -> list[Fitted]:
    """The table at the largest size at which it fits the width; in several parts where none does, each with the first
    columns before it.
    """
    size = style.size
    while size > style.least and _least(table, size, style, measure) > width:
        size -= 0.5
    if _least(table, size, style, measure) <= width or len(table.heads) < 3:
        return [_fitted(table, width, size, style, measure)]
    return [_fitted(part, width, size, style, measure) for part in _split(table, width, size, style, measure)]


def pages(table: Fitted, first: float, further: float) -> list[Fitted]:
    """The rows page by page: ``first`` is the height left on the page that it begins on. A row is never divided, and
    none is left alone on the last page.
    """
    cuts, room, used = [0], first, table.head_height
    for number, height in enumerate(table.heights):
        if used + height > room:
            if number > cuts[-1]:
                cuts.append(number)
            used, room = table.head_height, further
        used += height
    end = len(table.heights)
    if len(cuts) > 1 and end - cuts[-1] < _TOGETHER:
        cuts[-1] = max(end - _TOGETHER, cuts[-2] + 1)
        if table.head_height + sum(table.heights[cuts[-1] :]) > further:  # rows too high to be kept together
            cuts[-1] = end - 1
    return [_cut(table, start, stop) for start, stop in zip(cuts, [*cuts[1:], end], strict=True)]


def _cut(table: Fitted, start: int, end: int) -> Fitted:
    texts = (table.texts[0], *table.texts[start + 1 : end + 1])
    return replace(table, rows=table.rows[start:end], heights=table.heights[start:end], texts=texts)


def _pieces(text: str) -> list[str]:
    """Pieces between which a line may end; marks that may not begin a line stay with what is before them."""
    found: list[str] = []
    for piece in _PIECES.findall(text):
        if found and (piece[0] in _NOT_FIRST or found[-1][-1] in _NOT_LAST):
            found[-1] += piece
        else:
            found.append(piece)
    return found


def _longest(line: str, width: float, size: float, measure: Measure, *, is_bold: bool) -> int:
    """How many letters of a word go into a line: at least one."""
    count = 1
    while count < len(line) and measure(line[: count + 1], size, is_bold) <= width:
        count += 1
    return count


def _columns(table: Printed) -> list[list[tuple[str, bool]]]:
    return [[(head, True), *((row[place], False) for row in table.rows)] for place, head in enumerate(table.heads)]


#: A word longer than this may be broken: it must not drive other columns off the page.
_LONGEST_WORD: Final = 16
#: So much of a text stays in a line, in heights of a letter: of the first column, of others, of heads.
_FIRST_LETTERS, _LEAST_LETTERS, _HEAD_LETTERS = 7.5, 6.5, 3.2


def _widths(table: Printed, size: float, style: Style, measure: Measure) -> tuple[list[float], list[float]]:
    """What each column takes at least, and what it would take without a break within its rows; heads are broken."""
    least, most = [], []
    for place, cells in enumerate(_columns(table)):
        distinct = set(cells)
        word = max(
            measure(piece.rstrip(" \n")[:_LONGEST_WORD], size, bold)
            for text, bold in distinct
            for piece in _pieces(text)
        )
        word = max(word, min(measure(table.heads[place], size, True), _HEAD_LETTERS * size))
        whole = max([*(measure(text, size, bold) for text, bold in distinct if not bold), word])
        letters = _FIRST_LETTERS if place == 0 else _LEAST_LETTERS
        least.append(max(word, min(whole, letters * size)) + 2 * style.beside)
        most.append(whole + 2 * style.beside)
    return least, most


def _least(table: Printed, size: float, style: Style, measure: Measure) -> float:
    """What all columns take at least, long texts broken into lines but not into single words."""
    return sum(_widths(table, size, style, measure)[0])


def _fitted(table: Printed, width: float, size: float, style: Style, measure: Measure) -> Fitted:
    widths = _shared(*_widths(table, size, style, measure), width)
    inner = [each - 2 * style.beside + 0.01 for each in widths]
    heads = tuple(
        lines_of(head, room, size, measure, is_bold=True) for head, room in zip(table.heads, inner, strict=True)
    )
    rows = tuple(
        tuple(lines_of(text, room, size, measure) for text, room in zip(row, inner, strict=True)) for row in table.rows
    )
    line = size * LEADING

    def height(cells: Sequence[Sequence[str]]) -> float:
        return max(len(lines) for lines in cells) * line + 2 * style.above

    heights, texts = tuple(map(height, rows)), (table.heads, *table.rows)
    return Fitted(heads, height(heads), rows, heights, tuple(widths), table.are_numbers, size, texts)


def _shared(least: Sequence[float], most: Sequence[float], width: float) -> list[float]:
    """The width shared out: what is left over in proportion, what lacks from the columns that can be broken."""
    if sum(most) <= width:
        return [each * width / sum(most) for each in most]
    spare = width - sum(least)
    if spare < 0:
        return [each * width / sum(least) for each in least]
    wish = [high - low for low, high in zip(least, most, strict=True)]
    # a short wish is met whole, so that one endless name does not break all others
    given = [0.0] * len(wish)
    open_ = [place for place, value in enumerate(wish) if value > 0]
    while open_ and spare > 0:
        share = spare / len(open_)
        met = [place for place in open_ if wish[place] <= share]
        if not met:
            for place in open_:
                given[place] = share
            break
        for place in met:
            given[place] = wish[place]
            spare -= wish[place]
        open_ = [place for place in open_ if place not in met]
    return [low + more for low, more in zip(least, given, strict=True)]


def _split(table: Printed, width: float, size: float, style: Style, measure: Measure) -> list[Printed]:
    """The columns in groups that fit, each after the first column."""
    groups: list[list[int]] = [[]]
    for place in range(1, len(table.heads)):
        tried = [0, *groups[-1], place]
        if groups[-1] and _least(_only(table, tried), size, style, measure) > width:
            groups.append([place])
        else:
            groups[-1].append(place)
    return [_only(table, [0, *group]) for group in groups]


def _only(table: Printed, places: Sequence[int]) -> Printed:
    return Printed(
        tuple(table.heads[place] for place in places),
        tuple(table.are_numbers[place] for place in places),
        tuple(tuple(row[place] for place in places) for row in table.rows),
    )
