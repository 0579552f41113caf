"""Can it be reached: the port for the pages, the pages themselves, the database. Each refusal is one sentence."""

import contextlib
import errno
import socket
import urllib.error
import urllib.request

import psutil
import sqlalchemy
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from seed.settings import without_password


class UnreachableError(RuntimeError):
    """Something the command needs cannot be had; the message is one sentence saying what to do."""


def check_port(port: int) -> None:
    """Raise UnreachableError when the port cannot be listened on, naming who has it and a free one."""
    problem = _bind(port)
    if problem is None:
        return
    if problem == errno.EACCES:
        raise UnreachableError(
            f"Port {port} is kept for the system: choose one from 1024 up, as in `make run PORT=8501`."
        )
    free = next((each for each in range(port + 1, min(port + 100, 65536)) if _bind(each) is None), port - 1)
    raise UnreachableError(
        f"Port {port} is taken{_holder(port)}: stop that program, or choose another port, as in `make run PORT={free}`."
    )


def check_database(url: str, *, who: str = "DATABASE_URL") -> None:
    """Raise UnreachableError when the database does not answer; the sentence holds no password."""
    engine = sqlalchemy.create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 10})
    try:
        with engine.connect() as connection:
            connection.execute(text("select 1"))
    except SQLAlchemyError as error:
        raise UnreachableError(
            f"The database {without_password(url)} cannot be reached ({first_line(error)}): "
            f"start it or correct {who}; without DATABASE_URL an embedded one is used."
        ) from None


def first_line(error: BaseException) -> str:
    """Return the last line that says something in the driver's message: the reason after the list of addresses."""
    original = getattr(error, "orig", None) or error
    lines = [line.strip() for line in str(original).splitlines() if line.strip()]
    told = [line for line in lines if not line.startswith(("Is the server running", "HINT", "LINE", "^"))]
    return (told or [type(original).__name__])[0].rpartition("failed: ")[2].rstrip(".")


def status_of(url: str, timeout: float = 2.0) -> int | None:
    """HTTP status of an address on this machine, asked without any proxy; None while nobody answers."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=timeout) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def own_address() -> str | None:
    """Address of this machine for others on its network; None when it has none. Sends nothing."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # reserved for documentation; connecting a datagram socket only picks the route
        return str(probe.getsockname()[0])
    up = {name for name, state in psutil.net_if_stats().items() if state.isup}
    for name, addresses in psutil.net_if_addrs().items():
        for address in addresses:
            if name in up and address.family == socket.AF_INET and not address.address.startswith("127."):
                return str(address.address)
    return None


def _bind(port: int) -> int | None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))  # noqa: S104 - the pages are for other screens too
        except OSError as error:
            return error.errno
    return None


def _holder(port: int) -> str:
    """Name and number of the program that listens on a port, as far as this user may know."""
    with contextlib.suppress(psutil.Error, OSError):
        for each in psutil.net_connections(kind="tcp"):
            if each.status == psutil.CONN_LISTEN and each.laddr and each.laddr.port == port and each.pid:
                return f" by {psutil.Process(each.pid).name()} (process {each.pid})"
    return ""
