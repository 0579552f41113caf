"""The work list of hand-ups: what may be chosen, the rows with their clocks and marks, the file."""

from typing import Any, Final

import pandas as pd

from dashboard.exports.sheet import Sheet
from dashboard.frames import rows
from dashboard.live import questions
from dashboard.live.questions import NO_DEPARTMENT, PAGE_ROWS, Cut, Owing, Sort
from dashboard.pages.escalations_chosen import UNNAMED, Chosen, chosen, levels, spelt
from dashboard.pages.laptop import frame
from dashboard.pages.laptop.frame import spoken
from dashboard.pages.laptop.going import link
from dashboard.pages.laptop.pieces import e, level_word, mark, milliseconds
from dashboard.pages.laptop.state import Question
from dashboard.snapshot import Snapshot
from dashboard.text import Text

#: Rows a file has at most; of more, a part is asked for.
_MOST_KEPT: Final = 10_000


def cut_words(words: Text) -> dict[Cut, str]:
    """What the cuts of the list are called."""
    return {
        Cut.PENDING: words("Waiting for an answer"),
        Cut.OVERDUE: words("Past their deadline"),
        Cut.MISSED: words("Not answered in time"),
        Cut.ANSWERED: words("Answered"),
        Cut.LAPSED: words("Closed without an answer"),
    }


def title(found: pd.DataFrame, question: Question, words: Text, wanted: Chosen) -> str:
    """What is listed, and of which days where it does not wait any more."""
    count = int(found["of_all"].iloc[0]) if len(found) else 0
    parts = [f"{cut_words(words)[wanted.cut]} · {words.many('{n} hand-up', '{n} hand-ups', count)}"]
    if wanted.department is not None:
        parts.insert(0, _department_name(question, words, wanted.department))
    if not wanted.is_waiting:
        first, last = question.asked.filter.period(frame.USUAL_DAYS)
        parts.append(words("answers due {days}", days=words.days(first, last)))
    return " · ".join(parts)


def choices(found: Owing, question: Question, words: Text, wanted: Chosen) -> str:
    """State with its counts, department, level, order; all of them lead to another address."""
    address, counts, named = question.address, _counts(found.cells, wanted), cut_words(words)
    states = "".join(
        _chip(
            f"{named[cut]} {words.number(counts[cut])}",
            address.to(state=None if cut is Cut.PENDING else cut.value, page_no=None),
            is_on=cut is wanted.cut,
        )
        for cut in Cut
    )
    known = questions.departments(question.asked.filter.subdistrict_id, question.asked.filter.today)
    options = [f'<option value="">{e(words("all departments"))}</option>']
    every = [*((row.code, words.label(row)) for row in rows(known)), (UNNAMED, words("No department named"))]
    for code, name in every:
        is_on = wanted.department is not None and code == spelt(wanted.department)
        options.append(f'<option value="{e(code)}"{" selected" if is_on else ""}>{e(name)}</option>')
    steps = "".join(
        _chip(words.label(row), address.to(level=None if is_on else row.code, page_no=None), is_on=is_on)
        for row in rows(levels(question))
        for is_on in (row.code == wanted.level,)
        if is_on or row.code in set(found.cells["level"])
    )
    orders = {
        Sort.DEADLINE: words("next to breach") if wanted.is_waiting else words("newest deadline"),
        Sort.RAISED: words("longest waiting") if wanted.is_waiting else words("first handed up"),
        Sort.DEPARTMENT: words("by department"),
    }
    sorts = "".join(
        _chip(
            said,
            address.to(sort=None if sort is Sort.DEADLINE else sort.value, page_no=None),
            is_on=sort is wanted.sort,
        )
        for sort, said in orders.items()
    )
    return f"""<div class="group cuts">{states}</div><form class="own" data-here="{e(address.to(page_no=None))}">
<label>{e(words("Department"))} <select data-set="department">{"".join(options)}</select></label>
{_group(words("Handed to"), steps)}{_group(words("Order"), sorts)}</form>"""


def _group(name: str, chips: str) -> str:
    return (
        f'<span class="group" role="group" aria-label="{e(name)}"><span>{e(name)}</span>{chips}</span>' if chips else ""
    )


def _chip(said: str, to: str, *, is_on: bool) -> str:
    return f'<a class="chip{" on" if is_on else ""}" {link(to)}>{e(said)}</a>'


def _counts(cells: pd.DataFrame, wanted: Chosen) -> dict[Cut, int]:
    """How many each cut has, of the chosen department and level."""
    if wanted.department is not None:
        cells = cells[cells["department"].fillna(NO_DEPARTMENT).astype(object) == wanted.department]
    if wanted.level is not None:
        cells = cells[cells["level"] == wanted.level]
    sums = {name: int(cells[name].sum()) for name in ("pending", "overdue", "n", "good", "answered", "lapsed")}
    return {
        Cut.PENDING: sums["pending"],
        Cut.OVERDUE: sums["overdue"],
        Cut.MISSED: sums["n"] - sums["good"],
        Cut.ANSWERED: sums["answered"],
        Cut.LAPSED: sums["lapsed"],
    }


def table(found: pd.DataFrame, question: Question, words: Text, wanted: Chosen, *, can_mark: bool) -> str:
    """The rows, under the names of their departments where they are ordered by these."""
    if found.empty:
        return f'<p class="nothing">{e(words("No hand-up is like that here"))}</p>'
    ends = (words("Time left"), words("Waited")) if wanted.is_waiting else (words("Answered"), words("Took"))
    heads = (words("Case"), words("Where"), words("Handed to"), words("Handed up"), words("Deadline"), *ends)
    lines, above = [], None
    for row in rows(found):
        key = _whom(row, words)
        if wanted.sort is Sort.DEPARTMENT and key != above:
            lines.append(f'<tr class="above"><td></td><td colspan="8">{e(key)}</td></tr>')
            above = key
        lines.append(_row(row, question, words, wanted, can_mark=can_mark))
    named = "".join(f"<th>{e(head)}</th>" for head in (*heads, words("Noted")))
    can = " can" if can_mark else ""
    return f"""<div class="wide"><table class="handups{can}"><thead><tr><th></th>{named}</tr></thead>
<tbody>{"".join(lines)}</tbody></table></div>"""


def _row(row: Any, question: Question, words: Text, wanted: Chosen, *, can_mark: bool) -> str:
    filter, address = question.asked.filter, question.address
    case = link(address.to("cases", id=row.case_id))
    here = link(address.to(area=row.area_code, page_no=None))
    phone = f"<i>{e(row.duty_phone)}</i>" if isinstance(row.duty_phone, str) else ""
    left, waited = _clocks(row, question, words, wanted)
    return f"""<tr><td title="{e(level_word(row.risk, words))}">{mark(row.risk)}</td>
<td class="title"><a {case}>{e(words.label(row, "title"))}</a></td>
<td class="where"><a {here}>{e(words.label(row, "area"))}</a></td>
<td class="whom">{e(_whom(row, words))} {phone}</td>
<td class="at">{e(spoken(row.raised_at, filter, words))}</td>
<td class="at">{e(_moment(row.deadline_at, question, words))}</td>
<td class="clock">{left}</td><td class="n">{waited}</td>
<td class="marks">{_marks(row, question, words)}{_buttons(row, words) if can_mark else ""}</td></tr>"""


def _clocks(row: Any, question: Question, words: Text, wanted: Chosen) -> tuple[str, str]:
    """Time left and waited, counted by the browser; of what is settled or seen as of a past moment, nothing runs."""
    as_of = question.asked.filter.as_of
    if row.state != "pending":
        ended = row.answered_at if row.state == "answered" else row.lapsed_at
        # where all are late none stands out
        is_late = wanted.cut is Cut.ANSWERED and row.answered_at > row.deadline_at
        said = spoken(ended, question.asked.filter, words)
        if row.state == "lapsed":
            said = f"{words('lapsed')} {said}"
        took = words.duration((ended - row.raised_at).total_seconds())
        return (f'<b class="over">{e(said)}</b>' if is_late else e(said)), e(took)
    if question.address.get("as_of") is None:
        left = (
            "" if pd.isna(row.deadline_at) else f'<b data-clock="until" data-at="{milliseconds(row.deadline_at)}"></b>'
        )
        return left, f'<span data-clock="since" data-at="{milliseconds(row.raised_at)}"></span>'
    waited = e(words.duration((as_of - row.raised_at).total_seconds()))
    if pd.isna(row.deadline_at):
        return "", waited
    left_seconds = (row.deadline_at - as_of).total_seconds()
    said = words.duration(abs(left_seconds))
    if left_seconds < 0:
        return f'<b class="over">{e(words("over {time}", time=said))}</b>', waited
    return f"<b>{e(said)}</b>", waited


def _marks(row: Any, question: Question, words: Text) -> str:
    """Who has asked for it and seen it, and when."""
    filter, said = question.asked.filter, []
    if row.supervised_count:
        times = words("asked for by a leader {n} times", n=row.supervised_count)
        word = words("asked for by a leader") if row.supervised_count == 1 else times
        said.append(_noted(word, row.supervised_at, row.supervised_by, filter, words))
    if not pd.isna(row.acknowledged_at):
        said.append(_noted(words("seen"), row.acknowledged_at, row.acknowledged_by, filter, words))
    return "".join(said)


def _noted(word: str, at: Any, by: Any, filter: Any, words: Text) -> str:
    who = f" {by}" if isinstance(by, str) else ""
    return f"<span><b>{e(word)}</b> {e(spoken(at, filter, words))}{e(who)}</span>"


def _buttons(row: Any, words: Text) -> str:
    """What a paired device may do with a hand-up that waits."""
    if row.state != "pending":
        return ""
    key = f"{row.case_id}:{row.escalation_no}"
    again = words("ask again") if row.supervised_count else words("ask for it")
    buttons = [f'<button data-act="supervise:{key}:{row.supervised_count}">{e(again)}</button>']
    if pd.isna(row.acknowledged_at):
        buttons.append(f'<button data-act="acknowledge:{key}">{e(words("note as seen"))}</button>')
    return "".join(buttons)


def _whom(row: Any, words: Text) -> str:
    """The department, or the level where none was named."""
    return words.label(row, "department") or words.label(row, "level") or words("No department named")


def _department_name(question: Question, words: Text, code: str) -> str:
    if code == NO_DEPARTMENT:
        return words("No department named")
    known = questions.departments(question.asked.filter.subdistrict_id, question.asked.filter.today)
    return words.label(known[known["code"] == code].iloc[0])


def _moment(moment: Any, question: Question, words: Text) -> str:
    return words("none set") if pd.isna(moment) else spoken(moment, question.asked.filter, words)


def pager(found: pd.DataFrame, question: Question, words: Text, wanted: Chosen) -> str:
    """The pages before and after; nothing where one holds all."""
    count = int(found["of_all"].iloc[0]) if len(found) else 0
    last, number = max(1, -(-count // PAGE_ROWS)), wanted.page
    if last == 1 and number == 1:
        return ""
    to = question.address.to
    before = f"<a {link(to(page_no=number - 1))}>{e(words('before'))}</a>" if number > 1 else ""
    after = f"<a {link(to(page_no=number + 1))}>{e(words('further'))}</a>" if number < last else ""
    where = words("page {n} of {all}", n=words.number(number), all=words.number(last))
    return f'<nav class="pager">{before}<span>{e(where)}</span>{after}</nav>'


def sheet(_: Snapshot, question: Question, words: Text) -> Sheet:
    """The hand-ups of all pages together, up to so many, as a file."""
    wanted, filter = chosen(question, words), question.asked.filter
    found = questions.hand_ups(filter, wanted.cut, wanted.department, wanted.level, wanted.sort, 1, _MOST_KEPT)
    named = {"pending": words("waiting"), "answered": words("answered"), "lapsed": words("lapsed")}

    def moments(column: str) -> list[Any]:
        return [None if pd.isna(at) else frame.local(at, filter.time_zone) for at in found[column]]

    def labels(stem: str) -> list[str]:
        return [words.label(row, stem) for row in rows(found)]

    count = int(found["of_all"].iloc[0]) if len(found) else 0
    notes = [title(found, question, words, wanted), *frame.notes_of(question, words)]
    if count > len(found):
        notes.append(words("The first {n} of {all}.", n=words.number(len(found)), all=words.number(count)))
    columns = {
        words("Number"): found["case_id"].tolist(),
        words("Level"): [level_word(risk, words) for risk in found["risk"]],
        words("Case"): labels("title"),
        words("Where"): labels("area"),
        words("Handed to"): [_whom(row, words) for row in rows(found)],
        words("Duty phone"): found["duty_phone"].tolist(),
        words("Handed up"): moments("raised_at"),
        words("Deadline"): moments("deadline_at"),
        words("State"): [named[state] for state in found["state"]],
        words("Answered"): moments("answered_at"),
        words("Times asked for"): found["supervised_count"].tolist(),
        words("Last asked for"): moments("supervised_at"),
        words("Asked for by"): found["supervised_by"].tolist(),
        words("Seen"): moments("acknowledged_at"),
        words("Seen by"): found["acknowledged_by"].tolist(),
    }
    return Sheet(words("Escalations"), columns, notes)
