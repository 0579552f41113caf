"""What stands beside the cases: how it is asked for, and what is right."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection

from queries import ranking
from queries.filters import Filter
from tests.oracle.figures import standing
from tests.oracle.figures.asked import Asked, Reading
from tests.properties.figure_asks import Answer, Expected, plain
from tests.properties.pairs import number_of, of

Entry = tuple[Answer, Expected, frozenset[str]]
#: Of a question that takes no grouping: whatever is asked for.
EVERY: Final = frozenset(
    ("total", "day", "week", "month", "area", "kind", "type", "channel", "risk", "hour", "department")
)

#: Days by which a period begins earlier and ends later than the one named.
EARLIER: Final = (0, 3, 13, 30)
LATER: Final = (0, 0, 14)
#: Days of an assessed period, of several, and of a week.
CYCLES: Final = (14, 28, 56, 7)


def of_cycles(asked: Asked) -> Asked:
    """The same question of a period about which marks may speak: the one that is named, or longer; without a name the
    newest or, in some, one that ended some days ago.
    """
    number = number_of(asked)
    if asked.period is not None:
        first, last = asked.period
        earlier, later = EARLIER[number % len(EARLIER)], LATER[number % len(LATER)]
        return replace(asked, period=(first - timedelta(days=earlier), last + timedelta(days=later)))
    if number % 3 == 0:
        return asked
    last = asked.as_of.date() - timedelta(days=number // 8 % 16)
    return replace(asked, period=(last - timedelta(days=CYCLES[number % len(CYCLES)] - 1), last))


def marks_asked(*, with_earlier: bool) -> Answer:
    def ask(connection: Connection, filter: Filter, _: Asked) -> Any:
        frame = ranking.marks(connection, filter, with_earlier=with_earlier)
        names = ["area_id", "period_start", "period_end", "marks", "full_marks"]
        rows = frame[names].astype(object).to_numpy().tolist()
        return {area_id: tuple(map(plain, values)) for area_id, *values in rows}

    return ask


def marks(*, with_earlier: bool) -> Entry:
    def expect(reading: Reading, asked: Asked) -> Any:
        return standing.marks(reading, asked, with_earlier=with_earlier)

    return *of(of_cycles, (marks_asked(with_earlier=with_earlier), expect)), EVERY


#: By name: how a question is asked, what is expected, and by which groupings.
STANDING: Final[Mapping[str, Entry]] = {
    "ranking/marks": marks(with_earlier=True),
    "ranking/marks of the period alone": marks(with_earlier=False),
}
