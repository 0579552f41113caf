"""Fills an empty store with a demo city: the generator makes the rows, the door takes them in.

Both cores work: while the reference data is written, the first months are made; while Postgres absorbs one month, the
next is copied in and read, and the one after it is made ready. A subdistrict takes its months in turn; several
subdistricts, which share no lock, are taken in side by side.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime
from queue import SimpleQueue
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from seed import door, reference, store
from seed.demo import generate

#: Told after each batch: months done, months in all, log rows taken in so far.
Progress = Callable[[int, int, int], None]

DEFAULT_SEED = 20260101

#: Connections that absorb, and months that may wait for them: more would only lie in memory.
_ABSORBERS: Final = 2
_MONTHS_AHEAD: Final = 3

#: What makes a store empty again.
ANEW = "empty it first (make clean-data, or drop its schemas app and personal and the table public.schema_version)"


class DemoError(store.StoreError):
    """A demo city that cannot be loaded; the text says why."""


def load_demo(
    owner_url: str,
    writer_url: str,
    profile: str,
    *,
    now: datetime,
    today: date | None = None,
    seed: int = DEFAULT_SEED,
    days: int = 730,
    scale: float = 1.0,
    redraw_2025: bool = False,
    progress: Progress | None = None,
) -> int:
    """Load a profile up to ``now`` (aware) into an empty store; returns the number of log rows.

    ``today``: the local day from which the yearly totals count back, by default the day of ``now`` in Shanghai.
    Raises DemoError when the store is not empty or the door refuses rows of the generator.
    """
    if is_cut_short(owner_url):
        raise DemoError(f"a demo city was not loaded to its end into this store: {ANEW}, then load it again")
    if not store.is_empty(owner_url):
        raise DemoError(
            "the store is not empty: a demo city is loaded into an empty one (remove .data, or use another)"
        )
    local_today = now.astimezone(ZoneInfo("Asia/Shanghai")).date()
    today = today or local_today
    city = generate(
        profile,
        seed,
        today,
        days=days,
        scale=scale,
        redraw_2025=redraw_2025,
        until=now if today == local_today else None,
    )
    made_of = {"profile": profile, "seed": seed, "scale": scale, "redraw_2025": redraw_2025}
    months = days // 30 + 1
    taken = done = 0
    waiting: list[list[Future[int]]] = []  # by month
    last: dict[str, Future[int]] = {}  # of each subdistrict

    def take_in() -> None:
        nonlocal taken, done
        taken += sum(future.result() for future in waiting.pop(0))
        done += 1
        if progress:
            progress(done, max(months, done + len(waiting)), taken)

    with store.indexes_put_off(owner_url), ExitStack() as open_for_the_load:
        inwards, *onwards = (
            open_for_the_load.enter_context(closing(door.connect(writer_url))) for _ in range(1 + _ABSORBERS)
        )
        copier, recorder, absorbers = (
            open_for_the_load.enter_context(ThreadPoolExecutor(max_workers=number)) for number in (1, 1, _ABSORBERS)
        )
        free: SimpleQueue[door.Connection] = SimpleQueue()
        for absorbing in onwards:
            free.put(absorbing)
        ids = copier.submit(_found, owner_url, city.reference, made_of)
        records = recorder.submit(_record, owner_url, city.reference, ids)
        for month in city.batches():
            waiting.append([])
            for code, rows in by_subdistrict(month):
                handed_in = copier.submit(_hand_in, inwards, ids, code, rows)
                last[code] = absorbers.submit(_absorb, free, handed_in, last.get(code))
                waiting[-1].append(last[code])
            while len(waiting) > _MONTHS_AHEAD:
                take_in()
        while waiting:
            take_in()
        records.result()
    store.tidy(owner_url)
    with store.engine(owner_url).begin() as connection:
        store.remember(connection, "demo", {**made_of, "is_whole": True})
    if progress:
        progress(done, done, taken)
    return taken


def is_cut_short(owner_url: str) -> bool:
    """Whether the load of a demo city into this store was interrupted: it is not taken for a city."""
    if store.schema_state(owner_url) == "empty":
        return False
    demo = store.recall(owner_url, "demo")
    return demo is not None and not demo.get("is_whole", True)


def by_subdistrict(frame: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Inbox rows of each subdistrict by its code; "" stands for the only one, where rows name none."""
    if "subdistrict_code" not in frame.columns:
        return [("", frame)]
    return [(str(code), part) for code, part in frame.groupby("subdistrict_code", sort=False)]


def _found(owner_url: str, places: reference.Reference, made_of: dict[str, object]) -> reference.Ids:
    """Write what the cases stand on, and the mark of a load that has begun."""
    with store.engine(owner_url).begin() as connection:
        ids = reference.load_ground(connection, places)
        store.remember(connection, "demo", {**made_of, "is_whole": False})
    return ids


def _record(owner_url: str, places: reference.Reference, ids: Future[reference.Ids]) -> None:
    """Write what is known of the places besides cases, while the first months are taken in."""
    ground = ids.result()
    with store.engine(owner_url).begin() as connection:
        reference.load_records(connection, places, ground)


def _hand_in(connection: door.Connection, ids: Future[reference.Ids], code: str, rows: pd.DataFrame) -> int:
    """Put a subdistrict's month into the inbox, a sealed batch; returns its number."""
    known = ids.result().subdistricts
    subdistrict_id = known[code] if code else next(iter(known.values()))
    batch_id = door.open_batch(connection, subdistrict_id, str(rows["source"].iloc[0]), "history", mapping="demo")
    door.copy_rows(connection, batch_id, rows)
    door.seal(connection, batch_id)
    return batch_id


def _absorb(free: SimpleQueue[door.Connection], handed_in: Future[int], before: Future[int] | None) -> int:
    """Have a batch taken in, after the one before it in its subdistrict; returns the number of log rows."""
    batch_id = handed_in.result()
    connection = free.get()
    try:
        result = door.absorb(connection, batch_id, turn=before.result if before else lambda: None)
    finally:
        free.put(connection)
    if result.rows_refused or result.rows_parked:
        raise DemoError(
            f"the door refused {result.rows_refused} and parked {result.rows_parked} rows of the demo city"
            f" (batch {batch_id}): python -m seed rejects says why"
        )
    return result.rows_read


def utc_now() -> datetime:
    """The clock, for the command line alone; everything else takes its moment as an argument."""
    return datetime.now(UTC)
