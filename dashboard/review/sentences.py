"""The review in plain sentences, by rules: what a section says before its tables.

Each number stands in the frozen document, each rate has its n, and what moved is only called so where the interval
bears it out.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from dashboard.review import sentences_ahead as ahead
from dashboard.review import sentences_parts as parts
from dashboard.review.cells import points as signed_points
from dashboard.review.coded import figure_name
from dashboard.review.saying import Row, counted, is_clear, listed, moved, name_of, sentence, share
from dashboard.text import Text
from queries.review.document import Review

#: Figures told in sentences, where they are recorded; the others stand in the table.
_TOLD: Final = ("same_day_resolution", "on_time", "reopened")
_MOVED: Final = ("same_day_resolution", "on_time")


def sentences(review: Review, words: Text) -> dict[str, tuple[str, ...]]:
    """The sentences of each section by its id; none for a section of which there is nothing to say."""
    told: Mapping[str, Callable[[Review, Text], Sequence[str]]] = {
        "headline": _headline,
        "why": _why,
        **parts.TOLD,
        **ahead.TOLD,
    }
    return {
        section.id: tuple(said for said in told[section.id](review, words) if said) if section.id in told else ()
        for section in review.sections
    }


def _headline(review: Review, words: Text) -> list[str]:
    said = [_total(row, words) for row in parts.rows(review, "counts") if not row["kind"]]
    rates = {str(row["figure"]): row for row in parts.rows(review, "rates")}
    return said + [_rate(rates[figure], figure, words) for figure in _TOLD if figure in rates]


def _total(row: Row, words: Text) -> str:
    return sentence(
        (
            words("{n} cases reported", n=words.number(row["n"])),
            counted(row, "before", words),
            counted(row, "last_year", words),
        ),
        words,
    )


def _rate(row: Row, figure: str, words: Text) -> str:
    name = figure_name(figure, words)
    if not row["is_recorded"]:
        return sentence([words("{figure}: not recorded by these sources", figure=name)], words)
    if not row["n"]:
        return sentence([words("{figure}: no case of it that has been followed long enough", figure=name)], words)
    said = words("{figure} {rate}", figure=name, rate=share(row, words))
    provisional = words("provisional") if row["is_provisional"] else ""
    return sentence(
        (said, moved(row, "before", words), moved(row, "last_year", words), _target(row, words), provisional), words
    )


def _target(row: Row, words: Text) -> str:
    """How a rate stands to its target, as far as its interval tells."""
    if row["target"] is None:
        return ""
    target = words.percent(row["target"], 0)
    side = is_clear(row["low_to_target"], row["high_to_target"])
    return {
        1: words("above the target of {target}", target=target),
        -1: words("below the target of {target}", target=target),
        0: words("not to be told from the target of {target}", target=target),
    }[side]


def _why(review: Review, words: Text) -> list[str]:
    return [said for figure in _MOVED for said in _parts(review, figure, words)]


def _parts(review: Review, figure: str, words: Text) -> list[str]:
    """The parts that moved a rate clearly, by unit and by type."""
    name = figure_name(figure, words)
    rows = parts.rows(review, f"why_{figure}")
    clear = [row for row in rows if row["is_clear"] and row["part"]]
    if not rows:
        return []
    if not clear:
        return [sentence([words("{figure}: no unit and no type moved it clearly", figure=name)], words)]
    said = []
    by_words: dict[str, str] = {
        "area": words("{figure}, by unit: {parts}"),
        "type": words("{figure}, by type: {parts}"),
    }
    for by, template in by_words.items():
        of_it = [_part(row, words) for row in clear if row["by"] == by]
        if of_it:
            said.append(sentence([template.format(figure=name, parts=listed(of_it, words))], words))
    return said


def _part(row: Mapping[str, Any], words: Text) -> str:
    return words("{name} {points} points", name=name_of(row, words), points=signed_points(row["change"], words))
