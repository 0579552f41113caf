"""What a check or a load found, as the page shows it: nothing of a person in it, all free text masked by the store."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from seed import store
from seed.importers.findings import Finding
from seed.importers.formats.registry import reader_for
from seed.importers.mapping import Mapping
from seed.importers.refused import shown_columns
from seed.importers.result import FileRows
from seed.importers.unknown import Topic, find_unknown

_SQL: Final = Path(__file__).parents[1] / "sql"
#: Rows of the file that are shown, words of a kind, and characters of either.
FIRST_ROWS: Final = 8
_WORDS: Final = 12
_LONGEST: Final = 120
_NOTHING: Final = ""


def masked(connection: sa.Connection, texts: Sequence[str], *, longest: int = _LONGEST) -> list[str]:
    """The texts as a screen may show them, cut to a length; by a store that cannot mask yet, none of them."""
    cut = [text.replace("\0", "")[:longest] for text in texts]
    if not cut:
        return []
    if connection.scalar(sa.text("select to_regprocedure('app.mask_text(text)')")) is None:
        return ["＊" if text else "" for text in cut]
    return [str(each) for each in connection.scalars(sa.text(_read("masked")), {"texts": cut})]


def problems(connection: sa.Connection, batch_id: int, mapping: Mapping) -> list[dict[str, Any]]:
    """Reasons for which rows were refused, in the transaction that refused them: reason, column, rows, examples."""
    given = {"batch_id": batch_id, "personal": list(mapping.personal.columns().values())}
    return [
        {
            "reason": row.reason,
            "column": row.column_name,
            "rows": row.refused_rows,
            "examples": [
                {"row": number, "said": (said or "")[:_LONGEST]}
                for number, said in zip(row.file_rows, row.details, strict=True)
            ],
        }
        for row in connection.execute(sa.text(_read("upload_problems")), given)
    ]


def noticed(connection: sa.Connection, findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """What was noticed in the file, by code, with its examples."""
    return [
        {"code": each.code, "count": each.count, "examples": masked(connection, each.examples)} for each in findings
    ]


def rows_of(rows: FileRows) -> dict[str, int]:
    """The four counts and their sum."""
    names = ("read", "new", "changed", "unchanged", "refused")
    return {name: getattr(rows, name) for name in names}


def unknown_words(connection: sa.Connection, path: Path, mapping: Mapping) -> list[dict[str, Any]]:
    """Words of the file that the mapping does not know: of what, how many there are, the most frequent of them."""
    status, history = mapping.status, mapping.history
    columns = {
        Topic.STATUS: None if status is None else status.column,
        Topic.CHANNEL: mapping.channel.column,
        Topic.HISTORY: None if history is None else history.column,
        Topic.MATTER: mapping.types.matter.name,
    }
    found: dict[tuple[str, str], Counter[str]] = {}
    for word in find_unknown(path, mapping).words:
        column = word.column or columns.get(word.topic) or _NOTHING
        found.setdefault((word.topic.value, column), Counter())[word.text] += word.rows
    return [_words(connection, kind, column, words) for (kind, column), words in found.items()]


def _words(connection: sa.Connection, kind: str, column: str, words: Counter[str]) -> dict[str, Any]:
    most = words.most_common(_WORDS)
    said = masked(connection, [word for word, _ in most])
    return {
        "kind": kind,
        "column": column,
        "different": len(words),
        "rows": words.total(),
        "words": [[word, times] for word, (_, times) in zip(said, most, strict=True)],
    }


def first_rows(connection: sa.Connection, path: Path, mapping: Mapping) -> dict[str, Any]:
    """The first rows as the file has them, in the columns that the mapping reads as nothing personal, masked.

    Columns that it reads as personal, and those it does not read, are named and not shown: a name that stands alone in
    a cell has nothing beside it to be known by.
    """
    chunk = next(iter(reader_for(path, mapping.file.options).chunks(mapping.columns(), FIRST_ROWS)), None)
    if chunk is None:
        return {"columns": [], "personal": [], "unread": [], "rows": []}
    may_be_shown, personal = set(shown_columns(mapping)), set(mapping.personal.columns().values())
    places = [place for place, name in enumerate(chunk.header) if name in may_be_shown]
    cells = [line[place] for line in chunk.lines for place in places]
    shown = iter(masked(connection, cells))
    return {
        "columns": [chunk.header[place] for place in places],
        "personal": [name for name in chunk.header if name in personal],
        "unread": len([name for name in chunk.header if name not in may_be_shown | personal]),
        "rows": [[int(number), [next(shown) for _ in places]] for number in chunk.frame.index],
    }


def newest_batch(url: str) -> int:
    """The number of the store's newest batch, 0 for none. Raises as a database that does not answer does."""
    with store.engine(url).connect() as connection:
        if connection.scalar(sa.text("select to_regclass('app.import_batches')")) is None:
            return 0
        return int(connection.scalar(sa.text(_read("newest_batch"))) or 0)


class BusyError(Exception):
    """Another import holds the store, perhaps the very one that is asked about: it ends by itself."""


def taken_in(url: str, sha256: str, after: int) -> tuple[int, dict[str, int]] | None:
    """Batch and counts of a file that the store took in after a batch; None where it did not.

    Raises BusyError while an import goes on: a process that has died may have left its transaction to end.
    """
    with store.engine(url).connect() as connection, connection.begin():
        if not connection.scalar(sa.text("select pg_try_advisory_xact_lock(:lock)"), {"lock": store.FILLING_LOCK}):
            raise BusyError
        row = connection.execute(sa.text(_read("upload_batch")), {"sha256": sha256, "after": after}).first()
    if row is None:
        return None
    return row.batch_id, rows_of(FileRows(row.read, row.new, row.changed, row.unchanged, row.refused))


def _read(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")
