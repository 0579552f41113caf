"""Sentences of the sections after the headline: ranking, lists, departments, stages, work, findings."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from dashboard.review.saying import Row, listed, name_of, sentence, share
from dashboard.text import Text
from queries.review.document import Review

_AHEAD, _BEHIND = 1, 3
_MINUTE: Final = 60.0


def rows(review: Review, table: str) -> list[dict[str, Any]]:
    """The rows of a table by column; none where the document has no such table."""
    try:
        return list(review.table(table).records())
    except KeyError:
        return []


def _ranking(review: Review, words: Text) -> list[str]:
    ranked = rows(review, "ranking")
    if not ranked:
        return [sentence([words("No unit has enough cases to be ranked over these days")], words)]
    ends = [
        (words("Ahead: {names}"), [row for row in ranked if row["tier"] == _AHEAD]),
        (words("Behind: {names}"), [row for row in ranked if row["tier"] == _BEHIND]),
    ]
    said = [
        sentence([template.format(names=listed([name_of(row, words) for row in held], words))], words)
        for template, held in ends
        if held
    ]
    if said:
        said.append(sentence([words("The others cannot be told apart")], words))
    else:
        said = [sentence([words("No clear difference between any of the {n}", n=words.number(len(ranked)))], words)]
    moves = [
        (words("Risen beyond chance: {names}"), [row for row in ranked if row["movement"] == 1]),
        (words("Fallen beyond chance: {names}"), [row for row in ranked if row["movement"] == -1]),
    ]
    said += [
        sentence([template.format(names=listed([name_of(row, words) for row in held], words))], words)
        for template, held in moves
        if held
    ]
    return [*said, _marks(review, words)]


def _marks(review: Review, words: Text) -> str:
    facts = {row["fact"]: row["value"] for row in rows(review, "ranking_about")}
    missing = {
        "missing": words("The subdistrict's marks are missing: the units' own figures are the whole score"),
        "partial": words("Some units have no marks of the subdistrict: the units' own figures are the whole score"),
    }.get(str(facts.get("marks")))
    return sentence([missing], words) if missing else ""


def _lists(review: Review, words: Text) -> list[str]:
    said = [_risen(review, words)]
    for row in rows(review, "stock"):
        if row["key"] or row["open_before"] is None:
            continue
        held = {
            "open": words.number(row["open"]),
            "before": words.number(row["open_before"]),
            "opened": words.number(row["opened"]),
            "closed": words.number(row["closed"]),
        }
        burned = row["open"] < row["open_before"]
        change = words("the stock was burned down") if burned else words("the stock was not burned down")
        said.append(
            sentence([words("{open} open, {before} before: {opened} came and {closed} went", **held), change], words)
        )
    counts = {row["part"]: row["n"] for row in rows(review, "variable_counts")}
    if counts.get("total"):
        parts = [template.format(n=words.number(counts[part])) for part, template in _variable(words) if counts[part]]
        total = words("{n} likely to turn worse", n=words.number(counts["total"]))
        said.append(sentence([total, *parts], words))
    elif counts:
        said.append(sentence([words("No open case is likely to turn worse")], words))
    return said


def _risen(review: Review, words: Text) -> str:
    """Matters and communities with clearly more new cases than in the period before."""
    every = [*rows(review, "increment_types"), *rows(review, "increment_communities")]
    if not every:
        return ""
    up = [row for row in every if row["is_risen"]]
    if not up:
        return sentence([words("No matter and no community has clearly more new cases than before")], words)
    named = (
        words(
            "{name} {n} after {before}",
            name=name_of(row, words),
            n=words.number(row["n"]),
            before=words.number(row["n_before"]),
        )
        for row in up
    )
    return sentence([words("Clearly more new cases than before: {names}", names=listed(named, words))], words)


def _variable(words: Text) -> list[tuple[str, str]]:
    """Parts of the variable list and how many cases each has; the second value is a message filled in later."""
    return [
        ("near_deadline", words("{n} past most of their time")),
        ("reopened", words("{n} reopened")),
        ("repeated", words("{n} the third at their place")),
        ("unanswered", words("{n} with an unanswered escalation")),
    ]


def _departments(review: Review, words: Text) -> list[str]:
    held = rows(review, "departments")
    n, good = (sum(row[name] for row in held) for name in ("n", "good"))
    said = []
    if n:
        whole: Row = {"rate": good / n, "good": good, "n": n}
        said.append(sentence([words("Escalations answered in time: {rate}", rate=share(whole, words))], words))
    late = sorted((row for row in held if row["overdue"]), key=lambda row: -row["overdue"])
    if late:
        named = [words("{name} {n}", name=name_of(row, words), n=words.number(row["overdue"])) for row in late]
        said.append(sentence([words("Overdue and unanswered: {names}", names=listed(named, words))], words))
    elif held:
        said.append(sentence([words("No department owes an answer past its time")], words))
    return said


def _stages(review: Review, words: Text) -> list[str]:
    clocks = {row["clock"]: row for row in rows(review, "clocks")}
    said = []
    for clock, template in _clocks(words):
        row = clocks.get(clock)
        if row is None or row["median_minutes"] is None:
            continue
        ninth = row["p90_minutes"]
        held = {"half": words.duration(_MINUTE * row["median_minutes"])}
        parts = [template.format(**held)]
        if ninth is not None:
            parts.append(words("nine in ten within {time}", time=words.duration(_MINUTE * ninth)))
        said.append(sentence([*parts, words("n = {n}", n=words.number(row["n"]))], words))
    return said


def _clocks(words: Text) -> list[tuple[str, str]]:
    return [
        ("reported_dispatched", words("Half were dispatched within {half}")),
        ("reported_resolved", words("Half were closed within {half}")),
    ]


def _work(review: Review, words: Text) -> list[str]:
    done = rows(review, "field_work")
    if not done:
        return []
    named = [words("{name} {n}", name=name_of(row, words), n=words.number(row["times"])) for row in done]
    return [sentence([words("Field work: {names}", names=listed(named, words))], words)]


def _findings(review: Review, words: Text) -> list[str]:
    held = rows(review, "findings")
    if not held:
        return [sentence([words("Nothing found that flatters a figure")], words)]
    names = list(dict.fromkeys(name_of(row, words) for row in held))
    n = words.number(len(held))
    return [
        sentence([words("{n} findings to be looked at before the figures are relied on", n=n)], words),
        sentence([words("They concern {names}", names=listed(names, words))], words),
    ]


TOLD: Final[Mapping[str, Callable[[Review, Text], Sequence[str]]]] = {
    "ranking": _ranking,
    "lists": _lists,
    "departments": _departments,
    "stages": _stages,
    "work": _work,
    "findings": _findings,
}
