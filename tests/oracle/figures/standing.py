"""What stands beside the cases: the subdistrict's marks, risk points, the units and their staff; what cases carry."""

from datetime import UTC, date, datetime, timedelta

from tests.oracle.figures.asked import Asked, Mark, Reading
from tests.oracle.figures.fairness import CYCLE_DAYS, residents, units_on
from tests.oracle.rows import Area

#: After everything that is recorded.
AT_LAST = datetime(9000, 1, 1, tzinfo=UTC)

#: The item of a sheet that is given as one number.
TOTAL = "total"

#: First and last day of the periods marked, the marks, the full marks.
Marked = tuple[date, date, float, float]
Span = tuple[date, date]


def marks(reading: Reading, asked: Asked, *, with_earlier: bool) -> dict[int, Marked]:
    """Area -> its marks of all assessed periods whose last day lies in the period, as recorded by as_of.

    With earlier ones, where no area has any: those of the newest assessed period that ended in the equal period before,
    of several that ended on that day all. Of the whole subdistrict: a unit is measured against all of its kind.
    """
    first, last = reading.period(asked, CYCLE_DAYS)
    before = first - (last - first) - timedelta(days=1)
    given = _sheets(reading, asked)
    spans = {span for sheets in given.values() for span in sheets}
    counted = {span for span in spans if first <= span[1] <= last}
    if not counted and with_earlier:
        newest = max((end for _, end in spans if before <= end < first), default=None)
        counted = {span for span in spans if span[1] == newest}
    return {
        area_id: _summed([span for span in sheets if span in counted], sheets)
        for area_id, sheets in given.items()
        if counted & sheets.keys()
    }


def _sheets(reading: Reading, asked: Asked) -> dict[int, dict[Span, list[Mark]]]:
    """Area -> assessed period -> the marks that count for it: of each item the one recorded last, or the total."""
    newest: dict[tuple[int, Span], dict[str, Mark]] = {}
    for mark in sorted(reading.ground.marks, key=lambda mark: mark.recorded_at):
        if mark.subdistrict_id == asked.subdistrict_id and mark.recorded_at <= asked.as_of:
            newest.setdefault((mark.area_id, (mark.period_start, mark.period_end)), {})[mark.item] = mark
    found: dict[int, dict[Span, list[Mark]]] = {}
    for (area_id, span), items in newest.items():
        found.setdefault(area_id, {})[span] = [items[TOTAL]] if TOTAL in items else list(items.values())
    return found


def _summed(spans: list[Span], sheets: dict[Span, list[Mark]]) -> Marked:
    given = [mark for span in spans for mark in sheets[span]]
    return (
        min(first for first, _ in spans),
        max(last for _, last in spans),
        sum(mark.marks for mark in given),
        sum(mark.full_marks for mark in given),
    )


#: Area, lon, lat, colour, names in both languages.
Site = tuple[int, float | None, float | None, str, str, str]


def risk_points(reading: Reading, asked: Asked) -> dict[str, Site]:
    """Risk points open on the local day of as_of at the area asked about or below, by their code.

    What lies at an area that does not hold any more is open as long as nobody has closed it.
    """
    today = reading.day(asked.as_of)
    return {
        site.code: (site.area_id, site.lon, site.lat, site.risk, site.name_zh, site.name_en)
        for site in reading.ground.risk_points
        if site.subdistrict_id == asked.subdistrict_id
        and site.is_open_on(today)
        and reading.is_within(site.area_id, asked.area_id)
    }


def carried(reading: Reading, asked: Asked) -> tuple[bool, bool, bool]:
    """Whether the subdistrict has cases, whether one has been resolved, whether one has a mark of satisfaction.

    As the store stands, whatever as_of and place are named.
    """
    cases = [known.case for known in reading.known(asked.subdistrict_id, AT_LAST)]
    return (
        bool(cases),
        any(case.first_resolved_at is not None for case in cases),
        any(case.satisfaction is not None for case in cases),
    )


#: An area, what it is, the community it lies in, who lives there, who works there.
Unit = tuple[int, str, int | None, int | None, int | None]


def units(reading: Reading, asked: Asked) -> list[Unit]:
    """Areas of a level valid on the local day of as_of, at the area asked about or below: their kind, community,
    residents and staff; in the order of the communities, in each in their own; the lower number first of
    two of one place.

    Staff are the members of the posts at the area and below that hold on that day; without such posts nobody knows how
    many. Residents are the area's own; where it has no number, those of the areas directly below, if each has one.
    """
    today = reading.day(asked.as_of)
    places = reading.ground.place_of_area
    found = []
    for area in units_on(reading, asked, today):
        if reading.is_within(area.area_id, asked.area_id):
            community = _community_of(reading, area.area_id)
            place = (places.get(community or 0, 0), community or 0, places[area.area_id], area.area_id)
            found.append((place, _unit(reading, area, community, today)))
    return [unit for _, unit in sorted(found, key=lambda each: each[0])]


def _unit(reading: Reading, area: Area, community_id: int | None, day: date) -> Unit:
    ground, own = reading.ground, area.area_id
    members = [post.members for post in ground.posts if reading.is_within(post.area_id, own) and post.holds_on(day)]
    staff = sum(members) if members else None
    return own, ground.kind_of_area[own], community_id, residents(reading, area, day), staff


def _community_of(reading: Reading, area_id: int) -> int | None:
    """The community that an area lies in; a community lies in none."""
    above = reading.line_of(area_id)[1:]
    return next((each for each in above if reading.world.areas[each].level == "community"), None)
