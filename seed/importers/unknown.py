"""What a file says that its mapping does not know yet: statuses, channels, entries of logs, times, and new matters."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import pandas as pd

from seed.importers.formats.registry import reader_for
from seed.importers.history import read_history
from seed.importers.mapping import Mapping
from seed.importers.nearest import nearest
from seed.importers.times import read_moments

_EMPTY = "(empty)"


class Topic(StrEnum):
    """What an unknown word is a word for."""

    COLUMN = "column"
    STATUS = "status"
    CHANNEL = "channel"
    TIME = "time"
    HISTORY = "history"
    AREA = "area"
    TYPE = "type"
    DEPARTMENT = "department"
    MATTER = "matter"


@dataclass(frozen=True)
class Word:
    """A word that is not known."""

    topic: Topic
    text: str
    rows: int  # of the file that have it
    row: int | None  # the first of them
    nearest: str | None = None  # what was probably meant
    is_refused: bool = True  # whether its rows are refused, or not wholly taken
    column: str = ""


@dataclass
class Words:
    """Collects the words of one topic while chunks pass by."""

    topic: Topic
    is_refused: bool
    known: tuple[str, ...] = ()
    column: str = ""
    _rows: dict[str, list[int]] = field(default_factory=dict)  # word → number of rows, the first of them

    def add(self, given: pd.Series) -> None:
        """Words with the number of their row as index; empty ones count as such."""
        for (row, word), times in zip(_first(given), given.fillna(_EMPTY).value_counts(sort=False), strict=True):
            self._rows.setdefault(word, [0, row])[0] += int(times)

    def found(self) -> Iterator[Word]:
        """The most frequent first."""
        for text, (rows, row) in sorted(self._rows.items(), key=lambda entry: -entry[1][0]):
            yield Word(self.topic, text, rows, row, nearest(text, self.known), self.is_refused, self.column)


def _first(given: pd.Series) -> list[tuple[int, str]]:
    filled = given.fillna(_EMPTY)
    first = filled[~filled.duplicated()]
    return [(int(str(row)), str(word)) for row, word in first.items()]


@dataclass
class Unknown:
    """What was found."""

    rows: int = 0
    broken: int = 0  # rows that the reader refuses
    words: list[Word] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether no row would be refused for want of a word in the mapping."""
        return not self.broken and not any(word.is_refused for word in self.words)

    def of(self, topic: Topic) -> dict[str, int]:
        """Words of a topic with the number of their rows."""
        return {word.text: word.rows for word in self.words if word.topic is topic}


def lacking(path: Path, mapping: Mapping) -> list[Word]:
    """Columns that the mapping names and the file lacks. Raises ImportFileError."""
    header = reader_for(path, mapping.file.options).header()
    return [
        Word(Topic.COLUMN, column, 0, None, nearest(column, header))
        for column in mapping.columns()
        if column not in header and column not in mapping.file.may_lack
    ]


def find_unknown(path: Path, mapping: Mapping) -> Unknown:
    """Read a file by a mapping and collect what the mapping does not know. Raises ImportFileError."""
    found = Unknown()
    marks = ["", *mapping.file.null_marks]
    status, channel, matter = mapping.status, mapping.channel, mapping.types.matter.name
    statuses = Words(Topic.STATUS, True, tuple(status.values) if status else ())
    channels = Words(Topic.CHANNEL, channel.otherwise is None, tuple(channel.values))
    history = Words(Topic.HISTORY, False)
    times = _times(mapping)
    matters = Words(Topic.MATTER, False)
    for chunk in reader_for(path, mapping.file.options).chunks(mapping.columns()):
        frame = chunk.frame.mask(chunk.frame.isin(marks))
        found.rows += len(frame) + len(chunk.broken)
        found.broken += len(chunk.broken)
        if status is not None:
            given = frame[status.column]
            statuses.add(given[~given.isin(list(status.values))])
        if channel.column is not None:
            given = frame[channel.column]
            channels.add(given[~given.isin(list(channel.values)) & (given.notna() | (channel.otherwise is None))])
        if mapping.history is not None:
            for number, cell in frame[mapping.history.column].items():
                entries = read_history(pd.Series([cell], index=[number]), mapping.history).unknown
                history.add(pd.Series(list(entries.elements()), index=[number] * entries.total(), dtype="object"))
        for words in times:
            zone, formats = mapping.place.zone, mapping.times.formats
            given = frame[words.column]
            moments = read_moments(given, formats, zone, ignore_offset=mapping.times.ignore_offset)
            words.add(given[moments.is_unreadable])
        given = frame[matter].dropna()
        matters.add(given[~given.isin([*mapping.names_zh, *mapping.names_en])])
    for each in (statuses, channels, history, *times, matters):
        found.words += each.found()
    return found


def _times(mapping: Mapping) -> list[Words]:
    """Columns of times; an end without one is refused, a deadline without one is left out."""
    status = mapping.status
    ends = [] if status is None else [rule.at for rule in (*status.values.values(), *status.unless)]
    columns = {column: True for column in (mapping.times.reported, *ends) if column is not None}
    if mapping.times.due is not None:
        columns.setdefault(mapping.times.due, False)
    return [Words(Topic.TIME, is_refused, column=column) for column, is_refused in columns.items()]
