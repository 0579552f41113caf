"""Fills an empty store with a demo city: the generator makes the rows, the door takes them in.

Both cores work: while the reference data is written, the first months are made; while Postgres absorbs one month, the
next is copied in and read, and the one after it is made ready.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime
from itertools import cycle
from zoneinfo import ZoneInfo

import pandas as pd

from seed import door, reference, store
from seed.demo import generate

#: Told after each batch: months done, months in all, log rows taken in so far.
Progress = Callable[[int, int, int], None]

DEFAULT_SEED = 20260101

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
    waiting: list[Future[int]] = []
    with (
        store.indexes_put_off(owner_url),
        closing(door.connect(writer_url)) as inwards,
        closing(door.connect(writer_url)) as odd,
        closing(door.connect(writer_url)) as even,
        ThreadPoolExecutor(max_workers=1) as copier,
        ThreadPoolExecutor(max_workers=2) as absorbers,
        ThreadPoolExecutor(max_workers=1) as recorder,
    ):
        ids = copier.submit(_found, owner_url, city.reference, made_of)
        records = recorder.submit(_record, owner_url, city.reference, ids)
        for month, onwards in zip(city.batches(), cycle((odd, even)), strict=False):
            handed_in = copier.submit(_hand_in, inwards, ids, month)
            before = waiting[-1] if waiting else None
            waiting.append(absorbers.submit(_absorb, onwards, handed_in, before))
            while len(waiting) > 3:
                taken += waiting.pop(0).result()
                done += 1
                if progress:
                    progress(done, max(months, done + len(waiting)), taken)
        for future in waiting:
            taken += future.result()
            done += 1
            if progress:
                progress(done, max(months, done), taken)
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


def by_subdistrict(frame: pd.DataFrame, subdistrict_ids: dict[str, int]) -> list[tuple[int, pd.DataFrame]]:
    """Split inbox rows by the subdistrict they belong to; without subdistrict_code all are the only one's."""
    if "subdistrict_code" not in frame.columns:
        return [(next(iter(subdistrict_ids.values())), frame)]
    return [(subdistrict_ids[str(code)], part) for code, part in frame.groupby("subdistrict_code", sort=False)]


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


def _hand_in(connection: door.Connection, ids: Future[reference.Ids], month: pd.DataFrame) -> list[int]:
    """Put a month into the inbox, a sealed batch for each subdistrict; returns their numbers."""
    batch_ids = []
    for subdistrict_id, rows in by_subdistrict(month, ids.result().subdistricts):
        batch_id = door.open_batch(connection, subdistrict_id, str(rows["source"].iloc[0]), "history", mapping="demo")
        door.copy_rows(connection, batch_id, rows)
        door.seal(connection, batch_id)
        batch_ids.append(batch_id)
    return batch_ids


def _absorb(connection: door.Connection, handed_in: Future[list[int]], before: Future[int] | None) -> int:
    """Have the batches of a month taken in, after the month before; returns the number of log rows."""
    taken = 0
    for batch_id in handed_in.result():
        result = door.absorb(connection, batch_id, turn=before.result if before else lambda: None)
        if result.rows_refused or result.rows_parked:
            raise DemoError(
                f"the door refused {result.rows_refused} and parked {result.rows_parked} rows of the demo city"
                f" (batch {batch_id}): python -m seed rejects says why"
            )
        taken += result.rows_read
    return taken


def utc_now() -> datetime:
    """The clock, for the command line alone; everything else takes its moment as an argument."""
    return datetime.now(UTC)
