"""Who owes answers as charts whose marks lead on: what waits by department and level, how each department answered."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from dashboard.charts import owed as drawn
from dashboard.frames import rows
from dashboard.live.questions import Cut, Owing
from dashboard.pages.escalations_chosen import Chosen, spelt
from dashboard.pages.escalations_owed import longest, name_of, percent
from dashboard.pages.laptop import frame
from dashboard.pages.laptop.asking_page import Column
from dashboard.pages.laptop.chart import Chart
from dashboard.pages.laptop.going import link
from dashboard.pages.laptop.pieces import e
from dashboard.pages.laptop.state import Question
from dashboard.text import Text


def charts(found: Owing, question: Question, words: Text, wanted: Chosen) -> tuple[Column, Column]:
    """What waits by department, and beside it how each answered; without rows, a sentence."""
    theme, by = question.address.theme, found.departments
    due = by[by["n"] > 0].sort_values(["rate", "n"], ascending=[True, False])
    address = question.address
    right: str | Chart = f'<p class="nothing">{e(words("No answer was due in these days"))}</p>'
    if len(due):
        data = pd.DataFrame([_answered_row(row, question, words, wanted) for row in rows(due)])
        label = words("Answered in time, by department: {rows}", rows="; ".join(data["said"].head(drawn.MOST)))
        name = words("answered in time")
        right = Chart("answered", drawn.answered(data, theme=theme, value=name, target=found.target), label, leads=True)
    key = (
        f'<i class="key now"></i>{e(words("past the deadline"))} <i class="key before"></i>{e(words("in time still"))}'
    )
    legend = e(_legend(found, len(due), words))
    waiting = by[by["pending"] > 0]
    left: tuple[str | Chart, ...] = (
        _head(words("Who owes answers"), key + _definition("escalations_waiting", question, words)),
        _waiting("departments", waiting, question, words, chosen=wanted.department,
                 to=lambda row: address.to(department=_toggled(row.key, wanted), state=None, page_no=None)),
    )  # fmt: skip
    levels = found.levels[found.levels["pending"] > 0]
    if len(levels) > 1 or (wanted.level is not None and len(levels)):
        left += (
            _head(words("At which level"), ""),
            _waiting("levels", levels, question, words, chosen=wanted.level,
                     to=lambda row: address.to(level=None if row.key == wanted.level else row.key, state=None,
                                               page_no=None)),
        )  # fmt: skip
    return left, (
        _head(words("Answered in time"), legend + _definition("escalation_answer", question, words)),
        right,
    )


def _definition(figure: str, question: Question, words: Text) -> str:
    """A link to what the figure counts."""
    return f' <a class="definition" {link(question.address.to("figures", figure=figure))}>{e(words("definition"))}</a>'


def _waiting(
    name: str, shown: pd.DataFrame, question: Question, words: Text, *, chosen: str | None, to: Callable[[Any], str]
) -> str | Chart:
    """What waits as bars; where nothing does, a sentence."""
    if shown.empty:
        return f'<p class="nothing">{e(words("Nobody owes an answer"))}</p>'
    data = pd.DataFrame([_waiting_row(row, question, words, chosen, to(row)) for row in rows(shown)])
    label = words("What waits: {rows}", rows="; ".join(data["said"].head(drawn.MOST)))
    chart = drawn.waiting(data, theme=question.address.theme, value=words("hand-ups that wait"))
    return Chart(name, chart, label, leads=True)


def _legend(found: Owing, count: int, words: Text) -> str:
    first, last = found.before.period(frame.USUAL_DAYS)
    said = words("line: 90 % interval, tick: {days}", days=words.days(first, last))
    if found.target is not None:
        said += words(", dashed: target {rate}", rate=words.percent(found.target, 0))
    return said + (words(", the lowest {n}", n=words.number(drawn.MOST)) if count > drawn.MOST else "")


def _head(title: str, note: str) -> str:
    return f'<div class="head owes"><h2>{e(title)}</h2><span>{note}</span></div>'


def _waiting_row(row: Any, question: Question, words: Text, chosen: str | None, to: str) -> dict[str, Any]:
    name = name_of(row, words)
    overdue = words("{n} past the deadline", n=words.number(row.overdue)) if row.overdue else ""
    total = words.number(row.pending)
    return {
        "label": name,
        "pending": row.pending,
        "overdue": row.overdue,
        "sum": " · ".join(part for part in (total, overdue) if part),
        "said": " · ".join(part for part in (f"{name} {total}", overdue, longest(row, question, words)) if part),
        "is_faint": chosen is not None and chosen != row.key,
        "to": to,
    }


def _answered_row(row: Any, question: Question, words: Text, wanted: Chosen) -> dict[str, Any]:
    name = name_of(row, words)
    return {
        "label": name,
        "rate": row.rate,
        "low": row.rate_low,
        "high": row.rate_high,
        "rate_before": row.rate_before,
        "provisional": bool(row.is_provisional),
        "said": f"{name} {percent(row.rate, words)} · {words('n = {n}', n=words.number(row.n))}",
        "is_faint": wanted.department is not None and wanted.department != row.key,
        "to": question.address.to(department=spelt(row.key), state=Cut.MISSED.value, page_no=None),
    }


def _toggled(key: str, wanted: Chosen) -> str | None:
    """A second click on a chosen department takes the choice back."""
    return None if wanted.department == key and wanted.cut is Cut.PENDING else spelt(key)
