"""The invented town of the samples: a ring of land cut into grids by Voronoi cells from a seeded generator.

Nothing here reads a database or the demo city.
"""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from shapely import MultiPoint, Point, Polygon, transform, voronoi_polygons
from shapely.geometry import mapping
from shapely.ops import unary_union

COMMUNITIES = (
    ("合水口", "Heshuikou", 0.62, 0.62),
    ("马山头", "Mashantou", 0.30, 0.85),
    ("薯田埔", "Shutianpu", 0.80, 0.85),
    ("根竹园", "Genzhuyuan", 0.20, 0.58),
    ("新庄", "Xinzhuang", 0.42, 0.42),
    ("石家", "Shijia", 0.18, 0.26),
    ("石围", "Shiwei", 0.50, 0.14),
    ("将围", "Jiangwei", 0.80, 0.34),
)
_OUTLINE = (
    (0.16, 0.97), (0.45, 1.0), (0.60, 0.93), (0.84, 0.96), (0.97, 0.83), (1.0, 0.62), (0.95, 0.50), (1.0, 0.30),
    (0.86, 0.14), (0.70, 0.09), (0.58, 0.0), (0.32, 0.03), (0.20, 0.15), (0.05, 0.20), (0.0, 0.40), (0.06, 0.52),
    (0.01, 0.74),
)  # fmt: skip
WEST, SOUTH, WIDTH, HEIGHT = 113.852, 22.752, 0.048, 0.056
LEVELS = ("red", "orange", "yellow", "blue", "normal")


@cache
def cells(count: int, seed: int) -> tuple[tuple[int, Polygon], ...]:
    """``count`` cells in degrees with the index of their community, from evened-out random points."""
    outline = Polygon(_OUTLINE).buffer(0)
    random = np.random.default_rng(seed)
    points: list[Point] = []
    while len(points) < count:
        point = Point(random.random(2))
        if outline.contains(point):
            points.append(point)
    cells: list[Any] = []
    for _ in range(6):
        cells = [cell.intersection(outline) for cell in voronoi_polygons(MultiPoint(points), extend_to=outline).geoms]
        points = [cell.centroid for cell in cells]
    placed = []
    for cell in cells:
        centre = cell.centroid
        distances = [np.hypot(centre.x - x, centre.y - y) for _, _, x, y in COMMUNITIES]
        degrees = transform(cell, lambda xy: np.column_stack((WEST + xy[:, 0] * WIDTH, SOUTH + xy[:, 1] * HEIGHT)))
        placed.append((int(np.argmin(distances)), degrees))
    return tuple(sorted(placed, key=lambda item: (item[0], -item[1].centroid.y, item[1].centroid.x)))


def grids(levels: dict[int, str], count: int = 80, seed: int = 7) -> pd.DataFrame:
    """One row per grid; ``levels`` gives the level of grids by their position in the frame."""
    rows = []
    numbers: dict[int, int] = {}
    for index, (community, cell) in enumerate(cells(count, seed)):
        zh, en, _, _ = COMMUNITIES[community]
        numbers[community] = number = numbers.get(community, 0) + 1
        level = levels.get(index, "normal")
        severity = 4 - LEVELS.index(level)
        rows.append(
            {
                "area_id": 100 + index,
                "code": f"G{index:03d}",
                "name_zh": f"{zh}{number:02d}",
                "name_en": f"{en} {number:02d}",
                "short_name": f"{number:02d}",
                "kind": "enterprise" if index % 5 == 4 else "social",
                "community_id": 10 + community,
                "community_zh": zh,
                "community_en": en,
                "lon": cell.representative_point().x,
                "lat": cell.representative_point().y,
                "boundary": mapping(cell),
                "level": level,
                "score": float(severity) + index / 1000,
                "observed": 1 + 2 * severity,
                "expected": 2.1 if severity else 1.4,
                "p_unusual": 0.5 / (1 + severity**2),
                "is_alarm": severity >= 3,
                "expected_load": 0.4 + severity,
                "overdue": 1 if severity >= 4 else 0,
                "escalated": 1 if severity == 4 and index % 2 else 0,
                "risk_points": severity // 2,
            }
        )
    return pd.DataFrame(rows)


def communities(count: int = 80, seed: int = 7) -> pd.DataFrame:
    rows = []
    for index, (zh, en, _, _) in enumerate(COMMUNITIES):
        whole = unary_union([cell for community, cell in cells(count, seed) if community == index])
        if whole.is_empty:
            continue
        rows.append(
            {
                "area_id": 10 + index,
                "code": f"C{index}",
                "name_zh": zh,
                "name_en": en,
                "lon": whole.centroid.x,
                "lat": whole.centroid.y,
                "boundary": mapping(whole),
            }
        )
    return pd.DataFrame(rows)


def heat(grids: pd.DataFrame) -> pd.DataFrame:
    random = np.random.default_rng(5)
    chosen = grids.iloc[random.integers(0, len(grids), 90)]
    return pd.DataFrame(
        {
            "lon": chosen.lon.to_numpy() + random.normal(0, 0.0012, 90),
            "lat": chosen.lat.to_numpy() + random.normal(0, 0.0012, 90),
            "weight": random.uniform(0.2, 2.0, 90),
        }
    )


def risk_points(grids: pd.DataFrame) -> pd.DataFrame:
    chosen = grids.iloc[3::6]
    return pd.DataFrame(
        {
            "lon": chosen.lon.to_numpy() + 0.0012,
            "lat": chosen.lat.to_numpy() - 0.001,
            "risk": ["red", "orange", "yellow", "blue"] * (len(chosen) // 4) + ["blue"] * (len(chosen) % 4),
            "name_zh": [f"风险点{index}" for index in range(len(chosen))],
            "name_en": [f"Risk point {index}" for index in range(len(chosen))],
        }
    )


def levels(reds: int, oranges: int, yellows: int, blues: int, count: int = 80) -> dict[int, str]:
    order = np.random.default_rng(21).permutation(count)
    wanted = ["red"] * reds + ["orange"] * oranges + ["yellow"] * yellows + ["blue"] * blues
    return {int(index): level for index, level in zip(order, wanted, strict=False)}
