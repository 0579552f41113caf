"""Why an upload ended without being loaded, as a code that the page has words for, and a detail that is masked."""

import errno
import re
from typing import Any, Final

import psycopg2
import sqlalchemy as sa

from seed import store
from seed.faults import Fault
from seed.importers.formats.base import ImportFileError
from seed.importers.mapping import MappingError
from seed.uploads.report import masked

#: Codes whose words say all; the detail of others is what the importer said, in English.
_SAY_ALL: Final = frozenset(
    {"no_rows", "missing_columns", "unknown_form", "draft", "other_place", "other_zone", "swells"}
)
#: What a sentence about a file quotes stands in it: perhaps a name, where a header is wanted.
_QUOTED: Final = re.compile(r"'[^']*'" + r'|"[^"]*"')
#: Characters of a detail.
_LONGEST: Final = 1_000


def failure(error: BaseException, url: str) -> dict[str, Any]:
    """Code, values and detail of what ended an upload. ``url``: the store that masks the detail."""
    code = _code(error)
    values = dict(error.values) if isinstance(error, Fault) else {}
    detail = str(error) if isinstance(error, Fault) and code not in _SAY_ALL else ""
    if isinstance(error, ImportFileError):
        detail = _QUOTED.sub("＊", detail)
    texts = masked_or_none(url, [detail, *values.values()])
    return {"code": code, "detail": texts[0], "values": dict(zip(values, texts[1:], strict=True))}


def masked_or_none(url: str, texts: list[str]) -> list[str]:
    """The texts masked; empty ones where the store cannot do it now."""
    try:
        with store.engine(url).connect() as connection:
            return masked(connection, texts, longest=_LONGEST)
    except sa.exc.SQLAlchemyError:
        return [""] * len(texts)


def _code(error: BaseException) -> str:
    if isinstance(error, ImportFileError):
        return error.code or "unreadable"
    if isinstance(error, MappingError):
        return error.code or "mapping"
    if isinstance(error, store.StoreError):
        return error.code or "store"
    if isinstance(error, MemoryError):
        return "memory"
    if isinstance(error, sa.exc.OperationalError | psycopg2.OperationalError):
        return "database"
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "no_room"
    return "crashed"
