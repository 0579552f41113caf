"""``python -m seed mapping check``: what a mapping and a file say that is not known, before anything is loaded."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from seed.__main__ import app
from seed.importers.checking import Checked, check
from seed.importers.mapping import load_mapping
from seed.importers.unknown import Topic, Word
from tests.seed.areas.test_load import everything
from tests.seed.importers.test_files import MAPPING, write
from tests.seed.importers.test_named_areas import BY_NAME, Place, place
from tests.seed.importers.test_real_samples import TODAY
from tests.support.databases import Database

__all__ = ["place"]
STRICT = BY_NAME.replace("[[place.levels]]", 'new_areas = "refuse"\n[[place.levels]]', 1)
KNOWN = {"district": "北社区", "area": "山网格"}


def checked(database: Database | None, folder: Path, rules: str, *rows: dict[str, str]) -> Checked:
    (folder / "rules.toml").write_text(rules, encoding="utf-8")
    mapping = load_mapping(folder / "rules.toml")
    file = write(folder, *({"number": str(at), **row} for at, row in enumerate(rows, 1))) if rows else None
    if database is None:
        return check(mapping, file, None, today=TODAY)
    with database.owner.connect() as connection:
        connection.execute(sa.text("set transaction read only"))
        return check(mapping, file, connection, today=TODAY)


def words(found: Checked, *topics: Topic) -> list[tuple[str, str, int, int | None, str | None, bool]]:
    return [
        (word.topic.value, word.text, word.rows, word.row, word.nearest, word.is_refused)
        for word in found.unknown.words
        if word.topic in (topics or tuple(Topic)) and word.topic is not Topic.MATTER
    ]


def test_areas_matters_and_departments_beside_the_store(place: Place, tmp_path: Path) -> None:
    place.cases(KNOWN)
    before = everything(place.database)
    found = checked(
        place.database, tmp_path, BY_NAME, KNOWN, KNOWN | {"area": "山网"},
        KNOWN | {"area": "山网", "office": "Waste 2"}, {"district": "", "area": ""}, KNOWN | {"type": "SW-Dirty Aley"},
    )  # fmt: skip
    assert words(found) == [
        ("area", "北社区/山网", 2, 3, "山网格", False),
        ("type", "small/SW/SW-Dirty Aley", 1, 6, "small/SW/SW-Dirty Alley", False),
        ("department", "Waste 2", 1, 4, "Waste", False),
    ]
    assert (found.is_sound, everything(place.database)) == (True, before)
    assert "areas of the level grid in the store: 4" in found.lines()


@pytest.mark.parametrize(
    ("rules", "area", "text"),
    [
        (STRICT, "山网", "北社区/山网 (山网格?)"),
        (BY_NAME.replace('[[place.levels]]\nlevel = "community"\nname = "district"\n', ""), "第三网格",
         "第三网格 (第三网格 (N-3); 第三网格 (S-3)?)"),
    ],
)  # fmt: skip
def test_what_would_be_refused_is_what_a_load_refuses(
    place: Place, tmp_path: Path, rules: str, area: str, text: str
) -> None:
    rows = (KNOWN, KNOWN | {"area": area}, KNOWN | {"area": area})
    found = checked(place.database, tmp_path, rules, *rows)
    assert words(found) == [("area", text, 2, 3, None, True)]
    assert not found.is_sound
    told = place.cases(*rows, mapping=rules)
    assert (told.rows.refused, {detail for _, _, detail in place.refused()}) == (2, {text})


def test_words_of_the_mapping_with_the_nearest(tmp_path: Path) -> None:
    found = checked(
        None, tmp_path, MAPPING, {"status": "Closd", "channel": "phone call"}, {"closed": "noon"}, {"due": "noon"},
        {"opened": "noon", "status": "Closd"},
    )  # fmt: skip
    assert words(found) == [
        ("status", "Closd", 2, 2, "Closed", True),
        ("channel", "phone call", 1, 2, "Phone", True),
        ("time", "noon", 1, 5, None, True),
        ("time", "noon", 1, 3, None, True),
        ("time", "noon", 1, 4, None, False),
    ]
    assert [word.column for word in found.unknown.words if word.topic is Topic.TIME] == ["opened", "closed", "due"]


def test_columns_that_the_file_lacks(tmp_path: Path) -> None:
    found = checked(None, tmp_path, MAPPING.replace('name = "office"', 'name = "offices"'), {})
    assert found.unknown.words == [Word(Topic.COLUMN, "offices", 0, None, "office")]
    assert not found.is_sound


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        (BY_NAME.replace('code = "town"', 'code = "village"'), "the store holds town: Town needs a store of its own"),
        (
            BY_NAME.replace("New_York", "Chicago"),
            "the store counts days in America/New_York, the mapping in America/Ch",
        ),
        (STRICT.replace('level = "grid"', 'level = "street"'), "the store has no area of the level street"),
    ],
)
def test_a_mapping_alone_beside_the_store(place: Place, tmp_path: Path, rules: str, why: str) -> None:
    found = checked(place.database, tmp_path, rules)
    assert [each for each in found.objections if each.startswith(why)]
    assert not found.is_sound
    assert checked(place.database, tmp_path, BY_NAME).is_sound


def test_matters_that_the_mapping_names(place: Place, tmp_path: Path) -> None:
    place.cases(KNOWN)
    rules = BY_NAME.replace("line_pattern", 'decision_sought = ["SW-Dirty Ally"]\nline_pattern')
    assert words(checked(place.database, tmp_path, rules)) == [
        ("type", "SW-Dirty Ally", 0, None, "SW-Dirty Alley", False)
    ]


def test_the_command(place: Place, tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(STRICT, encoding="utf-8")
    file = write(tmp_path, KNOWN, KNOWN | {"area": "湖", "number": "2"})
    run = CliRunner(env=place.database.environment).invoke
    bad = run(app, ["mapping", "check", str(tmp_path / "rules.toml"), str(file)])
    assert bad.exit_code == 1
    assert "1  北社区/湖 (row 3)" in bad.output
    assert bad.output.splitlines()[-1] == "small.csv: 2 rows; rows would be refused"
    alone = run(app, ["mapping", "check", str(tmp_path / "rules.toml")])
    assert (alone.exit_code, alone.output.splitlines()[-1].endswith("; all that is needed is known")) == (0, True)


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(MAPPING, encoding="utf-8")
    run = CliRunner(env={"DATA_DIR": str(tmp_path / "none")}).invoke
    told = run(app, ["mapping", "check", str(tmp_path / "rules.toml"), str(write(tmp_path, {}))])
    assert (told.exit_code, (tmp_path / "none").exists()) == (0, False)
    assert "the store is empty: areas, matters and departments are made new" in told.output
