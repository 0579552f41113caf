"""Personal data is erased: when its time is over, each day by itself; and one person's when asked for. See
schema/objects/86_erasure.sql for what goes and what stays.
"""

import getpass
import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from seed import store

_LOG = logging.getLogger(__name__)
#: A database that does not answer is asked again after so many seconds.
_AGAIN_SECONDS = 60.0


@dataclass(frozen=True)
class Erasure:
    """The record of an erasure: how much, never what. ``erasure_id`` is None where there was nothing to erase."""

    erasure_id: int | None
    erased_at: datetime
    erased_by: str
    occasion: str
    cases: int
    parties: int
    refused_rows: int
    keys: int

    def __str__(self) -> str:
        if self.erasure_id is None:
            return "nothing has expired"
        return (
            f"erased by {self.erased_by}: persons of {self.cases:,} cases ({self.parties:,} with names or texts),"
            f" {self.refused_rows:,} refused or waiting rows, {self.keys:,} keys"
        )


def who() -> str:
    """The account that runs the command, for the record."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def erase(owner_url: str, party: str, case: str, source: str, by: str, now: datetime) -> Erasure:
    """Erase the person of a number or of a case; without either, what has expired by the store's local day."""
    if party and case:
        raise store.StoreError("name a party or a case, not both")
    with store.engine(owner_url).begin() as connection:
        if party:
            return erase_party(connection, party, by)
        if case:
            return erase_case(connection, case, by, source)
        return erase_expired(connection, local_today(connection, now), by)


def erase_party(connection: sa.Connection, party: str, by: str) -> Erasure:
    """Erase the person of a number, as the sources hand it in; one that is not known erases nothing, and is kept so."""
    if len(party.strip()) < 4:
        raise store.StoreError("a person's number has at least four characters")
    return _record(connection, "app.erase_person(:by, :party, null, null, null)", {"by": by, "party": party.strip()})


def erase_case(connection: sa.Connection, case: str, by: str, source: str = "") -> Erasure:
    """Erase the person of a case (its number in its source), in all cases of the same person.

    Raises StoreError where no case has the number, or cases of several sources do.
    """
    found = connection.execute(
        sa.text("select subdistrict_id, source from app.cases where external_id = :case and :source in ('', source)"),
        {"case": case, "source": source},
    ).all()
    if not found:
        raise store.StoreError(f"there is no case {case}")
    if len(found) > 1:
        raise store.StoreError(
            f"{len(found)} cases have the number {case}: name the source, one of"
            f" {', '.join(sorted({row.source for row in found}))}"
        )
    [only] = found
    return _record(
        connection,
        "app.erase_person(:by, null, :subdistrict_id, :source, :case)",
        {"by": by, "subdistrict_id": only.subdistrict_id, "source": only.source, "case": case},
    )


def erase_expired(connection: sa.Connection, today: date, by: str) -> Erasure:
    """Erase what is older than the retention period, counted back from a local day."""
    return _record(connection, "app.erase_expired(:today, :by)", {"today": today, "by": by})


def _record(connection: sa.Connection, call: str, values: dict[str, object]) -> Erasure:
    row = connection.execute(
        sa.text(
            "select erasure_id, erased_at, erased_by, occasion, cases, parties, refused_rows, keys from " + call  # noqa: S608 - one of the three calls above
        ),
        values,
    ).one()
    return Erasure(*row)


def retention_days(connection: sa.Connection, days: int | None = None) -> int:
    """For how many days personal data is kept after the report; ``days`` sets it, for what is kept already as well."""
    if days is not None:
        if days < 1:
            raise store.StoreError("personal data is kept for one day at least")
        connection.execute(sa.text("select app.set_retention(:days)"), {"days": days})
    return int(connection.scalar(sa.text("select app.setting_text('retention_days')")) or 0)


def local_today(connection: sa.Connection, now: datetime) -> date:
    """The day of the store's time zone."""
    day: date = connection.scalar(sa.text("select cast(:now at time zone app.time_zone() as date)"), {"now": now})
    return day


def keep_erasing(owner_url: str, stop: threading.Event, clock: Callable[[], datetime]) -> None:
    """Erase what has expired at once and after each midnight of the store, until ``stop`` is set."""
    while not stop.is_set():
        try:
            with store.engine(owner_url).begin() as connection:
                now = clock()
                today = local_today(connection, now)
                done = erase_expired(connection, today, "daily erasure")
                midnight = connection.scalar(
                    sa.text("select app.midnight(:next, app.time_zone())"), {"next": today + timedelta(days=1)}
                )
            if done.erasure_id is not None:
                _LOG.warning("%s", done)
            stop.wait((midnight - now).total_seconds() + 1)
        except DBAPIError as error:
            _LOG.warning("expired personal data is not erased: %s", str(error.orig).strip().splitlines()[0])
            stop.wait(_AGAIN_SECONDS)
