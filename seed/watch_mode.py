"""Turns the mode by rule: looks at the store when it says that something has changed, and every few seconds.

Reads and sets as the operator; the rules are queries/mode.toml, the judgement queries/statistics/surge.py. Several may
watch one store: the database sets a mode only where what was judged by still stands.
"""

import logging
import select
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from queries import mode
from queries import store as stores
from queries.filters import Filter
from queries.statistics.surge import ModeRules, Turn, mode_rules, turn_of
from seed import store

_LOG = logging.getLogger(__name__)

#: Seconds between two looks while nothing is heard, and at least between two looks.
LOOK_SECONDS: Final = 15.0
PAUSE_SECONDS: Final = 2.0
_SET: Final = Path(__file__).parent / "sql" / "set_mode_by_rule.sql"

Clock = Callable[[], datetime]


def look(connection: sa.Connection, owner: stores.Owner, now: datetime, rules: ModeRules) -> Turn | None:
    """Judge one subdistrict as of now and set its mode where a rule says so; returns what was set.

    A store that nobody feeds is left alone: its last records say nothing about today.
    """
    vitals = stores.vitals(connection, owner.subdistrict_id)
    if vitals is None or not vitals.is_live:
        return None
    known = (now, vitals.recorded_at, vitals.noted_at)
    asked = Filter(owner.subdistrict_id, max(each for each in known if each is not None), owner.time_zone)
    standing = mode.standing(connection, asked)
    if standing.is_held:
        return None

    def count(risks: Any, minutes: int) -> mode.Surge:
        return mode.surge(connection, asked, risks, minutes, rules.past_days)

    turn = turn_of(
        rules,
        standing,
        tuple(count(rule.risks, rule.minutes) for rule in rules.surges),
        count(rules.quiet.risks, rules.quiet.minutes),
        asked.as_of,
    )
    if turn is None:
        return None
    given = {
        "subdistrict_id": owner.subdistrict_id,
        "mode": turn.mode.value,
        "reason_zh": turn.reason_zh,
        "reason_en": turn.reason_en,
        "seen_since": standing.since,
    }
    was_set = connection.scalar(sa.text(_SET.read_text(encoding="utf-8")), given)
    return turn if was_set else None


def watch(operator_url: str, stop: threading.Event, *, clock: Clock, rules: ModeRules | None = None) -> None:
    """Look whenever the store tells of news, until ``stop`` is set; a lost database is waited for."""
    held = rules or mode_rules()
    while not stop.is_set():
        try:
            with store.engine(operator_url).connect() as connection:
                _follow(connection.execution_options(isolation_level="AUTOCOMMIT"), stop, clock, held)
        except DBAPIError as error:
            _LOG.warning("the mode is not watched: %s", str(error.orig).strip().splitlines()[0])
            stop.wait(2.0)


def _follow(connection: sa.Connection, stop: threading.Event, clock: Clock, rules: ModeRules) -> None:
    connection.exec_driver_sql("listen grid_governance")
    raw: Any = connection.connection.driver_connection
    while not stop.is_set():
        raw.notifies.clear()  # what comes from here on is looked at next time
        for owner in stores.subdistricts(connection):
            turn = look(connection, owner, clock(), rules)
            if turn is not None:
                _LOG.warning("%s turns to %s: %s", owner.code, turn.mode.value, turn.reason_en)
        stop.wait(PAUSE_SECONDS)
        waited = PAUSE_SECONDS
        while waited < LOOK_SECONDS and not stop.is_set():
            readable, _, _ = select.select([raw], [], [], 0.5)
            waited += 0.5
            if readable:
                raw.poll()
            if raw.notifies:
                break


def run_watch(operator_url: str) -> None:
    """Watch until SIGTERM or Ctrl-C."""
    logging.basicConfig(format="%(message)s")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    watch(operator_url, stop, clock=lambda: datetime.now(UTC))
