"""Visitors read the wall: no police report and no petition stands on it singly, in no part and no layer."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from dashboard.live.assemble import Assembler
from dashboard.maps.ground import geometry, ground
from dashboard.maps.plane import plane, steps
from dashboard.maps.risk import risk_map
from dashboard.snapshot import Snapshot
from dashboard.widgets.panels import panels_json
from tests.queries.town import Town, build, make_reference
from tests.support.databases import Databases

SECRET, SHOWN = "密码本失窃", "路灯不亮"
#: Places of the cases, told by their digits wherever they are written in degrees.
SECRET_AT, SHOWN_AT = (113.80731, 22.80459), (113.80262, 22.80617)


def _happen(town: Town) -> None:
    """The same course for each kind: several at one place, grave, escalated, overdue, reopened."""
    for matter, summary, (lon, lat) in (
        ("theft", SECRET, SECRET_AT), ("wages", SECRET, SECRET_AT), ("capital", SECRET, SECRET_AT),
        ("noise", SHOWN, SHOWN_AT),
    ):  # fmt: skip
        for number in range(2 if matter != "noise" else 4):
            case, hour = f"{matter} {number}", 6 + number
            town.case(
                case, f"2024-03-14 {hour:02d}:10:00", type_code=matter, summary=summary, risk="red",
                due_at=f"2024-03-14 {hour + 1:02d}:00:00", lon=lon, lat=lat,
            )  # fmt: skip
            town.then(case, "resolved", f"2024-03-14 {hour:02d}:20:00")
            town.then(case, "reopened", f"2024-03-14 {hour:02d}:30:00")
            town.then(
                case, "escalated", f"2024-03-14 {hour:02d}:40:00", escalation_no=1, level="department",
                department_code="fire" if matter != "noise" else "water", due_at=f"2024-03-14 {hour + 1:02d}:30:00",
            )  # fmt: skip
    town.case("alone", "2024-03-14 11:00:00", type_code="theft", summary=SECRET, area_code="west-1", risk="red")
    town.settle()


@pytest.fixture(scope="module")
def picture(databases: Databases) -> Iterator[Snapshot]:
    with databases.copy() as database:
        with database.owner.connect() as connection:
            _happen(build(connection, database.owner_url, **_reference()))
        yield Assembler(database.reader).picture(1, datetime.now(UTC)).snapshot


def _reference() -> dict[str, Any]:
    reference = make_reference()
    return {"areas": reference.areas}


def _all_that_is_sent(snapshot: Snapshot, language: str) -> dict[str, str]:
    """Everything a wall's browser is given of the picture, by part."""
    panels = json.loads(panels_json(snapshot, language, ("police", "petitions")))
    parts = {name: json.dumps(part, ensure_ascii=False) for name, part in panels.items()}
    map_ = risk_map(snapshot, language=language, theme_name="dark").to_json()
    return {**parts, "map spec": map_, "geometry": geometry(snapshot).decode(), "plane": plane(snapshot).json.decode()}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_words_of_a_hidden_case_are_sent(picture: Snapshot, language: str) -> None:
    parts = _all_that_is_sent(picture, language)
    for word in (SECRET, "Theft", "Wages", "capital", "盗窃", "欠薪", "进京", "消防", "Fire"):
        assert [name for name, sent in parts.items() if word in sent] == [], word
    for name in ("latest", "escalations"):
        assert (SHOWN if language == "zh" else "Noise") in parts[name], "the others are shown"


def test_no_place_of_a_hidden_case_is_sent(picture: Snapshot) -> None:
    parts = _all_that_is_sent(picture, "zh")
    frame = ground(picture).frame

    def writings(lon: float, lat: float) -> tuple[str, ...]:
        x, y = steps(*frame.point(lon, lat))
        return (f"{lon:.5f}", f"{lat:.5f}", f"{x}, {y}")

    hidden = [name for name, sent in parts.items() for written in writings(*SECRET_AT) if written in sent]
    assert hidden == []
    shown = {name for name, sent in parts.items() for written in writings(*SHOWN_AT) if written in sent}
    assert shown == {"city", "map spec"}, "the others are shown"


def test_hidden_cases_count_in_no_list_that_visitors_could_compare(picture: Snapshot) -> None:
    panels = json.loads(panels_json(picture, "en", ("police",)))
    assert panels["escalations"]["total"] == 4 == sum(len(each["due"]) for each in panels["city"]["waiting"])
    assert len(panels["latest"]["rows"]) == 4 == panels["city"]["replay"]["cases24"]
    said = {row["name"]: " ".join(part for line in row["why"] for part in line) for row in panels["reasons"]["rows"]}
    assert "4 escalated" in said["east-1"]
    assert "escalated" not in said.get("west-1", "")


def test_counts_by_grid_under_three_are_hidden(picture: Snapshot) -> None:
    panels = json.loads(panels_json(picture, "en", ("police", "petitions")))
    area = {row.name_en: str(row.area_id) for row in picture.grids.itertuples()}
    police, petitions = (each["cells"] for each in panels["city"]["counts"])
    assert police == {area["east-1"]: 0, area["west-1"]: 0}, "two and one: told as under three"
    assert petitions == {area["east-1"]: 4}, "wages twice and twice a trip"
