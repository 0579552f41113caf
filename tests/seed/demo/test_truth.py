"""What the city is drawn from, against what was drawn."""

from datetime import date

import numpy as np
import pytest

from seed.demo.arrivals import joined
from seed.demo.city import City
from seed.demo.days import DAY, OFFSET, day_number, local_day
from seed.demo.history import day_cases
from seed.demo.incidents import incident_cases
from seed.demo.places import MOBILE
from seed.demo.truth import incident_intensity, intensity

FIRST = day_number(date(2026, 6, 1))
DAYS = 40
#: Days are busier or quieter as a whole by a tenth, beyond chance.
DAY_NOISE = 1 / 90


@pytest.fixture(scope="module")
def city() -> City:
    return City("matian", 3, FIRST - 400, FIRST + DAYS + 400)


def test_the_counts_lie_around_what_is_expected(city: City) -> None:
    cases = joined(
        [
            day_cases(city.profile, 3, 1.0, city.places, city.people, city.days, day)
            for day in range(FIRST, FIRST + DAYS)
        ]
    )
    drawn = np.zeros((DAYS, 24, len(city.places.code), 4))
    day = local_day(cases.reported)
    np.add.at(drawn, (day - FIRST, (cases.reported + OFFSET) % DAY // 3600, cases.unit, cases.risk), 1)
    expected = intensity(city, FIRST, FIRST + DAYS - 1) + incident_intensity(city, FIRST, FIRST + DAYS - 1)
    # by day and hour days' own noise adds to chance; by unit and risk it evens out
    for axes, noise in (((1, 2, 3), DAY_NOISE), ((0, 2, 3), DAY_NOISE / DAYS), ((0, 1, 3), 0.0), ((0, 1, 2), 0.0)):
        got, wanted = drawn.sum(axis=axes), expected.sum(axis=axes)
        distance = (got - wanted) / np.sqrt(wanted + noise * wanted**2)
        assert np.abs(distance).max() < 4.5
        assert distance.std() < 1.6
    night = expected[:, :6].sum(axis=(1, 2, 3))
    assert (night < 0.1 * expected.sum(axis=(1, 2, 3))).all()


def test_storms_are_busier_and_mobile_units_quieter(city: City) -> None:
    expected = intensity(city, FIRST, FIRST + DAYS - 1)
    is_storm = city.days.storm[city.days.at(np.arange(FIRST, FIRST + DAYS))] > 0
    by_day = expected.sum(axis=(1, 2, 3))
    assert by_day[is_storm].mean() > 1.2 * by_day[~is_storm].mean()
    by_unit, is_mobile = expected.sum(axis=(0, 1, 3)), city.places.kind == MOBILE
    assert by_unit[is_mobile].max() < 0.2 * by_unit[~is_mobile].min()
    assert expected.min() >= 0


def test_incidents_add_their_cases_where_and_when_they_are(city: City) -> None:
    cases = incident_cases(3, city.places, FIRST - 60, FIRST + DAYS + 60)
    day = local_day(cases.reported)
    inside = (day >= FIRST) & (day < FIRST + DAYS)
    expected = incident_intensity(city, FIRST, FIRST + DAYS - 1)
    drawn = np.bincount(cases.unit[inside], minlength=len(city.places.code))
    assert expected.sum() == pytest.approx(inside.sum(), abs=3)
    assert (expected.sum(axis=(0, 1, 3))[drawn > 0] > 0).all()
    assert incident_intensity(city, FIRST, FIRST + DAYS - 1, begun_by=(FIRST - 60) * DAY).sum() == 0
    moment = (FIRST + 20) * DAY - OFFSET
    known = incident_intensity(city, FIRST, FIRST + DAYS - 1, begun_by=moment)
    assert known[:20] == pytest.approx(expected[:20])
    assert 0 < known.sum() < expected.sum()
