"""Why a rate moved, as text: JSON, CSV or a table, as queries/printing.py does it for a figure alone."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from rich.text import Text
from sqlalchemy import Connection

from queries import labels, place
from queries.answering import plain_value
from queries.asking import Asked, AskingError, listed, spoken
from queries.catalogue import Figure
from queries.figure import By
from queries.filters import Filter
from queries.printing import NO_RATE, drawn, plain_table
from queries.why import RATES, Side, Why, against_of, groupings, why, with_period

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "label": ("名称", "label"),
    "now": ("本期", "now"),
    "before": ("前期", "before"),
    "mix": ("结构", "mix"),
    "own": ("自身", "own"),
    "change": ("贡献", "change"),
    "chance": ("随机波动内", "within chance"),
    "whole": ("全部", "all"),
    "rest": ("其他（不属任何单元或其间重划）", "elsewhere, or redrawn in between"),
    "points": ("单位：百分点；各行之和等于总变动", "in points; the rows add up to the whole"),
    "nothing": ("有一期没有事件，无变动可言", "one of the periods has no cases: there is no change to tell"),
    "yes": ("是", "yes"),
    "against": ("对比", "against"),
    "as of": ("截至", "as of"),
}
_NUMBERS: Final = ("n", "good", "rate", "n_before", "good_before", "rate_before", "mix", "own", "change", "low", "high")


@dataclass(frozen=True)
class Answer:
    """The parts of a change, with what they are called."""

    figure: Figure
    asked: Asked
    language: str
    why: Why
    names: Mapping[str, str]  # by key


def answer(connection: Connection, figure: Figure, asked: Asked, language: str, against: str | None) -> Answer:
    """The change of the figure told by the asked grouping. Raises AskingError where it cannot be asked so."""
    if figure.id not in RATES:
        raise AskingError("figure_not_compared", figure=figure.id, known=listed(RATES, len(RATES)))
    if asked.by not in groupings(figure.id):
        raise AskingError("change_without_grouping", figure=figure.id, by=asked.by, known=listed(groupings(figure.id)))
    by = asked.by or By.AREA
    filter = with_period(figure.id, asked.filter)
    level = (asked.unit_level or place.subdistrict(connection, filter).unit_level) if by is By.AREA else None
    found = why(connection, figure.id, filter, by, against_of(against, filter), unit_level=level)
    return Answer(figure, asked, language, found, labels.of_keys(connection, filter, by, language))


def to_json(answer: Answer) -> str:
    """One object; effects as shares: 0.01 is a percentage point. A part without a key is what lies in no unit."""
    change = answer.why.change
    held: dict[str, Any] = {
        "figure": answer.figure.id,
        "area": answer.asked.area_code,
        "by": answer.why.by.value,
        "level": answer.why.unit_level,
        "now": _when(change.filter) | _side(change.now),
        "before": _when(change.before_filter) | ({} if change.before is None else _side(change.before)),
        "change": change.change,
        "low": change.low,
        "high": change.high,
        "rows": list(_rows(answer)),
    }
    return json.dumps(held, ensure_ascii=False, indent=2, default=str, allow_nan=False)


def to_csv(answer: Answer) -> str:
    """One line per part. Lines end as RFC 4180 has it."""
    text = io.StringIO()
    writer = csv.writer(text)
    head = ("key", "label", *_NUMBERS, "is_clear", "is_provisional")
    writer.writerow(("figure", "area", *head))
    for row in _rows(answer):
        values = [row[name] for name in head]
        plain = [str(value).lower() if isinstance(value, bool) else value for value in values]
        writer.writerow([answer.figure.id, answer.asked.area_code, *plain])
    return text.getvalue()


def to_table(answer: Answer, *, width: int | None = None) -> str:
    """A heading, the parts in points that add up as they are shown, and the moments of both periods."""
    figure, asked, change, language = answer.figure, answer.asked, answer.why.change, answer.language
    name, area = (figure.name_zh, asked.area_zh) if language == "zh" else (figure.name_en, asked.area_en)
    days = f"{_days(change.filter)} {_word('against', language)} {_days(change.before_filter)}"
    lines = [" · ".join([name, area, days])]
    if change.change is None:
        lines.append(_word("nothing", language))
    table = plain_table()
    table.add_column(Text(_word("label", language)), justify="left")
    for column in ("now", "before", "mix", "own", "change", "chance"):
        table.add_column(Text(_word(column, language)), justify="right")
    shown = answer.why.parts[["mix_shown", "own_shown"]].to_numpy(dtype=float)
    whole = (_seen(change.now.good, change.now.n), NO_RATE if change.before is None else _seen(*_counts(change.before)))
    table.add_row(
        *map(Text, (_word("whole", language), *whole, *_points(*shown.sum(axis=0)))), _chance(answer, change.is_clear)
    )
    for row, (mix, own) in zip(_rows(answer), shown, strict=True):
        seen = (_seen(row["good"], row["n"]), _seen(row["good_before"], row["n_before"]))
        table.add_row(*map(Text, (row["label"], *seen, *_points(mix, own))), _chance(answer, row["is_clear"]))
    moments = " / ".join(spoken(each.as_of, each.zone) for each in (change.filter, change.before_filter))
    return "\n".join([*lines, drawn(table, width), _word("points", language), f"{_word('as of', language)} {moments}"])


def _rows(answer: Answer) -> list[dict[str, Any]]:
    made = []
    for record in answer.why.parts.to_dict("records"):
        values = {str(name): plain_value(value) for name, value in record.items() if not str(name).endswith("_shown")}
        key = values["key"]
        label = _word("rest", answer.language) if key is None else answer.names.get(str(key), str(key))
        made.append({"key": key, "label": label} | values)
    return made


def _points(mix: float, own: float) -> tuple[str, ...]:
    """Mix, own and both in points; a dash where there is no change to tell."""
    return tuple(NO_RATE if value != value else f"{value:+.1f}" for value in (mix, own, mix + own))


def _chance(answer: Answer, is_clear: bool) -> Text:
    return Text("" if is_clear else _word("yes", answer.language))


def _seen(good: int, n: int) -> str:
    return f"{good:,}/{n:,} {good / n:.1%}" if n else NO_RATE


def _counts(side: Side) -> tuple[int, int]:
    return side.good, side.n


def _side(side: Side) -> dict[str, Any]:
    return {"n": side.n, "good": side.good, "rate": side.rate, "provisional": side.is_provisional}


def _when(filter: Filter) -> dict[str, Any]:
    first, last = filter.period(1)
    return {"from": first, "to": last, "as_of": spoken(filter.as_of, filter.zone)}


def _days(filter: Filter) -> str:
    return " – ".join(map(str, filter.period(1)))


def _word(name: str, language: str) -> str:
    return _WORDS[name][0 if language == "zh" else 1]
