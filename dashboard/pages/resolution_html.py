"""Markup of the page of rates: the sentence that answers, the rates to choose from, what one is compared with."""

import pandas as pd

from dashboard.live import questions
from dashboard.live.questions import SMALLEST_CELL, Change, Filter
from dashboard.pages.laptop import frame
from dashboard.pages.laptop.downloads import downloads
from dashboard.pages.laptop.going import link
from dashboard.pages.laptop.pieces import e, figure
from dashboard.pages.laptop.state import Question
from dashboard.pages.resolution_parts import behind_of, cases_of
from dashboard.pages.resolution_table import points
from dashboard.pages.resolution_words import RATES, Wanted, comparisons
from dashboard.text import NO_RATE, Text


def figure_name(id: str, words: Text) -> str:
    """What a figure is called."""
    known = questions.figures()[id]
    return words.label({"name_zh": known.name_zh, "name_en": known.name_en})


def not_recorded(asked: Wanted, words: Text) -> str:
    """The sentence where no source records what the rate needs."""
    said = words("{figure}: not recorded", figure=figure_name(asked.figure, words))
    return f'<section class="answer long"><h1>{e(said)}</h1><p>{e(words("No source records this"))}</p></section>'


def answer(change: Change, asked: Wanted, question: Question, words: Text) -> str:
    """One sentence that answers, and one with what it rests on."""
    place = words.label({"name_zh": question.asked.area_zh, "name_en": question.asked.area_en})
    n, good, is_provisional = change.now.n, change.now.good, change.now.is_provisional
    said = _sentence(change, n, good, asked, words)
    cases, behind = cases_of(asked, question, None), cases_of(asked, question, behind_of(asked))
    count = words("{good} of {n} cases", good=words.number(good), n=words.number(n))
    if asked.is_private and n < SMALLEST_CELL:
        count = words("fewer than {n} cases", n=SMALLEST_CELL)
    parts = [f"<a {link(cases)}>{e(count)}</a>" if cases else e(count)]
    if behind and n:
        parts.append(f"<a {link(behind)}>{e(words('the cases behind it'))}</a>")
    if change.low is not None and change.high is not None:
        span = words(
            "change {low} to {high} points (90 % interval)",
            low=points(100 * change.low, words),
            high=points(100 * change.high, words),
        )
        parts.append(e(span))
    if asked.is_running and n:
        parts.append(e(words("so far today")))
    elif is_provisional and n:
        parts.append(e(words("provisional")))
    parts += [e(note) for note in asked.notes]
    return f"""<section class="answer long"><h1>{e(place)} · {e(said)}</h1><p>{" · ".join(parts)}</p></section>"""


def _sentence(change: Change, n: int, good: int, asked: Wanted, words: Text) -> str:
    name = figure_name(asked.figure, words)
    if not n:
        return words("{figure}: no cases in these days", figure=name)
    if asked.is_private and n < SMALLEST_CELL:
        return words("{figure}: too few cases to be shown", figure=name)
    rate = words.percent(good / n)
    if change.change is None or change.before is None:
        return words("{figure} {rate}; there is nothing before to compare with", figure=name, rate=rate)
    before, days = words.percent(change.before.rate), days_of(change.before_filter, words)
    if not change.is_clear:
        return words("{figure} {rate}, no clear change from {before} ({days})", figure=name, rate=rate, before=before,
                     days=days)  # fmt: skip
    points = words.number(abs(change.change) * 100, 1)
    if change.change < 0:
        return words("{figure} {rate}, {points} points below {before} ({days})", figure=name, rate=rate, points=points,
                     before=before, days=days)  # fmt: skip
    return words("{figure} {rate}, {points} points above {before} ({days})", figure=name, rate=rate, points=points,
                 before=before, days=days)  # fmt: skip


def days_of(filter: Filter, words: Text) -> str:
    """The days of a filter: one with its weekday."""
    first, last = filter.period(frame.USUAL_DAYS)
    return f"{words.weekday(first)} {words.day(first)}" if first == last else words.days(first, last)


def tiles(
    standing: dict[str, tuple[Filter, pd.DataFrame | None]], asked: Wanted, question: Question, words: Text
) -> str:
    """The rates of the page, each a choice."""
    made = []
    for id in RATES:
        filter, known = standing[id]
        first, last = filter.period(frame.USUAL_DAYS)
        own_days = words.days(first, last) if (first, last) != question.asked.filter.period(frame.USUAL_DAYS) else ""
        n = 0 if known is None else int(known["n"].sum())
        is_hidden = RATES[id][0] is None and 0 < n < SMALLEST_CELL
        value: str | None = None
        if known is not None:
            value = words.percent(float(known["good"].sum()) / n) if n and not is_hidden else NO_RATE
        is_provisional = known is not None and n > 0 and bool(known["is_provisional"].any())
        shown = figure(
            figure_name(id, words),
            value,
            words,
            tag=words("provisional") if is_provisional else "",
            below=own_days,
            n=words("n < {n}", n=SMALLEST_CELL) if is_hidden else f"n {words.number(n)}",
        )
        to = question.address.to(figure=None if id == next(iter(RATES)) else id, by=None, than=None, rows=None)
        current = ' aria-current="true"' if id == asked.figure else ""
        made.append(f'<a class="pick{" on" if current else ""}"{current} {link(to)}>{shown}</a>')
    return f'<nav class="figures picks" aria-label="{e(words("Rates"))}">{"".join(made)}</nav>'


def beside(change: Change, asked: Wanted, question: Question, words: Text) -> str:
    """What stands beside the course: what it is compared with, its target, what may flatter it, its definition."""
    address = question.address
    first, last = asked.days
    chips = "".join(
        f'<a class="chip{" on" if asked.against == word else ""}" {link(address.to(than=word, rows=None))}>'
        f"{e(name)}</a>"
        for word, name in comparisons(asked, words).items()
    )
    before = change.before_filter.period(frame.USUAL_DAYS)[0]
    latest = first - (last - first) - (pd.Timedelta(days=1).to_pytimedelta())
    picked = (
        f'<form class="than" data-here="{e(address.to(rows=None))}"><label>{e(words("from"))} '
        f'<input type="date" data-set="than" value="{before}" max="{latest}">'
        "</label></form>"
    )
    facts = [(words("Compared with"), f'<span class="group">{chips}{picked}</span>')]
    days = e(compared_with(change, words))
    if not change.is_whole and change.records_begin is not None:
        begin = words.day(change.records_begin)
        days += f"<br>{e(words('records begin on {day}, after the beginning of these', day=begin))}"
    facts.append((words("Days"), days))
    target = questions.target(asked.figure, first)
    if target is not None:
        facts.append((words("Target"), e(words.percent(target))))
    findings = " · ".join(
        f"<a {link(address.to('figures', figure=id))}>{e(_short(figure_name(id, words)))}</a>"
        for id in questions.findings_of(asked.figure)
    )
    if findings:
        facts.append((words("May flatter it"), findings))
    definition = link(address.to("figures", figure=asked.figure))
    facts.append((words("Definition"), f"<a {definition}>{e(words('what it counts'))}</a>"))
    facts.append((words("The course"), downloads(address, "course", words)))
    body = "".join(f"<tr><td>{e(name)}</td><td>{value}</td></tr>" for name, value in facts)
    return f'<table class="facts aside"><tbody>{body}</tbody></table>'


def compared_with(change: Change, words: Text) -> str:
    """Which days stand beside which, and as known when."""
    now, before = change.filter, change.before_filter
    is_running = now.period(frame.USUAL_DAYS) == (now.today, now.today)
    if is_running:
        return words(
            "today until {clock} beside {day} until the same time, as known then",
            clock=frame.local(now.as_of, now.time_zone).strftime("%H:%M"),
            day=days_of(before, words),
        )
    return words(
        "{days} beside {before}, as known the same time after their end",
        days=days_of(now, words),
        before=days_of(before, words),
    )


def _short(finding: str) -> str:
    """A finding's name without the words that say it is one."""
    return finding.partition(":")[0].partition("（")[0]
