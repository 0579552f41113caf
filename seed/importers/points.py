"""The area of a case by the point where it happened: for files that give coordinates and name no area."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as arrow
import shapely
import sqlalchemy as sa

from seed.importers.findings import Notes
from seed.importers.times import local_days


@dataclass
class Placer:
    """The outlines of one level of a command centre, with the days on which they hold; one row each."""

    own_code: str  # of the command centre: rows of it are those that name no smaller area
    zone: ZoneInfo
    outlines: (
        pd.DataFrame
    )  # code, valid_from, valid_to (days as pandas timestamps), in the order in which they are tried
    shapes: shapely.STRtree
    notes: Notes = field(default_factory=Notes)

    def place(self, batch: arrow.RecordBatch) -> arrow.RecordBatch:
        """Inbox rows with the area in whose outline of its day each reported case lies; the others as they are."""
        rows = batch.select(["event", "area_code", "lon", "lat", "occurred_at"]).to_pandas()
        asked = rows[(rows["event"] == "reported") & (rows["area_code"] == self.own_code) & rows["lon"].notna()]
        points = shapely.points(asked["lon"].to_numpy(), asked["lat"].to_numpy())
        which, outline = self.shapes.query(points, predicate="intersects")
        days = local_days(asked["occurred_at"], self.zone)
        found = self.outlines.iloc[outline].assign(row=asked.index[which], day=days.to_numpy()[which])
        found = found[(found["valid_from"] <= found["day"]) & (found["day"] < found["valid_to"])]
        codes = found.sort_index(kind="stable").groupby("row")["code"].first()
        self.notes.add("area_by_point", len(codes))
        self.notes.add("area_not_by_point", len(asked) - len(codes))
        if codes.empty:
            return batch
        placed = codes.reindex(rows.index).fillna(rows["area_code"])
        column = batch.schema.get_field_index("area_code")
        return batch.set_column(column, "area_code", arrow.array(placed, type=arrow.string(), from_pandas=True))


def placer(connection: sa.Connection, subdistrict_id: int, own_code: str, level: str, zone: ZoneInfo) -> Placer:
    """The outlines that the store has of a level (app.areas, WGS84)."""
    rows = connection.execute(
        sa.text(
            "select code, cast(boundary as text) as boundary, greatest(valid_from, date '1900-01-01') as valid_from,"
            " least(valid_to, date '2200-01-01') as valid_to"
            " from app.areas where subdistrict_id = :id and level = :level and boundary is not null order by area_id"
        ),
        {"id": subdistrict_id, "level": level},
    ).all()
    outlines = pd.DataFrame(
        {
            "code": [row.code for row in rows],
            "valid_from": pd.to_datetime([row.valid_from for row in rows]),
            "valid_to": pd.to_datetime([row.valid_to for row in rows]),
        }
    )
    shapes = shapely.STRtree([shapely.make_valid(shapely.from_geojson(row.boundary)) for row in rows])
    return Placer(own_code, zone, outlines, shapes)
