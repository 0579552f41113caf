"""What is put into the page Streamlit serves, so that a screen opens soon without a graphics card too.

Into its head: the code of maps and components is fetched and made ready while the server is still drawing, not after
it; and nothing shimmers meanwhile: where a browser composes in software, a moving placeholder takes the time the map
needs. At the end of its body: what a page has to show before that code has come.
"""

import asyncio
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SCRIPTS: Final = Path(streamlit.__file__).parent / "static" / "static" / "js"
#: Parts of Streamlit's page that every screen here uses and that it would ask for only when it meets them.
_PARTS: Final = ("BidiComponent", "Html", "DeckGlJsonChart")
_STILL: Final = '[data-testid="stSkeleton"],[data-testid="stAppSkeleton"] *{animation:none!important}'
#: Once the page's own code runs; fetched in a way that does not hold up the page's "load".
_READY: Final = "addEventListener('DOMContentLoaded',()=>{for(const part of %s)import(part).catch(()=>{})})"
#: Seconds the end of a page is held back for what it shows first; its code is fetched meanwhile, the work goes on, and
#: the page proper finds its answers.
PATIENCE: Final = 1.4
#: Headers of a request that are about the file as it lies there, or would have it packed: the page is sent whole.
_OF_THE_FILE: Final = frozenset({b"if-none-match", b"if-modified-since", b"accept-encoding", b"range"})


@cache
def head() -> bytes:
    """The markup that is put in; addresses are relative to the page, as Streamlit's own are."""
    # Their names change with Streamlit's release; one that has another name is fetched when it is met.
    files = [file.name for part in _PARTS for file in sorted(_SCRIPTS.glob(f"{part}.*.js"))]
    ready = _READY % [f"./static/js/{name}" for name in files]
    return f"<style>{_STILL}</style><script>{ready}</script>".encode()


class Head:
    """ASGI middleware: pages are given the markup; everything else passes.

    ``first`` makes what stands at the end of a page's body from the request; empty for pages that have nothing.
    """

    def __init__(self, app: ASGIApp, first: Callable[[HTTPConnection], bytes] = lambda _: b"") -> None:
        self._app = app
        self._first = first

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self._app(scope, receive, send)
            return
        asked = [(name, value) for name, value in scope["headers"] if name not in _OF_THE_FILE]
        page = _Page(send, lambda: self._first(HTTPConnection(scope)))
        await self._app({**scope, "headers": asked}, receive, page.send)


class _Page:
    """Holds a page back until it is whole, then sends it with the markup put in: all but its end at once, so that the
    browser fetches the page's code while what it shows first is still being made.
    """

    def __init__(self, send: Send, first: Callable[[], bytes]) -> None:
        self._send = send
        self._first = first
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and self._is_page(message):
            self._start = message
        elif message["type"] == "http.response.body" and self._start is not None:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self._start)
        else:
            await self._send(message)

    async def _made_in_time(self) -> bytes:
        """What the page has to show first; nothing where making it takes longer than the page's own code needs."""
        try:
            return await asyncio.wait_for(asyncio.to_thread(self._first), PATIENCE)
        except TimeoutError:
            return b""

    @staticmethod
    def _is_page(message: Message) -> bool:
        headers = Headers(raw=message["headers"])
        is_plain = "content-encoding" not in headers
        return message["status"] == 200 and is_plain and headers.get("content-type", "").startswith("text/html")

    async def _finish(self, start: Message) -> None:
        headers = MutableHeaders(raw=list(start["headers"]))
        for name in ("etag", "last-modified", "content-length"):
            if name in headers:
                del headers[name]
        await self._send({**start, "headers": headers.raw})
        body, end, rest = self._body.replace(b"</head>", head() + b"</head>", 1).partition(b"</body>")
        await self._send({"type": "http.response.body", "body": body, "more_body": bool(end)})
        if end:
            await self._send({"type": "http.response.body", "body": await self._made_in_time() + end + rest})
