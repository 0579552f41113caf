"""What becomes of every row handed in: the door's decisions once more, row by row, batch after batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from tests.oracle.inbox import InboxRow, Limits
from tests.oracle.rows import STAGES, World
from tests.oracle.validation import place_of, reasons_against

#: Everything but what speaks of another row of the case.
_FIRST = tuple(event for event in STAGES if event not in ("answered", "supervised", "corrected"))


class Outcome(NamedTuple):
    """What became of a row: new, unchanged, parked or refused, and the reasons the door may give if refused."""

    what: str
    reasons: tuple[str, ...] = ()


class RowId(NamedTuple):
    """Where a row came from."""

    batch_id: int
    row_no: int


class CaseName(NamedTuple):
    """The name of a case in its source."""

    subdistrict_id: int
    source: str
    external_id: str


@dataclass
class CaseFile:
    """The rows of one case the door has taken, by where they came from."""

    taken: dict[RowId, InboxRow] = field(default_factory=dict)

    def reported(self) -> InboxRow | None:
        """The opening row, if it has come."""
        return next((row for row in self.taken.values() if row.event == "reported"), None)

    def same(self, row: InboxRow) -> InboxRow | None:
        """The row that tells of the same happening."""
        return next((other for other in self.taken.values() if other.identity() == row.identity()), None)


@dataclass
class Door:
    """The door of a store, all its subdistricts. ``absorb`` says what became of each row, parked ones included."""

    world: World
    limits: Limits
    files: dict[CaseName, CaseFile] = field(default_factory=dict)
    parked: dict[RowId, tuple[CaseName, InboxRow]] = field(default_factory=dict)

    def absorb(
        self, *, subdistrict_id: int, batch_id: int, source: str, mode: str, clock: datetime, rows: Sequence[InboxRow]
    ) -> dict[RowId, Outcome]:
        """One batch. ``clock``: the recorded_at the batch gets if it is live."""
        outcomes: dict[RowId, Outcome] = {}
        waiting: dict[RowId, tuple[CaseName, InboxRow]] = {}
        for row_no, row in enumerate(rows, start=1):
            row_id = RowId(batch_id, row_no)
            reasons = reasons_against(
                row, subdistrict_id=subdistrict_id, mode=mode, clock=clock, limits=self.limits, world=self.world
            )
            if reasons:
                outcomes[row_id] = Outcome("refused", reasons)
            else:
                waiting[row_id] = (CaseName(subdistrict_id, row.source or source, row.external_id or ""), row)
        self._open(waiting, outcomes)
        again = {row_id: item for row_id, item in self.parked.items() if item[0].subdistrict_id == subdistrict_id}
        for turn in ((*_FIRST,), ("answered", "supervised"), ("corrected",)):
            for row_id, (name, row) in (again | waiting).items():
                if row.event in turn and row_id not in outcomes:
                    outcomes[row_id] = self._take(row_id, name, row)
        return {
            row_id: outcome for row_id, outcome in outcomes.items() if row_id not in again or outcome.what != "parked"
        }

    def revoke(self, batch_id: int) -> None:
        """Takes back the rows of one batch."""
        for case_file in self.files.values():
            case_file.taken = {row_id: row for row_id, row in case_file.taken.items() if row_id.batch_id != batch_id}
        self.parked = {row_id: item for row_id, item in self.parked.items() if row_id.batch_id != batch_id}

    def _open(self, waiting: Mapping[RowId, tuple[CaseName, InboxRow]], outcomes: dict[RowId, Outcome]) -> None:
        """Opening rows first: the other rows of a batch may stand before them."""
        for row_id, (name, row) in waiting.items():
            if row.event == "reported":
                outcomes[row_id] = self._take_opening(row_id, name, row)

    def _take_opening(self, row_id: RowId, name: CaseName, row: InboxRow) -> Outcome:
        case_file = self.files.setdefault(name, CaseFile())
        opened = case_file.reported()
        if opened is not None:
            if opened.occurred_at != row.occurred_at:
                return Outcome("refused", ("already_reported",))
            return _repeated(opened, row)
        case_file.taken[row_id] = row
        return Outcome("new")

    def _take(self, row_id: RowId, name: CaseName, row: InboxRow) -> Outcome:
        case_file = self.files.setdefault(name, CaseFile())
        opened = case_file.reported()
        told_before = self._parked_before(row_id, name, row)
        if told_before is not None:
            self.parked.pop(row_id, None)
            return _repeated(told_before, row)
        if opened is None or not _has_what_it_speaks_of(case_file, row):
            self.parked[row_id] = (name, row)
            return Outcome("parked")
        self.parked.pop(row_id, None)
        reason = _reason_in_case(case_file, opened, row)
        if reason is not None:
            return Outcome("refused", (reason,))
        other = case_file.same(row)
        if other is not None:
            return _repeated(other, row)
        case_file.taken[row_id] = row
        self._carry_over(row_id, name, row)
        return Outcome("new")

    def _parked_before(self, row_id: RowId, name: CaseName, row: InboxRow) -> InboxRow | None:
        """An earlier row that tells of the same happening and waits too."""
        for earlier, (parked_name, parked) in self.parked.items():
            if earlier < row_id and parked_name == name and parked.identity() == row.identity():
                return parked
        return None

    def _carry_over(self, row_id: RowId, name: CaseName, row: InboxRow) -> None:
        """A case handed to another subdistrict is opened there under its name."""
        place = place_of(row, name.subdistrict_id, self.world)
        if isinstance(place, tuple) and place[0] != name.subdistrict_id:
            assert row.occurred_at is not None
            moment = row.occurred_at.astimezone(UTC).strftime("%Y%m%d%H%M%S")
            carried = f"{name.subdistrict_id}/{name.external_id}/{moment}"
            there = self.files.setdefault(CaseName(place[0], name.source, carried), CaseFile())
            opening = InboxRow(event="reported", occurred_at=row.occurred_at, area_code=row.area_code)
            there.taken.setdefault(row_id, opening)


def _repeated(first: InboxRow, row: InboxRow) -> Outcome:
    """A happening told twice: harmless if nothing differs."""
    return Outcome("unchanged") if first.content() == row.content() else Outcome("refused", ("changed_duplicate",))


def _reason_in_case(case_file: CaseFile, opened: InboxRow, row: InboxRow) -> str | None:
    """What is wrong with a row given the case it belongs to."""
    assert row.occurred_at is not None and opened.occurred_at is not None
    if row.event == "discovered":
        return "after_reported" if row.occurred_at > opened.occurred_at else None
    if row.occurred_at < opened.occurred_at:
        return "before_reported"
    if row.event == "deadline_changed" and row.due_at is not None and row.due_at < opened.occurred_at:
        return "deadline_before_start"
    return None


def _has_what_it_speaks_of(case_file: CaseFile, row: InboxRow) -> bool:
    """Whether the row a correction mends, or the hand-up an answer is for, has come."""
    if row.event == "corrected":
        wanted = (row.ref_event, row.ref_occurred_at, row.escalation_no)
        return any(other.identity()[:3] == wanted for other in case_file.taken.values())
    if row.event in ("answered", "supervised"):
        hand_ups = (other for other in case_file.taken.values() if other.event == "escalated")
        return any(other.escalation_no == row.escalation_no for other in hand_ups)
    return True
