"""Commands of the two-weekly assessment: the subdistrict's marks by a sheet, objections of units and their answers."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import typer
from rich.markup import escape
from rich.table import Table

from queries import objections as told
from queries import place, ranking
from queries import store as places
from queries.filters import Filter
from queries.review import Period, read_period
from queries.review.document import records
from queries.statistics.configuration import assessment_rules
from seed import marks as giving
from seed import objecting, store
from seed.demo_load import utc_now
from seed.erasure import who
from seed.freezing import owner_of
from seed.importers.nearest import nearest
from seed.opening import console, current
from seed.settings import role_url
from seed.units import Unit, UnitError, Units, units_on

commands = typer.Typer()

_PERIOD = "the assessed cycle: its days, 2026-11-02..2026-11-15, or last-cycle"
_SUBDISTRICT = "its code, where the store holds several"
_BY = "who; the account that runs the command without"
#: Units without marks, or wrong rows, that are named.
_NAMED = 20


@commands.command()
def marks(
    file: Annotated[Path | None, typer.Argument(help="CSV or XLSX with the columns area, points, remark")] = None,
    period: Annotated[str, typer.Option(help=_PERIOD)] = "last-cycle",
    level: Annotated[str, typer.Option(help="the level of areas that have marks; grids without")] = "",
    template: Annotated[Path | None, typer.Option(help="write the sheet to be filled in, with all units")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what would become of it; write nothing")] = False,
    by: Annotated[str, typer.Option(help=_BY)] = "",
    subdistrict: Annotated[str | None, typer.Option(help=_SUBDISTRICT)] = None,
) -> None:
    """Give the subdistrict's marks of a cycle by a sheet: all of it or nothing. Given again, what differs corrects."""
    if (file is None) == (template is None):
        raise store.StoreError("name the sheet with the marks, or with --template the one to be written")
    with current() as (settings, _), store.engine(role_url(settings, "operator")).connect() as connection:
        owner = owner_of(connection, subdistrict)
        cycle = _cycle(period, owner)
        units = units_on(connection, owner.subdistrict_id, cycle.last)
        rated = _level(connection, owner, units, level)
        wanted = _ranked(connection, owner, cycle, units.of_level(rated))
        if template is not None:
            giving.write_template(template, wanted)
            _say(f"{template}: {len(wanted)} units of {cycle.first} to {cycle.last} to be filled in")
            return
        assert file is not None
        try:
            given = giving.read_sheet(file, units, rated)
        except giving.MarksError as error:
            _list(error.lines)
            raise
        done = giving.give(connection, owner.subdistrict_id, cycle, given, by or who())
        if dry_run:
            connection.rollback()
        else:
            connection.commit()
    _say(
        f"{owner.code} {cycle.first} to {cycle.last}: {done.new} marks new, {done.corrected} corrected,"
        f" {done.unchanged} unchanged" + ("; a dry run, nothing is written" if dry_run else "")
    )
    held = {mark.unit for mark in given}
    missing = [str(unit) for unit in wanted if unit not in held]
    if missing:
        _say(f"{len(missing)} units without marks in the sheet; a kind of which one has none is scored without marks:")
        _list(missing)
    _say_restated(done.restated)


@commands.command("objections")
def objections(
    period: Annotated[str | None, typer.Option(help=f"{_PERIOD}; all without")] = None,
    unit: Annotated[str, typer.Option(help="of this unit alone: its code or name")] = "",
    subdistrict: Annotated[str | None, typer.Option(help=_SUBDISTRICT)] = None,
) -> None:
    """List objections to the assessment, the newest first, and what became of them."""
    with current() as (settings, _), store.engine(role_url(settings, "reader")).connect() as connection:
        owner = owner_of(connection, subdistrict)
        chosen = None if period is None else read_period(period, _today(owner))
        asked = Filter(
            owner.subdistrict_id,
            _now(connection, owner),
            owner.time_zone,
            area_id=_find(units_on(connection, owner.subdistrict_id, _today(owner)), unit).area_id if unit else None,
            period_from=None if chosen is None else chosen.first,
            period_to=None if chosen is None else chosen.last,
        )
        frame = told.listed(connection, asked)
    if frame.empty:
        _say("there are no objections")
        return
    table = Table("number", "unit", "period", "of", "asks", "reason", "by", "outcome")
    for row in records(frame):
        case = "the mark" if row["case_id"] is None or row["external_id"] != row["external_id"] else row["external_id"]
        asks = told.ASKS[row["asks"]] + (f": {row['to_zh']}" if row["asks"] == "attribute_to" else "")
        cells = (
            str(row["objection_id"]),
            f"{row['area_code']} {row['area_zh']}",
            f"{row['period_from']}..{row['period_to']}",
            case,
            asks,
            told.REASONS[row["reason"]] + (f": {row['words']}" if row["words"] else ""),
            row["objected_by"],
            row["outcome"],
        )
        table.add_row(*map(escape, cells))
    console.print(table)


@commands.command("object")
def object_to(
    unit: Annotated[str, typer.Option(help="the unit that objects: its code or name")],
    reason: Annotated[str, typer.Option(help=", ".join(told.REASONS))],
    case: Annotated[str, typer.Option(help="the case's number in its source; without, the unit's mark")] = "",
    source: Annotated[str, typer.Option(help="the case's source, where several have the number")] = "",
    to: Annotated[str, typer.Option(help="the unit whose case it is; without, it is to be left out")] = "",
    words: Annotated[str, typer.Option(help="in 200 characters at most; persons are masked")] = "",
    period: Annotated[str, typer.Option(help=_PERIOD)] = "last-cycle",
    by: Annotated[str, typer.Option(help=_BY)] = "",
    subdistrict: Annotated[str | None, typer.Option(help=_SUBDISTRICT)] = None,
) -> None:
    """Object for a unit to a case that counts for it, or to its mark, before the review of the cycle is frozen."""
    if to and not case:
        raise store.StoreError("a mark is not counted for another unit: --to goes with --case")
    with current() as (settings, _), store.engine(role_url(settings, "operator")).begin() as connection:
        owner = owner_of(connection, subdistrict)
        cycle = _cycle(period, owner)
        units = units_on(connection, owner.subdistrict_id, cycle.last)
        number = objecting.object_to(
            connection,
            owner.subdistrict_id,
            objecting.Objection(
                unit=_find(units, unit),
                period=cycle,
                case_id=objecting.find_case(connection, owner.subdistrict_id, case, source) if case else None,
                to=_find(units, to) if to else None,
                reason=reason,
                words=words,
                by=by or who(),
            ),
        )
    _say(f"objection {number} is kept: python -m seed decide {number} upheld, or rejected")


@commands.command()
def decide(
    number: Annotated[int, typer.Argument(help="of the objection, as objections lists it")],
    outcome: Annotated[str, typer.Argument(help="upheld or rejected")],
    words: Annotated[str, typer.Option(help="why, in 200 characters at most; persons are masked")] = "",
    by: Annotated[str, typer.Option(help=_BY)] = "",
    subdistrict: Annotated[str | None, typer.Option(help=_SUBDISTRICT)] = None,
) -> None:
    """Uphold or reject an objection: an upheld one moves the case in the assessment of its period from now on."""
    if outcome not in told.OUTCOMES[1:]:
        raise store.StoreError(f"the outcome {outcome!r} is not one of {', '.join(told.OUTCOMES[1:])}")
    with current() as (settings, _), store.engine(role_url(settings, "operator")).begin() as connection:
        owner = owner_of(connection, subdistrict)
        restated = objecting.decide(
            connection, owner.subdistrict_id, number, is_upheld=outcome == "upheld", by=by or who(), words=words
        )
    _say(f"objection {number} is {outcome}")
    _say_restated(restated)


def _cycle(given: str, owner: places.Owner) -> Period:
    period = read_period(given, _today(owner))
    giving.check_cycle(period)
    return period


def _level(connection: sa.Connection, owner: places.Owner, units: Units, given: str) -> str:
    """The level of the units that have marks: the one named, or the one the store's figures are drawn by."""
    levels = list(dict.fromkeys(unit.level for unit in units.units))
    level = given or place.subdistrict(connection, Filter(owner.subdistrict_id, utc_now(), owner.time_zone)).unit_level
    if level not in levels:
        near = nearest(level, levels)
        raise store.StoreError(f"there are no areas of the level {level!r}" + (f"; {near} is near" if near else ""))
    return level


def _ranked(connection: sa.Connection, owner: places.Owner, cycle: Period, units: Sequence[Unit]) -> list[Unit]:
    """The units that are ranked: those of kinds that the rules leave out need no marks."""
    asked = Filter(owner.subdistrict_id, utc_now(), owner.time_zone, period_from=cycle.first, period_to=cycle.last)
    unranked = assessment_rules(cycle.first).unranked_kinds
    kinds: dict[int, str] = {}
    for level in {unit.level for unit in units}:
        frame = ranking.units(connection, asked, level)
        kinds |= dict(zip(frame["area_id"].tolist(), frame["kind"].tolist(), strict=True))
    return [unit for unit in units if kinds.get(unit.area_id) not in unranked]


def _find(units: Units, word: str) -> Unit:
    try:
        return units.find(word)
    except UnitError as error:
        raise store.StoreError(str(error)) from None


def _now(connection: sa.Connection, owner: places.Owner) -> datetime:
    """The clock, or the newest record where it runs ahead."""
    found = places.vitals(connection, owner.subdistrict_id)
    known = () if found is None else (found.recorded_at, found.noted_at)
    return max(utc_now(), *(each for each in known if each is not None))


def _today(owner: places.Owner) -> date:
    return utc_now().astimezone(ZoneInfo(owner.time_zone)).date()


def _say_restated(periods: tuple[str, ...]) -> None:
    if periods:
        _say(
            f"a restatement: the frozen reviews of {', '.join(periods)} read otherwise now; freezes --period shows how"
        )


def _say(text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def _list(lines: Sequence[str]) -> None:
    for line in lines[:_NAMED]:
        typer.echo(f"  {line}", err=True)
    if len(lines) > _NAMED:
        typer.echo(f"  and {len(lines) - _NAMED} more", err=True)
