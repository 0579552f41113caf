"""When the clock alone changes the picture: the next deadline, hour or midnight, or a set interval at the latest."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def next_wake(now: datetime, *, deadlines: Iterable[datetime], time_zone: str, longest: timedelta) -> datetime:
    """The next moment after `now` (aware) at which the same data make another picture, in UTC.

    Hours and midnights are those of `time_zone`; a jump of the local clock moves them with it. Deadlines already
    past count no more.
    """
    local = now.astimezone(ZoneInfo(time_zone))
    hour = (local.replace(minute=0, second=0, microsecond=0, tzinfo=None) + timedelta(hours=1)).replace(
        tzinfo=local.tzinfo
    )
    day = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), tzinfo=local.tzinfo)
    moments = [now + longest, hour.astimezone(UTC), day.astimezone(UTC), *(moment for moment in deadlines)]
    return min(moment for moment in moments if moment > now).astimezone(UTC)
