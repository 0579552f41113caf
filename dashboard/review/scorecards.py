"""A scorecard for each ranked unit of a frozen review: where it stands, what each indicator brought, objections."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dashboard.review.cells import signed
from dashboard.review.coded import finding_name
from dashboard.review.coded_later import indicator_name
from dashboard.review.saying import Row, listed, name_of, sentence
from dashboard.review.sentences_parts import rows
from dashboard.review.table import Printed, Scorecard
from dashboard.text import NO_RATE, Text
from dashboard.widgets.panels.ranking import kind_name, tier_name
from queries.review.document import Review

#: Less than this against the middle of its kind is not worth a sentence, in points of the whole score.
_WORTH: Final = 0.5
_MARKS: Final = "marks"


def scorecards(review: Review, words: Text) -> list[Scorecard]:
    """One for each unit in the order of the ranking, kind by kind; none where nobody was ranked."""
    parts: dict[str, list[Row]] = {}
    for row in rows(review, "ranking_parts"):
        parts.setdefault(str(row["area"]), []).append(row)
    objections = {str(row["area"]): row for row in rows(review, "objections")}
    findings: dict[str, list[Row]] = {}
    for row in rows(review, "findings"):
        findings.setdefault(str(row["of"]), []).append(row)
    return [
        _card(row, parts.get(str(row["area"]), []), objections.get(str(row["area"])), findings, words)
        for row in rows(review, "ranking")
    ]


def _card(
    row: Row, parts: Sequence[Row], objection: Row | None, findings: Mapping[str, Sequence[Row]], words: Text
) -> Scorecard:
    found = findings.get(str(row["area"]), ())
    said = [_stands(row, words), _moved(row, words), _most(parts, words), _objected(objection, words)]
    if found:
        named = listed([finding_name(str(each["finding"]), words) for each in found], words)
        said.append(sentence([words("To be looked at: {names}", names=named)], words))
    bars = tuple(
        (_indicator(each, words), float(each["points"]), float(each["median_points"]))
        for each in parts
        if each["points"] is not None and each["median_points"] is not None
    )
    return Scorecard(
        name=name_of(row, words),
        kind=kind_name(str(row["kind"]), words),
        said=tuple(each for each in said if each),
        parts=_table(parts, words),
        bars=bars,
    )


def _stands(row: Row, words: Text) -> str:
    low, high = (words.number(row[name]) for name in ("rank_low", "rank_high"))
    between = low if low == high else f"{low}–{high}"
    rank = words(
        "Rank {rank} of {of}, with 90 % certainty {between}",
        rank=words.number(row["rank"]),
        of=words.number(row["ranked_of"]),
        between=between,
    )
    score = words("score {score} of 100", score=words.number(row["score"], 1))
    return sentence(
        [rank, tier_name(int(row["tier"]), words), score, words("n = {n}", n=words.number(row["n"]))], words
    )


def _moved(row: Row, words: Text) -> str:
    change, low, high = (row[name] for name in ("change", "change_low", "change_high"))
    if change is None or low is None or high is None:
        return ""
    held = {"points": signed(change, words), "low": signed(low, words), "high": signed(high, words)}
    told = {
        1: words("Risen by {points} points against its kind since the period before ({low} to {high})", **held),
        -1: words("Fallen by {points} points against its kind since the period before ({low} to {high})", **held),
        0: words("No clear change since the period before ({points} points, {low} to {high})", **held),
    }
    return sentence([told[int(row["movement"])]], words)


def _most(parts: Sequence[Row], words: Text) -> str:
    """What lost most against the middle of the kind."""
    lost = [each for each in parts if each["against_median"] is not None and each["against_median"] <= -_WORTH]
    if not lost:
        return ""
    named = [
        words("{name} {points} points", name=_indicator(each, words), points=signed(each["against_median"], words))
        for each in sorted(lost, key=lambda each: float(each["against_median"]))
    ]
    return sentence(
        [words("Against the middle of its kind it lost most on {names}", names=listed(named, words))], words
    )


def _objected(row: Row | None, words: Text) -> str:
    if row is None or not row["n"]:
        return ""
    parts = [
        words("{n} objections", n=words.number(row["n"])),
        words("{n} upheld", n=words.number(row["upheld"])),
        words("{n} rejected", n=words.number(row["rejected"])),
        words("{n} not decided", n=words.number(row["open"])),
    ]
    return sentence(parts, words)


def _indicator(row: Row, words: Text) -> str:
    id = str(row["indicator"])
    return words("The subdistrict's marks") if id == _MARKS else indicator_name(id, words) or id


def _table(parts: Sequence[Row], words: Text) -> Printed:
    heads = (
        words("Indicator"),
        words("Good of all"),
        words("Expected of its mix"),
        words("Rate with the usual mix"),
        words("Points"),
        words("Middle of its kind"),
        words("Counts for, of 100"),
        words("Points that count"),
    )
    return Printed(heads, (False, *[True] * 7), tuple(_line(row, words) for row in parts))


def _line(row: Row, words: Text) -> tuple[str, ...]:
    def number(column: str, digits: int = 1) -> str:
        value: Any = row[column]
        return NO_RATE if value is None else words.number(value, digits)

    of = NO_RATE if row["good"] is None else f"{words.number(row['good'])} / {words.number(row['n'])}"
    return (
        _indicator(row, words),
        of,
        words.percent(row["expected"]),
        words.percent(row["rate"]),
        number("points"),
        number("median_points"),
        NO_RATE if row["weight"] is None else words.number(100 * row["weight"]),
        number("earned"),
    )
