"""GET /export/<page>/<table>.csv or .xlsx: a table of a page as a file, by the same address as the page itself."""

from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from dashboard import live
from dashboard.live.questions import AskingError
from dashboard.pages.asking import PAGES
from dashboard.pages.laptop.state import Address, read
from dashboard.text import choose_language, text

_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def export(request: Request) -> Response:
    """The file; one sentence and 403, 404 or 503 where there is none. Asks the store, so it runs in a thread."""
    running = live.live()
    if not running.gate.admits(request.cookies):
        return PlainTextResponse("this screen's address does not hold", status_code=403)
    page, ending = PAGES.get(request.path_params["page"]), request.path_params["ending"]
    table = page.tables.get(request.path_params["table"]) if page else None
    if page is None or table is None or ending not in _TYPES:
        return PlainTextResponse("no such table", status_code=404)
    snapshot = running.board.snapshot
    if snapshot is None:
        return PlainTextResponse("no picture yet", status_code=503)
    language = choose_language(
        request.query_params.get("lang"), running.settings.dashboard_lang, request.headers.get("accept-language")
    )
    words = text(language)
    address = Address.of(page.name, dict(request.query_params), language=language, theme="light", own=page.own)
    try:
        question = read(address, snapshot, words, now=live.utc_now())
        sheet = table(snapshot, question, words)
    except (live.NoAnswerError, AskingError):
        return PlainTextResponse("the store does not answer", status_code=503)
    name = f"{page.name}-{request.path_params['table']}-{question.asked.filter.today:%Y%m%d}.{ending}"
    return Response(
        sheet.csv() if ending == "csv" else sheet.xlsx(),
        media_type=_TYPES[ending],
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
