"""What a file says that its mapping does not know yet: statuses, channels, entries of logs, times, and new matters."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from seed.importers.formats.registry import reader_for
from seed.importers.history import read_history
from seed.importers.mapping import Mapping
from seed.importers.times import read_moments


@dataclass
class Unknown:
    """Values with the number of their rows, by what they are values of."""

    rows: int = 0
    broken: int = 0  # rows that the reader refuses
    statuses: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    history: Counter[str] = field(default_factory=Counter)  # entries of the cases' own logs
    times: dict[str, Counter[str]] = field(default_factory=dict)  # by column
    matters: Counter[str] = field(default_factory=Counter)  # that the mapping names in neither language

    @property
    def is_complete(self) -> bool:
        """Whether nothing would be refused or left out for want of a word in the mapping."""
        return not (self.broken or self.statuses or self.history or any(self.times.values()) or self.channels)


def find_unknown(path: Path, mapping: Mapping) -> Unknown:
    """Read a file by a mapping and collect what the mapping does not know. Raises ImportFileError."""
    found = Unknown()
    marks = ["", *mapping.file.null_marks]
    for chunk in reader_for(path, mapping.file.options).chunks(mapping.columns()):
        frame = chunk.frame.mask(chunk.frame.isin(marks))
        found.rows += len(frame) + len(chunk.broken)
        found.broken += len(chunk.broken)
        _vocabularies(frame, mapping, found)
        for column in _columns_of_times(mapping):
            times = mapping.times
            moments = read_moments(frame[column], times.formats, mapping.place.zone, ignore_offset=times.ignore_offset)
            found.times.setdefault(column, Counter()).update(frame[column][moments.is_unreadable].tolist())
    return found


def _vocabularies(frame: pd.DataFrame, mapping: Mapping, found: Unknown) -> None:
    if mapping.status is not None:
        given = frame[mapping.status.column]
        found.statuses.update(given[~given.isin(list(mapping.status.values))].fillna("(empty)").tolist())
    channel = mapping.channel
    if channel.column is not None:
        given = frame[channel.column]
        is_unknown = ~given.isin(list(channel.values)) & (given.notna() | (channel.otherwise is None))
        found.channels.update(given[is_unknown].fillna("(empty)").tolist())
    if mapping.history is not None:
        found.history.update(read_history(frame[mapping.history.column], mapping.history).unknown)
    names = {*mapping.names_zh, *mapping.names_en}
    given = frame[mapping.types.matter.name].dropna()
    found.matters.update(given[~given.isin(list(names))].tolist())


def _columns_of_times(mapping: Mapping) -> Iterable[str]:
    status = mapping.status
    ends = [] if status is None else [rule.at for rule in (*status.values.values(), *status.unless)]
    return [
        column for column in dict.fromkeys((mapping.times.reported, mapping.times.due, *ends)) if column is not None
    ]
