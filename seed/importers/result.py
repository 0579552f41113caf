"""What became of a file: the four counts of its rows, what was refused, what was noticed."""

from dataclasses import dataclass

from seed import door
from seed.importers.findings import Finding, Refusal

_SHOWN_REFUSALS = 10


@dataclass(frozen=True)
class FileRows:
    """Every row of the file once: the last four add up to ``read``."""

    read: int
    new: int  # opened a case
    changed: int  # told something new of a case that was there
    unchanged: int  # told nothing new
    refused: int  # kept whole with the reason; of a known case what is sound may have been taken

    def __str__(self) -> str:
        return (
            f"{self.read:,} rows = {self.new:,} new + {self.changed:,} changed + {self.unchanged:,} unchanged"
            f" + {self.refused:,} refused"
        )


@dataclass(frozen=True)
class ImportResult:
    """What became of a file, or would become of it (``is_dry_run``: nothing was written)."""

    file_name: str
    rows: FileRows
    batch: door.BatchResult  # in rows of the log: what happened to cases, none or several per file row
    refused: tuple[Refusal, ...]  # the first of the refused rows, by row of the file
    reasons: dict[str, int]  # all of the refused rows by reason, the most frequent first
    findings: tuple[Finding, ...]
    outcomes: dict[str, int]  # rows that carry an outcome flag of the mapping
    seconds: float
    is_dry_run: bool = False

    @property
    def file_rows(self) -> int:
        """Rows of the file, those refused included."""
        return self.rows.read

    def __str__(self) -> str:
        rate = f", {self.rows.read / self.seconds:,.0f} rows/s" if self.seconds > 1 else ""
        batch = self.batch
        told = f"{batch.rows_new + batch.rows_changed:,} rows of the log"
        lines = [
            f"{self.file_name}: {self.rows}",
            f"dry run, nothing was written: it would append {told} ({self.seconds:.1f} s{rate})"
            if self.is_dry_run
            else f"batch {batch.batch_id}: {told} in {self.seconds:.1f} s{rate}",
            *(f"  refused: {count:,} {reason}" for reason, count in self.reasons.items()),
            *(f"    row {row.row}, {row.column}: {row.reason} {row.detail}" for row in self.refused[:_SHOWN_REFUSALS]),
            *(f"  noticed: {finding.sentence}" for finding in self.findings),
            *(f"  outcome by the source's own flag, without a time: {name} {n:,}" for name, n in self.outcomes.items()),
        ]
        if self.rows.refused and not self.is_dry_run:
            lines.append(f"  refused rows: python -m seed rejects --batch {batch.batch_id} --export refused.xlsx")
        return "\n".join(lines)
