"""What is shown of a document: words in both languages for all it knows, plain heads for what it does not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dashboard.review.coded import coded, figure_name
from dashboard.review.heads import section_title
from dashboard.review.shown import about, period_words, shown
from dashboard.review.table import BrokenReviewError
from dashboard.text import text
from queries.review import community, followed, increment, matters, restatement, risk, sections, watch
from queries.review.document import Column, Holds, Review, Section, Table, table_of
from queries.review.make import SECTIONS
from queries.review.period import Period, Span
from tests.dashboard.review.documents import broken, document, number, numbers

ZH, EN = text("zh"), text("en")


def of_period(span: Span, first: date, last: date) -> Review:
    held = document()
    return Review(
        held.subdistrict,
        held.name,
        held.time_zone,
        Period(span, first, last),
        held.as_of,
        held.definitions,
        held.sections,
    )


@pytest.mark.parametrize(
    ("review", "en", "zh"),
    [
        (
            of_period(Span.WEEK, date(2026, 11, 16), date(2026, 11, 22)),
            "Week 47 of 2026, 16–22 Nov",
            "2026年第47周（11月16日–22日）",
        ),
        (of_period(Span.MONTH, date(2026, 11, 1), date(2026, 11, 30)), "November 2026", "2026年11月"),
        (
            of_period(Span.CYCLE, date(2026, 11, 9), date(2026, 11, 22)),
            "Assessed cycle 9–22 Nov 2026",
            "考评周期（2026年11月9日–22日）",
        ),
        (
            of_period(Span.DAYS, date(2025, 12, 20), date(2026, 1, 4)),
            "20 Dec 2025–4 Jan 2026",
            "2025年12月20日–2026年1月4日",
        ),
    ],
)
def test_a_period_in_words(review: Review, en: str, zh: str) -> None:
    assert (period_words(review, EN), period_words(review, ZH)) == (en, zh)


def test_the_foot_says_period_moment_and_document() -> None:
    digits = document().checksum[:12]
    assert (
        about(document(), EN).foot == f"Week 47 of 2026, 16–22 Nov · as known at 23 Nov 2026 09:05 · document {digits}"
    )
    running = of_period(Span.MONTH, date(2026, 11, 1), date(2026, 11, 30))
    assert about(running, EN).foot.endswith("provisional: the period was not over")
    assert about(running, ZH).foot.endswith("暂计：本期尚未结束")


@pytest.mark.parametrize("words", [ZH, EN], ids=["zh", "en"])
def test_every_number_of_the_document_is_printed(words: object) -> None:
    drawn = shown(document(), words)  # type: ignore[arg-type]
    tables = {table.id: table for section in drawn for table in section.tables}
    told = 0
    for section in document().sections:
        for table in section.tables:
            for row, wanted in zip(tables[table.id].printed.rows, numbers(table), strict=True):
                line = "|".join(row).replace(" ", "")
                for each in wanted:
                    assert each in line, (table.id, each, row)
                    told += 1
    assert told > 900


@pytest.mark.parametrize("words", [ZH, EN], ids=["zh", "en"])
def test_typed_values_are_the_documents(words: object) -> None:
    for section, given in zip(shown(document(), words), document().sections, strict=True):  # type: ignore[arg-type]
        for table, known in zip(section.tables, given.tables, strict=True):
            places = {column.id: place for place, column in enumerate(known.columns)}
            for row, raw in zip(table.rows, known.rows, strict=True):
                for cell, column in zip(row, table.columns, strict=True):
                    value = raw[places[column]]
                    if isinstance(value, int | float) and column != "tier":
                        assert cell.value == value, (table.id, column)


def test_moments_are_local_and_days_are_days() -> None:
    [variable] = [table for section in shown(document(), EN) for table in section.tables if table.id == "variable"]
    at = variable.values("reported_at")[0]
    assert isinstance(at, datetime)
    assert at == datetime.fromisoformat(str(document().table("variable").rows[0][5]))
    assert at.utcoffset() == timedelta(hours=8)
    assert variable.rows[0][variable.place("reported_at")].text == "22 Nov 08:00"


@pytest.mark.parametrize("words", [ZH, EN], ids=["zh", "en"])
def test_nothing_known_is_called_by_its_id(words: object) -> None:
    """All tables that this release makes have real words. (In English a word may well be the id.)"""
    for section in shown(document(), words):  # type: ignore[arg-type]
        for table in section.tables:
            said = [section.title, table.title, *table.heads, *table.printed.heads]
            assert all(said)
            assert not [each for each in said if "_" in each]
            if words is ZH:
                assert not [each for each in said if each.isascii()], table.id
            assert len(set(table.heads)) == len(table.heads), table.id


LATER = {
    "followed_counts": followed.COUNTS,
    "followed": followed.FOLLOWED,
    "followed_watch": followed.WATCHED,
    "followed_about": followed.ABOUT,
    "restated": restatement.RESTATED,
    "restated_about": restatement.ABOUT,
    "condition": community.CONDITION,
    "condition_parts": community.PARTS,
    "condition_rules": community.RULES,
    "risk_units": risk.UNITS,
    "risk_capture": risk.CAPTURE,
    "risk_alarms": risk.ALARMS,
    "repeated": matters.REPEATED,
    "reopened": matters.REOPENED,
    "topics": matters.TOPICS,
    "rules": sections.RULES,
    "objections": sections.OBJECTIONS,
    "increment_types": increment.INCREMENT,
    "increment_communities": increment.INCREMENT,
    "watch": watch.WATCH,
}


@pytest.mark.parametrize("table", LATER)
def test_every_table_of_a_review_has_words(table: str) -> None:
    held = document()
    of_it = Table(table, tuple(Column(id, holds) for id, holds in LATER[table].items()), ())
    review = replace(held, sections=(*held.sections, Section("more", (of_it,))))
    [zh], [en] = shown(review, ZH)[-1].tables, shown(review, EN)[-1].tables
    said = [zh.title, *zh.heads, *zh.printed.heads]
    assert not [each for each in said if each.isascii()]
    assert len(set(zh.heads)) == len(zh.heads)
    assert len(set(en.heads)) == len(en.heads)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_has_a_title_in_both_languages(section: str) -> None:
    assert not section_title(section, ZH).isascii()
    assert section_title(section, EN) != section


def test_codes_of_the_parts_that_look_back_and_ahead_are_words() -> None:
    for code in (*followed.STANDINGS, *followed.COUNTED, "total"):
        assert not str(coded("followed_counts", "part", code, {}, ZH)).isascii()
    for code in watch.RULES:
        assert not str(coded("watch", "rule", code, {}, ZH)).isascii()
    for code in ("steady", "watch", "strained"):
        assert not str(coded("condition", "state", code, {}, ZH)).isascii()
    for code in ("volume", "grave", "petitions", "reopened", "overdue", "same_day", "on_time", "kept", "on_the_spot"):
        assert not str(coded("rules", "indicator", code, {}, ZH)).isascii()
    for code in restatement.FACTS:
        assert not str(coded("restated_about", "fact", code, {}, ZH)).isascii()


def test_a_restated_number_has_the_form_of_its_column() -> None:
    rows: list[list[Any]] = [
        ["headline", "rates", "on_time", "rate", None, "share", 0.991, 0.9875],
        ["stages", "clocks", "reported_dispatched", "median_minutes", None, "minutes", 24.0, 150.0],
        ["ranking", "ranking", "7", "n", {"zh": "合水口01", "en": "Heshuikou 01"}, "count", 31, None],
    ]
    held = document()
    table = table_of("restated", restatement.RESTATED, rows)
    review = replace(held, sections=(*held.sections, Section("restated", (table,))))
    [told] = shown(review, EN)[-1].tables
    assert [[cell.text for cell in row] for row in told.rows] == [
        ["At a glance", "Rates", "Rate", "On-time rate", "99.1%", "98.8%"],
        [
            "The six first-times",
            "Times between the stages",
            "Median, minutes",
            "Reported → Dispatched",
            "24 min",
            "2.5 h",
        ],
        ["Ranking", "Ranking", "Number of cases", "Heshuikou 01", "31", ""],
    ]


def test_a_table_that_nobody_knows_is_shown_with_plain_heads() -> None:
    columns = {"topic_area": Holds.KEY, "name": Holds.NAME, "day": Holds.DAY, "lift": Holds.RATIO, "is_new": Holds.FLAG}
    new = table_of("topics_found", columns, [["7", {"zh": "水", "en": "Water"}, date(2026, 11, 20), 2.5, True]])
    held = document()
    review = Review(
        *(held.subdistrict, held.name, held.time_zone, held.period, held.as_of, held.definitions),
        sections=(*held.sections, Section("topics", (new, Table("gone", (), (), not_recorded=True)))),
    )
    section = shown(review, EN)[-1]
    table, gone = section.tables
    assert (section.title, table.title) == ("Topics", "Topics found")
    assert table.heads == ("Name", "Day", "Lift", "Is new")
    assert [cell.text for cell in table.rows[0]] == ["Water", "20 Nov", "2.50", "yes"]
    assert table.printed.rows == (("Water", "20 Nov", "2.50", "yes"),)
    assert (gone.note, gone.rows) == ("not recorded", ())


def test_what_is_not_recorded_and_what_has_no_cases() -> None:
    [rates] = [table for section in shown(document(), EN) for table in section.tables if table.id == "rates"]
    by_figure = {row[0].text: row for row in rates.rows}
    place = rates.place("rate")
    assert by_figure["Satisfaction"][place].text == "not recorded"
    assert by_figure[figure_name("escalation_answer", EN)][place].text == "—"
    assert by_figure["Same-day resolution"][place].text == "80.9% provisional"


@pytest.mark.parametrize("section", ["headline", "ranking", "findings"])
def test_a_document_without_a_section_is_not_shown(section: str) -> None:
    review = broken(lambda held: held.update(sections=[each for each in held["sections"] if each["id"] != section]))
    with pytest.raises(BrokenReviewError, match=section):
        shown(review, EN)


def test_the_tests_own_numbers() -> None:
    """The formatter that the others compare with is right by itself."""
    assert number("rates", Column("rate", Holds.SHARE), 0.81234) == "81.2%"
    assert number("rates", Column("low_before", Holds.CHANGE), -0.0312) == "−3.1"
    assert number("counts", Column("ratio_before", Holds.RATIO), 0.816) == "−18.4%"
    assert number("clocks", Column("median_minutes", Holds.MINUTES), 2880.0) == "2.0"
    assert datetime(2026, 11, 23, 1, 5, tzinfo=UTC) == document().as_of
    assert str(ZoneInfo(document().time_zone)) == "Asia/Shanghai"
