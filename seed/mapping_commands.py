"""``python -m seed mapping new | check | list``: from an unknown file to a mapping, and whether it still knows all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import sqlalchemy as sa
import typer

from seed import store
from seed.demo_load import utc_now
from seed.opening import console, opened
from seed.settings import Settings, role_url

commands = typer.Typer(
    no_args_is_help=True, help="What the columns of files mean: draft a mapping, check one, list them."
)


@commands.command("new")
def new(
    file: Annotated[Path, typer.Argument(help="an export of the reporting system", exists=True, dir_okay=False)],
    out: Annotated[Path | None, typer.Option(help="where the draft goes; beside the file's name without it")] = None,
    encoding: Annotated[str | None, typer.Option(help="of a text file; found out without it")] = None,
    delimiter: Annotated[str, typer.Option(help="between the cells of a CSV")] = ",",
    sheet: Annotated[str | None, typer.Option(help="of a workbook; the first without it")] = None,
) -> None:
    """Inspect a file and write a commented draft of its mapping, with a mark at each place to fill in."""
    from seed.importers.draft import draft_mapping
    from seed.importers.formats.base import FileOptions
    from seed.importers.mapping import TO_FILL

    target = out or Path(f"{file.stem}.toml")
    if target.exists():
        raise ValueError(f"{target} is there already: name another with --out")
    draft = draft_mapping(file, FileOptions(encoding, delimiter, sheet))
    target.write_text(draft, encoding="utf-8")
    marks = sum(line.count(f'"{TO_FILL}"') for line in draft.splitlines())
    console.print(f"{target}: {marks} places to fill in, marked {TO_FILL}", markup=False, highlight=False)


@commands.command("check")
def check(
    mapping: Annotated[str, typer.Argument(help="a mapping's name or a TOML file")],
    file: Annotated[Path | None, typer.Argument(help="a file to load by it", exists=True, dir_okay=False)] = None,
) -> None:
    """List what a mapping, and a file read by it, say that is not known; exit 1 when something would be refused for it.

    Statuses, channels, times and columns are looked for in the mapping; areas, matters and departments in the store.
    """
    from seed.importers.checking import check as compare
    from seed.importers.mapping import load_mapping

    loaded = load_mapping(mapping)
    with _connected() as connection:
        found = compare(loaded, file, connection, today=utc_now().date())
    for line in found.lines():
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    what = f"{file.name}: {found.unknown.rows:,} rows" if file is not None else mapping
    verdict = "all that is needed is known" if found.is_sound else "rows would be refused"
    console.print(f"{what}; {verdict}", markup=False, highlight=False, soft_wrap=True)
    if not found.is_sound:
        raise typer.Exit(1)


@contextmanager
def _connected() -> Iterator[sa.Connection | None]:
    """The store, to be read; None where there is none yet, and none is made."""
    settings = Settings.load()
    if settings.database_url is None and not (settings.data_dir / "postgres").exists():
        yield None
        return
    with opened():
        url = role_url(settings, "owner")
        state = store.schema_state(url)
        if state in ("outdated", "newer"):
            raise store.StoreError(f"the schema of the database is {state}: run python -m seed migrate")
        if state == "empty":
            yield None
            return
        with store.engine(url).connect() as connection:
            connection.execute(sa.text("set transaction read only"))
            yield connection


@commands.command("list")
def list_mappings() -> None:
    """Name the mappings that come with the product."""
    from seed.importers.mapping import load_mapping, mapping_names

    for name in mapping_names():
        mapping = load_mapping(name)
        console.print(f"{name}: {mapping.source.name_en}, {mapping.place.name_en}", markup=False, highlight=False)
