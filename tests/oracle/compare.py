"""Where a store and the oracle's recomputation differ, one line per difference; an empty list is what is wanted."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from psycopg2 import extensions

from tests.oracle import store
from tests.oracle.area_day import derive_area_day
from tests.oracle.cases import derive_cases
from tests.oracle.checkpoints import derive_checkpoint
from tests.oracle.effective import effective_rows, known_rows
from tests.oracle.escalations import escalations_of
from tests.oracle.recorded_hours import derive_recorded_hours
from tests.oracle.rows import LogRow, World


def table_differences(name: str, expected: Mapping[Any, Any], stored: Mapping[Any, Any]) -> Iterator[str]:
    """Rows missing, rows too many, and columns that differ. Both sides hold the same dataclass by the same key."""
    for key in expected.keys() - stored.keys():
        yield f"{name} {key}: missing; expected {expected[key]}"
    for key in stored.keys() - expected.keys():
        yield f"{name} {key}: not expected; stored {stored[key]}"
    for key in expected.keys() & stored.keys():
        for item in fields(expected[key]):
            wanted, found = getattr(expected[key], item.name), getattr(stored[key], item.name)
            if wanted != found:
                yield f"{name} {key} {item.name}: expected {wanted!r}, stored {found!r}"


def _escalation_differences(connection: extensions.connection, rows: list[LogRow], world: World) -> Iterator[str]:
    last = max(row.recorded_at for row in rows)
    expected: dict[Any, Any] = {}
    for key in derive_cases(rows, last, world):
        case_rows = [row for row in rows if (row.subdistrict_id, row.case_id) == key]
        for item in escalations_of(effective_rows(case_rows, last, world)):
            expected[(*key, item.escalation_no)] = item
    yield from table_differences("escalations", expected, store.read_escalations(connection))


def _checkpoint_differences(connection: extensions.connection, rows: list[LogRow], world: World) -> Iterator[str]:
    """Each checkpoint there is holds what was open as then known."""
    expected: dict[Any, Any] = {}
    by_subdistrict: dict[int, list[LogRow]] = {}
    for row in rows:
        by_subdistrict.setdefault(row.subdistrict_id, []).append(row)
    for subdistrict_id, starts in store.read_month_starts(connection).items():
        own_rows = by_subdistrict.get(subdistrict_id, [])
        known, open_cases = -1, {}
        for start in sorted(starts):
            # months in which nothing became known hold what the month before held
            if known != (known := len(known_rows(own_rows, start))):
                open_cases = derive_checkpoint(own_rows, start, world)
            expected |= {(key[0], start, key[2]): case for key, case in open_cases.items()}
    yield from table_differences("case_checkpoint", expected, store.read_checkpoints(connection))


def differences(connection: extensions.connection) -> list[str]:
    """Everything derived, compared with the log the store holds."""
    world, rows = store.read_world(connection), store.read_log(connection)
    if not rows:
        left = [store.read_cases(connection), store.read_escalations(connection), store.read_area_day(connection)]
        return [f"derived without a log: {table}" for table in left if table]
    last = max(row.recorded_at for row in rows)
    found = list(table_differences("cases", derive_cases(rows, last, world), store.read_cases(connection)))
    found += _escalation_differences(connection, rows, world)
    found += table_differences("area_day", derive_area_day(rows, last, world), store.read_area_day(connection))
    found += table_differences("recorded_hours", derive_recorded_hours(rows), store.read_recorded_hours(connection))
    found += _checkpoint_differences(connection, rows, world)
    return sorted(found)
