"""Refused rows afterwards: listed, written to a workbook with their reasons, tried again once the mapping is mended."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from xlsxwriter import Workbook

from seed import store
from seed.importers.formats.base import FileOptions, ImportFileError, Reader
from seed.importers.mapping import MappingError, load_mapping
from seed.importers.progress import Tell, silent
from seed.importers.result import ImportResult
from seed.importers.run import import_into

_SQL = Path(__file__).parents[1] / "sql"
_REASON_HEADS = ("batch", "file", "row", "reason", "column", "detail")
#: What a worksheet holds: rows, and characters of a cell.
_SHEET_ROWS = 1_048_000
_CELL_CHARACTERS = 32_767


@dataclass(frozen=True)
class Chosen:
    """Which refused rows: those of a batch, a source or a reason; without ``with_tried`` those not tried again yet."""

    batch_id: int | None = None
    source: str | None = None
    reason: str | None = None
    with_tried: bool = False


def listed(connection: sa.Connection, chosen: Chosen, most: int) -> list[Any]:
    """One row per batch, reason and column, at most so many: as sql/refused_listed.sql names them."""
    return list(connection.execute(sa.text(_read("refused_listed")), {**asdict(chosen), "most": most}))


def export(connection: sa.Connection, chosen: Chosen, file: Path) -> int:
    """Write the rows to a workbook: what was wrong in the first columns, the row as it stood in its file beside them.

    Whole and unmasked, so a matter of the command line alone. Every cell is text, whatever it begins with, so that no
    spreadsheet takes one for a formula. Returns how many rows; raises ImportFileError when the file cannot be written.
    """
    rows = _rows(connection, chosen)
    try:
        with Workbook(str(file), {"constant_memory": True, "strings_to_formulas": False}) as book:
            return _write(book, rows)
    except OSError as error:
        raise ImportFileError(f"{file} cannot be written: {error.strerror or error}") from error


def _write(book: Any, rows: Iterable[Any]) -> int:
    strong = book.add_format({"bold": True})
    sheet, heads, line, written = None, None, 0, 0
    for row in rows:
        header = tuple(row.file_header or ()) if row.cells is not None else tuple(sorted(row.raw))
        if sheet is None or heads != header or line >= _SHEET_ROWS:
            sheet, heads, line = book.add_worksheet(), header, 0
            sheet.freeze_panes(1, 0)
            for number, head in enumerate((*_REASON_HEADS, *header)):
                sheet.write_string(0, number, head, strong)
        line += 1
        cells = row.cells if row.cells is not None else [str(row.raw[name]) for name in header]
        about = (str(row.batch_id), row.file_name or "", str(row.file_row), row.reason, row.column_name, row.detail)
        for number, cell in enumerate((*about, *cells)):
            if cell:
                sheet.write_string(line, number, cell[:_CELL_CHARACTERS])
        written += 1
    if sheet is None:
        sheet = book.add_worksheet()
        for number, head in enumerate(_REASON_HEADS):
            sheet.write_string(0, number, head, strong)
    return written


def retry(
    owner_url: str,
    chosen: Chosen,
    mapping: str | Path | None,
    *,
    today: date,
    dry_run: bool = False,
    tell: Tell = silent,
    each: Callable[[int, ImportResult], object] = lambda _, __: None,
) -> list[ImportResult]:
    """Import the chosen refused rows again, those of each batch as a batch of their own; ``each``: told of each.

    ``mapping``: None for the one that each batch was loaded by, where that is one of the product's. Raises MappingError
    when it is not, and what ``import_into`` raises.
    """
    with store.engine(owner_url).connect() as connection:
        batches = connection.execute(sa.text(_read("refused_batches")), asdict(chosen)).all()
    results = []
    for batch in batches:
        name = mapping or batch.mapping
        try:
            options = load_mapping(name).file.options
        except MappingError as error:
            if mapping is not None:
                raise
            raise MappingError(
                f"batch {batch.batch_id} was loaded by the mapping {batch.mapping!r}: name its file by --mapping"
            ) from error
        path = Path(batch.file_name)
        result = import_into(
            owner_url,
            None,
            path,
            name,
            today=today,
            dry_run=dry_run,
            tell=tell,
            reader=_Again(path, options, owner_url, _of(chosen, batch.batch_id), batch.file_header),
            retries=batch.batch_id,
        )
        each(batch.batch_id, result)
        results.append(result)
    return results


class _Again(Reader):
    """Refused rows as a reader gives them: their header, and each under its number in the file."""

    def __init__(self, path: Path, options: FileOptions, url: str, chosen: Chosen, names: list[str]) -> None:
        super().__init__(path, options)
        self._url = url
        self._chosen = chosen
        self._names = names

    def cells(self) -> Iterator[tuple[int, list[str]]]:
        yield 1, list(self._names)
        with store.engine(self._url).connect() as connection:
            for row in _rows(connection, self._chosen):
                if row.cells is not None:
                    yield row.file_row, row.cells


def _of(chosen: Chosen, batch_id: int) -> Chosen:
    return Chosen(batch_id, chosen.source, chosen.reason, chosen.with_tried)


def _rows(connection: sa.Connection, chosen: Chosen) -> Iterator[Any]:
    streamed = connection.execution_options(stream_results=True, yield_per=2_000)
    return iter(streamed.execute(sa.text(_read("refused_rows")), asdict(chosen)))


def _read(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")
