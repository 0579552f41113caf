"""The review's page without a browser: frozen or not, restated, in parts, and what it says to a wrong address."""

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from dashboard import live
from dashboard.live import reviewed
from dashboard.live.ask import PATIENCE, Answers
from dashboard.pages import review
from dashboard.pages.laptop import marking
from dashboard.pages.laptop.state import Address, read
from dashboard.snapshot import Snapshot
from dashboard.text import text as words_of
from queries.review.asked import Asking
from queries.review.document import Review, Section
from queries.review.make import FIRST, SECTIONS, make
from seed.freezing import freeze
from tests.dashboard import samples
from tests.queries.town import Town

NOW: Final = datetime(2024, 3, 27, 4, tzinfo=UTC)
WEEK: Final = "2024-W11"


@pytest.fixture
def week(town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """Appeals of two weeks; some of the second resolved on their day."""
    for number in range(12):
        for first in (4, 11):
            case = f"{first} {number}"
            at = f"2024-03-{first + number % 5:02d}"
            town.case(case, f"{at} 08:00:00", area_code=("east-1", "west-1")[number % 2], due_at=f"{at} 20:00:00")
            if number < (9 if first == 4 else 6):
                town.then(case, "resolved", f"{at} 10:00:00")
    town.settle()
    engine = create_engine(town.url)
    asked = Answers(engine)
    monkeypatch.setattr(live, "answers", lambda: asked)
    monkeypatch.setattr(live, "utc_now", lambda: NOW)
    monkeypatch.setattr(marking, "device", lambda _: None)
    monkeypatch.setattr(marking, "said", lambda _: ())
    yield town
    asked.close()
    engine.dispose()


def _picture() -> Snapshot:
    return replace(samples.busy(), version=1, is_live=False, as_of=NOW, made_at=NOW)


def _drawn(language: str = "en", **given: str) -> str:
    """The page when all of it is there."""
    give_up = time.monotonic() + 30
    while 'class="review-part awaited"' in (found := _at_once(language, **given)) and time.monotonic() < give_up:
        time.sleep(0.05)
    return found


def _at_once(language: str = "en", **given: str) -> str:
    address = Address.of("review", {"period": WEEK} | given, language=language, theme="light", own=review.PAGE.own)
    picture, words = _picture(), words_of(language)
    found = review.matter(picture, read(address, picture, words, now=NOW), words)
    assert isinstance(found, str)
    return found


def _freeze(town: Town, as_of: str = "2024-03-18T09:00") -> None:
    freeze(town.connection, WEEK, now=NOW, as_of=as_of, by="duty office")
    town.connection.execute(text("commit"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_section_is_drawn_and_nothing_stands_in_code(week: Town, language: str) -> None:
    markup = _drawn(language)
    assert re.findall(r'class="review-part" id="(\w+)"', markup) == list(SECTIONS)
    shown = re.sub(r"<[^>]*>", " ", markup)
    assert not re.search(r"\bNone\b.*None|\bnan\b|same_day_|\{[a-z]+\}", shown), shown


def test_the_figures_can_be_read_while_the_rest_is_asked(week: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, headlines, asked = threading.Event(), [], SECTIONS["headline"]

    def made(*given: Any, **named: Any) -> Review:
        gate.wait(30)
        return make(*given, **named)

    def headline(ask: Asking) -> Section:
        headlines.append(1)
        return asked(ask)

    monkeypatch.setattr(reviewed, "make", made)
    monkeypatch.setitem(SECTIONS, "headline", headline)
    begun = _at_once()
    assert re.findall(r'class="review-part" id="(\w+)"', begun) == list(FIRST)
    assert begun.count('class="review-part awaited"') == len(SECTIONS) - len(FIRST)
    assert "The rest is being worked out" in begun
    gate.set()
    whole = _drawn()
    assert "The rest is being worked out" not in whole and len(headlines) == 1
    said = [re.search(r'id="headline".*?(?=<section|<p class="small awaited)', each, re.S) for each in (begun, whole)]
    assert said[0] and said[1] and said[0][0] == said[1][0], "what was read first stays as it was"


def test_a_rest_that_cannot_be_asked_is_said(week: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> Review:
        time.sleep(PATIENCE * 2)
        raise OperationalError("select", {}, Exception("gone"))

    monkeypatch.setattr(reviewed, "make", fails)
    assert "The rest is being worked out" in _at_once()
    give_up = time.monotonic() + 10
    with pytest.raises(live.NoAnswerError):
        while time.monotonic() < give_up:
            _at_once()
            time.sleep(0.05)


def test_one_that_is_not_frozen_says_so_and_offers_no_files(week: Town) -> None:
    markup = _drawn()
    assert "Not frozen yet" in markup and "review-file/" not in markup


def test_what_was_frozen_from_this_page_is_shown_at_once(week: Town) -> None:
    assert "Not frozen yet" in _drawn()
    _freeze(week)
    assert "Not frozen yet" in _drawn(), "somebody else's freeze is seen by the next look"
    reviewed.look_again()
    assert "duty office" in _drawn()


def test_a_frozen_one_stays_and_tells_what_was_restated(week: Town) -> None:
    made_then = _drawn(as_of="2024-03-18T09:00")
    assert "Not frozen yet" in made_then
    week.then("11 7", "resolved", "2024-03-13 11:00:00", recorded="2024-03-20 08:00:00")
    week.settle()
    _freeze(week)  # as known two days before that record
    give_up = time.monotonic() + 30
    while "Looking for what" in (frozen := _drawn()) and time.monotonic() < give_up:
        time.sleep(0.1)
    assert "Frozen" in frozen and "duty office" in frozen and "review-file/2024-W11.pptx" in frozen
    assert re.search(r"Same-day resolution 50\.0% → 58\.3%", frozen)
    tables = [re.sub(r"<[^>]*>", " ", markup[markup.index('id="headline"') :]) for markup in (frozen, made_then)]
    assert tables[0].split("Week 11")[0] == tables[1].split("Week 11")[0], "what was frozen reads as it did"


def test_a_meetings_screen_has_one_section_and_keys(week: Town) -> None:
    markup = _drawn(present="ranking")
    assert 'data-part="ranking"' in markup and markup.count("presented-body") == 1
    keys = dict(re.findall(r'data-key="(\w+)[^"]*" href="([^"]*)"', markup))
    at = list(SECTIONS).index("ranking")
    before, after = (list(SECTIONS)[at + step] for step in (-1, 1))
    assert f"present={before}" in keys["ArrowLeft"] and f"present={after}" in keys["ArrowRight"]
    assert "present" not in keys["Escape"]
    assert f'data-part="{next(iter(SECTIONS))}"' in _drawn(present="nonsense")


@pytest.mark.parametrize("given", ["2024-W99", "soon", "2030-01", "<b>"])
def test_a_wrong_period_shows_the_last_week_with_a_note(week: Town, given: str) -> None:
    markup = _drawn(period=given)
    assert "the last week is" in markup and "<b>”" not in markup


def test_a_long_period_is_not_repeated_whole(week: Town) -> None:
    note = re.findall(r"[^<>]*the last week is[^<>]*", _drawn(period="x" * 3000))
    assert note and all("x" * 23 + "…" in said and "x" * 24 not in said for said in note)


def test_before_the_records_is_said_plainly(week: Town) -> None:
    markup = _drawn(period="2023-W10")
    assert "No review of these days" in markup and "Nothing is recorded of these days" in markup
