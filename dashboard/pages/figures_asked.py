"""Which figure the address names, and its answer as the address asks for it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from dashboard.live import questions
from dashboard.live.questions import Answer, Asked, AskingError, By, Figure
from dashboard.pages.laptop.state import Question, short
from dashboard.snapshot import Snapshot
from dashboard.text import Text

_FIRST: Final = "same_day_resolution"


def chosen(question: Question) -> Figure:
    """The figure the address names, or the first."""
    known = questions.figures()
    return known.get(question.address.get("figure") or _FIRST, known[_FIRST])


def notes(question: Question, words: Text) -> Iterator[str]:
    """What the address asks of the figures and cannot have."""
    figure, by = question.address.get("figure"), question.address.get("by")
    if figure is not None and figure not in questions.figures():
        yield words("There is no figure {given}; the usual is shown", given=short(figure))
    if by is not None and by not in {By.TOTAL, *questions.groupings(chosen(question))}:
        yield words("It is not told by {given}; the usual is shown", given=short(by))


def answered(
    snapshot: Snapshot, question: Question, words: Text, *, ask: Callable[..., Answer | None] = questions.figure
) -> Answer | None:
    """The figure's answer, grouped as the address says where it can be; of a figure about its moment without the days.
    ``ask``: figure, or figure_soon, which may give None. Raises AskingError where it cannot be asked.
    """
    figure = chosen(question)
    by = _by(figure, question)
    level = _level(snapshot, question) if by is By.AREA or by is None else None
    try:
        return _at_some_level(question.asked, level, lambda asked, each: ask(figure, asked, by, each, words.language))
    except AskingError as refused:
        if refused.id != "figure_without_period":
            raise
    whenever = replace(question.asked, filter=replace(question.asked.filter, period_from=None, period_to=None))
    return _at_some_level(whenever, level, lambda asked, each: ask(figure, asked, by, each, words.language))


def _at_some_level(asked: Asked, level: str | None, ask: Callable[[Asked, str | None], Answer | None]) -> Answer | None:
    """The answer at that level of areas, or without one where it cannot be asked at it."""
    try:
        return ask(asked, level)
    except AskingError:
        if level is None:
            raise
        return ask(asked, None)


def of_the_minute(snapshot: Snapshot, question: Question) -> Question:
    """The present as of the last full minute: an answer that takes longer than a glance is still asked for when it
    comes.
    """
    if question.address.get("as_of") is not None or not snapshot.is_live:
        return question
    filter = replace(question.asked.filter, as_of=snapshot.moment.replace(second=0, microsecond=0))
    return replace(question, asked=replace(question.asked, filter=filter))


def _by(figure: Figure, question: Question) -> By | None:
    possible, given = questions.groupings(figure), question.address.get("by")
    if not possible:
        return None
    return By(given) if given in possible else By.TOTAL


def _level(snapshot: Snapshot, question: Question) -> str:
    """Communities under the whole place where it has some, units of the map under one of them."""
    has_communities = len(snapshot.communities) > 1
    return "community" if question.asked.filter.area_id is None and has_communities else snapshot.place.unit_level
