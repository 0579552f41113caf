"""``python -m seed mapping new | check | list``: from an unknown file to a mapping, and whether it still knows all."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from seed.opening import console

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
    file: Annotated[Path, typer.Argument(help="a file to load", exists=True, dir_okay=False)],
    mapping: Annotated[str, typer.Option(help="a mapping's name or a TOML file")],
) -> None:
    """List what a file says that its mapping does not know; exit 1 when something would be refused for it."""
    from seed.importers.mapping import load_mapping
    from seed.importers.unknown import find_unknown

    loaded = load_mapping(mapping)
    found = find_unknown(file, loaded)
    _tell("statuses not in the mapping: such rows are refused", found.statuses)
    _tell("channels not in the mapping", found.channels)
    _tell("entries of the cases' own logs that no rule names: not taken", found.history)
    for column, texts in found.times.items():
        _tell(f"no times, in {column}", texts)
    _tell("matters without a name in [names_zh] or [names_en]: shown as in the file", found.matters)
    if found.broken:
        console.print(f"{found.broken:,} rows do not fit the header", highlight=False)
    verdict = "the mapping knows all that it needs" if found.is_complete else "the mapping is to be completed"
    console.print(f"{file.name}: {found.rows:,} rows; {verdict}", markup=False, highlight=False)
    if not found.is_complete:
        raise typer.Exit(1)


@commands.command("list")
def list_mappings() -> None:
    """Name the mappings that come with the product."""
    from seed.importers.mapping import load_mapping, mapping_names

    for name in mapping_names():
        mapping = load_mapping(name)
        console.print(f"{name}: {mapping.source.name_en}, {mapping.place.name_en}", markup=False, highlight=False)


def _tell(what: str, values: Counter[str]) -> None:
    if not values:
        return
    console.print(f"{what}:", markup=False, highlight=False)
    for value, times in values.most_common():
        console.print(f"  {times:>9,}  {value[:100]}", markup=False, highlight=False, soft_wrap=True)
