"""The page's head: parts every screen needs are asked for with the page, whatever the browser would have packed."""

import asyncio

import httpx
from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import Message, Scope

from dashboard.head import Head, head

PAGE = "<!DOCTYPE html><html><head><title>大屏</title></head><body></body></html>"


async def _page(request: Request) -> Response:
    is_known = request.headers.get("if-none-match") == "1"
    return Response(status_code=304) if is_known else HTMLResponse(PAGE, headers={"etag": "1"})


async def _facts(_: Request) -> Response:
    return JSONResponse({"head": "</head>"}, headers={"etag": "2"})


def _get(path: str, **headers: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        app = Head(Starlette(routes=[Route("/wall", _page), Route("/facts", _facts)]))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://wall") as client:
            return await client.get(path, headers=headers)

    return asyncio.run(ask())


def test_a_page_is_given_the_markup_whole_and_never_taken_from_an_older_copy() -> None:
    answer = _get("/wall", accept="text/html,*/*", **{"if-none-match": "1", "accept-encoding": "gzip"})
    assert answer.status_code == 200
    assert answer.text == PAGE.replace("</head>", head().decode() + "</head>")
    assert "content-length" not in answer.headers and "etag" not in answer.headers


def test_everything_else_passes() -> None:
    answer = _get("/facts", accept="text/html")
    assert answer.json() == {"head": "</head>"}
    assert answer.headers["etag"] == "2"
    assert _get("/wall", accept="*/*").text == PAGE


def test_the_parts_are_those_of_this_release() -> None:
    said = head().decode()
    assert all(f"./static/js/{part}." in said for part in ("DeckGlJsonChart", "BidiComponent", "Html"))
    assert "http" not in said


def test_what_a_page_shows_first_stands_at_the_end_of_its_body() -> None:
    async def fetch() -> httpx.Response:
        app = Head(Starlette(routes=[Route("/wall", _page)]), first=lambda request: request.url.path.encode())
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            return await client.get("/wall", headers={"accept": "text/html"})

    answer = asyncio.run(fetch())
    assert answer.text.endswith("<body>/wall</body></html>")


def test_the_head_is_sent_before_what_the_page_shows_first_is_made() -> None:
    sent: list[bytes] = []

    def first(_: HTTPConnection) -> bytes:
        assert len(sent) == 1 and sent[0].endswith(b"<body>"), "the code is being fetched meanwhile"
        return b"first"

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            sent.append(message["body"])

    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": "/wall",
        "raw_path": b"/wall",
        "root_path": "",
        "scheme": "http",
        "query_string": b"",
        "headers": [(b"accept", b"text/html")],
        "http_version": "1.1",
        "server": ("t", 80),
    }
    asyncio.run(Head(Starlette(routes=[Route("/wall", _page)]), first=first)(scope, receive, send))
    assert b"".join(sent).endswith(b"<body>first</body></html>")
