"""Commands on what reporting systems export: import, areas, refused rows, and what undoes a batch."""

import contextlib
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from seed import store
from seed.demo_load import utc_now
from seed.opening import console, current, opened
from seed.settings import role_url

commands = typer.Typer()


@commands.command("import")
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


@commands.command("areas")
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


@commands.command()
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


@commands.command()
def uploads() -> None:
    """Load what clerks hand in on the page /upload (UPLOADS, UPLOADS_DIR), one file at a time, until stopped."""
    from seed.uploads.worker import run_worker

    with opened() as settings:
        run_worker(settings.uploads_folder, lambda: role_url(settings, "owner"))


@commands.command()
def revoke(batch: Annotated[int, typer.Argument(help="number of the batch")]) -> None:
    """Undo a batch by appending its reversal."""
    from seed import door

    with current() as (settings, _):
        connection = door.connect(role_url(settings, "writer"))
        with contextlib.closing(connection):
            console.print(f"batch {batch} is revoked by batch {door.revoke(connection, batch)}")
