"""The door: the pages, the routes beside them and what runs as long as the server does."""

import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.routing import Route

from dashboard import geometry, health, live
from dashboard.enter import enter
from dashboard.export import export
from dashboard.head import Head
from dashboard.live.questions import AskingError
from dashboard.pages import first_picture, wall
from dashboard.pages.laptop import first_view, frame
from dashboard.pages.laptop.warm import Warmth
from dashboard.pages.programmes import programmes
from dashboard.pair import pair
from dashboard.pulse.component import base_path
from dashboard.pulse.route import Pulse
from dashboard.pulse.shutdown import streams_end_first
from dashboard.review_file import review_file
from dashboard.settings import DashboardSettings
from dashboard.text import choose_language
from dashboard.uploading import routes as uploads
from queries.process import settle

# A thread that works something out gives way five times sooner than by default: a click asks the store often and would
# wait its 5 ms each time (docs/decisions/0023-a-click-in-half-a-second.md).
sys.setswitchinterval(0.001)

#: Without it there is no page, no way to it and no route (dashboard/uploading.py).
HAS_UPLOADS = DashboardSettings().uploads == "paired"
if HAS_UPLOADS:
    frame.SWITCHED_ON.append("upload")

pulse = Pulse(live.board, admits=lambda request: live.live().gate.admits(request.cookies))


@contextlib.asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    """Keep the board up to date while the server runs; at its end, let the event streams go first."""
    running = live.start()
    language = choose_language(None, running.settings.dashboard_lang, None)
    running.board.views.expect(wall.view(language=language, theme_name="dark", geometry_base=f"{base_path()}/geometry"))

    def draw(page: str) -> bytes:
        return first_view.first_view(running.board, page, {}, language=language, now=live.utc_now())

    warmth = Warmth(draw, frame.PAGES, is_ready=lambda: running.board.snapshot is not None, now=live.utc_now)
    warmth.start()
    settle()
    with streams_end_first(pulse.end):
        try:
            yield
        finally:
            pulse.end()
            warmth.stop()
            live.stop()


def first(request: HTTPConnection) -> bytes:
    """What a page shows before its own code has come: the wall its last picture, a laptop what it will say."""
    page = request.url.path.removeprefix(base_path()).strip("/")
    running, parameters = live.live(), dict(request.query_params)
    if not running.gate.admits(request.cookies):
        return b""
    language = choose_language(
        parameters.get("lang"), running.settings.dashboard_lang, request.headers.get("accept-language")
    )
    if page != "wall":
        try:
            return first_view.first_view(running.board, page, parameters, language=language, now=live.utc_now())
        except (live.NoAnswerError, AskingError):
            return b""  # the page itself says so
    held = programmes(running.settings.wall_programmes, wall.SCENES)
    return first_picture.first_picture(running.board, parameters, language=language, now=live.utc_now(), held=held)


app = st.App(
    Path(__file__).parent / "dashboard" / "pages" / "navigation.py",
    lifespan=lifespan,
    middleware=[Middleware(Head, first=first)],
    routes=[
        Route(base_path() + "/pulse", pulse.endpoint),
        Route(base_path() + "/geometry/{digest}.json", geometry.geometry),
        Route(base_path() + "/export/{page}/{table}.{ending}", export),
        Route(base_path() + "/review-file/{period}.{ending}", review_file),
        Route(base_path() + "/enter", enter, methods=["GET", "POST"]),
        Route(base_path() + "/pair", pair, methods=["GET", "POST"]),
        *(uploads(base_path()) if HAS_UPLOADS else ()),
        Route(base_path() + "/readyz", health.readyz),
        Route(base_path() + "/metrics", health.metrics),
    ],
)
