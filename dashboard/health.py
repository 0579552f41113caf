"""/readyz for supervisors and /metrics for Prometheus. Both answer from memory: a probe costs no SQL."""

from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from streamlit import runtime

from dashboard import live
from dashboard.live.counters import DATA_AGE, PICTURE_AGE, REGISTRY, SESSIONS, STREAMS
from dashboard.live.refresher import utc_now
from dashboard.pulse.route import age_seconds

#: A picture older than this many seconds means that the refresher is stuck.
STUCK_AFTER: Final = 120.0


async def readyz(_: Request) -> Response:
    """200 when viewers are served a picture of a reachable store, else 503; the body says which part is missing."""
    notice = live.board().notice
    now = utc_now()
    picture_age = None if notice.made_at is None else round((now - notice.made_at).total_seconds(), 3)
    body = {
        "database": "unreachable" if notice.trouble in {"unreachable", "starting"} else "reachable",
        "schema": "outdated" if notice.trouble == "outdated" else "current",
        "trouble": notice.trouble,
        "serial": notice.serial,
        "snapshot_age_seconds": picture_age,
        "data_age_seconds": age_seconds(notice, now=now),
    }
    is_ready = notice.trouble == "" and picture_age is not None and picture_age < STUCK_AFTER
    return JSONResponse(body, status_code=200 if is_ready else 503, headers={"Cache-Control": "no-store"})


async def metrics(_: Request) -> Response:
    """Everything counted about this process, in Prometheus' text format."""
    board = live.board()
    now = utc_now()
    age = age_seconds(board.notice, now=now)
    DATA_AGE.set(float("nan") if age is None else age)
    made_at = board.notice.made_at
    PICTURE_AGE.set(float("nan") if made_at is None else (now - made_at).total_seconds())
    STREAMS.set(board.watchers())
    SESSIONS.set(_sessions())
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


def _sessions() -> int:
    """Viewers connected by websocket."""
    if not runtime.exists():
        return 0
    return len(runtime.get_instance()._session_mgr.list_active_sessions())
