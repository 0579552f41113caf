"""Who owes answers: in a sentence, and as tables of departments and levels that can be taken away."""

from collections.abc import Callable
from typing import Any, Final

import pandas as pd

from dashboard.exports.sheet import Sheet
from dashboard.frames import rows
from dashboard.live import questions
from dashboard.live.questions import NO_DEPARTMENT, Cut, Owing
from dashboard.pages.escalations_chosen import Chosen, spelt
from dashboard.pages.laptop import frame
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
    rate = words("{rate} answered in time (n = {n})", rate=percent(total.rate, words), n=words.number(total.n))
    if total.is_provisional and total.n:
        rate += " · " + words("provisional")
    parts += [rate, *([_change(total, words, whole=True)] if total.n_before and total.n else [])]
    return " · ".join(parts)


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
        *(words("due"), words("not in time"), words("answered in time"), words("90 % interval")),
        *(words("against the days before"), words("lapsed"), words("Duty phone")),
    )
    lines = []
    for row in rows(shown):
        overdue = _counted(row.overdue, to(row, Cut.OVERDUE.value), words)
        cells = (
            f"<a {link(to(row, None))}>{e(name_of(row, words))}</a>",
            _counted(row.pending, to(row, None), words),
            f'<b class="over">{overdue}</b>' if row.overdue else overdue,
            e(_longest_alone(row, question, words)),
            e(words.number(row.supervised)),
            e(words.number(row.n)),
            _counted(row.n - row.good, to(row, Cut.MISSED.value), words),
            f'<span class="{"provisional" if row.is_provisional else ""}">{e(percent(row.rate, words))}</span>',
            e(_interval(row, words)),
            e(_change(row, words)),
            _counted(row.lapsed, to(row, Cut.LAPSED.value), words),
            e(row.duty_phone) if isinstance(row.duty_phone, str) else "",
        )
        on = ' class="chosen"' if chosen is not None and chosen == row.key else ""
        lines.append(f"<tr{on}>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
    named = "".join(f"<th>{e(head)}</th>" for head in heads)
    return f"""<div class="head owing"><h2>{e(title)}</h2><span>{files}</span></div>
<div class="wide"><table class="owing"><thead><tr>{named}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>"""


def _counted(count: int, to: str, words: Text) -> str:
    """A count that leads to what it counts."""
    return f"<a {link(to)}>{e(words.number(count))}</a>" if count else "0"


def name_of(row: Any, words: Text) -> str:
    """The department or level of a row of Owing."""
    return words.label(row) or words("No department named")


def longest(row: Any, question: Question, words: Text) -> str:
    """How long the longest has waited, as a part of a sentence; empty where none waits."""
    said = _longest_alone(row, question, words)
    return words("the longest for {time}", time=said) if said else ""


def _longest_alone(row: Any, question: Question, words: Text) -> str:
    if not row.pending:
        return ""
    return words.duration((question.asked.filter.as_of - row.oldest_raised_at).total_seconds())


def percent(rate: float, words: Text) -> str:
    """A rate; a dash where it is of nothing (NaN)."""
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
        first: [name_of(row, words) for row in rows(shown)],
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
