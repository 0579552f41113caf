"""Cases per member of the staff, and field work."""

from datetime import date, timedelta

from tests.oracle.figures.asked import Asked, FieldWork, Post, Reading
from tests.oracle.figures.days import days_between
from tests.oracle.figures.grouping import Key, first_of, units_of
from tests.oracle.figures.rates import reported_in

Load = tuple[int, int, bool]


def is_asked_about(reading: Reading, asked: Asked, area_id: int) -> bool:
    """Whether an area is the subdistrict's own and lies in the area asked about."""
    is_own = reading.world.areas[area_id].subdistrict_id == asked.subdistrict_id
    return is_own and reading.is_within(area_id, asked.area_id)


def _keys(reading: Reading, asked: Asked, area_id: int) -> list[Key]:
    return [None] if asked.by == "total" else units_of(reading, asked, area_id)


def _is_staffed(reading: Reading, posts: list[Post], area_id: int, day: date) -> bool:
    """Whether somebody is recorded on a day at the grid a case lies in.

    A case of a micro grid is also one of the grid above it; one of a community at large is nobody's but the
    community's own staff's.
    """
    line = reading.line_of(area_id)
    levels = [reading.world.areas[area].level for area in line]
    grids = line[: levels.index("grid") + 1] if "grid" in levels else line[:1]
    return any(post.area_id in grids and post.holds_on(day) for post in posts)


def per_member(reading: Reading, asked: Asked) -> dict[Key, Load]:
    """Cases reported, member-days, is_provisional by key with staff, of the period's local days that have ended.

    Grids and days without staff take no part: neither their cases nor, of course, members. Provisional until every
    source has handed in the last day, and while days of a period that is named are still to come.
    """
    first, last = reading.period(asked)
    ended = min(last, reading.day(asked.as_of) - timedelta(days=1))
    posts = [post for post in reading.ground.posts if is_asked_about(reading, asked, post.area_id) and post.members]
    days = list(days_between(first, ended))
    member_days: dict[Key, int] = {}
    for post in posts:
        held = post.members * sum(post.holds_on(day) for day in days)
        for key in _keys(reading, asked, post.area_id) if held else []:
            member_days[key] = member_days.get(key, 0) + held
    cases = dict.fromkeys(member_days, 0)
    for item in reported_in(reading, asked):
        case = item.case
        for key in _keys(reading, asked, case.area_id) if case.reported_day <= ended else []:
            of_key = [post for post in posts if key is None or reading.is_within(post.area_id, int(key))]
            if key in cases and _is_staffed(reading, of_key, case.area_id, case.reported_day):
                cases[key] += 1
    runs = asked.period is not None and last > ended
    is_provisional = runs or not reading.is_handed_in(asked, ended)
    return {key: (cases[key], held, is_provisional) for key, held in member_days.items()}


Done = list[tuple[str, int, int]]


def _work_keys(reading: Reading, asked: Asked, work: FieldWork) -> list[Key]:
    if asked.by in ("day", "week", "month"):
        return [first_of(asked.by, work.day).isoformat()]
    return _keys(reading, asked, work.area_id)


def field_work(reading: Reading, asked: Asked) -> dict[Key, Done]:
    """Activities that were done with their sums of times and people by key, in the activities' order.

    Of the period's days up to the day of as_of. Done is what somebody did or was there for: noughts alone are no row.
    An activity without a place in the order comes last.
    """
    first, last = reading.period(asked)
    found: dict[Key, dict[str, tuple[int, int]]] = {}
    for work in reading.ground.field_work:
        is_asked = is_asked_about(reading, asked, work.area_id)
        if is_asked and first <= work.day <= min(last, reading.day(asked.as_of)):
            for key in _work_keys(reading, asked, work):
                times, people = found.setdefault(key, {}).get(work.activity, (0, 0))
                found[key][work.activity] = (times + work.times, people + work.people)
    place = reading.ground.place_of_activity
    return {
        key: sorted(done, key=lambda each: (place.get(each[0], 10**6), each[0]))
        for key, sums in found.items()
        if (done := [(name, times, people) for name, (times, people) in sums.items() if times or people])
    }
