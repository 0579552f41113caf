"""Areas: which of them are ranked, which lie in another, which held all the time."""

from collections import Counter
from datetime import date, timedelta

from tests.oracle.figures.asked import Asked, Reading
from tests.oracle.figures.fairness import CYCLE_DAYS, units_on
from tests.oracle.rows import Area


def ranked(reading: Reading, asked: Asked) -> dict[int, tuple[str, bool]]:
    """Unit of the period's last day -> its kind, its level where it has none; whether it has a period before: it has
    held since the first day of the equal period before.
    """
    first, last = reading.period(asked, CYCLE_DAYS)
    before = first - (last - first) - timedelta(days=1)
    return {
        area.area_id: (reading.ground.kind_of_area[area.area_id] or area.level, area.holds_on(before))
        for area in units_on(reading, asked, last)
    }


def levels(reading: Reading, asked: Asked) -> dict[str, int]:
    """Levels of areas within the subdistrict on the period's last day, its own too, and how many areas each has."""
    _, last = reading.period(asked, CYCLE_DAYS)
    areas = reading.world.areas.values()
    found = [area for area in areas if area.subdistrict_id == asked.subdistrict_id and area.holds_on(last)]
    return dict(Counter(area.level for area in found))


def inside(reading: Reading, asked: Asked) -> set[int]:
    """The areas in the one asked about, itself included; those of the whole subdistrict without one."""
    above = asked.area_id or asked.subdistrict_id
    return {area_id for area_id in reading.world.areas if reading.is_within(area_id, above)}


def standing(reading: Reading, asked: Asked, first: date, last: date) -> set[int]:
    """The areas of a level, without one the area asked about, that held on all days from the first to the last."""
    own = asked.area_id or asked.subdistrict_id

    def is_asked(area: Area) -> bool:
        return area.area_id == own if asked.unit_level is None else area.level == asked.unit_level

    areas = [area for area in reading.world.areas.values() if area.subdistrict_id == asked.subdistrict_id]
    return {area.area_id for area in areas if is_asked(area) and area.holds_on(first) and area.holds_on(last)}
