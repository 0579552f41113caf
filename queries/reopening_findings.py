"""Findings on appeals that were opened again: the same case after its follow-up, or another one in its place. See
findings.py.
"""

from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from queries import packed, packed_days
from queries.evidence import EVIDENCE, unit_kinds
from queries.figure import DEFAULT_DAYS, By, parameters
from queries.filters import Filter
from queries.packed_days import Cases, Mask, Sign
from queries.packed_places import LabelPoints, Places
from queries.runner import framed
from queries.vocabulary import Kind

_AFTER_COLUMNS: Final = ("areas", "types", "traits", "firsts", "case_ids", "parties")
_AGAIN_COLUMNS: Final = ("reported", "areas", "types", "traits", "firsts", "places", "parties", "case_ids")
_DAY: Final = 86_400_000_000  # microseconds
_NEAR: Final = 20  # metres
THIRTY_DAYS: Final = 30
#: The longest follow-up after the day reported that is looked up; the store's own is a setting.
_SAME_DAY_FOLLOW_UP: Final = 31


def _asked(filter: Filter, unit_level: str) -> dict[str, Any]:
    return parameters(filter, By.AREA, unit_level=unit_level, kinds=(Kind.APPEAL,))


def reopened_after_cutoff(connection: Connection, filter: Filter, unit_level: str, cutoff: str) -> pd.DataFrame:
    """One row per unit (EVIDENCE): of the cases reopened in the period, those of the day after their follow-up.

    ``cutoff``: same_day (the follow-up of same-day resolution) or reopened (thirty days after the resolution).
    """
    first, last = filter.period(DEFAULT_DAYS)
    longest = _SAME_DAY_FOLLOW_UP if cutoff == "same_day" else THIRTY_DAYS + 1
    asked = {
        **_asked(filter, unit_level),
        "cutoff": cutoff,
        "followed_start": filter.midnight(first - timedelta(days=longest)),
        "followed_end": filter.midnight(last + timedelta(days=1)),
    }
    (areas, others, kinds_of_units, window, reopened, untimed), cases, _ = packed_days.read(
        connection, "reopening_findings", "reopened_after_cutoff", _AFTER_COLUMNS, asked
    )
    is_counted, is_resolved, day_after = _followed(filter, cases, cutoff, window, (first, last))
    known = packed.Lookup(areas)
    is_timed = ~cases.has("source", packed_days.words_in(untimed))
    chosen, units = cases.chosen(asked["kinds"], known, is_counted & is_timed)
    _, elsewhere = known.of(np.frombuffer(others or b"", dtype=">i4").astype(np.int64))
    assert units is not None
    unit, place = np.unique(np.concatenate((units, elsewhere)), return_inverse=True)
    of_unit, besides = place[: len(units)], np.bincount(place[len(units) :], minlength=len(unit))

    # all days counted from the first of the period
    reopened_on = _reopened_on(cases, chosen, reopened, first)
    is_resolved, day_after = is_resolved[chosen], day_after[chosen]
    is_within = [(day >= 0) & (day <= (last - first).days) for day in (day_after, reopened_on)]
    is_of_figure, is_reopened = is_within[0], is_resolved & is_within[1]
    if cutoff != "same_day":  # of a period that runs, those whose follow-up has ended
        is_of_figure &= day_after <= (filter.today - first).days
    is_good = cases.shows(Sign.SAME_DAY_KEPT if cutoff == "same_day" else Sign.NOT_REOPENED)[chosen]
    is_suspect = is_reopened & (reopened_on == day_after)
    n, observed, *figure = (
        np.bincount(of_unit[among], minlength=len(unit))
        for among in (
            is_reopened,
            is_suspect,
            is_of_figure,
            is_of_figure & is_good,
            is_of_figure | is_suspect,
            is_of_figure & is_good & ~is_suspect,
        )
    )
    evidence: list[list[int]] = [[] for _ in unit]
    ids = cases.number("case_ids")[chosen]
    for at in np.flatnonzero(is_suspect):
        evidence[of_unit[at]].append(int(ids[at]))
    kept = np.flatnonzero(n + besides)
    return framed(
        [
            unit[kept],
            unit_kinds(kinds_of_units, unit[kept]),
            [cutoff] * len(kept),
            *(column[kept] for column in (n + besides, observed, *figure)),
            [sorted(evidence[at]) for at in kept],
        ],
        EVIDENCE,
    )


def _followed(
    filter: Filter, cases: Cases, cutoff: str, window: bytes, period: tuple[date, date]
) -> tuple[Mask, Mask, npt.NDArray[np.int64]]:
    """Which cases are followed, which of them were resolved, and the day after the follow-up of each, counted from the
    period's first. ``window``: the days of follow-up of same-day resolution, packed.
    """
    first, last = period
    if cutoff == "same_day":
        is_counted = cases.shows(Sign.SAME_DAY_COUNTED)
        day = np.array([(each - first).days for each in cases.days], dtype=np.int64)[cases.row]
        return is_counted, is_counted & cases.shows(Sign.SAME_DAY_RESOLVED), day + 1 + int.from_bytes(window, "big")
    longest = THIRTY_DAYS + 1
    day = packed_days.days_from(filter, cases.number("firsts", "resolved"), first - timedelta(days=longest), last)
    return day >= 0, day >= 0, day - longest + THIRTY_DAYS + 1


def _reopened_on(
    cases: Cases, chosen: npt.NDArray[np.intp], reopened: bytes | None, since: date
) -> npt.NDArray[np.int64]:
    """Of each chosen case the day on which it was first reopened, counted from ``since``; beyond all where none is
    known. ``reopened``: the cases that were, as the question tells them.
    """
    told = np.frombuffer(reopened or b"", dtype=[("case", ">i8"), ("day", ">i4")])
    answer = np.full(len(chosen), np.iinfo(np.int64).max)
    among = np.flatnonzero(cases.shows(Sign.REOPENED)[chosen])
    at = pd.Index(told["case"].astype(np.int64)).get_indexer(pd.Index(cases.number("case_ids")[chosen[among]]))
    answer[among[at >= 0]] = told["day"][at[at >= 0]] - (since - packed.BEGINNING.date()).days
    return answer


def opened_again(connection: Connection, filter: Filter, unit_level: str) -> pd.DataFrame:
    """One row per unit with a case closed in the period (EVIDENCE): of these, those after whose closing the same matter
    came in anew in their area within a day, as another case of the same party, or, where either has none, within 20 m
    (an area's own label point is no place).

    Beside the share of cases that stayed closed, with and without them; cases of sources that give no closing times are
    not among the closed ones. Evidence: the closed cases and the new ones.
    """
    asked = _asked(filter, unit_level)
    (_, areas, _, kinds_of_units, _, labels, untimed, _), cases = packed_days.read_together(
        connection, "reopening_findings", "opened_again", _AGAIN_COLUMNS, asked
    )
    start, end = packed.microseconds(asked["period_start"]), packed.microseconds(asked["period_end"])
    resolved = cases.number("firsts", "resolved")
    is_closed = (resolved >= start) & (resolved < end) & ~cases.has("source", packed_days.words_in(untimed))
    closed, units = cases.chosen(asked["kinds"], packed.Lookup(areas), is_closed)
    assert units is not None
    one, other = _came_again(cases, closed, resolved, start, LabelPoints(labels))
    is_suspect = np.zeros(len(cases), dtype=bool)
    is_suspect[one] = True
    is_good = ~cases.shows(Sign.REOPENED_SINCE)[closed]
    unit, place = np.unique(units, return_inverse=True)
    n, observed, good, good_without = (
        np.bincount(place[among], minlength=len(unit))
        for among in (slice(None), is_suspect[closed], is_good, is_good & ~is_suspect[closed])
    )
    ids = cases.number("case_ids")
    unit_of = np.full(len(cases), -1)
    unit_of[closed] = place
    evidence: list[set[int]] = [set() for _ in unit]
    for early, late in zip(one.tolist(), other.tolist(), strict=True):
        evidence[unit_of[early]] |= {int(ids[early]), int(ids[late])}
    kinds, cutoffs = unit_kinds(kinds_of_units, unit), ["again"] * len(unit)
    ids_of_unit = [sorted(each) for each in evidence]
    return framed([unit, kinds, cutoffs, n, observed, n, good, n, good_without, ids_of_unit], EVIDENCE)


def _came_again(
    cases: Cases,
    closed: npt.NDArray[np.intp],
    resolved: npt.NDArray[np.int64],
    start: int,
    labels: LabelPoints,
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Pairs of a closed case and another that came in anew within a day: the places of the one and of the other."""
    reported = cases.number("reported")
    matter = packed_days.together(cases.number("areas"), cases.number("types"))
    later = np.flatnonzero(reported >= start)
    later = later[packed_days.in_order_of_report(matter[later], reported[later])]
    # one number to look up by: the matter in its area, and within it the moment
    span = int(max(reported.max(initial=start), resolved.max(initial=start))) - start + 2 * _DAY
    key = matter[later] * span + reported[later] - start
    at = matter[closed] * span + resolved[closed] - start
    first, last = (np.searchsorted(key, bound, side="right") for bound in (at, at + _DAY))
    one = np.repeat(closed, last - first)
    other = later[np.arange(len(one)) + np.repeat(first - np.cumsum(last - first) + (last - first), last - first)]
    party, lon, lat = cases.number("parties"), cases.number("places", "lon"), cases.number("places", "lat")
    are_known = (party[one] != 0) & (party[other] != 0)
    is_near = Places(lon, lat).are_near(one, other, _NEAR)
    for each in (one, other):  # a label point is a default, no location
        is_near &= ~labels.are_at(cases.number("areas")[each], lon[each], lat[each])
    is_again = np.where(are_known, party[one] == party[other], is_near)
    is_again &= one != other
    return one[is_again], other[is_again]
