"""The command line of the store: ``python -m seed COMMAND``. ``--help`` lists the commands.

Every command reads the addresses of the database from the environment (seed.settings); without DATABASE_URL it uses
the embedded server of the data folder, the running one if there is one. Errors are one sentence on stderr and exit 1.
"""

import contextlib
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, get_args

import psycopg2
import sqlalchemy as sa
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from seed import store
from seed.demo_load import DEFAULT_SEED, load_demo, utc_now
from seed.mapping_commands import commands as mapping_commands
from seed.server import ServerError, running
from seed.settings import Role, Settings, SettingsError, role_url
from seed.wall_tokens import commands as wall_tokens

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False)
app.add_typer(wall_tokens, name="wall-token")
app.add_typer(mapping_commands, name="mapping")
console = Console()


@contextlib.contextmanager
def opened() -> Iterator[Settings]:
    """The settings, with the embedded server running when they name no database."""
    settings = Settings.load()
    if settings.database_url is None:
        with running(settings.data_dir):
            yield settings
    else:
        yield settings


@contextlib.contextmanager
def current() -> Iterator[tuple[Settings, str]]:
    """Settings and owner's address of a store whose schema is this release's; raises StoreError otherwise."""
    with opened() as settings:
        url = role_url(settings, "owner")
        state = store.schema_state(url)
        if state == "newer":
            raise store.StoreError("the database was made by a newer release: install that release")
        if state != "current":
            raise store.StoreError(f"the schema of the database is {state}: run python -m seed migrate")
        yield settings, url


@app.command()
def run() -> None:
    """Start everything: the server if needed, the demo city if the store is empty, its live feed, the pages."""
    from seed.supervisor import run as run_all  # imports the serving side, which the other commands do without

    run_all(Settings.load())


@app.command()
def migrate() -> None:
    """Bring the schema up to date."""
    with opened() as settings:
        before = store.migrate(role_url(settings, "owner"), settings.time_zone)
    console.print("the schema is current" if before == "current" else f"the schema was {before} and is now current")


@app.command()
def demo(
    profile: Annotated[str, typer.Option(help="matian, guangming, xinhui, jinshan or chengdu")] = "matian",
    today: Annotated[str, typer.Option(help="the day the yearly totals count back from, 2026-11-23")] = "",
    seed: Annotated[int, typer.Option(help="another seed, another city")] = DEFAULT_SEED,
    days: Annotated[int, typer.Option(help="days of history")] = 730,
    scale: Annotated[float, typer.Option(help="multiplies the number of cases")] = 1.0,
    redraw_2025: Annotated[bool, typer.Option(help="the redrawing of 2025")] = False,
) -> None:
    """Load a demo city into an empty store."""
    with opened() as settings:
        owner = role_url(settings, "owner")
        store.migrate(owner, settings.time_zone)
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[rows]} rows"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=console) as bar:
            task = bar.add_task(profile, total=None, rows=0)
            rows = load_demo(
                owner,
                role_url(settings, "writer"),
                profile,
                now=utc_now(),
                today=date.fromisoformat(today) if today else None,
                seed=seed,
                days=days,
                scale=scale,
                redraw_2025=redraw_2025,
                progress=lambda done, total, rows: bar.update(task, completed=done, total=total, rows=f"{rows:,}"),
            )
    console.print(f"{profile}: {rows:,} log rows")


@app.command()
def live(speed: Annotated[float, typer.Option(help="seconds of the city's life in one second")] = 1.0) -> None:
    """Let the demo city live on from where the store ends, until stopped."""
    from seed.feed import run_feed  # loads the demo's generator

    with current() as (settings, _):
        run_feed(role_url(settings, "writer"), speed=speed)


@app.command("import")
def import_records(
    source: Annotated[str, typer.Argument(help="a file (CSV, XLSX, JSON, XML), a folder of files, or https://…")],
    mapping: Annotated[str, typer.Option(help="a mapping's name (seed mapping list) or a TOML file")],
    live: Annotated[
        bool, typer.Option("--live", help="what it tells is known from now on, not since it happened")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="say what would become of each row; write nothing")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="a folder: go on with what comes in, until stopped")] = False,
    settle: Annotated[float, typer.Option(help="a folder: seconds for which a file must not have changed")] = 3.0,
) -> None:
    """Load what a reporting system exports through the door: a file, the files of a folder, an Open311 address.

    Files of a folder are loaded in the order of their names and moved to its folders loaded and refused; exit 1 when
    one was refused. An address is asked for what is new since the last load (key: OPEN311_API_KEY).
    """
    from seed.importers import ImportResult, import_file
    from seed.importers.progress import drawn
    from seed.importers.sources import load_source

    def say(text: str) -> None:
        console.print(text, markup=False, highlight=False)

    with opened() as settings:

        def load(path: Path) -> ImportResult:
            with drawn(console) as tell:
                return import_file(settings, path, mapping, live=live, dry_run=dry_run, tell=tell)

        is_whole = load_source(
            settings, source, mapping, say, load, watch=watch, settle=settle, live=live, dry_run=dry_run
        )
    if not is_whole:
        raise typer.Exit(1)


@app.command("areas")
def load_areas(
    file: Annotated[Path, typer.Argument(help="GeoJSON or CSV", exists=True, dir_okay=False)],
    fields: Annotated[Path | None, typer.Option(help="TOML with the columns below under [areas]")] = None,
    code: Annotated[str, typer.Option(help="column of the code; here and below =VALUE holds for all rows")] = "",
    name: Annotated[str, typer.Option(help="column of the Chinese name")] = "",
    name_en: Annotated[str, typer.Option(help="column of the English name")] = "",
    level: Annotated[str, typer.Option(help="column of the level, or as in =grid")] = "",
    kind: Annotated[str, typer.Option(help="column of the kind: social, enterprise …")] = "",
    parent: Annotated[str, typer.Option(help="column of the parent's code, name or alias")] = "",
    population: Annotated[str, typer.Option(help="column of the population")] = "",
    valid_from: Annotated[str, typer.Option(help="column of the first day")] = "",
    boundary: Annotated[str, typer.Option(help="column of a CSV that holds GeoJSON or WKT")] = "",
    datum: Annotated[str, typer.Option(help="wgs84, gcj02 or bd09; guessed, and said, where not given")] = "",
    since: Annotated[str, typer.Option("--from", help="draw these areas anew from a day on, 2026-01-01")] = "",
    centre: Annotated[str, typer.Option(help="the command centre that areas without a parent lie under")] = "",
    centre_name: Annotated[str, typer.Option(help="its Chinese name, where it is new")] = "",
    skip_refused: Annotated[bool, typer.Option(help="load the rest where some are refused")] = False,
    dry_run: Annotated[bool, typer.Option(help="say what would be done")] = False,
) -> None:
    """Load a tree of areas with boundaries, or draw it anew from a day on."""
    from queries.datum import Datum
    from seed.areas.fields import load_fields
    from seed.areas.load import Centre, load

    given = {"code": code, "name_zh": name, "name_en": name_en, "level": level, "kind": kind, "parent": parent}
    given |= {"population": population, "valid_from": valid_from, "boundary": boundary}
    told = load_fields(given, fields)
    if datum and datum not in list(Datum):
        raise store.StoreError(f"the datum {datum!r} is not one of {', '.join(Datum)}")
    with opened() as settings:
        owner = role_url(settings, "owner")
        store.migrate(owner, settings.time_zone)
        done = load(
            owner,
            file,
            told,
            datum=Datum(datum) if datum else None,
            since=date.fromisoformat(since) if since else None,
            centre=Centre(centre, centre_name),
            skip_refused=skip_refused,
            dry_run=dry_run,
        )
        console.print(str(done), markup=False)


@app.command()
def revoke(batch: Annotated[int, typer.Argument(help="number of the batch")]) -> None:
    """Undo a batch by appending its reversal."""
    from seed import door

    with current() as (settings, _):
        connection = door.connect(role_url(settings, "writer"))
        with contextlib.closing(connection):
            console.print(f"batch {batch} is revoked by batch {door.revoke(connection, batch)}")


@app.command()
def verify() -> None:
    """Recompute everything from the log: exit 1 on any difference; doubtful source data is counted and shown.

    That it was done is kept: the page of data health says when.
    """
    with current() as (_, url), store.engine(url).begin() as connection:
        table = Table("subdistrict", "finding", "rows", "for example")
        differences = 0
        for subdistrict_id, name in store.subdistricts(url):
            found = connection.execute(
                sa.text(
                    "select is_difference, finding, count(*) as rows, min(subject || ' ' || detail) as example"
                    " from app.verify(:id) group by 1, 2 order by 1 desc, 2"
                ),
                {"id": subdistrict_id},
            ).all()
            of_it = sum(row.rows for row in found if row.is_difference)
            differences += of_it
            connection.execute(
                sa.text(
                    "insert into app.verifications (subdistrict_id, verified_at, differences) values (:id, :at, :n)"
                ),
                {"id": subdistrict_id, "at": utc_now(), "n": of_it},
            )
            for row in found:
                table.add_row(name, row.finding, f"{row.rows:,}", (row.example or "")[:80])
        if table.row_count:
            console.print(table)
        console.print("everything follows from the log" if not differences else f"{differences:,} differences")
    if differences:
        raise typer.Exit(1)


@app.command()
def rebuild() -> None:
    """Make everything that follows from the log anew: after a change of time zone, window or rule."""
    with current() as (_, url), store.engine(url).begin() as connection:
        for subdistrict_id, name in store.subdistricts(url):
            cases = connection.scalar(sa.text("select app.rebuild(:id)"), {"id": subdistrict_id})
            console.print(f"{name}: {cases or 0:,} cases rebuilt")


@app.command()
def rejects(
    batch: Annotated[int | None, typer.Option(help="of this batch alone")] = None,
    source: Annotated[str | None, typer.Option(help="of this source alone")] = None,
    reason: Annotated[str | None, typer.Option(help="with this reason alone")] = None,
    every: Annotated[bool, typer.Option("--all", help="those tried again since as well")] = False,
    export: Annotated[Path | None, typer.Option(help="write them whole to this workbook", dir_okay=False)] = None,
    retry: Annotated[bool, typer.Option("--retry", help="try them again, after the mapping was mended")] = False,
    mapping: Annotated[str | None, typer.Option(help="of --retry: the mended mapping, by its name or file")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="of --retry: write nothing")] = False,
    limit: Annotated[int, typer.Option(help="lines shown")] = 50,
) -> None:
    """List the refused rows by batch, reason and column; write them to a workbook; try them again."""
    from seed.importers import rejects as refused

    chosen = refused.Chosen(batch, source, reason, every)
    with current() as (_, url):
        if retry:
            results = refused.retry(
                url,
                chosen,
                mapping,
                today=utc_now().date(),
                dry_run=dry_run,
                each=lambda number, result: console.print(
                    f"refused rows of batch {number}, tried again: {result}", markup=False, highlight=False
                ),
            )
            got_in = sum(result.rows.read - result.rows.refused for result in results)
            of = sum(result.rows.read for result in results)
            console.print(f"{got_in:,} of {of:,} refused rows {'would get' if dry_run else 'got'} in")
            return
        with store.engine(url).connect() as connection:
            if export is not None:
                console.print(
                    f"{refused.export(connection, chosen, export):,} refused rows in {export}", soft_wrap=True
                )
                return
            table = Table("batch", "source", "file", "reason", "column", "rows", "got in since", "for example")
            for row in refused.listed(connection, chosen, limit):
                table.add_row(
                    *(
                        str(row.batch_id),
                        row.source,
                        row.file_name,
                        row.reason,
                        row.column_name,
                        f"{row.refused_rows:,}",
                    ),
                    *(f"{row.got_in:,}", row.example[:40]),
                )
            console.print(table)


@app.command()
def mode(
    to: Annotated[str, typer.Argument(help="normal, emergency, or auto: let the rules of queries/mode.toml decide")],
    reason_zh: Annotated[str, typer.Option(help="why, in Chinese; stands on the wall")] = "",
    reason_en: Annotated[str, typer.Option(help="why, in English")] = "",
) -> None:
    """Switch between normal and emergency mode; it stays until a person changes it or hands it back with auto."""
    from seed.duty import set_mode

    with current() as (settings, _):
        for name, held in set_mode(role_url(settings, "operator"), to, reason_zh, reason_en):
            console.print(f"{name}: {held}")


@app.command("watch-mode")
def watch_mode() -> None:
    """Turn the mode by the rules of queries/mode.toml, until stopped."""
    from seed.watch_mode import run_watch

    with current() as (settings, _):
        run_watch(role_url(settings, "operator"))


@app.command()
def pair(
    officer: Annotated[str, typer.Option(help="name of the duty officer")],
    hours: Annotated[float, typer.Option(help="how long the address holds, at most 72")] = 12.0,
    subdistrict: Annotated[str, typer.Option(help="code of the subdistrict; the first one where not given")] = "",
) -> None:
    """Print the address by which an officer's phone or laptop acknowledges cases and hands the shift over."""
    from seed.duty import addresses, pair_device

    with current() as (settings, _):
        token = pair_device(role_url(settings, "operator"), officer, hours, subdistrict)
        for address in addresses(settings.port, token):
            typer.echo(address)


@app.command()
def pairings(rows: Annotated[int, typer.Option(help="rows shown")] = 20) -> None:
    """List the paired devices, newest first."""
    from seed.duty import paired_devices

    with current() as (settings, _):
        table = Table("number", "officer", "from", "until", "last seen", "state")
        for row in paired_devices(role_url(settings, "operator"), utc_now(), rows):
            table.add_row(*row)
        console.print(table)


@app.command()
def unpair(number: Annotated[int, typer.Argument(help="of the pairing, as pairings lists it")]) -> None:
    """Revoke a pairing: the device can do nothing any more."""
    from seed.duty import revoke_pairing

    with current() as (settings, _):
        revoke_pairing(role_url(settings, "operator"), number)
        console.print(f"pairing {number} is revoked")


@app.command()
def address(role: Annotated[str, typer.Argument(help="owner, reader, writer or operator")] = "reader") -> None:
    """Print a role's address of the store, as READER_URL and the like want it; it may hold a password."""
    roles = {each: each for each in get_args(Role)}
    if role not in roles:
        raise store.StoreError(f"the role {role!r} is not one of {', '.join(roles)}")
    typer.echo(role_url(Settings.load(), roles[role]))


@app.command()
def erase(
    party: Annotated[str, typer.Option(help="a person's number as the sources hand it in: phone or identity")] = "",
    case: Annotated[str, typer.Option(help="the number of a case: its person is erased, in all their cases")] = "",
    source: Annotated[str, typer.Option(help="of the case, where several sources number alike")] = "",
    by: Annotated[str, typer.Option(help="who does it, for the record; the account's name where not given")] = "",
) -> None:
    """Erase one person's data everywhere, or (without a person) all whose retention period is over.

    Figures do not change. That it was done is kept in app.erasures; what was erased is not.
    """
    from seed import erasure

    with current() as (_, url):
        console.print(str(erasure.erase(url, party, case, source, by or erasure.who(), utc_now())))


@app.command()
def retention(
    days: Annotated[int | None, typer.Argument(help="days after the report; prints the period where not given")] = None,
) -> None:
    """Print or set for how many days personal data is kept."""
    from seed import erasure

    with current() as (_, url), store.engine(url).begin() as connection:
        console.print(f"personal data is kept for {erasure.retention_days(connection, days):,} days after the report")


@app.command("mask-again")
def mask_again() -> None:
    """Mask the free text of the store once more: after a release that masks more than the one that took it in."""
    with current() as (_, url), store.engine(url).begin() as connection:
        for subdistrict_id, name in store.subdistricts(url):
            rows = connection.scalar(sa.text("select app.mask_again(:id)"), {"id": subdistrict_id})
            console.print(f"{name}: {rows or 0:,} rows of the log masked anew")


def main() -> None:
    """Run the command line; what a person has to put right becomes one sentence and exit 1."""
    try:
        app()
    except (store.StoreError, SettingsError, ServerError, ValueError) as error:
        _fail(str(error))
    except sa.exc.OperationalError as error:
        _fail(f"the database does not answer: {str(error.orig).strip().splitlines()[0]}")
    except psycopg2.Error as error:
        _fail(str(error).strip().splitlines()[0])


def _fail(sentence: str) -> None:
    print(sentence, file=sys.stderr)
    raise SystemExit(1)


if __name__ == "__main__":
    main()
