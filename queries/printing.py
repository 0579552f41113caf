"""An answer as text: JSON, CSV or a table. Pure functions; the numbers are the same in all three.

JSON and CSV are for programs: plain numbers, moments in ISO 8601 with their offset, nothing where nothing is known.
The table is for eyes: percentages, "—" for a rate without cases.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from queries.answering import Answer, Row
from queries.asking import spoken
from queries.catalogue import Figure

NO_RATE: Final = "—"
_ENDLESS: Final = 10_000

#: Words of the table, in both languages.
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "key": ("键", "key"),
    "label": ("名称", "label"),
    "numerator": ("分子", "numerator"),
    "denominator": ("分母", "denominator"),
    "value": ("数值", "value"),
    "rate": ("比率", "rate"),
    "provisional": ("暂计", "provisional"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "as_of": ("截至", "as of"),
    "not recorded": ("未记录", "not recorded"),
    "no cases": ("没有事件", "no cases"),
}
#: Parts of a definition, with their names in both languages.
_PARTS: Final[Mapping[str, tuple[str, str]]] = {
    "formula": ("公式", "formula"),
    "numerator": ("分子", "numerator"),
    "denominator": ("分母", "denominator"),
    "cohort": ("范围", "cohort"),
    "exclusions": ("不计", "exclusions"),
    "follow_up": ("终值", "follow-up"),
}
_CORE: Final = ("key", "label", "numerator", "denominator", "rate", "provisional")


def _word(name: str, language: str) -> str:
    return _WORDS[name][0 if language == "zh" else 1]


def as_of(answer: Answer) -> str:
    """The answer's moment; given back as ``--as-of`` it has the same answer."""
    return spoken(answer.asked.filter.as_of, answer.asked.filter.zone)


def to_json(answer: Answer, *, define: bool = False) -> str:
    """One object; keys stand in the order of reading. ``define``: with the whole definition, both languages."""
    figure, asked = answer.figure, answer.asked
    held: dict[str, Any] = {
        "figure": figure.id,
        "names": {"zh": figure.name_zh, "en": figure.name_en},
        "area": {"code": asked.area_code, "names": {"zh": asked.area_zh, "en": asked.area_en}},
        "kinds": None if asked.filter.kinds is None else [kind.value for kind in asked.filter.kinds],
        "by": None if answer.by is None else answer.by.value,
        "level": answer.unit_level,
        "period": None if answer.period is None else {"from": answer.period[0], "to": answer.period[1]},
        "as_of": as_of(answer),
        "time_zone": asked.filter.time_zone,
    }
    if define:
        held["definition"] = asdict(figure)
    if answer.not_recorded is not None:
        held["not_recorded"] = answer.not_recorded
    held["rows"] = [{name: getattr(row, name) for name in (*_CORE, "extras")} for row in answer.rows]
    return json.dumps(held, ensure_ascii=False, indent=2, default=lambda value: _plain(answer, value), allow_nan=False)


def to_csv(answer: Answer) -> str:
    """One line per row under a header: what was asked, the row, its extras. Lines end as RFC 4180 has it."""
    extras = _extras(answer.rows)
    period = answer.period or (None, None)
    asked = (answer.figure.id, answer.asked.area_code, *period, as_of(answer))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("figure", "area", "period_from", "period_to", "as_of", *_CORE, *extras))
    for row in answer.rows:
        values = [*asked, *(getattr(row, name) for name in _CORE), *(row.extras.get(name) for name in extras)]
        writer.writerow([_cell(answer, value) for value in values])
    return text.getvalue()


def to_table(answer: Answer, *, width: int | None = None, define: bool = False) -> str:
    """A heading, the rows, and the moment by which the answer can be asked again.

    ``width``: characters of a terminal, cells are folded to it; None: every row is one line, however long.
    """
    language, asked, figure = answer.language, answer.asked, answer.figure
    name, area = (figure.name_zh, asked.area_zh) if language == "zh" else (figure.name_en, asked.area_en)
    days = [] if answer.period is None else [" – ".join(map(str, answer.period))]
    lines = [" · ".join([name, area, *days])]
    if define:
        lines += [f"{part}: {text}" for part, text in definition(figure, language)]
    if answer.not_recorded is not None:
        lines.append(f"{_word('not recorded', language)}: {answer.not_recorded}")
    elif not answer.rows:
        lines.append(_word("no cases", language))
    else:
        lines.append(drawn(_table(answer), width))
    return "\n".join([*lines, f"{_word('as_of', language)} {as_of(answer)}"])


def drawn(table: Table, width: int | None) -> str:
    """A table as text without blanks at the ends of lines. ``width`` as in ``to_table``."""
    text = io.StringIO()
    Console(file=text, width=width or _ENDLESS, color_system=None).print(table)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines())


def plain_table(*columns: str) -> Table:
    """A table without lines, its columns named."""
    return Table(*columns, box=None, pad_edge=False, padding=(0, 2, 0, 0))


def definition(figure: Figure, language: str) -> Iterable[tuple[str, str]]:
    """The parts of a definition, each with its name."""
    for part, names in _PARTS.items():
        text = getattr(figure, f"{part}_{language}")
        yield names[0 if language == "zh" else 1], text


def _table(answer: Answer) -> Table:
    """The rows; columns in which nothing stands are left out."""
    rows, language = answer.rows, answer.language
    is_rate = any(row.denominator is not None or row.rate is not None for row in rows)
    columns = [
        *(["key"] if any(row.key is not None for row in rows) else []),
        *(["label"] if any(row.label != row.key for row in rows) else []),
        *(["numerator"] if any(row.numerator is not None for row in rows) else []),
        *(["denominator"] if is_rate else []),
        *(["rate"] if any(row.rate is not None for row in rows) else []),
        *(["provisional"] if any(row.provisional is not None for row in rows) else []),
    ]
    extras = _extras(rows)
    table = plain_table()
    for name in columns:
        shown = "value" if name == "numerator" and not is_rate else name
        table.add_column(Text(_word(shown, language)), justify="left" if name in ("key", "label") else "right")
    for name in extras:
        is_number = all(isinstance(row.extras.get(name), int | float | None) for row in rows)
        table.add_column(Text(name.replace("_", " ")), justify="right" if is_number else "left")
    for row in rows:
        cells = [_seen(answer, getattr(row, name), is_rate=name == "rate") for name in columns]
        cells += [_seen(answer, row.extras.get(name)) for name in extras]
        table.add_row(*map(Text, cells))
    return table


def _seen(answer: Answer, value: Any, *, is_rate: bool = False) -> str:
    """A value as eyes read it."""
    if is_rate:
        return NO_RATE if value is None else f"{value:.1%}"
    if value is None:
        return ""
    if isinstance(value, bool):
        return _word("yes" if value else "no", answer.language)
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() else f"{value:,.2f}" if abs(value) >= 0.1 else f"{value:.2g}"
    if isinstance(value, datetime):
        return value.astimezone(answer.asked.filter.zone).strftime("%Y-%m-%d %H:%M:%S")
    return str(_plain(answer, value))


def _cell(answer: Answer, value: Any) -> Any:
    """A value as a program reads it from a line of text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict | tuple):
        return json.dumps(value, ensure_ascii=False, default=lambda inner: _plain(answer, inner))
    return value if value is None or isinstance(value, int | float | str) else _plain(answer, value)


def _plain(answer: Answer, value: Any) -> str:
    """What JSON has no type for: moments with the local offset, days in ISO 8601."""
    if isinstance(value, datetime):
        return spoken(value, answer.asked.filter.zone)
    return value.isoformat() if isinstance(value, date) else str(value)


def _extras(rows: Iterable[Row]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row.extras))
