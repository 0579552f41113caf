"""How fast the door takes rows in: bulk, batches of 10,000, a few rows at a time. The rows are the demo city's own."""

import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice

import pandas as pd

from seed import door, reference, store
from seed.demo import generate
from seed.server import EmbeddedServer
from tests.bench.measure import Measure, quantiles
from tests.support.databases import throwaway_folder

SEED = 20260101
DAYS = 150
SMALL_BATCHES = 100


def measures() -> list[Measure]:
    """Absorb of the log, everything that follows from it included."""
    now = datetime.now(UTC)
    city = generate("matian", SEED, now.date(), days=DAYS, until=now)
    with throwaway_folder() as folder, EmbeddedServer(folder) as server:
        owner = server.url("owner")
        store.migrate(owner)
        with store.engine(owner).begin() as connection:
            subdistrict_id = next(iter(reference.load(connection, city.reference).values()))
        with closing(door.connect(owner)) as connection:
            return _timed(connection, subdistrict_id, list(city.batches()))


def _timed(connection: door.Connection, subdistrict_id: int, months: list[pd.DataFrame]) -> list[Measure]:
    bulk = [_absorbed(connection, subdistrict_id, month) for month in months[:-1]]
    last = months[-1]
    parts = [last.iloc[start : start + 10_000] for start in range(0, len(last), 10_000)]
    tens = [_absorbed(connection, subdistrict_id, part) for part in parts]
    rows, seconds = (sum(column) for column in zip(*bulk, strict=True))
    rows_of_tens, seconds_of_tens = (sum(column) for column in zip(*tens, strict=True))
    small = [_a_few(connection, subdistrict_id, last, number) for number in range(SMALL_BATCHES)]
    return [
        Measure("absorb in bulk", rows / seconds, "rows/s", 40_000, at_most=False, note=f"{rows:,} rows by month"),
        Measure("absorb in batches of 10,000", rows_of_tens / seconds_of_tens, "rows/s", 12_000, at_most=False),
        *quantiles("absorb of 3 rows", small, "ms", p50=None, p95=15.0),
    ]


def _absorbed(connection: door.Connection, subdistrict_id: int, rows: pd.DataFrame) -> tuple[int, float]:
    """Rows and seconds of absorb alone: what comes before it is the writer's."""
    batch_id = door.open_batch(connection, subdistrict_id, str(rows["source"].iloc[0]), "history")
    door.copy_rows(connection, batch_id, rows)
    door.seal(connection, batch_id)
    began = time.perf_counter()
    result = door.absorb(connection, batch_id)
    return result.rows_read, time.perf_counter() - began


def _a_few(connection: door.Connection, subdistrict_id: int, like: pd.DataFrame, number: int) -> float:
    """Milliseconds that a new case with two more events takes, live."""
    opening = next(islice((row for row in like.to_dict("records") if row["event"] == "reported"), 1))
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
