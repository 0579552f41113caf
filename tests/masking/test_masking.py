"""The masking on its sentences: it may get better, never worse than here; and what must hold of any text."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from tests.masking.__main__ import markdown
from tests.masking.corpus import LANGUAGES, PARTS, sentences
from tests.masking.measure import Told, scores, told
from tests.support.databases import Databases

PAGE = Path(__file__).parents[2] / "docs" / "personal-data.md"
#: Lowest recall and precision of each part and language. The hard ones hold what no rule without a dictionary can find.
FLOORS = {
    ("known", "zh"): (0.98, 0.98),
    ("known", "en"): (0.98, 0.97),
    ("held back", "zh"): (0.97, 0.98),
    ("held back", "en"): (0.98, 0.98),
    ("hard", "zh"): (0.45, 0.85),
    ("hard", "en"): (0.25, 0.45),
}


@pytest.fixture(scope="module")
def store(databases: Databases) -> Iterator[sa.Connection]:
    with databases.copy() as database, database.owner.connect() as connection:
        yield connection


@pytest.fixture(scope="module")
def every(store: sa.Connection) -> list[Told]:
    return told(store, sentences())


def test_there_are_enough_sentences_and_half_of_them_hold_nothing() -> None:
    clean = sum(not each.personal for each in sentences())
    assert len(sentences()) >= 300
    assert 0.4 <= clean / len(sentences()) <= 0.6


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", PARTS)
def test_recall_and_precision_do_not_fall(every: list[Told], part: str, language: str) -> None:
    of_it = [each for each in every if (each.sentence.part, each.sentence.language) == (part, language)]
    whole = scores(of_it)["all"]
    recall, precision = FLOORS[part, language]
    assert whole.recall >= recall, [each.sentence.text for each in of_it if each.missed]
    assert whole.precision >= precision, [each.masked for each in of_it if each.false_alarms]


def test_each_kind_is_found_where_it_is_written_as_usual(every: list[Told]) -> None:
    usual = scores(each for each in every if each.sentence.part != "hard")
    assert {kind: score.recall for kind, score in usual.items() if score.recall < 0.95} == {}


def test_the_page_says_what_is_measured(every: list[Told]) -> None:
    assert markdown(every) in PAGE.read_text(encoding="utf-8"), "python -m tests.masking --write"


#: What surrounds a number in a sentence of Chinese or English.
AROUND = st.text(st.sampled_from("楼上漏水请尽快处理，。（） abcz"), max_size=12)


@given(before=AROUND, after=AROUND, digits=st.integers(0, 10**9 - 1), second=st.sampled_from("3456789"))
def test_no_mobile_number_stands_in_any_text(
    store: sa.Connection, before: str, after: str, digits: int, second: str
) -> None:
    number = f"1{second}{digits:09d}"
    before, after = f"{before}，", f"，{after}"
    masked = store.scalar(sa.text("select app.mask_text(:text)"), {"text": before + number + after})
    assert number not in masked
    assert len(masked) <= len(before + number + after)


@given(text=st.text(max_size=60))
def test_any_text_can_be_masked_and_once_is_enough(store: sa.Connection, text: str) -> None:
    text = text.replace("\0", "")
    once = store.scalar(sa.text("select app.mask_text(:text)"), {"text": text})
    assert store.scalar(sa.text("select app.mask_text(:text)"), {"text": once}) == once


@pytest.mark.parametrize("text", ["楼道堆放杂物", "桥下乱停车", "", "井盖松动，存在隐患"])
def test_what_holds_nothing_stays_as_it_is(store: sa.Connection, text: str) -> None:
    assert store.scalar(sa.text("select app.mask_text(:text)"), {"text": text}) == text


def test_check_digits(store: sa.Connection) -> None:
    def says(call: str, number: str) -> object:
        return store.scalar(sa.text(f"select app.{call}(:number)"), {"number": number})

    assert says("is_identity_number", "11010519491231002X")
    assert not says("is_identity_number", "110105194912310021")
    assert says("is_card_number", "4539148803436467")
    assert not says("is_card_number", "4539148803436468")
