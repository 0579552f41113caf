"""Small demo cities shared by the tests of the generator."""

from datetime import UTC, date, datetime

import pandas as pd
import pytest

from seed.demo import DemoCity, generate

TODAY = date(2026, 11, 23)
UNTIL = datetime(2026, 11, 23, 6, 32, tzinfo=UTC)


def rows_of(city: DemoCity) -> pd.DataFrame:
    """All rows of a city in one frame."""
    return pd.concat(list(city.batches()), ignore_index=True)


@pytest.fixture(scope="session")
def matian() -> DemoCity:
    return generate("matian", 5, TODAY, days=60, until=UNTIL)


@pytest.fixture(scope="session")
def rows(matian: DemoCity) -> pd.DataFrame:
    return rows_of(matian)
