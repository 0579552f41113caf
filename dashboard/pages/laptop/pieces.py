"""Owns the pieces of markup laptop pages share: marks of levels, one figure with its course, words of states."""

from collections.abc import Sequence
from html import escape
from typing import Any, Final

import pandas as pd

from dashboard.text import Text

_MARKS: Final = {
    "red": '<rect x="1" y="1" width="18" height="18"/>',
    "orange": '<path d="M10 1 L19.5 18.5 L0.5 18.5 Z"/>',
    "yellow": '<path d="M10 1 L19 10 L10 19 L1 10 Z"/>',
    "blue": '<circle cx="10" cy="10" r="9"/>',
    "normal": '<rect x="1" y="1" width="18" height="18"/>',
}

LEVELS: Final = ("red", "orange", "yellow", "blue", "normal")


def mark(level: str) -> str:
    """The level's shape in its colour."""
    known = level if level in _MARKS else "normal"
    return f'<svg class="mark {known}" viewBox="0 0 20 20" aria-hidden="true">{_MARKS[known]}</svg>'


def level_word(level: str, words: Text) -> str:
    """The level's word; colour is never alone."""
    named = {"red": words("Red"), "orange": words("Orange"), "yellow": words("Yellow"), "blue": words("Blue")}
    return named.get(level, words("Normal"))


def figure(
    name: str,
    value: str | None,
    words: Text,
    *,
    tag: str = "",
    below: str = "",
    n: str = "",
    line: Sequence[float] = (),
    about: str = "",
    to: str = "",
) -> str:
    """One figure: name, value or "not recorded", what it is compared with, n, and the days before as a line.

    ``about``, ``to``: attributes of the links from its name to its definition, and from its value to what is behind it.
    """
    title = e(words("Definition and worked example"))
    named = f'<a class="about" title="{title}" {about}>{e(name)}</a>' if about else e(name)
    shown = (
        f'<b class="value{" provisional" if tag else ""}" data-fade>{e(value)}</b>'
        if value is not None
        else (f'<b class="value none">{e(words("not recorded"))}</b>')
    )
    shown = f"<a {to}>{shown}</a>" if to and value is not None else shown
    small = f"<i>{e(tag)}</i>" if tag else ""
    return f"""<div class="figure"><h2>{named}</h2><div class="big">{shown}{small}{sparkline(line)}</div>
<div class="below"><span>{e(below)}</span><span>{e(n)}</span></div></div>"""


def sparkline(values: Sequence[float], width: int = 110, height: int = 30) -> str:
    """The days as a line whose last point stands out; a gap where a day has no value. Nothing for under two values."""
    known = [value for value in values if value == value]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    step = (width - 8) / (len(values) - 1)

    def at(index: int, value: float) -> tuple[float, float]:
        share = (value - low) / (high - low) if high > low else 0.5
        return round(4 + index * step, 1), round(height - 4 - share * (height - 8), 1)

    points = [(at(index, value) if value == value else None) for index, value in enumerate(values)]
    path, pen_down = "", False
    for point in points:
        if point is not None:
            path += f"{'L' if pen_down else 'M'}{point[0]} {point[1]}"
        pen_down = point is not None
    last = next(point for point in reversed(points) if point is not None)
    return (
        f'<svg class="spark" viewBox="0 0 {width} {height}" aria-hidden="true"><path d="{path}"/>'
        f'<circle cx="{last[0]}" cy="{last[1]}" r="3"/></svg>'
    )


def state_word(state: str, words: Text) -> str:
    """What has become of a case; of one whose source records no closing times nobody can say."""
    named = {
        "not_recorded": words("not recorded"),
        "open": words("open"),
        "resolved": words("resolved"),
        "withdrawn": words("withdrawn"),
        "transferred": words("transferred"),
    }
    return named.get(state, state)


def legend(words: Text) -> str:
    """The levels with their words."""
    return (
        '<p class="legend">'
        + "".join(f"<span>{mark(level)} {e(level_word(level, words))}</span>" for level in LEVELS)
        + "</p>"
    )


def milliseconds(moment: Any) -> int:
    """A moment as the browser counts it; 0 where there is none."""
    return 0 if pd.isna(moment) else round(pd.Timestamp(moment).timestamp() * 1000)


def e(value: object) -> str:
    """Text as markup shows it."""
    return escape(str(value), quote=True)
