"""`make run`: from nothing to a changing screen, and back to nothing.

In order: the port, the database (the embedded server unless DATABASE_URL is set), the schema, the demo city where the
store is empty, the live feed and the pages. All of it ends with Ctrl-C, SIGTERM or a closed terminal, within seconds
and with nothing left behind; what a kill −9 leaves, the next start clears. A server, a feed or pages that end by
themselves are started again.
"""

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NoReturn

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy.exc import SQLAlchemyError

from seed import store
from seed.children import Child, stop_all
from seed.demo_load import ANEW, is_cut_short, load_demo, utc_now
from seed.erasure import keep_erasing
from seed.packing import keep_packing
from seed.reach import UnreachableError, check_database, check_port, first_line, own_address, status_of
from seed.server import EmbeddedServer, ServerError
from seed.settings import Role, Settings, role_url, without_password
from seed.stopping import Stopped, ignore_signals, stops_on_signals

ROOT = Path(__file__).resolve().parent.parent
PAGES_SECONDS = 60.0
PICTURE_SECONDS = 20.0
#: How long the end of a run waits for an erasure or packing under way; the database takes back what is cut off.
ENDING_SECONDS = 5.0
#: What takes seconds to read; not streamlit_app itself, which settles Streamlit's configuration as it is read.
_CODE_OF_THE_PAGES = "streamlit.web.cli,dashboard.health,dashboard.pages.first_picture,dashboard.pages.situation"
ROLES: tuple[Role, ...] = ("owner", "reader", "writer", "operator")


class RunError(RuntimeError):
    """The command cannot go on; the message is one sentence saying what to do."""


def run(settings: Settings) -> None:
    """Run everything until told to stop.

    Raises SystemExit with one sentence and status 1 when something cannot be had; returns after an orderly stop.
    """
    try:
        with stops_on_signals(), ExitStack() as ending:
            ending.callback(ignore_signals)
            Supervisor(settings, ending).run()
    except Stopped:
        _say("Stopped.")
    except (RunError, ServerError, UnreachableError, store.StoreError) as error:
        raise SystemExit(str(error)) from None


class Supervisor:
    """One run: the server it owns, if any, and the children it started."""

    def __init__(self, settings: Settings, ending: ExitStack) -> None:
        self.settings = settings
        self.ending = ending
        self.server: EmbeddedServer | None = None
        self.server_failures = 0
        self.urls: dict[Role, str] = {}
        self.children: list[Child] = []
        self.ready: dict[str, Child] = {}  # by name: they have read their code and wait

    def run(self) -> NoReturn:
        """Start all in order and watch; ends only by an exception."""
        check_port(self.settings.port)
        self._open_database()
        self._bring_schema_up_to_date()
        self._fill_if_empty()
        self._serve()
        while True:
            time.sleep(0.5)
            self._watch()

    def _open_database(self) -> None:
        if self.settings.database_url is None:
            self.server = EmbeddedServer(self.settings.data_dir)
            self._at_end(self.server.stop)
            self.server.start()
            _say(f"The embedded PostgreSQL runs; its data is in {self.settings.data_dir}.")
        self.urls = {role: self._url(role) for role in ROLES}
        check_database(self.urls["owner"])

    def _url(self, role: Role) -> str:
        own = getattr(self.settings, f"{role}_url", None)
        return own or (self.server.url(role) if self.server else role_url(self.settings, role))

    def _bring_schema_up_to_date(self) -> None:
        owner = self.urls["owner"]
        try:
            if is_cut_short(owner):
                if self.server is None:
                    raise RunError(
                        f"The demo city was not loaded to its end into {without_password(owner)}: {ANEW}, "
                        "then start again."
                    )
                _say("The demo city was not loaded to its end last time: it is loaded anew.")
                self.server.recreate_database()
            state = store.schema_state(owner)
            if state == "outdated" and self.server is None:
                raise RunError(
                    f"The schema of {without_password(owner)} is older than this release: back the database up, "
                    "then run `.venv/bin/python -m seed migrate`."
                )
            store.migrate(owner, self.settings.time_zone)
        except SQLAlchemyError as error:
            raise RunError(f"The schema cannot be brought up to date: {first_line(error)}.") from None
        for role in ROLES[1:]:
            check_database(self.urls[role], who=f"{role.upper()}_URL, or the {role}'s rights")

    def _fill_if_empty(self) -> None:
        """Load the demo city in a thread of its own, so that a request to stop is heard while the database works."""
        if not store.is_empty(self.urls["owner"]):
            return
        self._make_programs_ready()
        profile, owner, writer = self.settings.profile, self.urls["owner"], self.urls["writer"]
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
        with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as bar:
            task = bar.add_task(f"Loading the demo city {profile}", total=None)

            def show(done: int, months: int, rows: int) -> None:
                bar.update(task, completed=done, total=months, description=f"Demo city {profile}: {rows:,} records")

            _in_thread(lambda: load_demo(owner, writer, profile, now=utc_now(), progress=show))

    def _make_programs_ready(self) -> None:
        """Have the programs read their code beside the load: in a new .venv, where Python compiles it, seconds each."""
        ready = {
            _CODE_OF_THE_PAGES: self._pages(),
            "seed.demo_load,seed.feed,rich.progress,typer": self._live_feed(self.settings.profile),
            "seed.demo_load,seed.watch_mode,typer": self._watch_of_the_mode(),
        }
        self._at_end(lambda: stop_all(list(ready.values())))
        for modules, child in ready.items():
            child.make_ready(modules)
            self.ready[child.name] = child

    def _serve(self) -> None:
        port, pages = self.settings.port, self._pages()
        self.children = [*self._feed(), self._watch_of_the_mode(), *self._uploads(), pages]
        self._at_end(lambda: stop_all(self.children))
        for child in self.children:
            child.start()
        self._in_a_thread("daily erasure", lambda stop: keep_erasing(self.urls["owner"], stop, utc_now))
        self._in_a_thread("packing of days", lambda stop: keep_packing(self.urls["owner"], stop))
        address = f"http://127.0.0.1:{port}"
        self._wait(pages, lambda: status_of(f"{address}/_stcore/health") == 200, PAGES_SECONDS)
        self._wait(pages, lambda: status_of(f"{address}/readyz") in {200, 404}, PICTURE_SECONDS, needed=False)
        hosts = ["localhost", *filter(None, [own_address()])]
        _say("")
        shown = [("Wall", "wall"), ("Laptop", "situation")]
        if self.settings.uploads != "off":
            shown.append(("Upload", "upload"))
        for name, path in shown:
            _say(f"  {name:<7}" + "   ".join(f"http://{host}:{port}/{path}" for host in hosts))
        _say("\nCtrl-C stops everything.")

    def _in_a_thread(self, name: str, work: Callable[[threading.Event], None]) -> None:
        """What the store needs now and then, for as long as the run lasts."""
        stop = threading.Event()
        thread = threading.Thread(target=lambda: work(stop), name=name, daemon=True)

        def end() -> None:
            stop.set()
            if thread.is_alive():  # at work when the interpreter ends it might hold what that waits for
                thread.join(ENDING_SECONDS)

        self._at_end(end)
        thread.start()

    def _feed(self) -> list[Child]:
        """Give the demo city's feed; none for a store of real records, which must never be mixed with made-up ones."""
        demo = store.recall(self.urls["owner"], "demo")
        if demo is None:
            _say("The store holds no demo city: no feed is started, records come through `python -m seed import`.")
            return []
        if demo["profile"] != self.settings.profile:
            _say(f"The store holds the demo city {demo['profile']}; for {self.settings.profile} set DATA_DIR as well.")
        return [self._live_feed(demo["profile"])]

    def _live_feed(self, profile: str) -> Child:
        return self._child(
            "live feed", ["seed", "live", "--speed", str(self.settings.speed)], more={"PROFILE": profile}
        )

    def _watch_of_the_mode(self) -> Child:
        return self._child("watch of the mode", ["seed", "watch-mode"])

    def _uploads(self) -> list[Child]:
        """What loads the files that clerks hand in; none where they may not."""
        return [] if self.settings.uploads == "off" else [self._child("loading of uploads", ["seed", "uploads"])]

    def _pages(self) -> Child:
        """The page server: it reads as the reader and acts as the operator; it owns nothing."""
        return self._child(
            "page server",
            ["streamlit", "run", "streamlit_app.py"],
            without=("DATABASE_URL",),
            more={"STREAMLIT_SERVER_PORT": str(self.settings.port)},
            is_quiet=True,  # its own address would stand beside the ones below
        )

    def _child(
        self,
        name: str,
        arguments: list[str],
        *,
        without: Sequence[str] = (),
        more: Mapping[str, str] | None = None,
        is_quiet: bool = False,
    ) -> Child:
        """The program of this name: the one that was made ready, or a new one."""
        if name in self.ready:
            return self.ready.pop(name)
        urls = {"DATABASE_URL" if role == "owner" else f"{role.upper()}_URL": url for role, url in self.urls.items()}
        given = {
            "PROFILE": self.settings.profile,
            "TIME_ZONE": self.settings.time_zone,
            "DATA_DIR": str(self.settings.data_dir.resolve()),
            "UPLOADS": self.settings.uploads,
            "UPLOADS_DIR": str(self.settings.uploads_folder.resolve()),
        }
        environment = {**os.environ, **urls, **given, **(more or {})}
        for variable in without:
            environment.pop(variable, None)
        return Child(name, arguments, environment, ROOT, is_quiet)

    def _wait(self, pages: Child, ready: Callable[[], bool], seconds: float, *, needed: bool = True) -> None:
        """Return when the pages are ready; raises RunError when they end or, where it is needed, take too long."""
        give_up = time.monotonic() + seconds
        while not ready():
            if not pages.is_alive():
                raise RunError("The page server ended while starting: its own message stands above.")
            if time.monotonic() > give_up:
                if not needed:
                    return
                raise RunError(f"The page server did not answer within {seconds:.0f} s: see its messages above.")
            time.sleep(0.1)

    def _watch(self) -> None:
        """Start again what ended by itself; raises RunError when the pages or the server do not stay up."""
        if self.server is not None and not self.server.is_alive():
            self.server_failures += 1
            if self.server_failures > 5:
                raise RunError(f"The embedded PostgreSQL does not stay up: see {self.settings.data_dir}/postgres.log.")
            _say("The embedded PostgreSQL ended by itself and is started again.")
            self.server.stop()
            self.server.start()
        for child in self.children:
            sentence = child.watch(time.monotonic())
            if sentence:
                _say(sentence)
        if self.children[-1].has_given_up():
            raise RunError("The page server does not stay up: its own messages stand above.")

    def _at_end(self, action: Callable[[], None]) -> None:
        """Have something stopped at the end, before what was started earlier, with no signal coming in between."""
        self.ending.callback(action)
        self.ending.callback(ignore_signals)


def _in_thread(work: Callable[[], object]) -> None:
    """Do it in a thread and wait where signals are heard; raises what it raised."""
    failure: list[BaseException] = []

    def body() -> None:
        try:
            work()
        except BaseException as error:
            failure.append(error)

    thread = threading.Thread(target=body, name="demo", daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(0.1)
    if failure:
        raise failure[0]


def _say(sentence: str) -> None:
    """Tell the terminal, which may be gone."""
    with suppress(OSError):
        print(sentence, flush=True)  # noqa: T201 - this is the command's output
