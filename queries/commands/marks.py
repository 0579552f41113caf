"""Marks that a paired device's officer sets on a hand-up that waits. In the caller's transaction, as the operator."""

from enum import StrEnum

from sqlalchemy import Connection

from queries.commands import call


class Outcome(StrEnum):
    """What came of setting a mark."""

    DONE = "done"
    ALREADY = "already"  # someone was quicker, or it was a second tap
    CLOSED = "closed"  # answered, or its case closed, in the meantime


def supervise(connection: Connection, token: str, case_id: int, escalation_no: int, seen: int) -> Outcome | None:
    """Ask for the answer; ``seen``: how many demands the officer had seen. None without a valid pairing."""
    given = {"token": token, "case_id": case_id, "escalation_no": escalation_no, "seen": seen}
    return _outcome(call(connection, "supervise", **given))


def acknowledge_escalation(connection: Connection, token: str, case_id: int, escalation_no: int) -> Outcome | None:
    """Note that it was seen. None without a valid pairing."""
    given = {"token": token, "case_id": case_id, "escalation_no": escalation_no}
    return _outcome(call(connection, "acknowledge_escalation", **given))


def _outcome(found: dict[str, object] | None) -> Outcome | None:
    return None if found is None or found["outcome"] is None else Outcome(str(found["outcome"]))
