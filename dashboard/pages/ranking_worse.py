"""The markup of who got worse since the period before, and whether they truly did."""

from typing import Any, Final

import pandas as pd

from dashboard.frames import rows
from dashboard.live.assessed import Assessment
from dashboard.pages import assessing
from dashboard.pages.assessing import indicator_words, signed
from dashboard.pages.laptop.downloads import downloads
from dashboard.pages.laptop.going import link
from dashboard.pages.laptop.pieces import e
from dashboard.pages.ranking_html import Shown
from dashboard.text import NO_RATE, Text
from dashboard.widgets.panels.ranking import tier_name

#: Falls within chance that are listed one by one; the rest are a number.
_WITHIN_CHANCE: Final = 6


def fallen(shown: Shown) -> pd.DataFrame:
    """Those of the area asked about that fell (statistics.movement.worse), the surest first."""
    return shown.fell[shown.fell["area_id"].isin(shown.table["area_id"])].reset_index(drop=True)


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
