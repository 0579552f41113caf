"""The command line of the store: ``python -m seed COMMAND``. ``--help`` lists the commands.

Every command reads the addresses of the database from the environment (seed.settings); without DATABASE_URL it uses
the embedded server of the data folder, the running one if there is one. Errors are one sentence on stderr and exit 1.
"""

import sys
from datetime import date
from typing import Annotated, get_args

import psycopg2
import sqlalchemy as sa
import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from seed import (
    assessment_commands,
    delivery_commands,
    duty_commands,
    file_commands,
    personal_commands,
    review_commands,
    store,
)
from seed.demo_load import DEFAULT_SEED, load_demo, utc_now
from seed.mapping_commands import commands as mapping_commands
from seed.opening import console, current, opened
from seed.packing import run_packing
from seed.server import ServerError
from seed.settings import Role, Settings, SettingsError, role_url
from seed.wall_tokens import commands as wall_tokens

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False)
app.add_typer(wall_tokens, name="wall-token")
app.add_typer(mapping_commands, name="mapping")
for each in (file_commands, personal_commands, duty_commands, review_commands, assessment_commands, delivery_commands):
    app.add_typer(each.commands)


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


@app.command()
def pack(
    keep: Annotated[bool, typer.Option("--keep", help="go on until stopped: every minute what waits by then")] = False,
) -> None:
    """Pack the days of cases that are over, so that questions about months are quick; `make run` does it by itself."""
    with current() as (_, url):
        if keep:
            run_packing(url)
        else:
            console.print(f"{store.pack(url):,} days packed")


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
def address(role: Annotated[str, typer.Argument(help="owner, reader, writer or operator")] = "reader") -> None:
    """Print a role's address of the store, as READER_URL and the like want it; it may hold a password."""
    roles = {each: each for each in get_args(Role)}
    if role not in roles:
        raise store.StoreError(f"the role {role!r} is not one of {', '.join(roles)}")
    typer.echo(role_url(Settings.load(), roles[role]))


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
