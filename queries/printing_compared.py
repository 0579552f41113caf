"""A comparison as text: JSON, CSV or a table, as queries/printing.py does it for a figure alone."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from rich.text import Text

from queries.asking import spoken
from queries.catalogue import Figure, figures
from queries.compared import TARGET, Compared, ComparedRow, Side
from queries.filters import Filter
from queries.printing import NO_RATE, definition, drawn, plain_table
from queries.statistics.differences import LEVEL

_SIDE: Final = ("numerator", "denominator", "rate", "provisional")
_BETWEEN: Final = ("difference", "ratio", "low", "high")
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "label": ("名称", "label"),
    "now": ("本期", "now"),
    "before": ("前期", "before"),
    "target": ("目标", "target"),
    "difference": ("差", "difference"),
    "ratio": ("比", "ratio"),
    "interval": ("90%区间", "90 % interval"),
    "provisional": ("暂计", "provisional"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "as of": ("截至", "as of"),
    "against": ("对比", "against"),
    "points": (" 个百分点", " points"),
    "not recorded": ("未记录", "not recorded"),
    "no cases": ("没有事件", "no cases"),
    "working days": ("工作日", "working days"),
    "not alike": ("工作日或节假日天数不同", "working days or days of a holiday differ"),
}


def to_json(answer: Compared, *, define: bool = False) -> str:
    """One object. ``now`` and ``before`` say which days are compared and as of when; so does each side of a row with
    its numerator, denominator and the figure's id. ``low`` and ``high`` bound ``ratio`` where it is given, else
    ``difference``.
    """
    figure, asked = answer.figure, answer.asked
    is_by_area = answer.by.value == "area"
    held: dict[str, Any] = {
        "figure": figure.id,
        "names": {"zh": figure.name_zh, "en": figure.name_en},
        "area": {"code": asked.area_code, "names": {"zh": asked.area_zh, "en": asked.area_en}},
        "kinds": None if asked.filter.kinds is None else [kind.value for kind in asked.filter.kinds],
        "by": answer.by.value,
        "level": answer.unit_level if is_by_area else None,
        "against": answer.against,
        "confidence": LEVEL,
        "now": _when(asked.filter),
        "time_zone": asked.filter.time_zone,
    }
    if answer.before is not None:
        held["before"] = _when(answer.before)
    if answer.calendar is not None:
        held["before"] |= {
            "working_days": answer.calendar.working_days_then,
            "working_days_now": answer.calendar.working_days,
            "is_alike": answer.calendar.is_alike,
        }
    if define:
        held["definitions"] = [asdict(each) for each in definitions(answer)]
    if answer.not_recorded:
        held["not_recorded"] = dict(answer.not_recorded)
    held["rows"] = [_row(answer, row) for row in answer.rows]
    return json.dumps(held, ensure_ascii=False, indent=2, default=_plain, allow_nan=False)


def to_csv(answer: Compared) -> str:
    """One line per row under a header that is the same for all comparisons. Lines end as RFC 4180 has it."""
    before = answer.before
    text = io.StringIO()
    writer = csv.writer(text)
    periods = [f"{side}{name}" for side in ("", "before_") for name in ("period_from", "period_to", "as_of")]
    sides = [f"{side}{name}" for side in ("", "before_") for name in _SIDE]
    writer.writerow(("figure", "area", "against", *periods, "key", "label", *sides, "target", *_BETWEEN))
    for row in answer.rows:
        values: list[Any] = [row.figure, answer.asked.area_code, answer.against]
        for filter in (answer.asked.filter, before):
            values += [None] * 3 if filter is None else list(_when(filter).values())
        values += [row.key, row.label]
        for side in (row.now, row.before):
            values += [None if side is None else getattr(side, name) for name in _SIDE]
        values += [row.target, *(getattr(row, name) for name in _BETWEEN)]
        writer.writerow([_cell(value) for value in values])
    return text.getvalue()


def to_table(answer: Compared, *, width: int | None = None, define: bool = False) -> str:
    """A heading, the rows, and the moments by which both sides can be asked again; ``width`` of a terminal."""
    language, asked, before = answer.language, answer.asked, answer.before
    name, area = (answer.figure.name_zh, asked.area_zh) if language == "zh" else (answer.figure.name_en, asked.area_en)
    other = _word("target", language) if before is None else _days(before)
    lines = [" · ".join([name, area, f"{_days(asked.filter)} {_word('against', language)} {other}"])]
    if define:
        lines += [f"{part}: {text}" for each in definitions(answer) for part, text in definition(each, language)]
    for id, text in answer.not_recorded.items():
        held = figures()[id]
        lines.append(f"{held.name_zh if language == 'zh' else held.name_en}: {_word('not recorded', language)}: {text}")
    if answer.rows:
        lines.append(drawn(_table(answer), width))
    elif not answer.not_recorded:
        lines.append(_word("no cases", language))
    known = answer.calendar
    if known is not None and known.working_days is not None and known.working_days_then is not None:
        days = f"{_word('working days', language)}: {known.working_days} / {known.working_days_then}"
        lines.append(days if known.is_alike else f"{days}; {_word('not alike', language)}")
    moments = " / ".join(_moment(filter) for filter in (asked.filter, before) if filter is not None)
    return "\n".join([*lines, f"{_word('as of', language)} {moments}"])


def definitions(answer: Compared) -> list[Figure]:
    """What is defined of it: the figure, and how it is compared."""
    return list({each.id: each for each in (answer.figure, figures()["comparison"])}.values())


def _table(answer: Compared) -> Any:
    language = answer.language
    table = plain_table()
    is_named = any(row.key is not None for row in answer.rows) or len(answer.rows) > 1
    other = "target" if answer.against == TARGET else "before"
    has_ratio = any(row.now.rate is None and row.now.denominator is None for row in answer.rows)
    columns = ["now", other, "difference", *(["ratio"] if has_ratio else []), "interval", "provisional"]
    if is_named:
        table.add_column(Text(_word("label", language)), justify="left")
    for column in columns:
        table.add_column(Text(_word(column, language)), justify="right")
    for row in answer.rows:
        cells = _cells(row, language)
        table.add_row(*map(Text, [*([row.label] if is_named else []), *(cells[column] for column in columns)]))
    return table


def _cells(row: ComparedRow, language: str) -> dict[str, str]:
    is_count = row.now.denominator is None
    points = _word("points", language)
    if row.low is None:
        interval = NO_RATE if row.high is None else f"≤ {row.high:.2f}"
    elif is_count:
        interval = f"{row.low:.2f} … {'∞' if row.high is None else f'{row.high:.2f}'}"
    else:
        interval = f"{100 * row.low:+.1f} … {100 * (row.high or 0.0):+.1f}"
    difference = NO_RATE
    if row.difference is not None:
        difference = f"{row.difference:+,d}" if is_count else f"{100 * row.difference:+.1f}{points}"
    is_provisional = any(side is not None and side.provisional for side in (row.now, row.before))
    return {
        "now": _seen(row.now),
        "before": _seen(row.before),
        "target": NO_RATE if row.target is None else f"{row.target:.1%}",
        "difference": difference,
        "ratio": NO_RATE if row.ratio is None else f"{row.ratio:.2f}",
        "interval": interval,
        "provisional": _word("yes" if is_provisional else "no", language),
    }


def _seen(side: Side | None) -> str:
    """A side as eyes read it: 3 of 4 as "3/4 75.0%"."""
    if side is None:
        return NO_RATE
    if side.denominator is None:
        return f"{side.numerator:,}"
    rate = NO_RATE if side.rate is None else f"{side.rate:.1%}"
    return f"{side.numerator:,}/{side.denominator:,} {rate}"


def _row(answer: Compared, row: ComparedRow) -> dict[str, Any]:
    held: dict[str, Any] = {"key": row.key, "label": row.label}
    if row.code is not None:
        held["code"] = row.code
    held["now"] = _side(row, row.now, answer.asked.filter)
    if answer.before is None:
        held["target"] = {"figure": row.figure, "value": row.target}
    else:
        held["before"] = None if row.before is None else _side(row, row.before, answer.before)
    return held | {name: getattr(row, name) for name in _BETWEEN}


def _side(row: ComparedRow, side: Side, filter: Filter) -> dict[str, Any]:
    return {"figure": row.figure, **{name: getattr(side, name) for name in _SIDE}, "as_of": _moment(filter)}


def _when(filter: Filter) -> dict[str, Any]:
    first, last = filter.period(1)
    return {"from": first, "to": last, "as_of": _moment(filter)}


def _days(filter: Filter) -> str:
    return " – ".join(map(str, filter.period(1)))


def _moment(filter: Filter) -> str:
    return spoken(filter.as_of, filter.zone)


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if value is None or isinstance(value, int | float | str) else _plain(value)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _word(name: str, language: str) -> str:
    return _WORDS[name][0 if language == "zh" else 1]
