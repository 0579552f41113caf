"""GET /geometry/<digest>.json: shapes of the map, fetched once by each browser and kept until the areas change."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from dashboard import live
from dashboard.maps.ground import ground
from dashboard.maps.plane import plane

_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}


async def geometry(request: Request) -> Response:
    """The picture's GeoJSON or its map scene's outlines, whichever the digest names; 404 for any other."""
    snapshot = live.board().snapshot
    if snapshot is None:
        return PlainTextResponse("no picture yet", status_code=404)
    digest = request.path_params["digest"]
    if plane(snapshot).digest == digest:
        return Response(plane(snapshot).json, media_type="application/json", headers=_FOR_EVER)
    shapes = ground(snapshot)
    if shapes.digest != digest:
        return PlainTextResponse("no such shapes", status_code=404)
    return Response(shapes.geojson, media_type="application/geo+json", headers=_FOR_EVER)
