"""The frame of a page that asks its own question: reads its address, asks, draws head, filters and matter.

Drawn again when something new is recorded, at most every few seconds; a page as of a past moment never changes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import streamlit as st

from dashboard import live
from dashboard.live import questions
from dashboard.live.questions import AskingError
from dashboard.live.views import View
from dashboard.pages.laptop import frame, going, region
from dashboard.pages.laptop.state import Address, Question, read
from dashboard.pages.trouble import sentence, style
from dashboard.pulse import fragment
from dashboard.snapshot import Snapshot
from dashboard.text import Text, text

#: Seconds within which new records make no new page: a list that moves under the eye cannot be read.
_STILL: Final = 10


@dataclass(frozen=True)
class Page:
    """A page that asks. ``own``: its own words in the address; ``matter`` makes its markup, everything escaped."""

    name: str
    own: tuple[str, ...]
    matter: Callable[[Snapshot, Question, Text], str]
    below: str | None = None  # the page of the navigation it belongs to, where it is none itself
    has_filters: Callable[[Address], bool] = lambda _: True


def run(page: Page, *, language: str, theme: str) -> None:
    """Draw the page as its address asks; its one fragment is drawn again at each change."""
    st.html(style(theme))

    def address() -> Address:
        return Address.of(page.name, st.query_params.to_dict(), language=language, theme=theme, own=page.own)

    fragment.run(
        lambda snapshot: _draw(page, snapshot, address),
        without=lambda trouble: sentence(trouble, language=language, theme=theme),
        view=lambda: _view(address()),
        page=page.name,
    )


def _view(address: Address) -> View:
    def seen(snapshot: Snapshot) -> Iterable[str]:
        yield snapshot.mode
        if address.get("as_of") is None:
            yield str(int(snapshot.as_of.timestamp()) // _STILL)

    return View((address,), seen)


def _draw(page: Page, snapshot: Snapshot, here: Callable[[], Address]) -> None:
    going.follow(page.name)
    address = here()
    words, key = text(address.language), f"page_{page.name}"
    try:
        markup = _markup(page, snapshot, address, words)
    except live.NoAnswerError as error:
        sentence(error.trouble, language=address.language, theme=address.theme)
        return
    except AskingError:
        sentence("empty", language=address.language, theme=address.theme)
        return
    region.mount(key, markup, words=words, time_zone=snapshot.place.time_zone, on_go=lambda: going.told(key))


def _markup(page: Page, snapshot: Snapshot, address: Address, words: Text) -> str:
    question = read(address, snapshot, words, now=live.utc_now())
    bar = ""
    if page.has_filters(address):
        kinds = questions.kind_labels(question.asked.filter.today)
        bar = frame.filters(snapshot, question, words, kinds=kinds)
    matter = page.matter(snapshot, question, words)
    return frame.header(snapshot, words, address, question.notes, here=page.below) + bar + f"<main>{matter}</main>"
