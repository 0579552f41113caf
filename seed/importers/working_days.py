"""The public holidays of a place and its moved working days, from the ``holidays`` library."""

from datetime import date, timedelta

import holidays
import pandas as pd

from seed.importers.mapping import MappingError

#: The first year the door accepts: every import gives the same numbers to working days, whatever its file spans.
FIRST_YEAR = 2010


def calendar(country: str, subdivision: str | None, last_year: int) -> pd.DataFrame:
    """One row per day from FIRST_YEAR to the end of ``last_year``: columns of Reference.calendar.

    Raises MappingError for a country or subdivision the library does not know.
    """
    years = range(FIRST_YEAR, last_year + 1)

    def named(language: str) -> holidays.HolidayBase:
        return holidays.country_holidays(country, subdiv=subdivision, years=years, language=language)

    try:
        english, chinese = named("en_US"), named("zh_CN")
    except NotImplementedError as error:
        raise MappingError(f"place.country and place.subdivision: {error}") from error
    days = [
        date(FIRST_YEAR, 1, 1) + timedelta(days=n)
        for n in range((date(last_year + 1, 1, 1) - date(FIRST_YEAR, 1, 1)).days)
    ]
    return pd.DataFrame(
        {
            "day": days,
            "is_working_day": [english.is_working_day(day) for day in days],
            "holiday_zh": [chinese.get(day, "") for day in days],
            "holiday_en": [english.get(day, "") for day in days],
        }
    )
