"""Matian subdistrict, Shenzhen: 1+8+80+N, the profile everything is calibrated to."""

from dataclasses import replace
from datetime import date
from typing import Final

from seed.demo.structure import Community, Drawing, FieldWork, Profile, Subdistrict, Volume

_DRAWING: Final = Drawing(
    lon=113.875,
    lat=22.780,
    outline=(
        *((-1.62, 1.98), (-1.02, 2.26), (-0.18, 2.34), (0.42, 2.06), (1.06, 2.10), (1.55, 1.72), (1.92, 1.18)),
        *((1.80, 0.62), (2.02, 0.14), (1.72, -0.36), (1.94, -0.92), (1.50, -1.52), (0.92, -1.74), (0.34, -2.24)),
        *((-0.42, -2.36), (-0.98, -1.82), (-1.62, -1.58), (-1.86, -0.94), (-1.70, -0.30), (-2.04, 0.30)),
        *((-1.84, 0.98), (-2.00, 1.44)),
    ),
    plan=(
        4.0,
        (-8.0, (100.0, (84.0, "JW", "SW"), "SJ"), (96.0, "HSK", (92.0, "XZ", "GZY"))),
        (84.0, "STP", "MST"),
    ),
    seed=7,
)

MATIAN: Final = Profile(
    name="matian",
    title_zh="马田街道",
    title_en="Matian",
    subdistricts=(
        Subdistrict(
            "MT",
            "马田街道",
            "Matian",
            (
                Community("HSK", "合水口", "Heshuikou", (("social", 12), ("enterprise", 2)), 68_700, 1.85),
                Community("MST", "马山头", "Mashantou", (("social", 10), ("enterprise", 2)), 51_200, 2.38),
                Community("STP", "薯田埔", "Shutianpu", (("social", 8), ("enterprise", 3)), 44_600, 2.16),
                Community("GZY", "根竹园", "Genzhuyuan", (("social", 7), ("enterprise", 2)), 35_300, 1.72),
                Community("XZ", "新庄", "Xinzhuang", (("social", 8), ("enterprise", 2)), 40_900, 1.86),
                Community("SJ", "石家", "Shijia", (("social", 6), ("enterprise", 1)), 26_700, 1.36),
                Community("SW", "石围", "Shiwei", (("social", 7), ("enterprise", 1)), 31_800, 1.52),
                Community("JW", "将围", "Jiangwei", (("social", 7), ("enterprise", 2)), 36_400, 1.72),
            ),
            mobile=6,
        ),
    ),
    years=(
        Volume(27_742, 95_714, 12_100, 99, 2, 29, 0, 795, 288, 70, 20),
        Volume(2_344, 96_350, 11_600, 286, 14, 81, 3, 927, 353, 82, 27),
    ),
    drawing=_DRAWING,
    is_new_service=True,
    staff=1_053,
    instructors=130,
    enterprises=3_177,
    risk_points=402,
    field_work=(
        FieldWork("building_sweep", "楼栋排查", "Building sweeps", 2_468, 10_900),
        FieldWork("council", "议民生事", "Residents' councils", 681, 4_400),
        FieldWork("qr_code_posted", "书记在线二维码", "QR codes posted", 2_300, 0),
        FieldWork("mediation", "纠纷调解", "Disputes mediated", 601, 1_410),
        FieldWork("legal_consultation", "免费法律咨询", "Free legal consultations", 1_090, 1_090),
        FieldWork("lecture", "宣讲", "Lectures", 303, 15_400),
        FieldWork("counselling", "心理服务", "Counselling", 972, 4_866),
        FieldWork("activity", "活动", "Activities", 8_000, 100_000),
        FieldWork("volunteer_team", "志愿队伍", "Volunteer teams", 100, 2_060),
        FieldWork("visit", "入户走访", "Home visits", 20_800, 48_000),
    ),
)

_NEW_PLACES: Final = replace(
    MATIAN,
    subdistricts=(
        Subdistrict(
            "MT",
            "马田街道",
            "Matian",
            (
                Community("HSKN", "合水口", "Heshuikou", (("social", 7), ("enterprise", 1)), 42_300, 1.10),
                Community("NHN", "南环", "Nanhuan", (("social", 6),), 31_600, 0.96),
                Community("MSTN", "马山头", "Mashantou", (("social", 6), ("enterprise", 2)), 41_900, 1.90),
                Community("SBN", "松柏", "Songbai", (("social", 4), ("enterprise", 1)), 25_400, 1.20),
                Community("STPN", "薯田埔", "Shutianpu", (("social", 5), ("enterprise", 2)), 37_500, 1.62),
                Community("GZYN", "根竹园", "Genzhuyuan", (("social", 6), ("enterprise", 1)), 35_300, 1.72),
                Community("XZN", "新庄", "Xinzhuang", (("social", 7), ("enterprise", 1)), 39_600, 1.86),
                Community("SJN", "石家", "Shijia", (("social", 4), ("enterprise", 1)), 24_700, 1.36),
                Community("SWN", "石围", "Shiwei", (("social", 5), ("enterprise", 1)), 27_800, 1.42),
                Community("JWN", "将围", "Jiangwei", (("social", 7), ("enterprise", 1)), 36_400, 1.52),
            ),
            mobile=6,
        ),
    ),
    drawing=replace(
        _DRAWING,
        plan=(
            4.0,
            (-8.0, (100.0, (84.0, "JWN", "SWN"), "SJN"), (96.0, (None, "HSKN", "NHN"), (92.0, "XZN", "GZYN"))),
            (84.0, (None, "STPN", "SBN"), "MSTN"),
        ),
        seed=9,
    ),
)

#: The option: from July 2025 on 10 communities and 68 small grids; history stays with the old ones.
MATIAN_REDRAWN: Final = replace(MATIAN, redrawn_on=date(2025, 7, 1), redrawn=_NEW_PLACES)
