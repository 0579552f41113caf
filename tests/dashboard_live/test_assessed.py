"""The pages of the assessment over a place of thirty grids: what they say, what they lead to, what they give away."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pandas as pd
import pytest
from sqlalchemy import create_engine
from sqlalchemy import text as sql

from dashboard import live
from dashboard.charts.look import dressed
from dashboard.live import assessed
from dashboard.live.ask import Answers
from dashboard.pages import ranking, scorecard, scorecard_html, scorecard_objections
from dashboard.pages.assessing import days
from dashboard.pages.laptop.asking_page import Beside, Matter, Page, Piece
from dashboard.pages.laptop.chart import Chart
from dashboard.pages.laptop.state import Address, Question, read
from dashboard.snapshot import Snapshot
from dashboard.text import text
from queries.objections import OUTCOMES, REASONS
from tests.dashboard import samples
from tests.queries.town import Town, build, make_reference
from tests.support.databases import Database, Databases

NOW = datetime(2024, 3, 15, 4, 0, tzinfo=UTC)
CODES = [f"c{community}-{grid}" for community in range(6) for grid in range(5)]


@pytest.fixture(scope="module")
def villages(databases: Databases) -> Iterator[Town]:
    """Six communities of five grids, thirty cases each in two periods; c0-0 fell from all good to hardly any."""
    with databases.copy() as database:
        yield from _villages(database)


def _villages(database: Database) -> Iterator[Town]:
    areas = make_reference().areas
    town, community, grid = (areas[areas["code"] == code].iloc[0] for code in ("town", "east", "east-1"))
    rows = [town]
    for number in range(6):
        rows.append(community.copy())
        named = {"code": f"c{number}", "position": number, "name_zh": f"{number}社区", "name_en": f"Community {number}"}
        rows[-1][list(named)] = list(named.values())
        for position in range(5):
            rows.append(grid.copy())
            named = {"code": f"c{number}-{position}", "parent_code": f"c{number}", "position": position}
            named |= {"name_zh": f"{number}社区{position}格", "name_en": f"Grid {number}-{position}"}
            rows[-1][list(named)] = list(named.values())
    with database.owner.connect() as connection:
        place = build(connection, database.owner_url, areas=pd.DataFrame(rows).reset_index(drop=True))
        for code in CODES:
            for number in range(30):
                for day, period in ((16 + number % 13, "2024-02"), (2 + number % 11, "2024-03")):
                    name, at = f"{code} {number} {period}", f"{period}-{day:02}"
                    place.case(name, f"{at} 08:00:00", area_code=code, due_at=f"{at} 20:00:00")
                    if not (code == "c0-0" and period == "2024-03" and number > 2) and number % 6:
                        place.then(name, "resolved", f"{at} 10:00:00")
        place.settle()
        yield place


@pytest.fixture
def place(villages: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """The place, and a process that asks of it."""
    engine = create_engine(villages.url)
    asked = Answers(engine)
    monkeypatch.setattr(live, "answers", lambda: asked)
    yield villages
    asked.close()
    engine.dispose()


def _picture(town: Town) -> Snapshot:
    busy = samples.busy()
    like = busy.grids.iloc[[0]].drop(columns=["area_id", "code", "community_id", "name_zh", "name_en"])
    grids = pd.concat([like] * len(CODES), ignore_index=True).assign(
        area_id=[town.area_ids[code] for code in CODES],
        code=CODES,
        community_id=[town.area_ids[code.split("-")[0]] for code in CODES],
        name_zh=CODES,
        name_en=CODES,
    )
    communities = pd.DataFrame(
        {
            "area_id": [town.area_ids[f"c{number}"] for number in range(6)],
            "code": [f"c{number}" for number in range(6)],
            "name_zh": [f"{number}社区" for number in range(6)],
            "name_en": [f"Community {number}" for number in range(6)],
        }
    )
    return replace(
        busy,
        version=1,
        is_live=False,
        grids=grids,
        communities=communities,
        place=replace(busy.place, subdistrict_id=town.subdistrict_id, unit_level="grid"),
    )


def _asked(town: Town, page: Page, language: str, **parameters: str) -> tuple[Snapshot, Question]:
    picture = _picture(town)
    given = {"as_of": "2024-03-14T12:00"} | parameters
    address = Address.of(page.name, given, language=language, theme="light", own=page.own)
    return picture, read(address, picture, text(language), now=NOW)


def _shown(town: Town, page: Page, language: str = "en", **parameters: str) -> tuple[str, list[Chart]]:
    """All the markup of a page, and its charts."""
    picture, question = _asked(town, page, language, **parameters)
    matter: Matter = page.matter(picture, question, text(language))
    pieces: list[Piece] = []
    for piece in [matter] if isinstance(matter, str) else matter:
        pieces += [piece.narrow, *piece.wide] if isinstance(piece, Beside) else [piece]
    return "\n".join(each for each in pieces if isinstance(each, str)), [e for e in pieces if isinstance(e, Chart)]


def _ranked(markup: str) -> list[str]:
    """Codes of the units of the table, in order."""
    return re.findall(r'grid\?[^"]*?area=(c\d-\d)', markup[markup.index('class="ranked"') :])[::2]


def test_the_one_that_fell_is_named_and_why(place: Town) -> None:
    markup, charts = _shown(place, ranking.PAGE)
    worse = markup[markup.index('class="worse"') : markup.index("Who lies outside chance")]
    assert "1 truly, beyond chance" in worse
    assert worse.count('<tr class="sure">') == 1
    named = worse[worse.index('<tr class="sure">') :]
    assert "Grid 0-0" in named[: named.index("</tr>")]
    assert "↓−" in named
    assert ("Same-day resolution −" in named) or ("Closed on time −" in named)
    assert "to be expected not to have fallen in truth" in worse
    assert "against 16–29 Feb" in worse
    assert _ranked(markup)[-1] == "c0-0"
    assert len(_ranked(markup)) == 30
    (funnel,) = charts
    assert "Below: Grid 0-0" in funnel.label


def test_chinese_says_the_same(place: Town) -> None:
    markup, _ = _shown(place, ranking.PAGE, "zh")
    assert "1 个确有退步，超出偶然" in markup
    assert "0社区0格" in markup


def test_a_community_shows_its_grids_and_ranks_stay_those_of_all(place: Town) -> None:
    whole, _ = _shown(place, ranking.PAGE)
    part, charts = _shown(place, ranking.PAGE, area="c0")
    assert set(_ranked(part)) == {f"c0-{number}" for number in range(5)}
    assert ">30</td>" in part
    assert [code for code in _ranked(whole) if code.startswith("c0-")] == _ranked(part)
    grid, _ = _shown(place, ranking.PAGE, area="c0-2")
    assert _ranked(grid) == _ranked(part)
    assert '<tr class="chosen">' in grid
    assert charts[0].label == _shown(place, ranking.PAGE)[1][0].label  # limits and names are those of all


def test_the_order_is_the_one_asked_for(place: Town) -> None:
    assert _ranked(_shown(place, ranking.PAGE, sort="change")[0])[0] == "c0-0"
    assert _ranked(_shown(place, ranking.PAGE, sort="same_day")[0])[0] == "c0-0"
    assert _ranked(_shown(place, ranking.PAGE, sort="score")[0])[-1] == "c0-0"
    assert _ranked(_shown(place, ranking.PAGE, sort="nonsense")[0]) == _ranked(_shown(place, ranking.PAGE)[0])


def test_communities_can_be_ranked_too(place: Town) -> None:
    markup, _ = _shown(place, ranking.PAGE, units="community")
    assert "Communities 6" in markup
    assert markup[markup.index('class="ranked"') :].count("<tr class") == 6


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "strange",
    [
        {"cycle": "yesterday"},
        {"cycle": "99"},
        {"cycle": "１"},
        {"units": "giants", "sort": "<script>", "indicator": "'; drop table app.cases; --"},
        {"from": "2024-03-14", "to": "2024-03-14", "cycle": "last"},
        {"from": "2020-01-01", "to": "2020-01-14"},
        {"cycle": "50"},
        {"area": "c1-1", "cycle": "running"},
    ],
)
def test_whatever_stands_in_the_address_gives_a_page(place: Town, strange: dict[str, str], language: str) -> None:
    for page in (ranking.PAGE, scorecard.PAGE):
        markup, charts = _shown(place, page, language, **strange)
        assert "<script" not in markup
        assert 'class="answer' in markup
        for chart in charts:
            assert dressed(chart.drawing, theme="light", label=chart.label, words=text(language), name="x")["layer"]
        if strange.get("cycle") in ("yesterday", "99", "１") and (page is ranking.PAGE or "area" in strange):
            assert 'class="strange"' in markup


def test_a_cycle_has_its_own_days(place: Town) -> None:
    markup, _ = _shown(place, ranking.PAGE, cycle="last")
    assert "26 Feb–10 Mar" in markup[markup.index('class="answer') :]
    _, question = _asked(place, ranking.PAGE, "en", cycle="last")
    assert days(question)[0].isoformat() == "2024-02-26"
    _, named = _asked(place, ranking.PAGE, "en", cycle="last", **{"from": "2024-03-01", "to": "2024-03-03"})
    assert [day.isoformat() for day in days(named)] == ["2024-03-01", "2024-03-03"]


def test_a_long_cycle_is_not_repeated_whole(place: Town) -> None:
    markup, _ = _shown(place, scorecard.PAGE, area="c0-0", cycle="x" * 3000)
    assert f"There is no cycle {'x' * 23}…; the last" in markup


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_scorecard_of_the_last_says_what_it_is_held_against(place: Town, language: str) -> None:
    markup, _ = _shown(place, scorecard.PAGE, language, area="c0-0")
    assert ("30 个" in markup) if language == "zh" else ("Of 30 social grids between place" in markup)
    assert "2/30" in markup  # good of all
    assert "behind=not_same_day" in markup
    assert "behind=overdue" in markup or 'class="list overdue"' in markup
    open_cases = place.connection.execute(
        sql("select count(*) from app.cases where area_id = :id and state = 'open'"), {"id": place.area_ids["c0-0"]}
    ).scalar_one()
    said = f"未结 {open_cases} 件" if language == "zh" else f"{open_cases} open cases"
    assert said in markup


def test_every_word_of_an_objection_is_put_in_words() -> None:
    words = text("zh")
    assert set(scorecard_objections.reason_words(words)) == set(REASONS)
    assert set(scorecard_objections.outcome_words(words)) == set(OUTCOMES)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_scorecard_lists_objections_and_what_became_of_them(
    database: Database, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    for place in _villages(database):
        place.case("secret", "2024-03-03 08:00:00", area_code="c0-0", type_code="theft")
        place.settle()
        ask = sql(
            "select app.object_to(:id, :unit, '2024-02-26', '2024-03-10', case_id, 'leave_out', null, 'other_duty',"
            " '归<城管>', '格长') from app.cases where external_id = :case"
        )
        given = {"id": place.subdistrict_id, "unit": place.area_ids["c0-0"]}
        decide = sql("select app.decide_objection(:id, :number, true, '考评办', '属实')")
        for case in ("c0-0 5 2024-03", "secret"):
            number = place.connection.execute(ask, given | {"case": case}).scalar_one()
            place.connection.execute(decide, {"id": place.subdistrict_id, "number": number})
        place.connection.commit()
        engine = create_engine(place.url)
        asked = Answers(engine)
        monkeypatch.setattr(live, "answers", lambda asked=asked: asked)
        shown = {"cycle": "last", "as_of": "2026-01-01T00:00"}
        known, _ = _shown(place, scorecard.PAGE, language, area="c0-0", cycle="last")
        assert 'class="risk objections"' not in known, "as of March nobody had objected"
        picture, question = _asked(place, scorecard.PAGE, language, area="c0-0", **shown)
        card = scorecard.look(picture, question, text(language))
        assert card is not None
        whole = replace(card.filter, as_of=datetime(2040, 1, 1, tzinfo=UTC), period_from=date(2024, 2, 26),
                        period_to=date(2024, 3, 10))  # fmt: skip
        listed = replace(card, objections=assessed.objections(whole, place.area_ids["c0-0"]))
        markup = scorecard_objections.objections(listed)
        said = (
            ("属其他单位职责：归&lt;城管&gt;", "成立：属实")
            if language == "zh"
            else ("another&#x27;s duty: 归", "upheld: 属实")
        )
        assert all(markup.count(each) == 1 for each in said), "words of a police report are not shown"
        assert markup.count("<tr>") == 3 and len(re.findall(r"#\d+", markup)) == 1
        asked.close()
        engine.dispose()


def test_the_points_of_a_scorecard_add_up_to_its_score(place: Town) -> None:
    picture, question = _asked(place, scorecard.PAGE, "en", area="c3-3")
    card = scorecard.look(picture, question, text("en"))
    assert card is not None
    assert card.row is not None
    parts = scorecard_html.parts_of(card)
    assert sum(part.earned for part in parts) == pytest.approx(card.row.score)
    moves = scorecard_html.moves_of(card)
    assert sum(move.change for move in moves.values()) == pytest.approx(card.row.change)


def test_a_unit_that_is_none_gives_the_list_to_choose_from(place: Town) -> None:
    for parameters in ({}, {"area": "nowhere"}, {"area": "town"}):
        markup, charts = _shown(place, scorecard.PAGE, **parameters)
        assert "Choose a unit" in markup
        assert len(re.findall(r"grid\?[^\"]*area=c\d-\d", markup)) == 60  # each twice, in href and data-go
        assert not charts


def test_a_redrawn_grid_has_no_period_before(place: Town) -> None:
    new = place.area_ids["c5-4"]
    place.connection.execute(sql("update app.areas set valid_from = '2024-03-01' where area_id = :id"), {"id": new})
    place.connection.commit()
    try:
        markup, _ = _shown(place, scorecard.PAGE, area="c5-4")
        assert "no period before" in markup
        whole, _ = _shown(place, ranking.PAGE)
        assert "1 unit was redrawn and has no period before" in whole
    finally:
        place.connection.execute(sql("update app.areas set valid_from = '2000-01-01' where area_id = :id"), {"id": new})
        place.connection.commit()


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "It was ranked in none of them: mobile grids take no part"), ("zh", "各期均未排名：机动小分格不参与排名")],
)
def test_a_mobile_grid_is_not_ranked_since_such_grids_take_no_part(place: Town, language: str, said: str) -> None:
    change = sql("update app.areas set kind = :kind where area_id = :id")
    place.connection.execute(change, {"kind": "mobile", "id": place.area_ids["c5-4"]})
    place.connection.commit()
    try:
        shown = (_shown(place, scorecard.PAGE, language, area="c5-4")[0] for _ in range(20))
        # each waits a moment for what is being counted
        assert any(said in markup for markup in shown)
    finally:
        place.connection.execute(change, {"kind": "social", "id": place.area_ids["c5-4"]})
        place.connection.commit()


def test_tables_leave_as_files_with_what_they_show(place: Town) -> None:
    picture, question = _asked(place, ranking.PAGE, "en")
    words = text("en")
    sheet = ranking.PAGE.tables["ranking"](picture, question, words)
    assert len(sheet.columns["Rank"]) == 30
    points = [sheet.columns[name] for name in sheet.columns if name.endswith(": points")]
    for score, *parts in zip(sheet.columns["Score"], *points, strict=True):
        assert sum(parts) == pytest.approx(score, abs=0.03)
    worse = ranking.PAGE.tables["worse"](picture, question, words)
    assert (worse.columns["Unit"][0], worse.columns["Beyond chance"][0]) == ("Grid 0-0", "yes")
    picture, question = _asked(place, scorecard.PAGE, "zh", area="c0-0")
    for name in ("indicators", "course"):
        assert scorecard.PAGE.tables[name](picture, question, text("zh")).xlsx()[:2] == b"PK"
        assert scorecard.PAGE.tables[name](picture, _asked(place, scorecard.PAGE, "zh")[1], text("zh")).csv()


def test_the_subdistrict_changes_nothing_of_a_moment_named(place: Town) -> None:
    """The same address gives the same page, whatever came later."""
    first, _ = _shown(place, ranking.PAGE)
    place.case("later", "2024-03-14 13:00:00", area_code="c2-2")
    place.settle()
    again, _ = _shown(place, ranking.PAGE)
    assert first == again
