"""Owns the worked example of a figure: its arithmetic in large, what it is of, and how it can be told apart."""

from dashboard.live import questions
from dashboard.live.questions import Answer, AnswerRow, By, Figure
from dashboard.pages.behind import BEHIND, cases_behind, cases_counted
from dashboard.pages.figures_rows import number_of, said_of, sum_of
from dashboard.pages.figures_words import code_word, column_word
from dashboard.pages.laptop import frame
from dashboard.pages.laptop.going import link
from dashboard.pages.laptop.pieces import e
from dashboard.pages.laptop.state import Question
from dashboard.text import Text


def worked_example(figure: Figure, answer: Answer | None, question: Question, words: Text, *, is_late: bool) -> str:
    """What the figure comes to for the address. ``is_late``: the answer is still to come."""
    of_what = e(_of_what(answer, question, words))
    head = f'<div class="head"><h2>{e(words("Worked example"))}</h2><span>{of_what}</span></div>'
    if is_late:
        return f'{head}<p class="nothing" role="status">{e(words("Being worked out; shown here in a moment"))}</p>'
    if answer is None:
        said = words("This figure compares others, or cannot be asked for this area, these kinds and days")
        return f'{head}<p class="nothing">{e(said)}</p>'
    chips = _groupings(figure, answer, question, words)
    if answer.not_recorded is not None:
        return f'{head}{chips}<p class="nothing">{e(words("No source records this"))}</p>'
    total = sum_of(answer)
    return head + chips + (_sum(total, answer, question, words) if total is not None else "")


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


def _sum(row: AnswerRow, answer: Answer, question: Question, words: Text) -> str:
    """The figure's arithmetic in large, each part leading to its cases, and what else the answer says of it."""
    cases, everyone = cases_behind(answer, question.address), cases_counted(answer, question.address)
    zone = question.asked.filter.time_zone
    told = {
        column_word(name, words): said_of(code_word(name, value, question, words), words, zone)
        for name, value in row.extras.items()
        if not isinstance(value, dict | list | tuple) and value is not None
    }
    extras = "".join(f"<tr><td>{e(name)}</td><td>{e(said)}</td></tr>" for name, said in told.items())
    tag = f"<i>{e(words('provisional'))}</i>" if row.provisional else ""
    if row.denominator is None:
        value = f"<b>{e(number_of(row.numerator, words))}</b>{tag}" if row.numerator is not None else ""
        sum_ = f"{value}" if value else ""
    else:
        quotient = "" if row.rate is None else words.percent(row.rate)
        of = f"<b>{e(number_of(row.denominator, words))}</b>"
        sum_ = f"""<b>{e(number_of(row.numerator, words))}</b> ÷
{of if everyone is None else f"<a {link(everyone)}>{of}</a>"} {"=" if quotient else ""}
<b class="{"provisional" if row.provisional else ""}">{e(quotient)}</b>{tag}"""
    said = words("the cases behind it") if answer.figure.id in BEHIND else words("the cases of these days")
    against = "" if cases is None else f"<a {link(cases)}>{e(said)}</a>"
    table = f'<table class="facts">{extras}</table>' if extras else ""
    return f'<p class="sum">{sum_} <span>{against}</span></p>{table}'
