"""Open grave cases and who has seen them, as known at a moment; the shifts handed over."""

from sqlalchemy import text

from queries import duty
from queries.privacy import SHOWN_SINGLY
from tests.queries.town import Town, local


def _grave(town: Town) -> None:
    town.case("red seen", "2024-03-14 08:00:00", risk="red", due_at="2024-03-14 16:00:00")
    town.case("red new", "2024-03-14 09:30:00", risk="red")
    town.case("red newer", "2024-03-14 09:40:00", risk="red")
    town.case("red closed", "2024-03-14 08:00:00", risk="red")
    town.case("orange", "2024-03-14 07:00:00", risk="orange", due_at="2024-03-14 12:00:00")
    town.case("yellow", "2024-03-14 07:00:00")
    town.case("theft", "2024-03-14 09:00:00", risk="red", type_code="theft")
    town.then("red closed", "resolved", "2024-03-14 08:30:00")
    town.then("red seen", "acknowledged", "2024-03-14 08:05:00")
    town.then("theft", "acknowledged", "2024-03-14 09:10:00", recorded="2024-03-14 11:00:00")
    town.then("orange", "escalated", "2024-03-14 08:00:00", escalation_no=1, level="department",
              department_code="water", due_at="2024-03-14 10:00:00")  # fmt: skip
    town.then("orange", "acknowledged", "2024-03-14 08:10:00", escalation_no=1)  # the escalation, not the case
    town.settle()


def _names(town: Town, moment: str, **values: object) -> list[str]:
    found = duty.grave(town.connection, town.at(moment, **values))
    told = town.connection.execute(text("select case_id, external_id from app.cases")).all()
    names = {row.case_id: row.external_id for row in told}
    return [names[case_id] for case_id in found["case_id"]]


def test_red_cases_nobody_has_seen_come_first(town: Town) -> None:
    _grave(town)
    assert _names(town, "2024-03-14 10:00:00") == ["theft", "red new", "red newer", "red seen", "orange"]
    assert _names(town, "2024-03-14 10:00:00", kinds=SHOWN_SINGLY) == ["red new", "red newer", "red seen", "orange"]
    assert _names(town, "2024-03-14 08:02:00") == ["red seen", "red closed", "orange"]


def test_what_is_acknowledged_is_what_was_known_to_be(town: Town) -> None:
    _grave(town)
    at_ten = duty.grave(town.connection, town.at("2024-03-14 10:00:00")).set_index("title_en")
    assert at_ten["acknowledged_at"].isna().sum() == 4  # the orange one as well: its escalation alone was seen
    at_noon = duty.grave(town.connection, town.at("2024-03-14 12:00:00"))
    assert at_noon["acknowledged_at"].notna().sum() == 2
    seen = at_noon[at_noon["kind"] == "police_report"].iloc[0]
    assert seen["acknowledged_at"] == local("2024-03-14 09:10:00")


def test_who_is_at_a_case_is_the_department_it_waits_for(town: Town) -> None:
    town.connection.execute(text("update app.departments set duty_phone = '8203' where code = 'water'"))
    town.connection.commit()
    _grave(town)
    found = duty.grave(town.connection, town.at("2024-03-14 10:00:00"))
    orange = found[found["risk"] == "orange"].iloc[0]
    assert (orange["department_zh"], orange["duty_phone"], bool(orange["is_escalated"])) == ("水务", "8203", True)
    assert orange["answer_due_at"] == local("2024-03-14 10:00:00")
    assert found[found["risk"] == "red"]["department_zh"].isna().all()
    assert set(found[found["risk"] == "red"]["level_zh"]) == {"小分格"}


def test_handovers_newest_first_as_known(town: Town) -> None:
    for at, taker in (("08:00:00", "a"), ("16:00:00", "b")):
        town.connection.execute(
            text(
                "insert into app.handovers (subdistrict_id, handed_at, from_officer, to_officer, note, version)"
                " values (:id, :at, 'x', :taker, '', 0)"
            ),
            {"id": town.subdistrict_id, "at": local(f"2024-03-14 {at}"), "taker": taker},
        )
    asked = [
        duty.handovers(town.connection, town.at(f"2024-03-14 {at}")) for at in ("07:00:00", "12:00:00", "16:00:00")
    ]
    assert [frame["to_officer"].tolist() for frame in asked] == [[], ["a"], ["b", "a"]]
