"""The situation page 态势: for a leader between meetings. What moved, who moved it, what waits, on one screen."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

import streamlit as st

from dashboard import live
from dashboard.live import questions
from dashboard.live.questions import AskingError, Words
from dashboard.live.views import View
from dashboard.memo import once_per_snapshot
from dashboard.pages import situation_figures as figures
from dashboard.pages import situation_html as html
from dashboard.pages.address import NONE, Wishes, notes
from dashboard.pages.laptop import going, pieces, region
from dashboard.pages.laptop.state import Address, note
from dashboard.pages.trouble import sentence, style
from dashboard.pulse import fragment
from dashboard.snapshot import Snapshot
from dashboard.text import Text, text
from dashboard.theme import THEMES

TOP: Final = "situation_top"
_BROUGHT: Final = "situation_brought"
_RIGHT: Final = "situation_right"
_MAP: Final = "situation_map"
#: Heights in CSS pixels: header, sentence and figures; foot; head of a panel; row of a table; the map's legend.
_ABOVE, _FOOT, _HEAD, _ROW, _LEGEND = 224, 34, 30, 28, 26
_LOOKING_BACK: Final = 44
#: Shares of the width: who brought the change, the map, the lists.
_SHARES: Final = (0.29, 0.35, 0.36)


@dataclass(frozen=True)
class _Look:
    """What a viewer's address and window ask for."""

    language: str
    theme: str
    code: str | None  # of the unit the address names
    width: int
    height: int
    wishes: Wishes = NONE  # the address whole, for notes on what it cannot have
    as_of: str | None = None  # the moment the address names, as it stands there
    note: str | None = None  # what is wrong with it

    @property
    def address(self) -> Address:
        """Where links lead from."""
        return Address.of("situation", dict(self.wishes.parts), language=self.language, theme=self.theme)

    @property
    def room(self) -> int:
        """Pixels between the figures and the foot."""
        return max(360, self.height - self.above - _FOOT - 12)

    @property
    def above(self) -> int:
        """Pixels above the panels."""
        return _ABOVE + (_LOOKING_BACK if self.as_of is not None else 0)


@dataclass(frozen=True)
class _Drawn:
    """The page's markup, part by part, and the map."""

    top: str
    brought: str
    map_head: str
    right: str
    map: str


def show(*, language: str, theme: str) -> None:
    """Draw the page in a theme of THEMES; its one fragment is drawn again at each change."""
    st.html(style(theme))

    def look() -> _Look:
        parameters = st.query_params.to_dict()
        screen, wishes = region.screen(TOP), Wishes.of(parameters)
        return _Look(language, theme, parameters.get("area"), *screen, wishes, parameters.get("as_of") or None)

    fragment.run(
        lambda snapshot: _draw(snapshot, look),
        without=lambda trouble: sentence(trouble, language=language, theme=theme),
        view=lambda: _view(look()),
        page="situation",
    )


def markup(
    snapshot: Snapshot, parameters: Mapping[str, str], *, language: str, theme: str
) -> tuple[str, datetime | None]:
    """The page as markup alone, for a window of the usual size, and the moment it looks back from, if any."""
    screen = tuple(int(each) for each in region.USUAL_SCREEN.split("x"))
    as_of, area = parameters.get("as_of") or None, parameters.get("area")
    look = _Look(language, theme, area, screen[0], screen[1], Wishes.of(parameters), as_of)
    snapshot, look, now = _seen_from(snapshot, look)
    drawn = _drawn(snapshot, look)
    columns = (drawn.brought, drawn.map_head + drawn.map, drawn.right)
    inner = "".join(f"<div>{each}</div>" for each in columns)
    shares = " ".join(f"{share}fr" for share in _SHARES)
    return f'{drawn.top}<div class="row body" style="--shares:{shares}">{inner}</div>', now


def _view(look: _Look) -> View:
    def seen(snapshot: Snapshot) -> Iterable[str | bytes]:
        if look.as_of is not None:  # the past stays as it was; what the head says of the present does not
            yield snapshot.mode
            return
        drawn = _drawn(snapshot, look)
        yield from (drawn.top, drawn.brought, drawn.map_head, drawn.right, drawn.map)
        yield from map(str, snapshot.sources.get("source", ()))  # their ages are counted by the browser

    return View(("situation", look), seen)


@once_per_snapshot(16)
def _drawn(snapshot: Snapshot, look: _Look) -> _Drawn:
    words = text(look.language)
    unit = figures.chosen_unit(snapshot, look.code)
    chosen = None if unit is None else str(unit["code"])
    noted = notes(look.wishes, snapshot, words, themes=THEMES, shows_past=True)
    said = (*noted, *filter(None, (look.note, _not_used_here(look.address, words))))
    waiting, news = _shares(look.room, is_explained=unit is not None)
    return _Drawn(
        top=html.top(snapshot, words, look.address, said, snapshot.as_of if look.as_of is not None else None),
        brought=html.brought(snapshot, words, rows=(look.room - _HEAD - _ROW - 22) // _ROW, chosen=chosen),
        map_head=html.map_head(snapshot, words),
        right=html.why(snapshot, unit, words)
        + html.escalations(snapshot, words, look.address, rows=waiting)
        + html.latest(snapshot, words, look.address, rows=news),
        map=html.risk_map(snapshot, words, look.address, chosen, height=_map_height(look)) + pieces.legend(words),
    )


def _draw(snapshot: Snapshot, looked: Callable[[], _Look]) -> None:
    going.follow("situation")
    look = looked()
    try:
        snapshot, look, now = _seen_from(snapshot, look)
    except live.NoAnswerError as error:
        sentence(error.trouble, language=look.language, theme=look.theme)
        return
    words, zone = text(look.language), snapshot.place.time_zone
    drawn = _drawn(snapshot, look)
    shown = partial(region.mount, words=words, time_zone=zone, now=now)
    shown(TOP, drawn.top, reports_screen=True, on_go=lambda: going.told(TOP))
    with st.container(key="situation_body"):
        left, middle, right = st.columns(_SHARES, gap="medium")
        with left:
            shown(_BROUGHT, drawn.brought, on_go=_go)
        with middle:
            shown("situation_map_head", drawn.map_head)
            shown(_MAP, drawn.map, on_go=lambda: going.told(_MAP))
        with right:
            shown(_RIGHT, drawn.right, on_go=lambda: going.told(_RIGHT))
    with st.container(key="situation_foot"):
        shown("situation_sources", html.foot(snapshot, words, is_past=now is not None))


def _not_used_here(address: Address, words: Text) -> str:
    """What the address holds for the other pages: this one is of all kinds and of days of its own."""
    if all(address.get(name) is None for name in ("kinds", "from", "to")):
        return ""
    return words("All kinds and its own days here; chosen ones wait")


def _seen_from(snapshot: Snapshot, look: _Look) -> tuple[Snapshot, _Look, datetime | None]:
    """The picture of the moment that the address names, and the moment; that of now and None where it names none, with
    a note where it cannot be had. Raises NoAnswerError.
    """
    if look.as_of is None:
        return snapshot, look, None
    try:
        asked = questions.read(Words(as_of=look.as_of), snapshot, now=live.utc_now())
    except AskingError as error:
        return snapshot, replace(look, as_of=None, note=note(error, text(look.language))), None
    return questions.picture(asked.filter, snapshot.version), look, asked.filter.as_of


def _shares(room: int, *, is_explained: bool) -> tuple[int, int]:
    """Rows of the two lists on the right: what is left below the explanation, shared evenly."""
    above = _HEAD + (4 * 24 + 40 if is_explained else 0)
    rows = (room - above - 2 * (10 + _HEAD) - 22) // (_ROW + 1)
    return max(1, rows // 2), max(1, rows - rows // 2)


def _map_height(look: _Look) -> int:
    return look.room - _HEAD - _LEGEND - 8


def _go() -> None:
    """A unit was chosen in the list: the address names it from now on."""
    code = st.session_state[_BROUGHT].get("go")
    if code:
        st.query_params["area"] = str(code)
