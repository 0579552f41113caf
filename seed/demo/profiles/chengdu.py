"""Chengdu: 23 districts, 261 towns, 3,045 communities, 14,000 general grids, 11,000 dedicated grids and 120,000
micro grids, or any part of it.
"""

from seed.demo.profiles.naming import dealt, place_name
from seed.demo.structure import Community, FieldWork, Profile, Subdistrict, Volume

_DISTRICTS = (
    *(
        ("锦江区", "Jinjiang"),
        ("青羊区", "Qingyang"),
        ("金牛区", "Jinniu"),
        ("武侯区", "Wuhou"),
        ("成华区", "Chenghua"),
    ),
    *(("龙泉驿区", "Longquanyi"), ("青白江区", "Qingbaijiang"), ("新都区", "Xindu"), ("温江区", "Wenjiang")),
    *(("双流区", "Shuangliu"), ("郫都区", "Pidu"), ("新津区", "Xinjin"), ("简阳市", "Jianyang")),
    *(("都江堰市", "Dujiangyan"), ("彭州市", "Pengzhou"), ("邛崃市", "Qionglai"), ("崇州市", "Chongzhou")),
    *(("金堂县", "Jintang"), ("大邑县", "Dayi"), ("蒲江县", "Pujiang"), ("高新区", "Gaoxin")),
    *(("天府新区", "Tianfu New Area"), ("东部新区", "Eastern New Area")),
)


def chengdu(scale: float) -> Profile:
    """The city with this share of its places. ``generate`` multiplies the cases by the same ``scale``."""
    districts = _DISTRICTS[: max(1, min(23, round(261 * scale)))]
    towns = max(len(districts), round(261 * scale))
    communities = max(towns, round(3_045 * scale))
    general = max(communities, round(14_000 * scale))
    return Profile(
        name="chengdu",
        title_zh="成都市",
        title_en="Chengdu",
        above=(
            ("CD", "", "city", "成都市", "Chengdu"),
            *((f"CD{number:02d}", "CD", "district", zh, en) for number, (zh, en) in enumerate(districts, start=1)),
        ),
        subdistricts=_towns(len(districts), towns, communities, general, round(11_000 * scale), round(120_000 * scale)),
        years=(
            Volume(620_000, 830_000, 1_050_000, 5_200, 90, 2_400, 0, 46_000, 16_000, 2_100, 9_800, 12_000, 220),
            Volume(560_000, 800_000, 950_000, 6_400, 140, 2_900, 6, 55_000, 19_000, 2_500, 11_700, 14_300, 299),
        ),
        unit_level="micro_grid",
        assessed_level="community",  # a micro grid has 20 cases a year: nothing to assess it by
        level_names=(("grid", "网格", "Grid"), ("subdistrict", "镇街", "Town")),
        staff=round(95_000 * scale),
        enterprises=round(60_000 * scale),
        risk_points=round(6_000 * scale),
        field_work=(
            FieldWork(
                "special_care", "关爱走访", "Special care visits", round(213_000 * scale), round(213_000 * scale)
            ),
        ),
        spread=0.42,
    )


def _towns(
    districts: int, towns: int, communities: int, general: int, dedicated: int, micro: int
) -> tuple[Subdistrict, ...]:
    in_community = list(
        zip(dealt(general, communities), dealt(dedicated, communities), dealt(micro, communities), strict=True)
    )
    made = []
    number = 0
    for town, count in enumerate(dealt(communities, towns)):
        code = f"T{town + 1:03d}"
        below = []
        for each in range(1, count + 1):
            grids, extra, small = in_community[number]
            name_zh, name_en = place_name(number + 7)
            kinds = (("social", grids), ("dedicated", extra))
            below.append(Community(f"{code}{each:02d}", name_zh, name_en, kinds, 6_900, micro_grids=small))
            number += 1
        name_zh, name_en = place_name(town * 3 + 1)
        made.append(
            Subdistrict(code, name_zh + "街道", name_en, tuple(below), parent_code=f"CD{town % districts + 1:02d}")
        )
    return tuple(made)
