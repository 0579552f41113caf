"""What an import noticed: counted by code, each with a sentence and a few examples."""

from collections import Counter
from dataclasses import dataclass, field

SENTENCES: dict[str, str] = {
    "area_by_point": "cases that lie in the area in whose outline their point is",
    "area_new": "areas that the store did not know by a code, a name or an alias: made new",
    "area_not_by_point": "cases whose point lies in no outline of its day: they count at the command centre",
    "area_missing": "cases without a place below the command centre: they count there and in no smaller area",
    "area_several_names": "areas whose id comes with several names: the most frequent is kept, the others are aliases",
    "area_several_ids": "area names that come with several ids in one place",
    "channel_unknown": "values of the channel column that the mapping does not list",
    "closed_before_opened": "closings before the opening: refused, the case stays open",
    "coordinates_cut": "coordinates cut to whole degrees: left out",
    "coordinates_default": "cases on a point that stands for no place: left out",
    "coordinates_datum": "coordinates that fit their areas better in another datum: set datum in [coordinates]",
    "coordinates_missing": "cases without coordinates",
    "coordinates_outside": "coordinates outside the box of the mapping: left out",
    "coordinates_piled": "cases on one point that hold an unlikely share of the file: kept, but no hot spot",
    "coordinates_zero": "coordinates 0, 0: left out",
    "deadline_at_start": "deadlines at the very moment of the report: kept as given",
    "deadline_before_start": "deadlines before the report: left out",
    "deadline_out_of_range": "deadlines in years that stand for none, such as 1900 and 2059: left out",
    "deadline_unreadable": "deadlines that are no time: left out",
    "department_several_names": "departments whose id comes with several names: the most frequent is kept",
    "history_unknown": "entries of the cases' own logs that no rule of the mapping names: not taken",
    "id_twice": "rows whose number came before in the file: the first counts, others that differ are refused",
    "no_end": "cases whose closing time the source does not give",
    "risk_not_given": "cases that take the mapping's risk because the file gives none",
    "rows_alike": "rows alike in all that is read of them but their number: kept as cases of their own",
    "rows_refused": "rows of the file that could not be read",
    "status_unknown": "values of the status column that the mapping does not list: refused",
    "time_in_future": "times after the moment of the import: refused",
    "time_out_of_range": "times in years that no case is of, such as 1900 and 2059: refused",
    "time_repeated": "times in the hour that comes twice in autumn: read as its first",
    "time_skipped": "times in the hour that the clocks skip in spring: read as the moment after it",
    "time_utc_midnight": "reports at exactly 00:00 UTC: days without an hour, moved by a wrong zone before the export",
    "type_several_names": "matters whose id comes with several names: the most frequent is kept",
}
_EXAMPLES = 5


@dataclass(frozen=True)
class Finding:
    """One thing noticed."""

    code: str  # a key of SENTENCES
    count: int
    examples: tuple[str, ...] = ()  # the most frequent, with their number where there are several

    @property
    def sentence(self) -> str:
        """For the terminal."""
        shown = f" ({', '.join(self.examples)})" if self.examples else ""
        return f"{self.count:,} {SENTENCES[self.code]}{shown}"


@dataclass(frozen=True)
class Refusal:
    """A row of the file that was not taken, or not wholly."""

    row: int  # number in the file, the header being row 1
    column: str  # of the file where known, else of the inbox
    reason: str  # a code
    detail: str


@dataclass
class Notes:
    """Collects findings while chunks pass by."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, code: str, count: int, examples: Counter[str] | None = None) -> None:
        """Count something; nothing is noted for none. Raises KeyError for a code without a sentence."""
        SENTENCES[code]
        if count > 0:
            self.counts[code] += count
            self.examples.setdefault(code, Counter()).update(examples or {})

    def findings(self) -> tuple[Finding, ...]:
        """All of them, in the order of their codes."""
        return tuple(
            Finding(
                code, count, tuple(_shown(value, times) for value, times in self.examples[code].most_common(_EXAMPLES))
            )
            for code, count in sorted(self.counts.items())
        )


def _shown(value: str, times: int) -> str:
    return value if times == 1 else f"{value}: {times:,}"
