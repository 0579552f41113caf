"""Xinhui district, Jiangmen: 817 smart grids, 156 estates; residents whistle, the town dispatches."""

from typing import Final

from seed.demo.profiles.naming import dealt, place_name
from seed.demo.structure import Community, Drawing, FieldWork, Profile, Subdistrict, Volume

_TOWNS: Final = (
    *(("会城街道", "Huicheng", 44), ("大泽镇", "Daze", 12), ("司前镇", "Siqian", 13), ("罗坑镇", "Luokeng", 9)),
    *(("双水镇", "Shuangshui", 17), ("崖门镇", "Yamen", 10), ("沙堆镇", "Shadui", 9), ("古井镇", "Gujing", 12)),
    *(("三江镇", "Sanjiang", 11), ("睦洲镇", "Muzhou", 9), ("大鳌镇", "Da'ao", 10)),
)


def _towns() -> tuple[Subdistrict, ...]:
    sizes = iter(dealt(817, 156))
    number = 0
    made = []
    for position, (zh, en, estates) in enumerate(_TOWNS, start=1):
        code = f"XH{position:02d}"
        below = []
        for estate in range(1, estates + 1):
            name_zh, name_en = place_name(number)
            count = next(sizes)
            dense = 0.8 if position == 1 else 6.0
            grids = (("social", count - 1), ("enterprise", 1)) if estate % 4 == 0 else (("social", count),)
            below.append(Community(f"{code}{estate:02d}", name_zh, name_en, grids, 1_150 * count, dense * count))
            number += 1
        made.append(Subdistrict(code, zh, en, tuple(below), parent_code="XHQ"))
    return tuple(made)


XINHUI: Final = Profile(
    name="xinhui",
    title_zh="新会区",
    title_en="Xinhui District",
    above=(("XHQ", "", "district", "新会区", "Xinhui District"),),
    subdistricts=_towns(),
    years=(
        Volume(651, 52_000, 9_600, 120, 3, 60, 0, 1_450, 520, 96, 310),
        Volume(540, 47_000, 8_800, 150, 4, 70, 1, 1_610, 560, 110, 350),
    ),
    drawing=Drawing(
        lon=113.03,
        lat=22.42,
        outline=(
            *((-22.0, 14.0), (-14.0, 20.0), (-5.0, 17.5), (3.0, 22.0), (12.0, 18.0), (20.0, 12.0), (24.0, 3.0)),
            *((20.0, -7.0), (22.0, -15.0), (13.0, -22.0), (4.0, -19.0), (-3.0, -25.0), (-10.0, -17.0), (-19.0, -10.0)),
            (-24.0, 2.0),
        ),
        plan=None,
        seed=5,
        warp=0.9,
        wave=10.0,
        tries=2,
    ),
    level_names=(("community", "小区", "Estate"), ("grid", "智慧网格", "Smart grid"), ("subdistrict", "镇街", "Town")),
    staff=3_492,
    instructors=817,
    enterprises=5_200,
    risk_points=640,
    field_work=(
        FieldWork("visit", "入户走访", "Home visits", 297_000, 869_000),
        FieldWork("medical_consultation", "义诊", "Medical consultations", 359, 359),
        FieldWork("joint_room", "警格联动室值守", "Joint police-and-grid rooms manned", 63 * 365, 63 * 365),
    ),
)
