"""Tables of the review's page: what is printed on paper, with marks and lines where a screen has room for them."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from dashboard.pages import assessing
from dashboard.pages.laptop.pieces import e, mark
from dashboard.review.table import ShownTable
from dashboard.text import Text

#: Rows of a table on the page; files have all of them.
MOST: Final = 40
#: A table of so few columns does not reach over the page: what belongs together would stand far apart.
_FEW: Final = 3
_ARROWS: Final = ("↑", "↓")
#: Widest a cell is before it is set as a text of several lines, in characters.
_LONG: Final = 44


def table(shown: ShownTable, words: Text, *, with_title: bool, levels: Sequence[str] = ()) -> str:
    """A table with its title and how it is to be read; of very many rows the first, and how many more there are.

    ``levels``: the level of each row's case, where it has one.
    """
    title = f"<h3>{e(shown.title)}</h3>" if with_title else ""
    note = f'<p class="small">{e(shown.note)}</p>' if shown.note else ""
    if not shown.rows:
        return f'{title}<p class="nothing">{e(shown.note or words("None"))}</p>'
    extra = _extra(shown, levels)
    heads = "".join(
        f'<th class="{"v" if is_number else "name"}">{e(head)}</th>'
        for head, is_number in zip(shown.printed.heads, shown.printed.are_numbers, strict=True)
    )
    lines = [_line(shown, number, extra[number] if extra else None) for number in range(len(shown.printed.rows))]
    more = len(lines) - MOST
    rest = f'<p class="rest">{e(words("{n} more in the files", n=words.number(more)))}</p>' if more > 0 else ""
    drawn = "<th></th>" if extra else ""
    kind = f"{shown.id} narrow" if len(shown.printed.heads) <= _FEW else shown.id
    return f"""{title}<div class="wide"><table class="review {e(kind)}"><thead><tr>{drawn}{heads}</tr></thead>
<tbody>{"".join(lines[:MOST])}</tbody></table></div>{rest}{note}"""


def _line(shown: ShownTable, number: int, drawn: str | None) -> str:
    first = "" if drawn is None else f'<td class="drawn">{drawn}</td>'
    cells = zip(shown.printed.rows[number], shown.printed.are_numbers, strict=True)
    return f"<tr>{first}{''.join(_cell(text, is_number=is_number) for text, is_number in cells)}</tr>"


def _cell(text: str, *, is_number: bool) -> str:
    told = " told" if text.startswith(_ARROWS) else ""
    value, bracket, aside = text.partition("（" if "（" in text else " (")
    if is_number and bracket:
        return f'<td class="v{told}">{e(value)} <small>{e((bracket + aside).strip())}</small></td>'
    long = " long" if len(text) > _LONG else ""
    return f'<td class="{"v" if is_number else "name"}{told}{long}">{e(text)}</td>'


def _extra(shown: ShownTable, levels: Sequence[str]) -> list[str]:
    """What a screen draws before each row: the level's mark, or the interval of a rank."""
    names = ("rank_low", "rank", "rank_high", "ranked_of")
    if shown.id == "ranking" and all(name in shown.columns for name in names):
        places: Iterator[tuple[Any, ...]] = zip(*(shown.values(name) for name in names), strict=True)
        return [assessing.strip(int(low), int(rank), int(high), int(of), "") for low, rank, high, of in places]
    return [mark(level) for level in levels]
