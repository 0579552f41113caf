"""Parts of a CSV that are read by columns give what the csv module gives: any text, cut into parts anywhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seed.importers.formats import csv_file
from seed.importers.formats.base import BrokenRow, FileOptions, ImportFileError
from seed.importers.formats.csv_file import CsvReader

PIECES = st.sampled_from(
    [
        ",",
        ",,",
        ",,\n",
        "\n",
        "\r\n",
        "\r",
        '"',
        '""',
        '"a,b"',
        "a",
        " b ",
        "\u3000文",
        "\ufeff",
        "\0",
        "x" * 40,
        "1,2,3\n",
    ]
)
ROWS = st.lists(st.lists(st.sampled_from(["", "a", " b ", "文", "1", "\u2028"]), min_size=3, max_size=3), max_size=30)
Read = list[tuple[list[int], list[list[str]], list[list[str]], tuple[BrokenRow, ...]]]


@contextmanager
def parts_of(characters: int, *, by_columns: bool) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_file, "_PART", characters)
        if not by_columns:
            patch.setattr(csv_file, "_by_columns", lambda *_: None)
        yield


def read(path: Path, characters: int, *, by_columns: bool) -> Read | str:
    with parts_of(characters, by_columns=by_columns):
        try:
            chunks = list(CsvReader(path, FileOptions()).chunks(["p", "r"], 7))
        except ImportFileError as error:
            return str(error)
    assert all(len(chunk.frame) + len(chunk.broken) <= 7 for chunk in chunks)
    return [
        (
            [number for chunk in chunks for number in chunk.frame.index],
            [row for chunk in chunks for row in chunk.frame.to_numpy().tolist()],
            [line for chunk in chunks for line in chunk.lines],
            tuple(row for chunk in chunks for row in chunk.broken),
        )
    ]


def alike(folder: Path, text: str, characters: int) -> None:
    path = folder / "any.csv"
    path.write_bytes(text.encode())
    assert read(path, characters, by_columns=True) == read(path, 1 << 20, by_columns=False)


@given(st.lists(PIECES, max_size=60).map("".join), st.integers(1, 60))
def test_any_text(tmp_path_factory: pytest.TempPathFactory, text: str, characters: int) -> None:
    alike(tmp_path_factory.getbasetemp(), "p,q,r\n" + text, characters)


@given(ROWS, st.sampled_from(["\n", "\r\n"]), st.integers(1, 400))
def test_plain_rows(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], end: str, characters: int) -> None:
    alike(tmp_path_factory.getbasetemp(), end.join([*map(",".join, [["p", "q", "r"], *rows]), ""]), characters)


def test_plain_rows_need_no_csv_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "plain.csv"
    path.write_text("p,q,r\n" + "1,2,3\n" * 50 + ",,\n 4 ,,6\n", encoding="utf-8")
    monkeypatch.setattr(csv_file, "chunks_of", None)
    chunks = list(CsvReader(path, FileOptions()).chunks(["p", "r"], 40))
    assert [len(chunk.frame) for chunk in chunks] == [40, 11]
    assert chunks[1].frame.iloc[-1].tolist() == ["4", "6"]
    assert (chunks[1].frame.index[-1], chunks[1].lines[-1]) == (53, [" 4 ", "", "6"])
