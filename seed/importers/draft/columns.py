"""What the columns of a file hold: counts, distinct values, forms of times, numbers, personal content."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from seed.importers.formats.base import FileOptions
from seed.importers.formats.registry import reader_for
from seed.importers.times import ISO_FORMATS

#: So many rows are looked at, and so many distinct values of a column are kept.
MOST_ROWS: Final = 200_000
_MOST_VALUES: Final = 20_000
_SAMPLE: Final = 400
#: Cells that people and programs write for "nothing".
NOTHINGS: Final = frozenset(
    {
        "-",
        "--",
        "/",
        "\\",
        "N/A",
        "n/a",
        "NA",
        "NULL",
        "null",
        "None",
        "nan",
        "NaN",
        "(null)",
        "无",
        "暂无",
        "未知",
        "空",
    }
)
#: Written forms of times beside ISO (strptime), the more exact first.
FORMS: Final = (
    *("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M", "%Y.%m.%d %H:%M:%S"),
    *("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M"),
    *("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d-%m-%Y %H:%M:%S"),
    *("%Y%m%d%H%M%S", "%Y/%m/%d", "%Y年%m月%d日", "%Y.%m.%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y"),
)
_WITH_OFFSET: Final = re.compile(r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?([.,]\d+)?\s?(Z|[+-]\d\d:?\d\d)$")
_NUMBER: Final = re.compile(r"^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$")
#: What tells personal content, by what it is called in a mapping's comment.
CONTENT: Final = {
    "phone": re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|\(?\d{3}\)?[ -]\d{3}-\d{4})(?!\d)"),
    "identity": re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"),
    "name": re.compile(r"^[\u4e00-\u9fff]{2,4}(?:先生|女士|某|某某)?$|^[A-Z][a-z]+ (?:[A-Z]\. )?[A-Z][a-z]+$"),
    "address": re.compile(
        r"\d+\s*(?:号|栋|单元|室|巷)|(?:路|街|大道|巷|小区|花园)|^\d+[-\d]* \S.*|"
        r"\b(?:St|Street|Ave|Avenue|Rd|Road|Blvd|Dr|Lane|Ln|Pl|Ct)\b",
        re.IGNORECASE,
    ),
}


@dataclass
class Look:
    """A column as found."""

    name: str
    filled: int = 0
    values: Counter[str] = field(default_factory=Counter)  # the first _MOST_VALUES distinct ones
    is_open: bool = False  # there are more distinct values than were kept
    characters: int = 0
    form: str | None = None  # of times; "" for ISO, "offset" for ISO with an offset
    other_form: str | None = None  # another form that fits every value as well

    @property
    def distinct(self) -> int:
        """How many values there are, as far as counted."""
        return len(self.values)

    @property
    def is_unique(self) -> bool:
        """Whether no value comes twice."""
        return self.filled > 0 and (self.is_open or self.distinct == self.filled)

    @property
    def sample(self) -> list[str]:
        """Some values, those that come most often first."""
        return [value for value, _ in self.values.most_common(_SAMPLE)]

    @property
    def length(self) -> float:
        """Characters of a filled cell on average."""
        return self.characters / self.filled if self.filled else 0.0

    @property
    def is_time(self) -> bool:
        """Whether it holds moments."""
        return self.form is not None

    @property
    def numbers(self) -> list[float]:
        """The values as numbers; empty unless nearly all are."""
        found = [float(value) for value in self.sample if _NUMBER.match(value) and len(value) < 40]
        return found if self.values and len(found) >= 0.95 * len(self.sample) else []

    def share(self, content: str) -> float:
        """The share of values that hold such personal content (a key of CONTENT)."""
        sample = self.sample
        return sum(bool(CONTENT[content].search(value)) for value in sample) / len(sample) if sample else 0.0


@dataclass
class Looks:
    """A file as found."""

    path: Path
    rows: int
    broken: int
    is_whole: bool  # False: only the first rows were looked at
    nothings: tuple[str, ...]  # cells that stand for nothing
    columns: dict[str, Look]


def look(path: Path, options: FileOptions) -> Looks:
    """Look at the columns of a file. Raises ImportFileError."""
    reader = reader_for(path, options)
    names = reader.header()
    columns = {name: Look(name) for name in names if name}
    nothings: Counter[str] = Counter()
    rows = broken = 0
    is_whole = True
    for chunk in reader.chunks(list(columns)):
        for name, column in columns.items():
            counts = Counter(chunk.frame[name].tolist())
            for nothing in NOTHINGS.intersection(counts):
                nothings[nothing] += counts.pop(nothing)
            counts.pop("", None)
            column.filled += counts.total()
            column.characters += sum(len(value) * times for value, times in counts.items())
            _keep(column, counts)
        rows += len(chunk.frame)
        broken += len(chunk.broken)
        if rows >= MOST_ROWS:
            is_whole = False
            break
    for column in columns.values():
        _find_form(column)
    return Looks(path, rows, broken, is_whole, tuple(sorted(nothings)), columns)


def _keep(column: Look, counts: Counter[str]) -> None:
    if column.distinct + len(counts) <= _MOST_VALUES:
        column.values.update(counts)
        return
    for value, times in counts.items():
        if value in column.values or column.distinct < _MOST_VALUES:
            column.values[value] += times
        else:
            column.is_open = True


def _find_form(column: Look) -> None:
    sample = column.sample
    if not sample or not any(character.isdigit() for character in sample[0]):
        return
    if _fits(sample, lambda value: bool(_WITH_OFFSET.match(value))):
        column.form = "offset"
        return
    if any(_fits_form(sample, form) for form in ISO_FORMATS) or _fits(sample, _is_iso):
        column.form = ""
        return
    fitting = [form for form in FORMS if _fits_form(sample, form)]
    if fitting:
        column.form = fitting[0]
        column.other_form = next((form for form in fitting[1:] if form[:5] != fitting[0][:5]), None)


def _is_iso(value: str) -> bool:
    return any(_reads(value, form) for form in ISO_FORMATS)


def _fits_form(sample: list[str], form: str) -> bool:
    return _fits(sample, lambda value: _reads(value, form))


def _fits(sample: list[str], test: Callable[[str], bool]) -> bool:
    return sum(map(test, sample)) >= 0.95 * len(sample)


def _reads(value: str, form: str) -> bool:
    try:
        moment = datetime.strptime(value, form)  # noqa: DTZ007 - only whether it can be read
    except ValueError:
        return False
    return 1900 <= moment.year <= 2100
