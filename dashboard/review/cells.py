"""A cell of a review in one language: its typed value, and its text with the unit."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from dashboard.review import heads
from dashboard.review.coded import coded
from dashboard.review.table import ShownCell, Value
from dashboard.text import NO_RATE, Text
from dashboard.widgets.panels.spans import span_text
from queries.review.document import Holds

_SMALLEST_P: Final = 0.0001
#: Decimals of points that one part of many brings to a change.
PART_DIGITS: Final = 2


def cell(table: str, column: str, holds: Holds, record: Mapping[str, Any], zone: ZoneInfo, words: Text) -> ShownCell:
    """The cell of a column in a row of the document."""
    value = typed(table, column, holds, record, zone, words)
    if table == "restated":
        return _restated(column, value, record, words)
    if column in ("value", "was", "now") and "rule" in record:
        return ShownCell(value, _watched(value, str(record["rule"]), words))
    if record.get("is_recorded") is False and value is None and column != "target":
        return ShownCell(None, words("not recorded"))
    if holds is Holds.MINUTES:
        return ShownCell(value, minutes(value, record, words))
    text = text_of(column, holds, value, words)
    if table.startswith("why_") and holds is Holds.CHANGE and isinstance(value, float | int):
        text = words("{n} points", n=signed(100 * value, words, PART_DIGITS))
    if holds is Holds.SHARE and value is not None and column == "rate" and record.get("is_provisional"):
        text = words("{value} provisional", value=text)
    return ShownCell(value, text)


def typed(table: str, column: str, holds: Holds, record: Mapping[str, Any], zone: ZoneInfo, words: Text) -> Value:
    """The value as a workbook holds it: a name in the language, a day as a date, a moment on the place's clock."""
    given = record[column]
    if given is None:
        return None
    if isinstance(given, Mapping):
        other = "en" if words.language == "zh" else "zh"
        return str(given.get(words.language) or given.get(other) or "")
    if holds is Holds.DAY:
        return date.fromisoformat(given)
    if holds is Holds.MOMENT:
        return datetime.fromisoformat(given).astimezone(zone)
    if holds in (Holds.KEY, Holds.TEXT, Holds.RANK):
        return coded(table, column, given, dict(record), words)
    held: Value = given
    return held


def text_of(column: str, holds: Holds, value: Value, words: Text) -> str:
    """A value as it is printed. A rate without cases is a dash; what there is not is empty."""
    if value is None:
        return NO_RATE if holds in (Holds.SHARE, Holds.CHANGE, Holds.RATIO, Holds.POINTS, Holds.MINUTES) else ""
    if isinstance(value, bool):
        return words("yes") if value else words("no")
    if isinstance(value, datetime):
        return moment(value, words)
    if isinstance(value, date):
        return words.day(value)
    if isinstance(value, str):
        return value
    if column == "p":
        return chance(value, words)
    if holds is Holds.SHARE:
        return words.percent(value)
    if holds is Holds.CHANGE:
        return words("{n} points", n=points(value, words))
    if holds is Holds.RATIO:
        return words.number(value, 2)
    if column == "movement":
        return arrow(value)
    if holds is Holds.POINTS:
        return signed(value, words) if column.startswith("change") else words.number(value, 1)
    if holds is Holds.NUMBER:
        return number(value, words)
    return words.number(value)


def minutes(value: Value, record: Mapping[str, Any], words: Text) -> str:
    """A length of time in its largest unit; more than the longest time followed where it was not reached."""
    followed = record.get("followed_minutes")
    if value is None and followed is None:
        return NO_RATE
    known = float(value) if isinstance(value, int | float) else float("nan")
    return span_text(known, float(followed if followed is not None else 0.0), words)


def moment(at: datetime, words: Text) -> str:
    """Day and clock of a local moment."""
    return f"{words.day(at.date())} {at:%H:%M}"


def number(value: float, words: Text) -> str:
    """A whole number as it is, another with two decimals under ten and one above."""
    if float(value).is_integer():
        return words.number(value)
    return words.number(value, 2 if abs(value) < 10 else 1)


def signed(value: float, words: Text, digits: int = 1) -> str:
    """A number with its sign; nought has none."""
    shown = words.number(abs(value), digits)
    if not any(digit in "123456789" for digit in shown):
        return shown
    return f"{'−' if value < 0 else '+'}{shown}"


def points(change: float, words: Text) -> str:
    """A change of a share in points, with its sign."""
    return signed(100 * change, words)


def per_cent_more(ratio: float, words: Text) -> str:
    """A ratio as what is more or less: 0.816 is −18.4%."""
    return f"{signed(100 * (ratio - 1), words)}%"


def chance(p: float, words: Text) -> str:
    """A probability; never quite nought."""
    if p < _SMALLEST_P:
        return f"< {words.number(_SMALLEST_P, 4)}"
    return words.number(p, 4)


def arrow(movement: float) -> str:
    """Up or down where a unit moved beyond chance."""
    return {1: "↑", -1: "↓"}.get(int(movement), "")


def _restated(column: str, value: Value, record: Mapping[str, Any], words: Text) -> ShownCell:
    """A number that reads otherwise now: where it stands, what it is, in the form that it has there."""
    table, held = str(record["table"]), str(record["column"])
    if column == "section":
        said = heads.section_title(str(record["section"]), words)
    elif column == "table":
        said = heads.table_title(table, words)
    elif column == "column":
        said = heads.head(table, held, words)
    elif column == "name":
        name = value or coded(table, _KEYS.get(table, "figure"), str(record["key"]), {}, words)
        said = str(name or "")
    elif column in ("was", "now") and isinstance(value, int | float):
        return ShownCell(value, _in_form(held, str(record["holds"]), value, words))
    else:
        return ShownCell(value, text_of(column, Holds.NUMBER, value, words))
    return ShownCell(said, said)


#: What tells the rows of a table without names apart.
_KEYS: Final = {"clocks": "clock", "variable_counts": "part", "rates": "figure"}


def _in_form(column: str, holds: str, value: float, words: Text) -> str:
    if holds == "minutes":
        return span_text(value, value, words)
    return text_of(column, Holds(holds), value, words)


def _watched(value: Value, rule: str, words: Text) -> str:
    """What is watched: a share of answers, points of a ranking, a count of anything else."""
    if not isinstance(value, int | float):
        return ""
    if rule == "answers":
        return words.percent(value)
    return signed(value, words) if rule == "fallen" else number(value, words)
