"""From a chunk of a file to rows of the inbox: one ``reported`` per file row, and what its status says came after.

The same cells always give the same rows, so that a file handed in twice changes nothing. A row that cannot be read is
handed to the door all the same, without the time or number it lacks: the door refuses it, and it is kept whole.
Values the mapping does not know go through as they stand, and the door refuses them by name.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from queries.vocabulary import Event, Level
from seed.importers.coordinates import read_points
from seed.importers.findings import Notes, Refusal
from seed.importers.formats.base import BrokenRow, Chunk
from seed.importers.history import history_rows, read_history
from seed.importers.likeness import Likeness
from seed.importers.long_words import without_long_words
from seed.importers.mapping import Mapping
from seed.importers.statuses import what_ended
from seed.importers.tally import Tally, count
from seed.importers.times import Moments, at_utc_midnight, read_moments

#: The number of an inbox row is the file row's times this, and more: app.per_file_row (objects/55_exports.sql).
ROWS_PER_FILE_ROW = 20
#: So many refusals are kept in memory; the store keeps all of them.
SHOWN_REFUSALS = 10_000
#: Characters of a cell that are shown as the reason's detail.
LONGEST_DETAIL = 200
#: The years first_year and last_year of a new store (objects/10_words.sql), as moments: beyond them the door refuses.
YEARS = (pd.Timestamp("2010-01-02", tz=UTC), pd.Timestamp("2050-01-01", tz=UTC))
_EMPTY_BRACKETS = r"[（(\[]\s*[）)\]]"


class RowMapper:
    """Maps chunk after chunk, counting and noting as it goes."""

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self.notes = Notes()
        self.tally = Tally()
        self.likeness = Likeness(mapping.case.external_id)
        self.refusals: list[Refusal] = []  # by the reader: the first of them
        self.refused = 0  # all of them
        self.span: tuple[datetime, datetime] | None = None  # of the moments that the door may take
        self._now = pd.Timestamp.now(UTC)
        self.midnights = 0  # reports at exactly 00:00 UTC

    def inbox_rows(self, chunk: Chunk) -> pd.DataFrame:
        """Inbox rows of a chunk in the order of the file; columns as in spool.SCHEMA, absent ones empty."""
        marks = self.mapping.file.null_marks
        frame = chunk.frame.mask(chunk.frame.isin(["", *marks]))
        self.tally.rows += len(frame) + len(chunk.broken)
        self.likeness.add(frame)
        words, long = without_long_words(frame, self.mapping)
        reported = self._reported(words)
        self._refuse_long(reported, frame, long)
        frame = words
        ends = self._ends(frame, reported)
        parts = [ends, self._history(frame, reported, ends), self._broken(chunk.broken)]
        reported = reported[reported["event"].notna()]
        rows = pd.concat([reported, *(part for part in parts if not part.empty)])
        rows["recorded_at"] = rows["occurred_at"]  # the only record of its time that an export keeps
        self._widen(rows["occurred_at"])
        return rows.sort_values("row_no", kind="stable").reset_index(drop=True)

    def _refuse_long(self, reported: pd.DataFrame, frame: pd.DataFrame, long: pd.Series) -> None:
        for column in long.unique():
            numbers = long.index[(long == column) & reported.loc[long.index, "occurred_at"].notna()]
            reported.loc[numbers, "occurred_at"] = pd.NaT  # the door refuses them
            self._refuse(reported, pd.Series(True, index=numbers), frame, str(column), "text_too_long")

    def _reported(self, frame: pd.DataFrame) -> pd.DataFrame:
        mapping, case = self.mapping, self.mapping.case
        moments = self._moments(frame[mapping.times.reported])
        self.midnights += at_utc_midnight(moments.at)
        self._doubtful(moments.at)
        rows = pd.DataFrame(
            {
                "row_no": frame.index * ROWS_PER_FILE_ROW,
                "external_id": frame[case.external_id],
                "event": str(Event.REPORTED),
                "occurred_at": moments.at,
                "area_code": self._area_codes(frame),
                "kind": str(case.kind),
                "type_code": self._type_codes(frame),
                "risk": str(case.risk),
                "channel": self._channels(frame),
                "summary": self._summaries(frame),
                **{field: frame[column] for field, column in mapping.personal.columns().items()},
            },
            index=frame.index,
        )
        if mapping.times.updated is not None:
            rows["ref_occurred_at"] = read_moments(
                frame[mapping.times.updated], mapping.times.formats, mapping.place.zone
            ).at
        self._waiting(frame, rows)
        self._deadlines(frame, rows)
        if mapping.coordinates is not None:
            rows["lon"], rows["lat"] = read_points(frame, mapping.coordinates, self.notes)
            self.tally.locate(rows["area_code"], rows["lon"], rows["lat"])
        for name, flag in mapping.outcomes.items():
            self.tally.outcomes[name] += int((frame[flag.column] == flag.value).sum())
        self.notes.add("risk_not_given", len(frame))
        self._refuse(rows, moments.is_unreadable, frame, mapping.times.reported, "unreadable_time")
        return rows

    def _area_codes(self, frame: pd.DataFrame) -> pd.Series:
        """The path of ids down to the smallest area the row names; the command centre's code where it names none."""
        levels = self.mapping.place.levels
        if not levels:  # the point alone says where a case lies
            return pd.Series(self.mapping.place.code, index=frame.index, dtype="object")
        columns = [column for level in levels for column in (level.key, level.name)]
        self.tally.areas.update(count(frame[columns].set_axis(range(len(columns)), axis=1)))
        codes = pd.Series("", index=frame.index, dtype="object")
        is_named = pd.Series(True, index=frame.index)
        for level in levels:
            # a level counts as named when its name is: ids without a name stand for "elsewhere"
            is_named &= frame[level.key].notna() & frame[level.name].notna()
            deeper = codes + frame[level.key].where(is_named, "").astype("object")
            codes = codes.where(~is_named, deeper + "/")
        codes = codes.str.rstrip("/")
        nowhere = codes == ""
        self.notes.add("area_missing", int(nowhere.sum()))
        return codes.mask(nowhere, self.mapping.place.code)

    def _type_codes(self, frame: pd.DataFrame) -> pd.Series:
        types = self.mapping.types
        matter, matter_name = frame[types.matter.key], frame[types.matter.name]
        if types.line is not None:
            line, line_name = frame[types.line.key], frame[types.line.name]
        else:
            taken_apart = matter_name.str.extract(types.line_pattern or "")
            line = line_name = taken_apart["line"].fillna(matter_name)
            matter_name = taken_apart["matter"].fillna(matter_name)
        named = pd.DataFrame({"line": line, "line_name": line_name, "matter": matter, "matter_name": matter_name})
        self.tally.types.update(count(named))
        return self.mapping.name + "/" + line + "/" + matter

    def _channels(self, frame: pd.DataFrame) -> pd.Series:
        part = self.mapping.channel
        given = frame[part.column] if part.column is not None else pd.Series(None, index=frame.index, dtype="object")
        known = given.map({value: str(channel) for value, channel in part.values.items()})
        is_unknown = given.notna() & known.isna()
        self.notes.add("channel_unknown", int(is_unknown.sum()), Counter(given[is_unknown].tolist()))
        if part.otherwise is not None:
            return known.astype("object").fillna(str(part.otherwise))
        return known.astype("object").where(~is_unknown, given.astype("object"))

    def _summaries(self, frame: pd.DataFrame) -> pd.Series | None:
        if self.mapping.case.summary is None:
            return None
        columns = self.mapping.case.summary_columns()
        filled = [frame[column].fillna("").tolist() for column in columns]
        template = self.mapping.case.summary
        for column in columns:
            template = template.replace("{" + column + "}", "{}")
        texts = [template.format(*cells) for cells in zip(*filled, strict=True)]
        codes, told = pd.factorize(np.array(texts, dtype="object"))  # few texts, many cases: each is looked at once
        tidy = np.array([re.sub(_EMPTY_BRACKETS, "", text) for text in told], dtype="object")
        return pd.Series(tidy[codes], index=frame.index, dtype="str")

    def _waiting(self, frame: pd.DataFrame, rows: pd.DataFrame) -> None:
        """Department, and the level where the case waits: without a department, not at one."""
        department = self.mapping.department
        level = self.mapping.case.level
        rows["level"] = None if level is None else str(level)
        if department is None:
            return
        named = pd.DataFrame({"key": frame[department.key], "name": frame[department.name]})
        self.tally.departments.update(count(named[named["key"].notna()]))
        rows["department_code"] = frame[department.key]
        if level is Level.DEPARTMENT:
            rows["level"] = rows["level"].where(rows["department_code"].notna(), str(Level.SUBDISTRICT))

    def _deadlines(self, frame: pd.DataFrame, rows: pd.DataFrame) -> None:
        times = self.mapping.times
        if times.due is None:
            return
        due = self._moments(frame[times.due])
        is_odd = due.at.notna() & ~_is_plausible(due.at)
        is_early = due.at.notna() & ~is_odd & (due.at < rows["occurred_at"])
        self.notes.add("deadline_out_of_range", int(is_odd.sum()))
        self.notes.add("deadline_before_start", int(is_early.sum()))
        rows["due_at"] = due.at.mask(is_odd | is_early)
        self.notes.add("deadline_unreadable", int(due.is_unreadable.sum()))
        self.notes.add("deadline_at_start", int((due.at == rows["occurred_at"]).sum()))

    def _ends(self, frame: pd.DataFrame, reported: pd.DataFrame) -> pd.DataFrame:
        """Rows for what the status says happened; a row of unknown status is refused as a whole."""
        status = self.mapping.status
        if status is None:
            self.notes.add("no_end", len(frame))
            return pd.DataFrame()
        given = frame[status.column]
        is_unknown = ~given.isin(list(status.values))
        self.notes.add("status_unknown", int(is_unknown.sum()), Counter(given[is_unknown].fillna("(empty)").tolist()))
        unknown = reported[is_unknown].assign(event=given[is_unknown].fillna("(no status)"))
        self._refuse(unknown, is_unknown[is_unknown], frame.loc[unknown.index], status.column, "unknown_status")
        is_sound = ~is_unknown & reported["occurred_at"].notna()
        ends = [unknown]
        ended = what_ended(status, frame, given[is_sound])
        for what in dict.fromkeys(ended):
            event, at = what.split(" ", 1)
            ends.append(self._end(frame.loc[ended.index[ended == what]], reported, event, at))
        reported.loc[is_unknown, "event"] = None
        return pd.concat([part for part in ends if not part.empty]) if any(len(part) for part in ends) else unknown

    def _end(self, frame: pd.DataFrame, reported: pd.DataFrame, event: str, column: str) -> pd.DataFrame:
        moments = self._moments(frame[column])
        rows = pd.DataFrame(
            {
                "row_no": frame.index * ROWS_PER_FILE_ROW + 1,
                "external_id": frame[self.mapping.case.external_id],
                "event": event,
                "occurred_at": moments.at,
            },
            index=frame.index,
        )
        self._refuse(rows, moments.at.isna(), frame, column, "missing_time")
        self._doubtful(moments.at)
        is_early = _is_plausible(moments.at) & (moments.at < reported.loc[frame.index, "occurred_at"])
        self.notes.add("closed_before_opened", int(is_early.sum()))
        return rows

    def _doubtful(self, moments: pd.Series) -> None:
        """Count the times that the door will refuse."""
        is_odd = moments.notna() & ~_is_plausible(moments)
        self.notes.add("time_out_of_range", int(is_odd.sum()))
        self.notes.add("time_in_future", int((~is_odd & (moments > self._now)).sum()))

    def _history(self, frame: pd.DataFrame, reported: pd.DataFrame, ends: pd.DataFrame) -> pd.DataFrame:
        """Rows for what a case's own log says has happened beside its report and its end."""
        part = self.mapping.history
        if part is None:
            return pd.DataFrame()
        sound = frame[reported["event"].notna() & reported["occurred_at"].notna()]
        found = read_history(sound[part.column], part)
        self.notes.add("history_unknown", found.unknown.total(), found.unknown)
        rows, faulty, faults = history_rows(found, self._moments, ends)
        for number, reason in faults.items():
            self._refuse(faulty, pd.Series(True, index=[number]), frame, part.column, reason)
        whole = pd.concat([rows, faulty]) if len(faulty) else rows.copy()
        whole["external_id"] = frame[self.mapping.case.external_id].reindex(whole.index)
        whole["row_no"] += whole.index * ROWS_PER_FILE_ROW
        return whole

    def _moments(self, cells: pd.Series) -> Moments:
        times = self.mapping.times
        moments = read_moments(cells, times.formats, self.mapping.place.zone, ignore_offset=times.ignore_offset)
        self.notes.add("time_skipped", moments.skipped)
        self.notes.add("time_repeated", moments.repeated)
        return moments

    def _broken(self, broken: Sequence[BrokenRow]) -> pd.DataFrame:
        for row in broken:
            self._note_refusal(Refusal(row.row, "", row.reason, row.detail))
        rows = pd.DataFrame(
            {
                "row_no": [row.row * ROWS_PER_FILE_ROW for row in broken],
                "event": str(Event.REPORTED),
                "field": "",
                "value": [f"{row.reason}: {row.detail}" for row in broken],
            },
            index=[row.row for row in broken],
        )
        return rows.assign(occurred_at=pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us, UTC]"))

    def _note_refusal(self, refusal: Refusal) -> None:
        self.refused += 1
        if len(self.refusals) < SHOWN_REFUSALS:
            self.refusals.append(refusal)

    def _widen(self, moments: pd.Series) -> None:
        known = moments[_is_plausible(moments) & (moments <= self._now)]
        if not known.empty:
            ends = [known.min().to_pydatetime(), known.max().to_pydatetime(), *(self.span or ())]
            self.span = min(ends), max(ends)

    def _refuse(self, rows: pd.DataFrame, wrong: pd.Series, frame: pd.DataFrame, column: str, reason: str) -> None:
        """Note the rows that are wrong, and let them say so when the door refuses them."""
        numbers = wrong.index[wrong]
        if numbers.empty:
            return
        details = frame.loc[numbers, column].fillna("").str.slice(0, LONGEST_DETAIL)
        for number, detail in details.items():
            self._note_refusal(Refusal(int(number), column, reason, detail))
        rows.loc[numbers, "field"] = column
        rows.loc[numbers, "value"] = reason + ": " + details


def _is_plausible(moments: pd.Series) -> pd.Series:
    """Which moments lie in years that a store holds unless its settings say otherwise."""
    return (moments >= YEARS[0]) & (moments < YEARS[1])
