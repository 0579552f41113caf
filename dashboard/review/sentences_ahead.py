"""Sentences about what came before and what comes next: the last meeting followed up, restatements, risk, matters,
the condition of communities, the watch list.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from dashboard.review.coded import figure_name
from dashboard.review.saying import listed, name_of, sentence
from dashboard.review.sentences_parts import rows
from dashboard.text import Text
from queries.review.document import Review

#: Restatements that are told one by one.
_TOLD: Final = 4
_STEADY: Final = "steady"


def _facts(review: Review, table: str) -> dict[str, str]:
    return {str(row["fact"]): str(row["value"]) for row in rows(review, table)}


def _followed(review: Review, words: Text) -> list[str]:
    if not rows(review, "followed_about"):
        return []
    if _facts(review, "followed_about").get("has_before") != "yes":
        return [sentence([words("No earlier review was frozen: there is nothing to follow up")], words)]
    counts = {str(row["part"]): int(row["n"]) for row in rows(review, "followed_counts")}
    total = counts.get("total", 0)
    if not total:
        return [sentence([words("The last review listed no case as likely to turn worse")], words)]
    closed = counts.get("resolved", 0) + counts.get("withdrawn", 0) + counts.get("transferred", 0)
    late = counts.get("overdue", 0)
    parts = [
        words(
            "Of {n} cases that the last review listed, {closed} are closed",
            n=_n(total, words),
            closed=_n(closed, words),
        ),
        words("{n} open in their time", n=_n(counts.get("open", 0), words)),
        words("{n} past their deadline", n=_n(late, words)),
    ]
    again = counts.get("reopened", 0)
    return [sentence([*parts, words("{n} of all reopened since", n=_n(again, words)) if again else ""], words)]


def _restated(review: Review, words: Text) -> list[str]:
    facts = _facts(review, "restated_about")
    if facts.get("has_before") != "yes":
        return []
    n = len(rows(review, "restated"))
    if not n:
        return [sentence([words("Every number of the last review still reads the same")], words)]
    late = int(facts.get("late", "0") or 0)
    head = words.many(
        "{n} number of the last review reads otherwise by now",
        "{n} numbers of the last review read otherwise by now",
        n,
    )
    came = words.many("{n} record of its days came late", "{n} records of its days came late", late)
    return [sentence([head, came], words), *_rates_restated(review, words)]


def _rates_restated(review: Review, words: Text) -> list[str]:
    told = []
    for row in rows(review, "restated"):
        if (row["table"], row["column"]) != ("rates", "rate") or row["was"] is None or row["now"] is None:
            continue
        was, now = words.percent(row["was"]), words.percent(row["now"])
        if was != now:
            told.append(f"{figure_name(str(row['key']), words)} {was} → {now}")
    return [sentence([listed(told, words, _TOLD)], words)] if told else []


def _risk(review: Review, words: Text) -> list[str]:
    units = rows(review, "risk_units")
    red = [row for row in units if row["red"]]
    if not rows(review, "risk_capture") and not units:
        return []
    named = [words("{name} {n}", name=name_of(row, words), n=_n(row["red"], words)) for row in red]
    said = (
        words("Red during these days, with the number of days: {names}", names=listed(named, words))
        if red
        else words("No grid stood red during these days")
    )
    return [sentence([said], words), _captured(review, words)]


def _captured(review: Review, words: Text) -> str:
    """Whether the warning was right, beside what chance would have had."""
    shares = {str(row["forecast"]): row for row in rows(review, "risk_capture")}
    ours, chance = shares.get("expected_load"), shares.get("chance")
    if ours is None or ours["share"] is None or chance is None or chance["share"] is None:
        return ""
    said = words(
        "The {n} grids that the forecast put first had {share} of the red and orange load, {chance} by chance",
        n=_n(ours["units"], words),
        share=words.percent(ours["share"], 0),
        chance=words.percent(chance["share"], 0),
    )
    beside = [shares[name] for name in ("yesterday", "mean_28_days") if shares.get(name) is not None]
    best = max((row["share"] for row in beside if row["share"] is not None), default=None)
    plain = "" if best is None else words("the better of two plain counts {share}", share=words.percent(best, 0))
    return sentence([said, plain], words)


def _condition(review: Review, words: Text) -> list[str]:
    held = rows(review, "condition")
    if not held:
        return []
    low = [name_of(row, words) for row in held if row["is_clear"] and row["state"] not in (None, _STEADY)]
    if not low:
        return [sentence([words("No community stands clearly worse than steady")], words)]
    return [sentence([words("Clearly worse than steady: {names}", names=listed(low, words))], words)]


def _matters(review: Review, words: Text) -> list[str]:
    facts = _facts(review, "matters_about")
    if not facts:
        return []
    n, places = (int(facts.get(name, "0")) for name in ("repeated", "repeated_places"))
    said = [
        sentence(
            [
                words(
                    "{n} cases were the third or more of one matter at one place in 30 days, at {places} places",
                    n=_n(n, words),
                    places=_n(places, words),
                )
                if n
                else words("No matter came for the third time to one place")
            ],
            words,
        )
    ]
    topics = rows(review, "topics")
    quoted = [words("“{word}” {n}", word=row["word"], n=_n(row["n"], words)) for row in topics]
    rising = (
        words("Words that rise in the summaries, with their cases: {names}", names=listed(quoted, words))
        if topics
        else words("No word of the summaries rises beyond chance")
    )
    return [*said, sentence([rising], words)]


def _watch(review: Review, words: Text) -> list[str]:
    held = rows(review, "watch")
    if not held:
        return [sentence([words("No rule puts anything on the watch list")], words)]
    names: Iterable[str] = dict.fromkeys(name_of(row, words) for row in held)
    head = words("On the watch list for the next period, by rules: {names}", names=listed(names, words, 8))
    return [sentence([head], words)]


def _n(value: float, words: Text) -> str:
    return words.number(value)


TOLD: Final[Mapping[str, Callable[[Review, Text], Sequence[str]]]] = {
    "followed": _followed,
    "restated": _restated,
    "condition": _condition,
    "risk": _risk,
    "matters": _matters,
    "watch": _watch,
}
