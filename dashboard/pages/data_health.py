"""The data-health page 数据健康, for the one who keeps the store fed: who is silent, what was refused, what is dark."""

from collections.abc import Iterable, Mapping
from typing import Final

import streamlit as st

from dashboard.live.views import View
from dashboard.memo import once_per_snapshot
from dashboard.pages import data_health_html as html
from dashboard.pages import data_health_records as records
from dashboard.pages.address import Wishes, notes
from dashboard.pages.laptop import going, region
from dashboard.pages.laptop.state import Address
from dashboard.pages.trouble import sentence, style
from dashboard.pulse import fragment
from dashboard.snapshot import Snapshot
from dashboard.text import text
from dashboard.theme import THEMES

_KEY: Final = "data_health"


def show(*, language: str, theme: str) -> None:
    """Draw the page in a theme of THEMES; its one fragment is drawn again at each change."""
    st.html(style(theme))

    def wishes() -> Wishes:
        return Wishes.of(st.query_params.to_dict())

    def view() -> View:
        asked = wishes()

        def seen(snapshot: Snapshot) -> Iterable[str]:
            yield _drawn(snapshot, language, theme, asked)

        return View(("data health", language, theme, asked), seen)

    def draw(snapshot: Snapshot) -> None:
        going.follow("data-health")
        region.mount(
            _KEY,
            _drawn(snapshot, language, theme, wishes()),
            page="data-health",
            words=text(language),
            time_zone=snapshot.place.time_zone,
            on_go=lambda: going.told(_KEY),
        )

    fragment.run(
        draw,
        without=lambda trouble: sentence(trouble, language=language, theme=theme),
        view=view,
        page="data-health",
    )


def markup(snapshot: Snapshot, parameters: Mapping[str, str], *, language: str, theme: str) -> str:
    """The page as markup alone."""
    return _drawn(snapshot, language, theme, Wishes.of(parameters))


@once_per_snapshot(8)
def _drawn(snapshot: Snapshot, language: str, theme: str, wishes: Wishes) -> str:
    words = text(language)
    address = Address.of("data-health", dict(wishes.parts), language=language, theme=theme)
    said, asked = notes(wishes, snapshot, words, themes=THEMES), records.tables(snapshot, words, address)
    return html.page(snapshot, words, address, said, asked)
