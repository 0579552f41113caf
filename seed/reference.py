"""What a store knows besides its cases: places, matters, calendar, sources, sites, field work, marks.

``Reference`` is the shape every producer (demo profiles, importers) hands over; ``load`` writes it as the owner.
"""

import io
import json
from dataclasses import dataclass, field, fields
from typing import Any

import pandas as pd
import sqlalchemy as sa

#: Columns of each frame of a Reference. Codes are text; days are datetime.date; times are aware timestamps.
COLUMNS: dict[str, tuple[str, ...]] = {
    "labels": ("topic", "code", "position", "name_zh", "name_en"),
    "areas": (
        *("subdistrict_code", "code", "parent_code", "level", "kind", "name_zh", "name_en", "short_name", "position"),
        *("lon", "lat", "boundary", "is_illustrative", "population", "valid_from", "valid_to"),
    ),
    "aliases": ("subdistrict_code", "area_code", "alias"),
    "lineage": ("subdistrict_code", "old_code", "new_code", "share"),
    "departments": ("subdistrict_code", "code", "name_zh", "name_en"),
    "staff_posts": ("subdistrict_code", "area_code", "post", "members"),
    "case_types": (
        *("code", "parent_code", "kind", "name_zh", "name_en", "handling"),
        *("is_decision_sought", "is_capital_trip"),
    ),
    "deadlines": ("type_code", "risk", "amount", "unit"),
    "calendar": ("day", "is_working_day", "holiday_zh", "holiday_en"),
    "sources": (
        *("subdistrict_code", "source", "name_zh", "name_en", "position"),
        *("expected_every_seconds", "records_times"),
    ),
    "risk_points": (
        *("subdistrict_code", "code", "site_kind", "site_code", "area_code", "name_zh", "name_en", "risk"),
        *("lon", "lat", "opened_on", "closed_on"),
    ),
    "field_work": ("subdistrict_code", "area_code", "day", "activity", "times", "people"),
    "assessment_marks": (
        *("subdistrict_code", "area_code", "period_start", "period_end", "item", "marks", "full_marks"),
        "recorded_at",
    ),
    "operating_mode": ("subdistrict_code", "since", "mode", "reason_zh", "reason_en", "recorded_at"),
}


def _empty(name: str) -> pd.DataFrame:
    return pd.DataFrame(columns=list(COLUMNS[name]))


@dataclass(frozen=True)
class Reference:
    """One frame per table, columns as in COLUMNS; a frame left out is empty.

    ``areas``: subdistrict_code names the owning subdistrict's area code ("" above that level); a subdistrict's own row
    carries its own code there. parent_code "" for the root. valid_from/valid_to None: for ever.
    """

    areas: pd.DataFrame
    case_types: pd.DataFrame
    calendar: pd.DataFrame
    sources: pd.DataFrame
    labels: pd.DataFrame = field(default_factory=lambda: _empty("labels"))
    aliases: pd.DataFrame = field(default_factory=lambda: _empty("aliases"))
    lineage: pd.DataFrame = field(default_factory=lambda: _empty("lineage"))
    departments: pd.DataFrame = field(default_factory=lambda: _empty("departments"))
    staff_posts: pd.DataFrame = field(default_factory=lambda: _empty("staff_posts"))
    deadlines: pd.DataFrame = field(default_factory=lambda: _empty("deadlines"))
    risk_points: pd.DataFrame = field(default_factory=lambda: _empty("risk_points"))
    field_work: pd.DataFrame = field(default_factory=lambda: _empty("field_work"))
    assessment_marks: pd.DataFrame = field(default_factory=lambda: _empty("assessment_marks"))
    operating_mode: pd.DataFrame = field(default_factory=lambda: _empty("operating_mode"))

    def __post_init__(self) -> None:
        for item in fields(self):
            frame: pd.DataFrame = getattr(self, item.name)
            missing = [column for column in COLUMNS[item.name] if column not in frame.columns]
            if missing:
                raise ValueError(f"reference frame {item.name!r} lacks the columns {', '.join(missing)}")


@dataclass(frozen=True)
class Ids:
    """The numbers that the store has given: of each subdistrict by its code, of each area by both its codes."""

    subdistricts: dict[str, int]
    areas: dict[tuple[str, str], int]

    def placed(self, frame: pd.DataFrame, **codes: str) -> pd.DataFrame:
        """The frame with subdistrict_code and area codes turned into ids."""
        result = frame.assign(
            subdistrict_id=_ids(frame, "subdistrict_code", self.subdistricts, "subdistrict"),
            **{
                column: [_area(self.areas, pair) for pair in zip(frame["subdistrict_code"], frame[code], strict=True)]
                for column, code in codes.items()
            },
        )
        return result.drop(columns=["subdistrict_code", *codes.values()])


def load(connection: sa.Connection, reference: Reference) -> dict[str, int]:
    """Write a reference into the store as the owner, in the caller's transaction; returns subdistrict code → id.

    Rows that are there already (by their code) keep their ids and get the new values. Raises ValueError when a frame
    names a code that no other frame has.
    """
    ids = load_ground(connection, reference)
    load_records(connection, reference, ids)
    return ids.subdistricts


def load_ground(connection: sa.Connection, reference: Reference) -> Ids:
    """The first half of ``load``: what the door looks codes up in (places, matters, calendar, sources, departments)."""
    _upsert(connection, "app.labels", reference.labels, ("topic", "code"))
    area_ids = _load_areas(connection, reference)
    subdistrict_ids = {
        code: area_ids[(owner, code)]
        for owner, code in zip(reference.areas["subdistrict_code"], reference.areas["code"], strict=True)
        if code == owner
    }
    type_ids = _load_case_types(connection, reference)
    calendar = reference.calendar.sort_values("day")
    _upsert(
        connection,
        "app.calendar",
        calendar.assign(working_day_number=calendar["is_working_day"].astype(int).cumsum()),
        ("day",),
    )
    deadlines = reference.deadlines.assign(type_id=_ids(reference.deadlines, "type_code", type_ids, "case type"))
    _upsert(connection, "app.case_type_deadlines", deadlines.drop(columns="type_code"), ("type_id", "risk"))

    ids = Ids(subdistrict_ids, area_ids)
    sources = ids.placed(reference.sources)
    sources["expected_every"] = sources.pop("expected_every_seconds").map(lambda seconds: f"{seconds} seconds")
    _upsert(connection, "app.sources", sources, ("subdistrict_id", "source"))
    _upsert(connection, "app.departments", ids.placed(reference.departments), ("subdistrict_id", "code"))
    _upsert(
        connection,
        "app.staff_posts",
        ids.placed(reference.staff_posts, area_id="area_code").drop(columns="subdistrict_id"),
        ("area_id", "post", "valid_from"),
    )
    _upsert(
        connection,
        "app.area_aliases",
        ids.placed(reference.aliases, area_id="area_code").drop(columns="subdistrict_id"),
        ("area_id", "alias"),
    )
    _upsert(
        connection,
        "app.area_lineage",
        ids.placed(reference.lineage, old_id="old_code", new_id="new_code").drop(columns="subdistrict_id"),
        ("old_id", "new_id"),
    )
    return ids


def load_records(connection: sa.Connection, reference: Reference, ids: Ids) -> None:
    """The second half of ``load``: what is known of places besides their cases."""
    risk_points = ids.placed(reference.risk_points, area_id="area_code")
    if "closed_on" in risk_points.columns:
        risk_points["closed_on"] = (
            risk_points["closed_on"].astype(object).where(risk_points["closed_on"].notna(), "infinity")
        )
    _upsert(connection, "app.risk_points", risk_points, ("subdistrict_id", "code"))
    _upsert(
        connection,
        "app.field_work",
        ids.placed(reference.field_work, area_id="area_code"),
        ("subdistrict_id", "area_id", "day", "activity"),
    )
    _upsert(
        connection,
        "app.assessment_marks",
        ids.placed(reference.assessment_marks, area_id="area_code"),
        ("subdistrict_id", "area_id", "period_start", "period_end", "item", "recorded_at"),
    )
    _upsert(
        connection,
        "app.operating_mode",
        ids.placed(reference.operating_mode),
        ("subdistrict_id", "since", "recorded_at"),
    )


def _area(area_ids: dict[tuple[str, str], int], pair: tuple[str, str]) -> int:
    if pair not in area_ids:
        raise ValueError(f"no area {pair[1]!r} in subdistrict {pair[0]!r}")
    return area_ids[pair]


def _ids(frame: pd.DataFrame, column: str, ids: dict[str, int], what: str) -> list[int]:
    unknown = sorted(set(frame[column]) - set(ids))
    if unknown:
        raise ValueError(f"no {what} {', '.join(map(repr, unknown[:5]))}")
    return [ids[code] for code in frame[column]]


def _load_areas(connection: sa.Connection, reference: Reference) -> dict[tuple[str, str], int]:
    """Write the tree from the root down; returns (subdistrict code, code) → id of the newest of that code."""
    known: dict[tuple[str, str], int] = {}
    insert = sa.text(
        "insert into app.areas (subdistrict_id, code, level, kind, parent_id, name_zh, name_en, short_name, position,"
        " lon, lat, boundary, is_illustrative, population, valid_from, valid_to) values (:subdistrict_id, :code,"
        " :level, :kind, :parent_id, :name_zh, :name_en, :short_name, :position, :lon, :lat,"
        " cast(:boundary as jsonb), :is_illustrative, :population, :valid_from, :valid_to)"
        " on conflict (subdistrict_id, code, valid_from) do update set name_zh = excluded.name_zh,"
        " name_en = excluded.name_en, short_name = excluded.short_name, position = excluded.position,"
        " kind = excluded.kind, lon = excluded.lon, lat = excluded.lat, boundary = excluded.boundary,"
        " population = excluded.population, valid_to = excluded.valid_to returning area_id"
    )
    existing = connection.execute(
        sa.text(
            "select areas.area_id, areas.code from app.areas join app.subdistricts"
            " on subdistricts.subdistrict_id = areas.area_id"
        )
    )
    own_ids = {row.code: row.area_id for row in existing}
    ordered = _parents_first(reference.areas)
    for record in ordered.to_dict("records"):
        owner, code = record["subdistrict_code"], record["code"]
        parent_id = None
        if record["parent_code"]:
            parent_id = known.get((owner, record["parent_code"])) or known.get(("", record["parent_code"]))
            if parent_id is None:
                raise ValueError(f"area {code!r} names the parent {record['parent_code']!r}, which is not there")
        is_own_row = owner == code and owner != ""
        values = {
            **{name: _plain(record[name]) for name in COLUMNS["areas"][3:]},
            "code": code,
            "parent_id": parent_id,
            "boundary": json.dumps(record["boundary"]) if isinstance(record["boundary"], dict) else None,
            "valid_from": _plain(record["valid_from"]) or "1900-01-01",
            "valid_to": _plain(record["valid_to"]) or "infinity",
        }
        if is_own_row and code not in own_ids:
            # a subdistrict owns itself: its number is drawn first
            own_id = connection.scalar(sa.text("select nextval(pg_get_serial_sequence('app.areas', 'area_id'))"))
            own_ids[code] = int(own_id or 0)
            connection.execute(
                sa.text(
                    "insert into app.areas (area_id, subdistrict_id, code, level, name_zh, name_en, valid_from)"
                    " values (:id, :id, :code, :level, :name_zh, :name_en, :valid_from)"
                ),
                {"id": own_id, **{key: values[key] for key in ("code", "level", "name_zh", "name_en", "valid_from")}},
            )
        values["subdistrict_id"] = own_ids[owner] if owner else 0
        area_id = int(connection.scalar(insert, values) or 0)
        if is_own_row:
            connection.execute(
                sa.text("update app.areas set parent_id = :parent_id where area_id = :area_id"),
                {"parent_id": parent_id, "area_id": area_id},
            )
            connection.execute(
                sa.text("insert into app.subdistricts (subdistrict_id) values (:id) on conflict do nothing"),
                {"id": area_id},
            )
        known[(owner, code)] = area_id
    connection.execute(sa.text("select app.close_areas()"))
    return known


def _parents_first(areas: pd.DataFrame) -> pd.DataFrame:
    """Rows in an order in which each area comes after the one it lies in."""
    parent_of = dict(zip(areas["code"], areas["parent_code"], strict=True))

    def depth(code: str) -> int:
        steps = 0
        while parent_of.get(code):
            code, steps = parent_of[code], steps + 1
            if steps > len(parent_of):
                raise ValueError(f"the area {code!r} lies in itself")
        return steps

    return areas.assign(depth=[depth(code) for code in areas["code"]]).sort_values("depth", kind="stable")


def _load_case_types(connection: sa.Connection, reference: Reference) -> dict[str, int]:
    statement = sa.text(
        "insert into app.case_types (code, parent_id, kind, name_zh, name_en, handling, is_decision_sought,"
        " is_capital_trip) values (:code, :parent_id, :kind, :name_zh, :name_en, :handling, :is_decision_sought,"
        " :is_capital_trip) on conflict (code) do update set name_zh = excluded.name_zh, name_en = excluded.name_en,"
        " is_decision_sought = excluded.is_decision_sought, is_capital_trip = excluded.is_capital_trip"
        " returning type_id"
    )
    ids: dict[str, int] = {}
    frame = reference.case_types
    for record in [
        *frame[frame["parent_code"] == ""].to_dict("records"),
        *frame[frame["parent_code"] != ""].to_dict("records"),
    ]:
        parent_id = ids[record["parent_code"]] if record["parent_code"] else None
        values = {str(name): _plain(value) for name, value in record.items()}
        ids[values["code"]] = int(connection.scalar(statement, {**values, "parent_id": parent_id}) or 0)
    return ids


def _plain(value: Any) -> Any:
    """A value as the driver takes it: no NaN, no numpy scalar."""
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value) or value is pd.NA:
        return None
    return value.item() if hasattr(value, "item") else value


def _upsert(connection: sa.Connection, table: str, frame: pd.DataFrame, key: tuple[str, ...]) -> None:
    """COPY the frame into a temporary table and from there into ``table``; a row with the same key is replaced.

    Columns of the key that the frame lacks keep the table's default.
    """
    if frame.empty:
        return
    columns = list(frame.columns)
    buffer = io.StringIO()
    frame.to_csv(buffer, index=False, header=False, na_rep="\\N", date_format="%Y-%m-%d %H:%M:%S.%f%z")
    buffer.seek(0)
    names = ", ".join(columns)
    updates = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    raw: Any = connection.connection.dbapi_connection
    with raw.cursor() as cursor:
        # table and columns are names of this module, never a caller's text
        cursor.execute(f"create temporary table incoming on commit drop as select {names} from {table} limit 0")
        cursor.copy_expert(f"copy incoming ({names}) from stdin with (format csv, null '\\N')", buffer)
        cursor.execute(
            f"insert into {table} ({names}) select {names} from incoming"
            f" on conflict ({', '.join(key)}) do {f'update set {updates}' if updates else 'nothing'}"
        )
        cursor.execute("drop table incoming")
