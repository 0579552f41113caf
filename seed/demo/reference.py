"""What the demo city's store knows besides its cases, in the frames of seed.reference."""

import numpy as np
import pandas as pd
from shapely.geometry import shape

from seed.demo.chance import generator
from seed.demo.city import City
from seed.demo.days import calendar
from seed.demo.matters import DEPARTMENTS, DUTY_PHONES, case_types, deadlines
from seed.demo.sites import risk_points
from seed.demo.structure import Profile
from seed.demo.work import assessment_marks, field_work, operating_mode
from seed.reference import Reference

_LEAST_SHARE = 0.02  # smaller slices of ground are the drawing's own
_SOURCES = (
    ("patrol", "巡查", "Patrol", 600),
    ("hotline", "12345", "12345", 900),
    ("qr_code", "书记在线", "QR code", 1800),
    ("sensor", "物联", "Sensors", 1800),
    ("department", "部门", "Departments", 14_400),
)


def reference_of(city: City, first: int, today: int, until: int) -> Reference:
    """All reference frames of a city whose history runs from local day ``first`` to the moment ``until``."""
    areas = city.places.areas
    owners = [each.code for each in city.profile.subdistricts]
    return Reference(
        areas=areas,
        case_types=case_types(),
        deadlines=deadlines(),
        calendar=calendar(today - 4 * 366, today + 400),
        sources=_for_each(
            owners, _SOURCES, ["source", "name_zh", "name_en", "expected_every_seconds"], "position"
        ).assign(records_times=True),
        departments=_for_each(
            owners,
            tuple((*department, DUTY_PHONES[department[0]]) for department in DEPARTMENTS),
            ["code", "name_zh", "name_en", "duty_phone"],
        ),
        staff_posts=_staff(city.profile, areas),
        labels=_labels(city.profile),
        lineage=_lineage(areas),
        aliases=_aliases(city.profile, areas),
        risk_points=risk_points(
            city.places, city.profile.name, city.profile.enterprises, city.profile.risk_points, first, today
        ),
        field_work=field_work(city.profile, city.places, city.days, city.seed, first, today),
        assessment_marks=assessment_marks(
            city.places, city.people, city.seed, first, until, city.profile.assessed_level
        ),
        operating_mode=operating_mode(owners, city.days, first, until),
    )


def _labels(profile: Profile) -> pd.DataFrame:
    """Words of this place: posts, activities, items, and what its levels are called."""
    rows = [("post", code, position, zh, en) for position, (code, zh, en) in enumerate(_POST_NAMES, start=1)]
    rows += [
        ("line_of_field_work", each.activity, position, each.name_zh, each.name_en)
        for position, each in enumerate(profile.field_work, start=1)
    ]
    rows += [("assessment_item", *item) for item in _ITEM_NAMES]
    rows += [("level", code, position, zh, en) for position, (code, zh, en) in enumerate(profile.level_names, start=1)]
    return pd.DataFrame(rows, columns=["topic", "code", "position", "name_zh", "name_en"])


def _lineage(areas: pd.DataFrame) -> pd.DataFrame:
    """What share of a redrawn grid's ground went to which of the new ones."""
    grids = areas[(areas["level"] == "grid") & areas["boundary"].notna()]
    old, new = grids[grids["valid_to"].notna()], grids[grids["valid_from"].notna()]
    rows = []
    shapes = [shape(boundary) for boundary in new["boundary"]]
    for code, owner, boundary in zip(old["code"], old["subdistrict_code"], old["boundary"], strict=True):
        ground = shape(boundary)
        shares = [ground.intersection(each).area / ground.area for each in shapes]
        total = sum(share for share in shares if share > _LEAST_SHARE)
        rows += [
            (owner, code, successor, round(share / total, 4))
            for successor, share in zip(new["code"], shares, strict=True)
            if share > _LEAST_SHARE
        ]
    return pd.DataFrame(rows, columns=["subdistrict_code", "old_code", "new_code", "share"])


def _aliases(profile: Profile, areas: pd.DataFrame) -> pd.DataFrame:
    """The longer names under which the reporting systems know communities and grids."""
    is_named = areas["level"].isin(["community", "grid"]) & (areas["kind"] != "mobile") & areas["valid_to"].isna()
    below = areas[is_named]
    parent = below["parent_code"].map(areas.drop_duplicates("code").set_index("code")["name_zh"])
    is_grid = below["level"] == "grid"
    plain = parent + "社区" + below["short_name"] + "小分格"
    names = plain.where(is_grid, below["name_zh"] + "社区")
    return pd.DataFrame({"subdistrict_code": below["subdistrict_code"], "area_code": below["code"], "alias": names})


_POST_NAMES = (
    ("grid_lead", "格长", "Grid lead"),
    ("information", "基础网格信息岗", "Grid information"),
    ("patrol", "综合巡查纠治岗", "Patrol and correction"),
    ("appeals", "民生诉求服务岗", "Appeals service"),
    ("emergency", "应急管理岗", "Emergency management"),
    ("economy", "经济服务岗", "Economic service"),
    ("instructor", "指导员", "Instructor"),
)
_ITEM_NAMES = (
    ("party", 1, "党建引领", "Party building"),
    ("safety", 2, "平安稳定", "Safety and stability"),
    ("appearance", 3, "市容环境", "City appearance"),
    ("service", 4, "民生服务", "Service to residents"),
)


def _for_each(
    owners: list[str], rows: tuple[tuple[object, ...], ...], columns: list[str], position: str = ""
) -> pd.DataFrame:
    """The same rows for every subdistrict."""
    one = pd.DataFrame(rows, columns=columns)
    if position:
        one[position] = np.arange(1, len(one) + 1)
    return pd.concat([one.assign(subdistrict_code=owner) for owner in owners], ignore_index=True)


_POSTS = {
    "social": (("grid_lead", 1), ("information", 4), ("patrol", 4), ("appeals", 4)),
    "enterprise": (("grid_lead", 1), ("information", 3), ("emergency", 3), ("appeals", 3), ("economy", 3)),
}


def _staff(profile: Profile, areas: pd.DataFrame) -> pd.DataFrame:
    """Members by grid and post; their sums are the profile's staff and instructors."""
    units = areas[(areas["level"] == "grid") & (areas["kind"] != "mobile") & areas["valid_to"].isna()]
    random = generator(1, "staff", profile.name)
    wanted = np.full(len(units), profile.staff // max(len(units), 1))
    wanted[: profile.staff - int(wanted.sum())] += 1
    moved = random.integers(-2, 2, len(units) // 2)
    wanted[: len(moved)] += moved
    wanted[len(moved) : 2 * len(moved)] -= moved
    guides = np.ones(len(units), dtype=np.int64)
    guides[random.choice(len(units), max(profile.instructors - len(units), 0), replace=False)] += 1
    rows = []
    for unit, members, guide in zip(units.itertuples(index=False), wanted, guides, strict=True):
        posts = dict(_POSTS.get(str(unit.kind), _POSTS["social"]))
        posts["patrol" if "patrol" in posts else "emergency"] += int(members) - sum(posts.values())
        if profile.instructors:
            posts["instructor"] = int(guide)
        rows += [(unit.subdistrict_code, unit.code, post, count) for post, count in posts.items() if count > 0]
    return pd.DataFrame(rows, columns=["subdistrict_code", "area_code", "post", "members"])
