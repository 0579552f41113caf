"""Owns the words: gettext catalogues and the formats of numbers, dates and durations in both languages.

A screen's sentences are looked up by their English text; labels of data come in columns ``name_zh`` and ``name_en``.
Catalogues live in locale/<locale>/LC_MESSAGES/dashboard.po, with the compiled .mo beside each; ``make catalogues``
extracts and compiles them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, get_day_names
from babel.numbers import format_decimal, format_percent
from babel.support import NullTranslations, Translations

LOCALES: Mapping[str, str] = {"zh": "zh_CN", "en": "en_GB"}
CATALOGUES = Path(__file__).with_name("locale")
DOMAIN = "dashboard"

#: Shown for a rate without cases.
NO_RATE = "—"


def choose_language(*wanted: str | None) -> str:
    """The first wish that can be met ("zh", "zh-CN", "en_US" …), Chinese where none can."""
    for wish in wanted:
        language = (wish or "").replace("_", "-").split("-")[0].lower()
        if language in LOCALES:
            return language
    return "zh"


@dataclass(frozen=True)
class Text:
    """The words and formats of one language. Call it with a message to get the translation, filled in."""

    language: str
    locale: Locale
    catalogue: NullTranslations

    def __call__(self, message: str, /, **values: object) -> str:
        """The message in this language, the ``{names}`` in it filled from ``values``."""
        translated = self.catalogue.gettext(message)
        return translated.format(**values) if values else translated

    def many(self, singular: str, plural: str, n: int, /, **values: object) -> str:
        """The form of the message for ``n``; ``{n}`` in it is the formatted number."""
        return self.catalogue.ngettext(singular, plural, n).format(n=self.number(n), **values)

    def label(self, row: Any, stem: str = "name") -> str:
        """The label a data row brings in this language, the other language's where it is missing."""
        other = "en" if self.language == "zh" else "zh"
        for language in (self.language, other):
            value = _field(row, f"{stem}_{language}")
            if isinstance(value, str) and value:
                return value
        return ""

    def number(self, value: float | None, digits: int = 0) -> str:
        """A plain number with ``digits`` decimals; "not recorded" for None."""
        if value is None:
            return self("not recorded")
        return _decimal(float(value), digits, self.locale)

    def small(self, value: float) -> str:
        """An expected count with one decimal; one that would be shown as 0.0 though it is not is "< 0.1"."""
        return f"< {self.number(0.1, 1)}" if 0 < value < 0.05 else self.number(value, 1)

    def percent(self, rate: float | None, digits: int = 1) -> str:
        """A share 0-1 as a percentage; a dash for None, a rate without cases."""
        if rate is None:
            return NO_RATE
        return _share(float(rate), digits, self.locale)

    def day(self, day: date) -> str:
        """11月23日, 23 Nov."""
        return format_date(day, format="M月d日" if self.language == "zh" else "d MMM", locale=self.locale)

    def days(self, first: date, last: date) -> str:
        """11月9日–22日, 9–22 Nov; both months are named when they differ, both years too; one day alone."""
        if first == last:
            return self.day(first)
        if first.year != last.year:
            pattern = "y年M月d日" if self.language == "zh" else "d MMM y"
            return "–".join(format_date(day, format=pattern, locale=self.locale) for day in (first, last))
        if first.month != last.month:
            return f"{self.day(first)}–{self.day(last)}"
        if self.language == "zh":
            return f"{self.day(first)}–{last.day}日"
        return f"{first.day}–{self.day(last)}"

    def long_day(self, moment: datetime, time_zone: str) -> str:
        """2026年11月23日, 23 Nov 2026: the local day of an aware moment."""
        pattern = "y年M月d日" if self.language == "zh" else "d MMM y"
        return format_date(moment.astimezone(ZoneInfo(time_zone)).date(), format=pattern, locale=self.locale)

    def weekday(self, day: date, width: str = "wide") -> str:
        """星期一, Monday; ``width`` wide or abbreviated."""
        return str(get_day_names(width=width, context="format", locale=self.locale)[day.weekday()])  # type: ignore[arg-type]

    def clock(self, moment: datetime, time_zone: str, seconds: bool = False) -> str:
        """Wall clock time 14:32 of an aware moment in the place's time zone."""
        return moment.astimezone(ZoneInfo(time_zone)).strftime("%H:%M:%S" if seconds else "%H:%M")

    def duration(self, seconds: float) -> str:
        """A length of time in at most two units: 41 秒, 5 分 03 秒, 3 小时 05 分, 2 天 4 小时; 41 s, 5 min 03 s, …"""
        whole = max(0, round(seconds))
        minutes, second = divmod(whole, 60)
        hours, minute = divmod(minutes, 60)
        days, hour = divmod(hours, 24)
        if days:
            return self("{days} d {hours} h", days=days, hours=hour)
        if hours:
            return self("{hours} h {minutes} min", hours=hours, minutes=f"{minute:02d}")
        if minutes:
            return self("{minutes} min {seconds} s", minutes=minutes, seconds=f"{second:02d}")
        return self("{seconds} s", seconds=second)


#: A table of a hundred rows has a thousand numbers, and is drawn again with every click.
_REMEMBERED = 1 << 14


@lru_cache(_REMEMBERED)
def _decimal(value: float, digits: int, locale: Locale) -> str:
    return format_decimal(value, format=f"#,##0.{'0' * digits}" if digits else "#,##0", locale=locale)


@lru_cache(_REMEMBERED)
def _share(rate: float, digits: int, locale: Locale) -> str:
    return format_percent(rate, format=f"0.{'0' * digits}%" if digits else "0%", locale=locale)


def _field(row: Any, name: str) -> Any:
    return row.get(name) if isinstance(row, Mapping) else getattr(row, name, None)


@cache
def text(language: str) -> Text:
    """The words of "zh" or "en".

    Raises:
        ValueError: for another language.
    """
    if language not in LOCALES:
        raise ValueError(f"unknown language {language!r}: one of {', '.join(LOCALES)}")
    locale = Locale.parse(LOCALES[language])
    catalogue = Translations.load(str(CATALOGUES), [LOCALES[language]], DOMAIN)
    return Text(language=language, locale=locale, catalogue=catalogue)
