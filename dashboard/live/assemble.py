"""Puts a picture together: whose it is, as of when, all of it in one transaction that sees one state of the store."""

import threading
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import ProgrammingError

from dashboard.live.asked import Asked
from dashboard.live.board import Vitals
from dashboard.live.memory import Memory
from dashboard.live.parts import draw_together
from dashboard.live.refresher import NoPictureError, Picture, utc_now
from queries import store
from queries.filters import Filter

#: Errors of a statement that say the store's schema is not the one the questions are written for.
_OUTDATED: Final = frozenset({"42P01", "42703", "42883", "3F000"})


class Assembler:
    """Makes the pictures of one subdistrict. `picture` is called by one thread at a time, `look` by another."""

    def __init__(self, engine: Engine, *, subdistrict: str | None = None) -> None:
        self._engine = engine
        self._wished = subdistrict
        self._owner: store.Owner | None = None
        self._memory = Memory()
        self._finding = threading.Lock()

    @property
    def subdistrict_id(self) -> int | None:
        """The subdistrict drawn; None until the store was reached."""
        return None if self._owner is None else self._owner.subdistrict_id

    def look(self, connection: Connection) -> Vitals | None:
        """The store's signs of life, in one short statement; None while it holds no subdistrict."""
        try:
            owner = self._find(connection)
            found = store.vitals(connection, owner.subdistrict_id)
        except NoPictureError:
            return None
        except ProgrammingError as error:
            if getattr(error.orig, "pgcode", None) in _OUTDATED:
                return None
            raise
        return None if found is None else _vitals(found)

    def picture(self, serial: int, now: datetime) -> Picture:
        """A new picture. Raises NoPictureError where there is nothing to draw, and what the driver raises otherwise."""
        try:
            with self._engine.connect() as connection, connection.begin():
                return self._assemble(connection, serial, now)
        except ProgrammingError as error:
            if getattr(error.orig, "pgcode", None) in _OUTDATED:
                raise NoPictureError("outdated") from error
            raise

    def _find(self, connection: Connection) -> store.Owner:
        with self._finding:
            if self._owner is None:
                owners = store.subdistricts(connection)
                wished = [owner for owner in owners if self._wished in (None, owner.code)]
                if not wished:
                    raise NoPictureError("empty")
                self._owner = wished[0]
            return self._owner

    def _assemble(self, connection: Connection, serial: int, now: datetime) -> Picture:
        owner = self._find(connection)
        found = store.vitals(connection, owner.subdistrict_id)
        if found is None:  # another store stands behind the same address
            self._owner = None
            self._memory.forget()
            raise NoPictureError("empty")
        asked = Asked(connection, self._memory, filter_at(owner, found, now), now, has_cases=found.version > 0)
        snapshot, deadlines = draw_together(asked)
        picture = replace(
            snapshot,
            serial=serial,
            version=found.version,
            as_of=found.recorded_at or now,
            is_live=found.is_live or found.recorded_at is None,
            made_at=utc_now(),
        )
        return Picture(picture, _vitals(found), deadlines)


def _vitals(found: store.Vitals) -> Vitals:
    return Vitals(found.version, found.recorded_at, found.beats, found.is_live)


def filter_at(owner: store.Owner, found: store.Vitals, now: datetime) -> Filter:
    """What a picture made at `now` asks about.

    A store that is fed live is asked as of the clock, or of its newest batch or note where that runs ahead. One that
    holds history alone stands still at its last record: its "today" is that day.
    """
    recorded_at = found.recorded_at or now
    stands_still = not found.is_live and found.recorded_at is not None
    as_of = recorded_at if stands_still else max(recorded_at, now, found.noted_at or now)
    return Filter(subdistrict_id=owner.subdistrict_id, as_of=as_of, time_zone=owner.time_zone)
