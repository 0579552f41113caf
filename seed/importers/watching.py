"""How far the door has come with a file: it says so in its session's name (app.door_tell), and another looks on."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final, cast

import sqlalchemy as sa

from seed.importers.progress import Stage, Step, Tell, silent

#: Seconds between two looks, and for which a look may be waited for.
EVERY: Final = 0.5
_PATIENCE: Final = 5.0
_NAME: Final = re.compile(r"door: (comparing|taking in) ([\d.]+) ([\d.]+)(?: (\d+) (\d+))?")
_LOOK: Final = sa.text(
    "select pg_stat_activity.application_name, log_id_seq.last_value"
    " from pg_stat_activity cross join app.log_id_seq where pg_stat_activity.pid = :pid"
)


def step_of(name: str, drawn: int, rows: int) -> Step | None:
    """What a session's name tells of a file of so many rows; ``drawn``: what app.log_id_seq has given last.

    Rows are a share of the door's work, not of its rows: it takes all rows through one step after the other.
    """
    told = _NAME.fullmatch(name)
    if told is None:
        return None
    done, following = float(told[2]), float(told[3])
    if told[4] is not None:
        done += (following - done) * min(1.0, max(0, drawn - int(told[4])) / max(1, int(told[5])))
    return Step(cast(Stage, told[1]), round(min(1.0, done) * rows), rows if done else None)


@contextmanager
def watched(connection: sa.Connection, rows: int, tell: Tell) -> Iterator[None]:
    """Within the block, tell how far the door has come in this session; a look that fails is the last, and no harm."""
    if tell is silent:
        yield
        return
    driver = connection.connection.dbapi_connection
    assert driver is not None
    pid, over = driver.info.backend_pid, threading.Event()

    def look_on() -> None:
        far: dict[Stage, int] = {}
        engine = connection.engine.execution_options(isolation_level="AUTOCOMMIT")
        with suppress(sa.exc.SQLAlchemyError), engine.connect() as other:
            other.execute(sa.text("set statement_timeout = '2s'"))
            while not over.wait(EVERY):
                row = other.execute(_LOOK, {"pid": pid}).one_or_none()
                step = None if row is None else step_of(row.application_name or "", row.last_value, rows)
                if step is not None and step.rows >= far.get(step.stage, 0) and not over.is_set():
                    far[step.stage] = step.rows
                    tell(step)

    looking = threading.Thread(target=look_on, name="progress of the door", daemon=True)
    looking.start()
    try:
        yield
    finally:
        over.set()
        looking.join(_PATIENCE)
