"""Freezing a review from a screen. In the caller's transaction, as the operator."""

from sqlalchemy import Connection

from queries.commands import call
from queries.commands.marks import Outcome


def freeze(connection: Connection, token: str, document: str) -> Outcome | None:
    """Keep the document for ever; ALREADY where its period was frozen as of the same moment. None without a valid
    pairing with the document's subdistrict.
    """
    found = call(connection, "freeze", token=token, document=document)
    if found is None:
        return None
    return Outcome.ALREADY if found["freeze_id"] is None else Outcome.DONE
