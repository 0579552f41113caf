"""A town in which enough happened for every figure to have something to say; made once for a module of tests."""

import contextlib
from collections.abc import Iterator

from sqlalchemy import text

from tests.queries.town import Town, build
from tests.support.databases import Database, Databases

#: The last thing that is recorded, as ``python -m queries`` prints it.
AS_OF = "2024-03-14T11:30:00+08:00"
#: Half a day after it: a clock for questions.
NOW = "2024-03-15 00:00:00"


def tell(town: Town) -> None:
    """Two days of appeals, a hazard, a petition, and a hand-up that waits."""
    town.case("in time", "2024-03-12 08:00:00", risk="orange")
    town.then("in time", "resolved", "2024-03-12 20:00:00")
    town.case("late", "2024-03-12 09:00:00", area_code="west-1", channel="app", due_at="2024-03-13 09:00:00")
    town.then("late", "resolved", "2024-03-13 10:00:00")
    town.case("open", "2024-03-14 08:00:00", area_code="east-2", due_at="2024-03-14 09:00:00", lon=113.81, lat=22.81)
    town.then("open", "escalated", "2024-03-14 08:30:00", escalation_no=1, level="department",
              department_code="water", due_at="2024-03-14 10:00:00")  # fmt: skip
    town.case("wages", "2024-03-14 08:00:00", type_code="wages")
    town.then("wages", "escalated", "2024-03-14 08:30:00", escalation_no=1, level="department",
              department_code="fire", due_at="2024-03-14 18:00:00")  # fmt: skip
    town.case("leak", "2024-03-14 11:00:00", type_code="leak", area_code="west-2", risk="red", lon=113.91, lat=22.91)
    town.then("leak", "resolved", "2024-03-14 11:30:00")
    town.settle()


@contextlib.contextmanager
def told(databases: Databases) -> Iterator[tuple[Town, Database]]:
    """The town and its store, dropped after the block. East is called 东城 in another system."""
    with databases.copy() as database, database.owner.connect() as connection:
        town = build(connection, database.owner_url)
        tell(town)
        connection.execute(text("insert into app.area_aliases values (:area, '东城')"), {"area": town.area_ids["east"]})
        connection.commit()
        yield town, database
