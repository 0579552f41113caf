"""The duty desk 值班: a paired phone or laptop acknowledges red cases and hands the shift over. Phone width first."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import streamlit as st

from dashboard import live
from dashboard.live.commands import CommandError, Device
from dashboard.live.views import View
from dashboard.pages import duty_html
from dashboard.pages.trouble import sentence, style
from dashboard.pulse import fragment
from dashboard.snapshot import Snapshot
from dashboard.text import Text, text
from dashboard.widgets.duty import shell

_SAID: Final = "duty_said"  # the sentence about what was not done; gone with the next command
_FAILED: Final = "duty_failed"


@dataclass(frozen=True)
class _Look:
    """What the address asks for."""

    language: str
    theme: str
    token: str

    @property
    def name(self) -> tuple[object, ...]:
        """Tells devices apart without holding their token."""
        return ("duty", self.language, self.theme, hashlib.sha256(self.token.encode()).hexdigest()[:16])


def show(*, language: str, theme: str) -> None:
    """Draw the page in a theme of THEMES; its one fragment is drawn again at each change."""
    st.html(style(theme))
    look = _Look(language, theme, st.query_params.get("pair", "").strip())
    fragment.run(
        lambda snapshot: _draw(snapshot, look),
        without=lambda trouble: sentence(trouble, language=language, theme=theme),
        view=lambda: _view(look),
        page="duty",
    )


def _recognise(look: _Look) -> str:
    """Ask whose device it is, at most every few seconds; the code of what kept that from being known, or "".

    Pictures are worked out ahead by what was last heard: a device costs them no question.
    """
    try:
        if look.token:
            live.live().commands.device(look.token)
    except CommandError as error:
        return error.code
    return ""


def _view(look: _Look) -> View:
    _recognise(look)

    def seen(snapshot: Snapshot) -> Iterable[str | bytes]:
        yield _markup(snapshot, look)

    return View(look.name, seen)


def _markup(snapshot: Snapshot, look: _Look, said: str = "", trouble: str = "") -> str:
    words = text(look.language)
    device = live.live().commands.known(look.token) if look.token else None
    if device is None and trouble:
        return duty_html.unpaired(words, why=_sentence(trouble, words))
    if device is None or device.subdistrict_id != snapshot.place.subdistrict_id:
        why = words("The address in use does not hold any more, or never did.") if look.token else ""
        return duty_html.unpaired(words, why=why)
    return duty_html.desk(snapshot, words, officer=device.officer, until=_until(device, snapshot, words), said=said)


def _until(device: Device, snapshot: Snapshot, words: Text) -> str:
    return words.clock(device.expires_at, snapshot.place.time_zone)


def _draw(snapshot: Snapshot, look: _Look) -> None:
    words = text(look.language)
    shell.mount(
        _markup(snapshot, look, st.session_state.get(_SAID, ""), _recognise(look)),
        words=words,
        time_zone=snapshot.place.time_zone,
        failed=st.session_state.get(_FAILED, ()),
        on_acknowledge=lambda: _acknowledge(look),
        on_hand_over=lambda: _hand_over(look),
    )


def _acknowledge(look: _Look) -> None:
    """The browser tells every case that waits; one told twice is acknowledged once."""
    asked = [int(case_id) for case_id in shell.told("acknowledge").split(",") if case_id.isdecimal()]
    _forget()
    for position, case_id in enumerate(asked):
        try:
            live.live().commands.acknowledge(look.token, case_id)
        except CommandError as error:
            st.session_state[_SAID] = _sentence(error.code, text(look.language))
            st.session_state[_FAILED] = tuple(asked[position:])
            return


def _hand_over(look: _Look) -> None:
    told = shell.told("handover")
    _forget()
    if not told:
        return
    given = json.loads(told)
    giver, taker = (" ".join(str(given.get(name, "")).split())[:40] for name in ("from", "to"))
    if not taker:
        return
    try:
        live.live().commands.hand_over(look.token, giver, taker, str(given.get("note", "")).strip()[:600])
    except CommandError as error:
        st.session_state[_SAID] = _sentence(error.code, text(look.language))


def _forget() -> None:
    st.session_state[_SAID] = ""
    st.session_state[_FAILED] = ()


def _sentence(code: str, words: Text) -> str:
    if code == "unpaired":
        return words("Nothing was done: this device is not paired any more.")
    return words("Nothing was done: the database does not answer. Try again.")
