"""Ask the figures: ``python -m queries list``, ``python -m queries show FIGURE``. ``--help`` lists the options.

The store is the one READER_URL names (else DATABASE_URL). What a person has to put right is one sentence on stderr and
exit code 2. A figure that no source records says so and exits 0.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer
from rich.text import Text

from queries import asking, compared, printing, printing_compared, printing_why, reach
from queries.answering import answer, groupings, is_asked_alone, takes_level
from queries.catalogue import figures
from queries.figure import NotRecordedError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help=__doc__,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Format(StrEnum):
    """How an answer is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class Language(StrEnum):
    """Of names and labels."""

    ZH = "zh"
    EN = "en"


@app.command("list")
def list_figures(
    format: Annotated[Format, typer.Option(help="table or json")] = Format.TABLE,
) -> None:
    """List the figures: id, names, what each can be grouped by, and the question it comes from."""
    listed = [
        {
            "id": figure.id,
            "name_zh": figure.name_zh,
            "name_en": figure.name_en,
            "by": [by.value for by in groupings(figure)],
            "takes_level": takes_level(figure),
            "against": compared.words_of(figure),
            "question": figure.question,
        }
        for figure in figures().values()
    ]
    if format is Format.JSON:
        typer.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    if format is Format.CSV:
        raise typer.BadParameter("the list comes as table or json")
    table = printing.plain_table("id", "名称", "name", "grouped by", "question")
    for figure in figures().values():
        by = ", ".join(groupings(figure)) or ("its rows are areas: --level" if takes_level(figure) else "its own rows")
        if figure.id == compared.ALL:
            by = "every figure that can be compared: --against"
        elif not is_asked_alone(figure):
            by = "said of another figure"
        table.add_row(*map(Text, (figure.id, figure.name_zh, figure.name_en, by, figure.question)))
    typer.echo(printing.drawn(table, _width()))


@app.command()
def show(
    figure: Annotated[str, typer.Argument(help="its id, as python -m queries list shows it")],
    area: Annotated[str | None, typer.Option(help="code, alias or name; the whole subdistrict without")] = None,
    first: Annotated[str | None, typer.Option("--from", help="first day, 2026-03-01")] = None,
    last: Annotated[str | None, typer.Option("--to", help="last day; the day of as_of without")] = None,
    by: Annotated[str | None, typer.Option(help="day, week, month, area, kind, type, channel, risk …")] = None,
    level: Annotated[str | None, typer.Option(help="level of the areas to group by: community, grid …")] = None,
    kinds: Annotated[str, typer.Option(help="appeal,hazard …; the figure's own without")] = "",
    as_of: Annotated[
        str | None, typer.Option(help="as known then, 2026-03-14T18:00; the newest record without")
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(help=f"beside the same figure of another time or its target: {', '.join(compared.WORDS)}"),
    ] = None,
    why: Annotated[
        str | None,
        typer.Option(
            help="tell its change by area, type, channel, hour, kind or risk; --against may name the earlier period"
        ),
    ] = None,
    subdistrict: Annotated[str | None, typer.Option(envvar="SUBDISTRICT", help="code, where there are several")] = None,
    format: Annotated[Format, typer.Option()] = Format.TABLE,
    lang: Annotated[Language | None, typer.Option(help="of names and labels; DASHBOARD_LANG without, else en")] = None,
    define: Annotated[bool, typer.Option("--define", help="with the figure's definition")] = False,
) -> None:
    """Show a figure as the dashboard has it."""
    language = (lang or _usual_language()).value
    words = asking.Words(
        subdistrict=subdistrict,
        area=area,
        kinds=kinds.split(","),
        first=first,
        last=last,
        by=why or by,
        level=level,
        as_of=as_of,
    )
    with _refusing_in(language):
        _show(figure, words, format, language, against=against, is_why=why is not None, define=define)


def _show(
    id: str,
    words: asking.Words,
    format: Format,
    language: str,
    *,
    against: str | None,
    is_why: bool,
    define: bool,
) -> None:
    definition = asking.figure(id)
    with reach.reading(reach.address()) as connection:
        asked = asking.read(connection, words, now=datetime.now(UTC))
        if is_why:
            parts = printing_why.answer(connection, definition, asked, language, against)
            form = {Format.JSON: printing_why.to_json, Format.CSV: printing_why.to_csv}.get(format)
            typer.echo(printing_why.to_table(parts, width=_width()) if form is None else form(parts).rstrip("\n"))
            return
        if against is not None or definition.id == compared.ALL:
            word = against or compared.WORDS[0]
            _tell(compared.against(connection, definition, asked, language, word), format, define=define)
            return
        found = answer(connection, definition, asked, language)
    if format is Format.JSON:
        typer.echo(printing.to_json(found, define=define))
    elif format is Format.CSV:
        typer.echo(printing.to_csv(found), nl=False)
        if found.not_recorded is not None:
            typer.echo(found.not_recorded, err=True)
        for part, text in printing.definition(definition, language) if define else ():
            typer.echo(f"{part}: {text}", err=True)  # lines of CSV hold rows and nothing else
    else:
        typer.echo(printing.to_table(found, width=_width(), define=define))


def _tell(found: compared.Compared, format: Format, *, define: bool) -> None:
    """Write a comparison, in the forms that ``show`` has."""
    if format is Format.JSON:
        typer.echo(printing_compared.to_json(found, define=define))
    elif format is Format.CSV:
        typer.echo(printing_compared.to_csv(found), nl=False)
        for sentence in found.not_recorded.values():
            typer.echo(sentence, err=True)
        for each in printing_compared.definitions(found) if define else ():
            for part, text in printing.definition(each, found.language):
                typer.echo(f"{part}: {text}", err=True)
    else:
        typer.echo(printing_compared.to_table(found, width=_width(), define=define))


@contextmanager
def _refusing_in(language: str) -> Iterator[None]:
    """What cannot be asked is said in the viewer's language."""
    try:
        yield
    except (asking.AskingError, NotRecordedError) as error:
        raise ValueError(error.said(language)) from error


def _usual_language() -> Language:
    """What DASHBOARD_LANG says (zh, zh_CN.UTF-8, en-GB …), English where it says neither."""
    return Language.ZH if os.environ.get("DASHBOARD_LANG", "").strip().lower().startswith("zh") else Language.EN


def _width() -> int | None:
    """Characters of the terminal's line; None where the output goes into a file or another program."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def main() -> None:
    """Run the command line; what a person has to put right becomes one sentence and exit code 2."""
    try:
        app()
    except (KeyError, IndexError):
        raise  # a fault of ours, which a sentence would hide
    except (ValueError, LookupError, reach.UnreachableError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
