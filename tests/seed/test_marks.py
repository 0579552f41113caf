"""The subdistrict's marks by a sheet: all of it or nothing, corrections kept, restatements said."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from queries import ranking
from queries.review import read_period
from seed import marks
from seed.freezing import freeze
from seed.store import StoreError
from seed.units import units_on
from tests.queries.conftest import town
from tests.queries.town import TIME_ZONE, Town
from tests.support.databases import Database

__all__ = ["town"]
CYCLE = read_period("2024-02-26..2024-03-10", date(2024, 4, 1))
GRIDS = ("east-1", "east-2", "west-1", "west-2")
LATER = "2035-01-01 00:00:00"


def _sheet(folder: Path, *rows: str, head: str = "area,points,remark", name: str = "marks.csv") -> Path:
    path = folder / name
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return path


def _read(town: Town, path: Path) -> list[marks.Mark]:
    return marks.read_sheet(path, units_on(town.connection, town.subdistrict_id, CYCLE.last), "grid")


def _give(town: Town, path: Path, by: str = "clerk") -> marks.Given:
    return marks.give(town.connection, town.subdistrict_id, CYCLE, _read(town, path), by)


def _standing(town: Town, moment: str = LATER) -> dict[str, float]:
    asked = town.at(moment, period_from=CYCLE.first, period_to=CYCLE.last)
    frame = ranking.marks(town.connection, asked, with_earlier=False)
    codes = {area_id: code for code, area_id in town.area_ids.items()}
    points = 100 * frame["marks"] / frame["full_marks"]
    return dict(zip(frame["area_id"].map(codes), points, strict=True))


def test_a_sheet_is_taken_by_code_and_name_in_either_language(town: Town, tmp_path: Path) -> None:
    path = _sheet(tmp_path, "east-1,90,", "east-2区,80.5,巡查少", " WEST-1 ,0,", "west-2,100,", head="网格,得分,备注")
    assert _give(town, path) == marks.Given(4, 0, 0, ())
    assert _standing(town) == {"east-1": 90, "east-2": 80.5, "west-1": 0, "west-2": 100}


def test_every_wrong_row_is_named_and_nothing_is_taken(town: Town, tmp_path: Path) -> None:
    path = _sheet(
        tmp_path, "east-1,90,", "east-1区,80,", "easst-2,70,", "west-1,ninety,", "west-2,100.5,", "east,50,", ",5,",
        "east-2,NaN,",
    )  # fmt: skip
    with pytest.raises(marks.MarksError, match="7 wrong rows") as error:
        _read(town, path)
    assert error.value.lines == (
        "row 3: east-1 (east-1区) stands in row 2 already",
        "row 4: there is no unit 'easst-2' on 2024-03-10; east-2 is near",
        "row 5: 'ninety' is no number",
        "row 6: 100.5 points are outside 0 to 100",
        "row 7: east (east区) is a community, and marks are given to areas of the level grid",
        "row 8: no unit is named",
        "row 9: 'NaN' is no number",
    )
    assert _standing(town) == {}


def test_a_correction_counts_from_now_on_and_what_was_given_is_kept(town: Town, tmp_path: Path) -> None:
    _give(town, _sheet(tmp_path, *(f"{code},80," for code in GRIDS)))
    town.connection.commit()
    between = town.connection.scalar(text("select clock_timestamp()"))
    town.connection.commit()
    assert _give(town, _sheet(tmp_path, "east-1,95,", "east-2,80,"), "another") == marks.Given(0, 1, 1, ())
    assert _standing(town)["east-1"] == 95
    town.connection.commit()
    kept = town.connection.execute(
        text("select marks, given_by from app.assessment_marks where area_id = :id order by recorded_at"),
        {"id": town.area_ids["east-1"]},
    ).all()
    assert [tuple(row) for row in kept] == [(80.0, "clerk"), (95.0, "another")]
    assert between is not None
    assert _standing(town, f"{between.astimezone(ZoneInfo(TIME_ZONE)):%Y-%m-%d %H:%M:%S.%f}")["east-1"] == 80


def test_a_total_stands_instead_of_items(town: Town, tmp_path: Path) -> None:
    insert = text("insert into app.assessment_marks values (:town, :area, :first, :last, 'order', 10, 50, :last)")
    asked = {"town": town.subdistrict_id, "area": town.area_ids["east-1"], "first": CYCLE.first, "last": CYCLE.last}
    town.connection.execute(insert, asked)
    assert _standing(town) == {"east-1": 20}
    _give(town, _sheet(tmp_path, "east-1,90,"))
    assert _standing(town) == {"east-1": 90}


def test_after_the_review_is_frozen_a_change_is_a_restatement(town: Town, tmp_path: Path) -> None:
    town.case("a", "2024-03-05 08:00:00")
    town.settle()
    now = datetime(2024, 3, 27, 4, tzinfo=UTC)
    freeze(town.connection, CYCLE.name, now=now, as_of="2024-03-12T09:00")
    town.connection.commit()
    assert _give(town, _sheet(tmp_path, "east-1,90,")).restated == ("2024-02-26..2024-03-10",)
    assert _give(town, _sheet(tmp_path, "east-1,90,its remark")).restated == ()  # its points are as they were


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ('[{"area_id": 0, "points": 5}]', "there is no area 0"),
        ('[{"area_id": 1, "points": 101}]', "no points from 0 to 100"),
        ('[{"area_id": 1, "points": null}]', "no points from 0 to 100"),
        ('[{"area_id": 1, "points": 5}, {"area_id": 1, "points": 6}]', "several times"),
    ],
)
def test_the_store_itself_takes_only_sound_marks(town: Town, values: str, said: str) -> None:
    given = values.replace(": 1,", f": {town.area_ids['east-1']},")
    with pytest.raises(DBAPIError, match=said):
        town.connection.execute(
            text("select app.give_marks(:id, '2024-02-26', '2024-03-10', cast(:marks as jsonb), 'me')"),
            {"id": town.subdistrict_id, "marks": given},
        )


@pytest.mark.parametrize("change", ["update app.assessment_marks set marks = 1", "delete from app.assessment_marks"])
def test_the_store_itself_keeps_what_was_given(town: Town, tmp_path: Path, change: str) -> None:
    _give(town, _sheet(tmp_path, "east-1,90,"))
    with pytest.raises(DBAPIError, match="the later one counts"):
        town.connection.execute(text(change))


@pytest.mark.parametrize("name", ["sheet.csv", "sheet.xlsx"])
def test_a_template_filled_in_is_a_sheet(town: Town, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    units = units_on(town.connection, town.subdistrict_id, CYCLE.last)
    marks.write_template(path, units.of_level("grid"))
    with pytest.raises(marks.MarksError, match="holds no points"):
        _read(town, path)
    if name.endswith(".csv"):
        path.write_text(path.read_text("utf-8-sig").replace("区,,", "区,88,好"), "utf-8-sig")
    else:
        book = load_workbook(path)
        for row in range(2, 6):
            book.active.cell(row, 3).value = 88  # type: ignore[union-attr]
        book.save(path)
    assert {mark.unit.code: mark.points for mark in _read(town, path)} == dict.fromkeys(GRIDS, 88.0)
    with pytest.raises(StoreError, match="is there already"):
        marks.write_template(path, units.of_level("grid"))


def _run(database: Database, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "seed", *arguments],
        env={"PATH": os.environ["PATH"], **database.environment, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.runtime
def test_the_command_says_what_became_of_it(town: Town, database: Database, tmp_path: Path) -> None:
    town.case("a", "2024-03-05 08:00:00")
    town.settle()
    town.connection.commit()
    path, period = _sheet(tmp_path, "east-1,90,", "east-2,70,"), ("--period", CYCLE.name)
    dry = _run(database, "marks", str(path), *period, "--dry-run")
    assert (dry.returncode, "2 marks new, 0 corrected, 0 unchanged; a dry run" in dry.stdout) == (0, True), dry.stderr
    assert _standing(town) == {}
    done = _run(database, "marks", str(path), *period, "--by", "subdistrict office")
    assert done.returncode == 0, done.stderr
    assert "2 units without marks" in done.stdout and "west-1 (west-1区)" in done.stderr
    town.connection.rollback()
    assert _standing(town) == {"east-1": 90, "east-2": 70}
    wrong = _run(database, "marks", str(_sheet(tmp_path, "nowhere,90,")), *period)
    assert (wrong.returncode, "row 2: there is no unit 'nowhere'" in wrong.stderr) == (1, True)
    assert "Traceback" not in wrong.stderr
    week = _run(database, "marks", str(path), "--period", "2024-W10")
    assert (week.returncode, week.stderr.strip()) == (
        1, "2024-W10 is no assessed cycle: name its days, or last-cycle"
    )  # fmt: skip
    town.connection.execute(text("update app.areas set kind = 'mobile' where code = 'west-2'"))
    town.connection.commit()
    others = _run(database, "marks", "--template", str(tmp_path / "others.xlsx"), *period)
    assert "3 units" in others.stdout, "what is not ranked needs no marks"
    town.connection.execute(text("update app.areas set kind = 'social' where code = 'west-2'"))
    town.connection.commit()
    written = _run(database, "marks", "--template", str(tmp_path / "new.xlsx"), *period)
    assert "4 units" in written.stdout and (tmp_path / "new.xlsx").is_file()
