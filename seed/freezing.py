"""Freezes a review: a meeting's figures, kept as known at a moment, for ever."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from queries import freezes
from queries import store as place
from queries.asking import past_moment
from queries.review import Review, make, read_period
from seed.store import StoreError

_FREEZE: Final = "select app.freeze_review(:subdistrict_id, :document, :by)"


def freeze(
    connection: sa.Connection,
    period: str,
    *,
    now: datetime,
    as_of: str | None = None,
    subdistrict: str | None = None,
    by: str = "",
    once: bool = False,
) -> tuple[Review, int | None]:
    """Make the review of a period as known at ``as_of`` (without: of the newest record or note) and keep it, in the
    caller's transaction. The second value: number of the freeze, None where the same was frozen before; with ``once``
    a period that was frozen as of any moment after its end stands as it is, and that document is given back.

    It follows up the last meeting's document, where one is frozen. Raises StoreError, PeriodError and AskingError for
    what cannot be frozen, DamagedError where that document was changed.
    """
    owner = owner_of(connection, subdistrict)
    vitals = place.vitals(connection, owner.subdistrict_id)
    if vitals is None or vitals.recorded_at is None:
        raise StoreError(f"nothing is recorded yet for {owner.code}: there is nothing to freeze")
    # the moment of the newest record, or of what was noted beside the cases since, can be asked again with the same
    # answer: nothing more will be recorded for it
    newest = max(vitals.recorded_at, vitals.noted_at or vitals.recorded_at)
    moment = newest if as_of is None else past_moment(as_of, owner.time_zone, now=max(now, newest))
    today = now.astimezone(ZoneInfo(owner.time_zone)).date()
    chosen = read_period(period, today)
    if once and (kept := freezes.one(connection, owner.subdistrict_id, chosen)) is not None and kept.review.is_over:
        return kept.review, None
    before = freezes.before(connection, owner.subdistrict_id, chosen, moment)
    review = make(connection, owner, chosen, moment, None if before is None else before.review)
    given = {"subdistrict_id": owner.subdistrict_id, "document": review.text(), "by": by}
    number = connection.scalar(sa.text(_FREEZE), given)
    return review, number


def owner_of(connection: sa.Connection, code: str | None) -> place.Owner:
    """The subdistrict of that code, or the only one. Raises StoreError."""
    owners = place.subdistricts(connection)
    if not owners:
        raise StoreError("the store holds no subdistrict yet: load data with python -m seed demo or seed import")
    if code is None and len(owners) > 1:
        raise StoreError(f"the store holds several subdistricts: name one of {', '.join(each.code for each in owners)}")
    chosen = [each for each in owners if code in (None, each.code)]
    if not chosen:
        raise StoreError(f"there is no subdistrict {code!r}; the store holds {', '.join(each.code for each in owners)}")
    return chosen[0]
