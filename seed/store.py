"""The store as a whole: is it there, is its schema current, is it empty, bring it up to date.

Two things make up a schema: the numbered migrations (tables) and the SQL objects (functions, grants), which are
replaced together whenever their text has changed. ``schema_state`` answers for both.
"""

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from seed.faults import Fault

SCHEMA = Path(__file__).parent / "schema"
_DAYS_WAITING = Path(__file__).parent / "sql" / "days_waiting.sql"
#: Days packed in a transaction: writers of the subdistrict wait so long, some hundredths of a second.
_PACKED_AT_ONCE = 10
SchemaState = Literal["empty", "current", "outdated", "newer"]

#: Held while a schema is being changed, so that two starts at once do not both migrate.
_MIGRATION_LOCK = 20260101

#: Held while a file is loaded, so that the next one sees what this one has loaded.
FILLING_LOCK = 20260102

#: The setting that says which indexes are still to be made.
_PUT_OFF = "indexes_put_off"
_SORTED_IN_MEMORY = "maintenance_work_mem = '256MB'"


class StoreError(Fault):
    """Something about the store that a person has to put right; the text says what to do."""


def engine(url: str) -> sa.Engine:
    """An engine for a command: one connection at a time, checked before use, closed when given back."""
    return sa.create_engine(url, poolclass=sa.NullPool, connect_args={"connect_timeout": 10})


def object_files() -> list[Path]:
    """The SQL objects in the order in which they are created."""
    return sorted((SCHEMA / "objects").glob("*.sql"))


def objects_fingerprint() -> str:
    """SHA-256 over the text of all SQL objects."""
    digest = hashlib.sha256()
    for path in object_files():
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCHEMA).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def head() -> str:
    """The newest migration of this release."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    if revision is None:
        raise StoreError("this release has no migrations: the installation is incomplete")
    return revision


def _stored(connection: sa.Connection) -> tuple[str | None, str | None]:
    """Migration and fingerprint of the objects as the store has them; None where it has none."""
    if connection.scalar(sa.text("select to_regclass('public.schema_version')")) is None:
        return None, None
    revision = connection.scalar(sa.text("select version_num from public.schema_version"))
    if revision is None or connection.scalar(sa.text("select to_regclass('app.settings')")) is None:
        return revision, None
    fingerprint = connection.scalar(
        sa.text("select value #>> '{}' from app.settings where key = 'objects_fingerprint'")
    )
    return revision, fingerprint


def schema_state(url: str) -> SchemaState:
    """Whether the store's schema is this release's. Raises sqlalchemy.exc.OperationalError when unreachable."""
    with engine(url).connect() as connection:
        return _state(connection)


def _state(connection: sa.Connection) -> SchemaState:
    revision, fingerprint = _stored(connection)
    if revision is None:
        return "empty"
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision not in known:
        return "newer"
    return "current" if revision == head() and fingerprint == objects_fingerprint() else "outdated"


def run_script(connection: sa.Connection, path: Path) -> None:
    """Run a file of several statements as it stands: no parameters, so that a percent sign is one."""
    connection.exec_driver_sql(path.read_text(encoding="utf-8"), execution_options={"no_parameters": True})


def migrate(url: str, time_zone: str = "Asia/Shanghai", *, to_be_filled: bool = False) -> SchemaState:
    """Bring the schema up to date as the owner; returns what it was before.

    ``time_zone`` (IANA) becomes the zone of local days in a store that is new; an existing store keeps its own.
    ``to_be_filled``: a store that is new goes without the indexes that serve questions alone until ``make_indexes``,
    which whoever fills it calls; should that one be killed, the next call of this does.
    Raises StoreError when the store is newer than this release.
    """
    with engine(url).begin() as connection:
        if _is_left_unfilled(connection):
            make_indexes(connection)  # before any migration, which may drop one of them
        before = migrate_within(connection, time_zone)
        if before == "empty" and to_be_filled:
            remember(connection, _PUT_OFF, _without_question_indexes(connection))
        return before


def migrate_within(connection: sa.Connection, time_zone: str = "Asia/Shanghai") -> SchemaState:
    """The same in the caller's transaction, so that it can be taken back."""
    before = _state(connection)
    if before in ("empty", "outdated"):
        connection.execute(sa.text("select pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
        before = _state(connection)  # another may have done it meanwhile
    if before == "newer":
        raise StoreError(
            "the database was made by a newer release than this one: install that release, or use another database"
        )
    if before == "current":
        return before
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    for path in object_files():
        run_script(connection, path)
    if before == "empty":
        connection.execute(
            sa.text("update app.settings set value = to_jsonb(cast(:zone as text)) where key = 'time_zone'"),
            {"zone": time_zone},
        )
    connection.execute(
        sa.text(
            "insert into app.settings (key, value, note)"
            " values ('objects_fingerprint', to_jsonb(cast(:fingerprint as text)), 'of the SQL objects')"
            " on conflict (key) do update set value = excluded.value"
        ),
        {"fingerprint": objects_fingerprint()},
    )
    return before


def remember(connection: sa.Connection, key: str, value: object) -> None:
    """Keep a setting in the store (any value that JSON can hold)."""
    connection.execute(
        sa.text(
            "insert into app.settings (key, value) values (:key, cast(:value as jsonb))"
            " on conflict (key) do update set value = excluded.value"
        ),
        {"key": key, "value": json.dumps(value)},
    )


def recall(url: str, key: str) -> Any:
    """A setting of the store; None where it has none."""
    with engine(url).connect() as connection:
        return connection.scalar(sa.text("select value from app.settings where key = :key"), {"key": key})


def _without_question_indexes(connection: sa.Connection) -> list[str]:
    """Drop the indexes of app.cases that serve questions alone; returns what makes them again, the widest first.

    Before the first load of an empty store: keeping them up row by row costs it a tenth of its time.
    """
    indexes = connection.execute(
        sa.text(
            "select cast(cast(indexrelid as regclass) as text) as name, pg_get_indexdef(indexrelid) as definition"
            " from pg_index where indrelid = cast('app.cases' as regclass)"
            " and not indisunique and (indpred is null or indnatts > indnkeyatts)"  # not the small partial ones
        )
    ).all()
    for index in indexes:
        connection.exec_driver_sql(f"drop index {index.name}")
    return sorted((index.definition for index in indexes), key=len, reverse=True)


def _is_left_unfilled(connection: sa.Connection) -> bool:
    """Whether indexes were put off and nobody is filling the store, who would make them."""
    if connection.scalar(sa.text("select to_regclass('app.settings')")) is None:
        return False
    is_put_off = sa.text("select exists (select 1 from app.settings where key = :key)")
    is_free = sa.text("select pg_try_advisory_xact_lock(:lock)")
    return bool(connection.scalar(is_put_off, {"key": _PUT_OFF})) and bool(
        connection.scalar(is_free, {"lock": FILLING_LOCK})
    )


def make_indexes(connection: sa.Connection) -> None:
    """Make the indexes that ``migrate`` has put off, in the caller's transaction as the owner; else nothing."""
    put_off = connection.scalar(sa.text("delete from app.settings where key = :key returning value"), {"key": _PUT_OFF})
    if put_off:
        connection.exec_driver_sql(f"set local {_SORTED_IN_MEMORY}")
        for definition in put_off:
            connection.exec_driver_sql(definition)


@contextlib.contextmanager
def indexes_put_off(url: str) -> Iterator[None]:
    """The same for a load of many transactions: within the block they are missing, at its end made side by side.

    A load that fails leaves them out; its store is made anew.
    """
    with engine(url).begin() as connection:
        put_off = _without_question_indexes(connection)
    yield
    with ThreadPoolExecutor(max_workers=2) as workers:
        made = [
            workers.submit(_outside_a_transaction, url, (f"set {_SORTED_IN_MEMORY}", definition))
            for definition in put_off
        ]
        for each in made:
            each.result()


def pack(url: str, is_over: Callable[[], bool] = lambda: False) -> int:
    """Pack all days of cases that wait for it, or until ``is_over``; returns how many."""
    packed = 0
    with engine(url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for subdistrict_id in connection.scalars(sa.text(_DAYS_WAITING.read_text(encoding="utf-8"))).all():
            done = _PACKED_AT_ONCE
            while done == _PACKED_AT_ONCE and not is_over():
                done = connection.scalar(
                    sa.text("select app.pack_days(:subdistrict_id, :days)"),
                    {"subdistrict_id": subdistrict_id, "days": _PACKED_AT_ONCE},
                )
                packed += done
    return packed


def tidy(url: str, *, packs: bool = True) -> None:
    """Vacuum and analyze what a bulk load has filled, and pack its days, so that the first questions are answered well.

    ``packs`` False leaves the packing to whoever comes round to it (``pack``), since it takes as long as loading a
    twelfth of the rows.

    Nothing is ever deleted from the log: it is analyzed alone, beside the rest.
    """
    cases = ("vacuum (analyze) app.cases",)
    # every month is sampled, and all of them together again: a small sample of each tells enough
    log = ("set default_statistics_target = 20", "analyze app.case_log")
    rest = (
        # without them the planner takes the areas for one, and asks for the cases of each anew
        "analyze app.areas, app.area_closure, app.subdistricts, app.case_types, app.departments, app.sources",
        "vacuum app.inbox",
        "vacuum (analyze) app.escalations, app.area_day, app.case_checkpoint, app.recorded_hours",
    )
    with ThreadPoolExecutor(max_workers=3) as workers:
        tidied = [workers.submit(_outside_a_transaction, url, statements) for statements in (cases, log, rest)]
        if packs:
            tidied.append(workers.submit(_packed_and_analyzed, url))
        for done in tidied:
            done.result()


def _packed_and_analyzed(url: str) -> None:
    pack(url)
    _outside_a_transaction(url, ("vacuum (analyze) app.packed_days",))


def _outside_a_transaction(url: str, statements: tuple[str, ...]) -> None:
    with engine(url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def is_empty(url: str) -> bool:
    """Whether the store holds no subdistrict yet."""
    with engine(url).connect() as connection:
        return not connection.scalar(sa.text("select exists (select 1 from app.subdistricts)"))


def subdistricts(url: str) -> list[tuple[int, str]]:
    """Id and English name of each subdistrict, in order of id."""
    with engine(url).connect() as connection:
        rows = connection.execute(
            sa.text(
                "select subdistricts.subdistrict_id, areas.name_en from app.subdistricts"
                " join app.areas on areas.area_id = subdistricts.subdistrict_id order by 1"
            )
        )
        return [(row.subdistrict_id, row.name_en) for row in rows]
