"""A case's own log, where a source gives one: a list of records in one cell becomes events beside the report.

Only what a rule of the mapping names is taken; entries that no rule names are counted, so that the mapping can be
completed. The report itself and the end that the status tells are not repeated.
"""

import json
from collections import Counter
from collections.abc import Callable
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from queries.vocabulary import Event
from seed.importers.mapping import HistoryPart, HistoryRule
from seed.importers.times import Moments

#: A file row may bring so many events of its own log beside its report and its end.
MOST_EVENTS: Final = 7
_ENDS: Final = (str(Event.RESOLVED), str(Event.WITHDRAWN))


@dataclass
class History:
    """Events read from the cells of one chunk."""

    numbers: list[int] = field(default_factory=list)  # of the file row, once for each of its events
    positions: list[int] = field(default_factory=list)  # 0 for the first event of a row
    events: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)  # as written
    faults: dict[int, str] = field(default_factory=dict)  # file row → why its log cannot be taken, or not wholly
    unknown: Counter[str] = field(default_factory=Counter)  # entries that no rule names


def read_history(cells: pd.Series, part: HistoryPart) -> History:
    """The events of a column of lists (JSON text; NaN: none), in the order in which they are listed."""
    found = History()
    for number, cell in cells.dropna().items():
        row = int(str(number))
        try:
            entries = json.loads(cell)
        except (ValueError, RecursionError):
            entries = None
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            found.faults[row] = "unreadable_history"
            continue
        taken = [(rule, entry) for entry in entries if (rule := _rule(entry, part, found)) and rule.event is not None]
        if len(taken) > MOST_EVENTS:
            found.faults[row] = "too_many_events"
        for position, (rule, entry) in enumerate(taken[:MOST_EVENTS]):
            found.numbers.append(row)
            found.positions.append(position)
            found.events.append(str(rule.event))
            found.times.append(str(entry.get(part.at) or ""))
    return found


def _rule(entry: Dict[str, Any], part: HistoryPart, found: History) -> HistoryRule | None:
    for rule in part.rules:
        if all(str(entry.get(key, "")) == value for key, value in rule.where.items()):
            return rule
    keys = dict.fromkeys(key for rule in part.rules for key in rule.where)
    found.unknown["/".join(str(entry.get(key, "")) for key in keys)[:200]] += 1
    return None


def history_rows(
    found: History, read: Callable[[pd.Series], Moments], ends: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, dict[int, str]]:
    """Rows of the inbox by file row; rows without a time, which the door refuses, for what cannot be taken; and why.

    ``row_no`` counts from 2 within a file row. ``ends``: the ends that the statuses tell, by file row; one at the same
    moment is not repeated.
    """
    times = pd.Series(found.times, dtype="str")
    rows = pd.DataFrame(
        {
            "row_no": pd.array(found.positions, dtype="int64"),
            "event": pd.array(found.events, dtype="str"),
            "occurred_at": read(times.mask(times == "")).at.array,
        },
        index=pd.Index(found.numbers, name="row", dtype="int64"),
    )
    rows["row_no"] += 2
    if not (ends.empty or rows.empty):
        told = set(zip(ends.index, ends["occurred_at"], strict=True))
        pairs = zip(zip(rows.index, rows["occurred_at"], strict=True), rows["event"], strict=True)
        rows = rows[[not (pair in told and event in _ENDS) for pair, event in pairs]]
    faults = {**dict.fromkeys(rows.index[rows["occurred_at"].isna()].tolist(), "unreadable_time"), **found.faults}
    faulty = pd.DataFrame(
        {
            "row_no": 2 + MOST_EVENTS,
            "event": str(Event.DISPATCHED),
            "occurred_at": pd.Series(pd.NaT, index=list(faults), dtype="datetime64[us, UTC]"),
        },
        index=pd.Index(list(faults), name="row", dtype="int64"),
    )
    return rows[rows["occurred_at"].notna()], faulty, faults
