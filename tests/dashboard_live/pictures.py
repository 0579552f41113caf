"""Small pictures for the tests of the live path: valid, and different where a test says so."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd

from dashboard.live.board import Vitals
from dashboard.live.refresher import Picture
from dashboard.snapshot import Increment, OnTime, Place, SameDay, Snapshot, Stock, Variable

T0 = datetime(2026, 3, 5, 6, 30, tzinfo=UTC)


def snapshot(*, serial: int = 1, version: int = 1, made_at: datetime = T0, **changes: Any) -> Snapshot:
    """A picture of an empty subdistrict in Shanghai's time zone; `changes` replace single fields."""
    values: dict[str, Any] = {
        "place": Place(1, "马田街道", "Matian", "Asia/Shanghai", True, True, "grid", "小分格", "Small grid"),
        "as_of": made_at - timedelta(seconds=2),
        "moment": made_at,
        "is_live": True,
        "made_at": made_at,
        "version": version,
        "serial": serial,
        "mode": "normal",
        "same_day": SameDay(True, 0, 0, 0, 0, None, None, (), date(2026, 3, 5)),
        "increment": Increment(0, None, None),
        "stock": Stock(True, 0, (0, 0, 0, 0, 0), None, None),
        "variable": Variable(0, 0, 0, 0, 0),
        "on_time": OnTime(0, 0, None),
        "ranking_period": (date(2026, 2, 16), date(2026, 3, 1)),
    }
    frames = ("grids", "communities", "ranking", "escalations", "latest", "heat", "risk_points", "sources")
    values |= {name: pd.DataFrame() for name in frames}
    return Snapshot(**(values | changes))


def vitals(*, version: int = 1, recorded_at: datetime | None = T0 - timedelta(seconds=2)) -> Vitals:
    """Signs of life of a store with one source."""
    return Vitals(version, recorded_at, (("patrol", T0 - timedelta(seconds=1)),), True)


def picture(serial: int, now: datetime, *, version: int = 1, deadlines: tuple[datetime, ...] = ()) -> Picture:
    """What the assembler hands to the refresher."""
    return Picture(snapshot(serial=serial, version=version, made_at=now), vitals(version=version), deadlines)
