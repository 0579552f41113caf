"""Makes a review: asks every section of one period as known at one moment."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from importlib import resources
from typing import Final

from sqlalchemy import Connection

from queries import freezes, labels, place, store
from queries.asking import AskingError, first_record
from queries.filters import Filter
from queries.review import community, followed, headline, matters, restatement, risk, sections, watch
from queries.review.asked import Asking, Earlier, asking
from queries.review.document import Before, Review, Section
from queries.review.names import names
from queries.review.period import Period, PeriodError

#: The meeting's order.
SECTIONS: Final[dict[str, Callable[[Asking], Section]]] = {
    "headline": headline.headline,
    "why": headline.why_it_moved,
    "followed": followed.followed,
    "restated": restatement.restated,
    "ranking": sections.ranking,
    "condition": community.community_condition,
    "lists": sections.three_lists,
    "departments": sections.departments,
    "stages": sections.first_times,
    "risk": risk.risk,
    "matters": matters.matters,
    "work": sections.work,
    "findings": sections.honest_numbers,
    "watch": watch.watch,
}
#: What a reader can be shown while the others are asked: the period's figures.
FIRST: Final = ("headline",)
#: What is asked again of the last meeting's period: its own figures, without what stood beside them, and no ranking,
#: which follows from the figures of all units.
RESTATED: Final[dict[str, Callable[[Asking], Section]]] = {
    "headline": headline.own_figures,
    "lists": sections.stock_alone,
    "departments": sections.departments,
    "stages": sections.first_times,
    "work": sections.work,
}
#: What says how figures are counted: another text, another version of the definitions.
_DEFINED_IN: Final = (
    *("catalogue.toml", "assessment.toml", "findings.toml", "risk.toml", "stages.toml", "targets.toml", "topics.toml"),
)


def make(
    connection: Connection,
    owner: store.Owner,
    period: Period,
    as_of: datetime,
    before: Review | None = None,
    *,
    begun: Review | None = None,
    between: Callable[[], None] = lambda: None,
) -> Review:
    """The review of a period as known at ``as_of`` (aware). Of a period that runs, as far as it has come.

    ``before``: the frozen document of the last meeting, whose entries are followed up and whose numbers are asked again
    (freezes.before finds it). ``begun``: the same review as ``begin`` gave it, whose sections are taken over.
    ``between`` is called before each section that is asked. Raises PeriodError where the period begins after ``as_of``,
    or ends before anything was recorded; AskingError for a store without records.
    """
    known = () if begun is None else begun.sections
    return _made(connection, owner, period, as_of, before, SECTIONS, known, between)


def begin(connection: Connection, owner: store.Owner, period: Period, as_of: datetime) -> Review:
    """The sections of FIRST alone: no document to be frozen, but what can be read at once. Raises as ``make`` does."""
    return _made(connection, owner, period, as_of, None, {id: SECTIONS[id] for id in FIRST})


def _made(
    connection: Connection,
    owner: store.Owner,
    period: Period,
    as_of: datetime,
    before: Review | None,
    chosen: Mapping[str, Callable[[Asking], Section]],
    known: Sequence[Section] = (),
    between: Callable[[], None] = lambda: None,
) -> Review:
    filter = Filter(owner.subdistrict_id, as_of, owner.time_zone, period_from=period.first, period_to=period.last)
    _check(connection, owner, period, filter)
    held = {section.id: section for section in known}
    unit_level = place.subdistrict(connection, filter).unit_level
    earlier = None
    if before is not None:
        remade = partial(_made, connection, owner, before.period, as_of, None, RESTATED)
        earlier = Earlier(before, remade)
    ask = asking(connection, filter, names(connection, owner.subdistrict_id), unit_level, period, earlier)

    def section(id: str) -> Section:
        between()
        return sections.recorded(chosen[id], ask, id)

    areas = labels.areas(connection, owner.subdistrict_id).set_index("area_id")
    own = areas.loc[owner.subdistrict_id]
    return Review(
        subdistrict=owner.code,
        name={"zh": str(own["name_zh"]), "en": str(own["name_en"])},
        time_zone=owner.time_zone,
        period=period,
        as_of=as_of,
        definitions=definitions(),
        sections=tuple(held.get(id) or section(id) for id in chosen),
        before=None if before is None else Before(before.period, before.as_of, before.checksum),
    )


def definitions() -> str:
    """The version of the definitions: twelve digits that change with any of their files."""
    digest = hashlib.sha256()
    for name in _DEFINED_IN:
        digest.update(resources.files("queries").joinpath(name).read_bytes())
    return digest.hexdigest()[:12]


def again(connection: Connection, owner: store.Owner, frozen: Review, as_of: datetime) -> Review:
    """The same review as known at another moment: what has been restated since shows in ``restatement.changes``.

    It follows up the same earlier document. Raises freezes.DamagedError where that was changed.
    """
    before = None
    if frozen.before is not None:
        held = freezes.of_checksum(connection, owner.subdistrict_id, frozen.before.checksum)
        before = None if held is None else held.review
    return replace(make(connection, owner, frozen.period, as_of, before), name=frozen.name)


def _check(connection: Connection, owner: store.Owner, period: Period, filter: Filter) -> None:
    if period.first > filter.today:
        raise PeriodError(f"The period {period.name} begins on {period.first}, after the day of as_of, {filter.today}.")
    first = first_record(connection, owner.subdistrict_id)
    if first is None:
        raise AskingError("no_records", subdistrict=owner.code)
    begin = first.astimezone(filter.zone).date()
    if period.last < begin:
        raise PeriodError(f"The period {period.name} ends on {period.last}; records begin on {begin}.")
