"""Files of a frozen review: ``python -m dashboard.review.files PERIOD --to FOLDER``. ``--help`` lists the options.

The store is the one READER_URL names (else DATABASE_URL). What a person has to put right is one sentence on stderr and
exit code 2; no file is written then. A file stands under its name only when it is whole.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import Connection

from dashboard.exports.review.fonts import NoFontError
from dashboard.exports.review.paper import paper
from dashboard.exports.review.scorecards import cards
from dashboard.exports.review.slides import slides
from dashboard.exports.review.tables import tables
from dashboard.exports.review.workbook import workbook
from dashboard.review.scorecards import scorecards
from dashboard.review.sentences import sentences
from dashboard.review.shown import about, shown
from dashboard.review.table import BrokenReviewError
from dashboard.text import LOCALES, choose_language, text
from queries import freezes, reach, store
from queries.freezes import Frozen
from queries.review.document import Review
from queries.review.period import read_period

app = typer.Typer(add_completion=False, help=__doc__, pretty_exceptions_enable=False, rich_markup_mode=None)


class WantedError(ValueError):
    """What was asked for is not there; the text is one sentence for the person who asked."""


#: Digits of a freeze's number.
_LONGEST_NUMBER: Final = 18
#: Errors that a person can put right.
_SENTENCES: Final = (BrokenReviewError, NoFontError, WantedError, reach.UnreachableError)


class Format(StrEnum):
    """What a review is handed out as."""

    PPTX = "pptx"
    XLSX = "xlsx"
    PDF = "pdf"
    CSV = "csv"
    CARDS = "cards"


#: What a file's name ends with.
ENDINGS: Final = {
    Format.PPTX: "pptx",
    Format.XLSX: "xlsx",
    Format.PDF: "pdf",
    Format.CSV: "csv.zip",
    Format.CARDS: "scorecards.pdf",
}


def made(review: Review, format: Format, language: str) -> bytes:
    """A file of a review, from the document alone.

    Raises BrokenReviewError for a document that is not whole, NoFontError where a PDF has no font for its letters.
    """
    words = text(language)
    sections, of_it = shown(review, words), about(review, words)
    if format is Format.CSV:
        return tables(of_it, sections)
    if format is Format.CARDS:
        return cards(of_it, scorecards(review, words), words)
    make: Callable[..., bytes] = {Format.PPTX: slides, Format.XLSX: workbook, Format.PDF: paper}[format]
    return make(of_it, sections, sentences(review, words), words)


def name_of(review: Review, format: Format, language: str) -> str:
    """review-2026-W47-zh.pptx; of a period of other days review-2026-11-02..2026-11-15-zh.pptx."""
    return f"review-{review.period.name}-{language}.{ENDINGS[format]}"


def write(review: Review, folder: Path, formats: Sequence[Format], languages: Sequence[str]) -> list[Path]:
    """Make all the files, then put them into the folder (made where it is not there): all or, for an error, none."""
    every = [
        (name_of(review, each, language), made(review, each, language)) for language in languages for each in formats
    ]
    folder.mkdir(parents=True, exist_ok=True)
    written: list[tuple[Path, Path]] = []
    try:
        for name, content in every:
            with tempfile.NamedTemporaryFile(dir=folder, prefix=f".{name}.", delete=False) as file:
                written.append((Path(file.name), folder / name))
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(file.name).chmod(0o644)
    except OSError:
        for temporary, _ in written:
            temporary.unlink(missing_ok=True)
        raise
    return [temporary.replace(final) for temporary, final in written]


def frozen_of(connection: Connection, given: str, now: datetime, code: str | None = None) -> Frozen:
    """The newest freeze of a period, or the freeze of a number. Raises WantedError."""
    every = store.subdistricts(connection)
    owners = [owner for owner in every if code in (None, owner.code)]
    if len(owners) != 1:
        known = ", ".join(owner.code for owner in every)
        raise WantedError(f"Name one subdistrict of the store with --subdistrict: {known or 'it holds none yet'}.")
    [owner] = owners
    today = now.astimezone(ZoneInfo(owner.time_zone)).date()
    try:
        if given.isdecimal() and len(given) <= _LONGEST_NUMBER:
            missing = f"There is no frozen review of number {given}: python -m seed freezes lists them."
            found = freezes.numbered(connection, owner.subdistrict_id, int(given))
        else:
            period = read_period(given, today)
            missing = f"{period.name} was never frozen: python -m seed freeze --period {period.name}"
            found = freezes.one(connection, owner.subdistrict_id, period)
    except ValueError as error:  # no period, a damaged document, one of a form that cannot be read
        raise WantedError(str(error)) from error
    if found is None:
        raise WantedError(missing)
    return found


def _formats(given: str) -> list[Format]:
    wanted = [each.strip().lower() for each in given.split(",") if each.strip()]
    unknown = [each for each in wanted if each not in set(Format)]
    if unknown or not wanted:
        raise WantedError(
            f"There is no format {', '.join(unknown) or 'without a name'}: choose from {', '.join(Format)}."
        )
    return [Format(each) for each in dict.fromkeys(wanted)]


def _languages(given: str | None) -> list[str]:
    wanted = [each.strip() for each in (given or choose_language(os.environ.get("DASHBOARD_LANG"))).split(",")]
    unknown = [each for each in wanted if each not in LOCALES]
    if unknown:
        raise WantedError(f"There is no language {', '.join(unknown)}: choose from {', '.join(LOCALES)}.")
    return list(dict.fromkeys(wanted))


@app.command()
def files(
    review: Annotated[str, typer.Argument(help="2026-W47, 2026-11, last-week, …; or the number of a freeze")],
    to: Annotated[Path, typer.Option(help="folder that the files are put into")] = Path(),
    lang: Annotated[str | None, typer.Option(help="zh, en or zh,en; DASHBOARD_LANG without, else zh")] = None,
    format: Annotated[str, typer.Option(help="some of pptx,xlsx,pdf,csv,cards")] = "pptx,xlsx,pdf,csv",
    subdistrict: Annotated[str | None, typer.Option(envvar="SUBDISTRICT", help="code, where there are several")] = None,
) -> None:
    """Write the newest frozen review of a period as slides, workbook, paper and tables."""
    try:
        formats, languages = _formats(format), _languages(lang)
        with reach.reading(reach.address()) as connection:
            found = frozen_of(connection, review, datetime.now(UTC), subdistrict)
        paths = write(found.review, to, formats, languages)
    except _SENTENCES as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    except OSError as error:
        typer.echo(f"{to} cannot be written to: {error.strerror or error}.", err=True)
        raise typer.Exit(2) from None
    for path in paths:
        typer.echo(str(path))


if __name__ == "__main__":
    sys.exit(app(prog_name="python -m dashboard.review.files"))
