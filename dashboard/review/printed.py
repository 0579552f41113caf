"""The tables of a review as they are read on a page, slide or paper: what belongs together stands in one column."""

from collections.abc import Callable, Mapping
from typing import Final

from dashboard.review import cells
from dashboard.review.printed_later import FORMS
from dashboard.review.printing import Column, Row, bracketed, number, of_all, plain_column, span
from dashboard.text import NO_RATE, Text


def columns_of(table: str, words: Text) -> list[Column] | None:
    """How a table is printed; None for one that is printed as it stands."""
    make = _TABLES.get("why" if table.startswith("why_") else table) or FORMS.get(table)
    return None if make is None else make(words)


def _side(ending: str, words: Text) -> Callable[[Row], str]:
    """An earlier rate with its cases."""

    def said(row: Row) -> str:
        if number(row, f"n{ending}") is None:
            return NO_RATE
        return bracketed(row[f"rate{ending}"].text, of_all(row, f"good{ending}", f"n{ending}", words))

    return said


def _change(ending: str, words: Text) -> Callable[[Row], str]:
    """A change in points with its interval."""

    def said(row: Row) -> str:
        change, low, high = (number(row, f"{name}{ending}") for name in ("change", "low", "high"))
        if change is None:
            return NO_RATE
        if low is None or high is None:
            return cells.points(change, words)
        interval = span(cells.points(low, words), cells.points(high, words), words)
        return bracketed(cells.points(change, words), interval)

    return said


def _to_target(words: Text) -> Callable[[Row], str]:
    def said(row: Row) -> str:
        low, high = number(row, "low_to_target"), number(row, "high_to_target")
        if low is None or high is None:
            return row["target"].text
        return bracketed(row["target"].text, span(cells.points(low, words), cells.points(high, words), words))

    return said


def _rates(words: Text) -> list[Column]:
    return [
        plain_column(words("Figure"), "figure", is_number=False),
        plain_column(words("Rate"), "rate"),
        Column(words("Good of all"), lambda row: of_all(row, "good", "n", words)),
        Column(words("Period before"), _side("_before", words)),
        Column(words("Change, points"), _change("_before", words)),
        Column(words("A year before"), _side("_last_year", words)),
        Column(words("Change, points"), _change("_last_year", words)),
        Column(words("Target (distance, points)"), _to_target(words)),
    ]


def _more(ending: str, words: Text) -> Callable[[Row], str]:
    """How many per cent more, with its interval."""

    def said(row: Row) -> str:
        ratio, low, high = (number(row, f"{name}{ending}") for name in ("ratio", "low", "high"))
        if ratio is None:
            return NO_RATE
        if low is None or high is None:
            return cells.per_cent_more(ratio, words)
        interval = span(cells.per_cent_more(low, words), cells.per_cent_more(high, words), words)
        return bracketed(cells.per_cent_more(ratio, words), interval)

    return said


def _counts(words: Text) -> list[Column]:
    def now(row: Row) -> str:
        said = row["n"].text
        return words("{value} provisional", value=said) if row["is_provisional"].value else said

    return [
        plain_column(words("Kind"), "name", is_number=False),
        Column(words("Number of cases"), now),
        Column(words("Period before"), lambda row: row["n_before"].text or NO_RATE),
        Column(words("Change"), _more("_before", words)),
        Column(words("A year before"), lambda row: row["n_last_year"].text or NO_RATE),
        Column(words("Change"), _more("_last_year", words)),
    ]


def _why(words: Text) -> list[Column]:
    def part(column: str) -> Callable[[Row], str]:
        def said(row: Row) -> str:
            value = number(row, column)
            return NO_RATE if value is None else cells.signed(100 * value, words, cells.PART_DIGITS)

        return said

    return [
        plain_column(words("Told by"), "by", is_number=False),
        plain_column(words("Part"), "name", is_number=False),
        Column(words("Brought, points"), part("change")),
        Column(words("by its share"), part("mix")),
        Column(words("by its own rate"), part("own")),
        Column(words("Rate"), lambda row: bracketed(row["rate"].text, of_all(row, "good", "n", words))),
        Column(words("Period before"), _side("_before", words)),
        plain_column(words("Clear"), "is_clear", is_number=False),
    ]


def _ranking(words: Text) -> list[Column]:
    def ranks(row: Row) -> str:
        low, high = row["rank_low"].text, row["rank_high"].text
        said = low if low == high else f"{low}–{high}"
        return words("{ranks} of {n}", ranks=said, n=row["ranked_of"].text)

    def change(row: Row) -> str:
        low, high = row["change_low"], row["change_high"]
        moved = row["movement"].text + row["change"].text
        return moved if low.value is None or high.value is None else bracketed(moved, span(low.text, high.text, words))

    return [
        plain_column(words("Kind"), "kind", is_number=False),
        plain_column(words("Rank"), "rank"),
        plain_column(words("Unit"), "name", is_number=False),
        plain_column(words("Tier"), "tier", is_number=False),
        Column(words("90 % of the rank"), ranks),
        plain_column(words("Score"), "score"),
        Column(words("Change"), change),
        plain_column(words("Number of cases"), "n"),
    ]


def _stock(words: Text) -> list[Column]:
    return [
        plain_column(words("Kind"), "name", is_number=False),
        plain_column(words("Open at the start"), "open_before"),
        plain_column(words("Came in"), "opened"),
        plain_column(words("Went out"), "closed"),
        plain_column(words("Open at the end"), "open"),
        plain_column(words("Median age at the start, days"), "median_age_before"),
        plain_column(words("Median age at the end, days"), "median_age"),
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
        plain_column(words("Case"), "case", is_number=False),
        plain_column(words("Kind"), "kind", is_number=False),
        plain_column(words("Level"), "risk", is_number=False),
        plain_column(words("Area"), "area", is_number=False),
        plain_column(words("Department"), "department", is_number=False),
        plain_column(words("Reported"), "reported_at", is_number=False),
        plain_column(words("Due by"), "due_at", is_number=False),
        Column(words("Why"), why, is_number=False),
    ]


def _departments(words: Text) -> list[Column]:
    def rate(row: Row) -> str:
        if row["low"].value is None or row["high"].value is None:
            return row["rate"].text
        return bracketed(row["rate"].text, span(row["low"].text, row["high"].text, words))

    return [
        plain_column(words("Department"), "name", is_number=False),
        Column(words("Answered in time"), rate),
        Column(words("In time of due"), lambda row: of_all(row, "good", "n", words)),
        plain_column(words("Lapsed"), "lapsed"),
        plain_column(words("Waiting"), "waiting"),
        plain_column(words("Past deadline"), "overdue"),
    ]


def _clocks(words: Text) -> list[Column]:
    def median(row: Row) -> str:
        said = row["median_minutes"].text
        return words("{value} provisional", value=said) if row["is_provisional"].value else said

    return [
        plain_column(words("Interval"), "clock", is_number=False),
        Column(words("Median time"), median),
        plain_column(words("90 % within"), "p90_minutes"),
        Column(words("Through of all"), lambda row: of_all(row, "reached", "n", words)),
        plain_column(words("Longest followed"), "followed_minutes"),
    ]


def _findings(words: Text) -> list[Column]:
    def value(row: Row, column: str) -> str:
        held = number(row, column)
        if held is None:
            return NO_RATE
        return words.percent(held) if held <= 1 else words.number(held)

    def rates(row: Row) -> str:
        if row["value"].value is None and row["value_without"].value is None:
            return NO_RATE
        return f"{value(row, 'value')} → {value(row, 'value_without')}"

    def expected(row: Row) -> str:
        held = number(row, "expected")
        return NO_RATE if held is None else words.small(held)

    return [
        plain_column(words("Finding"), "finding", is_number=False),
        plain_column(words("Where"), "name", is_number=False),
        plain_column(words("Cut-off"), "cutoff", is_number=False),
        Column(words("Observed of all"), lambda row: of_all(row, "observed", "n", words)),
        Column(words("Expected"), expected),
        plain_column(words("Chance of as much"), "p"),
        plain_column(words("Figure it flatters"), "figure", is_number=False),
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
