"""The tables of a review as they are read on a page, slide or paper: what belongs together stands in one column."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dashboard.review import cells
from dashboard.review.coded import plain
from dashboard.review.table import Printed, ShownCell
from dashboard.text import NO_RATE, Text

#: A row by its columns: cells of the table, and what the document has there.
Row = Mapping[str, ShownCell]


@dataclass(frozen=True)
class Column:
    """A printed column: its head and what stands in it."""

    head: str
    said: Callable[[Row], str]
    is_number: bool = True


def printed(columns: Sequence[Column], rows: Sequence[Row]) -> Printed:
    """The rows under the heads."""
    return Printed(
        tuple(column.head for column in columns),
        tuple(column.is_number for column in columns),
        tuple(tuple(column.said(row) for column in columns) for row in rows),
    )


def columns_of(table: str, words: Text) -> list[Column] | None:
    """How a table is printed; None for one that is printed as it stands."""
    make = _TABLES.get("why" if table.startswith("why_") else table)
    return None if make is None else make(words)


def _plain(head: str, column: str, *, is_number: bool = True) -> Column:
    return Column(head, lambda row: row[column].text, is_number)


def _number(row: Row, column: str) -> Any:
    """The value of a number; None where there is none."""
    held = row[column].value
    return held if isinstance(held, int | float) else None


def _of(row: Row, part: str, whole: str, words: Text) -> str:
    """4,812 / 5,940."""
    good, n = _number(row, part), _number(row, whole)
    if good is None:
        return ""
    return words.number(good) if n is None else f"{words.number(good)} / {words.number(n)}"


def _span(low: str, high: str, words: Text) -> str:
    return words("{low} to {high}", low=low, high=high)


def _bracketed(value: str, aside: str, words: Text) -> str:
    """81.2% (4,812 / 5,940)."""
    if not aside:
        return value
    return f"{value}（{aside}）" if words.language == "zh" else f"{value} ({aside})"


def _side(ending: str, words: Text) -> Callable[[Row], str]:
    """An earlier rate with its cases."""

    def said(row: Row) -> str:
        if _number(row, f"n{ending}") is None:
            return NO_RATE
        return _bracketed(row[f"rate{ending}"].text, _of(row, f"good{ending}", f"n{ending}", words), words)

    return said


def _change(ending: str, words: Text) -> Callable[[Row], str]:
    """A change in points with its interval."""

    def said(row: Row) -> str:
        change, low, high = (_number(row, f"{name}{ending}") for name in ("change", "low", "high"))
        if change is None:
            return NO_RATE
        if low is None or high is None:
            return cells.points(change, words)
        interval = _span(cells.points(low, words), cells.points(high, words), words)
        return _bracketed(cells.points(change, words), interval, words)

    return said


def _to_target(words: Text) -> Callable[[Row], str]:
    def said(row: Row) -> str:
        low, high = _number(row, "low_to_target"), _number(row, "high_to_target")
        if low is None or high is None:
            return row["target"].text
        return _bracketed(row["target"].text, _span(cells.points(low, words), cells.points(high, words), words), words)

    return said


def _rates(words: Text) -> list[Column]:
    return [
        _plain(words("Figure"), "figure", is_number=False),
        _plain(words("Rate"), "rate"),
        Column(words("Good of all"), lambda row: _of(row, "good", "n", words)),
        Column(words("Period before"), _side("_before", words)),
        Column(words("Change, points"), _change("_before", words)),
        Column(words("A year before"), _side("_last_year", words)),
        Column(words("Change, points"), _change("_last_year", words)),
        Column(words("Target (distance, points)"), _to_target(words)),
    ]


def _more(ending: str, words: Text) -> Callable[[Row], str]:
    """How many per cent more, with its interval."""

    def said(row: Row) -> str:
        ratio, low, high = (_number(row, f"{name}{ending}") for name in ("ratio", "low", "high"))
        if ratio is None:
            return NO_RATE
        if low is None or high is None:
            return cells.per_cent_more(ratio, words)
        interval = _span(cells.per_cent_more(low, words), cells.per_cent_more(high, words), words)
        return _bracketed(cells.per_cent_more(ratio, words), interval, words)

    return said


def _counts(words: Text) -> list[Column]:
    def now(row: Row) -> str:
        said = row["n"].text
        return words("{value} provisional", value=said) if row["is_provisional"].value else said

    return [
        _plain(words("Kind"), "name", is_number=False),
        Column(words("Number of cases"), now),
        Column(words("Period before"), lambda row: row["n_before"].text or NO_RATE),
        Column(words("Change"), _more("_before", words)),
        Column(words("A year before"), lambda row: row["n_last_year"].text or NO_RATE),
        Column(words("Change"), _more("_last_year", words)),
    ]


def _why(words: Text) -> list[Column]:
    def part(column: str) -> Callable[[Row], str]:
        def said(row: Row) -> str:
            value = _number(row, column)
            return NO_RATE if value is None else cells.signed(100 * value, words, cells.PART_DIGITS)

        return said

    return [
        _plain(words("Told by"), "by", is_number=False),
        _plain(words("Part"), "name", is_number=False),
        Column(words("Brought, points"), part("change")),
        Column(words("by its share"), part("mix")),
        Column(words("by its own rate"), part("own")),
        Column(words("Rate"), lambda row: _bracketed(row["rate"].text, _of(row, "good", "n", words), words)),
        Column(words("Period before"), _side("_before", words)),
        _plain(words("Clear"), "is_clear", is_number=False),
    ]


def _ranking(words: Text) -> list[Column]:
    def ranks(row: Row) -> str:
        low, high = row["rank_low"].text, row["rank_high"].text
        said = low if low == high else f"{low}–{high}"
        return words("{ranks} of {n}", ranks=said, n=row["ranked_of"].text)

    def change(row: Row) -> str:
        low, high = row["change_low"], row["change_high"]
        moved = row["movement"].text + row["change"].text
        return (
            moved
            if low.value is None or high.value is None
            else _bracketed(moved, _span(low.text, high.text, words), words)
        )

    return [
        _plain(words("Kind"), "kind", is_number=False),
        _plain(words("Rank"), "rank"),
        _plain(words("Unit"), "name", is_number=False),
        _plain(words("Tier"), "tier", is_number=False),
        Column(words("90 % of the rank"), ranks),
        _plain(words("Score"), "score"),
        Column(words("Change"), change),
        _plain(words("Number of cases"), "n"),
    ]


def _stock(words: Text) -> list[Column]:
    return [
        _plain(words("Kind"), "name", is_number=False),
        _plain(words("Open at the start"), "open_before"),
        _plain(words("Came in"), "opened"),
        _plain(words("Went out"), "closed"),
        _plain(words("Open at the end"), "open"),
        _plain(words("Median age at the start, days"), "median_age_before"),
        _plain(words("Median age at the end, days"), "median_age"),
    ]


_PARTS: Final = ("is_near_deadline", "is_reopened", "is_repeated", "is_unanswered")


def _variable(words: Text) -> list[Column]:
    named = dict(
        zip(
            _PARTS,
            (words("near deadline"), words("reopened"), words("repeated"), words("unanswered")),
            strict=True,
        )
    )

    def why(row: Row) -> str:
        joint = "、" if words.language == "zh" else ", "
        return joint.join(said for part, said in named.items() if part in row and row[part].value)

    return [
        _plain(words("Case"), "case", is_number=False),
        _plain(words("Kind"), "kind", is_number=False),
        _plain(words("Level"), "risk", is_number=False),
        _plain(words("Area"), "area", is_number=False),
        _plain(words("Department"), "department", is_number=False),
        _plain(words("Reported"), "reported_at", is_number=False),
        _plain(words("Due by"), "due_at", is_number=False),
        Column(words("Why"), why, is_number=False),
    ]


def _departments(words: Text) -> list[Column]:
    def rate(row: Row) -> str:
        if row["low"].value is None or row["high"].value is None:
            return row["rate"].text
        return _bracketed(row["rate"].text, _span(row["low"].text, row["high"].text, words), words)

    return [
        _plain(words("Department"), "name", is_number=False),
        Column(words("Answered in time"), rate),
        Column(words("In time of due"), lambda row: _of(row, "good", "n", words)),
        _plain(words("Lapsed"), "lapsed"),
        _plain(words("Waiting"), "waiting"),
        _plain(words("Past deadline"), "overdue"),
    ]


def _clocks(words: Text) -> list[Column]:
    def median(row: Row) -> str:
        said = row["median_minutes"].text
        return words("{value} provisional", value=said) if row["is_provisional"].value else said

    return [
        _plain(words("Interval"), "clock", is_number=False),
        Column(words("Median time"), median),
        _plain(words("90 % within"), "p90_minutes"),
        Column(words("Through of all"), lambda row: _of(row, "reached", "n", words)),
        _plain(words("Longest followed"), "followed_minutes"),
    ]


def _findings(words: Text) -> list[Column]:
    def value(row: Row, column: str) -> str:
        number = _number(row, column)
        if number is None:
            return NO_RATE
        return words.percent(number) if number <= 1 else words.number(number)

    def rates(row: Row) -> str:
        if row["value"].value is None and row["value_without"].value is None:
            return NO_RATE
        return f"{value(row, 'value')} → {value(row, 'value_without')}"

    def expected(row: Row) -> str:
        number = _number(row, "expected")
        return NO_RATE if number is None else words.small(number)

    return [
        _plain(words("Finding"), "finding", is_number=False),
        _plain(words("Where"), "name", is_number=False),
        _plain(words("Cut-off"), "cutoff", is_number=False),
        Column(words("Observed of all"), lambda row: _of(row, "observed", "n", words)),
        Column(words("Expected"), expected),
        _plain(words("Chance of as much"), "p"),
        _plain(words("Figure it flatters"), "figure", is_number=False),
        Column(words("As it stands → without these"), rates),
    ]


_TABLES: Final[Mapping[str, Callable[[Text], list[Column]]]] = {
    "rates": _rates,
    "counts": _counts,
    "why": _why,
    "ranking": _ranking,
    "stock": _stock,
    "variable": _variable,
    "departments": _departments,
    "clocks": _clocks,
    "findings": _findings,
}


def as_it_stands(columns: Sequence[str], heads: Sequence[str], holds: Sequence[str], rows: Sequence[Row]) -> Printed:
    """A table that has no form of its own: each of its columns; bounds of an interval beside what they bound."""
    words = [
        Column(head or plain(column), (lambda row, column=column: row[column].text), hold not in _TEXTS)  # type: ignore[misc]
        for column, head, hold in zip(columns, heads, holds, strict=True)
    ]
    return printed(words, rows)


_TEXTS: Final = frozenset({"key", "name", "text", "day", "moment", "flag"})
