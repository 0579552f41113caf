"""Every figure, asked of a real store after a random history, equals the plain reading of its definition."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from random import Random

import pytest
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st
from psycopg2 import extensions
from sqlalchemy import Connection, text

from seed import reference as reference_module
from seed import store as seed_store
from seed.door import connect
from tests.oracle.figures import store
from tests.oracle.figures.asked import Asked, Reading
from tests.oracle.inbox import InboxRow
from tests.properties.figure_asks import filter_of
from tests.properties.figure_histories import Place, Records, histories, moments, question, records
from tests.properties.figure_table import FIGURES, KNOWN, answer_of, is_right
from tests.properties.figure_worlds import WORLDS, FigureWorld
from tests.properties.histories import Batch
from tests.properties.sender import Sender
from tests.properties.small_world import NORTH, SOURCES
from tests.properties.standing_histories import stand, standings
from tests.support.databases import Databases

EXAMPLES_IN_ALL = (settings.default or settings()).max_examples
#: Seconds; some for each history of a long run, on a machine that is busy.
pytestmark = pytest.mark.timeout(max(900, 5 * EXAMPLES_IN_ALL))

#: Moments each history is asked about, besides the newest.
QUESTIONS = 2
#: Figures to look at alone while one is being mended, separated by commas.
ONLY = [name for name in os.environ.get("FIGURES", "").split(",") if name]


@pytest.fixture(scope="module", params=WORLDS, ids=lambda world: world.zone_name.split("/")[1])
def stage(request: pytest.FixtureRequest, databases: Databases) -> Iterator[tuple[FigureWorld, Connection]]:
    """A world, and the owner's connection to a store that knows it; every example is rolled back."""
    world: FigureWorld = request.param
    with databases.empty() as database:
        seed_store.migrate(database.owner_url, world.zone_name)
        with database.owner.begin() as connection:
            reference_module.load(connection, world.reference())
        raw = connect(database.owner_url)
        with raw, raw.cursor() as cursor:
            cursor.execute("select app.prepare_months(%s, %s)", world.months())
        raw.close()
        with database.owner.connect() as connection:
            yield world, connection


def raw_of(connection: Connection) -> extensions.connection:
    """The driver's connection below a SQLAlchemy one: what is told on it, is seen by questions on the other."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, extensions.connection)
    return raw


def tell(connection: Connection, batches: list[Batch]) -> int:
    """A history into the empty store; the subdistrict it is about."""
    connection.rollback()
    connection.execute(text("select 1"))
    sender = Sender(raw_of(connection))
    for batch in batches:
        handed = sender.send(sender.subdistrict(batch.subdistrict), batch.source, batch.mode, batch.rows)
        note(f"batch {handed.batch_id}: {batch.mode} {handed.counts()}")
        for row in batch.rows:
            note(f"  {row.given()}")
    return sender.subdistrict(NORTH)


def record(connection: Connection, world: FigureWorld, known: Records | None) -> None:
    """Writes down the staff and its field work, as an importer does."""
    if known is not None:
        note(f"{known}")
        reference_module.load(connection, world.records(known.posts, known.work))


def marks_of(world: FigureWorld, rows: list[InboxRow]) -> list[datetime]:
    """Ends of days, and a second before."""
    days = sorted({row.occurred_at.astimezone(world.zone).date() for row in rows if row.occurred_at is not None})
    ends = [datetime.combine(day + timedelta(days=1), time(), tzinfo=world.zone) for day in days]
    return [moment for end in ends for moment in (end, end - timedelta(seconds=1))]


@dataclass(frozen=True)
class Beat:
    """A source says through when it has handed in what it knows."""

    taken_in: datetime
    source: str
    complete_through: datetime


def beats(world: FigureWorld, rows: list[InboxRow]) -> st.SearchStrategy[list[Beat]]:
    """A few, in the order they were taken in; a mark may be given twice, and an earlier one later."""
    marks = st.sampled_from(marks_of(world, rows) or [datetime(2024, 3, 1, tzinfo=world.zone)])
    return st.lists(st.builds(Beat, marks, st.sampled_from(SOURCES), marks), max_size=6).map(
        lambda found: sorted(found, key=lambda beat: beat.taken_in)
    )


def say(connection: Connection, subdistrict_id: int, said: list[Beat]) -> None:
    """Has the store keep what it needs of the beats."""
    for beat in said:
        connection.execute(
            text("select app.keep_mark(:id, :source, :mark, :taken_in)"),
            {"id": subdistrict_id, "source": beat.source, "mark": beat.complete_through, "taken_in": beat.taken_in},
        )


def heard(reading: Reading, subdistrict_id: int, said: list[Beat]) -> Reading:
    """The reading with every beat, and not only those the store keeps."""
    by_source: dict[tuple[int, str], list[tuple[datetime, datetime]]] = {}
    for beat in said:
        by_source.setdefault((subdistrict_id, beat.source), []).append((beat.taken_in, beat.complete_through))
    return Reading(replace(reading.ground, said=by_source), reading.log)


def around(chance: Random, said: list[Beat]) -> list[datetime]:
    """The moment of a beat, or the one before it."""
    return [chance.choice(said).taken_in - timedelta(microseconds=chance.randint(0, 1))] if said else []


def place_of(reading: Reading, world: FigureWorld, subdistrict_id: int, rows: list[InboxRow]) -> Place:
    """What can be asked about a history."""
    areas = [area.area_id for area in reading.world.areas.values() if area.subdistrict_id == subdistrict_id]
    days = {row.occurred_at.astimezone(world.zone).date() for row in rows if row.occurred_at is not None}
    return Place(subdistrict_id, tuple(sorted(areas)), tuple(sorted(days)))


def disagreements(connection: Connection, world: FigureWorld, reading: Reading, asked: Asked) -> list[str]:
    """One line per figure whose question and oracle differ."""
    found = []
    for name, figure in FIGURES.items():
        if name not in (ONLY or FIGURES.keys() - KNOWN.keys()) or asked.by not in figure.groupings:
            continue
        expected = figure.expect(reading, asked)
        answered = answer_of(figure, connection, filter_of(asked, world.zone_name), asked)
        if not is_right(answered, expected):
            found.append(f"{name}: the oracle says {expected}, the question {answered}; {asked}")
    return found


#: A third of the profile's examples in each of the three worlds, each of which asks everything; a failure is shrunk,
#: which takes minutes, only when figures are named.
EXAMPLES = settings(
    max_examples=max(5, EXAMPLES_IN_ALL // 3),
    phases=tuple(phase for phase in Phase if ONLY or phase is not Phase.shrink),
)


@EXAMPLES
@given(data=st.data())
def test_questions_agree_with_the_definitions(stage: tuple[FigureWorld, Connection], data: st.DataObject) -> None:
    world, connection = stage
    batches = data.draw(histories(world), label="history")
    rows = [row for batch in batches for row in batch.rows]
    subdistrict_id = tell(connection, batches)
    record(connection, world, data.draw(records(), label="staff and field work"))
    said = data.draw(beats(world, rows), label="complete through")
    say(connection, subdistrict_id, said)
    stand(raw_of(connection), data.draw(standings(world, rows), label="beside the cases"))
    reading = heard(store.read(raw_of(connection)), subdistrict_id, said)
    newest = max((row.recorded_at for row in reading.log), default=None)
    if newest is None:
        return
    place = place_of(reading, world, subdistrict_id, rows)
    found = []
    chance = Random(data.draw(st.integers(0, 2**20), label="chance of the questions"))
    for as_of in [*moments(chance, world, rows, QUESTIONS), *around(chance, said)]:
        asked = question(chance, place, as_of or newest)
        found += disagreements(connection, world, reading, asked)
    assert not found, "\n".join(found)
