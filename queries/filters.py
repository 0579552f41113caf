"""The one filter every question takes: whose store, as of which moment, which place, which matters, which days."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from queries.vocabulary import Kind


@dataclass(frozen=True)
class Filter:
    """What is asked about. Hashable, so that answers can be kept by it.

    ``as_of`` is aware; only what had occurred and was recorded by then counts. Days are local days of ``time_zone``;
    ``period_from`` and ``period_to`` are both inside the period. Raises ValueError with one plain sentence.
    """

    subdistrict_id: int
    as_of: datetime
    time_zone: str  # IANA name of the store's time zone
    area_id: int | None = None  # None: the whole subdistrict; otherwise the area and all below it
    kinds: tuple[Kind, ...] | None = None  # None: the question's own default
    period_from: date | None = None
    period_to: date | None = None

    def __post_init__(self) -> None:
        if self.as_of.tzinfo is None or self.as_of.utcoffset() is None:
            raise ValueError("as_of needs a time zone: a naive moment means nothing.")
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"Unknown time zone {self.time_zone!r}.") from error
        for day in (self.period_from, self.period_to):
            if isinstance(day, datetime):
                # a datetime is a date to Python; its time of day would be dropped without a word
                raise ValueError("A period is given in days, not moments.")  # noqa: TRY004
        if (self.period_from is None) != (self.period_to is None):
            raise ValueError("A period needs both its first and its last day.")
        if self.period_from is not None and self.period_to is not None and self.period_to < self.period_from:
            raise ValueError(f"The period ends on {self.period_to}, before it begins on {self.period_from}.")
        if self.kinds is not None:
            if not self.kinds:
                raise ValueError("No kind of case is chosen.")
            object.__setattr__(self, "kinds", tuple(dict.fromkeys(Kind(kind) for kind in self.kinds)))

    @property
    def zone(self) -> ZoneInfo:
        """The store's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def today(self) -> date:
        """The local day of as_of."""
        return self.as_of.astimezone(self.zone).date()

    @property
    def clock(self) -> time:
        """The local time of day of as_of."""
        return self.as_of.astimezone(self.zone).time()

    def midnight(self, day: date) -> datetime:
        """The moment a local day begins; a day that has no 00:00 begins at its first moment."""
        return datetime.combine(day, time(), tzinfo=self.zone)

    def period(self, days: int) -> tuple[date, date]:
        """First and last day of the period; without one, the last ``days`` local days, today included."""
        if self.period_from is not None and self.period_to is not None:
            return self.period_from, self.period_to
        return self.today - timedelta(days=days - 1), self.today

    def parameters(self) -> dict[str, Any]:
        """The bound parameters common to all statements: subdistrict_id, as_of, area_id, kinds, time_zone, today,
        day_start, day_end (moments between which today lies).
        """
        return {
            "subdistrict_id": self.subdistrict_id,
            "as_of": self.as_of,
            "area_id": self.area_id,
            "kinds": None if self.kinds is None else [kind.value for kind in self.kinds],
            "time_zone": self.time_zone,
            "today": self.today,
            "day_start": self.midnight(self.today),
            "day_end": self.midnight(self.today + timedelta(days=1)),
        }
