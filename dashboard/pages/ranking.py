"""The page of the ranking 考评排名: who stands where and how surely, who truly got worse, who lies outside chance."""

from typing import Any, Final

import pandas as pd

from dashboard.charts import funnel as charts
from dashboard.exports.sheet import Sheet
from dashboard.frames import rows
from dashboard.live import assessed
from dashboard.live.assessed import MARKS, Assessment, Funnel
from dashboard.memo import once_per_snapshot
from dashboard.pages import ranking_html as html
from dashboard.pages.assessing import COMMUNITY, days, held, indicator_words, strange
from dashboard.pages.laptop import frame
from dashboard.pages.laptop.asking_page import Beside, Matter, Page
from dashboard.pages.laptop.chart import Chart
from dashboard.pages.laptop.state import Address, Question
from dashboard.pages.ranking_html import Shown
from dashboard.snapshot import Snapshot
from dashboard.text import Text, text
from dashboard.widgets.panels.ranking import kind_name, tier_name

#: Charts kept made, of all viewers.
_CHARTS: Final = 32
_SORTS: Final = ("rank", "score", "change", "n")


def matter(snapshot: Snapshot, question: Question, words: Text) -> Matter:
    """What the page shows below its filters."""
    shown = look(snapshot, question, words)
    if shown is None:
        return html.nothing(snapshot, question, words, assessed.assessed(held(snapshot, question), _level(snapshot)))
    drawn = _chart(shown)
    beside: list[str | Chart] = [html.funnel_head(shown, drawn[1] if drawn else None)]
    if drawn is not None:
        beside.append(drawn[0])
    top = html.top(shown, strange(question, words))
    return [top, Beside(html.worse(shown), beside, (1, 1)), html.table(shown)]


def look(snapshot: Snapshot, question: Question, words: Text) -> Shown | None:
    """What is shown; None where no unit is ranked. Asks as well for what a scorecard will need."""
    filter, level = held(snapshot, question), _level(snapshot)
    wished = question.address.get("units")
    made = assessed.assessed(filter, level)
    if made is None:
        return None
    kinds = list(dict.fromkeys(str(kind) for kind in made.table["kind"]))
    offered = [*kinds, *([COMMUNITY] if _has_communities(snapshot, level, kinds) else [])]
    if wished == COMMUNITY and COMMUNITY in offered and COMMUNITY not in kinds:
        of_communities = assessed.assessed(filter, COMMUNITY)
        if of_communities is not None and not of_communities.table.empty:
            made, level = of_communities, COMMUNITY
            kinds = list(dict.fromkeys(str(kind) for kind in made.table["kind"]))
    if not kinds:
        return None
    kind = wished if wished in kinds else kinds[0]
    assessed.course(filter, made.choice.level or level)
    assessed.findings_of(filter, made.choice.level or level)
    return _shown(snapshot, question, words, made, str(kind), offered)


def _level(snapshot: Snapshot) -> str:
    return snapshot.place.unit_level


def _has_communities(snapshot: Snapshot, level: str, kinds: list[str]) -> bool:
    return level != COMMUNITY and COMMUNITY not in kinds and not snapshot.communities.empty


def _shown(
    snapshot: Snapshot, question: Question, words: Text, made: Assessment, kind: str, offered: list[str]
) -> Shown:
    table = made.table[made.table["kind"] == kind]
    parts = made.parts[made.parts["kind"] == kind]
    units = assessed.units(question.asked.filter, made.choice.level or _level(snapshot))
    indicators = [name for name in indicator_words(words) if name in set(parts["indicator"])]
    place = units.set_index("area_id")[["code", "community_id"]]
    table = table.join(place, on="area_id")
    given = question.address.get("indicator")
    measured = [name for name in indicators if name != MARKS]
    return Shown(
        snapshot=snapshot,
        question=question,
        words=words,
        made=made,
        kind=kind,
        offered=tuple(offered),
        table=_sorted(_within(table, question), parts, question.address.get("sort")),
        of_all=table,
        parts={(int(row.area_id), str(row.indicator)): row for row in rows(parts)},
        indicators=tuple(indicators),
        indicator=given if given in measured else measured[0],
        sort=_sort(question.address.get("sort"), indicators),
    )


def _within(table: pd.DataFrame, question: Question) -> pd.DataFrame:
    """Those of the area asked about: a community's units; of a unit alone, its community's. Ranks stay those of all."""
    area_id = question.asked.filter.area_id
    if area_id is None:
        return table
    own = table.loc[table["area_id"] == area_id, "community_id"]
    above = own.iloc[0] if len(own) and pd.notna(own.iloc[0]) else area_id
    return table[(table["community_id"] == above) | (table["area_id"] == area_id)]


def _sort(given: str | None, indicators: list[str]) -> str:
    return given if given is not None and given in (*_SORTS, *indicators) else "rank"


def _sorted(table: pd.DataFrame, parts: pd.DataFrame, given: str | None) -> pd.DataFrame:
    """The rows in the order asked for: what is worst first, but for ranks and numbers of cases."""
    if given in ("score", "n"):
        return table.sort_values(given, ascending=False, kind="stable")
    if given == "change":
        return table.sort_values("change", kind="stable")
    of_one = parts[parts["indicator"] == given].set_index("area_id")["against_median"]
    if of_one.empty:
        return table.sort_values("rank", kind="stable")
    return table.assign(by=of_one.reindex(table["area_id"]).to_numpy()).sort_values("by", kind="stable")


def _chart(shown: Shown) -> tuple[Chart, Funnel] | None:
    codes = tuple((int(row.area_id), str(row.code)) for row in rows(shown.of_all))
    address = shown.question.address.without(("sort", "units", "indicator"))
    return _drawn(shown.made, shown.kind, shown.indicator, address, codes, frozenset(shown.table["area_id"]))


@once_per_snapshot(_CHARTS)
def _drawn(
    made: Assessment,
    kind: str,
    indicator: str,
    address: Address,
    codes: tuple[tuple[int, str], ...],
    here: frozenset[int],
) -> tuple[Chart, Funnel] | None:
    """The funnel of an indicator, made once per assessment; None where nobody has a case of it."""
    found, words = assessed.funnel_of(made, kind, indicator), text(address.language)
    if found is None:
        return None
    names = html.names_of(made, kind, words)
    code_of = dict(codes)
    points = found.points[found.points["area_id"].isin(code_of)].reset_index(drop=True)
    points = points.assign(
        name=[names[int(area_id)] for area_id in points["area_id"]],
        to=[html.scorecard(address, code_of[int(area_id)]) for area_id in points["area_id"]],
        said=[html.point_said(row, names[int(row.area_id)], words) for row in rows(points)],
        is_here=[area_id in here for area_id in points["area_id"]],
    )
    drawn = charts.funnel(
        points,
        found.limits,
        theme=address.theme,
        pooled=found.pooled,
        target=found.target,
        titles=(words("Cases, counted as equally uncertain ones"), indicator_words(words)[indicator]),
        lines=(
            words("mean {rate}", rate=words.percent(found.pooled)),
            words("target {rate}", rate=words.percent(found.target, 0)),
        ),
    )
    return Chart(f"funnel_{indicator}", drawn, html.funnel_said(found, names, words), leads=True), found


def sheet(snapshot: Snapshot, question: Question, words: Text) -> Sheet:
    """The ranking as a file."""
    shown = look(snapshot, question, words)
    filter = held(snapshot, question)
    title = words("Ranking")
    if shown is None:
        return Sheet(title, {words("Unit"): []}, frame.notes_of(question, words))
    named, table = indicator_words(words), shown.table
    columns: dict[str, list[Any]] = {
        words("Rank"): table["rank"].tolist(),
        words("Unit"): [words.label(row) for row in rows(table)],
        words("Code"): table["code"].tolist(),
        words("Tier"): [tier_name(int(tier), words) for tier in table["tier"]],
        words("Rank from (90 %)"): table["rank_low"].tolist(),
        words("Rank to (90 %)"): table["rank_high"].tolist(),
        words("Ranked of"): table["ranked_of"].tolist(),
        words("Score"): table["score"].round(2).tolist(),
        words("Change"): table["change"].round(2).tolist(),
        words("Change from (90 %)"): table["change_low"].round(2).tolist(),
        words("Change to (90 %)"): table["change_high"].round(2).tolist(),
        words("Number of cases"): table["n"].tolist(),
    }
    for name in shown.indicators:
        part = [shown.parts.get((int(area_id), name)) for area_id in table["area_id"]]
        columns[words("{indicator}: points", indicator=named[name])] = [each and round(each.earned, 2) for each in part]
        if name != MARKS:
            columns[words("{indicator}: good", indicator=named[name])] = [each and each.good for each in part]
            columns[words("{indicator}: cases", indicator=named[name])] = [each and each.n for each in part]
    return Sheet(f"{title} {kind_name(shown.kind, words)}", columns, html.notes(shown, filter))


def sheet_worse(snapshot: Snapshot, question: Question, words: Text) -> Sheet:
    """Who fell, as a file."""
    shown = look(snapshot, question, words)
    title = words("Who got worse")
    if shown is None:
        return Sheet(title, {words("Unit"): []}, frame.notes_of(question, words))
    fell = html.fallen(shown)
    columns: dict[str, list[Any]] = {
        words("Unit"): [words.label(row) for row in rows(fell)],
        words("Change"): fell["change"].round(2).tolist(),
        words("Change from (90 %)"): fell["change_low"].round(2).tolist(),
        words("Change to (90 %)"): fell["change_high"].round(2).tolist(),
        words("P(worse)"): fell["p_worse"].tolist(),
        words("Beyond chance"): [words("yes") if flag else words("no") for flag in fell["is_beyond_chance"]],
        words("Own score"): fell["own_score"].round(2).tolist(),
        words("Own score before"): fell["score_before"].round(2).tolist(),
        words("Tier before"): [tier_name(int(tier), words) for tier in fell["tier_before"]],
        words("Tier now"): [tier_name(int(tier), words) for tier in fell["own_tier"]],
        words("Number of cases"): fell["n"].tolist(),
    }
    rates = frozenset({words("P(worse)")})
    return Sheet(title, columns, html.notes(shown, held(snapshot, question)), rates=rates)


PAGE: Final = Page(
    "ranking",
    "考评排名 Ranking",
    ("cycle", "units", "sort", "indicator"),
    matter,
    tables={"ranking": sheet, "worse": sheet_worse},
    has_kinds=False,
    days=days,
)
