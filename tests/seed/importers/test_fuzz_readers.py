"""Whatever a file holds, a reader gives rows or one sentence: no other error, no endless reading, no endless memory.

Property tests over random bytes, broken encodings and damaged files of every format; and files made to hurt, read in a
process of their own whose memory is measured.
"""

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seed.importers import ImportFileError, load_mapping
from seed.importers.formats.base import MAX_COLUMNS
from seed.importers.formats.registry import READERS, reader_for
from seed.importers.places import build_reference, told_areas
from seed.importers.rows import ROWS_PER_FILE_ROW, RowMapper
from seed.importers.spool import Spool
from seed.reference import COLUMNS
from tests.seed.importers.test_files import GOOD, HEADER, MAPPING

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030", "latin-1")
#: What cells may hold: any character, those included that no store can keep.
ANY_TEXT = st.text(st.characters(), max_size=30)
#: What can be written down and comes back as it was: no line ends, no spaces at the ends.
PLAIN = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=12)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ANY_TEXT
JSON_VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4), max_leaves=20
)
RECORDS = st.lists(st.dictionaries(PLAIN, PLAIN, min_size=1, max_size=5), min_size=1, max_size=6)


def cells_of(path: Path) -> list[dict[str, str]] | None:
    """All sound rows, each as header → cell; None where the file is refused. Everything else fails the test."""
    try:
        reader = reader_for(path)
        rows = []
        for chunk in reader.chunks(reader.header()):
            assert len(chunk.frame) == len(chunk.lines)
            for position in range(len(chunk.lines)):
                whole = chunk.whole(position)
                "".join(whole.values()).encode()  # what is given can be stored
                assert "\0" not in "".join(whole.values())
                rows.append(whole)
    except ImportFileError as error:
        assert 0 < len(str(error)) < 8_000, "one sentence"
        str(error).encode()
        return None
    return rows


@given(suffix=st.sampled_from(sorted(READERS)), content=st.binary(max_size=300))
def test_random_bytes(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"any{suffix}"
    path.write_bytes(content)
    cells_of(path)


def damaged(content: bytes, cut: int, at: int, instead: bytes) -> bytes:
    """A file that was cut off, and in which some bytes were overwritten."""
    whole = content[: len(content) - cut % (len(content) + 1)]
    place = at % (len(whole) + 1)
    return whole[:place] + instead + whole[place + len(instead) :]


DAMAGE = st.tuples(st.sampled_from([0, 0, 1, 2, 7, 40]), st.integers(0, 5_000), st.binary(max_size=4))


@given(
    rows=st.lists(st.lists(ANY_TEXT, max_size=6), max_size=8),
    encoding=st.sampled_from(ENCODINGS),
    damage=DAMAGE,
)
def test_damaged_tables(tmp_path: Path, rows: list[list[str]], encoding: str, damage: tuple[int, int, bytes]) -> None:
    written = io.StringIO()
    csv.writer(written).writerows([["a", "b", "c"], *rows])
    path = tmp_path / "any.csv"
    path.write_bytes(damaged(written.getvalue().encode(encoding, errors="replace"), *damage))
    cells_of(path)


@given(
    values=st.lists(JSON_VALUES, max_size=6),
    form=st.sampled_from(["list", "lines", "under a key"]),
    suffix=st.sampled_from([".json", ".jsonl", ".geojson"]),
    damage=DAMAGE,
)
def test_damaged_json(
    tmp_path: Path, values: list[object], form: str, suffix: str, damage: tuple[int, int, bytes]
) -> None:
    path = tmp_path / f"any{suffix}"
    path.write_bytes(damaged(written_as(form, values), *damage))
    cells_of(path)


def written_as(form: str, values: list[object]) -> bytes:
    if form == "lines":
        return "".join(f"{json.dumps(value)}\n" for value in values).encode()
    return json.dumps(values if form == "list" else {"count": len(values), "rows": values}).encode()


@given(values=st.lists(st.lists(ANY_TEXT, max_size=4), max_size=5), damage=DAMAGE)
def test_damaged_xml(tmp_path: Path, values: list[list[str]], damage: tuple[int, int, bytes]) -> None:
    rows = "".join(f"<r>{''.join(f'<a>{escape(cell)}</a>' for cell in row)}</r>" for row in values)
    path = tmp_path / "any.xml"
    path.write_bytes(damaged(f"<all>{rows}</all>".encode(errors="replace"), *damage))
    cells_of(path)


def workbook_bytes() -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (["a", "b", "c"], ["x", 1, 2.5], ["y", True, "=1+1"], ["z", None, "#N/A"]):
        sheet.append(row)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


WORKBOOK = workbook_bytes()
PARTS = tuple(zipfile.ZipFile(io.BytesIO(WORKBOOK)).namelist())


def rezipped(part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one of its parts changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as before, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, change(content) if name == part else content)
    return buffer.getvalue()


@given(damage=DAMAGE)
def test_damaged_workbooks(tmp_path: Path, damage: tuple[int, int, bytes]) -> None:
    path = tmp_path / "any.xlsx"
    path.write_bytes(damaged(WORKBOOK, *damage))
    cells_of(path)


@given(part=st.sampled_from(PARTS), damage=DAMAGE)
def test_workbooks_with_a_damaged_part(tmp_path: Path, part: str, damage: tuple[int, int, bytes]) -> None:
    path = tmp_path / "any.xlsx"
    path.write_bytes(rezipped(part, lambda content: damaged(content, *damage)))
    cells_of(path)


WORDS = st.sampled_from(
    [b'r="1"', b'r="ZZZZ9"', b'r="XFD1048576"', b't="s"', b't="d"', b's="99"', b"<v>1e999</v>", b"<v>-7</v>", b"<c/>"]
)


@given(words=st.lists(st.tuples(st.integers(0, 3_000), WORDS), min_size=1, max_size=4))
def test_workbooks_whose_cells_say_odd_things(tmp_path: Path, words: list[tuple[int, bytes]]) -> None:
    def change(content: bytes) -> bytes:
        for at, word in words:
            place = content.find(b"<c ", at % len(content))
            content = content[:place] + b"<c " + word + content[place + 2 :] if place >= 0 else content + word
        return content

    path = tmp_path / "any.xlsx"
    path.write_bytes(rezipped("xl/worksheets/sheet1.xml", change))
    cells_of(path)


@given(records=RECORDS, form=st.sampled_from(["list", "lines", "under a key"]))
def test_sparse_records_come_back_as_they_are(tmp_path: Path, records: list[dict[str, str]], form: str) -> None:
    path = tmp_path / ("any.jsonl" if form == "lines" else "any.json")
    path.write_bytes(written_as(form, list(records)))
    assert cells_of(path) == records


@given(
    rows=st.lists(st.lists(PLAIN, min_size=3, max_size=3), min_size=1, max_size=6),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_tables_come_back_as_they_are(tmp_path: Path, rows: list[list[str]], encoding: str) -> None:
    path = tmp_path / "any.csv"
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows([["a", "b", "c"], *rows])
    assert cells_of(path) == [dict(zip("abc", row, strict=True)) for row in rows]


@given(cells=st.lists(st.dictionaries(st.sampled_from(HEADER), ANY_TEXT, max_size=6), min_size=1, max_size=5))
def test_any_cells_under_a_mapping(tmp_path: Path, cells: list[dict[str, str]]) -> None:
    """Each row of the file is there after mapping, be it taken or refused: none is lost, none makes the rest fail."""
    lacking = f"[file]\nmay_lack = {json.dumps(HEADER)}"
    (tmp_path / "small.toml").write_text(MAPPING.replace("[file]", lacking), encoding="utf-8")
    path = tmp_path / "any.jsonl"
    path.write_text("".join(f"{json.dumps({**GOOD, 'number': 'n', **row})}\n" for row in cells), encoding="utf-8")
    mapping = load_mapping(tmp_path / "small.toml")
    mapper = RowMapper(mapping)
    with Spool() as spool:
        for chunk in reader_for(path, mapping.file.options).chunks(mapping.columns()):
            spool.write(mapper.inbox_rows(chunk))
        numbers = {int(number) // ROWS_PER_FILE_ROW for frame in spool.frames() for number in frame["row_no"]}
    areas = told_areas(mapping, mapper.tally, mapper.notes)
    build_reference(mapping, mapper.tally, areas, pd.DataFrame(columns=list(COLUMNS["calendar"])), mapper.notes)
    assert mapper.tally.rows == len(cells)
    assert numbers == set(range(1, len(cells) + 1))


def test_rows_that_no_store_can_keep_are_refused_alone(tmp_path: Path) -> None:
    path = tmp_path / "odd.jsonl"
    long = "x" * 100_001
    lines = [{"a": "1"}, {"a": "nu\0ll"}, {"a": "half \ud800"}, {"a": long}, {"a": "2"}, [3], {"a": {"b": "c"}}]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines) + "{not json\n", encoding="utf-8")
    (chunk,) = reader_for(path).chunks(["a"])
    assert chunk.frame["a"].tolist() == ["1", "2", ""]
    assert chunk.frame.index.tolist() == [1, 5, 7]
    assert {row.row: row.reason for row in chunk.broken} == {
        2: "unwritable_character",
        3: "unwritable_character",
        4: "cell_too_long",
        6: "not_an_object",
        8: "not_json",
    }


def test_a_formula_without_a_value_is_refused_and_one_with_a_value_is_read(tmp_path: Path) -> None:
    path = tmp_path / "formula.xlsx"
    path.write_bytes(WORKBOOK)
    (chunk,) = reader_for(path).chunks(["a", "c"])
    assert chunk.frame["c"].tolist() == ["2.5", "#N/A"]
    assert [(row.row, row.reason, row.detail) for row in chunk.broken] == [(3, "formula_not_calculated", "in column 3")]
    path.write_bytes(
        rezipped(
            "xl/worksheets/sheet1.xml",
            lambda part: part.replace(b"<v></v>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>"),
        )
    )
    (chunk,) = reader_for(path).chunks(["a", "c"])
    assert chunk.frame["c"].tolist() == ["2.5", "2", "#N/A"]


def test_nested_places_and_socrata_lists(tmp_path: Path) -> None:
    place = {"type": "Point", "coordinates": [-73.80640330903259, 40.7]}
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"id": 1, "location": place}, {"id": 2, "tags": ["x", "y"]}]))
    assert cells_of(path) == [
        {
            "id": "1",
            "location.type": "Point",
            "location.coordinates.0": "-73.80640330903259",
            "location.coordinates.1": "40.7",
        },
        {"id": "2", "tags": '["x", "y"]'},
    ]
    meta = {"view": {"columns": [{"fieldName": ":sid"}, {"fieldName": "kind"}]}}
    path.write_text(json.dumps({"meta": meta, "data": [["row-1", "noise"], ["row-2", None], ["odd"]]}))
    assert cells_of(path) == [{":sid": "row-1", "kind": "noise"}, {":sid": "row-2"}]
    path.write_text(json.dumps({"a": [{"x": 1}], "b": [{"x": 2}]}))
    assert cells_of(path) is None, "which of both lists is meant has to be said"


# -- files made to hurt -----------------------------------------------------------------------------------------------

CHILD = """
import json, sys, time
from pathlib import Path
from seed.importers import ImportFileError
from seed.importers.formats.registry import reader_for
for name in sys.argv[1:]:
    before, rows, said = time.monotonic(), 0, ""
    try:
        reader = reader_for(Path(name))
        for chunk in reader.chunks(reader.header()[:1]):
            rows += len(chunk.frame)
    except ImportFileError as error:
        said = str(error)
    state = Path("/proc/self/status").read_text().split()
    most = int(state[state.index("VmHWM:") + 1]) / 1024
    print(json.dumps([Path(name).name, rows, said, time.monotonic() - before, most]))
"""
#: Megabytes that a process may take: what pandas takes by itself, and a few times the longest row.
MOST_MEGABYTES = 600


def zip_of(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def sheet_of(rows: bytes) -> bytes:
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return rezipped("xl/worksheets/sheet1.xml", lambda _: head + rows + b"</sheetData></worksheet>")


LAUGHS = b"<!DOCTYPE a [" + b"".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">'.encode() for n in range(10)
)
MEGABYTE = 1 << 20
CELL = b'<c t="inlineStr"><is><t>x</t></is></c>'
#: name → content, and what is said of it; "" where its rows are read.
BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "columns.csv": (lambda: b",".join(b"c%d" % n for n in range(10**6)) + b"\n1,2\n", "is longer than|columns"),
    "few_letters.csv": (lambda: b"a" + b",a" * 10**6 + b"\n", "columns"),
    "wide_row.csv": (lambda: b"a,b\n" + b"x," * 10**6 + b"\n1,2\n", ""),
    "no_line_end.csv": (lambda: b"a,b\n" + b"x" * (50 * MEGABYTE), "row 2 is longer than"),
    "open_quote.csv": (lambda: b'a,b\n"' + b"x,y\n" * (10 * MEGABYTE), "row 2 is longer than"),
    "huge_cells.csv": (lambda: b"a,b\n" + (b"x" * 90_000 + b",y\n") * 800, ""),
    "zeros.csv": (lambda: b"\0" * (30 * MEGABYTE), "zero bytes"),
    "columns.json": (lambda: json.dumps([{f"c{n}": n for n in range(10**5)}]).encode(), "different keys"),
    "more_columns.json": (lambda: json.dumps([{f"c{n}": n for n in range(10**6)}]).encode(), "longer than"),
    "ever_new_keys.json": (lambda: json.dumps([{f"c{n}": n} for n in range(10**5)]).encode(), "different keys"),
    "deep.json": (lambda: b"[" * 10**6, "nested too deeply|cut"),
    "deep_closed.json": (lambda: b'[{"a":' + b"[" * 10**5 + b"]" * 10**5 + b"}]", "nested too deeply"),
    "long_text.json": (lambda: b'[{"a":"' + b"x" * (50 * MEGABYTE) + b'"}]', "longer than"),
    "long_line.jsonl": (lambda: b'{"a":"' + b"x" * (50 * MEGABYTE) + b'"}\n', "longer than"),
    "long_number.json": (lambda: b'[{"a":' + b"9" * 50_000 + b'},{"a":1}]', ""),
    "laughs.xml": (lambda: LAUGHS + b"]><a><r><c>&l9;</c></r></a>", "declares a document type"),
    "deep.xml": (lambda: b"<a>" * 10**6, "nested more than"),
    "long_text.xml": (lambda: b"<a><r>" + b"x" * (50 * MEGABYTE) + b"</r></a>", "more than"),
    "zip_bomb.xlsx": (lambda: zip_of({"xl/worksheets/sheet1.xml": b"0" * (300 * MEGABYTE)}), "would unpack"),
    "big_styles.xlsx": (lambda: rezipped("xl/styles.xml", lambda part: part + b" " * (17 * MEGABYTE)), "not read"),
    "far_row.xlsx": (lambda: sheet_of(b'<row r="1">' + CELL + b'</row><row r="2000000000">' + CELL + b"</row>"), ""),
    "columns.xlsx": (lambda: sheet_of(b"<row>" + CELL * 10**6 + b"</row>"), "more than"),
    "wide.xlsx": (lambda: sheet_of(b"<row>" + CELL * (MAX_COLUMNS + 50) + b"</row>"), "columns"),
    "not_a_zip.xlsx": (lambda: b"PK\x03\x04" + b"x" * 1000, "not a workbook"),
}


@pytest.mark.runtime
def test_files_made_to_hurt_are_refused_in_time_and_in_bounds(tmp_path: Path) -> None:
    for name, (content, _) in BOMBS.items():
        (tmp_path / name).write_bytes(content())
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *(str(tmp_path / name) for name in BOMBS)],
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = {
        name: (rows, said, seconds, most)
        for name, rows, said, seconds, most in map(json.loads, done.stdout.splitlines())
    }
    print(
        *(f"{name}: {most:,.0f} MB, {seconds:.1f} s, {said[:90]}" for name, (_, said, seconds, most) in told.items()),
        sep="\n",
    )
    assert set(told) == set(BOMBS)
    for name, (_, sentence) in BOMBS.items():
        rows, said, _, most = told[name]
        if sentence:
            assert any(each in said for each in sentence.split("|")), (name, said)
        else:
            assert (said, rows > 0) == ("", True), (name, said)
        assert most < MOST_MEGABYTES, (name, most)


@pytest.mark.parametrize("suffix", sorted(READERS))
def test_an_empty_file_says_that_it_is_empty(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"empty{suffix}"
    path.write_bytes(b"")
    with pytest.raises(ImportFileError, match="empty"):
        next(reader_for(path).chunks([]))
