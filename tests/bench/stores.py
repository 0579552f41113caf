"""The big stores of the bench: each built once, kept in a folder that git ignores, used again by later runs.

A store that was cut short says so: it is built anew, never taken for a city.
"""

import json
import os
import resource
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from seed import store
from seed.demo.profiles import PROFILES
from seed.demo.profiles.chengdu import chengdu
from seed.demo.structure import Profile
from seed.demo_load import is_cut_short, load_demo
from seed.server import EmbeddedServer

#: Elsewhere by BENCH_STORES: the largest takes about 20 GB.
FOLDER: Final = Path(os.environ.get("BENCH_STORES") or Path(__file__).parents[2] / "bench-stores")
YEARS: Final = 2
#: A store half built by a crash of the machine is built anew, so nothing need reach the disk before its time.
_BUILDING: Final = {"fsync": "off", "full_page_writes": "off", "autovacuum_naptime": "10min"}


@dataclass(frozen=True)
class City:
    """What a store holds. ``name`` is its folder's."""

    name: str
    profile: str
    days: int
    scale: float

    @property
    def folder(self) -> Path:
        """Where it is kept."""
        return FOLDER / self.name


def _a_year(profile: Profile, back: int) -> int:
    return sum(int(getattr(profile.years[back], item.name)) for item in fields(profile.years[back]))


def city_of(name: str) -> City:
    """``matian``, ``xinhui``, ``chengdu``: two years of it, whole. With a number, ``matian-100000``, so many cases:
    of chengdu two years of a part of the city, of others more or fewer days of the same place. Raises ValueError.
    """
    profile, _, cases = name.partition("-")
    if profile not in PROFILES:
        raise ValueError(f"no profile {profile!r}; there are {', '.join(PROFILES)}")
    if not cases:
        return City(name, profile, YEARS * 365, 1.0)
    if not cases.isdigit() or int(cases) < 1000:
        raise ValueError(f"{cases!r} is not a number of cases from 1000 on")
    if profile == "chengdu":
        whole = chengdu(1.0)
        return City(name, profile, YEARS * 365, int(cases) / (_a_year(whole, 0) + _a_year(whole, 1)))
    last, before = (_a_year(PROFILES[profile], back) for back in (0, 1))
    wanted = int(cases)
    days = wanted / last * 365 if wanted <= last else 365 + (wanted - last) / before * 365
    return City(name, profile, max(1, round(days)), 1.0)


@contextmanager
def opened(city: City, **options: str) -> Iterator[EmbeddedServer]:
    """The server of a store that is built; its schema is brought up to date. Raises StoreError where it is not."""
    if not (city.folder / "postgres").is_dir():
        raise store.StoreError(f"{city.name} is not built: {command(city)}")
    with EmbeddedServer(city.folder, options=options) as server:
        store.migrate(server.url("owner"))
        store.pack(server.url("owner"))  # a store of an earlier release has none
        if store.is_empty(server.url("owner")) or is_cut_short(server.url("owner")):
            raise store.StoreError(f"{city.name} was cut short while it was built: {command(city)} --anew")
        yield server


def command(city: City) -> str:
    """What builds a store."""
    cases = f" --cases {city.name.partition('-')[2]}" if "-" in city.name else ""
    return f"python -m tests.bench.big --profile {city.profile}{cases}"


def is_built(city: City) -> bool:
    """Whether the store is there, whole."""
    try:
        with opened(city):
            return True
    except store.StoreError:
        return False


def build(city: City, say: Callable[[str], None] = print, *, anew: bool = False) -> dict[str, Any]:
    """Build a store unless it is there; returns what is known of it (see ``known``)."""
    if anew:
        shutil.rmtree(city.folder, ignore_errors=True)
    if (city.folder / "postgres").is_dir():
        with opened(city) as server:
            return known(city, server)
    city.folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()

    def progress(done: int, total: int, rows: int) -> None:
        passed = time.monotonic() - began
        left = passed / done * (total - done)
        say(f"{city.name}: month {done} of {total}, {rows:,} rows, {passed:,.0f} s, about {left:,.0f} s to go")

    with EmbeddedServer(city.folder, options=_BUILDING) as server:
        owner = server.url("owner")
        store.migrate(owner)
        now = datetime.now(UTC)
        rows = load_demo(
            owner,
            server.url("writer"),
            city.profile,
            now=now,
            days=city.days,
            scale=city.scale,
            progress=progress,
        )
        seconds = time.monotonic() - began
        built = {
            **asdict(city),
            "built_at": now.isoformat(),
            "seconds": seconds,
            "log_rows": rows,
            "rows_per_second": rows / seconds,
            "peak_megabytes_of_the_loader": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
        (city.folder / "built.json").write_text(json.dumps(built, indent=2), encoding="utf-8")
        return known(city, server)


def known(city: City, server: EmbeddedServer) -> dict[str, Any]:
    """What a store holds (cases, log_rows, areas, subdistricts, area_days, megabytes) and how its building went."""
    file = city.folder / "built.json"
    built: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else asdict(city)
    with store.engine(server.url("owner")).connect() as connection:
        counted = connection.execute(
            sa.text(
                "select (select count(*) from app.cases) as cases, (select count(*) from app.case_log) as log_rows,"
                " (select count(*) from app.areas) as areas, (select count(*) from app.subdistricts) as subdistricts,"
                " (select count(*) from app.area_day) as area_days,"
                " pg_database_size(current_database()) / 1048576 as megabytes"
            )
        )
        return built | dict(counted.mappings().one())
