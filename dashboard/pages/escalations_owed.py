"""Who owes answers: in a sentence, as two charts, and as tables of departments and levels that can be taken away."""

from collections.abc import Callable
from typing import Any, Final

import pandas as pd

from dashboard.charts import owed as drawn
from dashboard.exports.sheet import Sheet
from dashboard.frames import rows
from dashboard.live import questions
from dashboard.live.questions import NO_DEPARTMENT, Cut, Owing
from dashboard.pages.escalations_chosen import Chosen, spelt
from dashboard.pages.laptop import frame
from dashboard.pages.laptop.asking_page import Column
from dashboard.pages.laptop.chart import Chart
from dashboard.pages.laptop.downloads import downloads
from dashboard.pages.laptop.going import link
from dashboard.pages.laptop.pieces import e
from dashboard.pages.laptop.state import Question
from dashboard.snapshot import Snapshot
from dashboard.text import Text

#: Names of departments that a sentence holds.
_NAMED: Final = 3


def headline(found: Owing, words: Text) -> str:
    """Which department owes the most; several where they owe as much."""
    owing = found.departments[(found.departments["pending"] > 0) & (found.departments["key"] != NO_DEPARTMENT)]
    if owing.empty:
        waits = 0 if found.total.empty else int(found.total["pending"].iloc[0])
        if waits:
            return words("No department owes an answer; levels below owe {n}", n=words.number(waits))
        return words("No department owes an answer")
    most = owing.iloc[0]
    equal = owing[(owing["pending"] == most["pending"]) & (owing["overdue"] == most["overdue"])]
    names = [words.label(row) for row in rows(equal.head(_NAMED))]
    count = int(most["pending"])
    if len(equal) > _NAMED:
        return words(
            "{n} departments owe the most, {count} each", n=words.number(len(equal)), count=words.number(count)
        )
    who = ("、" if words.language == "zh" else ", ").join(names)
    if len(equal) > 1:
        return words("{who} owe the most: {n} answers each", who=who, n=words.number(count))
    said = words.many("{who} owes the most: {n} answer", "{who} owes the most: {n} answers", count, who=who)
    return said + words(", {n} past the deadline", n=words.number(int(most["overdue"]))) if most["overdue"] else said


def state(found: Owing, question: Question, words: Text) -> str:
    """All that waits, the longest, and how answers came against the days before."""
    if found.total.empty:
        return words("No answer was due in these days and none waits")
    [total] = rows(found.total)
    parts = []
    if total.pending:
        said = words("{n} wait for an answer in all, {overdue} past the deadline", n=words.number(total.pending),
                     overdue=words.number(total.overdue))  # fmt: skip
        longest = (question.asked.filter.as_of - total.oldest_raised_at).total_seconds()
        parts += [said, words("the longest for {time}", time=words.duration(longest))]
    rate = words("{rate} answered in time (n = {n})", rate=_percent(total.rate, words), n=words.number(total.n))
    if total.is_provisional and total.n:
        rate += " · " + words("provisional")
    parts += [rate, *([_change(total, words, whole=True)] if total.n_before and total.n else [])]
    return " · ".join(parts)


def charts(found: Owing, question: Question, words: Text, wanted: Chosen) -> tuple[Column, Column]:
    """What waits by department, and beside it how each answered; without rows, a sentence."""
    theme, by = question.address.theme, found.departments
    waits, due = by[by["pending"] > 0], by[by["n"] > 0].sort_values(["rate", "n"], ascending=[True, False])
    count = words("hand-ups that wait")
    left: str | Chart = f'<p class="nothing">{e(words("Nobody owes an answer"))}</p>'
    if len(waits):
        data = pd.DataFrame([_waiting_row(row, question, words, wanted) for row in rows(waits)])
        label = words("What waits, by department: {rows}", rows="; ".join(data["said"].head(drawn.MOST)))
        left = Chart("waiting", drawn.waiting(data, theme=theme, value=count), label, leads=True)
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
    return (_head(words("Who owes answers"), key), left), (_head(words("Answered in time"), legend), right)


def _legend(found: Owing, count: int, words: Text) -> str:
    first, last = found.before.period(frame.USUAL_DAYS)
    said = words("line: 90 % interval, tick: {days}", days=words.days(first, last))
    if found.target is not None:
        said += words(", dashed: target {rate}", rate=words.percent(found.target, 0))
    return said + (words(", the lowest {n}", n=words.number(drawn.MOST)) if count > drawn.MOST else "")


def _head(title: str, note: str) -> str:
    return f'<div class="head owes"><h2>{e(title)}</h2><span>{note}</span></div>'


def _waiting_row(row: Any, question: Question, words: Text, wanted: Chosen) -> dict[str, Any]:
    name = _name(row, words)
    overdue = words("{n} past the deadline", n=words.number(row.overdue)) if row.overdue else ""
    total = words.number(row.pending)
    return {
        "label": name,
        "pending": row.pending,
        "overdue": row.overdue,
        "sum": " · ".join(part for part in (total, overdue) if part),
        "said": " · ".join(part for part in (f"{name} {total}", overdue, _longest(row, question, words)) if part),
        "is_faint": wanted.department is not None and wanted.department != row.key,
        "to": question.address.to(department=_toggled(row.key, wanted), state=None, page_no=None),
    }


def _answered_row(row: Any, question: Question, words: Text, wanted: Chosen) -> dict[str, Any]:
    name = _name(row, words)
    return {
        "label": name,
        "rate": row.rate,
        "low": row.rate_low,
        "high": row.rate_high,
        "rate_before": row.rate_before,
        "provisional": bool(row.is_provisional),
        "said": f"{name} {_percent(row.rate, words)} · {words('n = {n}', n=words.number(row.n))}",
        "is_faint": wanted.department is not None and wanted.department != row.key,
        "to": question.address.to(department=spelt(row.key), state=Cut.MISSED.value, page_no=None),
    }


def _toggled(key: str, wanted: Chosen) -> str | None:
    """A second click on a chosen department takes the choice back."""
    return None if wanted.department == key and wanted.cut is Cut.PENDING else spelt(key)


def tables(found: Owing, question: Question, words: Text, wanted: Chosen) -> str:
    """Departments and levels with all their figures."""
    address = question.address
    departments = _table(
        found.departments,
        words("Departments"),
        words("Department"),
        downloads(address, "departments", words),
        question,
        words,
        lambda row, cut: address.to(department=spelt(row.key), state=cut, page_no=None),
        chosen=wanted.department,
    )
    levels = _table(
        found.levels,
        words("Levels handed to"),
        words("Handed to"),
        downloads(address, "levels", words),
        question,
        words,
        lambda row, cut: address.to(level=row.key, state=cut, page_no=None),
        chosen=wanted.level,
    )
    return departments + levels


def _table(
    shown: pd.DataFrame,
    title: str,
    first: str,
    files: str,
    question: Question,
    words: Text,
    to: Callable[[Any, str | None], str],
    *,
    chosen: str | None,
) -> str:
    if shown.empty:
        return ""
    heads = (
        *(first, words("waiting"), words("past the deadline"), words("longest"), words("asked for by a leader")),
        *(
            words("due"),
            words("in time"),
            words("answered in time"),
            words("90 % interval"),
            words("against the days before"),
        ),
        *(words("lapsed"), words("Duty phone")),
    )
    lines = []
    for row in rows(shown):
        missed = f"<a {link(to(row, Cut.MISSED.value))}>{e(words.number(row.n))}</a>" if row.n else "0"
        waiting = f"<a {link(to(row, None))}>{e(words.number(row.pending))}</a>" if row.pending else "0"
        overdue = f'<b class="over">{e(words.number(row.overdue))}</b>' if row.overdue else "0"
        rate = _percent(row.rate, words)
        cells = (
            *(f"<a {link(to(row, None))}>{e(_name(row, words))}</a>", waiting, overdue),
            *(e(_longest_alone(row, question, words)), e(words.number(row.supervised)) if row.supervised else "0"),
            *(
                missed,
                e(words.number(row.good)),
                f'<span class="{"provisional" if row.is_provisional else ""}">{e(rate)}</span>',
            ),
            *(e(_interval(row, words)), e(_change(row, words)), e(words.number(row.lapsed))),
            e(row.duty_phone) if isinstance(row.duty_phone, str) else "",
        )
        on = ' class="chosen"' if chosen is not None and chosen == row.key else ""
        lines.append(f"<tr{on}>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
    named = "".join(f"<th>{e(head)}</th>" for head in heads)
    return f"""<div class="head owing"><h2>{e(title)}</h2><span>{files}</span></div>
<div class="wide"><table class="owing"><thead><tr>{named}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>"""


def _name(row: Any, words: Text) -> str:
    return words.label(row) or words("No department named")


def _longest(row: Any, question: Question, words: Text) -> str:
    said = _longest_alone(row, question, words)
    return words("the longest for {time}", time=said) if said else ""


def _longest_alone(row: Any, question: Question, words: Text) -> str:
    if not row.pending:
        return ""
    return words.duration((question.asked.filter.as_of - row.oldest_raised_at).total_seconds())


def _percent(rate: float, words: Text) -> str:
    return words.percent(None if rate != rate else rate)


def _interval(row: Any, words: Text) -> str:
    return f"{words.percent(row.rate_low, 0)}–{words.percent(row.rate_high, 0)}" if row.n else ""


def _change(row: Any, words: Text, *, whole: bool = False) -> str:
    """Points against the period before, and whether that is more than chance."""
    if row.difference != row.difference:
        return words("nothing before") if row.n else ""
    size = words.number(abs(100 * row.difference), 1)
    points = size if size == words.number(0, 1) else f"{'−' if row.difference < 0 else '+'}{size}"
    is_clear = row.low > 0 or row.high < 0
    verdict = words("beyond chance") if is_clear else words("no clear change")
    if whole:
        return words("{points} points against the days before, {verdict}", points=points, verdict=verdict)
    return f"{points} · {verdict}"


def departments_sheet(_: Snapshot, question: Question, words: Text) -> Sheet:
    """The table of departments as a file."""
    found = questions.owed(question.asked.filter)
    return _sheet(found.departments, words("Departments"), words("Department"), question, words)


def levels_sheet(_: Snapshot, question: Question, words: Text) -> Sheet:
    """The table of levels as a file."""
    found = questions.owed(question.asked.filter)
    return _sheet(found.levels, words("Levels handed to"), words("Handed to"), question, words)


def _sheet(shown: pd.DataFrame, title: str, first: str, question: Question, words: Text) -> Sheet:
    filter = question.asked.filter
    oldest = [None if pd.isna(at) else frame.local(at, filter.time_zone) for at in shown["oldest_raised_at"]]
    rates = {
        words("answered in time"): shown["rate"].tolist(),
        words("from"): shown["rate_low"].tolist(),
        words("to"): shown["rate_high"].tolist(),
        words("rate before"): shown["rate_before"].tolist(),
    }
    columns = {
        first: [_name(row, words) for row in rows(shown)],
        words("waiting"): shown["pending"].tolist(),
        words("past the deadline"): shown["overdue"].tolist(),
        words("waiting since"): oldest,
        words("asked for by a leader"): shown["supervised"].tolist(),
        words("due"): shown["n"].tolist(),
        words("in time"): shown["good"].tolist(),
        **rates,
        words("due before"): shown["n_before"].tolist(),
        words("lapsed"): shown["lapsed"].tolist(),
        words("Duty phone"): shown["duty_phone"].tolist(),
    }
    return Sheet(title, columns, frame.notes_of(question, words), frozenset(rates))
