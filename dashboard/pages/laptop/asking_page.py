"""The frame of a page that asks its own question: reads its address, asks, draws head, filters and matter.

Drawn again when something new is recorded, at most every few seconds; a page as of a past moment never changes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final

import streamlit as st

from dashboard import live
from dashboard.exports.sheet import Sheet
from dashboard.live import questions
from dashboard.live.questions import AskingError
from dashboard.live.views import View
from dashboard.pages.laptop import chart, frame, going, region
from dashboard.pages.laptop.chart import Chart
from dashboard.pages.laptop.state import Address, Question, looks_back, read
from dashboard.pages.trouble import sentence, style
from dashboard.pulse import fragment
from dashboard.snapshot import Snapshot
from dashboard.text import Text, text

#: Seconds within which new records make no new page: a list that moves under the eye cannot be read.
STILL: Final = 10
#: Widths of a narrow column and of what stands beside it.
_NARROW: Final = (1, 4)


@dataclass(frozen=True)
class Beside:
    """A column of markup, and beside it the rest from top to bottom; on a phone the one above the other."""

    narrow: str
    wide: Sequence[str | Chart]
    widths: tuple[int, int] = _NARROW


#: What stands in one column of a row: one piece, or several from top to bottom.
Column = str | Chart | tuple[str | Chart, ...]
#: One piece, a row of columns of one width, or a column beside others.
Piece = str | Chart | tuple[Column, ...] | Beside
Matter = str | Sequence[Piece]


@dataclass(frozen=True)
class Page:
    """A page that asks.

    ``own``: its own words in the address. ``matter`` makes what it shows, markup with everything escaped, or pieces of
    markup and charts from top to bottom. ``tables``: what can be taken away as a file, by name (``downloads``).
    """

    name: str
    title: str  # in both languages, for the browser's tab
    own: tuple[str, ...]
    matter: Callable[[Snapshot, Question, Text], Matter]
    tables: Mapping[str, Callable[[Snapshot, Question, Text], Sheet]] = field(default_factory=dict)
    acts: Callable[[str], None] | None = None  # does what a button of the page says
    below: str | None = None  # the page of the navigation it belongs to, where it is none itself
    has_filters: Callable[[Address], bool] = lambda _: True
    has_kinds: bool = True  # its figures are asked of chosen kinds
    days: Callable[[Question], frame.Days | None] | None = None  # what it is about, where it chooses that itself
    notes: Callable[[Question, Text], Iterable[str]] = lambda *_: ()  # what the address asks of it and cannot have


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
        yield str(live.answers().came_later)
        if not looks_back(address, snapshot):
            yield str(int(snapshot.as_of.timestamp()) // STILL)

    return View((address,), seen)


def _draw(page: Page, snapshot: Snapshot, here: Callable[[], Address]) -> None:
    going.follow(page.name)
    address = here()
    words = text(address.language)
    try:
        question = read(address, snapshot, words, now=live.utc_now())
        pieces = _pieces(page, snapshot, question, words)
    except live.NoAnswerError as error:
        sentence(error.trouble, language=address.language, theme=address.theme)
        return
    except AskingError:
        sentence("empty", language=address.language, theme=address.theme)
        return
    zone, now = snapshot.place.time_zone, moment_of(question)
    for number, piece in enumerate(pieces):
        for place, (column, stacked) in enumerate(_columns(piece)):
            with column:
                for level, each in enumerate(stacked):
                    if isinstance(each, Chart):
                        chart.draw(each, page.name, theme=address.theme, words=words)
                        continue
                    key = f"page_{page.name}_{number}_{place}_{level}"
                    on_act = None if page.acts is None else partial(_act, page.acts, key)
                    go = partial(going.told, key)
                    region.mount(
                        key, each, page=page.name, words=words, time_zone=zone, now=now, on_go=go, on_act=on_act
                    )


def _act(acts: Callable[[str], None], key: str) -> None:
    told = st.session_state[key].get("act")
    if told:
        acts(str(told))


def markup(
    page: Page, snapshot: Snapshot, parameters: Mapping[str, str], *, language: str, theme: str
) -> tuple[str, datetime | None]:
    """The page without its charts, and the moment it looks back from. Raises as its questions do."""
    address = Address.of(page.name, parameters, language=language, theme=theme, own=page.own)
    words = text(language)
    question = read(address, snapshot, words, now=live.utc_now())
    parts = []
    for piece in _pieces(page, snapshot, question, words):
        stacks = _stacks(piece)
        inner = "".join(f"<div>{''.join(each for each in stack if isinstance(each, str))}</div>" for _, stack in stacks)
        shares = " ".join(f"{share}fr" for share, _ in stacks)
        parts.append(f'<div class="row" style="--shares:{shares}">{inner}</div>')
    return "".join(parts), moment_of(question)


def _stacks(piece: Piece) -> list[tuple[int, Sequence[str | Chart]]]:
    """The columns of a piece, each with its share of the width and its pieces from top to bottom."""
    if isinstance(piece, Beside):
        return list(zip(piece.widths, ((piece.narrow,), piece.wide), strict=True))
    if isinstance(piece, tuple):
        return [(1, each if isinstance(each, tuple) else (each,)) for each in piece]
    return [(1, (piece,))]


def _columns(piece: Piece) -> list[tuple[Any, Sequence[str | Chart]]]:
    """Where on the page the pieces stand, from left to right, and what stands there from top to bottom."""
    stacks = _stacks(piece)
    if len(stacks) == 1:
        return [(st.container(), stacks[0][1])]
    places = st.columns([share for share, _ in stacks], gap="large")
    return [(place, stack) for place, (_, stack) in zip(places, stacks, strict=True)]


def _pieces(page: Page, snapshot: Snapshot, question: Question, words: Text) -> list[Piece]:
    """The page from top to bottom: head and filters stand in one region with the markup that follows them."""
    address, filter, bar = question.address, question.asked.filter, ""
    if page.has_filters(address):
        kinds = questions.kind_labels(filter.today)
        days = page.days(question) if page.days is not None else None
        bar = frame.filters(snapshot, question, words, kinds=kinds if page.has_kinds else kinds.iloc[:0], days=days)
    matter = page.matter(snapshot, question, words)
    pieces: list[Piece] = [matter] if isinstance(matter, str) else list(matter)
    notes = (*question.notes, *page.notes(question, words))
    top = frame.header(snapshot, words, address, notes, here=page.below) + bar
    top += frame.looking_back(address, moment_of(question), filter.time_zone, words)
    mains = [_in_main(piece, is_last=number == len(pieces)) for number, piece in enumerate(pieces, start=1)]
    if mains and isinstance(mains[0], str):
        return [top + mains[0], *mains[1:]]
    return [top, *mains]


def moment_of(question: Question) -> datetime | None:
    """The moment a page looks back from; None where it shows the present."""
    return question.asked.filter.as_of if question.address.get("as_of") is not None else None


def _in_main(piece: Piece, *, is_last: bool) -> Piece:
    """The piece's markup as the page's matter; the last one leaves room below it."""

    def main(each: str | Chart) -> str | Chart:
        if isinstance(each, Chart):
            return each
        return f"<main>{each}</main>" if is_last else f'<main class="goes-on">{each}</main>'

    if isinstance(piece, Beside):
        return Beside(str(main(piece.narrow)), [main(each) for each in piece.wide], piece.widths)
    if isinstance(piece, tuple):
        return tuple(tuple(main(one) for one in each) if isinstance(each, tuple) else main(each) for each in piece)
    return main(piece)
