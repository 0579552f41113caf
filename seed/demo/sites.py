"""Enterprises rated in four colours, and the risk points on their sites."""

from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from seed.demo.chance import generator
from seed.demo.days import EPOCH
from seed.demo.matters import RISKS
from seed.demo.places import ENTERPRISE, SOCIAL, Places

_FIRST: Final = {
    "恒": "Heng",
    "鑫": "Xin",
    "瑞": "Rui",
    "盛": "Sheng",
    "宏": "Hong",
    "华": "Hua",
    "永": "Yong",
    "兴": "Xing",
    "嘉": "Jia",
    "立": "Li",
    "德": "De",
    "安": "An",
    "凯": "Kai",
    "联": "Lian",
    "旭": "Xu",
    "正": "Zheng",
}
_SECOND: Final = {
    "达": "da",
    "丰": "feng",
    "泰": "tai",
    "隆": "long",
    "辉": "hui",
    "源": "yuan",
    "诚": "cheng",
    "科": "ke",
    "创": "chuang",
    "利": "li",
    "拓": "tuo",
    "佳": "jia",
    "朗": "lang",
    "腾": "teng",
    "邦": "bang",
    "顺": "shun",
}
_TRADES: Final = (
    *(("电子厂", "Electronics"), ("精密五金", "Precision Metal"), ("塑胶制品", "Plastics"), ("模具厂", "Moulds")),
    *(("光电", "Optics"), ("包装印刷", "Printing"), ("物流仓", "Warehouse"), ("家具厂", "Furniture")),
    *(("食品厂", "Food"), ("餐饮店", "Diner"), ("超市", "Supermarket"), ("汽修店", "Garage"), ("公寓", "Flats")),
)
_POINTS: Final = (
    *(("危化品仓", "chemical store"), ("喷涂车间", "spray shop"), ("粉尘车间", "dusty workshop")),
    *(("锅炉房", "boiler room"), ("配电房", "switch room"), ("气瓶间", "gas cylinder room")),
    *(("有限空间", "confined space"), ("仓库通道", "warehouse aisle"), ("员工宿舍", "dormitory")),
    *(("电动车棚", "e-bike shed"), ("冷库", "cold store"), ("污水池", "effluent pit")),
)


def risk_points(places: Places, name: str, enterprises: int, points: int, first: int, today: int) -> pd.DataFrame:
    """One row per enterprise, then one per risk point, in the shape of Reference.risk_points.

    Ratings are of the place, not of chance: the same for every seed.
    """
    random = generator(1, "sites", name)
    now = places.era == places.era.max()
    weight = now * np.where(places.kind == ENTERPRISE, 6.0, np.where(places.kind == SOCIAL, 1.0, 0.0))
    unit = np.sort(random.choice(len(places.code), enterprises, p=weight / weight.sum()))
    heads, tails = list(_FIRST.items()), list(_SECOND.items())
    pairs = random.integers(0, len(heads) * len(tails), enterprises)
    trades = random.integers(0, len(_TRADES), enterprises)
    names = [
        (heads[pair // len(tails)], tails[pair % len(tails)], _TRADES[trade])
        for pair, trade in zip(pairs, trades, strict=True)
    ]
    spot = random.integers(1, places.lon.shape[1], enterprises)
    site = pd.DataFrame(
        {
            "code": [f"E{number:05d}" for number in range(1, enterprises + 1)],
            "site_kind": "enterprise",
            "site_code": None,
            "unit": unit,
            "name_zh": [head[0] + tail[0] + trade[0] for head, tail, trade in names],
            "name_en": [f"{head[1]}{tail[1]} {trade[1]}" for head, tail, trade in names],
            "risk": np.array(RISKS, dtype=object)[random.choice(4, enterprises, p=[0.012, 0.068, 0.29, 0.63])],
            "lon": np.round(places.lon[unit, spot], 6),
            "lat": np.round(places.lat[unit, spot], 6),
        }
    )
    graver = np.array([18.0, 7.0, 1.6, 0.25])[[RISKS.index(risk) for risk in site["risk"]]]
    chosen = np.sort(random.choice(enterprises, points, replace=False, p=graver / graver.sum()))
    kind = random.integers(0, len(_POINTS), points)
    point = site.iloc[chosen].reset_index(drop=True)
    point["site_code"] = point["code"]
    point["code"] = [f"R{number:04d}" for number in range(1, points + 1)]
    point["site_kind"] = "point"
    point["name_zh"] = point["name_zh"] + [_POINTS[number][0] for number in kind]
    point["name_en"] = point["name_en"] + [", " + _POINTS[number][1] for number in kind]
    both = pd.concat([site, point], ignore_index=True)
    age = random.integers(30, 900, len(both))
    both["opened_on"] = pd.Series([_date(today - int(days)) for days in age], dtype=object)
    both["closed_on"] = None
    unit = both.pop("unit").to_numpy()
    return both.assign(area_code=places.code[unit], subdistrict_code=places.subdistrict[unit])


def _date(number: int) -> date:
    return date.fromordinal(EPOCH + number)
