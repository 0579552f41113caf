"""/pair: how a laptop is paired, so that it may mark hand-ups or hand in files. Its address is ``/pair#token``.

As with a wall's (enter.py), what stands after the # is in no log; it is sent in the body of a POST and comes back as a
cookie that no script can read, for as long as the pairing holds.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from dashboard import live
from dashboard.enter import HEADERS, MOST_BYTES
from dashboard.live.commands import COOKIE, CommandError

_PAGE: Final = (Path(__file__).parent / "pair.html").read_text(encoding="utf-8")


async def pair(request: Request) -> Response:
    """GET: the page that hands the token in. POST: 204 with the cookie, 403 for a token that does not hold, 404 where
    laptops do nothing, 503 while the store does not answer. An empty token takes the cookie away.
    """
    running = live.live()
    if request.method != "POST":
        return HTMLResponse(_PAGE, headers=HEADERS)
    token = (await request.body())[:MOST_BYTES].decode("ascii", "replace").strip()
    path = request.url.path.removesuffix("/pair") or "/"
    answer = Response(status_code=204, headers=HEADERS)
    if not token:
        answer.delete_cookie(COOKIE, path=path)
        return answer
    if not running.settings.takes_pairings:
        return PlainTextResponse("laptops are not paired here", status_code=404, headers=HEADERS)
    try:
        device = await run_in_threadpool(running.commands.device, token)
    except CommandError:
        return PlainTextResponse("the store does not answer", status_code=503, headers=HEADERS)
    if device is None:
        return PlainTextResponse("this address does not hold", status_code=403, headers=HEADERS)
    left = max(1, int((device.expires_at - datetime.now(UTC)).total_seconds()))
    is_secure = request.headers.get("x-forwarded-proto", request.url.scheme) == "https"
    answer.set_cookie(COOKIE, token, max_age=left, path=path, httponly=True, samesite="strict", secure=is_secure)
    return answer
