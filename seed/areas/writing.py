"""Writes a plan of areas into the store, in the caller's transaction."""

import json
from datetime import date
from typing import Any, Final

import sqlalchemy as sa

from seed.areas.known import Known
from seed.areas.planned import Plan, Planned
from seed.areas.reading import FileArea

_NEW: Final = sa.text(
    "insert into app.areas (area_id, subdistrict_id, code, level, kind, parent_id, name_zh, name_en, short_name,"
    " position, lon, lat, boundary, is_illustrative, population, valid_from, valid_to)"
    " values (:area_id, :subdistrict_id, :code, :level, :kind, :parent_id, :name_zh, :name_en, :short_name,"
    " :position, :lon, :lat, cast(:boundary as jsonb), :is_illustrative, :population, :valid_from,"
    " cast(:valid_to as date))"
)
_BETTER: Final = sa.text(
    "update app.areas set kind = :kind, name_zh = :name_zh, name_en = :name_en, short_name = :short_name,"
    " lon = coalesce(:lon, lon), lat = coalesce(:lat, lat), boundary = cast(:boundary as jsonb),"
    " is_illustrative = :is_illustrative, population = :population, valid_to = cast(:valid_to as date)"
    " where area_id = :area_id"
)
_END: Final = sa.text("update app.areas set valid_to = :day where area_id = :area_id")
_ALIAS: Final = sa.text(
    "insert into app.area_aliases (area_id, alias) values (:area_id, :alias) on conflict (area_id, alias) do nothing"
)
_HEIR: Final = sa.text(
    "insert into app.area_lineage (old_id, new_id, share) values (:old_id, :new_id, :share)"
    " on conflict (old_id, new_id) do update set share = excluded.share"
)
_NEWS: Final = sa.text(
    "with told as (update app.subdistricts set version = version + 1"
    " where subdistrict_id = any(cast(:ids as integer[])) returning subdistrict_id, version)"
    " select pg_notify('grid_governance', subdistrict_id || ':' || version) from told"
)


def write(connection: sa.Connection, plan: Plan, centre: Known | FileArea, since: date | None) -> None:
    """Write what changes; the same plan twice changes nothing the second time."""
    ids: dict[int, tuple[int, int]] = {}  # of a planned area: its own number and its owner's
    touched: set[int] = set()
    for each in plan.ended:
        connection.execute(_END, {"area_id": each.area_id, "day": since})
        touched.add(each.subdistrict_id)
    for planned in plan.areas:
        ids[id(planned)] = own_id, owner_id = _ids(connection, planned, centre, ids)
        values = _values(planned, own_id)
        if planned.known is None:
            parent = planned.parent
            connection.execute(
                _NEW,
                {
                    **values,
                    "subdistrict_id": owner_id,
                    "code": planned.file.code,
                    "level": planned.file.level,
                    "parent_id": None if parent is None else _number(parent, ids),
                    "position": planned.values["position"],
                    "valid_from": planned.valid_from,
                },
            )
            if own_id == owner_id:
                connection.execute(
                    sa.text("insert into app.subdistricts (subdistrict_id) values (:id)"), {"id": own_id}
                )
        elif planned.is_changed:
            connection.execute(_BETTER, values)
        else:
            continue
        touched.add(owner_id)
        for alias in sorted(planned.aliases):
            connection.execute(_ALIAS, {"area_id": own_id, "alias": alias})
    for old, new, share in plan.lineage:
        connection.execute(_HEIR, {"old_id": old.area_id, "new_id": ids[id(new)][0], "share": share})
    if touched:
        connection.execute(sa.text("select app.close_areas()"))
        connection.execute(_NEWS, {"ids": sorted(touched)})


def _ids(
    connection: sa.Connection, planned: Planned, centre: Known | FileArea, ids: dict[int, tuple[int, int]]
) -> tuple[int, int]:
    """The number of an area, and of the command centre that owns it (0 above them)."""
    if planned.known is not None:
        return planned.known.area_id, planned.known.subdistrict_id
    drawn = connection.scalar(sa.text("select nextval(pg_get_serial_sequence('app.areas', 'area_id'))"))
    own_id = int(drawn or 0)
    level, parent = planned.file.level, planned.parent
    if level in ("city", "district"):
        return own_id, 0
    if level == "subdistrict" or planned.file is centre:
        return own_id, own_id
    if isinstance(parent, Known):
        return own_id, parent.subdistrict_id
    return own_id, ids[id(parent)][1]


def _number(area: Planned | Known, ids: dict[int, tuple[int, int]]) -> int:
    return area.area_id if isinstance(area, Known) else ids[id(area)][0]


def _values(planned: Planned, area_id: int) -> dict[str, Any]:
    point = planned.file.shape.representative_point() if planned.file.shape is not None else None
    return {
        **planned.values,
        "area_id": area_id,
        "boundary": None if planned.values["boundary"] is None else json.dumps(planned.values["boundary"]),
        "valid_to": "infinity" if planned.values["valid_to"] == date.max else str(planned.values["valid_to"]),
        "lon": None if point is None else round(point.x, 6),
        "lat": None if point is None else round(point.y, 6),
    }
