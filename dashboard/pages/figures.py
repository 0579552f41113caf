"""The page of figures 口径: what each one counts, and what it comes to here, down to the cases it is made of."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

import pandas as pd

from dashboard.charts import answer as charts
from dashboard.exports.sheet import Sheet
from dashboard.live import questions
from dashboard.live.questions import Answer, AnswerRow, AskingError, By, Figure, Only
from dashboard.pages.laptop import frame
from dashboard.pages.laptop.asking_page import Beside, Matter, Page
from dashboard.pages.laptop.chart import Chart
from dashboard.pages.laptop.downloads import downloads
from dashboard.pages.laptop.going import link
from dashboard.pages.laptop.pieces import e, level_word
from dashboard.pages.laptop.state import Question
from dashboard.snapshot import Snapshot
from dashboard.text import Text

_FIRST: Final = "same_day_resolution"
#: The cases a figure leads to, where a cut of the list stands for those that count against it or are counted.
_BEHIND: Final = {
    "same_day_resolution": Only.NOT_SAME_DAY,
    "same_day_today": Only.NOT_SAME_DAY,
    "same_day_like_days": Only.NOT_SAME_DAY,
    "same_day_units": Only.NOT_SAME_DAY,
    "on_time": Only.NOT_ON_TIME,
    "reopened": Only.RETURNED,
    "on_the_spot": Only.NOT_ON_THE_SPOT,
    "base_resolution": Only.NOT_AT_BASE,
    "stock": Only.OPEN,
    "overdue": Only.OVERDUE,
    "backlog_movement": Only.OPEN,
    "backlog_growing": Only.OPEN,
    "escalation_answer": Only.HANDED_UP,
    "escalations_waiting": Only.HANDED_UP,
    "escalations_pending": Only.HANDED_UP,
    "withdrawn_before_cutoff": Only.WITHDRAWN,
    "reopened_after_cutoff": Only.REOPENED,
}
#: Parts of the catalogue by the first word of a figure's question, in the order shown.
_PARTS: Final = (
    ("resolution", ("same_day", "like_days", "deadlines", "petitions", "hazards", "levels", "reopenings")),
    ("satisfaction", ("satisfaction", "stages")),
    ("stock", ("lists", "backlog", "volume", "workload", "days", "calendar")),
    ("escalations", ("escalations",)),
    ("risk", ("risk", "cases")),
    ("assessment", ("ranking",)),
    ("findings", ("findings",)),
)
_MOST_ROWS: Final = 60


def matter(snapshot: Snapshot, question: Question, words: Text) -> Matter:
    """The catalogue, the chosen figure's definition, and its worked example with the figures of the address."""
    figure = chosen(question)
    try:
        answer = answered(snapshot, question, words)
    except AskingError:
        answer = None
    pieces: list[str | Chart] = [_definition(figure, words) + _example(figure, answer, question, words)]
    drawn = _chart(answer, question, words) if answer is not None else None
    if answer is not None and answer.by is By.TOTAL and By.DAY in questions.groupings(figure):
        days = questions.figure(figure, question.asked, By.DAY, None, words.language)
        drawn = _chart(days, question, words)
    if drawn is not None:
        pieces.append(drawn)
    if answer is not None and (answer.by not in (None, By.TOTAL) or len(answer.rows) > 1):
        pieces.append(_table(answer, question, words))
    return [Beside(_contents(figure, question, words), pieces)]


def chosen(question: Question) -> Figure:
    """The figure the address names, or the first."""
    known = questions.figures()
    return known.get(question.address.get("figure") or _FIRST, known[_FIRST])


def answered(snapshot: Snapshot, question: Question, words: Text) -> Answer:
    """The figure's answer, grouped as the address says where it can be. Raises AskingError where it cannot be asked."""
    figure = chosen(question)
    by = _by(figure, question)
    level = _level(snapshot, question) if by is By.AREA or by is None else None
    try:
        return questions.figure(figure, question.asked, by, level, words.language)
    except AskingError:
        if level is None:
            raise
        return questions.figure(figure, question.asked, by, None, words.language)


def _by(figure: Figure, question: Question) -> By | None:
    possible, given = questions.groupings(figure), question.address.get("by")
    if not possible:
        return None
    return By(given) if given in possible else By.TOTAL


def _level(snapshot: Snapshot, question: Question) -> str:
    """Communities under the whole place where it has some, units of the map under one of them."""
    has_communities = len(snapshot.communities) > 1
    return "community" if question.asked.filter.area_id is None and has_communities else snapshot.place.unit_level


def _contents(figure: Figure, question: Question, words: Text) -> str:
    named = {
        "resolution": words("Resolution"),
        "satisfaction": words("Stages and satisfaction"),
        "stock": words("Stock and volume"),
        "escalations": words("Escalations"),
        "risk": words("Risk"),
        "assessment": words("Assessment"),
        "findings": words("To be looked at"),
    }
    parts = []
    for part, subjects in _PARTS:
        members = [each for each in questions.figures().values() if each.question.split("/")[0] in subjects]
        lines = "".join(
            f'<li><a class="{"here" if each.id == figure.id else ""}" '
            f"{link(question.address.to(figure=each.id, by=None))}>{e(words.label(_names(each)))}</a></li>"
            for each in members
        )
        parts.append(f"<h3>{e(named[part])}</h3><ul>{lines}</ul>")
    return f'<nav class="contents" aria-label="{e(words("Figures"))}">{"".join(parts)}</nav>'


def _names(figure: Figure) -> dict[str, str]:
    return {"name_zh": figure.name_zh, "name_en": figure.name_en}


def _definition(figure: Figure, words: Text) -> str:
    heads = {
        "numerator": words("Numerator"),
        "denominator": words("Denominator"),
        "cohort": words("Cases counted"),
        "exclusions": words("Left out"),
        "follow_up": words("When final"),
    }
    lines = "".join(
        f"<tr><td>{e(head)}</td><td>{e(getattr(figure, f'{part}_{words.language}'))}</td></tr>"
        for part, head in heads.items()
    )
    said = words("numerator ÷ denominator") if figure.formula == "numerator ÷ denominator" else figure.formula
    formula = f"<tr><td>{e(words('Formula'))}</td><td>{e(said)}</td></tr>"
    identity = f"<span>{e(figure.id)}</span>"
    return f"""<section class="answer"><h1>{e(words.label(_names(figure)))}</h1></section>
<div class="head"><h2>{e(words("Definition"))}</h2>{identity}</div><table class="facts">{lines}{formula}</table>"""


def _example(figure: Figure, answer: Answer | None, question: Question, words: Text) -> str:
    of_what = e(_of_what(answer, question, words))
    head = f'<div class="head"><h2>{e(words("Worked example"))}</h2><span>{of_what}</span></div>'
    if answer is None:
        said = words("This figure compares others, or cannot be asked for this area, these kinds and days")
        return f'{head}<p class="nothing">{e(said)}</p>'
    chips = _groupings(figure, answer, question, words)
    if answer.not_recorded is not None:
        return f'{head}{chips}<p class="nothing">{e(words("No source records this"))}</p>'
    total = next((row for row in answer.rows if row.key is None), None)
    return head + chips + (_sum(total, figure, question, words) if total is not None else "")


def _of_what(answer: Answer | None, question: Question, words: Text) -> str:
    filter = question.asked.filter
    place = words.label({"name_zh": question.asked.area_zh, "name_en": question.asked.area_en})
    as_of = words("as known at {moment}", moment=frame.spoken(filter.as_of, filter, words))
    if answer is None or answer.period is None:
        return f"{place} · {as_of}"
    return f"{place} · {words.days(*answer.period)} · {as_of}"


def _groupings(figure: Figure, answer: Answer, question: Question, words: Text) -> str:
    named = by_words(words)
    chips = "".join(
        f'<a class="chip{" on" if by is answer.by else ""}" '
        f"{link(question.address.to(by=None if by is By.TOTAL else by.value))}>{e(named[by])}</a>"
        for by in questions.groupings(figure)
    )
    return f'<div class="group cuts">{chips}</div>' if chips else ""


def by_words(words: Text) -> dict[By, str]:
    """What groupings are called."""
    return {
        By.TOTAL: words("In all"),
        By.DAY: words("By day"),
        By.WEEK: words("By week"),
        By.MONTH: words("By month"),
        By.AREA: words("By area"),
        By.KIND: words("By kind"),
        By.TYPE: words("By type"),
        By.CHANNEL: words("By channel"),
        By.RISK: words("By level"),
        By.HOUR: words("By hour"),
        By.DEPARTMENT: words("By department"),
    }


def _sum(row: AnswerRow, figure: Figure, question: Question, words: Text) -> str:
    """The figure's arithmetic in large, each part leading to its cases, and what else the answer says of it."""
    cases = question.address.to("cases", behind=_BEHIND[figure.id].value if figure.id in _BEHIND else None)
    everyone = question.address.to("cases", behind=None)
    extras = "".join(
        f"<tr><td>{e(_column(name, words))}</td><td>{e(_spoken(value, words))}</td></tr>"
        for name, value in row.extras.items()
        if not isinstance(value, dict | list | tuple) and value is not None
    )
    tag = f"<i>{e(words('provisional'))}</i>" if row.provisional else ""
    if row.denominator is None:
        value = f"<b>{e(_value(row.numerator, words))}</b>{tag}" if row.numerator is not None else ""
        sum_ = f"{value}" if value else ""
    else:
        sum_ = f"""<b>{e(_value(row.numerator, words))}</b> ÷
<a {link(everyone)}><b>{e(_value(row.denominator, words))}</b></a> =
<b class="{"provisional" if row.provisional else ""}">{e(words.percent(row.rate))}</b>{tag}"""
    against = f"<a {link(cases)}>{e(words('the cases behind it'))}</a>"
    table = f'<table class="facts">{extras}</table>' if extras else ""
    return f'<p class="sum">{sum_} <span>{against}</span></p>{table}'


def _value(value: float | None, words: Text) -> str:
    if value is None:
        return words("not recorded")
    return words.number(value, 0 if float(value).is_integer() else 2)


def _spoken(value: Any, words: Text) -> str:
    if isinstance(value, bool):
        return words("yes") if value else words("no")
    if isinstance(value, int | float):
        return _value(value, words)
    return str(value)


def _column(name: str, words: Text) -> str:
    """What a further column is called; a name that has no words yet is shown as it is."""
    named = {
        "code": words("Code"),
        "extended": words("Deadlines extended"),
        "winnable": words("Can still be closed today"),
        "lost": words("Cannot be closed today any more"),
        "mean": words("Mean"),
        "median_minutes": words("Median, minutes"),
        "p90_minutes": words("90th percentile, minutes"),
        "reached": words("Reached"),
        "longest_waited_minutes": words("Longest wait, minutes"),
        "overdue": words("Past deadline"),
        "opened": words("Opened"),
        "closed": words("Closed"),
        "score": words("Score"),
        "rank": words("Rank"),
        "tier": words("Tier"),
        "members": words("Members"),
    }
    return named.get(name, name.replace("_", " "))


def _label(row: AnswerRow, by: By | None, words: Text) -> str:
    if by is By.RISK and row.key is not None:
        return level_word(row.key, words)
    if by in (By.DAY, By.WEEK) and row.key is not None:
        return words.day(date.fromisoformat(row.key))
    return row.label


def _leads_to(row: AnswerRow, answer: Answer, question: Question) -> str | None:
    """Where a row leads: an area, a day or a kind is put into the filters, of a smallest unit to its cases."""
    address, key, by = question.address, row.key, answer.by
    if key is None:
        return None
    code = row.extras.get("code")
    if code is not None:
        if question.asked.filter.area_id is None:
            return address.to(area=code)
        behind = _BEHIND.get(answer.figure.id)
        return address.to("cases", area=code, behind=None if behind is None else behind.value)
    if by is By.DAY:
        return address.to(**{"from": key, "to": key, "by": None})
    if by is By.KIND:
        return address.to(kinds=key, by=None)
    return None


def _worth(row: AnswerRow) -> float | None:
    return row.rate if row.denominator is not None else row.numerator


def _chart(answer: Answer, question: Question, words: Text) -> Chart | None:
    rows = [row for row in answer.rows if row.key is not None and _worth(row) is not None]
    if len(rows) < 2:
        return None
    is_rate = any(row.denominator is not None for row in rows)
    is_course = answer.by in (By.DAY, By.WEEK, By.MONTH)
    if not is_course:
        rows = sorted(rows, key=lambda row: -(_worth(row) or 0.0))
    data = pd.DataFrame(
        {
            "label": [_label(row, answer.by, words) for row in rows],
            "value": [float(_worth(row) or 0.0) for row in rows],
            "provisional": [bool(row.provisional) for row in rows],
            "said": [_said(row, words) for row in rows],
            "to": [_leads_to(row, answer, question) or "" for row in rows],
        }
    )
    name = words.label(_names(answer.figure))
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


def _said(row: AnswerRow, words: Text) -> str:
    if row.denominator is None:
        return _value(row.numerator, words)
    return f"{words.percent(row.rate)} · n {_value(row.denominator, words)}"


def _table(answer: Answer, question: Question, words: Text) -> str:
    is_rate = any(row.denominator is not None for row in answer.rows)
    heads = ["", *((words("Numerator"), words("Denominator"), words("Rate")) if is_rate else (words("Number"),))]
    lines = []
    for row in answer.rows[:_MOST_ROWS]:
        to = _leads_to(row, answer, question)
        label = e(_label(row, answer.by, words))
        name = f"<a {link(to)}>{label}</a>" if to else label
        numbers = [_value(row.numerator, words)]
        if is_rate:
            numbers += [_value(row.denominator, words), words.percent(row.rate)]
        marked = f" <i>{e(words('provisional'))}</i>" if row.provisional else ""
        lines.append(f"<tr><td>{name}{marked}</td>{''.join(f'<td>{e(number)}</td>' for number in numbers)}</tr>")
    more = len(answer.rows) - _MOST_ROWS
    rest = f'<p class="rest">{e(words("{n} more rows are in the file", n=words.number(more)))}</p>' if more > 0 else ""
    cells = "".join(f"<th>{e(head)}</th>" for head in heads)
    files = downloads(question.address, "figure", words)
    return f"""<div class="head"><h2>{e(words("In numbers"))}</h2><span>{files}</span></div>
<table class="rows"><thead><tr>{cells}</tr></thead><tbody>{"".join(lines)}</tbody></table>{rest}"""


def sheet(snapshot: Snapshot, question: Question, words: Text) -> Sheet:
    """The answer's rows as a file, with the definition."""
    figure, answer = chosen(question), answered(snapshot, question, words)
    rows = answer.rows
    columns: dict[str, Sequence[Any]] = {
        words("Name"): [_label(row, answer.by, words) for row in rows],
        words("Numerator"): [row.numerator for row in rows],
        words("Denominator"): [row.denominator for row in rows],
        words("Rate"): [row.rate for row in rows],
        words("provisional"): [
            None if row.provisional is None else words("yes") if row.provisional else words("no") for row in rows
        ],
    }
    for name in _extra_names(rows):
        columns[_column(name, words)] = [_plain(row.extras.get(name)) for row in rows]
    notes = [
        *frame.notes_of(question, words),
        getattr(figure, f"numerator_{words.language}"),
        getattr(figure, f"denominator_{words.language}"),
        getattr(figure, f"exclusions_{words.language}"),
    ]
    return Sheet(words.label(_names(figure)), columns, notes, rates=frozenset({words("Rate")}))


def _extra_names(rows: Iterable[AnswerRow]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row.extras))


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float | date) else str(value)


PAGE: Final = Page("figures", "口径 Figures", ("figure", "by"), matter, tables={"figure": sheet})
