"""Objections 申诉 to the assessment: a unit's word against a case that counts for it or its mark, and the answer."""

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from queries.objections import REASONS
from queries.review.period import Period
from seed.importers.nearest import nearest
from seed.marks import said_by_store
from seed.store import StoreError
from seed.units import Unit

_CASES: Final = (
    "select case_id, source from app.cases"
    " where subdistrict_id = :id and external_id = :case and :source in ('', source)"
)
_OBJECT: Final = (
    "select app.object_to(:subdistrict_id, :area_id, :first, :last, :case_id, :asks, :to_area_id, :reason, :words, :by)"
)
_DECIDE: Final = "select app.decide_objection(:subdistrict_id, :objection_id, :is_upheld, :by, :words)"


@dataclass(frozen=True)
class Objection:
    """What a unit says. ``case_id`` None: against its mark; ``to`` None: the case is to be left out."""

    unit: Unit
    period: Period
    case_id: int | None
    to: Unit | None
    reason: str  # one of queries.objections.REASONS
    words: str
    by: str

    @property
    def asks(self) -> str:
        """One of queries.objections.ASKS."""
        if self.case_id is None:
            return "review_mark"
        return "leave_out" if self.to is None else "attribute_to"


def find_case(connection: sa.Connection, subdistrict_id: int, case: str, source: str = "") -> int:
    """The store's number of a case by its number in its source. Raises StoreError for none or several."""
    found = connection.execute(sa.text(_CASES), {"id": subdistrict_id, "case": case, "source": source}).all()
    if not found:
        raise StoreError(f"there is no case {case}" + (f" of {source}" if source else ""))
    if len(found) > 1:
        raise StoreError(
            f"cases of {', '.join(sorted(row.source for row in found))} have the number {case}: add --source"
        )
    return int(found[0].case_id)


def object_to(connection: sa.Connection, subdistrict_id: int, objection: Objection) -> int:
    """Keep an objection in the caller's transaction; returns its number. Raises StoreError with the sentence."""
    if objection.reason not in REASONS:
        near = nearest(objection.reason, REASONS)
        raise StoreError(
            f"the reason {objection.reason!r} is not one of {', '.join(REASONS)}"
            + (f"; {near} is near" if near else "")
        )
    asked = {
        "subdistrict_id": subdistrict_id,
        "area_id": objection.unit.area_id,
        "first": objection.period.first,
        "last": objection.period.last,
        "case_id": objection.case_id,
        "asks": objection.asks,
        "to_area_id": None if objection.to is None else objection.to.area_id,
        "reason": objection.reason,
        "words": objection.words,
        "by": objection.by,
    }
    try:
        return int(connection.execute(sa.text(_OBJECT), asked).scalar_one())
    except DBAPIError as error:
        raise StoreError(said_by_store(error)) from error


def decide(
    connection: sa.Connection, subdistrict_id: int, objection_id: int, *, is_upheld: bool, by: str, words: str
) -> tuple[str, ...]:
    """Uphold or reject an objection in the caller's transaction; returns the frozen reviews that read otherwise by it.

    Raises StoreError with the sentence.
    """
    asked = {"subdistrict_id": subdistrict_id, "objection_id": objection_id}
    try:
        restated = connection.execute(
            sa.text(_DECIDE), asked | {"is_upheld": is_upheld, "by": by, "words": words}
        ).scalar_one()
    except DBAPIError as error:
        raise StoreError(said_by_store(error)) from error
    return tuple(restated)
