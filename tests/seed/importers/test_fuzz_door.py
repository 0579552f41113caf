"""Whatever a file holds, it is loaded or refused in one sentence, whole, and every row of it is accounted for.

Property tests through ``import_into`` with a real store, which all examples of a test share: one that breaks something
is found by what the store says before and after.
"""

import csv
import hashlib
import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from seed.importers import ImportFileError, ImportResult, import_into
from seed.importers.formats.registry import READERS
from tests.seed.importers.test_all_or_nothing import counts
from tests.seed.importers.test_files import GOOD, HEADER, MAPPING
from tests.seed.importers.test_fuzz_readers import ANY_TEXT, BOMBS, DAMAGE, ENCODINGS, MEGABYTE, damaged, zip_of
from tests.seed.importers.test_real_samples import TODAY
from tests.support.databases import Database, Databases

#: Examples of each test: an import takes some tenths of a second. `long` goes more rounds than `dev` and `ci`.
EXAMPLES = min((settings.default or settings()).max_examples * 2 // 5, 200)
#: Long, and not to be made shorter by any compression.
NOISE = "".join(hashlib.sha256(bytes([at])).hexdigest() for at in range(250))
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\r\r\n"])
#: What people and programs write into cells, and what hurts.
ODD = st.sampled_from(
    [
        *(
            "",
            " ",
            "-",
            "/",
            "a/b",
            "/a",
            "a/",
            "//",
            "\0",
            "a\0b",
            "\ud800",
            "\ufeff",
            "\u202e",
            "'",
            '"',
            "\\N",
            "\\.",
        ),
        *("=1+1", "=cmd|'/c calc'!A1", "@SUM(1)", "+1", "NaN", "inf", "1e999", "-0", "９", "x" * 201, NOISE),
        *("x" * 100_001, "07/04/2018 01:00:00 PM", "02/30/2018 01:00:00 PM", "01/01/1900 12:00:00 AM"),
        *("12/31/9999 11:59:59 PM", "01/01/2050 12:00:00 AM", "03/11/2018 02:30:00 AM", "07/04/2018", "{}", "[1]"),
        *("{x}", "%s", "%(a)s", ":id", "$1", "; drop table app.cases", "town", "North", "north", "Ｎｏｒｔｈ", "Hill"),
    ]
)
CELL = ODD | ANY_TEXT
#: Sound rows in which some cells were changed.
MUTATED = st.lists(st.dictionaries(st.sampled_from(HEADER), CELL, max_size=4), min_size=1, max_size=6)


class Door:
    """A store, what it held before, and what a load made of it."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self._rules = folder / "small.toml"
        lacking = f"[file]\nmay_lack = {json.dumps(HEADER)}"
        self._rules.write_text(MAPPING.replace("[file]", lacking), encoding="utf-8")
        self._number = 0

    def number(self) -> str:
        """Of a case that no other example has."""
        self._number += 1
        return f"case {self._number}"

    def load(self, path: Path) -> ImportResult | None:
        """Load a file; None where it is refused as a whole. Everything that is not so fails the test."""
        before = self._stands()
        try:
            result = import_into(self.database.owner_url, None, path, self._rules, today=TODAY)
        except ImportFileError as error:
            assert 0 < len(str(error)) < 8_000, "one sentence"
            str(error).encode()
            assert self._stands() == before, "nothing of a refused file is there"
            return None
        self._adds_up(result)
        after = self._stands()
        assert after["import_batches"] == before["import_batches"] + 1
        assert after["inbox"] == after["inbox_parked"] == 0
        assert after["case_log"] - before["case_log"] == result.batch.rows_new + result.batch.rows_changed
        assert after["import_rejects"] - before["import_rejects"] == result.rows.refused
        return result

    def _adds_up(self, result: ImportResult) -> None:
        rows, batch = result.rows, result.batch
        assert rows.read == rows.new + rows.changed + rows.unchanged + rows.refused
        assert min(rows.new, rows.changed, rows.unchanged, rows.refused) >= 0
        assert sum(result.reasons.values()) == len(result.refused) == rows.refused
        told = batch.rows_new + batch.rows_changed + batch.rows_unchanged + batch.rows_refused + batch.rows_parked
        assert told == batch.rows_read
        with self.database.owner.connect() as connection:
            kept = connection.execute(
                sa.text(
                    "select count(distinct file_row) as rows, bool_and(reason <> '' and cells is not null) as are_whole"
                    " from app.import_rejects where batch_id = :id"
                ),
                {"id": batch.batch_id},
            ).one()
        assert (kept.rows, kept.are_whole or rows.refused == 0) == (rows.refused, True)

    def _stands(self) -> dict[str, int]:
        with self.database.owner.connect() as connection:
            last = connection.scalar(sa.text("select coalesce(max(log_id), 0) from app.case_log"))
        return counts(self.database) | {"last_log_id": last or 0}

    def differences(self) -> int:
        """Of what follows from the log."""
        with self.database.owner.connect() as connection:
            told = sa.text(
                "select count(*) from app.subdistricts cross join app.verify(subdistrict_id) as told"
                " where told.is_difference"
            )
            return int(connection.scalar(told) or 0)


@pytest.fixture(scope="module")
def door(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("door")
    with databases.copy() as made:
        opened = Door(made, folder)
        first = folder / "first.csv"
        first.write_text(f"{','.join(HEADER)}\n{','.join(GOOD.values())}\n", encoding="utf-8")
        assert opened.load(first) is not None
        yield opened
        assert opened.differences() == 0


@settings(max_examples=EXAMPLES)
@given(suffix=st.sampled_from(sorted(READERS)), content=st.binary(max_size=300))
def test_random_bytes(tmp_path: Path, door: Door, suffix: str, content: bytes) -> None:
    path = tmp_path / f"any{suffix}"
    path.write_bytes(content)
    door.load(path)


@settings(max_examples=EXAMPLES)
@given(
    rows=MUTATED,
    end=LINE_ENDS,
    encoding=st.sampled_from(ENCODINGS),
    damage=DAMAGE,
    tail=st.sampled_from(["", '"', ",", "\0"]),
)
def test_damaged_tables_of_mixed_line_ends(
    tmp_path: Path,
    door: Door,
    rows: list[dict[str, str]],
    end: str,
    encoding: str,
    damage: tuple[int, int, bytes],
    tail: str,
) -> None:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(HEADER)
    for row in rows:
        cells = GOOD | {"number": door.number()} | row
        csv.writer(written, lineterminator=end).writerow([cells[name] for name in HEADER])
    path = tmp_path / "any.csv"
    path.write_bytes(damaged((written.getvalue() + tail).encode(encoding, errors="replace"), *damage))
    door.load(path)


@settings(max_examples=EXAMPLES)
@given(rows=MUTATED)
@example(rows=[{"district": "\\N"}, {"type": "\\N"}])  # once the sign for nothing
@example(
    rows=[{"opened": "12/31/9999 11:59:59 PM"}, {"due": "12/31/9999 11:59:59 PM"}, {"due": "01/01/0001 12:00:00 AM"}]
)
@example(rows=[{"district": NOISE}, {"area_id": NOISE, "office": NOISE}, {"type": NOISE}])  # longer than an index holds
def test_rows_that_look_real_but_for_some_cells(tmp_path: Path, door: Door, rows: list[dict[str, str]]) -> None:
    """None is lost, and a second load of the file changes nothing."""
    path = tmp_path / "any.jsonl"
    lines = [json.dumps(GOOD | {"number": door.number()} | row) for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    result = door.load(path)
    assert result is not None
    assert result.rows.read == len(rows)
    again = door.load(path)
    assert again is not None
    assert (again.rows.new, again.rows.changed, again.rows.refused) == (0, 0, result.rows.refused)


@settings(max_examples=EXAMPLES)
@given(
    rows=st.lists(st.dictionaries(st.sampled_from(HEADER), CELL | st.integers() | st.floats(), max_size=4), max_size=4)
)
def test_workbooks_with_formulas_and_numbers(tmp_path: Path, door: Door, rows: list[dict[str, object]]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(HEADER))
    for row in rows:
        cells: dict[str, object] = {**GOOD, "number": door.number(), **row}
        sheet.append([_writable(cells[name]) for name in HEADER])
    path = tmp_path / "any.xlsx"
    book.save(path)
    result = door.load(path)
    assert result is None or result.rows.read <= len(rows)


def _writable(value: object) -> object:
    """What openpyxl writes: nothing of what it refuses itself."""
    if not isinstance(value, str):
        return value
    cut = openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", value)
    return cut.encode(errors="ignore").decode()[:32_000]


# -- files made to hurt -----------------------------------------------------------------------------------------------

CHILD = """
import json, sys, time
from datetime import date
from pathlib import Path
from seed.importers import ImportFileError, import_into
url, rules, *names = sys.argv[1:]
for name in names:
    before, rows, said = time.monotonic(), [0] * 5, ""
    try:
        told = import_into(url, None, Path(name), rules, today=date(2026, 11, 23)).rows
        rows = [told.read, told.new, told.changed, told.unchanged, told.refused]
    except ImportFileError as error:
        said = str(error)
    state = Path("/proc/self/status").read_text().split()
    most = int(state[state.index("VmHWM:") + 1]) / 1024
    print(json.dumps([Path(name).name, rows, said, time.monotonic() - before, most]))
"""
#: Megabytes of the importing process: what it takes to load anything, and what the bounds of rows and chunks allow.
MOST_MEGABYTES = 900
MOST_SECONDS = 45


def _table(number: int, **cells: str) -> bytes:
    lines = [",".join({**GOOD, "number": f"n{at}", **cells}[name] for name in HEADER) for at in range(number)]
    return "\n".join([",".join(HEADER), *lines]).encode()


def _wide() -> bytes:
    more = [f"c{at}" for at in range(1_000 - len(HEADER))]
    line = ",".join([*GOOD.values(), *("x" * 200 for _ in more)])
    return "\n".join([",".join([*HEADER, *more]), *[line] * 100]).encode()


#: name → content, and whether its rows are read.
HURTING: dict[str, tuple[Callable[[], bytes], bool]] = {
    "huge_notes.csv": (lambda: _table(100, note="x" * 90_000), True),
    "huge_areas.csv": (lambda: _table(200, area=NOISE), True),
    "huge_everything.csv": (lambda: _table(40, **dict.fromkeys(HEADER[3:], NOISE[::-1] * 5)), True),
    "many_columns.csv": (_wide, True),
    "too_many_columns.csv": (lambda: ",".join([*HEADER, *(f"c{at}" for at in range(5_000))]).encode(), False),
    "broken_rows.csv": (lambda: _table(1) + b"\n" + b"1,2\n" * 20_000, True),
    "zip_bomb.xlsx": (lambda: zip_of({"xl/worksheets/sheet1.xml": b"0" * (150 * MEGABYTE)}), False),
    "laughs.xml": (BOMBS["laughs.xml"][0], False),
    "deep_closed.json": (BOMBS["deep_closed.json"][0], False),
}  # fmt: skip


@pytest.mark.runtime
def test_files_made_to_hurt_leave_the_store_whole_in_time_and_in_bounds(tmp_path: Path, door: Door) -> None:
    for name, (content, _) in HURTING.items():
        (tmp_path / name).write_bytes(content())
    rules = tmp_path / "rules.toml"
    rules.write_text(MAPPING, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", CHILD, door.database.owner_url, str(rules), *(str(tmp_path / name) for name in HURTING)],
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = {name: rest for name, *rest in map(json.loads, done.stdout.splitlines())}
    assert set(told) == set(HURTING)
    for name, (_, is_read) in HURTING.items():
        (read, *ends), said, seconds, most = told[name]
        print(f"{name}: {read:,} rows, {most:,.0f} MB, {seconds:.1f} s, {said[:90]}")
        assert (read > 0, said == "") == (is_read, is_read), (name, said)
        assert read == sum(ends), name
        assert most < MOST_MEGABYTES, (name, most)
        assert seconds < MOST_SECONDS, (name, seconds)
