"""Whether any matter is marked as a request for a decision, or as a trip to the capital, is said as the matters are."""

import itertools

import pytest
from psycopg2 import extensions
from sqlalchemy import text

from queries import petitions
from tests.oracle.figures import store
from tests.support.databases import Database

MARKS = ("is_decision_sought", "is_capital_trip")


@pytest.mark.parametrize("marked", list(itertools.product((False, True), repeat=len(MARKS))))
def test_marks_are_those_of_the_matters(shared_store: Database, marked: tuple[bool, ...]) -> None:
    with shared_store.owner.connect() as connection:
        connection.execute(text("update app.case_types set is_decision_sought = false, is_capital_trip = false"))
        for mark, is_marked in zip(MARKS, marked, strict=True):
            connection.execute(text(f"update app.case_types set {mark} = :is where code = 'wages'"), {"is": is_marked})
        raw = connection.connection.driver_connection
        assert isinstance(raw, extensions.connection)
        marks = {mark for of_type in store.read_ground(raw).marks_of_type.values() for mark in of_type}
        assert tuple(petitions.marked(connection)) == ("decision" in marks, "capital" in marks) == marked
        connection.rollback()
