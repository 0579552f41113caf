"""The markup of the ranking's page: the sentence that answers, who fell, what the funnel says, the table."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import pandas as pd

from dashboard.frames import rows
from dashboard.live import assessed
from dashboard.live.assessed import MARKS, Assessment, Funnel
from dashboard.live.questions import Filter
from dashboard.pages import assessing
from dashboard.pages.assessing import indicator_words, ranks_said, signed
from dashboard.pages.laptop import frame
from dashboard.pages.laptop.downloads import downloads
from dashboard.pages.laptop.going import link
from dashboard.pages.laptop.pieces import e
from dashboard.pages.laptop.state import Address, Question
from dashboard.snapshot import Snapshot
from dashboard.text import NO_RATE, Text
from dashboard.widgets.panels.ranking import kind_name, tier_name

#: Falls within chance that are listed one by one; the rest are a number.
_WITHIN_CHANCE: Final = 6


@dataclass(frozen=True)
class Shown:
    """What the page shows of an assessment."""

    snapshot: Snapshot
    question: Question
    words: Text
    made: Assessment
    kind: str
    offered: tuple[str, ...]  # kinds of unit that can be chosen
    table: pd.DataFrame  # ranking columns, code, community_id; of the area asked about, in the order asked for
    of_all: pd.DataFrame  # the same of the whole kind
    parts: dict[tuple[int, str], Any]  # contributions by unit and indicator
    indicators: tuple[str, ...]
    indicator: str  # of the funnel
    sort: str

    @cached_property
    def fell(self) -> pd.DataFrame:
        """Those of the kind that fell, the surest first."""
        return assessed.fallen(self.made, self.kind)

    def scorecard(self, code: str) -> str:
        """The address of a unit's scorecard over the same days."""
        return scorecard(self.question.address, code)


def scorecard(address: Address, code: str) -> str:
    """The address of a unit's scorecard over the same days."""
    return address.to("grid", area=code, cycle=address.get("cycle"))


def names_of(made: Assessment, kind: str, words: Text) -> dict[int, str]:
    """What the units of a kind are called."""
    return {int(row.area_id): words.label(row) for row in rows(made.table) if row.kind == kind}


def fallen(shown: Shown) -> pd.DataFrame:
    """Those of the area asked about that fell (statistics.movement.worse), the surest first."""
    return shown.fell[shown.fell["area_id"].isin(shown.table["area_id"])].reset_index(drop=True)


def top(shown: Shown, strange: str) -> str:
    """The way down, the sentence that answers, and what is chosen."""
    words, address = shown.words, shown.question.address
    filter = assessing.held(shown.snapshot, shown.question)
    tiers = shown.table["tier"].value_counts()
    ahead, behind = int(tiers.get(1, 0)), int(tiers.get(3, 0))
    if ahead or behind:
        ends = [
            words("{n} ahead", n=words.number(ahead)) if ahead else "",
            words("{n} behind", n=words.number(behind)) if behind else "",
            words("the rest cannot be told apart"),
        ]
        said = ("，" if words.language == "zh" else ", ").join(end for end in ends if end)
    else:
        said = words("No clear difference between any of the {n}", n=words.number(len(shown.table)))
    small = [assessing.when(filter, words), assessing.marks_said(shown.made, words)]
    small += [assessing.refusal_said(each, words) for each in shown.made.choice.refused]
    kinds = []
    for kind in shown.offered:
        n = len(shown.made.table[shown.made.table["kind"] == kind]) or _communities(shown, kind)
        is_on = kind == shown.kind
        to = address.to(units=None if kind == shown.offered[0] else kind, sort=None)
        kinds.append(
            f'<a class="chip{" on" if is_on else ""}" {link(to)}>{e(kind_name(kind, words))} {e(words.number(n))}</a>'
        )
    warned = f'<p class="strange" role="status">{e(strange)}</p>' if strange else ""
    colon = "：" if words.language == "zh" else ": "
    return f"""{frame.crumbs(way(shown.snapshot, shown.question, words))}
<section class="answer loose"><h1>{e(kind_name(shown.kind, words))}{colon}{e(said)}</h1>
<p>{e(" · ".join(small))}</p>{warned}</section>
<div class="choices"><span class="group" role="group" aria-label="{e(words("Units"))}">{"".join(kinds)}</span>
{assessing.cycle_chips(shown.question, words)}</div>"""


def _communities(shown: Shown, kind: str) -> int:
    return len(shown.snapshot.communities) if kind == assessing.COMMUNITY else 0


def way(snapshot: Snapshot, question: Question, words: Text) -> list[tuple[str, str | None]]:
    """From the subdistrict to the area asked about, each with its ranking."""
    address, area_id = question.address, question.asked.filter.area_id
    whole = words.label({"name_zh": snapshot.place.name_zh, "name_en": snapshot.place.name_en})
    if area_id is None:
        return [(whole, None), (words("Ranking"), None)]
    steps: list[tuple[str, str | None]] = [(whole, address.to("ranking", area=None))]
    unit = snapshot.grids[snapshot.grids["area_id"] == area_id]
    if len(unit):
        above = snapshot.communities[snapshot.communities["area_id"] == unit["community_id"].iloc[0]]
        if len(above):
            steps.append((words.label(above.iloc[0]), address.to("ranking", area=above["code"].iloc[0])))
    steps.append((words.label({"name_zh": question.asked.area_zh, "name_en": question.asked.area_en}), None))
    return steps


def nothing(snapshot: Snapshot, question: Question, words: Text, made: Assessment | None) -> str:
    """Nobody is ranked over these days, and why."""
    filter = assessing.held(snapshot, question)
    why = [assessing.refusal_said(each, words) for each in made.choice.refused] if made is not None else []
    newest = link(question.address.to("ranking", cycle=None, **{"from": None, "to": None}))
    back = f"<a {newest}>{e(words('The last 14 days'))}</a>"
    return f"""{frame.crumbs(way(snapshot, question, words))}
<section class="answer loose"><h1>{e(words("Nobody can be ranked over these days"))}</h1>
<p>{e(" · ".join([assessing.when(filter, words), *why]))}</p><p>{back}</p></section>
<div class="choices">{assessing.cycle_chips(question, words)}</div>"""


def worse(shown: Shown) -> str:
    """Who got worse since the period before, and whether they truly did."""
    words = shown.words
    fell = fallen(shown)
    truly = fell[fell["is_beyond_chance"]]
    within = fell[~fell["is_beyond_chance"]]
    before = words.days(*shown.made.before)
    files = downloads(shown.question.address, "worse", words)
    head = (
        f'<div class="head"><h2>{e(words("Who got worse, and truly?"))}</h2>'
        f"<span>{e(words('against {days}', days=before))}{files}</span></div>"
    )
    known = shown.of_all["change"].notna()
    if not known.any():
        return f"""<section class="worse">{head}<p class="nothing">
{e(words("There is no period before to compare with: nothing was recorded then"))}</p></section>"""
    if fell.empty:
        return f"""<section class="worse">{head}<p class="nothing">{e(words("None fell"))}</p></section>"""
    if truly.empty:
        said = words("None truly: all {n} that fell did so within chance", n=words.number(len(within)))
    else:
        said = words(
            "{truly} truly, beyond chance; {within} others fell within chance",
            truly=words.number(len(truly)),
            within=words.number(len(within)),
        )
    wrong = float((1 - truly["p_worse"]).sum())
    notes = []
    if len(truly):
        notes.append(
            words(
                "Of the {n} named, {wrong} are to be expected not to have fallen in truth",
                n=words.number(len(truly)),
                wrong=words.small(wrong),
            )
        )
    notes.append(
        words("Change: of a unit's own figures against its kind's mean, in points; the bar is its 90 % interval")
    )
    without = int((~shown.table["change"].notna()).sum())
    if without:
        notes.append(
            words.many(
                "{n} unit was redrawn and has no period before",
                "{n} units were redrawn and have no period before",
                without,
            )
        )
    listed = pd.concat([truly, within.head(max(_WITHIN_CHANCE, 0))])
    most = max(float(listed[["change_low", "change_high"]].abs().max().max()), 1.0)
    has_tiers = bool((listed["own_tier"] != listed["tier_before"]).any())
    lines = "".join(_fall(row, shown, most, has_tiers=has_tiers) for row in rows(listed))
    hidden = len(fell) - len(listed)
    rest = f'<p class="rest">{e(words("{n} more, all within chance", n=words.number(hidden)))}</p>' if hidden else ""
    heads = [("unit", words("Unit")), ("v", words("Change")), ("bar", ""), ("v", words("P(worse)"))]
    heads += [*([("tier", words("Tier"))] if has_tiers else []), ("by", words("Mostly by"))]
    cells = "".join(f'<th class="{kind}">{e(name)}</th>' for kind, name in heads)
    return f"""<section class="worse">{head}<p class="said"><b>{e(said)}</b></p>
<table><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table>{rest}
<p class="small">{e("。".join(notes) + "。" if words.language == "zh" else ". ".join(notes) + ".")}</p></section>"""


def _fall(row: Any, shown: Shown, most: float, *, has_tiers: bool) -> str:
    words = shown.words
    code = str(shown.of_all.loc[shown.of_all["area_id"] == row.area_id, "code"].iloc[0])

    def at(points: float) -> float:
        return round(60 + 56 * points / most, 1)

    low, high = at(row.change_low), at(row.change_high)
    label = words("{low} to {high} points", low=signed(row.change_low, words), high=signed(row.change_high, words))
    bar = (
        f'<svg class="strip" viewBox="0 0 120 16" role="img" aria-label="{e(label)}"><rect class="zero" x="59.5" y="0" '
        f'width="1" height="16"/><rect class="span" x="{low}" y="5" width="{high - low:.1f}" height="6"/>'
        f'<circle cx="{at(row.change)}" cy="8" r="4"/></svg>'
    )
    tier = NO_RATE
    if row.own_tier != row.tier_before:
        tier = f"{tier_name(int(row.tier_before), words)} → {tier_name(int(row.own_tier), words)}"
    tiers = f'<td class="tier">{e(tier)}</td>' if has_tiers else ""
    sure = "sure" if row.is_beyond_chance else ""
    return f"""<tr class="{sure}"><td class="unit"><a {link(shown.scorecard(code))}>{e(words.label(row))}</a></td>
<td class="v">{e(assessing.arrow(row.movement))}{e(signed(row.change, words))}</td><td class="bar">{bar}</td>
<td class="v">{e(assessing.probability(row.p_worse, words))}</td>{tiers}
<td class="by">{e(mostly_by(int(row.area_id), shown.made, words))}</td></tr>"""


def mostly_by(area_id: int, made: Assessment, words: Text) -> str:
    """The indicator that took most from a unit since the period before, with its points."""
    parts = made.moves_parts
    own = parts[parts["area_id"] == area_id]
    if own.empty or not (own["change"] < 0).any():
        return ""
    worst = next(rows(own.nsmallest(1, "change")))
    return f"{indicator_words(words)[worst.indicator]} {signed(float(worst.change), words)}"


def funnel_head(shown: Shown, made: Funnel | None) -> str:
    """Which indicator is drawn, and who lies outside the limits."""
    words, address = shown.words, shown.question.address
    named = indicator_words(words)
    chips = "".join(
        f'<a class="chip{" on" if name == shown.indicator else ""}" {link(address.to(indicator=name))}>'
        f"{e(named[name])}</a>"
        for name in shown.indicators
        if name != MARKS
    )
    head = f"""<div class="head"><h2>{e(words("Who lies outside chance"))}</h2>
<span>{e(words("limits of 95 % and 99.8 %; click a point"))}</span></div><div class="group cuts">{chips}</div>"""
    if made is None:
        return head + f'<p class="nothing">{e(words("No unit has a case of it"))}</p>'
    said = funnel_said(made, names_of(shown.made, shown.kind, words), words)
    return f'{head}<p class="small">{e(said)}</p>'


def funnel_said(made: Funnel, names: Mapping[int, str], words: Text) -> str:
    """What the funnel shows, in sentences: who lies outside, how many would by chance, how it is widened."""
    joint = "、" if words.language == "zh" else ", "
    stop = "。" if words.language == "zh" else ". "
    said = []
    for side, sentence in ((-1, words("Below: {names}")), (1, words("Above: {names}"))):
        out = made.points[made.points["outside"] * side > 0].sort_values("rate", ascending=side < 0)
        listed = [names[int(row.area_id)] + ("＊" if abs(row.outside) == 2 else "") for row in rows(out)]
        if listed:
            said.append(sentence.format(names=joint.join(listed[:8]) + (" …" if len(listed) > 8 else "")))
    n = len(made.points)
    if not said:
        said.append(words("All {n} lie within what chance alone makes", n=words.number(n)))
    if any(abs(value) == 2 for value in made.points["outside"]):
        said.append(words("＊: beyond 99.8 %"))
    said.append(
        words("Of {n} alike, chance alone would put about {few} outside", n=words.number(n), few=words.number(0.05 * n))
    )
    if made.spread > 1:
        said.append(
            words(
                "Units differ more than chance makes them: the limits are widened {times} times",
                times=words.number(made.spread, 2),
            )
        )
    return stop.join(said) + stop.rstrip()


def point_said(row: Any, name: str, words: Text) -> str:
    """One unit of the funnel, for a pointer that rests on it."""
    return words(
        "{name}: {good} of {n}; {rate} with the usual mix (its own mix: {expected} expected)",
        name=name,
        good=words.number(row.good),
        n=words.number(row.n),
        rate=words.percent(row.rate),
        expected=words.percent(row.expected),
    )


def table(shown: Shown) -> str:
    """All units with rank, interval, tier, score, change, cases, and the points each indicator brings."""
    words = shown.words
    named = indicator_words(words)
    weights = {name: shown.parts[int(shown.of_all["area_id"].iloc[0]), name].weight for name in shown.indicators}
    plain = [("rank", words("Rank")), (None, words("Unit")), (None, words("Tier"))]
    plain += [(None, words("90 % of the rank")), (None, ""), ("score", words("Score"))]
    plain += [("change", words("Change")), ("n", words("Number of cases"))]
    heads = "".join(_head(shown, sort, name, "") for sort, name in plain)
    for name in shown.indicators:
        most = words("of {n}", n=words.number(100 * weights[name]))
        heads += _head(shown, name, named[name], most)
    chosen = shown.question.asked.filter.area_id
    lines = "".join(_line(row, shown, chosen) for row in rows(shown.table))
    note = words("points of each indicator add up to the score; the tick is the kind's median")
    head = (
        f'<div class="head"><h2>{e(kind_name(shown.kind, words))} {e(words.number(len(shown.table)))}</h2>'
        f"<span>{e(note)}{downloads(shown.question.address, 'ranking', words)}</span></div>"
    )
    return f"""<section class="ranked">{head}<div class="wide"><table><thead><tr>{heads}</tr></thead>
<tbody>{lines}</tbody></table></div></section>"""


def _head(shown: Shown, sort: str | None, name: str, small: str) -> str:
    below = f"<small>{e(small)}</small>" if small else ""
    if sort is None:
        return f"<th>{e(name)}{below}</th>"
    is_on = sort == shown.sort
    to = shown.question.address.to(sort=None if sort == "rank" else sort)
    kind = ' class="on" aria-sort="other"' if is_on else ""
    return f"<th{kind}><a {link(to)}>{e(name)}{' ▾' if is_on else ''}</a>{below}</th>"


def _line(row: Any, shown: Shown, chosen: int | None) -> str:
    words = shown.words
    interval = ranks_said(row, words)
    label = words("rank {low} of {of}", low=interval, of=words.number(row.ranked_of))
    bar = assessing.strip(int(row.rank_low), int(row.rank), int(row.rank_high), int(row.ranked_of), label)
    cells = "".join(_part(shown.parts.get((int(row.area_id), name)), words) for name in shown.indicators)
    between = words("{low} to {high} points", low=signed(row.change_low, words), high=signed(row.change_high, words))
    tier = "tier" if row.tier == 2 else "tier told"
    return f"""<tr class="{"chosen" if row.area_id == chosen else ""}"><td class="v">{e(words.number(row.rank))}</td>
<td class="name"><a {link(shown.scorecard(str(row.code)))}>{e(words.label(row))}</a></td>
<td class="{tier}">{e(tier_name(int(row.tier), words))}</td><td class="bar">{bar}</td><td class="v">{e(interval)}</td>
<td class="v score">{e(words.number(row.score, 1))}</td>
<td class="v" title="{e(between)}">{e(assessing.arrow(row.movement))}{e(signed(row.change, words))}</td>
<td class="v n">{e(words.number(row.n))}</td>{cells}</tr>"""


def _part(part: Any, words: Text) -> str:
    if part is None:
        return f'<td class="part">{NO_RATE}</td>'
    said = (
        words(
            "{good} of {n}; {expected} expected of its mix",
            good=words.number(part.good),
            n=words.number(part.n),
            expected=words.percent(part.expected),
        )
        if part.n
        else words("no case of it: counted as its kind's mean")
        if part.indicator != MARKS
        else words("marks: {n} of 100", n=words.number(part.points, 1))
    )
    none = " none" if not part.n and part.indicator != MARKS else ""
    return f"""<td class="part{none}" title="{e(said)}"><span>{e(words.number(part.earned, 1))}</span>
<svg viewBox="0 0 60 6" preserveAspectRatio="none" aria-hidden="true"><rect class="line" width="60" height="6"/>
<rect class="now" width="{0.6 * part.points:.1f}" height="6"/>
<rect class="tick" x="{0.6 * part.median_points - 0.6:.1f}" width="1.2" height="6"/></svg></td>"""


def notes(shown: Shown, filter: Filter) -> list[str]:
    """What a file of the ranking says of itself."""
    words = shown.words
    place = words.label({"name_zh": shown.question.asked.area_zh, "name_en": shown.question.asked.area_en})
    return [
        f"{place} · {kind_name(shown.kind, words)}",
        assessing.when(filter, words),
        assessing.marks_said(shown.made, words),
        words("Change: of a unit's own figures against its kind's mean, in points; the bar is its 90 % interval"),
    ]
