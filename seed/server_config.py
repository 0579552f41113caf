"""The configuration of the embedded server: one small machine, one application, reached by its own user alone."""

import hashlib
import os
from pathlib import Path

import psutil

from seed.server_home import Home

MEGABYTE = 1024 * 1024
#: Role that may do everything, for the server's own upkeep; the application never uses it.
ADMIN_ROLE = "grid_admin"
OWNER_ROLE = "grid_owner"

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    # loading two years of a city in bulk, then many small batches
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "4GB",
    "min_wal_size": "256MB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    # nobody replicates it, and what is made and filled in one transaction is then not written twice
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "random_page_cost": "1.1",
    # the questions take milliseconds: compiling them would take longer
    "jit": "off",
    # the log file holds what a person should read
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %q%u ",
}

#: Only for databases that are thrown away: a crash of the machine loses them.
THROWAWAY = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "1GB"}


def cluster_name(cluster: Path) -> str:
    """Name in the title of every process of the server, by which those left behind are found."""
    return f"grid-{hashlib.sha256(os.fsencode(cluster)).hexdigest()[:12]}"


def write(home: Home, user: str, options: dict[str, str]) -> None:
    """Write the three files of the server; `user` is the system's name of who may log in, as any role."""
    settings = SETTINGS | _by_machine() | options
    settings |= {"unix_socket_directories": str(home.sockets), "cluster_name": cluster_name(home.cluster)}
    lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in settings.items()]
    _replace(home, "postgresql.conf", ["# Written anew at each start by seed/server_config.py.", *lines])
    _replace(home, "pg_hba.conf", ["local all all peer map=application"])
    _replace(home, "pg_ident.conf", [f'application "{user}" all'])


def _by_machine() -> dict[str, str]:
    """Shares of memory and processors: 512 MB of buffers, less on a machine with less than 4 GB."""
    memory = _memory()
    settings = {
        "shared_buffers": f"{max(32, min(512, memory // 8 // MEGABYTE))}MB",
        "effective_cache_size": f"{max(64, memory // 2 // MEGABYTE)}MB",
        "max_parallel_workers_per_gather": str(min(2, max(0, (os.cpu_count() or 1) // 2))),
    }
    shared = Path("/dev/shm")  # noqa: S108 - only its size is read; containers often give it 64 MB
    if shared.is_dir() and psutil.disk_usage(str(shared)).total < 512 * MEGABYTE:
        settings["dynamic_shared_memory_type"] = "sysv"
    return settings


def _memory() -> int:
    """Bytes of memory this process may use: the machine's, or the container's limit where that is less."""
    memory = int(psutil.virtual_memory().total)
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            memory = min(memory, int(Path(limit).read_text(encoding="ascii")))
        except (OSError, ValueError):  # no such group, or "max"
            continue
    return memory


def _replace(home: Home, name: str, lines: list[str]) -> None:
    """Put a file in the cluster by renaming, so that nothing the server's account left there is written through."""
    fresh = home.cluster / f"{name}.new"
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        home.account.own(handle)
        file.write("\n".join(lines) + "\n")
    fresh.replace(home.cluster / name)
