"""One question, one file, one function of the same name; each is executed on a real Postgres, as the reader."""

import importlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pytest
from sqlalchemy import Connection, event

import queries
from queries import (
    asking,
    backlog,
    batches,
    calendar,
    cases,
    city,
    condition,
    days,
    deadlines,
    deliveries,
    duty,
    escalations,
    evidence,
    figure,
    findings,
    freezes,
    hazards,
    labels,
    levels,
    like_days,
    lists,
    mode,
    objections,
    one_case,
    petitions,
    piles,
    place,
    ranking,
    records,
    reopening_findings,
    reopenings,
    repeats,
    risk,
    same_day,
    satisfaction,
    sites,
    source_findings,
    sources,
    stages,
    store,
    topics,
    volume,
    walls,
    workload,
)
from queries.filters import Filter
from queries.review import read_period
from queries.runner import DTYPES, Shape, statement
from queries.vocabulary import Risk
from tests.queries.town import Town
from tests.support.databases import Database

FOLDER: Final = Path(queries.__file__).parent / "sql"
FILES: Final = sorted(f"{path.parent.name}/{path.stem}" for path in FOLDER.rglob("*.sql"))
ALL: Final = sources.Recording(records_times=True, records_deadlines=True, records_locations=True)

LISTED: Final = pd.DataFrame({"case_id": [1], "listed_at": [pd.Timestamp("2024-03-13", tz="UTC")], "due_at": [pd.NaT]})

#: The number of a case that may or may not be there.
ONE_CASE: Final = 1

Ask = Callable[[Connection, Filter], Any]


def whole_city(asked: Filter) -> Filter:
    """The same question of all subdistricts."""
    return replace(asked, subdistrict_id=city.WHOLE_CITY, area_id=None)


#: How each question is asked, and the shape its frame declares.
ASKED: Final[dict[str, tuple[Ask, Shape | None]]] = {
    "asking/first_record": (lambda connection, asked: asking.first_record(connection, asked.subdistrict_id), None),
    "backlog/movement": (backlog.movement, backlog.MOVEMENT),
    "batches/newest": (batches.newest, batches.NEWEST),
    "batches/refused": (batches.refused, batches.REFUSED),
    "batches/refused_rows": (
        lambda connection, asked: batches.refused_rows(connection, asked, None),
        batches.REFUSED_ROWS,
    ),
    "condition/counted": (
        lambda connection, asked: condition.counted(connection, asked, "community", asked.today - timedelta(days=90)),
        condition.COUNTED,
    ),
    "calendar/days": (lambda connection, asked: calendar.days(connection, asked.today, asked.today), calendar.DAYS),
    "cases/counted": (lambda connection, asked: cases.counted(connection, asked, "grid"), cases.COUNTED),
    "cases/heat": (cases.heat, cases.HEAT),
    "cases/known_from": (
        lambda connection, asked: cases.known_from(connection, asked, asked.as_of - timedelta(days=1)),
        None,
    ),
    "cases/latest": (cases.latest, cases.LATEST),
    "cases/listed": (cases.listed, cases.LISTED),
    "cases/newest_from": (cases.newest_from, None),
    "cases/replay": (cases.replay, cases.REPLAY),
    "city/backlog": (lambda connection, asked: city.backlog(connection, whole_city(asked)), city.BACKLOG),
    "city/escalations_pending": (
        lambda connection, asked: city.escalations_pending(connection, whole_city(asked)),
        city.ESCALATIONS_PENDING,
    ),
    "city/on_time": (lambda connection, asked: city.on_time(connection, whole_city(asked)), figure.RATE),
    "city/same_day": (lambda connection, asked: city.same_day(connection, whole_city(asked)), figure.RATE),
    "city/volume": (lambda connection, asked: city.volume(connection, whole_city(asked)), city.VOLUME),
    "piles/piles": (piles.piles, piles.PILES),
    "days/course": (lambda connection, asked: days.course(connection, asked, ALL), days.COURSE),
    "deliveries/newest": (deliveries.newest, deliveries.NEWEST),
    "deadlines/on_time": (deadlines.on_time, deadlines.ON_TIME),
    "duty/grave": (duty.grave, duty.GRAVE),
    "duty/handovers": (duty.handovers, duty.HANDOVERS),
    "escalations/answers": (escalations.answers, escalations.ANSWERS),
    "escalations/listed": (escalations.listed, escalations.LISTED),
    "escalations/owed": (escalations.owed, escalations.OWED),
    "escalations/pending": (escalations.pending, escalations.PENDING),
    "freezes/before": (
        lambda connection, asked: freezes.before(
            connection, asked.subdistrict_id, read_period("last-week", asked.today), asked.as_of
        ),
        None,
    ),
    "freezes/newest": (lambda connection, asked: freezes.newest(connection, asked.subdistrict_id), freezes.NEWEST),
    "freezes/one": (
        lambda connection, asked: freezes.one(connection, asked.subdistrict_id, read_period("last-week", asked.today)),
        None,
    ),
    "freezes/numbered": (lambda connection, asked: freezes.numbered(connection, asked.subdistrict_id, 1), None),
    "freezes/of_checksum": (
        lambda connection, asked: freezes.of_checksum(connection, asked.subdistrict_id, "0" * 64),
        None,
    ),
    "hazards/on_the_spot": (hazards.on_the_spot, figure.RATE),
    "levels/base_resolution": (levels.base_resolution, levels.BASE_RESOLUTION),
    "labels/areas": (lambda connection, asked: labels.areas(connection, asked.subdistrict_id), labels.AREAS),
    "labels/case_types": (lambda connection, _: labels.case_types(connection), labels.CASE_TYPES),
    "labels/departments": (
        lambda connection, asked: labels.departments(connection, asked.subdistrict_id),
        labels.DEPARTMENTS,
    ),
    "labels/words": (lambda connection, _: labels.words(connection), labels.WORDS),
    "escalations/waiting": (escalations.waiting, escalations.WAITING),
    "findings/cases": (lambda connection, asked: findings.cases(connection, asked, [1, 2]), findings.CASES),
    "findings/changed_before_cutoff": (
        lambda connection, asked: findings.changed_before_cutoff(connection, asked, "grid", "withdrawn", "midnight"),
        evidence.EVIDENCE,
    ),
    "findings/closed_before_midnight": (
        lambda connection, asked: findings.closed_before_midnight(connection, asked, "grid"),
        evidence.EVIDENCE,
    ),
    "findings/closed_within_a_minute": (
        lambda connection, asked: findings.closed_within_a_minute(connection, asked, "grid"),
        evidence.EVIDENCE,
    ),
    "findings/fewer_reports": (
        lambda connection, asked: findings.fewer_reports(connection, asked, "grid"),
        findings.REPORTS,
    ),
    "reopening_findings/opened_again": (
        lambda connection, asked: reopening_findings.opened_again(connection, asked, "grid"),
        evidence.EVIDENCE,
    ),
    "reopening_findings/reopened_after_cutoff": (
        lambda connection, asked: reopening_findings.reopened_after_cutoff(connection, asked, "grid", "same_day"),
        evidence.EVIDENCE,
    ),
    "source_findings/repeating_sources": (source_findings.repeating_sources, source_findings.REPEATING),
    "source_findings/silent_sources": (source_findings.silent_sources, source_findings.SILENT),
    "like_days/at_this_clock": (like_days.at_this_clock, like_days.AT_THIS_CLOCK),
    "lists/followed": (
        lambda connection, asked: lists.followed(connection, asked, [1], asked.as_of - timedelta(days=7)),
        lists.FOLLOWED,
    ),
    "lists/increment": (lists.increment, lists.INCREMENT),
    "lists/stock": (lists.stock, None),
    "lists/turned_worse": (
        lambda connection, asked: lists.turned_worse(connection, asked, LISTED),
        lists.TURNED_WORSE,
    ),
    "lists/variable": (lists.variable, lists.VARIABLE),
    "one_case/events": (
        lambda connection, asked: one_case.events(connection, asked, ONE_CASE, asked.as_of - timedelta(days=400)),
        one_case.EVENTS,
    ),
    "one_case/hand_ups": (
        lambda connection, asked: one_case.hand_ups(connection, asked, ONE_CASE),
        one_case.HAND_UPS,
    ),
    "one_case/neighbours": (
        lambda connection, asked: one_case.neighbours(connection, asked, ONE_CASE),
        one_case.NEIGHBOURS,
    ),
    "one_case/state": (lambda connection, asked: one_case.state(connection, asked, ONE_CASE), one_case.STATE),
    "mode/inflow": (lambda connection, asked: mode.inflow(connection, asked, asked.as_of), mode.INFLOW),
    "mode/reported_since": (lambda connection, asked: mode.reported_since(connection, asked, asked.as_of), None),
    "mode/standing": (mode.standing, None),
    "mode/surge": (lambda connection, asked: mode.surge(connection, asked, (Risk.RED,), 30, 28), None),
    "mode/usual_hours": (mode.usual_hours, mode.USUAL_HOURS),
    "objections/listed": (objections.listed, objections.LISTED),
    "petitions/capital_trips": (petitions.capital_trips, figure.COUNT),
    "petitions/first_visit_resolution": (petitions.first_visit_resolution, petitions.FIRST_VISIT_RESOLUTION),
    "petitions/marked": (lambda connection, _: petitions.marked(connection), None),
    "place/communities": (place.communities, place.COMMUNITIES),
    "place/inside": (place.inside, place.INSIDE),
    "place/neighbours": (place.neighbours, place.NEIGHBOURS),
    "place/standing": (lambda connection, asked: place.standing(connection, asked, asked.today, asked.today), None),
    "place/subdistrict": (place.subdistrict, None),
    "place/units": (lambda connection, asked: place.units(connection, asked, "grid"), place.UNITS),
    "ranking/levels": (ranking.levels, ranking.LEVELS),
    "ranking/marks": (ranking.marks, ranking.MARKS),
    "ranking/outcomes": (lambda connection, asked: ranking.outcomes(connection, asked, "grid"), ranking.OUTCOMES),
    "records/came_late": (
        lambda connection, asked: records.came_late(
            connection, asked, asked.today - timedelta(days=7), asked.today, since=asked.as_of - timedelta(days=1)
        ),
        None,
    ),
    "records/files": (records.files, records.FILES),
    "records/late": (records.late, records.LATE),
    "records/noticed": (records.noticed, records.NOTICED),
    "records/verified": (records.verified, None),
    "reopenings/reopened": (reopenings.reopened, reopenings.REOPENED),
    "repeats/repeated": (repeats.repeated, repeats.REPEATED),
    "ranking/units": (lambda connection, asked: ranking.units(connection, asked, "grid"), ranking.UNITS),
    "risk/course": (
        lambda connection, asked: risk.course(
            connection, asked, "grid", [asked.as_of - timedelta(hours=6 * look) for look in range(28, -1, -1)]
        ),
        risk.COURSE,
    ),
    "risk/daily": (lambda connection, asked: risk.daily(connection, asked, "grid"), risk.DAILY),
    "risk/profile": (risk.profile, risk.PROFILE),
    "risk/recent": (lambda connection, asked: risk.recent(connection, asked, "grid"), risk.RECENT),
    "same_day/resolution": (same_day.resolution, figure.RATE),
    "same_day/today": (same_day.today, None),
    "same_day/units_compared": (
        lambda connection, asked: same_day.units_compared(connection, asked, "grid"),
        same_day.UNITS_COMPARED,
    ),
    "satisfaction/satisfied": (satisfaction.satisfied, satisfaction.SATISFIED),
    "sites/risk_points": (sites.risk_points, sites.RISK_POINTS),
    "sources/carried": (sources.carried, None),
    "sources/heartbeats": (sources.heartbeats, sources.HEARTBEATS),
    "sources/recording": (sources.recording, None),
    "stages/clocks": (stages.clocks, stages.CLOCKS),
    "stages/dispatch_share": (stages.dispatch_share, figure.RATE),
    "store/subdistricts": (lambda connection, _: store.subdistricts(connection), None),
    "store/vitals": (lambda connection, asked: store.vitals(connection, asked.subdistrict_id), None),
    "topics/lines": (lambda connection, _: topics.lines(connection), topics.LINES),
    "topics/summaries": (lambda connection, asked: topics.summaries(connection, asked, 28, 1), topics.SUMMARIES),
    "volume/reported": (volume.reported, figure.COUNT),
    "walls/listed": (walls.listed, walls.LISTED),
    "workload/field_work": (workload.field_work, workload.FIELD_WORK),
    "workload/per_member": (workload.per_member, workload.PER_MEMBER),
}


def test_no_file_is_left_unasked() -> None:
    assert sorted(ASKED) == FILES


@pytest.mark.parametrize("question", FILES)
def test_function_has_the_name_of_its_file(question: str) -> None:
    subject, name = question.split("/")
    assert callable(getattr(importlib.import_module(f"queries.{subject}"), name))


@pytest.mark.parametrize("question", FILES)
def test_a_question_opens_with_its_grain(question: str) -> None:
    assert (FOLDER / f"{question}.sql").read_text(encoding="utf-8").startswith("-- One row")


def _check_shape(frame: pd.DataFrame, declared: Shape) -> None:
    assert tuple(frame.columns[: len(declared.columns)]) == declared.names
    for column in declared.columns:
        assert frame[column.name].dtype == DTYPES[column.type], column.name


def test_every_question_is_executed_and_keeps_its_shape_without_and_with_cases(town: Town, database: Database) -> None:
    asked = town.at("2024-03-14 12:00:00")
    executed: set[str] = set()
    with database.reader.connect() as connection:

        @event.listens_for(connection, "before_execute")
        def note(_: Connection, clause: Any, *__: Any) -> None:
            executed.add(str(clause))

        for ask, declared in ASKED.values():
            answer = ask(connection, asked)
            if declared is not None:
                _check_shape(answer, declared)
        assert {question for question in FILES if str(statement(*question.split("/"))) in executed} == set(FILES)

    town.case("a", "2024-03-14 08:00:00", due_at="2024-03-14 20:00:00", lon=113.81, lat=22.81)
    town.then("a", "dispatched", "2024-03-14 08:20:00")
    town.then("a", "escalated", "2024-03-14 09:00:00", escalation_no=1, level="department", department_code="water",
              due_at="2024-03-14 11:00:00")  # fmt: skip
    town.settle()
    with database.reader.connect() as connection:
        for ask, declared in ASKED.values():
            answer = ask(connection, asked)
            if declared is not None:
                _check_shape(answer, declared)
            narrowed = ask(connection, town.at("2024-03-14 12:00:00", area_id=town.area_ids["west-2"]))
            if declared in (
                lists.VARIABLE,
                escalations.PENDING,
                escalations.LISTED,
                escalations.OWED,
                escalations.ANSWERS,
                cases.LATEST,
                cases.HEAT,
                cases.REPLAY,
            ):
                assert (len(answer), len(narrowed)) == (1, 0), declared
