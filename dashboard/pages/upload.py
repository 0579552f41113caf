"""The upload page 上传: a data clerk hands in a file, sees what would become of it, and has it loaded.

It shows what the folder of uploads says (dashboard/live/uploads.py). The browser looks again by itself every second or
so (laptop/uploader.js), without a run of this script: how far a load is stands there whoever opens the page.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from dashboard import live
from dashboard.live.commands import CommandError
from dashboard.live.uploads import State, Uploads, device
from dashboard.live.views import View
from dashboard.pages import upload_html as html
from dashboard.pages.laptop import frame, going, region, uploader
from dashboard.pages.laptop.state import Address
from dashboard.pages.trouble import sentence, style
from dashboard.pulse import fragment
from dashboard.snapshot import Snapshot
from dashboard.text import Text, text
from dashboard.theme import THEMES

_HEAD: Final = "upload_head"
_KEY: Final = "upload"
OWN: Final = ("job",)


@dataclass(frozen=True)
class Matter:
    """What the page shows below its head."""

    html: str
    is_busy: bool  # something of it moves by itself

    @property
    def stamp(self) -> str:
        """Told apart by the browser: where it is the same, nothing has changed."""
        return hashlib.blake2b(self.html.encode(), digest_size=8).hexdigest()


def show(*, language: str, theme: str) -> None:
    """Draw the page in a theme of THEMES; its one fragment is drawn again when its head changes."""
    st.html(style(theme))
    words = text(language)

    def address() -> Address:
        return Address.of("upload", st.query_params.to_dict(), language=language, theme=theme, own=OWN)

    def view() -> View:
        here = address()

        def seen(snapshot: Snapshot) -> Iterable[str]:
            yield frame.header(snapshot, words, here)

        return View(("upload", here), seen)

    fragment.run(
        lambda snapshot: _draw(snapshot, address, words),
        without=lambda trouble: sentence(trouble, language=language, theme=theme),
        view=view,
        page="upload",
    )


def _draw(snapshot: Snapshot, where: Any, words: Text) -> None:
    going.follow("upload")
    here: Address = where()
    zone = snapshot.place.time_zone
    region.mount(
        _HEAD,
        frame.header(snapshot, words, here),
        page="upload",
        words=words,
        time_zone=zone,
        on_go=lambda: going.told(_HEAD),
    )
    drawn = matter(snapshot, st.context.cookies, dict(here.own), language=here.language, theme=here.theme)
    uploader.mount(
        _KEY, drawn.html, address=here, stamp=drawn.stamp, is_busy=drawn.is_busy, words=words, time_zone=zone,
        on_go=lambda: going.told(_KEY),
    )  # fmt: skip


def matter(
    snapshot: Snapshot, cookies: Mapping[str, str], parameters: Mapping[str, str], *, language: str, theme: str
) -> Matter:
    """The page below its head, for whoever asks with these cookies; ``parameters``: the page's own words."""
    words, running = text(language), live.live()
    address = Address.of("upload", parameters, language=language, theme=theme if theme in THEMES else "light", own=OWN)
    try:
        by = device(cookies, snapshot.place.subdistrict_id)
    except CommandError:
        return Matter(html.closed(words, is_unreachable=True), is_busy=True)
    if by is None:
        return Matter(html.closed(words, is_unreachable=False), is_busy=False)
    uploads = Uploads(running.settings.uploads_folder)
    known, worker = uploads.all(snapshot.place.subdistrict_id), uploads.worker()
    wanted = address.get("job")
    chosen = next((each for each in known if each.id == wanted), None)
    asked = html.Asked(words, address, snapshot.place.time_zone, live.utc_now(), by.officer)
    if wanted is not None and chosen is None:
        drawn = html.gone(asked, known, worker)
    elif chosen is None:
        drawn = html.begin(asked, known, worker)
    else:
        drawn = html.one(asked, chosen, known, worker)
    is_moving = any(each.is_given_up or each.state not in (State.ENDED, State.CHECKED) for each in known)
    return Matter(drawn, is_moving)
