"""Blocks of a town: an outline cut again and again by bent streets, as towns grow, until every piece has its area.

Pure geometry in kilometres on a plane. Neighbours share their vertices exactly, so nothing overlaps and no sliver
is left between them.
"""

from collections.abc import Sequence

import numpy as np
import scipy
import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import polygonize, split, unary_union

from seed.demo.chance import Floats


def _cut(polygon: Polygon, share: float, angle: float, random: np.random.Generator) -> tuple[Polygon, Polygon] | None:
    """Two pieces, the first with the given share of the area, parted by a bent line of the given angle (radians)."""
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-along[1], along[0]])
    corners = np.asarray(polygon.exterior.coords)
    low, high = float((corners @ across).min()), float((corners @ across).max())
    reach = float(np.abs(corners @ along).max() + 2 * np.ptp(corners @ along))
    centre = float(corners.mean(axis=0) @ along)
    width = float(np.ptp(corners @ along))
    steps = np.linspace(-0.5, 0.5, 4) * width + centre
    bends = random.normal(0, 0.035 * (high - low), 4)

    def street(offset: float) -> list[Floats]:
        middle = [along * step + across * (offset + bend) for step, bend in zip(steps, bends, strict=True)]
        return [along * -reach + across * (offset + bends[0]), *middle, along * reach + across * (offset + bends[-1])]

    def area_missing(offset: float) -> float:
        far = across * (low - reach)
        below = Polygon([*street(offset), along * reach + far, along * -reach + far])
        return float(polygon.intersection(below).area) - share * polygon.area

    # beyond both ends by the most that a street bends, so that the wanted place lies between them
    bend = float(np.abs(bends).max())
    offset = scipy.optimize.brentq(area_missing, low - bend - 1e-9, high + bend + 1e-9, xtol=(high - low) * 1e-5)
    pieces = split(polygon, LineString(street(offset))).geoms
    parts = [piece for piece in pieces if isinstance(piece, Polygon)]
    if len(parts) != 2:
        return None
    parts.sort(key=lambda part: float(np.asarray(part.centroid.coords[0]) @ across))
    return parts[0], parts[1]


def _cut_well(
    polygon: Polygon, share: float, angle: float | None, random: np.random.Generator, tries: int
) -> list[Polygon]:
    """The best of several cuts: pieces as compact as can be."""
    if angle is None:
        box = shapely.get_coordinates(polygon.minimum_rotated_rectangle)
        sides = np.diff(box[:3], axis=0)
        short = sides[np.argmin(np.hypot(*sides.T))]
        angle = float(np.arctan2(short[1], short[0]))
    best, best_score = None, -1.0
    for attempt in range(tries + 20):
        if attempt >= tries and best is not None:
            break
        result = _cut(polygon, share, angle + random.normal(0, 0.16), random)
        if result is None:
            continue
        score = min(piece.area / piece.minimum_rotated_rectangle.area * _roundness(piece) for piece in result)
        if score > best_score:
            best, best_score = result, score
    if best is None:
        raise ValueError("no street cuts this block in two")
    return list(best)


def _roundness(polygon: Polygon) -> float:
    return float(4 * np.pi * polygon.area / polygon.length**2)


def blocks(polygon: Polygon, count: int, random: np.random.Generator, tries: int) -> list[Polygon]:
    """The polygon in ``count`` pieces of about equal area."""
    if count == 1:
        return [polygon]
    first = count // 2
    if count > 3 and count % 2 and random.random() < 0.5:
        first = count - first
    spread = random.uniform(-0.04, 0.04) if count > 2 else random.uniform(-0.08, 0.08)
    left, right = _cut_well(polygon, first / count + spread * min(first, count - first) / count, None, random, tries)
    return blocks(left, first, random, tries) + blocks(right, count - first, random, tries)


#: A plan of named pieces: a name, or (angle in degrees of the street between, left or lower part, the other part);
#: an angle of None leaves the street across the longer side.
Plan = str | tuple[float | None, "Plan", "Plan"]


def halved(plans: Sequence[Plan]) -> Plan:
    """One plan of several, halved again and again."""
    middle = len(plans) // 2
    return plans[0] if len(plans) == 1 else (None, halved(plans[:middle]), halved(plans[middle:]))


def parts(
    polygon: Polygon, plan: Plan, area: dict[str, float], random: np.random.Generator, tries: int
) -> dict[str, Polygon]:
    """Named pieces by a plan of cuts, each with its share of the whole area."""
    if isinstance(plan, str):
        return {plan: polygon}
    angle, first, second = plan
    shares = [sum(area[name] for name in names(side)) for side in (first, second)]
    bearing = None if angle is None else float(np.radians(angle))
    left, right = _cut_well(polygon, shares[0] / sum(shares), bearing, random, tries)
    return parts(left, first, area, random, tries) | parts(right, second, area, random, tries)


def names(plan: Plan) -> list[str]:
    """The names in a plan, in order."""
    return [plan] if isinstance(plan, str) else names(plan[1]) + names(plan[2])


def joined(pieces: Sequence[Polygon]) -> list[Polygon]:
    """The same pieces with every vertex of a neighbour on their own edge too: borders become exactly equal."""
    lines = unary_union([piece.exterior for piece in pieces])
    faces = list(polygonize(shapely.set_precision(lines, 1e-4)))
    tree = shapely.STRtree(faces)
    found = []
    for piece in pieces:
        inside = piece.representative_point()
        found.append(next(faces[index] for index in tree.query(inside) if faces[index].contains(inside)))
    return found


def warped(polygon: Polygon, amount: float, wave: float) -> Polygon:
    """The same shape on a gently twisted plane, so that streets are not ruled; equal points stay equal."""
    points = np.asarray(polygon.exterior.coords)
    x, y = points.T / wave
    moved_x = points[:, 0] + amount * np.sin(1.9 * y + 0.7) + 0.5 * amount * np.sin(2.7 * x + 1.3 * y)
    moved_y = points[:, 1] + amount * np.sin(1.7 * x + 1.9) + 0.5 * amount * np.sin(2.3 * y - 1.1 * x)
    return Polygon(np.round(np.column_stack([moved_x, moved_y]), 7))


def points_inside(polygon: BaseGeometry, count: int, random: np.random.Generator) -> Floats:
    """``count`` points inside, shape (count, 2)."""
    west, south, east, north = polygon.bounds
    kept = np.empty((0, 2))
    while len(kept) < count:
        tries = np.column_stack([random.uniform(west, east, 4 * count), random.uniform(south, north, 4 * count)])
        kept = np.vstack([kept, tries[shapely.contains_xy(polygon, tries)]])
    return kept[:count]


def label_point(polygon: BaseGeometry) -> Point:
    """Where a name is best written: the centroid, unless another place has clearly more room around it."""
    circle = shapely.get_coordinates(shapely.maximum_inscribed_circle(np.array([polygon]), tolerance=0.0002))
    radius = float(np.hypot(*(circle[1] - circle[0])))
    centre = polygon.centroid
    has_room = polygon.contains(centre) and polygon.boundary.distance(centre) > 0.75 * radius
    return centre if has_room else Point(circle[0])
