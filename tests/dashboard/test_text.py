"""Words and formats in both languages; the catalogues hold the same messages as the code."""

from datetime import UTC, date, datetime
from gettext import GNUTranslations
from io import BytesIO

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from dashboard.locale.__main__ import messages, missing, po_path
from dashboard.text import LOCALES, choose_language, text

ZH, EN = text("zh"), text("en")


@pytest.mark.parametrize("locale", LOCALES.values())
def test_catalogue_has_every_message_of_the_code(locale: str) -> None:
    assert missing(locale) == []


def test_catalogues_hold_the_same_messages_and_placeholders() -> None:
    held = {}
    for language, locale in LOCALES.items():
        with po_path(locale).open("rb") as file:
            held[language] = {
                str(message.id): str(message.string) for message in read_po(file, locale=locale) if message.id
            }
    assert set(held["zh"]) == set(held["en"])
    for message, said in held["zh"].items():
        for name in ("{time}", "{age}", "{unit}", "{span}", "{days}"):
            assert (name in message) == (name in said), message


@pytest.mark.parametrize("locale", LOCALES.values())
def test_compiled_catalogue_is_the_written_one(locale: str) -> None:
    compiled = BytesIO()
    with po_path(locale).open("rb") as file:
        write_mo(compiled, read_po(file, locale=locale))
    compiled.seek(0)
    with po_path(locale).with_suffix(".mo").open("rb") as file:
        assert _words(GNUTranslations(file)) == _words(GNUTranslations(compiled))


def _words(catalogue: GNUTranslations) -> dict[object, str]:
    """All messages but the header, which holds the moment of compilation."""
    return {message: said for message, said in catalogue._catalog.items() if message}  # type: ignore[attr-defined]


def test_language_is_the_first_wish_that_can_be_met() -> None:
    assert choose_language("en_US", "zh") == "en"
    assert choose_language(None, "fr", "zh-Hans-CN") == "zh"
    assert choose_language() == "zh"
    with pytest.raises(ValueError, match="unknown language"):
        text("fr")


def test_numbers_rates_and_durations() -> None:
    assert ZH.number(12840) == EN.number(12840) == "12,840"
    assert ZH.number(None) == "未记录"
    assert ZH.percent(None) == "—"
    assert EN.percent(0.7069) == "70.7%"
    assert ZH.duration(303) == "5 分 03 秒"
    assert EN.duration(93_600) == "1 d 2 h"
    assert EN.many("{n} risk point", "{n} risk points", 1) == "1 risk point"
    assert EN.many("{n} risk point", "{n} risk points", 1200) == "1,200 risk points"


def test_days() -> None:
    assert ZH.days(date(2026, 11, 9), date(2026, 11, 22)) == "11月9日–22日"
    assert EN.days(date(2026, 10, 26), date(2026, 11, 8)) == "26 Oct–8 Nov"
    assert EN.days(date(2026, 11, 8), date(2026, 11, 8)) == "8 Nov"
    assert ZH.weekday(date(2026, 11, 23)) == "星期一"
    assert EN.clock(datetime(2026, 11, 23, 16, 30, tzinfo=UTC), "Asia/Shanghai") == "00:30"


def test_label_falls_back_to_the_other_language() -> None:
    assert EN.label({"name_zh": "石围", "name_en": None}) == "石围"
    assert ZH.label({"name_zh": "石围", "name_en": "Shiwei"}) == "石围"


def test_messages_inside_f_strings_are_found_in_every_version_of_python() -> None:
    code = """
x = f'<b>{e(words("Wall"))}</b>'
y = f'{words.many("{n} case", "{n} cases", n)}'
z = words(title) + self("open")
"""
    assert messages(code) == ["Wall", ("{n} case", "{n} cases"), "open"]


def test_a_small_expected_count_is_not_nothing() -> None:
    assert [text("en").small(value) for value in (0.0, 0.03, 0.2)] == ["0.0", "< 0.1", "0.2"]
