"""The small world in other time zones, with what figures ask for besides: default points, residents, activities.

A world is the small one moved by whole weeks, so that its redrawing, its month's end or its last Sunday of March falls
on a day the zone makes longer or shorter. Local clock times stay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd

from seed.reference import COLUMNS, Reference
from tests.oracle.inbox import InboxRow
from tests.properties import small_world
from tests.properties.small_world import REDRAWN, SHANGHAI

#: A grid whose default point is where the small world's located cases lie.
AT_DEFAULT_POINT: Final = "n-1-2"
#: A matter that stands for a trip to the capital, and a source that records no closing times.
TRIP: Final = "trip"
PAPER: Final = "paper"
PLACE: Final = (114.0625, 22.5)
#: A matter that whoever finds it settles on the spot.
SETTLED_ON_THE_SPOT: Final = "noise"
#: Grids that are not what the others are, and who lives where: in all of a community's grids, old or new, or in it.
KINDS_OF_AREA: Final[Mapping[str, str]] = {"n-1-2": "enterprise", "n-2-2": "mobile"}
POPULATION: Final[Mapping[str, int]] = {
    "n-1-1": 3000, "n-1-2": 0, "n-1-3": 5000, "n-1-4": 3100, "n-1-5": 2100, "n-2-1": 4000, "n-2-2": 3500, "s-1": 9000,
}  # fmt: skip
#: Field work in the order of its labels, and an activity that has none.
ACTIVITIES: Final = ("visit", "lecture", "council")
UNLABELLED: Final = "other"
#: Rated sites: area, risk point or not, colour, first day, first day no longer (None: for ever).
SITES: Final = (
    ("n-1-1", "point", "red", date(2024, 1, 1), None),
    ("n-1-1", "point", "blue", date(2024, 3, 15), date(2024, 4, 1)),
    ("n-1-2", "enterprise", "red", date(2024, 1, 1), None),
    ("n-2-1-1", "point", "orange", date(2024, 3, 16), None),
    ("n-2", "point", "yellow", date(2024, 1, 1), None),
    ("n-1-3", "point", "red", date(2024, 3, 1), REDRAWN),
    ("s-1-2", "point", "orange", date(2024, 1, 1), None),
)


@dataclass(frozen=True)
class FigureWorld:
    """One time zone, and how many days later than in the small world everything happens."""

    zone_name: str
    days_later: int = 0

    @property
    def zone(self) -> ZoneInfo:
        """The store's time zone."""
        return ZoneInfo(self.zone_name)

    def day(self, day: date) -> date:
        """A day of the small world, here."""
        return day + timedelta(days=self.days_later)

    def moment(self, moment: datetime) -> datetime:
        """The same local clock time here. In the second half of an hour that comes twice, its second coming."""
        local = moment.astimezone(SHANGHAI).replace(tzinfo=None) + timedelta(days=self.days_later)
        fold = int(local.minute >= 30)
        here = local.replace(tzinfo=self.zone, fold=fold)
        if here.astimezone(ZoneInfo("UTC")).astimezone(self.zone).replace(tzinfo=None) != local:
            here = here.replace(fold=0)  # an hour that is left out: after it
        return here.astimezone(ZoneInfo("UTC"))

    def row(self, row: InboxRow) -> InboxRow:
        """A row of the small world, here."""
        times = ("occurred_at", "recorded_at", "due_at", "ref_occurred_at")
        moved: dict[str, Any] = {
            name: self.moment(value) for name in times if (value := getattr(row, name)) is not None
        }
        if row.field in ("occurred_at", "due_at") and row.value is not None:
            moved["value"] = self.moment(datetime.fromisoformat(row.value)).isoformat()
        return replace(row, **moved)

    def reference(self) -> Reference:
        """What the store must know before the first case."""
        reference = small_world.reference()
        areas, calendar = reference.areas.copy(), reference.calendar.copy()
        for column in ("valid_from", "valid_to"):
            areas[column] = [self.day(day) if isinstance(day, date) else None for day in areas[column]]
        at_point = areas["code"] == AT_DEFAULT_POINT
        areas["lon"] = areas["lon"].astype(object).where(~at_point, PLACE[0])
        areas["lat"] = areas["lat"].astype(object).where(~at_point, PLACE[1])
        areas["population"] = areas["code"].map(dict(POPULATION)).astype(object)
        areas["population"] = areas["population"].where(areas["population"].notna(), None)
        areas["position"] = range(len(areas), 0, -1)  # the order of their codes, backwards
        areas["kind"] = [KINDS_OF_AREA.get(code, kind) for code, kind in zip(areas["code"], areas["kind"], strict=True)]
        calendar["day"] = [self.day(day) for day in calendar["day"]]
        types = reference.case_types.copy()
        types.loc[types["code"] == SETTLED_ON_THE_SPOT, "handling"] = "patrol_and_resolve"
        trip: dict[str, Any] = dict.fromkeys(reference.case_types.columns, "") | {
            "code": TRIP,
            "parent_code": "order",
            "kind": "petition",
        }
        trip |= {"handling": "patrol_then_dispatch", "is_decision_sought": False, "is_capital_trip": True}
        paper: dict[str, Any] = dict.fromkeys(reference.sources.columns, PAPER) | {
            "subdistrict_code": "n",
            "position": 9,
        }
        paper |= {"expected_every_seconds": 60, "records_times": False}
        return replace(
            reference,
            areas=areas,
            calendar=calendar,
            case_types=pd.concat([types, pd.DataFrame([trip])], ignore_index=True),
            sources=pd.concat([reference.sources, pd.DataFrame([paper])], ignore_index=True),
            risk_points=self._risk_points(),
            labels=pd.DataFrame(
                [("line_of_field_work", code, place, code, code) for place, code in enumerate(ACTIVITIES, start=1)],
                columns=list(COLUMNS["labels"]),
            ),
        )

    def records(self, posts: Sequence[tuple[Any, ...]], work: Sequence[tuple[Any, ...]]) -> Reference:
        """Staff and field work of the small world, here, for ``seed.reference.load``: the places are there already.

        ``posts``: subdistrict, area, post, members, first day, first day no longer (None: for ever). ``work``:
        subdistrict, area, day, activity, times, people.
        """
        whole = self.reference()
        held = [
            (*row, self.day(first), "infinity" if after is None else self.day(after)) for *row, first, after in posts
        ]
        done = [(owner, area, self.day(day), *counts) for owner, area, day, *counts in work]
        return Reference(
            areas=whole.areas,
            case_types=whole.case_types.iloc[:0],
            calendar=whole.calendar.iloc[:0],
            sources=whole.sources.iloc[:0],
            staff_posts=pd.DataFrame(held, columns=[*COLUMNS["staff_posts"], "valid_from", "valid_to"]),
            field_work=pd.DataFrame(done, columns=list(COLUMNS["field_work"])),
        )

    def _risk_points(self) -> pd.DataFrame:
        """Sites in all colours, two of which are there for a while only."""
        rows = []
        for number, (area, site_kind, risk, first, after) in enumerate(SITES, start=1):
            row: dict[str, Any] = dict.fromkeys(COLUMNS["risk_points"], f"site {number}") | {
                "subdistrict_code": area[0]
            }
            row |= {"area_code": area, "site_kind": site_kind, "risk": risk, "lon": None, "lat": None}
            days = {"opened_on": self.day(first), "closed_on": None if after is None else self.day(after)}
            rows.append(row | days)
        return pd.DataFrame(rows, columns=list(COLUMNS["risk_points"]))

    def months(self) -> tuple[date, date]:
        """First and last day for which the log has room."""
        return self.day(date(2024, 1, 1)), self.day(date(2024, 7, 31))


WORLDS: Final = (
    FigureWorld("Asia/Shanghai"),
    FigureWorld("America/New_York", 217),  # 31 March becomes 3 November, of 25 hours
    FigureWorld("Europe/Berlin"),  # 31 March has 23 hours
)
