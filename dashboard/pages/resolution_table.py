"""Markup of the parts of a change: where each stands, and how they lead from the rate before to the rate now."""

from typing import Final

from dashboard.live import questions
from dashboard.live.questions import Change, Why
from dashboard.pages.figures_example import by_words
from dashboard.pages.laptop.downloads import downloads
from dashboard.pages.laptop.going import link
from dashboard.pages.laptop.pieces import e
from dashboard.pages.laptop.state import Question
from dashboard.pages.resolution_parts import Line, lines, said_of, shortened, to_look_at
from dashboard.pages.resolution_words import Wanted
from dashboard.text import NO_RATE, Text

#: Lines of the table before the others stand together.
_MOST: Final = 12
_WIDTH: Final = 1000  # of a bar's drawing, in its own units


def table(found: Why, asked: Wanted, question: Question, words: Text) -> str:
    """The parts: where each stands, and how they lead from the rate before to the rate now, adding up exactly."""
    named = by_words(words)
    chips = "".join(
        f'<a class="chip{" on" if by is asked.by else ""}" {link(question.address.to(by=by.value, rows=None))}>'
        f"{e(named[by])}</a>"
        for by in questions.change_groupings(asked.figure)
    )
    every = lines(found, asked, question, words)
    shown = every if asked.is_whole_list else shortened(every, _MOST, words)
    files = downloads(question.address, "parts", words)
    head = f"""<div class="head"><h2>{e(words("Why did it move?"))}</h2><span>{e(_summary(every, words))}</span></div>
<div class="group cuts moved-by">{chips}{files}</div>"""
    if not every:
        return f'{head}<p class="nothing">{e(words("There are no cases"))}</p>'
    heads = (
        *("", words("Rate"), "n", words("Before"), "n", words("What came"), words("Own rate"), words("Together")),
        *("", "", words("To look at")),
    )
    cells = "".join(f"<th>{e(each)}</th>" for each in heads)
    more = ""
    if len(shown) < len(every):
        to = link(question.address.to(rows="all"))
        said = e(words("show all {n}", n=words.number(len(every))))
        more = f'<p class="rest"><a {to}>{said}</a></p>'
    whole = _whole(found.change, every, shown, words)
    return f"""{head}<table class="moved"><thead><tr>{cells}</tr></thead><tbody>{whole}
{_body(shown, asked, words)}</tbody></table>{more}"""


def _summary(every: list[Line], words: Text) -> str:
    if not every or every[0].change is None:
        return words("one of the two periods has no cases, so there is no change to tell")
    mix, own = sum(line.mix or 0.0 for line in every), sum(line.own or 0.0 for line in every)
    return words(
        "{points} points: {own} because rates changed, {mix} because other cases came",
        points=points(mix + own, words),
        own=points(own, words),
        mix=points(mix, words),
    )


def _steps(shown: list[Line]) -> list[float]:
    """Where the bars begin and end, from the rate before on, in points."""
    steps = [0.0]
    for line in shown:
        steps.append(steps[-1] + (line.change or 0.0))
    return steps


def _reach(shown: list[Line]) -> tuple[float, float]:
    steps = _steps(shown)
    return min(steps), max(steps)


def _whole(change: Change, every: list[Line], shown: list[Line], words: Text) -> str:
    """The line of the whole, above its parts."""
    before_n, before_good = (0, 0) if change.before is None else (change.before.n, change.before.good)
    is_told = bool(every) and every[0].change is not None
    mix, own = (sum(getattr(line, name) or 0.0 for line in every) for name in ("mix", "own"))
    whole = Line(
        words("In all"), change.now.n, change.now.good, before_n, before_good, mix if is_told else None,
        own if is_told else None, change.is_clear, change.now.is_provisional,
    )  # fmt: skip
    said = "" if change.is_clear or not is_told else words("within chance")
    bar = _bar(0.0, whole.change, *_reach(shown)) if whole.change is not None else ""
    return f"""<tr class="whole">{_cells(whole, words)}<td class="bar">{bar}</td><td class="note">{e(said)}</td>
<td></td></tr>"""


def _body(shown: list[Line], asked: Wanted, words: Text) -> str:
    """The parts below each other; each bar begins where the one above ended."""
    steps, (low, high) = _steps(shown), _reach(shown)
    made = []
    for line, start, end in zip(shown, steps, steps[1:], strict=False):
        bar = _bar(start, end, low, high) if line.change is not None else ""
        count = to_look_at(line, asked)
        number = words.number(count)
        cases = f"<a {link(line.cases)}>{e(number)}</a>" if line.cases and count else e(number) if line.n else ""
        made.append(
            f'<tr>{_cells(line, words)}<td class="bar">{bar}</td><td class="note">{e(said_of(line, words))}</td>'
            f"<td>{cases}</td></tr>"
        )
    return "".join(made)


def _cells(line: Line, words: Text) -> str:
    name = f"<a {link(line.to)}>{e(line.label)}</a>" if line.to else e(line.label)
    mark = ' class="provisional"' if line.is_provisional and line.rate is not None else ""
    effects = "".join(
        f'<td class="{kind}">{e(NO_RATE if value is None else points(value, words))}</td>'
        for kind, value in (("part", line.mix), ("part", line.own), ("both", line.change))
    )
    rate = e(words.percent(line.rate))
    return f"""<td title="{e(line.label)}">{name}</td><td class="rate"><span{mark}>{rate}</span></td>
<td class="n">{words.number(line.n)}</td><td class="before">{e(words.percent(line.rate_before))}</td>
<td class="n before">{words.number(line.n_before)}</td>{effects}"""


def _bar(start: float, end: float, low: float, high: float) -> str:
    scale = _WIDTH / ((high - low) or 1.0)
    left, width = (min(start, end) - low) * scale, max(2.0, abs(end - start) * scale)
    kind = "fall" if end < start else "rise"
    return (
        f'<svg viewBox="0 0 {_WIDTH} 12" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="axis" x="{(0.0 - low) * scale:.1f}" y="0" width="1.5" height="12"/>'
        f'<rect class="{kind}" x="{left:.1f}" y="1" width="{width:.1f}" height="10"/></svg>'
    )


def points(value: float, words: Text) -> str:
    """Points with their sign: +0.8, −1.2, 0.0."""
    shown = words.number(abs(value), 1)
    if round(abs(value), 1) == 0:
        return shown
    return f"{'−' if value < 0 else '+'}{shown}"
