"""The embedded server: started, stopped, killed and started again, in awkward folders, as root and as somebody else."""

import contextlib
import os
import pwd
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest
from sqlalchemy.engine import make_url

from seed.server import EmbeddedServer, ServerError, ServerInUseError, running
from seed.server_config import THROWAWAY, cluster_name
from seed.server_home import server_account
from tests.support.databases import throwaway_folder

pytestmark = pytest.mark.runtime
ROOT = Path(__file__).resolve().parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as somebody else")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with spaces, quotes and other alphabets in its name, deeper than a socket's path may be long."""
    with throwaway_folder() as made:
        deep = made / "a folder's name 数据" / ("deep " * 12) / ("deeper " * 12) / ".data"
        deep.mkdir(parents=True)
        yield deep


def ask(url: str, query: str) -> str:
    """First value of the first row, as text."""
    parsed = make_url(url)
    connection = psycopg2.connect(
        host=str(parsed.query["host"]), dbname=parsed.database, user=parsed.username, connect_timeout=5
    )
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
        connection.commit()
    assert row is not None
    return str(row[0])


def processes(data_dir: Path) -> list[psutil.Process]:
    """Everything of this server that is alive."""
    title = cluster_name((data_dir / "postgres").resolve())
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        words = " ".join(process.info["cmdline"] or [])
        if process.info["status"] != psutil.STATUS_ZOMBIE and (title in words or f"-D {data_dir}/postgres" in words):
            found.append(process)
    return found


def test_server_keeps_its_data_from_start_to_start(folder: Path) -> None:
    server = EmbeddedServer(folder, options=THROWAWAY)
    with server:
        url = server.url("owner")
        assert ask(url, "create table kept as select 7 as n; select n from kept") == "7"
        assert ask(url, "show timezone") == "UTC"
        assert ask(url, "show server_encoding") == "UTF8"
        assert ask(url, "show listen_addresses") == ""
        assert ask(url, "select rolsuper from pg_roles where rolname = current_user") == "False"
        sockets = Path(str(make_url(url).query["host"]))
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert processes(folder) == []
    assert not sockets.exists()
    with server:
        assert ask(server.url("owner"), "select n from kept") == "7"


def test_second_owner_is_refused_and_a_guest_is_let_in(folder: Path) -> None:
    with EmbeddedServer(folder, options=THROWAWAY) as server:
        with pytest.raises(ServerInUseError, match=f"in use by process {os.getpid()}"):
            EmbeddedServer(folder).start()
        with running(folder) as guest:
            assert ask(guest.url("owner"), "select 1") == "1"
        assert server.is_alive()


@as_root
def test_root_runs_the_server_as_nobody(folder: Path) -> None:
    with EmbeddedServer(folder, options=THROWAWAY) as server:
        assert server.pid is not None
        assert psutil.Process(server.pid).username() == "nobody"


OWNER = """
import sys, time
from pathlib import Path
from seed.server import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]), options={"fsync": "off"})
server.start()
print(server.pid, flush=True)
time.sleep(600)
"""


def start_owner(folder: Path) -> tuple[subprocess.Popen[str], int]:
    """A process of its own that owns a server; also the server's number."""
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    return owner, int(owner.stdout.readline())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent has died")
def test_server_ends_with_a_killed_owner(folder: Path) -> None:
    owner, _ = start_owner(folder)
    owner.kill()
    owner.wait()
    give_up = time.monotonic() + 10
    while processes(folder) and time.monotonic() < give_up:
        time.sleep(0.05)
    assert processes(folder) == []


def test_start_after_everything_was_killed_at_once(folder: Path) -> None:
    """Also with the number of the dead server given to another program in between, and a session left at work."""
    owner, number = start_owner(folder)
    with running(folder) as guest:
        parsed = make_url(guest.url("owner"))
    worker = psycopg2.connect(host=str(parsed.query["host"]), dbname="grid", user="grid_owner", async_=True)
    while worker.poll() != psycopg2.extensions.POLL_OK:
        time.sleep(0.01)
    worker.cursor().execute("select count(*) from generate_series(1, 1000000000)")
    for process in (owner.pid, number):
        os.kill(process, signal.SIGKILL)
    owner.wait()
    # only of a program of its own account does PostgreSQL believe that it might be a server
    other = subprocess.Popen(["sleep", "60"], **server_account().arguments)
    of_socket = Path(str(parsed.query["host"])) / ".s.PGSQL.5432.lock"
    for pid_file in (folder / "postgres" / "postmaster.pid", of_socket):
        lines = pid_file.read_text("utf-8").splitlines()
        pid_file.write_text("\n".join([str(other.pid), *lines[1:]]) + "\n", "utf-8")
    with EmbeddedServer(folder, options=THROWAWAY) as server:
        assert ask(server.url("owner"), "select 1") == "1"
    worker.close()
    other.kill()
    other.wait()
    assert processes(folder) == []


def test_start_after_an_interrupted_first_start(folder: Path) -> None:
    (folder / "postgres.new").mkdir()
    (folder / "postgres.new" / "PG_VERSION").write_text("18\n", "ascii")
    with EmbeddedServer(folder, options=THROWAWAY) as server:
        assert ask(server.url("owner"), "select 1") == "1"


def test_data_of_another_version_is_refused(folder: Path) -> None:
    with EmbeddedServer(folder, options=THROWAWAY):
        pass
    (folder / "postgres" / "PG_VERSION").write_text("12\n", "ascii")
    with pytest.raises(ServerError, match="PostgreSQL 12"):
        EmbeddedServer(folder).start()


def test_nobody_listens_on_the_network(folder: Path) -> None:
    with EmbeddedServer(folder, options=THROWAWAY) as server:
        assert server.pid is not None
        kinds = {each.family for each in psutil.Process(server.pid).net_connections("all")}
        assert kinds <= {socket.AF_UNIX}


@as_root
def test_ordinary_user_runs_the_server_as_himself() -> None:
    """Tried with a Python that such a user can start; the packages are found by path."""
    nobody = pwd.getpwnam("nobody")
    packages = Path(psycopg2.__file__).parents[1]
    paths = f"import sys; sys.path[:0] = [{str(packages)!r}, {str(ROOT)!r}]"
    script = paths + OWNER.replace("time.sleep(600)", "server.stop()")
    python = next((path for path in (Path(sys.executable).resolve(), Path("/usr/bin/python3")) if _can_use(path)), None)
    if python is None:
        pytest.skip("no Python that an ordinary user can start has this version")
    with throwaway_folder() as made:
        os.chown(made, nobody.pw_uid, nobody.pw_gid)
        done = subprocess.run(
            [str(python), "-c", script, str(made / ".data")],
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
            user=nobody.pw_uid,
            group=nobody.pw_gid,
            extra_groups=[],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert (made / ".data" / "postgres").stat().st_uid == nobody.pw_uid


def _can_use(python: Path) -> bool:
    """Whether nobody can start this Python, it has our version, and he can read the project and its packages."""
    nobody = pwd.getpwnam("nobody")
    packages = Path(psycopg2.__file__).parents[1]
    test = (
        f"import sys, os; sys.exit(sys.version_info[:2] != {sys.version_info[:2]} "
        f"or not os.access({str(packages)!r}, os.R_OK) or not os.access({str(ROOT / 'seed' / 'server.py')!r}, os.R_OK))"
    )
    with contextlib.suppress(OSError):
        done = subprocess.run(
            [str(python), "-c", test], cwd="/", user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[], check=False
        )
        return done.returncode == 0
    return False
