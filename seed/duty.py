"""What an administrator does for the duty desk, as the operator: set the mode, pair devices with officers."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

import sqlalchemy as sa

from queries import mode
from queries import store as stores
from queries.filters import Filter
from queries.vocabulary import Mode
from seed import store
from seed.demo_load import utc_now
from seed.reach import own_address

_PAIRINGS: Final = Path(__file__).parent / "sql" / "pairings.sql"


def set_mode(operator_url: str, to: str, reason_zh: str, reason_en: str) -> list[tuple[str, str]]:
    """Set every subdistrict's mode, or with ``auto`` hand it back to the rules; (code, what holds) of each.

    Raises StoreError for another word.
    """
    if to not in (*Mode, "auto"):
        raise store.StoreError(f"the mode {to!r} is not one of {', '.join(Mode)}, auto")
    set_ones = []
    with store.engine(operator_url).begin() as connection:
        for owner in stores.subdistricts(connection):
            wanted, zh, en = to, reason_zh, reason_en
            if to == "auto":
                standing = mode.standing(connection, Filter(owner.subdistrict_id, utc_now(), owner.time_zone))
                wanted, zh, en = standing.mode, reason_zh or standing.reason_zh, reason_en or standing.reason_en
            connection.execute(
                sa.text("select app.set_mode(:id, :mode, :zh, :en, :is_held)"),
                {"id": owner.subdistrict_id, "mode": str(wanted), "zh": zh, "en": en, "is_held": to != "auto"},
            )
            set_ones.append((owner.code, f"{wanted}, by the rules from now on" if to == "auto" else str(wanted)))
    return set_ones


def pair_device(operator_url: str, officer: str, hours: float, subdistrict: str = "") -> str:
    """A new token for an officer's device. Raises StoreError where there is no such subdistrict or no name."""
    if not officer.strip():
        raise store.StoreError("a pairing needs the name of an officer")
    with store.engine(operator_url).begin() as connection:
        owners = [owner for owner in stores.subdistricts(connection) if subdistrict in ("", owner.code)]
        if not owners:
            raise store.StoreError(f"the store has no subdistrict {subdistrict!r}" if subdistrict else "it is empty")
        token = connection.scalar(
            sa.text("select app.make_pairing(:id, :officer, :hours)"),
            {"id": owners[0].subdistrict_id, "officer": officer, "hours": hours},
        )
    return str(token)


def addresses(port: int, token: str, *, uploads: bool = False) -> Iterator[str]:
    """Where the device is to go, by this machine's address in its network and on this machine itself: to the duty desk,
    or to be paired as a laptop that marks hand-ups, or where there are ``uploads`` as one that hands in files.
    """
    for host in filter(None, (own_address(), "localhost")):
        yield f"http://{host}:{port}/duty?pair={quote(token)}"
        yield f"http://{host}:{port}/pair#{quote(token)}"
        if uploads:
            yield f"http://{host}:{port}/pair?to=upload#{quote(token)}"


def paired_devices(operator_url: str, now: datetime, rows: int) -> Iterator[tuple[str, ...]]:
    """Number, officer, from, until, last seen and state of each pairing, newest first; times in the store's zone."""
    with store.engine(operator_url).connect() as connection:
        owners = stores.subdistricts(connection)
        if not owners:
            return
        found = connection.execute(sa.text(_PAIRINGS.read_text(encoding="utf-8")), {"now": now, "rows": rows}).all()
        zone = Filter(0, now, owners[0].time_zone).zone
    for row in found:
        state = "holds" if row.is_valid else "revoked" if row.revoked_at else "over"
        times = (row.created_at, row.expires_at, row.last_seen_at)
        said = (f"{each.astimezone(zone):%Y-%m-%d %H:%M}" if each else "never" for each in times)
        yield (str(row.pairing_id), row.officer, *said, state)


def revoke_pairing(operator_url: str, pairing_id: int) -> None:
    """Revoke a pairing. Raises StoreError where there is none to revoke."""
    with store.engine(operator_url).begin() as connection:
        was_there = connection.scalar(sa.text("select app.revoke_pairing(:id)"), {"id": pairing_id})
    if not was_there:
        raise store.StoreError(f"there is no pairing {pairing_id} that still holds")
