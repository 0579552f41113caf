"""Loads from an address of Open311 GeoReport v2: window after window of time, each a file's worth and a batch.

How far it has come is kept in the store after each window, so a load that breaks off goes on there when run again.
"""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from seed import store
from seed.importers.formats.nested import Record
from seed.importers.mapping import Mapping, MappingError, Open311Part, load_mapping
from seed.importers.open311_client import Open311Client, Patience, SourceError, line_of
from seed.importers.result import ImportResult
from seed.importers.run import import_into

OPEN_NUMBERS = Path(__file__).parents[1] / "sql" / "open_numbers.sql"


@dataclass(frozen=True)
class Window:
    """A span of moments of report, and what became of it; the last may be of all before, and hold open cases alone."""

    start: datetime
    end: datetime
    result: ImportResult | None  # None: nothing was reported in it


def load_address(
    owner_url: str,
    writer_url: str | Callable[[], str],
    address: str,
    mapping: str | Path,
    *,
    now: datetime,
    api_key: str | None = None,
    patience: Patience | None = None,
    live: bool = False,
) -> Iterator[Window]:
    """Ask for everything from where the last load ended up to ``now``, and load it; gives each window when it is in.

    A first load begins at the mapping's first day; a later one asks again for the last ``reread_days``, since the
    standard cannot be asked for what has changed. Raises SourceError when the server fails for good, with what is in
    kept; MappingError for a mapping that says nothing about addresses; and what ``import_into`` raises.
    """
    loaded = load_mapping(mapping)
    part = loaded.open311
    if part is None:
        raise MappingError(f"the mapping {loaded.name} has no part [open311]: it is for files, not for addresses")
    key = f"open311/{loaded.source.code}"
    now = now.astimezone(UTC).replace(microsecond=0)

    def into(path: Path) -> ImportResult:
        return import_into(owner_url, writer_url, path, mapping, today=now.date(), live=live)

    with Open311Client(address, part, api_key=api_key, patience=patience) as client:
        start, until = _span(_recalled(owner_url, key, client.address), loaded, part, now)
        asked_from = start
        while start < until:
            end = min(start + timedelta(days=part.window_days), until)
            try:
                name = f"{client.host} {start:%Y-%m-%d} to {end:%Y-%m-%d}"
                result = _load(client.window(start, end), name, into)
            except SourceError as error:
                raise SourceError(
                    f"{error}; all before {start:%Y-%m-%d} is loaded, the next run goes on there"
                ) from error
            store.migrate(owner_url, loaded.place.time_zone)
            with store.engine(owner_url).begin() as connection:
                state = {"address": client.address, "loaded_until": end.isoformat(), "wanted_until": until.isoformat()}
                store.remember(connection, key, state)
            yield Window(start, end, result)
            start = end
        older = _open_before(owner_url, loaded, asked_from) if part.ask_open else []
        if older:
            name = f"{client.host} {len(older)} open before {asked_from:%Y-%m-%d}"
            result = _load(client.numbered(older), name, into)
            yield Window(datetime.fromtimestamp(0, UTC), asked_from, result)


def _span(
    state: dict[str, Any] | None, mapping: Mapping, part: Open311Part, now: datetime
) -> tuple[datetime, datetime]:
    """From when to when is asked."""
    first = datetime(part.first_day.year, part.first_day.month, part.first_day.day, tzinfo=mapping.place.zone)
    if state is None:
        return first.astimezone(UTC), now
    until = datetime.fromisoformat(state["loaded_until"])
    if until < datetime.fromisoformat(state["wanted_until"]):
        return until, now  # the last load broke off
    return max(first.astimezone(UTC), until - timedelta(days=part.reread_days)), now


def _recalled(owner_url: str, key: str, address: str) -> dict[str, Any] | None:
    if store.schema_state(owner_url) == "empty":
        return None
    state = store.recall(owner_url, key)
    return state if isinstance(state, dict) and state.get("address") == address else None


def _open_before(owner_url: str, mapping: Mapping, moment: datetime) -> list[str]:
    """Numbers of the cases of this source that the store holds as open, reported before a moment."""
    with store.engine(owner_url).connect() as connection:
        statement = sa.text(OPEN_NUMBERS.read_text(encoding="utf-8"))
        day = moment.astimezone(mapping.place.zone).date()
        return list(connection.scalars(statement, {"source": mapping.source.code, "day": day}))


def _load(
    portions: Iterator[list[Record]],
    name: str,
    into: Callable[[Path], ImportResult],
) -> ImportResult | None:
    with tempfile.TemporaryDirectory(prefix="open311-") as folder:
        path = Path(folder) / f"{name}.jsonl"
        with path.open("w", encoding="ascii", newline="\n") as lines:
            records = 0
            for portion in portions:
                records += len(portion)
                lines.writelines(f"{line_of(record)}\n" for record in portion)
        if not records:
            return None
        return into(path)
