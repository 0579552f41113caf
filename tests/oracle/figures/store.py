"""Reads what figures need besides the log with plain selects."""

from datetime import datetime

from psycopg2 import extensions

from tests.oracle.figures.asked import BatchRecord, Decision, FieldWork, Ground, Mark, Matter, Post, Reading, RiskPoint
from tests.oracle.store import read_log, read_world, select


def read_ground(connection: extensions.connection) -> Ground:
    """The world, the calendar, the sources' marks, the default points, the staff, its work, the risk points,
    the matters, the batches, the decisions, the marks.
    """
    sources = select(connection, "select subdistrict_id, source, records_times from app.sources")
    said: dict[tuple[int, str], list[tuple[datetime, datetime]]] = {}
    for row in select(
        connection, "select subdistrict_id, source, recorded_at, complete_through from app.completeness_marks"
    ):
        said.setdefault((row["subdistrict_id"], row["source"]), []).append(
            (row["recorded_at"], row["complete_through"])
        )
    points = select(connection, "select area_id, lon, lat from app.areas where lon is not null and lat is not null")
    types = select(
        connection, "select type_id, parent_id, handling, is_decision_sought, is_capital_trip from app.case_types"
    )
    areas = select(connection, "select area_id, kind, population, position from app.areas")
    matters = select(connection, "select type_id, parent_id, name_zh, name_en from app.case_types")
    batches = select(
        connection,
        "select taken.subdistrict_id, taken.source, taken.recorded_at, reversal.recorded_at as revoked_at,"
        " taken.rows_unchanged < taken.rows_read as is_new from app.import_batches as taken"
        " left join app.import_batches as reversal on reversal.revokes_batch_id = taken.batch_id"
        " where taken.rows_read > 0 and taken.status in ('absorbed', 'revoked') and taken.recorded_at > '-infinity'",
    )
    posts = select(
        connection,
        "select area_id, post, members, valid_from, nullif(valid_to, 'infinity') as valid_to from app.staff_posts",
    )
    work = select(connection, "select area_id, day, activity, times, people from app.field_work")
    places = select(
        connection, "select topic, code, position from app.labels where topic in ('line_of_field_work', 'channel')"
    )
    sites = select(
        connection,
        "select subdistrict_id, code, area_id, risk, name_zh, name_en, lon, lat, opened_on,"
        " nullif(closed_on, 'infinity') as closed_on from app.risk_points"
        " where site_kind = 'point'",
    )
    decisions = select(
        connection,
        "select subdistrict_id, objection_id, case_id, period_from, period_to, to_area_id, is_upheld, decided_at"
        " from app.objection_decisions join app.objections using (subdistrict_id, objection_id)"
        " where case_id is not null",
    )
    marks = select(
        connection,
        "select subdistrict_id, area_id, period_start, period_end, item, marks, full_marks, recorded_at"
        " from app.assessment_marks",
    )
    return Ground(
        world=read_world(connection),
        is_working_day={
            row["day"]: row["is_working_day"]
            for row in select(connection, "select day, is_working_day from app.calendar")
        },
        said=said,
        records_times={(row["subdistrict_id"], row["source"]): row["records_times"] for row in sources},
        posts=[Post(**row) for row in posts],
        field_work=[FieldWork(**row) for row in work],
        place_of_activity={row["code"]: row["position"] for row in places if row["topic"] == "line_of_field_work"},
        place_of_channel={row["code"]: row["position"] for row in places if row["topic"] == "channel"},
        place_of_area={row["area_id"]: row["position"] for row in areas},
        kind_of_area={row["area_id"]: row["kind"] for row in areas},
        population={row["area_id"]: row["population"] for row in areas if row["population"] is not None},
        line_of_type={row["type_id"]: row["parent_id"] for row in types},
        found_and_settled=frozenset(row["type_id"] for row in types if row["handling"] == "patrol_and_resolve"),
        matters={row.pop("type_id"): Matter(**row) for row in matters},
        batches=[BatchRecord(**row) for row in batches],
        decisions=[Decision(**row) for row in decisions],
        marks=[Mark(**row) for row in marks],
        risk_points=[RiskPoint(**row) for row in sites],
        label_points={row["area_id"]: (row["lon"], row["lat"]) for row in points},
        marks_of_type={
            row["type_id"]: ("decision",) * row["is_decision_sought"] + ("capital",) * row["is_capital_trip"]
            for row in types
        },
    )


def read(connection: extensions.connection) -> Reading:
    """The whole log, ready to be asked."""
    return Reading(read_ground(connection), read_log(connection))
