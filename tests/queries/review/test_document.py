"""The document: the same figures give the same text, and a later look shows what reads otherwise."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.review.document import Before, Cell, Column, Holds, Review, Section, Table, cell, table_of
from queries.review.period import Period, Span
from queries.review.restatement import Change, changes

WEEK = Period(Span.WEEK, date(2026, 11, 16), date(2026, 11, 22))
COLUMNS = {"unit": Holds.KEY, "name": Holds.NAME, "n": Holds.COUNT, "rate": Holds.SHARE, "change": Holds.CHANGE}


def review(*tables: Table, as_of: datetime = datetime(2026, 11, 23, 1, tzinfo=UTC)) -> Review:
    """A review of one section."""
    sections = (Section("one", tables),)
    return Review("town", {"zh": "镇", "en": "Town"}, "Asia/Shanghai", WEEK, as_of, "abc", sections)


def units(*rows: tuple[Any, ...]) -> Table:
    """A table of units: key, n, rate."""
    return table_of("units", COLUMNS, [(key, {"zh": key, "en": key}, n, rate, 0.1) for key, n, rate in rows])


def test_the_text_comes_back_as_it_was() -> None:
    made = review(units(("east", 3, 2 / 3), ("west", 0, None)), Table("none", (), (), not_recorded=True))
    assert Review.read(made.text()) == made
    assert Review.read(made.text()).checksum == made.checksum
    assert len(made.checksum) == 64
    assert made.table("units").by_key()[("east",)][2] == 3
    with pytest.raises(KeyError):
        made.table("towns")


def test_a_document_names_the_one_that_it_follows_up() -> None:
    before = Before(
        Period(Span.WEEK, date(2026, 11, 9), date(2026, 11, 15)), datetime(2026, 11, 16, tzinfo=UTC), "c0ffee"
    )
    made = replace(review(units(("east", 3, 0.5))), before=before)
    assert Review.read(made.text()) == made
    assert Review.read(made.text()).before == before
    assert made.checksum != review(units(("east", 3, 0.5))).checksum


def test_a_document_of_the_first_form_stays_as_it_was_frozen() -> None:
    held = json.loads(review(units(("east", 3, 0.5))).text()) | {"form": 1}
    del held["before"]
    text = json.dumps(held, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    old = Review.read(text)
    assert (old.form, old.before) == (1, None)
    assert old.text() == text
    assert old.table("units").by_key()[("east",)][2] == 3


def test_what_is_about_the_moment_is_not_restated() -> None:
    def told(n: int) -> Review:
        counts = table_of("variable_counts", {"part": Holds.KEY, "n": Holds.COUNT}, [("total", n)])
        columns = {"department": Holds.KEY, "n": Holds.COUNT, "waiting": Holds.COUNT, "overdue": Holds.COUNT}
        return review(counts, table_of("departments", columns, [("1", 3, n, n)]))

    assert changes(told(1), told(2)) == []


def test_another_form_is_not_read() -> None:
    with pytest.raises(ValueError, match="no review of a form"):
        Review.read('{"form": 0}')
    with pytest.raises(ValueError, match="no review of a form"):
        Review.read('{"form": 3}')
    with pytest.raises(ValueError):
        Review.read("not JSON")


@pytest.mark.parametrize(
    ("value", "held"),
    [
        (np.int64(3), 3),
        (2 / 3, 0.6666666667),
        (1e-300 - 1e-300, 0.0),
        (-0.0, 0.0),
        (float("nan"), None),
        (float("inf"), None),
        (pd.NA, None),
        (pd.NaT, None),
        (None, None),
        (np.bool_(True), True),
        (date(2026, 11, 16), "2026-11-16"),
        (pd.Timestamp("2026-11-16 08:00", tz="Asia/Shanghai"), "2026-11-16T00:00:00+00:00"),
    ],
)
def test_a_cell_holds_plain_values(value: Any, held: Cell) -> None:
    assert cell(value) == held
    assert type(cell(value)) is type(held)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_ten_digits_do_not_depend_on_the_last_bits(value: float) -> None:
    assert cell(cell(value)) == cell(value)


def test_what_reads_otherwise_is_told_by_row_and_column() -> None:
    was = review(units(("east", 500, 0.812), ("west", 2, 0.5), ("north", 1, 1.0)))
    now = review(units(("east", 514, 0.809), ("west", 2, 0.5), ("south", 1, 0.0)))
    n, rate = Column("n", Holds.COUNT), Column("rate", Holds.SHARE)
    assert changes(was, now) == [
        Change("one", "units", ("east",), n, 500, 514),
        Change("one", "units", ("east",), rate, 0.812, 0.809),
        Change("one", "units", ("north",), n, 1, None),
        Change("one", "units", ("north",), rate, 1.0, None),
        Change("one", "units", ("south",), n, None, 1),
        Change("one", "units", ("south",), rate, None, 0.0),
    ]
    assert changes(was, was) == []


def test_ranks_and_names_are_not_restated() -> None:
    def ranked(rank: int, name: str) -> Review:
        columns = {"unit": Holds.KEY, "name": Holds.NAME, "rank": Holds.RANK, "low": Holds.CHANGE}
        return review(table_of("units", columns, [("east", {"zh": name, "en": name}, rank, rank / 100)]))

    assert changes(ranked(1, "east"), ranked(5, "east side")) == []


def test_a_period_is_over_when_its_last_day_is_by_the_local_clock() -> None:
    assert not review(as_of=datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)).is_over
    assert review(as_of=datetime(2026, 11, 22, 16, tzinfo=UTC)).is_over


def test_the_last_digits_of_a_sum_are_no_restatement_and_a_tenth_of_a_point_is() -> None:
    def scored(score: float) -> Review:
        return review(table_of("ranking", {"area": Holds.KEY, "score": Holds.POINTS}, [["a", score]]))

    assert changes(scored(-5.394251594), scored(-5.394251593)) == []
    assert [(each.was, each.now) for each in changes(scored(81.2), scored(81.1))] == [(81.2, 81.1)]
    assert [(each.was, each.now) for each in changes(scored(81.2), scored(81.20001))] == [(81.2, 81.20001)]
