"""`make soak`: a day of redraws in a short time, watched from a browser; prints a table, writes soak-results/.

`ARGS="--redraws 1500"` makes it shorter, `--minutes 90` bounds it. Exit 1 where the wall lied, died or leaked.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import psutil
from playwright.sync_api import CDPSession, Error, Page, sync_playwright

from tests.bench.measure import Measure, show
from tests.browser.wall_watch import FOREIGN, asked, open_wall
from tests.soak.city import ZONE, City, city
from tests.soak.slopes import Sample, slope
from tests.support.chromium import launch
from tests.support.databases import throwaway_folder

RESULTS: Final = Path(__file__).parents[2] / "soak-results"
MARKED, HEALED, GRACE = 5.0, 10.0, 6.0
#: Seconds without any sign of a drawn wall after which a screen counts as dead. A reload takes some.
DEAD: Final = 15.0
#: Megabytes per 10,000 redraws, a day's: what 1 MB an hour comes to.
FLAT: Final = 24.0
MOST_MEMORY: Final = 600.0
#: In the page, before anything else: how often a picture was handed over.
_COUNT: Final = "window.redraws = 0; document.addEventListener('wall:data', () => { window.redraws += 1 })"
_STATE: Final = f"""() => ({{
  late: document.documentElement.dataset.wallLate ?? null,
  outage: document.documentElement.dataset.ggOutage ?? null,
  day: window.wallData?.panels.day ?? null,
  madeAt: window.wallData?.panels.made_at ?? null,
  redraws: window.redraws ?? 0,
  life: performance.timeOrigin,
  panels: [...document.querySelectorAll('*')]
    .reduce((n, e) => n + (e.shadowRoot?.querySelectorAll('.scene.shown .panel').length ?? 0), 0),
  canvas: document.querySelector('[data-testid=stDeckGlJsonChart] canvas') !== null,
  foreign: ({FOREIGN})(),
}})"""


@dataclass(frozen=True)
class Fault:
    """What befalls the city at a share of the run, and for how long."""

    at: float
    name: str
    begin: Callable[[City], Callable[[], None]]
    seconds: float


@dataclass
class Outage:
    """What was seen of a fault."""

    name: str
    marked: float | None = None  # seconds from its beginning
    healed: float | None = None  # seconds from its end


#: Early and late, so that a long stretch between them shows the slopes.
FAULTS: Final = (
    Fault(0.01, "database stopped", City.stop_database, 8),
    Fault(0.02, "server killed", City.kill_server, 6),
    Fault(0.03, "network cut", City.pull_cable, 45),
    Fault(0.04, "network refuses", City.refuse, 12),
    Fault(0.90, "database hangs", City.hang_database, 12),
    Fault(0.92, "network cut", City.pull_cable, 130),
    Fault(0.94, "database stopped", City.stop_database, 40),
    Fault(0.96, "server killed", City.kill_server, 10),
)
MIDNIGHT: Final = 0.88


@dataclass
class Soak:
    """One run."""

    city: City
    page: Page
    session: CDPSession
    began: float = field(default_factory=time.monotonic)
    redraws: int = 0
    outages: list[Outage] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    heap: list[Sample] = field(default_factory=list)
    memory: list[Sample] = field(default_factory=list)
    days: set[str] = field(default_factory=set)
    _page_redraws: tuple[float, int] = (0.0, 0)
    _drawn_at: float = field(default_factory=time.monotonic)
    _yesterday_since: float | None = None
    _sampled_at: float = 0.0

    def look(self) -> dict[str, Any] | None:
        """The state of the page, judged; None while it is being loaded."""
        state = asked(self.page, _STATE)
        now = time.monotonic()
        if not isinstance(state, dict) or not state["panels"] or not state["canvas"] or state["late"] is None:
            if now - self._drawn_at > DEAD:
                self._blame(f"no drawn wall for {DEAD:.0f} s")
                self._drawn_at = now
            return None
        self._drawn_at = now
        life, before = self._page_redraws
        self.redraws += state["redraws"] - (before if life == state["life"] else 0)
        self._page_redraws = (state["life"], state["redraws"])
        if state["foreign"]:
            self._blame(f"Streamlit's own words: {state['foreign'][0][:60]}")
        self._judge_day(state, now)
        return state

    def _judge_day(self, state: dict[str, Any], now: float) -> None:
        self.days.add(state["day"])
        today = self.city.ahead.now().astimezone(ZoneInfo(ZONE)).date().isoformat()
        if state["day"] == today or state["late"] in ("late", "dead"):
            self._yesterday_since = None
        elif self._yesterday_since is None:
            self._yesterday_since = now
        elif now - self._yesterday_since > GRACE:
            self._blame(f"shows {state['day']} as today, {today}")
            self._yesterday_since = None

    def _blame(self, sentence: str) -> None:
        at = time.monotonic() - self.began
        self.violations.append(f"{at:.0f} s: {sentence}")
        print(self.violations[-1], flush=True)

    def sample(self, every: float) -> None:
        """Memory of page and server, the page's after its garbage was collected."""
        now = time.monotonic()
        if now - self._sampled_at < every:
            return
        self._sampled_at = now
        try:
            self.session.send("HeapProfiler.collectGarbage")
            used = self.session.send("Runtime.getHeapUsage")["usedSize"] / 2**20
            life = self.page.evaluate("() => performance.timeOrigin")
            resident = psutil.Process(self.city.app.process.pid).memory_info().rss / 2**20
        except (Error, psutil.Error):
            return
        at = now - self.began
        self.heap.append(Sample(at, self.redraws, used, life))
        self.memory.append(Sample(at, self.redraws, resident, self.city.app.process.pid))

    def wait(self, seconds: float) -> None:
        """Go on looking."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.look()
            self.page.wait_for_timeout(250)

    def suffer(self, fault: Fault) -> None:
        """Let it happen; see when it is marked and, after its end, when the wall is whole and new again."""
        outage = Outage(fault.name)
        self.outages.append(outage)
        began = time.monotonic()
        end = fault.begin(self.city)
        outage.marked = self._until(lambda state: state["late"] != "", began, 20)
        self.wait(max(0.0, began + fault.seconds - time.monotonic()))
        end()
        self._drawn_at = time.monotonic()  # nobody looked while the cause was being ended
        ended, moment = time.monotonic(), self.city.ahead.now().timestamp() * 1000
        outage.healed = self._until(lambda state: state["late"] == "" and state["madeAt"] >= moment, ended, 60)
        print(f"{fault.name}: marked {outage.marked}, healed {outage.healed}", flush=True)

    def _until(self, is_so: Callable[[dict[str, Any]], bool], since: float, limit: float) -> float | None:
        while time.monotonic() - since < limit:
            state = self.look()
            if state is not None and is_so(state):
                return round(time.monotonic() - since, 2)
            self.page.wait_for_timeout(50)
        return None

    def midnight(self) -> None:
        """Let it be midnight soon, and look across it."""
        self.city.to_midnight(less=20)
        self._drawn_at = began = time.monotonic()
        if self._until(lambda _: len(self.days) > 1, began, 60) is None:
            self._blame("the wall did not see the new day")
        self.wait(10)

    def run(self, *, redraws: int, minutes: float) -> None:
        """Until so many redraws or minutes."""
        left = list(FAULTS)
        is_night_over = False
        give_up = self.began + minutes * 60
        told = 0
        while self.redraws < redraws and time.monotonic() < give_up:
            self.look()
            share = max(self.redraws / redraws, (time.monotonic() - self.began) / (minutes * 60))
            if left and share >= left[0].at:
                self.suffer(left.pop(0))
            elif share >= MIDNIGHT and not is_night_over:
                is_night_over = True
                self.midnight()
            self.sample(every=max(3.0, minutes / 4))
            if self.redraws >= told + 500:
                told = self.redraws
                print(f"{self.redraws} redraws, {time.monotonic() - self.began:.0f} s", flush=True)
            self.page.wait_for_timeout(250)
        for fault in left:
            self.suffer(fault)
        self.wait(5)


def measures(run: Soak, wanted: int) -> list[Measure]:
    """The run as a table."""
    seconds = time.monotonic() - run.began
    lines = [
        Measure(
            "redraws seen in the browser", run.redraws, "redraws", wanted, at_most=False, note=f"in {seconds:.0f} s"
        ),
        Measure("wrong today, dead screens, words of others", len(run.violations), "times", 0),
        Measure("days seen", len(run.days), "days", 2, at_most=False),
    ]
    for outage in run.outages:
        marked = float("inf") if outage.marked is None else outage.marked
        healed = float("inf") if outage.healed is None else outage.healed
        lines += [
            Measure(f"{outage.name}: marked after", marked, "s", MARKED),
            Measure(f"{outage.name}: healed after its end", healed, "s", HEALED),
        ]
    for what, samples in (("browser's heap", run.heap), ("server's memory", run.memory)):
        found = slope(samples)
        if found is None:
            lines.append(Measure(f"{what}: too few samples for a slope", float(len(samples)), "samples"))
            continue
        low, middle, high = found.per_thousand
        hour = "{:.2f} … {:.2f} … {:.2f} MB/h".format(*found.per_hour)
        note = f"95 %: {10 * low:.2f} … {10 * high:.2f}; {hour}; n = {found.n} over {found.redraws} redraws"
        # a leak is what the interval says is one
        lines.append(Measure(f"{what}: slope's lower end", 10 * low, "MB/10,000", FLAT))
        lines.append(Measure(f"{what}: slope", 10 * middle, "MB/10,000", note=note))
        whole = slope(samples, warm_up=0.0)
        if whole is not None:
            lines.append(Measure(f"{what}: slope with its warm-up", 10 * whole.per_thousand[1], "MB/10,000"))
        lines.append(Measure(f"{what}: largest", found.largest, "MB", MOST_MEMORY, note=f"last {found.last:.0f}"))
    return lines


def keep(run: Soak, lines: list[Measure]) -> Path:
    """Write everything seen; returns the file."""
    RESULTS.mkdir(exist_ok=True)
    made_at = datetime.now(UTC)
    file = RESULTS / f"{made_at:%Y%m%dT%H%M%SZ}.json"
    body = {
        "made_at": made_at.isoformat(),
        "load": list(psutil.getloadavg()),
        "cores": psutil.cpu_count(),
        "measures": [{**asdict(line), "is_kept": line.is_kept} for line in lines],
        "outages": [asdict(outage) for outage in run.outages],
        "violations": run.violations,
        "days": sorted(run.days),
        "heap": [asdict(sample) for sample in run.heap],
        "memory": [asdict(sample) for sample in run.memory],
    }
    file.write_text(json.dumps(body, ensure_ascii=False, indent=1), encoding="utf-8")
    return file


def main() -> int:
    """Soak; 1 where something is not kept."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--redraws", type=int, default=10_000)
    parser.add_argument("--minutes", type=float, default=90, help="the run stops after as many, redraws or not")
    parser.add_argument("--pace", type=float, default=12, help="commits a second at most; the redraws follow")
    parser.add_argument("--days", type=int, default=20, help="days of the demo city")
    chosen = parser.parse_args()
    with (
        throwaway_folder() as folder,
        city(folder, days=chosen.days, scale=0.5, per_second=chosen.pace) as living,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        page = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN").new_page()
        page.add_init_script(_COUNT)
        open_wall(page, living.proxy.url, scenes="overview,ranking,escalations", every="20")
        session = page.context.new_cdp_session(page)
        session.send("HeapProfiler.enable")
        run = Soak(living, page, session)
        run.run(redraws=chosen.redraws, minutes=chosen.minutes)
        lines = measures(run, chosen.redraws)
        browser.close()
    show(lines)
    for violation in run.violations:
        print(violation)
    print(f"kept in {keep(run, lines).relative_to(Path.cwd())}")
    return 0 if all(line.is_kept is not False for line in lines) else 1


if __name__ == "__main__":
    raise SystemExit(main())
