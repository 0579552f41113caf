"""The embedded PostgreSQL: started and stopped here, from the programs of a wheel, when DATABASE_URL is not set.

One process at a time owns the server of a data folder: it holds a lock that the system itself lets go when the process
ends, however it ends. The server dies with its owner (Linux: the parent-death signal), and what a kill −9 of everything
leaves behind is cleared by the next start: processes of this cluster are found by the title they carry and stopped,
and only then is a stale process file removed, so a number that now belongs to some other program does no harm.

Other processes reach a running server by `running(data_dir)`. The application's roles log in by `peer`: the socket's
other end must be the account that started the application. `grid_owner` owns the database `grid` and may make roles
and databases, and is no superuser: migrations need here what they need on any other PostgreSQL, and no more.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType

import psutil
import psycopg2
from psycopg2 import sql
from sqlalchemy.engine import URL

from seed import server_config
from seed.parent_death import die_with_parent
from seed.server_home import Home, ServerError, current_user, find_home

__all__ = ["EmbeddedServer", "ServerError", "ServerInUseError", "clear_leftovers", "running"]

DATABASE = "grid"
ROLES = ("owner", "reader", "writer", "operator")
START_SECONDS = 60.0
STOP_SECONDS = 15.0
LOG_BYTES = 10 * 1024 * 1024


class ServerInUseError(ServerError):
    """Another process owns the server of this data folder."""


class EmbeddedServer:
    """The server of one data folder, owned by this process from `start` to `stop`.

    Start it in the main thread: on Linux the server ends with the thread that started it.
    """

    def __init__(self, data_dir: Path, *, options: Mapping[str, str] | None = None) -> None:
        """Take the data folder and settings of PostgreSQL that differ from the usual; touches nothing yet."""
        self.data_dir = Path(data_dir)
        self.options = dict(options or {})
        self._home: Home | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: int | None = None

    def __enter__(self) -> "EmbeddedServer":
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> str:
        """Start the server and return the owner's URL.

        Raises ServerInUseError when another process owns it, ServerError when it does not answer within 60 s.
        """
        if self._process is not None:
            return self.url("owner")
        home = find_home(self.data_dir)
        self._lock = _take_lock(home.cluster, self.data_dir)
        try:
            clear_leftovers(home)
            self._home = home
            _make_cluster(home)
            server_config.write(home, current_user(), self.options)
            self._process = self._launch(home)
            self._wait(home)
            _make_owner(home.sockets)
        except BaseException:
            self.stop()
            raise
        return self.url("owner")

    def stop(self) -> None:
        """End all sessions and the server (fast shutdown), and let the lock go. Does nothing when not started."""
        process, self._process = self._process, None
        if process is not None:
            for step, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
                if process.poll() is not None:
                    break
                process.send_signal(step)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(seconds)
        home, self._home = self._home, None
        if home is not None and process is not None:
            shutil.rmtree(home.sockets, ignore_errors=True)
        lock, self._lock = self._lock, None
        if lock is not None:
            os.close(lock)

    def url(self, role: str = "owner", database: str = DATABASE) -> str:
        """SQLAlchemy URL for owner, reader, writer or operator; raises ServerError when no server runs."""
        if role not in ROLES:
            raise ValueError(f"Unknown role {role!r}; one of {', '.join(ROLES)}")
        sockets = self._home.sockets if self._home else _sockets_of(self.data_dir)
        if sockets is None:
            raise ServerError(f"No server runs on {self.data_dir}: start it with `make run`, or set DATABASE_URL.")
        query = {"host": str(sockets)}
        return URL.create(
            "postgresql+psycopg2", username=f"grid_{role}", database=database, query=query
        ).render_as_string()

    def recreate_database(self) -> None:
        """Throw the database away and make it anew, empty; only for the owner of a started server."""
        assert self._home is not None, "only the process that started the server may do this"
        with contextlib.closing(_connect(self._home.sockets)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(DATABASE)))
        _make_owner(self._home.sockets)

    @property
    def pid(self) -> int | None:
        """Process number of the server while this process owns it."""
        return self._process.pid if self._process else None

    def is_alive(self) -> bool:
        """Tell whether the server this process started still runs."""
        return self._process is not None and self._process.poll() is None

    def _launch(self, home: Home) -> subprocess.Popen[bytes]:
        log = self.data_dir / "postgres.log"
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as output:
            return subprocess.Popen(
                [home.programs / "postgres", "-D", home.cluster],
                cwd=home.cluster,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # a Ctrl-C at the terminal reaches the owner only, who ends things in order
                preexec_fn=die_with_parent(signal.SIGINT),
                **home.account.arguments,
            )

    def _wait(self, home: Home) -> None:
        """Return when a real connection succeeds."""
        assert self._process is not None
        give_up = time.monotonic() + START_SECONDS
        while True:
            problem = _try_connection(home.sockets)
            if problem is None:
                return
            if self._process.poll() is not None:
                raise ServerError(f"The embedded server ended while starting: {_last_line(self.data_dir)}")
            if time.monotonic() > give_up:
                raise ServerError(f"The embedded server did not answer within {START_SECONDS:.0f} s: {problem}")
            time.sleep(0.05)


@contextlib.contextmanager
def running(data_dir: Path) -> Iterator[EmbeddedServer]:
    """Give the server of a data folder: the one that runs, or one started for as long as the block lasts.

    Raises ServerError as `start` does.
    """
    server = EmbeddedServer(data_dir)
    sockets = _sockets_of(data_dir)
    if sockets is not None and _try_connection(sockets) is None:
        yield server
        return
    with server:
        yield server


def clear_leftovers(home: Home) -> None:
    """Stop what an earlier owner left running on this cluster, and remove its process file and its socket.

    Both name a process whose number may belong to another program by now, which PostgreSQL takes for a living server.
    Only called under the lock: no living owner has these processes. A server that is just shutting down is given time.
    """
    for step, seconds in ((None, 5.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        left = _processes_of(home.cluster)
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(step) if step is not None else None
        give_up = time.monotonic() + seconds
        while left and time.monotonic() < give_up:
            time.sleep(0.05)
            left = _processes_of(home.cluster)
        if not left:
            break
    else:
        raise ServerError(f"Processes of an earlier server on {home.cluster} do not end; restart the machine.")
    (home.cluster / "postmaster.pid").unlink(missing_ok=True)
    for left_file in home.sockets.glob(".s.PGSQL.*"):
        left_file.unlink(missing_ok=True)


def _processes_of(cluster: Path) -> list[psutil.Process]:
    """Server and sessions of this cluster, by the titles they carry: readable without any right over them."""
    title = f"postgres: {server_config.cluster_name(cluster)}: "
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        words = process.info["cmdline"] or []
        if process.info["status"] == psutil.STATUS_ZOMBIE or not words:
            continue
        if words[0].startswith(title) or (
            words[0].endswith("/postgres") and words[1:2] == ["-D"] and words[2:3] == [str(cluster)]
        ):
            found.append(process)
    return found


def _take_lock(cluster: Path, data_dir: Path) -> int:
    """Hold `<cluster>.lock` until closed; it stands beside the data, so two links to one cluster share it."""
    path = cluster.with_name(cluster.name + ".lock")
    try:
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    except PermissionError:
        raise ServerError(
            f"The data in {data_dir} belongs to another user: set DATA_DIR to a folder of yours."
        ) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(lock, 20).decode(errors="replace").strip()
        os.close(lock)
        by = f" by process {holder}" if holder else ""
        raise ServerInUseError(
            f"The store in {data_dir} is in use{by}: stop that first, or run beside it with DATA_DIR and PORT set."
        ) from None
    os.truncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    return lock


def _make_cluster(home: Home) -> None:
    """Make the data directory where there is none; one half made by an interrupted start is thrown away."""
    version = home.cluster / "PG_VERSION"
    if version.exists():
        _check_cluster(home, version.read_text(encoding="ascii").strip())
        return
    fresh = home.cluster.with_name(home.cluster.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    home.account.own(fresh)
    command: list[str | Path] = [
        home.programs / "initdb", "--pgdata", fresh, "--username", server_config.ADMIN_ROLE, "--auth", "peer",
        "--encoding", "UTF8", "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8",
        "--no-instructions",
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=fresh, env=_environment(), capture_output=True, text=True, check=False, **home.account.arguments
    )
    if done.returncode != 0:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
        raise ServerError(f"A new database could not be made in {home.cluster}: {lines[-1]}")
    if home.cluster.exists():
        home.cluster.rmdir()
    fresh.replace(home.cluster)


def _check_cluster(home: Home, version: str) -> None:
    """Refuse data of another account or another major version of PostgreSQL."""
    if home.cluster.stat().st_uid != home.account.uid:
        raise ServerError(
            f"The data in {home.cluster} belongs to another user than {home.account.name}: "
            "start as the one who made it, or set DATA_DIR to another folder."
        )
    shown = subprocess.run([home.programs / "postgres", "--version"], capture_output=True, text=True, check=False)
    programs = shown.stdout.rpartition(" ")[2].partition(".")[0].strip()
    if programs and programs != version:
        raise ServerError(
            f"The data in {home.cluster} was made by PostgreSQL {version} and the installed one is {programs}: "
            "set DATA_DIR to a new folder, or bring the old data over with pg_dump."
        )


def _make_owner(sockets: Path) -> None:
    """Make the owner and its database where they are missing, each on its own, since a start can be interrupted."""
    with contextlib.closing(_connect(sockets)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        owner = sql.Identifier(server_config.OWNER_ROLE)
        cursor.execute("select 1 from pg_catalog.pg_roles where rolname = %s", [server_config.OWNER_ROLE])
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("create role {} login createrole createdb").format(owner))
        cursor.execute(sql.SQL("grant pg_monitor, pg_signal_backend, pg_checkpoint to {}").format(owner))
        cursor.execute("select 1 from pg_catalog.pg_database where datname = %s", [DATABASE])
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("create database {} owner {}").format(sql.Identifier(DATABASE), owner))


def _connect(sockets: Path) -> "psycopg2.extensions.connection":
    return psycopg2.connect(
        host=str(sockets), dbname="postgres", user=server_config.ADMIN_ROLE, connect_timeout=5, application_name="start"
    )


def _try_connection(sockets: Path) -> str | None:
    """None when the server answers a query, else the reason in one line."""
    try:
        with contextlib.closing(_connect(sockets)) as connection, connection.cursor() as cursor:
            cursor.execute("select 1")
    except psycopg2.Error as error:
        return " ".join(str(error).split())
    return None


def _sockets_of(data_dir: Path) -> Path | None:
    """Folder of the socket of the server on a data folder, from the server's own process file; None without one."""
    try:
        lines = (data_dir / "postgres" / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return Path(lines[4]) if len(lines) > 4 and lines[4] else None


def _environment() -> dict[str, str]:
    """Only what the server needs: none of the caller's PG… variables, secrets or languages."""
    return {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "TZ": "UTC"}


def _last_line(data_dir: Path) -> str:
    log = data_dir / "postgres.log"
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["the log is empty"]
    fatal = [line for line in lines[-20:] if ("FATAL" in line or "PANIC" in line) and "starting up" not in line]
    return f"{(fatal or lines)[-1]} (see {log})"
