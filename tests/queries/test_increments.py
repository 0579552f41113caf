"""The increment against the period before: the counts of both, and what has clearly risen first."""

from datetime import date

from queries import increments
from queries.figure import By
from tests.queries.town import Town

FIRST, LAST = date(2024, 3, 11), date(2024, 3, 17)


def _told(town: Town) -> dict[str, int]:
    """Leaks treble at west; noise stays; one warning alone."""
    told = {"noise": (12, 12), "leak": (5, 25), "smoke": (0, 1), "theft": (20, 6)}
    for matter, (before, now) in told.items():
        area = "west-1" if matter == "leak" else "east-1"
        for number in range(before):
            town.case(
                f"{matter} before {number}", f"2024-03-0{4 + number % 6} 08:00:00", type_code=matter, area_code=area
            )
        for number in range(now):
            town.case(f"{matter} {number}", f"2024-03-1{1 + number % 6} 08:00:00", type_code=matter, area_code=area)
    town.case("late", "2024-03-08 08:00:00", recorded="2024-03-14 08:00:00")  # unknown when that week was looked at
    town.settle()
    rows = town.connection.exec_driver_sql("select code, type_id from app.case_types").all()
    return {row.code: row.type_id for row in rows}


def test_what_has_clearly_risen_stands_first(town: Town) -> None:
    ids = _told(town)
    asked = town.at("2024-03-18 09:00:00", period_from=FIRST, period_to=LAST)
    frame = increments.compared(town.connection, asked, By.TYPE, None)
    found = {row["key"]: row for row in frame.to_dict("records")}
    counts = {key: (row["n"], row["n_before"]) for key, row in found.items()}
    assert counts == {
        str(ids["leak"]): (25, 5),
        str(ids["noise"]): (12, 12),
        str(ids["theft"]): (6, 20),
        str(ids["smoke"]): (1, 0),
    }
    assert frame["key"].tolist()[0] == str(ids["leak"])
    assert frame.loc[frame["is_risen"], "key"].tolist() == [str(ids["leak"])]
    leak = found[str(ids["leak"])]
    assert (leak["ratio"], leak["low"] > 2) == (5.0, True)
    assert frame.loc[frame["p"].isna(), "key"].tolist() == [str(ids["smoke"])]  # one case is no rise


def test_by_community(town: Town) -> None:
    _told(town)
    asked = town.at("2024-03-18 09:00:00", period_from=FIRST, period_to=LAST)
    frame = increments.compared(town.connection, asked, By.AREA, "community").set_index("key")
    east, west = str(town.area_ids["east"]), str(town.area_ids["west"])
    assert (frame.loc[west, "n"], frame.loc[west, "n_before"], bool(frame.loc[west, "is_risen"])) == (25, 5, True)
    assert (frame.loc[east, "n"], frame.loc[east, "n_before"], bool(frame.loc[east, "is_risen"])) == (19, 32, False)
