"""Answers in binary are what the same statement answers otherwise; they are noted, bound and refused like any."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DataError, ProgrammingError

from queries.binary import Field, copied
from tests.support.plans import sent_by

ALL = (Field.FLAG, Field.TEXT, Field.PACKED, Field.DAY)
VALUES: list[tuple[Any, ...]] = [
    (True, "马田·“一号”", b"\x00\xff\n\t\\", date(2026, 11, 28)),
    (False, "", b"", date(1999, 12, 31)),
    (None, None, None, None),
    (True, "100 % -- ; \\ '", bytes(range(256)) * 5000, date(2000, 1, 1)),
]
QUERY = text(
    "select told.* from unnest(cast(:flags as boolean[]), cast(:words as text[]), cast(:held as bytea[]),"
    " cast(:days as date[])) as told"
    " where :share % 7 = 1 -- what stands behind it counts for nothing"
)


def _asked() -> dict[str, Any]:
    columns = (list(column) for column in zip(*VALUES, strict=True))
    return {**dict(zip(("flags", "words", "held", "days"), columns, strict=True)), "share": 8}


def test_every_value_comes_as_it_is(reader: Engine) -> None:
    with reader.connect() as connection:
        told = copied(connection, QUERY, _asked(), ALL)
        assert [(flag, word, held if held is None else bytes(held), day) for flag, word, held, day in told] == VALUES
        assert copied(connection, QUERY, {**_asked(), "share": 9}, ALL) == []
        assert connection.scalar(text("select 1")) == 1


def test_it_is_noted_like_any_statement(reader: Engine) -> None:
    with reader.connect() as connection:
        (sent,) = sent_by(connection, lambda asked: copied(asked, QUERY, _asked(), ALL))
    assert "unnest" in sent.statement and sent.parameters["share"] == 8


def test_another_number_of_columns_is_an_error(reader: Engine) -> None:
    with reader.connect() as connection, pytest.raises(ValueError, match="has 4 columns, declared are 1"):
        copied(connection, QUERY, _asked(), ALL[:1])


def test_what_the_store_refuses_is_raised_as_always(reader: Engine) -> None:
    with reader.connect() as connection:
        with pytest.raises(DataError):
            copied(connection, text("select cast(:word as integer)"), {"word": "moon"}, ALL)
        connection.rollback()
        with pytest.raises(ProgrammingError):
            copied(connection, text("select nothing"), {}, ALL)
