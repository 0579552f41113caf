"""Owns the rows of an answer: what each is called, where it leads, as a chart, as a table, and in words."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

import pandas as pd

from dashboard.charts import answer as charts
from dashboard.live.questions import Answer, AnswerRow, By, Figure
from dashboard.pages.assessing import indicator_words
from dashboard.pages.behind import cases_behind
from dashboard.pages.figures_listed import LISTED
from dashboard.pages.laptop.chart import Chart
from dashboard.pages.laptop.downloads import downloads
from dashboard.pages.laptop.frame import local
from dashboard.pages.laptop.going import link
from dashboard.pages.laptop.pieces import e, level_word
from dashboard.pages.laptop.state import Question
from dashboard.review.coded import cutoff_word
from dashboard.text import Text
from dashboard.widgets.panels.stages import clock_name

_MOST_ROWS: Final = 60
#: What tells the rows of one unit apart, and how it is said: cut-offs of a finding, clocks between two stages, kinds of
#: field work, indicators of an assessment, matters that were repeated.
_TOLD_APART: Final[Mapping[str, Callable[[str, Text], str]]] = {
    "cutoff": cutoff_word,
    "clock": clock_name,
    "activity": lambda activity, _: activity,
    "indicator": lambda indicator, words: indicator_words(words).get(indicator, indicator),
    "matter": lambda matter, _: matter,
}


def label_of(row: AnswerRow, by: By | None, words: Text) -> str:
    """What a row is called."""
    if by is By.RISK and row.key is not None:
        return level_word(row.key, words)
    if by in (By.DAY, By.WEEK) and row.key is not None:
        return words.day(date.fromisoformat(row.key))
    for name, said in _TOLD_APART.items():
        if row.extras.get(name) is not None:
            return f"{row.label} · {said(str(row.extras[name]), words)}"
    return row.label


def _leads_to(row: AnswerRow, answer: Answer, question: Question) -> str | None:
    """Where a row leads: an area, a day or a kind is put into the filters, a smallest unit to its cases, of a list to
    the case.
    """
    address, key, by = question.address, row.key, answer.by
    if key is None:
        return None
    if answer.figure.id == "escalations_pending":
        return address.to("cases", id=key.partition("/")[0])  # case and number
    code = row.extras.get("code")
    if code is not None:
        if question.asked.filter.area_id is None:
            return address.to(area=code)
        return cases_behind(answer, address, area=code)
    if by is By.DAY:
        return address.to(**{"from": key, "to": key, "by": None})
    if by is By.KIND:
        return address.to(kinds=key, by=None)
    return None


def _worth(row: AnswerRow) -> float | None:
    return row.rate if row.denominator is not None else row.numerator


def chart_of(answer: Answer, question: Question, words: Text) -> Chart | None:
    """The rows as a course of days or as bars, the largest first; None for under two, and for bars of no length."""
    rows = [row for row in answer.rows if row.key is not None and _worth(row) is not None]
    is_course = answer.by in (By.DAY, By.WEEK, By.MONTH)
    if len(rows) < 2 or (not is_course and not any(map(_worth, rows))):
        return None
    is_rate = any(row.denominator is not None for row in rows)
    if not is_course:
        rows = sorted(rows, key=lambda row: -(_worth(row) or 0.0))
    data = pd.DataFrame(
        {
            "label": _each_once([label_of(row, answer.by, words) for row in rows]),
            "value": [float(_worth(row) or 0.0) for row in rows],
            "provisional": [bool(row.provisional) for row in rows],
            "said": [_said(row, words) for row in rows],
            "to": [_leads_to(row, answer, question) or "" for row in rows],
        }
    )
    name = words.label(names_of(answer.figure))
    theme = question.address.theme
    if is_course:
        data["day"] = [f"{row.key}T00:00:00" for row in rows]
        label = words(
            "{figure}, a point for each day from {first} to {last}",
            figure=name,
            first=data["label"].iloc[0],
            last=data["label"].iloc[-1],
        )
        return Chart("course", charts.course(data, theme=theme, value=name, is_rate=is_rate), label, leads=True)
    label = words("{figure} of {n}, the largest first: {first}", figure=name, n=len(rows), first=data["label"].iloc[0])
    return Chart("bars", charts.bars(data, theme=theme, value=name, is_rate=is_rate), label, leads=True)


def _each_once(labels: list[str]) -> list[str]:
    """The labels, of like ones the later ones numbered: a bar is found by its label."""
    seen: Counter[str] = Counter()
    made = []
    for label in labels:
        seen[label] += 1
        made.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return made


def _said(row: AnswerRow, words: Text) -> str:
    if row.denominator is None:
        return number_of(row.numerator, words)
    return f"{words.percent(row.rate)} · n {number_of(row.denominator, words)}"


def table_of(answer: Answer, question: Question, words: Text) -> str:
    """The rows in numbers, each leading on, the first ones of a long answer."""
    is_rate = any(row.denominator is not None for row in answer.rows)
    columns = LISTED.get(answer.figure.id, ())
    counted = (words("Numerator"), words("Denominator"), words("Rate")) if is_rate else (words("Number"),)
    heads = ["", *([column.head(words) for column in columns] or counted)]
    every = [row for row in answer.rows if not _is_sum(row, answer)]
    lines = []
    for row in every[:_MOST_ROWS]:
        to = _leads_to(row, answer, question)
        label = e(label_of(row, answer.by, words))
        name = f"<a {link(to)}>{label}</a>" if to else label
        numbers = [number_of(row.numerator, words)]
        if columns:
            numbers = [column.cell(row, question, words) for column in columns]
        elif is_rate:
            numbers += [number_of(row.denominator, words), words.percent(row.rate)]
        marked = f" <i>{e(words('provisional'))}</i>" if row.provisional else ""
        lines.append(f"<tr><td>{name}{marked}</td>{''.join(f'<td>{e(number)}</td>' for number in numbers)}</tr>")
    more = len(every) - _MOST_ROWS
    rest = f'<p class="rest">{e(words("{n} more rows are in the file", n=words.number(more)))}</p>' if more > 0 else ""
    cells = "".join(f"<th>{e(head)}</th>" for head in heads)
    files, looks = downloads(question.address, "figure", words), "rows listed" if columns else "rows"
    return f"""<div class="head"><h2>{e(words("In numbers"))}</h2><span>{files}</span></div>
<table class="{looks}"><thead><tr>{cells}</tr></thead><tbody>{"".join(lines)}</tbody></table>{rest}"""


def sum_of(answer: Answer) -> AnswerRow | None:
    """The row that has the figure itself; None where its rows are given alone."""
    if answer.figure.id == "stage_clocks":
        return None  # one row for each clock, and no sum of them
    return next((row for row in answer.rows if row.key is None), None)


def has_further(answer: Answer) -> bool:
    """Whether there are rows beside the figure itself."""
    return any(row is not sum_of(answer) for row in answer.rows)


def _is_sum(row: AnswerRow, answer: Answer) -> bool:
    """Whether a list is counted by the row and not made of it."""
    return answer.figure.id in LISTED and row is sum_of(answer)


def number_of(value: float | None, words: Text) -> str:
    """A number as it is read; a dash where the row has none: what is not recorded is said in a sentence of its own."""
    if value is None:
        return "—"
    return words.number(value, 0 if float(value).is_integer() else 2)


def said_of(value: Any, words: Text, time_zone: str) -> str:
    """Any value of an answer in words; moments by the clock of the place."""
    if isinstance(value, bool):
        return words("yes") if value else words("no")
    if isinstance(value, int | float):
        return number_of(value, words)
    if isinstance(value, datetime):
        return f"{words.long_day(value, time_zone)} {words.clock(value, time_zone)}"
    return str(value)


def names_of(figure: Figure) -> dict[str, str]:
    """The names of a figure as labels are chosen from."""
    return {"name_zh": figure.name_zh, "name_en": figure.name_en}


def further_names(rows: Iterable[AnswerRow]) -> list[str]:
    """What the rows say beside their figure, each once."""
    return list(dict.fromkeys(name for row in rows for name in row.extras))


def file_value(value: Any, words: Text, time_zone: str) -> Any:
    """A value as a file holds it: moments by the clock of the place, numbers as they are."""
    if isinstance(value, bool):
        return words("yes") if value else words("no")
    if isinstance(value, datetime):
        return local(value, time_zone)
    return value if value is None or isinstance(value, str | int | float | date) else str(value)
