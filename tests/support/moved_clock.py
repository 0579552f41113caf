"""`python -m tests.support.moved_clock run …`: Streamlit, the dashboard's clock moved, for midnights that come soon.

CLOCK_AHEAD names a file that holds the seconds by which the clock runs ahead; it is read at each look at the clock.
"""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import streamlit.web.cli

from dashboard import health
from dashboard.live import refresher
from dashboard.pages import wall

#: Read before the clock is moved: what has a clock of the dashboard's must be there.
_READ = (health, wall)
_REAL = refresher.utc_now


class Ahead:
    """The seconds by which an app's clock is ahead, in a file that it reads."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.set(0.0)

    @property
    def seconds(self) -> float:
        return float(self.file.read_text(encoding="ascii"))

    def set(self, seconds: float) -> None:
        fresh = self.file.with_suffix(".new")
        fresh.write_text(str(seconds), encoding="ascii")
        fresh.replace(self.file)

    def to_midnight(self, zone: str, *, less: float) -> None:
        """Move the clock to so many seconds before the next midnight of the zone."""
        now = datetime.now(ZoneInfo(zone))
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), tzinfo=now.tzinfo)
        self.set((midnight.astimezone(UTC) - datetime.now(UTC)).total_seconds() - less)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.seconds)


def _moved() -> datetime:
    return _REAL() + timedelta(seconds=float(Path(os.environ["CLOCK_AHEAD"]).read_text(encoding="ascii")))


def move() -> None:
    """Give every module of the dashboard the moved clock."""
    for module in list(sys.modules.values()):
        if getattr(module, "utc_now", None) is _REAL:
            module.utc_now = _moved  # type: ignore[attr-defined]
    defaults = refresher.Refresher.__init__.__kwdefaults__
    assert defaults is not None and defaults["clock"] is _REAL
    defaults["clock"] = _moved


if __name__ == "__main__":
    move()
    sys.exit(streamlit.web.cli.main())
