"""A scorecard is a page for each ranked unit, and every number on it is the frozen document's."""

import io
from datetime import UTC, date, datetime

import pytest
from pypdf import PdfReader

from dashboard.exports.review.scorecards import cards
from dashboard.review.scorecards import scorecards
from dashboard.review.shown import about
from dashboard.review.table import BrokenReviewError
from dashboard.text import text
from queries.review.document import Review, Section, table_of
from queries.review.period import Period, Span
from queries.review.sections import OBJECTIONS, RANKING, RANKING_PARTS

UNITS = ("合水口03", "一个名字特别特别长的社会治理单元第十二号网格小区东北角", "新庄 05")


def _review(units: tuple[str, ...] = UNITS) -> Review:
    ranking, parts = [], []
    for number, name in enumerate(units):
        row = {
            "area": str(number), "name": {"zh": name, "en": f"Unit {number}"}, "kind": "social", "rank": number + 1,
            "rank_low": 1, "rank_high": 3, "ranked_of": 3, "tier": 1 + number, "movement": 1 - number,
            "score": 91.23 - number, "change": 2.5 - 3 * number, "change_low": 0.4 - 3 * number,
            "change_high": 4.6 - 3 * number, "n": 37 + number,
        }  # fmt: skip
        ranking.append([row.get(column) for column in RANKING])
        part = {
            "area": str(number), "indicator": "on_time", "n": 41 + number, "good": 39, "expected": 0.957, "rate": 0.948,
            "weight": 0.3, "points": 84.7 - number, "median_points": 90.1, "earned": 25.4, "against_median": -3.1,
        }  # fmt: skip
        parts.append([part.get(column) for column in RANKING_PARTS])
    objected = {"area": "1", "name": {"zh": UNITS[1], "en": "Unit 1"}, "n": 2, "open": 1, "upheld": 1, "rejected": 0}
    objections = [[objected.get(column) for column in OBJECTIONS]]
    tables = (
        table_of("ranking", RANKING, ranking),
        table_of("ranking_parts", RANKING_PARTS, parts),
        table_of("objections", OBJECTIONS, objections),
    )
    return Review(
        subdistrict="town",
        name={"zh": "马田街道", "en": "Matian"},
        time_zone="Asia/Shanghai",
        period=Period(Span.CYCLE, date(2026, 11, 2), date(2026, 11, 15)),
        as_of=datetime(2026, 11, 20, 1, tzinfo=UTC),
        definitions="0" * 12,
        sections=(Section("ranking", tables),),
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_for_each_unit_with_the_documents_numbers(language: str) -> None:
    review, words = _review(), text(language)
    pages = PdfReader(io.BytesIO(cards(about(review, words), scorecards(review, words), words))).pages
    assert len(pages) == len(UNITS)
    for number, page in enumerate(pages):
        said = page.extract_text().replace("\n", "")
        name = UNITS[number] if language == "zh" else f"Unit {number}"
        assert name in said
        for shown in (f"{91.23 - number:.1f}", f"39 / {41 + number}", "95.7%", "94.8%", f"{84.7 - number:.1f}", "90.1"):
            assert shown in said, shown
        assert "−3.1" in said, "what it lost most on"
        assert review.checksum[:12] in said
        assert ("申诉 2 件" if language == "zh" else "2 objections") in said or number != 1


def test_without_ranked_units_there_is_no_file() -> None:
    review, words = _review(()), text("en")
    with pytest.raises(BrokenReviewError, match="Nobody was ranked"):
        cards(about(review, words), scorecards(review, words), words)
