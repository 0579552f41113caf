"""How a review looks on slides, in workbooks and on paper: the light theme, greys of series, formats of axes."""

from typing import Final

#: Series by order: this period dark, the one before grey, a year before light (names of dashboard.theme).
_SERIES: Final = ("now", "before", "lost")
#: Fonts that the screens of slides have; they choose another where they do not.
LATIN, CHINESE = "Microsoft YaHei", "Microsoft YaHei"
_AXES: Final = {"share": "0%", "change": "+0.0%;−0.0%;0%", "points": "0", "minutes": "#,##0", "number": "0.0"}


def series(count: int) -> tuple[str, ...]:
    """The colours of so many series by their names in dashboard.theme; one alone is calm."""
    return _SERIES[:count] if count > 1 else ("before",)


def axis_format(form: str) -> str:
    """The number format of an axis, as workbooks and slides write it."""
    return _AXES.get(form, "#,##0")


def label_format(form: str) -> str:
    """The same of a number beside a bar."""
    labels = {"share": "0.0%", "change": "+0.00%;−0.00%;0%", "points": "0.0", "number": "0.00", "minutes": "#,##0"}
    return labels.get(form, "#,##0")
