"""Prevent the variable 防变量: which grids stood red, and whether the warnings of the period were right."""

from typing import Any, Final

from queries import foresight
from queries.foresight import Foresight
from queries.review.asked import Asking
from queries.review.document import Holds, Section, records, table_of
from queries.review.names import both

UNITS: Final = {
    "area": Holds.KEY,
    "name": Holds.NAME,
    "days": Holds.COUNT,
    "red": Holds.COUNT,
    "orange": Holds.COUNT,
    "alarms": Holds.COUNT,
    "is_red": Holds.FLAG,
    "is_alarm": Holds.FLAG,
}
CAPTURE: Final = {
    "forecast": Holds.KEY,
    "days": Holds.COUNT,
    "units": Holds.COUNT,
    "captured": Holds.NUMBER,
    "load": Holds.NUMBER,
    "share": Holds.SHARE,
}
ALARMS: Final = {
    "alarm": Holds.KEY,
    "raised": Holds.COUNT,
    "n": Holds.COUNT,
    "good": Holds.COUNT,
    "rate": Holds.SHARE,
    "chance": Holds.SHARE,
}
ABOUT: Final = {"fact": Holds.KEY, "value": Holds.TEXT}


def risk(ask: Asking) -> Section:
    """Units that stood red or orange or had an alarm, worst first; what forecasts captured; what came of alarms."""
    found = course(ask)
    frame = found.units[(found.units[["red", "orange", "alarms"]].sum(axis=1) > 0).astype(bool)]
    frame = frame.sort_values(["red", "orange", "alarms", "area_id"], ascending=[False, False, False, True])
    units = [_row(UNITS, row | named(ask, row["area_id"])) for row in records(frame)]
    captures = [_row(CAPTURE, row) for row in records(found.captures)]
    alarms = found.alarms
    rate = alarms.good / alarms.n if alarms.n else None
    counted = [("unusual", alarms.raised, alarms.n, alarms.good, rate, alarms.chance)] if found.days else []
    facts = [("looks_a_day", str(found.looks)), ("days", str(found.days))]
    return Section(
        "risk",
        (
            table_of("risk_units", UNITS, units),
            table_of("risk_capture", CAPTURE, captures),
            table_of("risk_alarms", ALARMS, counted),
            table_of("risk_about", ABOUT, facts),
        ),
    )


def course(ask: Asking) -> Foresight:
    """How the period's warnings did."""
    return ask.once("foresight", lambda: foresight.course(ask.connection, ask.filter, ask.unit_level))


def named(ask: Asking, area_id: Any) -> dict[str, Any]:
    """An area's key and name."""
    key = str(area_id)
    return {"area": key, "name": dict(ask.names.areas.get(key, both(key)))}


def _row(columns: dict[str, Holds], held: dict[str, Any]) -> list[Any]:
    return [held.get(name) for name in columns]
