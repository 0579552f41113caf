"""Pages are drawn ahead: after the first picture and after each hour's beginning, whatever one of them says."""

import threading
from datetime import UTC, datetime

import pytest

from dashboard.live.ask import NoAnswerError
from dashboard.pages.laptop import warm
from dashboard.pages.laptop.warm import Warmth

PAGES = ("situation", "ranking", "cases")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "_BREATH", 0.01)
    monkeypatch.setattr(warm, "_SETTLED", 0.01)


def test_nothing_is_drawn_before_the_first_picture_and_again_each_hour() -> None:
    drawn: list[str] = []
    ready, twice = threading.Event(), threading.Event()

    def draw(page: str) -> None:
        drawn.append(page)
        if len(drawn) == 2 * len(PAGES):
            twice.set()

    almost = datetime(2024, 3, 14, 9, 59, 59, 900_000, tzinfo=UTC)
    warmth = Warmth(draw, PAGES, is_ready=ready.is_set, now=lambda: almost)
    warmth.start()
    assert not twice.wait(0.2) and drawn == []
    ready.set()
    assert twice.wait(10)
    warmth.stop()
    assert drawn[: 2 * len(PAGES)] == [*PAGES, *PAGES]


def test_a_page_that_cannot_be_drawn_keeps_no_other_from_it() -> None:
    drawn: list[str] = []

    def draw(page: str) -> None:
        if page == "ranking":
            raise NoAnswerError("unreachable")
        drawn.append(page)

    Warmth(draw, PAGES, is_ready=lambda: True, now=lambda: datetime.now(UTC)).round()
    assert drawn == ["situation", "cases"]
