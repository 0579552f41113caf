"""GET /review-file/<period>.<ending>: a frozen review as slides, workbook, paper or tables.

A file is made from the frozen document alone, once, and kept for a while: the same bytes for whoever asks again.
"""

import logging
import threading
from collections import OrderedDict
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from dashboard import live
from dashboard.exports.review.fonts import NoFontError
from dashboard.live import reviewed
from dashboard.live.reviewed import DamagedError, Frozen, PeriodError
from dashboard.review.files import Format, made, name_of
from dashboard.review.table import BrokenReviewError
from dashboard.text import choose_language

_LOG = logging.getLogger(__name__)
_TYPES: Final = {
    Format.PPTX: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PDF: "application/pdf",
    Format.CSV: "application/zip",
    Format.CARDS: "application/pdf",
}
#: Files kept.
_MOST: Final = 12
_kept: "OrderedDict[tuple[int, Format, str], bytes]" = OrderedDict()
_lock: Final = threading.Lock()


def review_file(request: Request) -> Response:
    """The file; one sentence and 403, 404, 500 or 503 where there is none. Takes seconds, so it runs in a thread."""
    running = live.live()
    if not running.gate.admits(request.cookies):
        return PlainTextResponse("this screen's address does not hold", status_code=403)
    snapshot, ending = running.board.snapshot, request.path_params["ending"]
    if snapshot is None:
        return PlainTextResponse("no picture yet", status_code=503)
    language = choose_language(
        request.query_params.get("lang"), running.settings.dashboard_lang, request.headers.get("accept-language")
    )
    try:
        period = reviewed.read_period(request.path_params["period"], snapshot.moment.date())
        frozen = reviewed.frozen_of(snapshot.place.subdistrict_id, period, now=live.utc_now())
    except PeriodError as error:
        return PlainTextResponse(str(error), status_code=404)
    except DamagedError:
        said = "the frozen document does not bear its checksum: nothing is made of it"
        return PlainTextResponse(said, status_code=500)
    except live.NoAnswerError:
        return PlainTextResponse("the store does not answer", status_code=503)
    if frozen is None or ending not in set(Format):
        return PlainTextResponse("no such file: this period is not frozen, or not in this form", status_code=404)
    format = Format(ending)
    try:
        body = _body(frozen, format, language)
    except (BrokenReviewError, NoFontError) as error:
        _LOG.warning("a review's %s was not made: %s", ending, error)
        return PlainTextResponse(str(error), status_code=500)
    name = name_of(frozen.review, format, language)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type=_TYPES[format], headers=headers)


def _body(frozen: Frozen, format: Format, language: str) -> bytes:
    key = (frozen.freeze_id, format, language)
    with _lock:  # one at a time: two of them would take twice as long each
        if key not in _kept:
            _kept[key] = made(frozen.review, format, language)
            while len(_kept) > _MOST:
                _kept.popitem(last=False)
        _kept.move_to_end(key)
        return _kept[key]
