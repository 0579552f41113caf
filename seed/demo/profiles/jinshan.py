"""A town of Jinshan, Shanghai: 23 villages and estates, 536 micro grids; village, net, grid, row, household.

The town centre is kept as 1+4+18+X: one centre, four commercial blocks, eighteen streets, single shops.
"""

from typing import Final

from seed.demo.profiles.naming import dealt, place_name
from seed.demo.structure import Community, Drawing, FieldWork, Profile, Subdistrict, Volume


def _villages() -> tuple[Community, ...]:
    made = []
    nets = dealt(92, 23)
    for number, micro in enumerate(dealt(536, 23)):
        name_zh, name_en = place_name(40 + number)
        centre = number < 4
        grids = (("social", nets[number] - 1), ("dedicated", 1)) if centre else (("social", nets[number]),)
        suffix = "居" if number < 8 else "村"
        area = 0.7 if number < 8 else 2.6
        made.append(Community(f"JS{number + 1:02d}", name_zh + suffix, name_en, grids, 3_600, area, micro_grids=micro))
    return tuple(made)


JINSHAN: Final = Profile(
    name="jinshan",
    title_zh="金山某镇",
    title_en="A town of Jinshan",
    subdistricts=(Subdistrict("JS", "金山某镇", "A town of Jinshan", _villages(), streets=18),),
    years=(
        Volume(5_200, 21_000, 62_000, 36, 1, 18, 0, 420, 130, 12, 60),
        Volume(4_700, 19_500, 48_000, 44, 2, 22, 0, 470, 150, 14, 72),
    ),
    drawing=Drawing(
        lon=121.34,
        lat=30.75,
        outline=(
            *((-4.4, 2.2), (-3.0, 4.2), (-0.4, 3.6), (2.2, 4.6), (4.4, 3.0), (4.0, 0.4), (4.8, -2.0), (3.0, -4.0)),
            *((0.2, -3.4), (-2.0, -4.4), (-4.2, -3.0), (-3.8, -0.4)),
        ),
        plan=None,
        seed=11,
        warp=0.16,
        wave=1.8,
        tries=4,
    ),
    unit_level="micro_grid",
    level_names=(("community", "村居", "Village or estate"), ("grid", "网格", "Grid"), ("street", "街区", "Street")),
    staff=1_340,
    instructors=0,
    enterprises=900,
    risk_points=140,
    field_work=(
        FieldWork("patrol_track", "微网格长巡查", "Patrols of micro-grid leads", 48_000, 0),
        FieldWork("visit", "入户走访", "Home visits", 24_000, 61_000),
    ),
)
