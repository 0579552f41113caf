"""A city's figures: how they are asked, and what is right."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import pandas as pd
from sqlalchemy import Connection, text

from queries import city
from queries.filters import Filter
from tests.oracle.figures import city as oracle_city
from tests.oracle.figures.asked import Asked, Reading
from tests.properties.figure_asks import Expected, by_key, plain
from tests.properties.pairs import Pair, long, number_of

Question = Callable[..., pd.DataFrame]


def _is_asked_by_name(asked: Asked) -> bool:
    """Whether the city is asked for by its area and not as the whole store."""
    return number_of(asked) % 2 == 1


def asked_of(question: Question, expect: Expected, *, columns: int | None = None, **options: bool) -> Pair:
    """The question of the whole city, its first ``columns`` columns."""

    def ask(connection: Connection, filter: Filter, asked: Asked) -> Any:
        area_id = connection.execute(text("select area_id from app.areas where level = 'city'")).scalar_one()
        area_id = area_id if _is_asked_by_name(asked) else None
        whole = replace(filter, subdistrict_id=city.WHOLE_CITY, area_id=area_id)
        rows = by_key(question(connection, whole, **options))
        return {key: tuple(plain(value) for value in row[:columns]) for key, row in rows.items()}

    def expected(reading: Reading, asked: Asked) -> Any:
        places = reading.world.areas.values()
        area_id = next(area.area_id for area in places if area.level == "city") if _is_asked_by_name(asked) else None
        return expect(reading, replace(asked, area_id=area_id))

    return ask, expected


#: By name: how a question is asked and what is expected, whatever it is grouped by.
CITY: Final[Mapping[str, Pair]] = {
    "city/same_day": long(asked_of(city.same_day, oracle_city.same_day, columns=3)),
    "city/same_day counted": long(asked_of(city.same_day, oracle_city.same_day, columns=3, use_rollup=False)),
    "city/on_time": long(asked_of(city.on_time, oracle_city.on_time, columns=3)),
    "city/on_time counted": long(asked_of(city.on_time, oracle_city.on_time, columns=3, use_rollup=False)),
    "city/volume": long(asked_of(city.volume, oracle_city.volume)),
    "city/volume counted": long(asked_of(city.volume, oracle_city.volume, use_rollup=False)),
    "city/backlog": long(asked_of(city.backlog, oracle_city.backlog)),
    "city/escalations_pending": long(asked_of(city.escalations_pending, oracle_city.escalations_pending)),
}
