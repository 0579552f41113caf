"""Topics: which words count, once a case, and which have clearly risen; against a plain reading of what was told."""

from collections.abc import Mapping

import pandas as pd
import pytest

from queries.topics import LEAST_CASES, chinese_words, counts, lines, topics
from queries.vocabulary import Kind
from tests.queries.town import Town


def frame(*rows: tuple[int, str, int, int]) -> pd.DataFrame:
    """topics.SUMMARIES."""
    return pd.DataFrame(rows, columns=["type_id", "summary", "n", "n_before"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("夜间施工噪声扰民，噪声很大", {"夜间", "施工", "噪声", "扰民"}),
        ("居民陈志强反映电梯故障", {"电梯", "故障"}),  # who told it, and that it was told, is no topic
        ("＊＊先生家中漏水，电话＊", {"漏水"}),
        ("井盖破损 3 处", {"井盖", "破损"}),  # a name by the dictionary, a matter in the field
        ("张伟、王芳、李志强打架", {"打架"}),
        ("", set()),
    ],
)
def test_chinese_words_of_a_text(text: str, words: set[str]) -> None:
    assert chinese_words(text) == words


def _n(told: pd.DataFrame, names: tuple[str, ...] = ()) -> Mapping[str, tuple[int, int]]:
    return {word: (count.n, count.n_before) for word, count in counts(told, names).items()}


def test_english_words_are_split_and_small_and_names_are_none() -> None:
    told = frame((1, "Loud music at night, John Smith's dog", 2, 1), (1, "NOISE AT NIGHT", 1, 0))
    assert _n(told) == {"music": (2, 1), "night": (3, 1), "dog": (2, 1)}


def test_a_phrase_in_capitals_counts_where_several_cases_have_it_to_the_letter() -> None:
    assert _n(frame((1, "Dirty Alley", LEAST_CASES, 0))) == {"dirty": (5, 0), "alley": (5, 0)}
    assert _n(frame((1, "Dirty Alley", LEAST_CASES - 1, 0))) == {}


def test_a_word_counts_once_a_case_and_places_are_no_topics() -> None:
    told = frame((1, "噪声，噪声，还是噪声", 3, 0), (2, "马山头噪声", 0, 2))
    assert _n(told, ("马山头社区",)) == {"噪声": (3, 2)}
    assert "山头" in _n(told)


def _told(town: Town) -> None:
    """Four weeks and one in which the lift fails more and more; noise as ever, and a petition about lifts."""
    for week in range(4):
        for number in range(6):
            day = 5 + number + 7 * week
            at = f"2024-02-{day:02d} 08:00:00" if day <= 29 else f"2024-03-{day - 29:02d} 08:00:00"
            town.case(f"noise {week} {number}", at, summary="夜间噪声")
        town.case(f"lift before {week}", f"2024-02-{5 + 7 * week:02d} 09:00:00", summary="电梯停运", type_code="leak")
    for number in range(6):
        town.case(f"noise {number}", f"2024-03-{4 + number:02d} 08:00:00", summary="夜间噪声")
    for number in range(9):
        type_code = "leak" if number < 6 else "noise"
        town.case(
            f"lift {number}", "2024-03-06 09:00:00", summary=f"电梯停运{'，困人' * (number % 2)}", type_code=type_code
        )
        town.case(f"wages {number}", "2024-03-06 09:00:00", summary="厂房欠薪", type_code="wages")
    town.case("masked", "2024-03-06 10:00:00", summary="欠薪")
    town.settle()


def test_what_has_risen_is_found_with_its_ratio_and_its_matters(town: Town) -> None:
    _told(town)
    asked = town.at("2024-03-11 09:00:00", period_from=pd.Timestamp("2024-03-04").date(),
                    period_to=pd.Timestamp("2024-03-10").date())  # fmt: skip
    found = topics(town.connection, asked, 28)
    rows = {row["word"]: row for row in found.frame.to_dict("records")}
    assert set(rows) == {"电梯", "停运"}
    lift = rows["电梯"]
    assert (lift["n"], lift["n_before"], lift["ratio"]) == (9, 4, 9.0)  # four in four weeks are one a week
    assert 1 < lift["low"] < 9 < lift["high"]
    leak, noise = (
        int(type_id)
        for type_id in town.connection.exec_driver_sql(
            "select type_id from app.case_types where code in ('leak', 'noise') order by code"
        ).scalars()
    )
    assert lift["types"] == [leak, noise]
    assert (found.n, found.n_before, found.every) == (16, 28, 1)  # petitions are not shown singly: no word of theirs
    assert not {"厂房"} & set(counts_of(town))
    only = topics(town.connection, town.at("2024-03-11 09:00:00", period_from=asked.period_from,
                                           period_to=asked.period_to, kinds=(Kind.PETITION,)), 28)  # fmt: skip
    assert not only.is_recorded


def counts_of(town: Town) -> dict[str, int]:
    """Words of the last week's summaries."""
    from queries.topics import summaries

    asked = town.at("2024-03-11 09:00:00", period_from=pd.Timestamp("2024-03-04").date(),
                    period_to=pd.Timestamp("2024-03-10").date())  # fmt: skip
    return {word: count.n for word, count in counts(summaries(town.connection, asked, 28, 1)).items()}


def test_summaries_stay_with_their_cases_when_some_were_recorded_later(town: Town) -> None:
    from queries.topics import summaries

    told = {"08": "电梯停运", "09": None, "10": "污水外溢，臭", "11": "噪声"}
    for hour, summary in told.items():
        town.case(f"at {hour}", f"2024-03-06 {hour}:00:00", type_code="leak" if hour < "10" else "noise",
                  **({} if summary is None else {"summary": summary}))  # fmt: skip
    town.case("later", "2024-03-06 08:30:00", recorded="2024-03-08 12:00:00", summary="后来才知道")
    town.then("at 10", "resolved", "2024-03-09 09:00:00")
    town.case("newest", "2024-03-10 09:00:00")
    town.settle()
    for at, known in (("2024-03-07 09:00:00", set()), ("2024-03-10 10:00:00", {"后来才知道"})):
        asked = town.at(at, period_from=pd.Timestamp("2024-03-04").date(), period_to=pd.Timestamp("2024-03-10").date())
        frame = summaries(town.connection, asked, 28, 1)
        assert set(frame["summary"]) == {each for each in told.values() if each} | known
        assert frame["n"].tolist() == [1] * len(frame)
        by_type = frame.groupby("type_id")["summary"].agg(set).tolist()
        assert {"污水外溢，臭", "噪声"} | known in by_type


def test_a_store_without_words_says_so(town: Town) -> None:
    town.case("silent", "2024-03-06 08:00:00")
    town.settle()
    found = topics(town.connection, town.at("2024-03-11 09:00:00"), 28)
    assert not found.is_recorded
    assert found.frame.empty


def test_a_matter_has_its_line_of_duty(town: Town) -> None:
    assert set(lines(town.connection)["name_en"]) == {"Order"}
