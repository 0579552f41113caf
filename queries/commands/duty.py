"""What the officer of a paired device may do. Each runs in the caller's transaction, as the operator."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from queries.commands import call


class Paired(NamedTuple):
    """A device's valid pairing."""

    subdistrict_id: int
    officer: str
    expires_at: datetime


def paired(connection: Connection, token: str) -> Paired | None:
    """The pairing a token stands for; None where it was revoked, is over or never was."""
    found = call(connection, "paired", token=token)
    return None if found is None else Paired(**found)


def acknowledge(connection: Connection, token: str, case_id: int) -> int | None:
    """The number of the officer's acknowledgement, the first one's at a second try; None without a valid pairing."""
    found = call(connection, "acknowledge", token=token, case_id=case_id)
    return None if found is None else found["acknowledgement_id"]


def hand_over(connection: Connection, token: str, from_officer: str, to_officer: str, note: str) -> int | None:
    """The number of the handover, the first one's at a second tap; None without a valid pairing."""
    given = {"from_officer": from_officer, "to_officer": to_officer, "note": note}
    found = call(connection, "hand_over", token=token, **given)
    return None if found is None else found["handover_id"]
