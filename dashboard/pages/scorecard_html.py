"""The markup of a scorecard, upper half: who it is about, where it stands in plain words, what it is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from dashboard.frames import rows
from dashboard.live.assessed import FIGURES, MARKS, Assessment, Findings, Stock, followed_days_of
from dashboard.live.questions import Figure, Filter
from dashboard.pages import assessing
from dashboard.pages.assessing import COMMUNITY, indicator_words, signed
from dashboard.pages.behind import BEHIND as BEHIND_FIGURES
from dashboard.pages.laptop import frame
from dashboard.pages.laptop.downloads import downloads
from dashboard.pages.laptop.going import link
from dashboard.pages.laptop.pieces import e, level_word, mark
from dashboard.pages.laptop.state import Question
from dashboard.snapshot import Snapshot
from dashboard.text import NO_RATE, Text
from dashboard.widgets.panels.ranking import kind_name

#: The cases that count against an indicator, and of which kind they are.
BEHIND: Final = {
    "same_day": BEHIND_FIGURES["same_day_resolution"],
    "on_time": BEHIND_FIGURES["on_time"],
    "kept": BEHIND_FIGURES["reopened"],
    "on_the_spot": BEHIND_FIGURES["on_the_spot"],
}


@dataclass(frozen=True)
class Card:
    """What a scorecard shows of a unit."""

    snapshot: Snapshot
    question: Question
    words: Text
    level: str
    unit: Any  # a row of place.UNITS
    filter: Filter  # the days assessed and the moment they are seen from
    made: Assessment | None
    row: Any  # of the ranking's table; None where it is not ranked
    stock: Stock | None  # None: not recorded
    overdue: pd.DataFrame | None  # cases.LISTED; None: not recorded
    risk: Any  # a row of Snapshot.grids; None for what has no risk of its own
    findings: Findings | None  # None: not known yet
    objections: pd.DataFrame  # queries.objections.LISTED, of the days assessed
    definitions: Mapping[str, Figure]

    @property
    def kind(self) -> str:
        """The kind it is ranked among."""
        return str(self.unit.kind) if isinstance(self.unit.kind, str) and self.unit.kind else self.level


def parts_of(card: Card) -> list[Any]:
    """Rows of the unit's contributions, in the order of the rules."""
    if card.made is None or card.row is None:
        return []
    parts = card.made.parts
    return list(rows(parts[parts["area_id"] == card.unit.area_id].reset_index(drop=True)))


def moves_of(card: Card) -> dict[str, Any]:
    """What changed since the period before, by indicator; empty where there is none."""
    if card.made is None:
        return {}
    moves = card.made.moves_parts
    return {str(row.indicator): row for row in rows(moves[moves["area_id"] == card.unit.area_id])}


def top(card: Card, strange: str) -> str:
    """Who it is, where it stands, and its indicators."""
    words = card.words
    facts = [kind_name(card.kind, words)]
    if isinstance(card.unit.community_zh, str) and card.level != COMMUNITY:
        facts.append(words.label(card.unit, "community"))
    if not pd.isna(card.unit.population) and card.unit.population > 0:
        facts.append(words("{n} residents", n=words.number(int(card.unit.population))))
    if not pd.isna(card.unit.members):
        facts.append(words.many("{n} on its staff", "{n} on its staff", int(card.unit.members)))
    else:
        facts.append(words("staff not recorded"))
    warned = f'<p class="strange" role="status">{e(strange)}</p>' if strange else ""
    button = f'<button type="button" class="chip print" data-print>{e(words("Print"))}</button>'
    return f"""{frame.crumbs(way(card))}
<section class="answer loose card"><h1>{e(words.label(card.unit))}{button}</h1>
<p class="facts-line">{e(" · ".join(facts))}</p><p class="verdict">{e(verdict(card))}</p>{warned}</section>
<div class="choices">{assessing.cycle_chips(card.question, words)}</div>
{_figures(card)}{_indicators(card)}"""


def way(card: Card) -> list[tuple[str, str | None]]:
    """From the subdistrict's ranking over the community's to the unit."""
    address, words, place = card.question.address, card.words, card.snapshot.place
    cycle = address.get("cycle")
    whole = words.label({"name_zh": place.name_zh, "name_en": place.name_en})
    steps: list[tuple[str, str | None]] = [(whole, address.to("ranking", area=None, cycle=cycle))]
    community = card.snapshot.communities[card.snapshot.communities["area_id"] == card.unit.community_id]
    if len(community) and card.level != COMMUNITY:
        code = community["code"].iloc[0]
        steps.append((words.label(community.iloc[0]), address.to("ranking", area=code, cycle=cycle)))
    steps.append((words.label(card.unit), None))
    return steps


def verdict(card: Card) -> str:
    """Where it stands, in plain words."""
    words, row = card.words, card.row
    kind = kind_name(card.kind, words)
    if row is None:
        why = [each for each in card.made.choice.refused if each.kind == card.kind] if card.made is not None else []
        return assessing.refusal_said(why[0], words) if why else words("Not ranked over these days")
    values = {
        "of": words.number(row.ranked_of),
        "kind": kind if words.language == "zh" else kind.lower(),
        "low": words.number(row.rank_low),
        "high": words.number(row.rank_high),
    }
    if row.tier == 1:
        return words("Of {of} {kind} between place {low} and {high}: ahead, among the best fifth", **values)
    if row.tier == 3:
        return words("Of {of} {kind} between place {low} and {high}: behind, among the last fifth", **values)
    return words("Of {of} {kind} between place {low} and {high}: no clear difference from the middle", **values)


def _figures(card: Card) -> str:
    """Score, rank, change, and today's risk."""
    words, row = card.words, card.row
    shown = []
    if row is not None:
        below = words.many("{n} case", "{n} cases", int(row.n))
        runs = words("provisional") if assessing.is_provisional(card.filter) else ""
        shown.append(_figure(words("Score"), words.number(row.score, 1), below, tag=runs))
        label = words("rank {low} of {of}", low=assessing.ranks_said(row, words), of=words.number(row.ranked_of))
        bar = assessing.strip(int(row.rank_low), int(row.rank), int(row.rank_high), int(row.ranked_of), label)
        shown.append(
            _figure(words("Rank, 90 % interval"), assessing.ranks_said(row, words), f"1–{row.ranked_of}", drawn=bar)
        )
        value, below = _change(card)
        shown.append(_figure(words("Change"), value, below))
    if card.risk is not None:
        level = str(card.risk.level)
        value = f"{mark(level)} {e(level_word(level, words))}"
        below = words(
            "{n} cases in 24 h, usually {usual}",
            n=words.number(card.risk.observed),
            usual=words.small(card.risk.expected),
        )
        shown.append(_figure(words("Risk"), value, below, is_markup=True))
    return f'<section class="figures of-card">{"".join(shown)}</section>'


def _change(card: Card) -> tuple[str, str]:
    """The change against the period before and what to make of it."""
    words, row = card.words, card.row
    if row.change != row.change:
        return NO_RATE, words("redrawn, or nothing recorded before: no period before")
    between = words("{low} to {high} points", low=signed(row.change_low, words), high=signed(row.change_high, words))
    sure = words("within chance") if row.movement == 0 else words("beyond chance")
    return f"{assessing.arrow(row.movement)}{signed(row.change, words)}", f"{between} · {sure}"


def _figure(name: str, value: str, below: str, *, drawn: str = "", tag: str = "", is_markup: bool = False) -> str:
    shown = value if is_markup else e(value)
    tagged, small = (" provisional", f"<i>{e(tag)}</i>") if tag else ("", "")
    return f"""<div class="figure"><h2>{e(name)}</h2>
<div class="big"><b class="value{tagged}">{shown}</b>{small}{drawn}</div>
<div class="below"><span>{e(below)}</span></div></div>"""


def _indicators(card: Card) -> str:
    """What each indicator brings, and what it is held against."""
    words, parts = card.words, parts_of(card)
    if not parts or card.made is None:
        return ""
    heads = (
        *(words("Indicator"), words("Good of all"), words("Rate"), words("Expected"), words("Comparable")),
        *(words("Target"), words("Points"), words("Median"), words("Change"), ""),
    )
    cells = "".join(f"<th>{e(name)}</th>" for name in heads)
    moves = moves_of(card)
    lines = "".join(_indicator(part, moves.get(part.indicator), card) for part in parts)
    note = f"{assessing.when(card.filter, words)}"
    how = [
        words("Expected: what the whole place makes of the same mix of matters, levels, channels and hours"),
        words(
            "Comparable: the unit's rate had it the usual mix, drawn towards its kind's the more, the fewer its cases"
        ),
        words(
            "Change: points of the own score against the kind's mean, since {days}", days=words.days(*card.made.before)
        ),
        assessing.marks_said(card.made, words),
    ]
    joint = "；" if words.language == "zh" else "; "
    stop = "。" if words.language == "zh" else "."
    return f"""<section class="indicators"><div class="head"><h2>{e(words("What the score is made of"))}</h2>
<span>{e(note)}{downloads(card.question.address, "indicators", words)}</span></div>
<table><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table>
<p class="small">{e(joint.join(how) + stop)}</p></section>"""


def _indicator(part: Any, move: Any, card: Card) -> str:
    words, address = card.words, card.question.address
    named = indicator_words(words)[part.indicator]
    about = f"<a {link(address.to('figures', figure=FIGURES[part.indicator]))}>{e(named)}</a>"
    most = 100 * part.weight
    points = (
        f"{words.number(part.earned, 1)}<i>/{e(words.number(most, 0 if abs(most - round(most)) < 0.05 else 1))}</i>"
    )
    median = words.number(part.weight * part.median_points, 1)
    change = NO_RATE if move is None else signed(float(move.change), words)
    if part.indicator == MARKS:
        return f"""<tr><td>{about}</td><td class="v"></td><td class="v"></td><td class="v"></td><td class="v"></td>
<td class="v"></td>{_cell(words("Points"), points, is_markup=True)}{_cell(words("Median"), median)}
<td class="v"></td><td class="v"></td></tr>"""
    cases = f"<a {link(address.to('cases', area=card.unit.code, **behind(part.indicator, card.filter)))}>"
    cases += f"{e(words('See cases'))}</a>"
    rate = words.percent(part.good / part.n) if part.n else NO_RATE
    cells = "".join(
        _cell(name, value, is_markup=name == words("Points"))
        for name, value in (
            (words("Good of all"), f"{words.number(part.good)}/{words.number(part.n)}"),
            (words("Rate"), rate),
            (words("Expected"), words.percent(part.expected)),
            (words("Comparable"), words.percent(part.rate)),
            (words("Target"), words.percent(part.target, 0)),
            (words("Points"), points),
            (words("Median"), median),
            (words("Change"), change),
        )
    )
    return f'<tr><td>{about}</td>{cells}<td class="v">{cases}</td></tr>'


def behind(indicator: str, filter: Filter) -> dict[str, Any]:
    """Words of the address of the cases that count against an indicator, over the days that it is about."""
    first, last = followed_days_of(filter) if indicator == "kept" else filter.period(0)
    cut, kind = BEHIND[indicator]
    return {"from": first, "to": last, "kinds": kind and kind.value, "behind": cut.value}


def _cell(name: str, value: str, *, is_markup: bool = False) -> str:
    """A number with its column's name, which a phone shows beside it."""
    return f'<td class="v" data-name="{e(name)}">{value if is_markup else e(value)}</td>'


def choose(snapshot: Snapshot, question: Question, words: Text, units: pd.DataFrame) -> str:
    """No unit is named: the list of them, by community."""
    address = question.address
    cycle = address.get("cycle")
    given = words("Choose a unit: a scorecard is of one")
    groups: dict[str, list[str]] = {}
    codes = dict(zip(snapshot.communities["area_id"], snapshot.communities["code"], strict=True))
    links: dict[str, str] = {}
    for row in rows(units):
        above = words.label(row, "community")
        groups.setdefault(above, []).append(
            f"<a {link(address.to('grid', area=row.code, cycle=cycle))}>{e(words.label(row))}</a>"
        )
        if not pd.isna(row.community_id) and row.community_id in codes:
            links[above] = link(address.to("grid", area=codes[row.community_id], cycle=cycle))
    titles = {name: f"<a {links[name]}>{e(name)}</a>" if name in links else e(name) for name in groups}
    listed = "".join(
        f"<section><h2>{titles[name]}</h2><p>{''.join(held)}</p></section>" for name, held in groups.items()
    )
    whole = words.label({"name_zh": snapshot.place.name_zh, "name_en": snapshot.place.name_en})
    steps: list[tuple[str, str | None]] = [(whole, address.to("ranking", area=None)), (words("Scorecard"), None)]
    return f"""{frame.crumbs(steps)}<section class="answer loose"><h1>{e(given)}</h1></section>
<div class="choose">{listed}</div>"""


def notes(card: Card) -> list[str]:
    """What a file of the scorecard says of itself."""
    words = card.words
    said = [f"{words.label(card.unit)} · {kind_name(card.kind, words)}", assessing.when(card.filter, words)]
    return [*said, assessing.marks_said(card.made, words)] if card.made is not None else said
