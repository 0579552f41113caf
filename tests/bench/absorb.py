"""How fast the door takes rows in: bulk, batches of 10,000, a few rows at a time. The rows are the demo cities' own.

In bulk in three ways: one subdistrict by one connection; the same with the next batch read ahead; and several
subdistricts, which share no lock, by one connection for each core.
"""

import time
from collections import defaultdict
from collections.abc import Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from seed import door, reference, store
from seed.demo import generate
from seed.demo_load import by_subdistrict
from seed.server import EmbeddedServer
from tests.bench.measure import Measure, quantiles
from tests.support.databases import throwaway_folder

SEED = 20260101
DAYS = 240
SMALL_BATCHES = 100
CORES = 2
#: A district of six subdistricts, and the days of it that are taken in side by side.
DISTRICT, DISTRICT_DAYS = "guangming", 200


def measures() -> list[Measure]:
    """Absorb of the log, everything that follows from it included."""
    now = datetime.now(UTC)
    city = generate("matian", SEED, now.date(), days=DAYS, until=now)
    with throwaway_folder() as folder, EmbeddedServer(folder) as server:
        owner = server.url("owner")
        store.migrate(owner)
        with store.engine(owner).begin() as connection:
            subdistrict_id = next(iter(reference.load(connection, city.reference).values()))
        with closing(door.connect(owner)) as connection, closing(door.connect(owner)) as second:
            alone = _timed(connection, second, subdistrict_id, list(city.batches()))
    return [_side_by_side(now), *alone]


def _timed(
    connection: door.Connection, second: door.Connection, subdistrict_id: int, months: list[pd.DataFrame]
) -> list[Measure]:
    *whole, last = months
    half = len(whole) // 2
    bulk = [_absorbed(connection, subdistrict_id, month) for month in whole[:half]]
    rows_in_turn, seconds_in_turn = _absorbed_in_turn((connection, second), subdistrict_id, whole[half:])
    parts = [last.iloc[start : start + 10_000] for start in range(0, len(last), 10_000)]
    tens = [_absorbed(connection, subdistrict_id, part) for part in parts]
    rows, seconds = (sum(column) for column in zip(*bulk, strict=True))
    rows_of_tens, seconds_of_tens = (sum(column) for column in zip(*tens, strict=True))
    like = last[last["event"] == "reported"].iloc[0].to_dict()
    small = [_a_few(connection, subdistrict_id, like, number) for number in range(SMALL_BATCHES)]
    in_turn = f"{rows_in_turn:,} rows, as a city is loaded"
    return [
        Measure("absorb in bulk, one connection", rows / seconds, "rows/s", None, note=f"{rows:,} rows"),
        Measure("absorb in bulk, reading ahead", rows_in_turn / seconds_in_turn, "rows/s", None, note=in_turn),
        Measure("absorb in batches of 10,000", rows_of_tens / seconds_of_tens, "rows/s", 12_000, at_most=False),
        *quantiles("absorb of 3 rows", small, "ms", p50=None, p95=15.0),
    ]


def _side_by_side(now: datetime) -> Measure:
    """A district in bulk: each connection takes a subdistrict with all its months, then the next."""
    city = generate(DISTRICT, SEED, now.date(), days=DISTRICT_DAYS, until=now)
    with throwaway_folder() as folder, EmbeddedServer(folder) as server:
        owner = server.url("owner")
        store.migrate(owner)
        with store.engine(owner).begin() as begun:
            subdistrict_ids = reference.load_ground(begun, city.reference).subdistricts
        batch_ids: dict[str, list[int]] = defaultdict(list)
        with closing(door.connect(owner)) as connection:
            for month in city.batches():
                for code, rows in by_subdistrict(month):
                    batch_ids[code].append(_handed_in(connection, subdistrict_ids[code], rows))
        began = time.perf_counter()
        with ThreadPoolExecutor(max_workers=CORES) as absorbers:
            taken = sum(absorbers.map(lambda ids: _absorbed_by_one(owner, ids), batch_ids.values()))
        seconds = time.perf_counter() - began
    note = f"{taken:,} rows, {CORES} of {len(batch_ids)} subdistricts at once"
    return Measure("absorb in bulk, side by side", taken / seconds, "rows/s", 40_000, at_most=False, note=note)


def _absorbed_by_one(owner: str, batch_ids: list[int]) -> int:
    with closing(door.connect(owner)) as connection:
        return sum(door.absorb(connection, batch_id).rows_read for batch_id in batch_ids)


def _handed_in(connection: door.Connection, subdistrict_id: int, rows: pd.DataFrame) -> int:
    batch_id = door.open_batch(connection, subdistrict_id, str(rows["source"].iloc[0]), "history")
    door.copy_rows(connection, batch_id, rows)
    door.seal(connection, batch_id)
    return batch_id


def _absorbed_in_turn(
    connections: tuple[door.Connection, door.Connection], subdistrict_id: int, months: list[pd.DataFrame]
) -> tuple[int, float]:
    """Rows and seconds of batches of which each is read while the one before it is taken in."""
    batch_ids = [_handed_in(connections[0], subdistrict_id, month) for month in months]
    began = time.perf_counter()
    with ThreadPoolExecutor(max_workers=2) as absorbers:
        waiting: list[Future[door.BatchResult]] = []
        for number, batch_id in enumerate(batch_ids):
            turn = waiting[-1].result if waiting else lambda: None
            waiting.append(absorbers.submit(door.absorb, connections[number % 2], batch_id, turn=turn))
        rows = sum(future.result().rows_read for future in waiting)
    return rows, time.perf_counter() - began


def _absorbed(connection: door.Connection, subdistrict_id: int, rows: pd.DataFrame) -> tuple[int, float]:
    """Rows and seconds of absorb alone: what comes before it is the writer's."""
    batch_id = _handed_in(connection, subdistrict_id, rows)
    began = time.perf_counter()
    result = door.absorb(connection, batch_id)
    return result.rows_read, time.perf_counter() - began


def _a_few(connection: door.Connection, subdistrict_id: int, opening: dict[Hashable, Any], number: int) -> float:
    """Milliseconds that a new case with two more events takes, live. ``opening``: a report it is like."""
    now = datetime.now(UTC)
    case = {"source": opening["source"], "external_id": f"bench-{number}"}
    named = {name: opening[name] for name in ("area_code", "kind", "type_code", "risk", "channel")}
    rows = pd.DataFrame(
        [
            {**case, **named, "event": "reported", "occurred_at": now - timedelta(seconds=3)},
            {**case, "event": "dispatched", "occurred_at": now - timedelta(seconds=2)},
            {**case, "event": "accepted", "occurred_at": now - timedelta(seconds=1)},
        ]
    )
    batch_id = door.open_batch(connection, subdistrict_id, str(opening["source"]), "live")
    door.copy_rows(connection, batch_id, rows)
    door.seal(connection, batch_id)
    began = time.perf_counter()
    door.absorb(connection, batch_id)
    return (time.perf_counter() - began) * 1000
