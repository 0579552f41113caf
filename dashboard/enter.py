"""/enter: how a wall comes in. Its address is ``/enter?scenes=…#token``.

What stands after the # never leaves the browser by itself: no log, no proxy and no referrer sees the token. The page
sends it in the body of a POST, gets it back as a cookie that no script can read, and goes on to the wall.
"""

from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from dashboard import live
from dashboard.live.gate import COOKIE

_PAGE: Final = (Path(__file__).parent / "enter.html").read_text(encoding="utf-8")
#: Browsers keep a cookie no longer; the token's own end is looked at by the gate.
_LONGEST: Final = 400 * 86_400
MOST_BYTES: Final = 200
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline';"
    " connect-src 'self'; frame-ancestors 'none'",
}


async def enter(request: Request) -> Response:
    """GET: the page that hands the token in. POST: 204 with the cookie, 403 for a token that does not hold, 503 while
    the store does not answer. An empty token takes the cookie away.
    """
    if request.method != "POST":
        return HTMLResponse(_PAGE, headers=HEADERS)
    body = await request.body()
    token = body[:MOST_BYTES].decode("ascii", "replace").strip()
    path = request.url.path.removesuffix("/enter") or "/"
    answer = Response(status_code=204, headers=HEADERS)
    if not token:
        answer.delete_cookie(COOKIE, path=path)
        return answer
    holds = await run_in_threadpool(live.live().gate.knows, token)
    if holds is None:
        return PlainTextResponse("the store does not answer", status_code=503, headers=HEADERS)
    if not holds:
        return PlainTextResponse("this address does not hold", status_code=403, headers=HEADERS)
    is_secure = request.headers.get("x-forwarded-proto", request.url.scheme) == "https"
    answer.set_cookie(COOKIE, token, max_age=_LONGEST, path=path, httponly=True, samesite="strict", secure=is_secure)
    return answer
