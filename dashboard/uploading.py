"""The routes of the upload page: a file comes straight to the disk, wishes are passed on, refused rows taken away.

Only where UPLOADS is "paired", and only for a paired laptop (dashboard/pair.py), whose cookie no other site can send.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard import live
from dashboard.live.commands import CommandError, Device
from dashboard.live.uploads import MOST_MAPPING, State, UploadError, Uploads, device, refused_rows
from dashboard.pages import upload
from dashboard.pages.upload_refused import sheet
from dashboard.pages.upload_words import said
from dashboard.text import Text, choose_language, text

_HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Act = Callable[[Request, Uploads, Device, Text], Awaitable[Response]]


def routes(base: str) -> list[Route]:
    """The routes, below the path the app is served under."""
    at = f"{base}/uploads"
    return [
        Route(at, _for_paired(_begin), methods=["POST"]),
        Route(f"{at}/view", _look, methods=["GET"]),
        Route(f"{at}/{{upload}}", _for_paired(_receive), methods=["PUT"]),
        Route(f"{at}/{{upload}}/refused.xlsx", _for_paired(_refused), methods=["GET"]),
        Route(f"{at}/{{upload}}/{{wish}}", _for_paired(_wish), methods=["POST"]),
    ]


def most_bytes() -> int:
    """How large a file may be: Streamlit's own limit."""
    return int(st.config.get_option("server.maxUploadSize")) << 20


def _for_paired(act: Act) -> Callable[[Request], Awaitable[Response]]:
    """The act for a paired laptop; one sentence for any other, and for what is not taken."""

    async def guarded(request: Request) -> Response:
        running, words = live.live(), _words(request)
        snapshot = running.board.snapshot
        if not running.gate.admits(request.cookies):
            return _sentence("unpaired", words, 403)
        try:
            if snapshot is None:
                return _sentence("unreachable", words, 503)
            by = await run_in_threadpool(device, request.cookies, snapshot.place.subdistrict_id)
            if by is None:
                return _sentence("unpaired", words, 403)
            return await act(request, Uploads(running.settings.uploads_folder), by, words)
        except UploadError as error:
            return _sentence(error.code, words, 422)
        except (CommandError, live.NoAnswerError):
            return _sentence("unreachable", words, 503)

    return guarded


async def _begin(request: Request, uploads: Uploads, by: Device, words: Text) -> Response:
    """POST /uploads: what is about to be sent; answers with its number."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > 2 * MOST_MAPPING:
            raise UploadError("mapping_too_big")
    try:
        given = json.loads(body)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise UploadError("bad_name")
    upload_id = await run_in_threadpool(uploads.begin, given, by, most_bytes())
    return JSONResponse({"id": upload_id}, headers=_HEADERS)


async def _receive(request: Request, uploads: Uploads, by: Device, words: Text) -> Response:
    """PUT /uploads/NUMBER: the file itself."""
    try:
        await uploads.receive(request.path_params["upload"], request.stream(), by, most_bytes())
    except ClientDisconnect:
        return Response(status_code=499, headers=_HEADERS)
    return Response(status_code=204, headers=_HEADERS)


async def _wish(request: Request, uploads: Uploads, by: Device, words: Text) -> Response:
    """POST /uploads/NUMBER/load or give-up."""
    await run_in_threadpool(uploads.wish, request.path_params["upload"], request.path_params["wish"], by)
    return Response(status_code=204, headers=_HEADERS)


async def _refused(request: Request, uploads: Uploads, by: Device, words: Text) -> Response:
    """GET /uploads/NUMBER/refused.xlsx: the refused rows, masked."""

    def made() -> tuple[bytes, int] | None:
        found = {each.id: each for each in uploads.all(by.subdistrict_id)}.get(request.path_params["upload"])
        snapshot = live.live().board.snapshot
        if found is None or found.state is not State.ENDED or found.result is None or snapshot is None:
            return None
        batch = found.result.get("batch")
        if not isinstance(batch, int):
            return None
        rows = refused_rows(by.subdistrict_id, batch, snapshot.place.time_zone)
        return sheet(rows, found, words).xlsx(), batch

    done = await run_in_threadpool(made)
    if done is None:
        return _sentence("gone", words, 404)
    content, batch = done
    disposition = f'attachment; filename="refused-{batch}.xlsx"'
    return Response(content, media_type=_XLSX, headers=_HEADERS | {"Content-Disposition": disposition})


async def _look(request: Request) -> Response:
    """GET /uploads/view: the page's matter as it is now; 204 where it is what the browser has (its stamp)."""
    running = live.live()
    snapshot = running.board.snapshot
    if not running.gate.admits(request.cookies) or snapshot is None:
        return PlainTextResponse("", status_code=503, headers=_HEADERS)
    given: dict[str, Any] = dict(request.query_params)
    view = await run_in_threadpool(
        upload.matter, snapshot, request.cookies, given, language=_words(request).language, theme=given.get("theme", "")
    )
    if view.stamp == given.get("stamp"):
        return Response(status_code=204, headers=_HEADERS)
    return JSONResponse({"html": view.html, "stamp": view.stamp, "busy": view.is_busy}, headers=_HEADERS)


def _words(request: Request) -> Text:
    asked = request.query_params.get("lang")
    default = live.live().settings.dashboard_lang
    return text(choose_language(asked, default, request.headers.get("accept-language")))


def _sentence(code: str, words: Text, status: int) -> Response:
    return JSONResponse({"said": said(code, words, most_bytes())}, status_code=status, headers=_HEADERS)
