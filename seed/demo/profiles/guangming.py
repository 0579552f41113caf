"""Guangming district, Shenzhen: 6 subdistricts, 31 communities, 126 all-in-one grids of five kinds."""

from typing import Final

from seed.demo.profiles.naming import dealt
from seed.demo.structure import Community, Drawing, FieldWork, Profile, Subdistrict, Volume

_KINDS: Final = ("village", "commerce", "public_facility", "enterprise_park", "nature")
_NAMES: Final = {
    ("GM", "光明街道", "Guangming"): (
        *(("光明", "Guangming"), ("翠湖", "Cuihu"), ("东周", "Dongzhou"), ("白花", "Baihua"), ("迳口", "Jingkou")),
        ("碧眼", "Biyan"),
    ),
    ("GO", "公明街道", "Gongming"): (
        *(("公明", "Gongming"), ("上村", "Shangcun"), ("下村", "Xiacun"), ("李松蓢", "Lisonglang"), ("西田", "Xitian")),
    ),
    ("XH", "新湖街道", "Xinhu"): (("楼村", "Loucun"), ("新羌", "Xinqiang"), ("圳美", "Zhenmei"), ("羌下", "Qiangxia")),
    ("FH", "凤凰街道", "Fenghuang"): (
        *(("塘家", "Tangjia"), ("东坑", "Dongkeng"), ("塘尾", "Tangwei"), ("甲子塘", "Jiazitang")),
    ),
    ("YT", "玉塘街道", "Yutang"): (("田寮", "Tianliao"), ("玉律", "Yulü"), ("长圳", "Changzhen"), ("红星", "Hongxing")),
    ("MT", "马田街道", "Matian"): (
        *(("合水口", "Heshuikou"), ("马山头", "Mashantou"), ("薯田埔", "Shutianpu"), ("根竹园", "Genzhuyuan")),
        *(("新庄", "Xinzhuang"), ("石家", "Shijia"), ("石围", "Shiwei"), ("将围", "Jiangwei")),
    ),
}


def _subdistricts() -> tuple[Subdistrict, ...]:
    sizes = iter(dealt(126, 31))
    made = []
    for (code, zh, en), communities in _NAMES.items():
        below = []
        for number, (name_zh, name_en) in enumerate(communities, start=1):
            count = next(sizes)
            grids = tuple(
                (_KINDS[(0, 3, 1, 0, 2, 4)[(number + extra) % 6] if extra else 0], 1) for extra in range(count)
            )
            below.append(Community(f"{code}{number:02d}", name_zh, name_en, grids, 9_200 * count, 1.25 * count))
        made.append(Subdistrict(code, zh, en, tuple(below), parent_code="GMQ"))
    return tuple(made)


GUANGMING: Final = Profile(
    name="guangming",
    title_zh="光明区",
    title_en="Guangming District",
    above=(("GMQ", "", "district", "光明区", "Guangming District"),),
    subdistricts=_subdistricts(),
    years=(
        Volume(20_600, 196_000, 31_000, 240, 5, 110, 0, 2_900, 940, 210, 260),
        Volume(18_200, 188_000, 26_000, 420, 12, 190, 4, 3_380, 1_150, 246, 345),
    ),
    drawing=Drawing(
        lon=113.925,
        lat=22.765,
        outline=(
            *((-8.4, 3.6), (-6.6, 5.8), (-3.2, 6.6), (-0.4, 5.6), (2.4, 7.2), (5.6, 6.4), (8.2, 4.0), (8.8, 0.8)),
            *(
                (7.0, -1.8),
                (7.6, -4.6),
                (4.8, -6.6),
                (1.6, -5.6),
                (-1.6, -7.2),
                (-5.0, -6.2),
                (-7.4, -3.6),
                (-8.8, 0.2),
            ),
        ),
        plan=None,
        seed=3,
        warp=0.3,
        wave=3.5,
        tries=4,
    ),
    level_names=(("grid", "全科网格", "All-in-one grid"),),
    staff=8_000,
    instructors=126,
    enterprises=6_400,
    risk_points=820,
    field_work=(
        FieldWork("visit", "入户走访", "Home visits", 62_000, 140_000),
        FieldWork("mediation", "纠纷调解", "Disputes mediated", 3_200, 7_400),
        FieldWork("building_sweep", "楼栋排查", "Building sweeps", 9_400, 41_000),
    ),
)
