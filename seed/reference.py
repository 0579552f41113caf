"""What a store knows besides its cases: places, matters, calendar, sources, sites, field work, marks.

``Reference`` is the shape every producer (demo profiles, importers) hands over; ``load`` writes it as the owner.
"""

import io
import json
import secrets
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
import sqlalchemy as sa

_FIRST_DAY: Final = date(1900, 1, 1)  # of what holds since ever
_MANY_AREAS: Final = 10_000

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
    carries its own code there. parent_code "" for the root. valid_from/valid_to None: for ever. ``departments`` may
    bring a duty_phone.
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
    """Write the tree as one set; returns (subdistrict code, code) → id of the newest of that code.

    Numbers are drawn beforehand, so that parents are known when rows are written; other loads wait for this one.
    """
    connection.execute(sa.text("lock table app.areas in share row exclusive mode"))
    areas = _areas_with_ids(connection, _parents_first(reference.areas))
    known = dict(zip(zip(areas["subdistrict_code"], areas["code"], strict=True), areas["area_id"], strict=True))
    areas["parent_id"] = pd.Series(_parents(areas, known), areas.index, dtype="Int64")
    areas["boundary"] = [json.dumps(each) if isinstance(each, dict) else None for each in areas["boundary"]]
    _keep_what_is_known(connection, areas)
    areas["population"] = areas["population"].astype("Int64")
    _upsert(
        connection,
        "app.areas",
        areas[["area_id", "subdistrict_id", "parent_id", "code", *COLUMNS["areas"][3:]]],
        ("subdistrict_id", "code", "valid_from"),
        kept=("area_id", "parent_id", "level", "is_illustrative"),
    )
    own = areas[areas["is_own_row"]]
    _upsert(connection, "app.subdistricts", own[["area_id"]].set_axis(["subdistrict_id"], axis=1), ("subdistrict_id",))
    connection.execute(
        sa.text(
            "update app.areas set parent_id = told.parent_id"
            " from unnest(cast(:ids as integer[]), cast(:parent_ids as integer[])) as told (area_id, parent_id)"
            " where areas.area_id = told.area_id and told.parent_id <> coalesce(areas.parent_id, 0)"
        ),
        {"ids": own["area_id"].tolist(), "parent_ids": [_plain(each) for each in own["parent_id"]]},
    )
    connection.execute(sa.text("select app.close_areas()"))
    if len(areas) > _MANY_AREAS:  # else autovacuum is soon enough; the first batches must not be planned blindly
        connection.execute(sa.text("analyze app.areas, app.area_closure"))
    return known


def _keep_what_is_known(connection: sa.Connection, areas: pd.DataFrame) -> None:
    """What brings no boundary, no place or no population, as a file of cases does, takes none away."""
    rows = connection.execute(
        sa.text(
            "select areas.area_id, cast(areas.boundary as text) as boundary, areas.lon, areas.lat, areas.population"
            " from app.areas where areas.area_id = any(cast(:ids as integer[]))"
        ),
        {"ids": areas["area_id"].tolist()},
    )
    known = pd.DataFrame([row._asdict() for row in rows], columns=["area_id", "boundary", "lon", "lat", "population"])
    known = known.astype("object").set_index("area_id")
    for column in known.columns:
        kept = areas["area_id"].map(known[column])
        areas[column] = areas[column].astype("object").where(areas[column].notna(), kept)


def _areas_with_ids(connection: sa.Connection, areas: pd.DataFrame) -> pd.DataFrame:
    """The areas with area_id, subdistrict_id, is_own_row and bounded validity; an area that is there keeps its id."""
    from_day = areas["valid_from"].astype(object).where(areas["valid_from"].notna(), _FIRST_DAY)
    to_day = areas["valid_to"].astype(object).where(areas["valid_to"].notna(), "infinity")
    areas = areas.assign(valid_from=from_day, valid_to=to_day)
    areas = areas.drop_duplicates(["subdistrict_code", "code", "valid_from"], keep="last")
    own_ids = {
        str(row.code): int(row.area_id)
        for row in connection.execute(
            sa.text(
                "select areas.area_id, areas.code from app.areas join app.subdistricts"
                " on subdistricts.subdistrict_id = areas.area_id"
            )
        )
    }
    drawn = connection.scalars(
        sa.text("select nextval(pg_get_serial_sequence('app.areas', 'area_id')) from generate_series(1, :count)"),
        {"count": len(areas)},
    ).all()
    is_own_row = (areas["code"] == areas["subdistrict_code"]) & (areas["subdistrict_code"] != "")
    for code, area_id in zip(areas["code"][is_own_row], np.array(drawn)[is_own_row.to_numpy()].tolist(), strict=True):
        own_ids.setdefault(code, area_id)  # a subdistrict owns itself
    owner_ids = [own_ids[owner] if owner else 0 for owner in areas["subdistrict_code"]]
    there = {
        (int(row.subdistrict_id), str(row.code), row.valid_from): int(row.area_id)
        for row in connection.execute(
            sa.text(
                "select area_id, subdistrict_id, code, valid_from from app.areas"
                " where subdistrict_id = any(cast(:owner_ids as integer[]))"
            ),
            {"owner_ids": sorted(set(owner_ids))},
        )
    }
    keys = zip(owner_ids, areas["code"], areas["valid_from"], strict=True)
    ids = [there.get(key, area_id) for key, area_id in zip(keys, drawn, strict=True)]
    return areas.assign(area_id=ids, subdistrict_id=owner_ids, is_own_row=is_own_row)


def _parents(areas: pd.DataFrame, known: dict[tuple[str, str], int]) -> list[int | None]:
    """The id of each area's parent, looked for in its own subdistrict and then above."""
    found: list[int | None] = []
    for owner, code, parent in zip(areas["subdistrict_code"], areas["code"], areas["parent_code"], strict=True):
        parent_id = known.get((owner, parent)) or known.get(("", parent)) if parent else None
        if parent and parent_id is None:
            raise ValueError(f"area {code!r} names the parent {parent!r}, which is not there")
        found.append(parent_id)
    return found


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


def _upsert(
    connection: sa.Connection, table: str, frame: pd.DataFrame, key: tuple[str, ...], kept: tuple[str, ...] = ()
) -> None:
    """COPY the frame into a temporary table and from there into ``table``; a row with the same key is replaced, but for
    its columns ``kept``.

    Columns of the key that the frame lacks keep the table's default.
    """
    if frame.empty:
        return
    columns = list(frame.columns)
    buffer = io.StringIO()
    nothing = secrets.token_hex(16)  # any fixed sign may be what somebody has written into a cell
    frame.to_csv(buffer, index=False, header=False, na_rep=nothing, date_format="%Y-%m-%d %H:%M:%S.%f%z")
    buffer.seek(0)
    names = ", ".join(columns)
    updates = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key + kept)
    raw: Any = connection.connection.dbapi_connection
    with raw.cursor() as cursor:
        # table and columns are names of this module, never a caller's text
        cursor.execute(f"create temporary table incoming on commit drop as select {names} from {table} limit 0")
        cursor.copy_expert(f"copy incoming ({names}) from stdin with (format csv, null '{nothing}')", buffer)
        cursor.execute(
            f"insert into {table} ({names}) select {names} from incoming"
            f" on conflict ({', '.join(key)}) do {f'update set {updates}' if updates else 'nothing'}"
        )
        cursor.execute("drop table incoming")
