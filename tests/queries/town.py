"""A town of two communities and four grids, and a plain way to say what happened there.

Times are of Asia/Shanghai: ``"2024-03-14 23:59:59"``. March 2024 has ordinary weeks; 14 March is a Thursday.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd
import psycopg2
from sqlalchemy import Connection, text

from queries.filters import Filter
from seed import door, reference
from seed.reference import COLUMNS, Reference

TIME_ZONE: Final = "Asia/Shanghai"
MATTERS: Final = {
    "noise": ("appeal", "噪声", "Noise"),
    "leak": ("hazard", "渗漏", "Leak"),
    "wages": ("petition", "欠薪", "Wages"),
    "theft": ("police_report", "盗窃", "Theft"),
    "smoke": ("warning", "烟雾", "Smoke"),
    "land": ("petition", "征地", "Land"),
    "capital": ("petition", "进京访", "Trip to the capital"),
}


def local(moment: str) -> datetime:
    """An aware moment of the town."""
    return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(TIME_ZONE))


def _square(lon: float, lat: float) -> dict[str, Any]:
    ring = [[lon, lat], [lon + 0.01, lat], [lon + 0.01, lat + 0.01], [lon, lat + 0.01], [lon, lat]]
    return {"type": "Polygon", "coordinates": [ring]}


def _areas() -> pd.DataFrame:
    rows: list[dict[str, Any]] = []

    def add(code: str, parent: str, level: str, position: int, **values: Any) -> None:
        row: dict[str, Any] = dict.fromkeys(COLUMNS["areas"])
        row |= {"subdistrict_code": "town", "code": code, "parent_code": parent, "level": level, "kind": ""}
        row |= {"name_zh": f"{code}区", "name_en": code, "short_name": code[-1], "position": position}
        rows.append(row | {"is_illustrative": True} | values)

    add("town", "", "subdistrict", 0)
    for number, community in enumerate(("east", "west")):
        add(community, "town", "community", number)
        for grid in (1, 2):
            lon, lat = 113.80 + 0.1 * number, 22.70 + 0.1 * grid
            add(
                f"{community}-{grid}", community, "grid", grid,
                kind="social" if grid == 1 else "enterprise", lon=lon, lat=lat, boundary=_square(lon, lat),
            )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS["areas"]))


def make_reference(**changes: pd.DataFrame) -> Reference:
    """The town before anything happened in it."""
    types = [("order", "", "appeal", "秩序", "Order", "patrol_then_dispatch", False, False)]
    types += [
        (code, "order", *matter, "patrol_then_dispatch", code in ("wages", "land"), code == "capital")
        for code, matter in MATTERS.items()
    ]
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(500)]
    calendar = [(day, day.weekday() < 5 and day != date(2024, 3, 7), "", "") for day in days]
    frames = {
        "areas": _areas(),
        "case_types": pd.DataFrame(types, columns=list(COLUMNS["case_types"])),
        "calendar": pd.DataFrame(calendar, columns=list(COLUMNS["calendar"])),
        "sources": pd.DataFrame(
            [("town", "hotline", "热线", "Hotline", 1, 60, True)], columns=list(COLUMNS["sources"])
        ),
        "departments": pd.DataFrame(
            [("town", "water", "水务", "Water"), ("town", "fire", "消防", "Fire")],
            columns=list(COLUMNS["departments"]),
        ),
    }
    return Reference(**{**frames, **changes})


@dataclass
class Town:
    """A store with the town in it. ``tell`` what happened, then ask at ``moment``."""

    connection: Connection
    url: str
    subdistrict_id: int
    area_ids: dict[str, int]
    rows: list[dict[str, Any]] = field(default_factory=list)

    def case(self, case: str, at: str, **values: Any) -> None:
        """A case is reported: a yellow noise at east-1 by hotline, unless told otherwise."""
        opening = {"area_code": "east-1", "type_code": "noise", "risk": "yellow", "channel": "hotline"} | values
        opening.setdefault("kind", MATTERS[opening["type_code"]][0])
        self.then(case, "reported", at, **opening)

    def then(self, case: str, event: str, at: str, *, recorded: str | None = None, **values: Any) -> None:
        """Something happens to a case; recorded at once unless told otherwise. Other moments are texts as well."""
        moments = {name: local(values.pop(name)) for name in ("due_at", "ref_occurred_at") if name in values}
        self.rows.append(
            {"external_id": case, "event": event, "occurred_at": local(at), "recorded_at": local(recorded or at)}
            | values
            | moments
        )

    def settle(self, before_packing: Callable[[], None] = lambda: None) -> None:
        """Hands all that was told to the door, in the order it was recorded; nothing may be refused. Days that are over
        are packed.
        """
        frame = pd.DataFrame(self.rows).sort_values("recorded_at", kind="stable", ignore_index=True)
        writer = psycopg2.connect(self.url.replace("+psycopg2", ""))
        try:
            result = door.send(writer, self.subdistrict_id, "hotline", frame, "history")
            before_packing()
            with writer, writer.cursor() as cursor:
                cursor.execute("select app.pack_days(%s, 1000)", (self.subdistrict_id,))
        finally:
            writer.close()
        assert (result.rows_refused, result.rows_parked) == (0, 0), self.connection.execute(
            text("select reason, detail, raw from app.import_rejects")
        ).all()
        self.rows.clear()

    def handed_in(self, through: str, *, recorded: str = "2024-01-01 00:00:00", source: str = "hotline") -> None:
        """A source's complete-through mark, known since ``recorded``."""
        self.connection.execute(
            text("select app.keep_mark(:id, :source, :through, :recorded)"),
            {"id": self.subdistrict_id, "source": source, "through": local(through), "recorded": local(recorded)},
        )

    def at(self, moment: str, **values: Any) -> Filter:
        """The filter of a question asked at a moment."""
        return Filter(self.subdistrict_id, local(moment), TIME_ZONE, **values)


def build_village(connection: Connection) -> None:
    """Writes a second subdistrict into the store, drawn like the town."""
    named = {"town": "village"}
    areas, columns = _areas(), ["subdistrict_code", "code", "parent_code"]
    areas[columns] = areas[columns].replace(named)
    usual = make_reference()
    sources, departments = usual.sources.replace(named), usual.departments.replace(named)
    reference.load(connection, make_reference(areas=areas, sources=sources, departments=departments))


def build(connection: Connection, url: str, **changes: pd.DataFrame) -> Town:
    """Writes the town into an empty store."""
    ids = reference.load(connection, make_reference(**changes))
    connection.commit()
    areas = connection.execute(text("select code, area_id from app.areas")).all()
    return Town(connection, url, ids["town"], {area.code: area.area_id for area in areas})
