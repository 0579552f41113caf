"""`python -m tests.bench.proxy`: two processes behind nginx, by the configuration of deploy/, with 200 walls.

nginx is Debian's (`apt-get install nginx-light`); it runs here as a process of its own in a throwaway folder.
"""

import argparse
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import httpx

from tests.bench.measure import Measure, keep, show
from tests.bench.walls import crowded, demo_city
from tests.support.app import ROOT, AppServer, free_port, serve_app, stop_group, wait_for
from tests.support.databases import throwaway_folder

CONFIGURATION: Final = ROOT / "deploy" / "nginx.conf"


def configuration(text: str, *, port: int, apps: Sequence[int], log: Path) -> str:
    """The configuration of deploy/ with the ports of this run; raises ValueError where it names none to replace."""
    servers = [line for line in text.splitlines() if re.match(r"\s+server 127\.0\.0\.1:\d+ ", line)]
    if len(servers) != len(apps):
        raise ValueError(f"{len(servers)} servers in the configuration, {len(apps)} processes here")
    for line, app in zip(servers, apps, strict=True):
        text = text.replace(line, re.sub(r":\d+", f":{app}", line))
    text, listens = re.subn(r"listen 80;", f"listen 127.0.0.1:{port};", text)
    text, logs = re.subn(r"/var/log/nginx/grid\.log", str(log), text)
    if not listens or not logs:
        raise ValueError("the configuration listens on no port 80, or writes another log")
    return text


@contextmanager
def nginx(folder: Path, apps: Sequence[int]) -> Iterator[str]:
    """Nginx before these ports; its address."""
    port = free_port()
    inner = configuration(CONFIGURATION.read_text("utf-8"), port=port, apps=apps, log=folder / "access.log")
    (folder / "nginx.conf").write_text(
        f"worker_processes 1;\ndaemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n"
        f"events {{ worker_connections 4096; }}\nhttp {{\n{inner}\n}}\n",
        encoding="utf-8",
    )
    process = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)], start_new_session=True)
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health", seconds=10, process=process)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop_group(process)


def stickiness(url: str) -> list[Measure]:
    """Whether each browser stays with its process, and browsers are spread over both."""
    homes = []
    strayed = 0
    for _ in range(40):
        with httpx.Client() as browser:
            boots = {browser.get(f"{url}/pulse?once").json()["boot"] for _ in range(5)}
        strayed += len(boots) > 1
        homes.append(sorted(boots)[0])
    counts = sorted(homes.count(home) for home in set(homes))
    return [
        Measure("browsers that strayed between processes", strayed, "of 40", 0),
        Measure("the emptier process has", counts[0] if len(counts) > 1 else 0, "of 40", 8, at_most=False),
    ]


def when_one_is_gone(url: str, app: AppServer) -> list[Measure]:
    """Its browsers are served by the other."""
    stop_group(app.process)
    began = time.monotonic()
    answered = 0
    for _ in range(20):
        with httpx.Client(timeout=10) as browser:
            answered += browser.get(f"{url}/pulse?once").status_code == 200
    return [
        Measure("answers with one process gone", answered, "of 20", 20, at_most=False),
        Measure("the slowest such answer at most", (time.monotonic() - began), "s for all"),
    ]


def main() -> int:
    """Measure; 1 where a budget is not kept, 2 where nginx is not to be had."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.proxy", description=__doc__)
    parser.add_argument("--walls", type=int, default=200)
    parser.add_argument("--days", type=int, default=60, help="days of the demo city")
    chosen = parser.parse_args()
    if shutil.which("nginx") is None:
        print("nginx is not installed: apt-get install nginx-light, or the package of your system.", file=sys.stderr)
        return 2
    with ExitStack() as ending:
        folder = ending.enter_context(throwaway_folder())
        database = ending.enter_context(demo_city(folder / "city", chosen.days))
        apps = [ending.enter_context(serve_app(database.environment)) for _ in range(2)]
        for app in apps:
            wait_for(f"{app.url}/readyz", seconds=60)
        url = ending.enter_context(nginx(folder, [int(app.url.rsplit(":", 1)[1]) for app in apps]))
        measures = stickiness(url)
        measures += crowded(url, apps, database, walls=chosen.walls)
        measures += when_one_is_gone(url, apps[1])
    show(measures)
    print(f"kept in {keep(measures).relative_to(Path.cwd())}")
    return 1 if any(each.is_kept is False for each in measures) else 0


if __name__ == "__main__":
    raise SystemExit(main())
