"""The situation page 态势: for a leader between meetings. What moved, who moved it, what waits, on one screen."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

from dashboard import live
from dashboard.live import questions
from dashboard.live.questions import SHOWN_SINGLY, Asked, AskingError, Filter
from dashboard.live.views import View
from dashboard.memo import once_per_snapshot
from dashboard.pages import situation_figures as figures
from dashboard.pages import situation_html as html
from dashboard.pages.address import NONE, Wishes, notes
from dashboard.pages.laptop import going, pieces, region
from dashboard.pages.laptop.asking_page import STILL
from dashboard.pages.laptop.frame import filters, local, not_listed
from dashboard.pages.laptop.state import Address, Question, kinds_of, looks_back, read
from dashboard.pages.trouble import sentence, style
from dashboard.pulse import fragment
from dashboard.snapshot import Snapshot
from dashboard.text import Text, text
from dashboard.theme import THEMES

TOP: Final = "situation_top"
_BROUGHT: Final = "situation_brought"
_RIGHT: Final = "situation_right"
_MAP: Final = "situation_map"
#: Heights in CSS pixels: header, filters, sentence and figures; foot; head of a panel; row of a table; legend of the
#: map.
_ABOVE, _FOOT, _HEAD, _ROW, _LEGEND = 270, 34, 30, 28, 26
_LOOKING_BACK: Final = 44
#: Shares of the width: who brought the change, the map, the lists.
_SHARES: Final = (0.29, 0.35, 0.36)


@dataclass(frozen=True)
class _Look:
    """What a viewer's address and window ask for."""

    address: Address
    width: int
    height: int
    faults: Wishes = NONE  # what the address says of language and theme, which it may have wrong
    notes: tuple[str, ...] = ()  # what is wrong with the rest of it

    @property
    def room(self) -> int:
        """Pixels between the figures and the foot."""
        above = _ABOVE + (_LOOKING_BACK if self.address.get("as_of") is not None else 0)
        return max(360, self.height - above - _FOOT - 12)


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
        return _look(st.query_params.to_dict(), region.screen(TOP), language=language, theme=theme)

    fragment.run(
        lambda snapshot: _draw(snapshot, look),
        without=lambda trouble: sentence(trouble, language=language, theme=theme),
        view=lambda: _view(look()),
        page="situation",
    )


def _look(parameters: Mapping[str, str], screen: tuple[int, int], *, language: str, theme: str) -> _Look:
    address = Address.of("situation", parameters, language=language, theme=theme)
    own = {name: parameters[name] for name in ("lang", "theme") if name in parameters}
    return _Look(address, *screen, Wishes.of(own))


def markup(
    snapshot: Snapshot, parameters: Mapping[str, str], *, language: str, theme: str
) -> tuple[str, datetime | None]:
    """The page as markup alone, for a window of the usual size, and the moment it looks back from, if any."""
    width, height = (int(each) for each in region.USUAL_SCREEN.split("x"))
    look = _look(parameters, (width, height), language=language, theme=theme)
    seen = _seen_from(snapshot, look)
    drawn = _drawn(seen.snapshot, seen.look, seen.bar)
    columns = (drawn.brought, drawn.map_head + drawn.map, drawn.right)
    inner = "".join(f"<div>{each}</div>" for each in columns)
    shares = " ".join(f"{share}fr" for share in _SHARES)
    return f'{drawn.top}<div class="row body" style="--shares:{shares}">{inner}</div>', seen.moment


def _view(look: _Look) -> View:
    def seen(snapshot: Snapshot) -> Iterable[str | bytes]:
        if looks_back(look.address, snapshot):  # the past stays; what the head says of the present does not
            yield snapshot.mode
            return
        if look.address.shared:  # asked for by itself
            yield snapshot.mode
            yield str(int(snapshot.as_of.timestamp()) // STILL)
            return
        now = _seen_from(snapshot, look)
        drawn = _drawn(now.snapshot, now.look, now.bar)
        yield from (drawn.top, drawn.brought, drawn.map_head, drawn.right, drawn.map)
        yield from map(str, snapshot.sources.get("source", ()))  # their ages are counted by the browser

    return View(("situation", look), seen)


@once_per_snapshot(16)
def _drawn(snapshot: Snapshot, look: _Look, bar: str = "") -> _Drawn:
    address = look.address
    words = text(address.language)
    unit = figures.chosen_unit(snapshot, address.get("area"))
    chosen = None if unit is None else str(unit["code"])
    noted = (*notes(look.faults, snapshot, words, themes=THEMES, shows_past=True), *look.notes)
    waiting, news = _shares(look.room, is_explained=unit is not None)
    as_of = snapshot.as_of if address.get("as_of") is not None else None
    return _Drawn(
        top=html.top(snapshot, words, address, noted, as_of, bar),
        brought=html.brought(snapshot, words, rows=(look.room - _HEAD - _ROW - 22) // _ROW, chosen=chosen),
        map_head=html.map_head(snapshot, words),
        right=html.why(snapshot, unit, words)
        + html.escalations(snapshot, words, address, rows=waiting)
        + html.latest(snapshot, words, address, rows=news),
        map=html.risk_map(snapshot, words, address, chosen, height=_map_height(look)) + pieces.legend(words),
    )


def _draw(snapshot: Snapshot, looked: Callable[[], _Look]) -> None:
    going.follow("situation")
    look = looked()
    try:
        seen = _seen_from(snapshot, look)
    except live.NoAnswerError as error:
        sentence(error.trouble, language=look.address.language, theme=look.address.theme)
        return
    words, zone = text(look.address.language), snapshot.place.time_zone
    drawn = _drawn(seen.snapshot, seen.look, seen.bar)
    shown = partial(region.mount, page="situation", words=words, time_zone=zone, now=seen.moment)
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
        shown("situation_sources", html.foot(seen.snapshot, words, is_past=seen.moment is not None))


@dataclass(frozen=True)
class _Seen:
    """What a viewer is to see: the picture of the moment, area, kinds and days that the address names."""

    snapshot: Snapshot
    look: _Look  # without what could not be had, with a note for each
    bar: str  # the filters
    moment: datetime | None  # looked back from; None: the present


def _seen_from(snapshot: Snapshot, look: _Look) -> _Seen:
    """The nearest picture to what the address asks for: while the store is silent the last one of all.

    Raises NoAnswerError where a past moment is asked for then.
    """
    words = text(look.address.language)
    try:
        return _asked_for(snapshot, look, words)
    except AskingError:  # nothing is recorded yet
        note: tuple[str, ...] = ()
    except live.NoAnswerError:
        if look.address.get("as_of") is not None:
            raise
        note = (words("The store does not answer: the last picture of all is shown"),)
    bar = filters(snapshot, _of_now(snapshot, look.address), words, kinds=_kinds(snapshot), usual_days=1)
    return _Seen(snapshot, replace(look, notes=note), bar, None)


def _asked_for(snapshot: Snapshot, look: _Look, words: Text) -> _Seen:
    question = _question(snapshot, look, words)
    address, asked = question.address, question.asked
    kinds = _kinds(snapshot)
    look = replace(look, address=address, notes=(*question.notes, *_not_told(address, words, kinds)))
    moment = asked.filter.as_of if address.get("as_of") is not None else None
    bar = filters(snapshot, question, words, kinds=kinds, usual_days=1)
    if moment is not None:
        whole = replace(asked.filter, area_id=None, kinds=None, period_from=None, period_to=None)
        snapshot = questions.picture(whole, snapshot.version)
    if any(address.get(name) is not None for name in ("area", "kinds", "from", "to")):
        snapshot = questions.narrowed(snapshot, asked, is_past=moment is not None)
    return _Seen(snapshot, look, bar, moment)


def _not_told(address: Address, words: Text, kinds: pd.DataFrame) -> Iterator[str]:
    """Named kinds that the page cannot be narrowed to: its lists are of single cases."""
    hidden = not_listed(address, words, kinds)
    if hidden and kinds_of(address) & set(SHOWN_SINGLY):
        yield words("{kinds}: not on this page; the others shown", kinds=hidden)
    elif hidden:
        yield words("{kinds}: not on this page; all kinds shown", kinds=hidden)


def _question(snapshot: Snapshot, look: _Look, words: Text) -> Question:
    """What the address asks; of the present as of the picture's own moment."""
    if not look.address.shared:
        return _of_now(snapshot, look.address)
    question = read(look.address, snapshot, words, now=live.utc_now())
    if question.address.get("as_of") is not None:
        return question
    filter = replace(question.asked.filter, as_of=snapshot.moment)
    return replace(question, asked=replace(question.asked, filter=filter))


def _of_now(snapshot: Snapshot, address: Address) -> Question:
    """The whole subdistrict as the picture has it; the store is not asked."""
    place = snapshot.place
    filter = Filter(place.subdistrict_id, snapshot.moment, place.time_zone)
    return Question(address, Asked(filter, None, None, "", place.name_zh, place.name_en))


def _kinds(snapshot: Snapshot) -> pd.DataFrame:
    """The kinds with their names; none while the store is silent."""
    try:
        return questions.kind_labels(local(snapshot.moment, snapshot.place.time_zone).date())
    except live.NoAnswerError:
        return pd.DataFrame(columns=["code", "name_zh", "name_en"])


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
