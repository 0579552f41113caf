"""The command that writes the files of a frozen review: from a store, whole files under their names, or a sentence."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import create_engine
from typer.testing import CliRunner, Result

from dashboard.exports.review import fonts
from dashboard.review import files
from dashboard.review.files import Format, app, made, name_of, write
from seed.freezing import freeze
from tests.dashboard.review.documents import broken, document
from tests.queries.town import Town

NOW: Final = datetime(2024, 3, 27, 4, tzinfo=UTC)


@pytest.fixture
def town_frozen(town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """Appeals of two weeks, the second one frozen."""
    for number in range(12):
        for first in (4, 11):
            at = f"2024-03-{first + number % 5:02d}"
            town.case(f"{first} {number}", f"{at} 08:00:00", area_code=("east-1", "west-1")[number % 2])
            town.then(f"{first} {number}", "resolved", f"{at} 10:00:00")
    town.settle()
    engine = create_engine(town.url)
    with engine.begin() as connection:
        freeze(connection, "2024-W11", now=NOW)
    engine.dispose()
    monkeypatch.setenv("READER_URL", town.url)
    yield town


def run(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def test_all_files_of_a_frozen_week(town_frozen: Town, tmp_path: Path) -> None:
    folder = tmp_path / "the meeting"
    result = run("2024-W11", "--to", str(folder), "--lang", "zh,en")
    assert result.exit_code == 0, result.output
    wanted = {f"review-2024-W11-{lang}.{end}" for lang in ("zh", "en") for end in ("pptx", "xlsx", "pdf", "csv.zip")}
    assert {path.name for path in folder.iterdir()} == wanted
    assert set(result.output.split("\n")) - {""} == {str(folder / name) for name in wanted}
    assert (folder / "review-2024-W11-zh.pdf").read_bytes().startswith(b"%PDF-")


def test_a_freeze_by_its_number_and_one_format(town_frozen: Town, tmp_path: Path) -> None:
    result = run("1", "--to", str(tmp_path), "--format", "csv", "--lang", "en")
    assert result.exit_code == 0, result.output
    assert [path.name for path in tmp_path.iterdir()] == ["review-2024-W11-en.csv.zip"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("2024-W10",), "2024-W10 was never frozen"),
        (("99",), "There is no frozen review of number 99"),
        (("soon",), "'soon' is no period"),
        (("2024-W11", "--format", "doc,pdf"), "There is no format doc"),
        (("2024-W11", "--lang", "fr"), "There is no language fr"),
        (("2024-W11", "--subdistrict", "nowhere"), "Name one subdistrict of the store"),
    ],
)
def test_what_cannot_be_written_is_a_sentence(
    town_frozen: Town, tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    result = run(*words, "--to", str(tmp_path))
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_no_font_no_file_at_all(town_frozen: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_PLACES", ())
    result = run("2024-W11", "--to", str(tmp_path), "--lang", "zh")
    assert (result.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert "fonts-noto-cjk" in result.stderr


def test_a_folder_that_is_none(town_frozen: Town, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run("2024-W11", "--to", str(tmp_path / "file"), "--format", "csv")
    assert result.exit_code == 2
    assert "cannot be written to" in result.stderr


def test_names_of_files() -> None:
    assert name_of(document(), Format.PPTX, "zh") == "review-2026-W47-zh.pptx"
    assert name_of(document(), Format.CSV, "en") == "review-2026-W47-en.csv.zip"


def test_one_that_cannot_be_drawn_leaves_the_others_unwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> bytes:
        raise RuntimeError("a fault while drawing")

    monkeypatch.setattr(files, "paper", fails)
    with pytest.raises(RuntimeError, match="a fault while drawing"):
        write(document(), tmp_path, [Format.CSV, Format.PDF], ["en"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format", list(Format))
def test_a_broken_document_gives_no_file(format: Format) -> None:
    review = broken(lambda held: held["sections"].pop())
    with pytest.raises(ValueError, match="lacks its section 'findings'"):
        made(review, format, "zh")
