"""Tables of the review's page: the markup of one, and how single values are put."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from dashboard.live.reviewed import Review
from dashboard.pages.laptop.pieces import e
from dashboard.text import NO_RATE, Text

Row = Mapping[str, Any]
Cell = tuple[str, str]  # class of the cell, its markup
#: Rows of a table on the page; files have all of them.
MOST: Final = 40


def table(heads: Sequence[tuple[str, str]], lines: Sequence[Sequence[Cell]], words: Text, *, kind: str = "") -> str:
    """A table by its heads (class, text); of very many rows the first, and how many more there are."""
    if not lines:
        return f'<p class="nothing">{e(words("None"))}</p>'
    head = "".join(f'<th class="{name}">{e(text)}</th>' for name, text in heads)
    body = "".join(
        "<tr>" + "".join(f'<td class="{name}">{markup}</td>' for name, markup in line) + "</tr>"
        for line in lines[:MOST]
    )
    more = len(lines) - MOST
    rest = f'<p class="rest">{e(words("{n} more in the files", n=words.number(more)))}</p>' if more > 0 else ""
    return f"""<div class="wide"><table class="review {kind}"><thead><tr>{head}</tr></thead>
<tbody>{body}</tbody></table></div>{rest}"""


def number(value: float | None, words: Text, digits: int = 0) -> str:
    """A number, or a dash for what is not known."""
    return NO_RATE if value is None else e(words.number(value, digits))


def moment(value: str | None, review: Review, words: Text) -> str:
    """Day and clock time of a moment of the document, in the place's zone."""
    if value is None:
        return NO_RATE
    local = datetime.fromisoformat(value).astimezone(ZoneInfo(review.time_zone))
    return f"{words.day(local.date())} {local:%H:%M}"
