"""Where a viewer is stands in the address: kept from page to page, and the nearest view for one that was mistyped."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import create_engine

from dashboard import live
from dashboard.live.ask import Answers
from dashboard.live.questions import AskingError
from dashboard.pages import case, cases
from dashboard.pages.asking import PAGES
from dashboard.pages.laptop import frame
from dashboard.pages.laptop.asking_page import markup
from dashboard.pages.laptop.going import link, split
from dashboard.pages.laptop.state import Address, Question, note, read
from dashboard.snapshot import Snapshot
from dashboard.text import text
from queries import store
from tests.dashboard import samples
from tests.queries.town import Town, build_village

NOW = datetime(2024, 3, 15, 4, 0, tzinfo=UTC)


def _address(page: str = "cases", language: str = "en", **parameters: str) -> Address:
    return Address.of(page, parameters, language=language, theme="light", own=("behind", "page_no", "id"))


def test_what_pages_share_goes_along_and_their_own_words_stay() -> None:
    here = _address(area="HSK", kinds="appeal", as_of="2026-03-14T18:00", behind="open", page_no="3", other="x")
    assert split(here.to("case", id=7)) == (
        "case",
        {"area": "HSK", "kinds": "appeal", "as_of": "2026-03-14T18:00", "lang": "en", "theme": "light", "id": "7"},
    )
    same = split(here.to(page_no=4))[1]
    assert (same["behind"], same["page_no"]) == ("open", "4")
    assert "area" not in split(here.to(area=None))[1]
    assert "other" not in split(here.to())[1]


def test_a_link_is_text() -> None:
    said = link(_address(area='"><script>').to("case", id="<b>"))
    assert "<" not in said
    assert said.count('"') == 6


@pytest.fixture
def told(town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """A town in which something happened, and a process that asks of it."""
    town.case("one", "2024-03-14 08:00:00", summary="<b>噪声</b>", due_at="2024-03-14 09:00:00")
    town.then("one", "dispatched", "2024-03-14 08:05:00")
    town.then("one", "escalated", "2024-03-14 08:30:00", escalation_no=1, level="department", department_code="fire",
              due_at="2024-03-15 09:00:00")  # fmt: skip
    town.case("two", "2024-03-13 08:00:00", area_code="west-1")
    town.then("two", "resolved", "2024-03-14 10:00:00")
    town.case("hidden", "2024-03-14 08:00:00", type_code="wages")
    town.settle()
    engine = create_engine(town.url)
    asked = Answers(engine)
    monkeypatch.setattr(live, "answers", lambda: asked)
    yield town
    engine.dispose()


def _picture(town: Town) -> Snapshot:
    busy = samples.busy()
    units = [
        {"area_id": town.area_ids[code], "code": code, "community_id": town.area_ids[code.split("-")[0]]}
        | {"name_zh": code, "name_en": code}
        for code in ("east-1", "east-2", "west-1", "west-2")
    ]
    communities = [
        {"area_id": town.area_ids[code], "code": code, "name_zh": code, "name_en": code.title()}
        for code in ("east", "west")
    ]
    seen = store.vitals(town.connection, town.subdistrict_id)
    assert seen is not None and seen.recorded_at is not None
    busy = replace(busy, version=1, as_of=seen.recorded_at)
    return replace(busy, grids=pd.DataFrame(units), communities=pd.DataFrame(communities))


def _asked(town: Town, language: str = "en", **parameters: str) -> tuple[Snapshot, Question]:
    picture = _picture(town)
    return picture, read(_address(language=language, **parameters), picture, text(language), now=NOW)


def test_in_a_store_of_several_subdistricts_a_page_asks_of_the_one_it_shows(told: Town) -> None:
    _, alone = _asked(told)
    build_village(told.connection)
    told.connection.commit()
    picture = _picture(told)
    picture = replace(picture, version=2, place=replace(picture.place, subdistrict_id=told.subdistrict_id))
    found = read(_address(), picture, text("en"), now=NOW)
    assert found.asked.filter == alone.asked.filter
    assert cases.matter(picture, found, text("en"))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "wrong",
    [
        {"area": "nowhere"},
        {"kinds": "appeal,gossip"},
        {"from": "14.3.2024"},
        {"to": "2024-03-14"},
        {"from": "2024-03-14", "to": "2024-03-01"},
        {"from": "2031-01-01"},
        {"as_of": "yesterday"},
        {"as_of": "2031-01-01T00:00"},
        {"as_of": "1999-01-01T00:00"},
        {"area": "nowhere", "kinds": "gossip", "from": "x", "as_of": "y"},
        {"area": "'; drop table app.cases; --", "from": "\x00", "kinds": "<script>"},
    ],
)
def test_every_mistyped_word_gives_a_sentence_and_the_nearest_view(
    told: Town, wrong: dict[str, str], language: str
) -> None:
    picture, found = _asked(told, language, **wrong)
    assert 1 <= len(found.notes) <= len(wrong)
    assert all("{" not in said and "<script" not in escape(said) for said in found.notes)
    _, usual = _asked(told, language)
    assert replace(found.asked.filter) == usual.asked.filter
    for matter in (cases.matter, case.matter):
        assert matter(picture, found, text(language))


def test_every_error_that_is_passed_over_has_its_sentence() -> None:
    from dashboard.pages.laptop.state import _CULPRITS
    from queries.refusals import SENTENCES

    values: dict[str, Any] = dict.fromkeys(
        ("given", "known", "subdistrict", "suggestion", "last", "first", "today", "as_of", "now"), "x"
    )
    assert set(_CULPRITS) <= set(SENTENCES)
    for language in ("zh", "en"):
        assert all(note(AskingError(id, **values), text(language)) for id in _CULPRITS)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_list_and_its_filters_lead_on(told: Town, language: str) -> None:
    picture, found = _asked(told, language, area="east", kinds="appeal")
    drawn = cases.matter(picture, found, text(language))
    assert "&lt;b&gt;噪声" in drawn if language == "zh" else "Noise" in drawn
    assert "<b>噪声" not in drawn
    assert "cases?area=east&amp;kinds=appeal" in drawn and "id=" in drawn
    assert drawn.count("<tr>") == 2  # the head and one case; the petition is not shown
    kinds = pd.DataFrame(
        [("appeal", "诉求", "Appeals"), ("petition", "信访", "Petitions")], columns=["code", "name_zh", "name_en"]
    )
    bar = frame.filters(picture, found, text(language), kinds=kinds)
    assert '<option value="east" selected>' in bar
    assert "信访" not in bar and "Petitions" not in bar


def _number(town: Town, name: str) -> str:
    found = town.connection.exec_driver_sql("select case_id from app.cases where external_id = %s", (name,))
    return str(found.scalar_one())


def test_a_case_is_drawn_and_others_are_not(told: Town) -> None:
    picture, found = _asked(told, "en", id=_number(told, "one"))
    drawn = case.matter(picture, found, text("en"))
    assert "Open for" in drawn and "waits at Fire" in drawn and "past its deadline" in drawn
    assert drawn.count("<li") == 6 + 3  # six stages, three rows of the log
    for given in (_number(told, "hidden"), "999999", "x", "", "9" * 40, "-1"):
        picture, found = _asked(told, "en", id=given)
        assert "There is no case" in case.matter(picture, found, text("en")) or not given


def test_a_case_of_the_past_is_as_known_then_and_nothing_runs(told: Town) -> None:
    picture, found = _asked(told, "en", id=_number(told, "two"), as_of="2024-03-14T09:00")
    drawn = case.matter(picture, found, text("en"))
    assert "Open for 1 d 1 h" in drawn
    assert "data-clock" not in drawn + cases.matter(picture, found, text("en"))


@pytest.mark.parametrize(
    ("language", "said", "nothing"),
    [
        ("en", "Petition: never listed case by case", "Police reports and petitions are never listed singly"),
        ("zh", "信访不逐件列出", "警情、信访不逐件列出"),
    ],
)
def test_a_kind_that_is_never_listed_is_said(told: Town, language: str, said: str, nothing: str) -> None:
    for kinds, is_empty in (("petition", True), ("appeal,petition", False), ("appeal", False)):
        asked = {"kinds": kinds}
        drawn, _ = markup(cases.PAGE, _picture(told), asked, language=language, theme="light")
        assert (f">{said}</span>" in drawn) == ("petition" in kinds)
        assert (f">{nothing}</p>" in drawn) == is_empty


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "{name}={given} is not known here; the usual is shown"), ("zh", "{name}={given} 无法识别，按默认显示")],
)
def test_a_cut_of_the_list_that_there_is_not_is_said(told: Town, language: str, said: str) -> None:
    wrong = {"behind": "foo", "type": "x", "channel": "x", "risk": "pink", "hour": "24"}
    drawn, _ = markup(cases.PAGE, _picture(told), wrong, language=language, theme="light")
    sentences = [said.format(name=name, given=given) for name, given in wrong.items()]
    assert f">{' · '.join(sentences)}</span>" in drawn
    right = {"behind": "open", "type": "noise", "channel": "hotline", "risk": "yellow", "hour": "00"}
    drawn, _ = markup(cases.PAGE, _picture(told), right, language=language, theme="light")
    assert 'class="note"' not in drawn


@pytest.mark.parametrize(
    ("page", "word"),
    [
        *(("cases", "area"), ("cases", "behind"), ("case", "id")),
        *(("resolution", "figure"), ("resolution", "by"), ("figures", "figure"), ("figures", "by")),
        *(("escalations", name) for name in ("department", "level", "state", "sort")),
    ],
)
def test_a_long_word_is_not_repeated_whole(told: Town, page: str, word: str) -> None:
    drawn, _ = markup(PAGES[page], _picture(told), {word: "x" * 3000}, language="en", theme="light")
    seen = re.sub("<[^>]*>", "", drawn)
    assert "x" * 23 + "…" in seen and "x" * 24 not in seen
