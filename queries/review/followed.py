"""What became of the last meeting's entries: the cases it had on its variable list, and what it wanted watched."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC
from typing import Any, Final

import pandas as pd

from queries import lists
from queries.review.asked import Asking
from queries.review.document import Holds, Review, Section, Table, records, table_of
from queries.review.watch import rows_of_watch

FOLLOWED: Final = {
    "case": Holds.KEY,
    "kind": Holds.NAME,
    "area": Holds.NAME,
    "department": Holds.NAME,
    "due_before": Holds.MOMENT,  # the deadline as that document has it
    "due_at": Holds.MOMENT,
    "standing": Holds.TEXT,
    "closed_at": Holds.MOMENT,
    "is_reopened": Holds.FLAG,  # since that document's moment
    "is_answered": Holds.FLAG,  # a hand-up of it, since
    "is_waiting": Holds.FLAG,  # a hand-up of it has no answer
}
#: How a case stands at as_of; "gone": it is not known any more; "not_recorded": its source gives no closing times.
STANDINGS: Final = ("resolved", "open", "overdue", "withdrawn", "transferred", "not_recorded", "gone")
#: What is counted of them besides, each case in each that fits.
COUNTED: Final = ("reopened", "answered", "waiting")
COUNTS: Final = {"part": Holds.KEY, "n": Holds.COUNT}
WATCHED: Final = {
    "rule": Holds.KEY,
    "of": Holds.KEY,
    "about": Holds.TEXT,
    "name": Holds.NAME,
    "was": Holds.NUMBER,  # the value that document has
    "now": Holds.NUMBER,  # the value this one's watch list has; none where it is not on it
    "is_again": Holds.FLAG,
    "owner": Holds.NAME,
    "due": Holds.DAY,
}
ABOUT: Final = {"fact": Holds.KEY, "value": Holds.TEXT}


def followed(ask: Asking) -> Section:
    """The entries of the newest frozen document whose period ended before this one begins. Where there is none,
    ``followed_about`` says so: nothing to follow is not the same as nothing left open.
    """
    earlier = ask.earlier
    if earlier is None:
        nothing = [table_of(id, columns, ()) for id, columns in _TABLES.items()]
        return Section("followed", (*nothing, table_of("followed_about", ABOUT, [("has_before", "no")])))
    document = earlier.review
    listed = _rows(document, "variable")
    facts = {
        "has_before": "yes",
        "first": str(document.period.first),
        "last": str(document.period.last),
        "as_of": document.as_of.astimezone(UTC).isoformat(),
        "checksum": document.checksum,
    }
    cases = _cases(ask, listed)
    return Section(
        "followed",
        (
            _counts(cases),
            table_of("followed", FOLLOWED, [[case.get(name) for name in FOLLOWED] for case in cases]),
            _watched(ask),
            table_of("followed_about", ABOUT, list(facts.items())),
        ),
    )


_TABLES: Final[Mapping[str, Mapping[str, Holds]]] = {
    "followed_counts": COUNTS,
    "followed": FOLLOWED,
    "followed_watch": WATCHED,
}


def _cases(ask: Asking, listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    assert ask.earlier is not None
    numbers = [int(row["case"]) for row in listed]
    frame = lists.followed(ask.connection, ask.filter, numbers, ask.earlier.review.as_of)
    cases = []
    for row, now in zip(listed, records(frame), strict=True):
        standing = "gone" if pd.isna(now["state"]) else "overdue" if now["is_overdue"] else now["state"]
        cases.append(row | now | {"due_before": row["due_at"], "standing": standing})
    return cases


def _counts(cases: list[dict[str, Any]]) -> Table:
    counted = Counter(case["standing"] for case in cases)
    rows = [("total", len(cases)), *((standing, counted[standing]) for standing in STANDINGS)]
    rows += [(part, sum(bool(case[f"is_{part}"]) for case in cases)) for part in COUNTED]
    return table_of("followed_counts", COUNTS, rows)


def _watched(ask: Asking) -> Table:
    """What the earlier document wanted watched, and whether it is on this one's list again."""
    assert ask.earlier is not None
    again = {(row["rule"], row["of"]): row for row in rows_of_watch(ask)}
    rows = []
    for row in _rows(ask.earlier.review, "watch"):
        now = again.get((row["rule"], row["of"]))
        held = row | {"was": row["value"], "now": None if now is None else now["value"], "is_again": now is not None}
        rows.append([held.get(name) for name in WATCHED])
    return table_of("followed_watch", WATCHED, rows)


def _rows(document: Review, id: str) -> list[dict[str, Any]]:
    """The rows of its table; none where the document has no such table: of an older form, or not recorded then."""
    try:
        return list(document.table(id).records())
    except KeyError:
        return []
