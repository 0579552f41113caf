"""GET /geometry/<digest>.json: shapes of the map, fetched once by each browser and kept until the areas change."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from dashboard import live
from dashboard.maps.ground import ground, kept_geojson
from dashboard.maps.plane import plane

_FOR_EVER = {"Cache-Control": "private, max-age=31536000, immutable"}


async def geometry(request: Request) -> Response:
    """Shapes of the picture on the board, GeoJSON or the map scene's, if the digest names them; 404 for any other."""
    if not live.live().gate.admits(request.cookies):
        return PlainTextResponse("this screen's address does not hold", status_code=403)
    snapshot = live.board().snapshot
    if snapshot is None:
        return PlainTextResponse("no picture yet", status_code=404)
    digest = request.path_params["digest"]
    if plane(snapshot).digest == digest:
        return Response(plane(snapshot).json, media_type="application/json", headers=_FOR_EVER)
    shapes = ground(snapshot)
    geojson = shapes.geojson if shapes.digest == digest else kept_geojson(digest)
    if geojson is None:
        return PlainTextResponse("no such shapes", status_code=404)
    return Response(geojson, media_type="application/geo+json", headers=_FOR_EVER)
