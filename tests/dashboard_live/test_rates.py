"""The page of rates without a browser: what it says, where it leads, what it keeps to itself."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

import pandas as pd
import pytest
from sqlalchemy import create_engine

from dashboard import live
from dashboard.live import questions
from dashboard.live.ask import Answers
from dashboard.live.questions import Only
from dashboard.pages import cases, resolution
from dashboard.pages import resolution_parts as parts
from dashboard.pages.laptop.asking_page import Matter
from dashboard.pages.laptop.chart import Chart
from dashboard.pages.laptop.going import split
from dashboard.pages.laptop.state import Address, Question, read
from dashboard.pages.resolution_parts import Line
from dashboard.pages.resolution_words import RATES, wanted
from dashboard.snapshot import Snapshot
from dashboard.text import text
from queries.figure import By
from tests.dashboard import samples
from tests.queries.town import Town, build, local, make_reference
from tests.support.databases import Database

NOW: Final = datetime.fromisoformat("2024-03-18T04:00:00+00:00")
WEEK: Final = {"from": "2024-03-11", "to": "2024-03-17", "as_of": "2024-03-18T12:00"}
EN = text("en")


def _tell(town: Town) -> None:
    """Two weeks: appeals of which the second week's by app are slower, and a few petitions."""
    for week, slow in ((4, 1), (11, 4)):
        for number in range(12):
            case, day = f"{week} {number}", week + number % 5
            channel = "app" if number % 2 else "hotline"
            grid = ("east-1", "east-2", "west-1")[number % 3]
            town.case(case, f"2024-03-{day:02d} 08:00:00", channel=channel, area_code=grid)
            if number % 2 == 0 or number // 2 >= slow:
                town.then(case, "resolved", f"2024-03-{day:02d} 10:00:00")
        for number in range(4):
            place = "east-1" if number else "west-2"
            at = f"2024-03-{week:02d} 09:00:00"
            town.case(f"petition {week} {number}", at, type_code="wages", party_key=f"p{number}", area_code=place)
    town.settle()


@pytest.fixture
def told(town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """A town with two weeks, and a process that asks of it."""
    _tell(town)
    engine = create_engine(town.url)
    asked = Answers(engine)
    monkeypatch.setattr(live, "answers", lambda: asked)
    yield town
    engine.dispose()


def _picture(town: Town) -> Snapshot:
    units = [
        {"area_id": town.area_ids[code], "code": code, "community_id": town.area_ids[code.split("-")[0]]}
        | {"name_zh": code, "name_en": code}
        for code in ("east-1", "east-2", "west-1", "west-2")
    ]
    communities = [
        {"area_id": town.area_ids[code], "code": code, "name_zh": code, "name_en": code.title()}
        for code in ("east", "west")
    ]
    return replace(samples.busy(), version=1, grids=pd.DataFrame(units), communities=pd.DataFrame(communities))


def _asked(town: Town, page: str = "resolution", language: str = "en", **words: str) -> tuple[Snapshot, Question]:
    own = resolution.PAGE.own if page == "resolution" else cases.PAGE.own
    address = Address.of(page, WEEK | words, language=language, theme="light", own=own)
    picture = _picture(town)
    return picture, read(address, picture, text(language), now=NOW)


def _drawn(town: Town, language: str = "en", **words: str) -> tuple[Matter, str]:
    picture, question = _asked(town, language=language, **words)
    matter = resolution.matter(picture, question, text(language))
    pieces = [matter] if isinstance(matter, str) else matter
    flat = [each for piece in pieces for each in (piece if isinstance(piece, tuple) else (piece,))]
    return matter, "".join(each for each in flat if isinstance(each, str))


def test_the_sentence_answers_and_the_parts_add_up(told: Town) -> None:
    _, markup = _drawn(told, by="channel")
    # 11 of 12 were resolved the same day in the week before, 8 of 12 now
    assert "Same-day resolution 66.7%, no clear change from 91.7% (4–10 Mar)" in markup
    assert "−25.0 points: −25.0 because rates changed, 0.0 because other cases came" in markup
    assert "8 of 12 cases" in markup and markup.count('class="pick') == len(RATES)
    picture, question = _asked(told, by="channel")
    asked = wanted(picture, question, EN)
    every = parts.lines(resolution.why_changed(asked), asked, question, EN)
    assert [(line.label, line.n, line.good, line.n_before, line.good_before, line.change) for line in every] == [
        ("App", 6, 2, 6, 5, -25.0), ("12345", 6, 6, 6, 6, 0.0),
    ]  # fmt: skip


@pytest.mark.parametrize("by", ["area", "type", "channel", "risk", "hour", "kind"])
def test_each_part_leads_to_as_many_cases_as_it_says(told: Town, by: str) -> None:
    picture, question = _asked(told, by=by)
    asked = wanted(picture, question, EN)
    every = parts.lines(resolution.why_changed(asked), asked, question, EN)
    missed = 0
    for line in every:
        assert line.cases is not None
        page, words = split(line.cases)
        assert page == "cases"
        _, list_question = _asked(told, "cases", **words)
        found = questions.cases_behind(
            list_question.asked.filter, Only(words["behind"]), 1, narrowed=cases.narrowed(list_question)
        )
        count = parts.to_look_at(line, asked)
        assert len(found) == count
        missed += count
    assert missed == 4


def test_a_community_leads_down_to_its_grids_and_a_grid_to_its_cases(told: Town) -> None:
    _, markup = _drawn(told)
    down = re.search(r'href="(resolution[^"]*area=east[^"]*)"', markup)
    assert down is not None
    _, inside = _drawn(told, area="east")
    assert re.search(r'href="cases[^"]*area=east-1', inside) and ">Town<" not in inside
    picture, question = _asked(told, area="east-1")
    assert wanted(picture, question, EN).by is By.TYPE  # one grid is not told by grids


def test_petitions_stand_together_where_they_are_few_and_lead_to_no_case(told: Town) -> None:
    _, markup = _drawn(told, figure="first_visit_resolution", area="east", by="area")
    assert "cases?" not in markup
    picture, question = _asked(told, figure="first_visit_resolution", kinds="petition")
    asked = wanted(picture, question, EN)
    assert asked.is_private
    frame = pd.DataFrame(
        {"key": ["1", "2", "3", "4"], "n": [9, 2, 5, 0], "n_before": [8, 4, 5, 7]}
        | {name: [1, 1, 1, 0] for name in ("good", "good_before")}
    )
    shown, small = parts._apart(frame, is_private=True)
    assert (shown["key"].tolist(), small["key"].tolist()) == (["1"], ["2", "3", "4"])  # 2 and 0 are too few
    shown, small = parts._apart(frame, is_private=False)
    assert (len(shown), len(small)) == (4, 0)


def test_the_others_together_keep_the_sum() -> None:
    every = [Line(str(place), 10, 5, 8, place, 0.1 * place, -0.3, True, place == 9) for place in range(10)]
    short = parts.shortened(every, 4, EN)
    assert len(short) == 5 and short[-1].label == "the other 6 together" and short[-1].is_provisional
    for name in ("n", "good", "n_before", "good_before", "mix", "own", "change"):
        assert sum(getattr(line, name) for line in short) == pytest.approx(sum(getattr(line, name) for line in every))
    assert parts.shortened(every, 9, EN) == every


def test_the_course_leaves_out_the_day_that_runs_and_its_points_lead_to_their_day(told: Town) -> None:
    picture, question = _asked(told, **{"from": "2024-03-10", "to": "2024-03-15", "as_of": "2024-03-15T12:00"})
    asked = wanted(picture, question, EN)
    known = resolution.course(asked, EN)
    days = [str(day) for day in known["day"]]
    assert days[0] == "2024-03-04" and days[-1] == "2024-03-14"
    assert known.loc[known["chosen"], "day"].astype(str).tolist() == days[-4:]
    matter = resolution.matter(picture, question, EN)
    assert not isinstance(matter, str)
    row = matter[1]
    assert isinstance(row, tuple) and isinstance(row[0], Chart)
    leads = [split(to)[1] for to in row[0].drawing.rows["days"]["to"]]
    assert [(words["from"], words["to"]) for words in leads] == [(day, day) for day in days]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "words",
    [
        {"figure": "gossip"},
        {"by": "zodiac"},
        {"than": "yesterday"},
        {"than": "2024-03-14"},
        {"figure": "<script>", "by": "day", "than": "\x00", "rows": "many"},
    ],
)
def test_own_words_that_mean_nothing_give_a_sentence_and_the_usual(
    told: Town, words: dict[str, str], language: str
) -> None:
    picture, question = _asked(told, language=language, **words)
    asked = wanted(picture, question, text(language))
    assert 1 <= len(asked.notes) <= 3
    _, usual = _asked(told, language=language)
    assert replace(asked, notes=()) == wanted(picture, usual, text(language))
    _, markup = _drawn(told, language, **words)
    assert "<script>" not in markup


def test_nothing_before_and_no_cases_are_said(told: Town) -> None:
    _, markup = _drawn(told, than="2001-01-01")
    assert "Same-day resolution 66.7%; there is nothing before to compare with" in markup
    assert 'class="moved"' in markup and "one of the two periods has no cases" in markup
    _, empty = _drawn(told, **{"from": "2024-03-01", "to": "2024-03-02"})
    assert "no cases in these days" in empty
    _, running = _drawn(told, **{"from": "2024-03-15", "to": "2024-03-15", "as_of": "2024-03-15T09:00"})
    assert "so far today" in running and "today until 09:00 beside Friday 8 Mar until the same time" in running


def test_what_no_source_records_is_said(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = make_reference().sources
    sources["records_times"] = False
    with database.owner.connect() as connection:
        town = build(connection, database.owner_url, sources=sources)
        town.case("one", "2024-03-14 08:00:00")
        town.settle()
        engine = create_engine(town.url)
        monkeypatch.setattr(live, "answers", lambda: Answers(engine))
        _, markup = _drawn(town)
        engine.dispose()
    assert "Same-day resolution: not recorded" in markup
    assert "%" not in re.sub(r"<[^>]*>", "", markup)


def test_files_have_every_part_and_every_day(told: Town) -> None:
    picture, question = _asked(told, by="channel")
    held = resolution.parts_sheet(picture, question, EN)
    assert held.columns["Name"] == ["App", "12345"]
    assert sum(held.columns["Together, points"]) == -25.0
    assert any("as known the same time after their end" in note for note in held.notes)
    days = resolution.course_sheet(picture, question, EN)
    assert len(days.columns["Day"]) == 10 and local("2024-03-04 00:00:00").date() == days.columns["Day"][0]
