"""How near the demo city comes to its profile's figures: counted from its rows, as any reader would.

The definitions are those of the catalogue of figures; years are 365 days counted back from ``today``.
"""

from typing import Final

import numpy as np
import pandas as pd

from seed.demo.city import DemoCity
from seed.demo.days import DAY, EPOCH, OFFSET
from seed.demo.history import YEAR

_WANTED_EVENTS: Final = ("reported", "dispatched", "escalated", "resolved", "reopened", "withdrawn")
_POLICE: Final = (
    ("诈骗警情", "fraud"),
    ("故意损毁警情", "wilful_damage"),
    ("涉黑恶团伙警情", "gang"),
    ("盗窃警情", "theft"),
)
#: Falls against the year before, in per cent, as reported.
_FALLS: Final = {"petitions": 66.08, "wilful_damage": 18.4, "gang": 14.29, "theft": 25.0, "fraud": 14.21}


def _cases(city: DemoCity) -> pd.DataFrame:
    """One row per case: what it is, the local day it was reported (a number), and its moments in seconds UTC."""
    kept = []
    for batch in city.batches():
        columns = ["source", "external_id", "event", "occurred_at", "kind", "type_code", "party"]
        kept.append(batch.loc[batch["event"].isin(_WANTED_EVENTS), columns])
    rows = pd.concat(kept, ignore_index=True)
    rows["at"] = rows.pop("occurred_at").astype("int64") // 1_000_000
    rows["case"] = pd.factorize(rows.pop("source") + "/" + rows.pop("external_id"))[0]
    cases = rows[rows["event"] == "reported"].set_index("case").drop(columns="event")
    for event, how in (
        ("dispatched", "min"),
        ("escalated", "min"),
        ("resolved", "min"),
        ("reopened", "min"),
        ("withdrawn", "min"),
    ):
        cases[event] = rows[rows["event"] == event].groupby("case")["at"].agg(how)
    cases["day"] = (cases["at"] + OFFSET) // DAY
    return cases


def _same_day(appeals: pd.DataFrame) -> tuple[float, float]:
    """Resolved at the end of the day reported and not reopened in the following seven days ÷ all not withdrawn."""
    end = (appeals["day"] + 1) * DAY - OFFSET
    counted = ~(appeals["withdrawn"] < end)
    solved = (appeals["resolved"] < end) & ~(appeals["reopened"] < end + 7 * DAY)
    return float((solved & counted).sum()), float(counted.sum())


def _first_visits(petitions: pd.DataFrame, types: pd.DataFrame) -> tuple[float, float]:
    """Request-for-decision petitions without a second visit of party and matter within 90 days ÷ first visits."""
    is_decision = types.set_index("code")["is_decision_sought"]
    asked = petitions[petitions["type_code"].map(is_decision)].sort_values("at")
    groups = asked.groupby(["party", "type_code"])["at"]
    first = ~(groups.diff() <= 90 * DAY)
    again = -groups.diff(-1) <= 90 * DAY
    return float((first & ~again).sum()), float(first.sum())


def calibration(city: DemoCity) -> pd.DataFrame:
    """One row per figure: figure, wanted, got, deviation (relative; of a wanted zero, what was got)."""
    profile, today_number = city.profile, city.today
    cases = _cases(city)
    types = city.reference.case_types
    last = cases[(cases["day"] < today_number) & (cases["day"] >= today_number - YEAR)]
    before = cases[(cases["day"] < today_number - YEAR) & (cases["day"] >= today_number - 2 * YEAR)]
    wanted, got = _volumes(city, last, before, types)
    same, counted = _same_day(last[last["kind"] == "appeal"])
    settled, visits = _first_visits(last[last["kind"] == "petition"], types)
    hazards = last[last["kind"] == "hazard"]
    spot = float((hazards["dispatched"].isna() & hazards["escalated"].isna() & hazards["resolved"].notna()).sum())
    wanted |= {"same_day_rate": 81.0, "first_visit_rate": 97.98, "on_the_spot": 95_198.0, "on_the_spot_rate": 99.46}
    got |= {"same_day_rate": 100 * same / counted, "first_visit_rate": 100 * settled / visits}
    got |= {"on_the_spot": spot, "on_the_spot_rate": 100 * spot / max(len(hazards), 1)}
    reference = city.reference
    staff = reference.staff_posts
    sites = reference.risk_points["site_kind"]
    guides = staff["post"] == "instructor"
    wanted |= {"staff": profile.staff, "instructors": profile.instructors}
    wanted |= {"enterprises": profile.enterprises, "risk_points": profile.risk_points}
    got |= {
        "staff": float(staff.loc[~guides, "members"].sum()),
        "instructors": float(staff.loc[guides, "members"].sum()),
    }
    got |= {"enterprises": float((sites == "enterprise").sum()), "risk_points": float((sites == "point").sum())}
    work = reference.field_work
    days = np.array([day.toordinal() - EPOCH for day in work["day"]])
    sums = work[(days >= today_number - YEAR) & (days < today_number)].groupby("activity")[["times", "people"]].sum()
    for each in profile.field_work:
        wanted |= {each.activity: each.times, each.activity + "_people": each.people}
        got |= {each.activity: sums["times"][each.activity], each.activity + "_people": sums["people"][each.activity]}
    table = pd.DataFrame({"wanted": pd.Series(wanted, dtype=float), "got": pd.Series(got, dtype=float)})
    table["deviation"] = np.where(table["wanted"] == 0, table["got"], table["got"] / table["wanted"].replace(0, 1) - 1)
    return table.rename_axis("figure").reset_index()


def _volumes(
    city: DemoCity, last: pd.DataFrame, before: pd.DataFrame, types: pd.DataFrame
) -> tuple[dict[str, float], dict[str, float]]:
    """Counts of the two years, and the falls between them."""
    year, year_before = city.profile.years
    code = types.drop_duplicates("name_zh").set_index("name_zh")["code"]
    wanted: dict[str, float] = {"appeals": year.appeals, "appeals_before": year_before.appeals, "hazards": year.hazards}
    got: dict[str, float] = {
        "appeals": (last["kind"] == "appeal").sum(),
        "appeals_before": (before["kind"] == "appeal").sum(),
        "hazards": (last["kind"] == "hazard").sum(),
        "petitions_before": (before["kind"] == "petition").sum(),
        "capital_trips": last["type_code"].isin(types.loc[types["is_capital_trip"], "code"]).sum(),
    }
    wanted |= {"petitions_before": 384, "capital_trips": 0}
    now, then = (last["kind"] == "petition").sum(), got["petitions_before"]
    wanted["petitions_fall"], got["petitions_fall"] = _FALLS["petitions"], 100 * (1 - now / then)
    for name, field in _POLICE:
        now, then = (last["type_code"] == code[name]).sum(), (before["type_code"] == code[name]).sum()
        wanted |= {field: getattr(year, field), field + "_before": wanted_before(getattr(year, field), _FALLS[field])}
        got |= {field: now, field + "_before": then}
    return wanted, got


def wanted_before(now: float, fall: float) -> float:
    """The year before's count that gives this fall in per cent."""
    return now / (1 - fall / 100)
