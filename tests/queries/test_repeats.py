"""Repeated matters, against a plain reading of what was told."""

from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest

from queries.repeats import REPEATED_DAYS, repeated
from tests.queries.town import Town, local

FIRST, LAST = date(2024, 3, 11), date(2024, 3, 17)
AS_OF = "2024-03-18 09:00:00"
METRES = 111_320


def _ids(town: Town) -> dict[str, int]:
    rows = town.connection.exec_driver_sql("select code, type_id from app.case_types").all()
    return {row.code: row.type_id for row in rows}


@pytest.mark.parametrize("seed", range(3))
def test_the_third_at_one_place_within_thirty_days_counts(town: Town, seed: int) -> None:
    chance = np.random.default_rng(seed)
    told = []
    for number in range(160):
        at = local("2024-02-01 00:00:00") + timedelta(minutes=int(chance.integers(0, 46 * 1440)))
        area = str(chance.choice(["east-1", "west-1"]))
        matter = str(chance.choice(["noise", "leak", "wages"]))
        lon, lat = 113.80 + 0.1 * (area == "west-1"), 22.70 + 0.1  # as the town has them
        step = int(chance.integers(0, 4))  # 0: the area's own label point
        place = (lon + 0.002 * step, lat)
        party = f"p{chance.integers(0, 12)}" if chance.random() < 0.4 else None
        state = str(chance.choice(["open", "resolved", "withdrawn"], p=[0.5, 0.4, 0.1]))
        told.append((number, at, area, matter, place, step > 0, party, state))
        moment = at.strftime("%Y-%m-%d %H:%M:%S")
        values = {"area_code": area, "type_code": matter, "lon": place[0], "lat": place[1]}
        town.case(f"c{number}", moment, **values, **({"party": party} if party else {}))
        if state != "open":
            town.then(f"c{number}", state, (at + timedelta(minutes=5)).strftime("%Y-%m-%d %H:%M:%S"))
    town.settle()
    start, end = local(f"{FIRST} 00:00:00"), local(f"{LAST + timedelta(days=1)} 00:00:00")
    n: Counter[tuple[str, str]] = Counter()
    still_open: Counter[tuple[str, str]] = Counter()
    for number, at, area, matter, place, is_located, party, state in told:
        if state == "withdrawn" or matter == "wages" or not start <= at < end:
            continue
        earlier = [
            each
            for each in told
            if each[0] != number
            and each[7] != "withdrawn"
            and (each[2], each[3]) == (area, matter)
            and at - timedelta(days=REPEATED_DAYS) <= each[1] <= at
            and ((party is not None and each[6] == party) or (is_located and each[5] and each[4] == place))
        ]
        if len(earlier) >= 2:
            n[area, matter] += 1
            still_open[area, matter] += state == "open"
    ids = _ids(town)
    frame = repeated(town.connection, town.at(AS_OF, period_from=FIRST, period_to=LAST))
    found = {
        (row["area_id"], row["type_id"]): (row["n"], row["open"])
        for row in frame[["area_id", "type_id", "n", "open"]].to_dict("records")
    }
    assert found == {
        (town.area_ids[area], ids[matter]): (times, still_open[area, matter]) for (area, matter), times in n.items()
    }
    assert sum(n.values()) > 3
    assert frame["n"].is_monotonic_decreasing


def test_of_an_area_alone(town: Town) -> None:
    for number in range(4):
        town.case(f"c{number}", f"2024-03-1{number + 1} 08:00:00", party="p")
    town.settle()
    for area, n in (("east", [2]), ("west", [])):
        asked = town.at(AS_OF, period_from=FIRST, period_to=LAST, area_id=town.area_ids[area])
        assert repeated(town.connection, asked)["n"].tolist() == n
