"""The markup of a scorecard, lower half: the cycles behind it, what is open and owed, today's risk, what to look at."""

from typing import Any, Final

import pandas as pd

from dashboard.frames import rows
from dashboard.live import assessed
from dashboard.live.assessed import CYCLES
from dashboard.live.questions import Only
from dashboard.pages.assessing import ranks_said, signed
from dashboard.pages.laptop import frame
from dashboard.pages.laptop.downloads import downloads
from dashboard.pages.laptop.going import link
from dashboard.pages.laptop.pieces import e, level_word, mark
from dashboard.pages.scorecard_html import Card
from dashboard.pages.scorecard_objections import objections
from dashboard.text import NO_RATE, Text
from dashboard.widgets.panels.ranking import kind_name, tier_name

#: Cases of a finding that are named one by one.
_NAMED: Final = 6


def own_course(card: Card, course: pd.DataFrame | None) -> pd.DataFrame | None:
    """The unit's cycles, oldest first; None while they are asked for."""
    return None if course is None else course[course["area_id"] == card.unit.area_id].reset_index(drop=True)


def course_note(words: Text) -> str:
    """How the cycles of a course are seen."""
    return words("each as known seven days after its end, the newest as known now")


def course_head(card: Card, course: pd.DataFrame | None) -> str:
    """What stands above the chart of the cycles, or instead of it."""
    words, own = card.words, own_course(card, course)
    note = course_note(words)
    files = downloads(card.question.address, "course", words) if own is not None and len(own) else ""
    title = words("The last {n} cycles", n=words.number(CYCLES))
    head = f'<div class="head"><h2>{e(title)}</h2><span>{e(note)}{files}</span></div>'
    if own is None:
        return _nothing("course", head, words("Being counted; it appears by itself"))
    if own.empty:
        return _nothing("course", head, _not_ranked(card))
    return f'<section class="course">{head}</section>'


def _not_ranked(card: Card) -> str:
    """Why none of the cycles ranked the unit."""
    words = card.words
    if card.kind in assessed.rules(card.filter.today).unranked_kinds:
        kind = kind_name(card.kind, words)
        kind = kind if words.language == "zh" else kind.lower()
        return words("It was ranked in none of them: {kind} take no part", kind=kind)
    return words("It was ranked in none of them: too few cases then, or it was drawn since")


def cycle_said(row: Any, words: Text) -> str:
    """One cycle in a sentence."""
    return words(
        "{days}: rank {ranks} of {of}, score {score}, {tier}",
        days=words.days(row.first, row.last),
        ranks=ranks_said(row, words),
        of=words.number(row.ranked_of),
        score=words.number(row.score, 1),
        tier=tier_name(int(row.tier), words),
    )


def _nothing(kind: str, head: str, said: str) -> str:
    return f'<section class="{kind}">{head}<p class="nothing">{e(said)}</p></section>'


def rest(card: Card) -> str:
    """Open cases, the overdue ones, risk, findings, objections."""
    left = _open(card) + _overdue(card)
    return (
        f'<div class="two owed">{f"<section>{left}</section>"}<section>{_risk(card)}{_findings(card)}</section></div>'
        + objections(card)
    )


def _open(card: Card) -> str:
    words, stock = card.words, card.stock
    now = words(
        "as known at {time}", time=frame.spoken(card.question.asked.filter.as_of, card.question.asked.filter, words)
    )
    head = f'<div class="head"><h2>{e(words("Open cases by age"))}</h2><span>{e(now)}</span></div>'
    if stock is None:
        return f'{head}<p class="nothing">{e(words("Closing times are not recorded here"))}</p>'
    names = ("0–1", "1–3", "3–7", "7–15", "> 15")
    most = max(*stock.by_age, 1)
    lines = "".join(
        f'<tr><td>{e(words("{n} d", n=name))}</td><td class="bar"><svg viewBox="0 0 100 10" preserveAspectRatio="none">'
        f'<rect class="now" x="0" y="2" width="{100 * n / most:.1f}" height="6"/></svg></td>'
        f'<td class="n"><b>{e(words.number(n))}</b></td></tr>'
        for name, n in zip(names, stock.by_age, strict=True)
    )
    to = card.question.address.to("cases", area=card.unit.code, behind=Only.OPEN.value, **{"from": None, "to": None})
    every = f"<a {link(to)}>{e(words.many('{n} open case', '{n} open cases', stock.open))}</a>"
    return f'{head}<table class="why ages"><tbody>{lines}</tbody></table><p class="rest">{every}</p>'


def _overdue(card: Card) -> str:
    words = card.words
    if card.stock is None:
        return ""
    head = f'<div class="head"><h2>{e(words("Past deadline"))}</h2></div>'
    if card.overdue is None:
        return _nothing("list", head, words("Deadlines are not recorded here"))
    if card.overdue.empty:
        return _nothing("list", head, words("None"))
    lines = []
    for row in rows(card.overdue):
        to = link(card.question.address.to("cases", area=card.unit.code, id=row.case_id))
        due = words("due {time}", time=frame.spoken(row.due_at, card.question.asked.filter, words))
        lines.append(
            f'<tr><td title="{e(level_word(row.risk, words))}">{mark(row.risk)}</td>'
            f'<td class="title"><a {to}>{e(words.label(row, "title"))}</a></td><td class="where">{e(due)}</td></tr>'
        )
    hidden = int(card.overdue["of_all"].iloc[0]) - len(card.overdue)
    more = ""
    if hidden > 0:
        asked: dict[str, Any] = {"area": card.unit.code, "behind": Only.OVERDUE.value, "from": None, "to": None}
        to = link(card.question.address.to("cases", **asked))
        more = f'<p class="rest"><a {to}>{e(words("{n} more", n=hidden))}</a></p>'
    return f'<section class="list overdue">{head}<table><tbody>{"".join(lines)}</tbody></table>{more}</section>'


def _risk(card: Card) -> str:
    """Why the unit has its colour: points of each part."""
    words, risk = card.words, card.risk
    if risk is None:
        return ""
    level = str(risk.level)
    title = f"{mark(level)}{e(words('Risk: {level}', level=level_word(level, words)))}"
    usual = words("{n}, usually {usual}", n=words.number(risk.observed), usual=words.small(risk.expected))
    parts = (
        (words("Cases, 24 h"), usual, risk.part_unusual),
        (words("Grave cases expected, 24 h"), words.small(risk.expected_load), risk.part_load),
        (words("Open past deadline"), words.number(risk.overdue), risk.part_overdue),
        (words("Hand-ups unanswered"), words.number(risk.escalated), risk.part_escalated),
        (words("Risk points open"), words.number(risk.risk_points), risk.part_risk_points),
    )
    lines = "".join(
        f'<tr><td>{e(name)}</td><td class="v">{e(value)}</td><td class="v">{e(points)}</td></tr>'
        for name, value, points in ((name, value, signed(float(each), words, 2)) for name, value, each in parts)
    )
    heads = "".join(f"<th>{e(name)}</th>" for name in ("", words("now"), words("points")))
    score = words("{n} points in all", n=words.number(float(risk.score), 2))
    return f"""<section class="risk"><div class="head"><h2>{title}</h2><span>{e(score)}</span></div>
<table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></section>"""


def _findings(card: Card) -> str:
    """Honest-number findings about it: questions to ask, never a verdict."""
    words = card.words
    note = words("questions, not verdicts")
    head = f'<div class="head"><h2>{e(words("To be looked at"))}</h2><span>{e(note)}</span></div>'
    if card.findings is None:
        return _nothing("findings", head, words("Being counted; it appears by itself"))
    found = card.findings.units
    own = found[found["area_id"] == card.unit.area_id]
    if own.empty:
        return _nothing("findings", head, words("Nothing about this unit in these days"))
    return f'<section class="findings">{head}{"".join(_finding(row, card) for row in rows(own))}</section>'


def _finding(row: Any, card: Card) -> str:
    words, address = card.words, card.question.address
    about = card.definitions.get(str(row.finding))
    name = words.label(about) if about is not None else str(row.finding)
    figure = card.definitions.get(str(row.figure))
    said = [words("{n} of {all}", n=words.number(row.observed), all=words.number(row.n))]
    if not pd.isna(row.expected):
        expected = (
            words.percent(float(row.expected)) if float(row.expected) <= 1 else words.number(float(row.expected), 1)
        )
        said.append(words("elsewhere {usual}", usual=expected))
    if figure is not None and not pd.isna(row.value):
        without = NO_RATE if pd.isna(row.value_without) else words.percent(float(row.value_without))
        said.append(
            words(
                "{figure} {value}, without them {without}",
                figure=words.label(figure),
                value=words.percent(float(row.value)),
                without=without,
            )
        )
    ids = tuple(sorted(int(case_id) for case_id in row.case_ids)) if isinstance(row.case_ids, list) else ()
    asked = card.question.asked.filter
    shown = assessed.shown_cases(asked, ids) if ids else ()
    cases = " ".join(
        f"<a {link(address.to('cases', area=card.unit.code, id=case_id))}>#{case_id}</a>" for case_id in shown[:_NAMED]
    )
    more = f" {e(words('{n} more', n=len(shown) - _NAMED))}" if len(shown) > _NAMED else ""
    title = f"<a {link(address.to('figures', figure=row.finding))}>{e(name)}</a>" if about is not None else e(name)
    return f'<p class="finding"><b>{title}</b> {e(" · ".join(said))} {cases}{more}</p>'
