"""Answers that come in binary: megabytes of packed moments, not written out as hexadecimal digits on the way.

PostgreSQL hands an answer over as text, a byte as two digits, and the driver reads the digits again. Of a year's stages
that was a fourth of the question's time (docs/decisions/0043); ``COPY … TO STDOUT`` hands over the bytes themselves. It
is for answers of megabytes: smaller ones gain nothing.
"""

import io
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Engine, TextClause, event
from sqlalchemy.engine.interfaces import DBAPICursor, ExecutionContext

from queries.runner import parameter_names, statement

#: The option of an execution that says where its answer goes.
_INTO: Final = "copied_into"
#: What precedes the rows: a signature of eleven bytes, flags, the length of an extension that nobody uses.
_HEADER_BYTES: Final = 19
_COUNT: Final = struct.Struct("!h")
_LENGTH: Final = struct.Struct("!i")
#: What days are counted from.
_FIRST_DAY: Final = date(2000, 1, 1)


class Field(StrEnum):
    """What a column holds. Any may be null, which is None."""

    DAY = "day"
    FLAG = "flag"
    TEXT = "text"
    PACKED = "packed"  # a view of the bytes


_READ: Final[dict[Field, Callable[[memoryview], Any]]] = {
    Field.DAY: lambda held: _FIRST_DAY + timedelta(days=_LENGTH.unpack(held)[0]),
    Field.FLAG: lambda held: held[0] == 1,
    Field.TEXT: lambda held: str(held, "utf-8"),
    Field.PACKED: lambda held: held,
}


@event.listens_for(Engine, "do_execute")
def _copy(
    cursor: DBAPICursor, query: str, parameters: Mapping[str, Any], context: ExecutionContext | None
) -> bool | None:
    """In the driver's place where the option asks for it: what is noted, bound and raised is as for any statement."""
    into = context.execution_options.get(_INTO) if context is not None else None
    if into is None:
        return None
    driver: Any = cursor
    driver.copy_expert(b"copy (" + driver.mogrify(query, parameters) + b"\n) to stdout (format binary)", into)
    return True


def execute(
    connection: Connection, subject: str, question: str, fields: Sequence[Field], parameters: Mapping[str, Any]
) -> list[tuple[Any, ...]]:
    """The rows of a question whose columns are of these fields, in order; parameters as for ``runner.execute``."""
    wanted = {name: parameters[name] for name in parameter_names(subject, question)}
    return copied(connection, statement(subject, question), wanted, fields)


def copied(
    connection: Connection, query: TextClause, parameters: Mapping[str, Any], fields: Sequence[Field]
) -> list[tuple[Any, ...]]:
    """The rows of a query whose columns are of these fields, in order. Raises ValueError where it has more or fewer."""
    told = io.BytesIO()
    connection.execute(query, parameters, execution_options={_INTO: told})
    return list(_rows(told.getbuffer(), fields))


def _rows(held: memoryview, fields: Sequence[Field]) -> Iterator[tuple[Any, ...]]:
    readers = [_READ[field] for field in fields]
    length_at, size = _LENGTH.unpack_from, _LENGTH.size
    at = _HEADER_BYTES
    while (count := _COUNT.unpack_from(held, at)[0]) >= 0:
        if count != len(readers):
            raise ValueError(f"The answer has {count} columns, declared are {len(readers)}.")
        at += _COUNT.size
        row: list[Any] = []
        for read in readers:
            (length,) = length_at(held, at)
            at += size
            if length < 0:
                row.append(None)
            else:
                row.append(read(held[at : at + length]))
                at += length
        yield tuple(row)
