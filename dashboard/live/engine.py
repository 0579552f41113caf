"""Connections to the store: small pools for pictures and for answers, one connection of its own for the listener."""

from typing import Any, Final

from sqlalchemy import Engine, NullPool, create_engine, event, make_url

from dashboard.live.counters import STATEMENTS

#: A dead peer is noticed within some six seconds, not after the system's two hours, and asked for again as soon.
_CONNECT: Final[dict[str, Any]] = {
    "connect_timeout": 3,
    "keepalives": 1,
    "keepalives_idle": 3,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 4000,
}


def picture_engine(url: str) -> Engine:
    """Reads whole pictures: each in one read-only transaction that sees one state of the store."""
    engine = create_engine(
        url,
        pool_size=1,
        max_overflow=1,
        pool_pre_ping=True,
        pool_recycle=1800,
        isolation_level="REPEATABLE READ",
        connect_args={
            **_CONNECT,
            "application_name": "dashboard pictures",
            "options": _options(url, "-c statement_timeout=15000 -c default_transaction_read_only=on -c jit=off"),
        },
    )
    return _counted(engine, "picture")


def answers_engine(url: str) -> Engine:
    """Answers viewers' own questions, each in one read-only transaction; a click is not waited for longer than 5 s."""
    engine = create_engine(
        url,
        pool_size=2,
        max_overflow=2,
        pool_timeout=5,
        pool_pre_ping=True,
        pool_recycle=1800,
        isolation_level="REPEATABLE READ",
        connect_args={
            **_CONNECT,
            "application_name": "dashboard answers",
            "options": _options(url, "-c statement_timeout=5000 -c default_transaction_read_only=on -c jit=off"),
        },
    )
    return _counted(engine, "answer")


def listener_engine(url: str) -> Engine:
    """One autocommit connection outside any pool: a pooler between would swallow notifications."""
    engine = create_engine(
        url,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={
            **_CONNECT,
            "application_name": "dashboard listener",
            "options": _options(url, "-c statement_timeout=5000"),
        },
    )
    return _counted(engine, "listener")


def command_engine(url: str) -> Engine:
    """Calls the named commands as the operator, each in a transaction of its own."""
    engine = create_engine(
        url,
        pool_size=1,
        max_overflow=2,
        pool_pre_ping=True,
        pool_recycle=1800,
        pool_timeout=5,
        connect_args={
            **_CONNECT,
            "application_name": "dashboard commands",
            "options": _options(url, "-c statement_timeout=5000"),
        },
    )
    return _counted(engine, "command")


def _options(url: str, ours: str) -> str:
    """Our settings after those the address brings (the role to take on, for one), which ours would replace."""
    theirs = make_url(url).query.get("options")
    return f"{theirs} {ours}" if isinstance(theirs, str) else ours


def _counted(engine: Engine, by: str) -> Engine:
    """Count every statement the engine sends."""
    statements = STATEMENTS.labels(by=by)

    @event.listens_for(engine, "before_cursor_execute")
    def _count(*_: object) -> None:
        statements.inc()

    return engine
