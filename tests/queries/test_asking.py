"""From words to a question: what is understood, and the one sentence for each thing that cannot be asked."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, text

from queries import asking
from queries.asking import AskingError, Words
from queries.figure import By
from queries.refusals import SENTENCES
from queries.vocabulary import Kind
from tests.queries.told_town import AS_OF, NOW, told
from tests.queries.town import Town, build, build_village, local
from tests.support.databases import Database, Databases


@pytest.fixture(scope="module")
def asked_of(databases: Databases) -> Iterator[tuple[Town, Connection]]:
    """The town, and the reader's connection to its store."""
    with told(databases) as (town, database), database.reader.connect() as connection:
        yield town, connection


Store = tuple[Town, Connection]


def _read(store: Store, **words: Any) -> asking.Asked:
    return asking.read(store[1], Words(**words), now=local(NOW))


def _refused(store: Store, **words: Any) -> AskingError:
    with pytest.raises(AskingError) as caught:
        _read(store, **words)
    return caught.value


def test_without_a_word_the_newest_record_is_asked_about(asked_of: Store) -> None:
    asked = _read(asked_of)
    assert asked.filter.as_of.tzinfo is not None
    assert asking.spoken(asked.filter.as_of, asked.filter.zone) == AS_OF
    assert (asked.filter.area_id, asked.filter.kinds, asked.filter.period_from) == (None, None, None)
    assert (asked.by, asked.grouping, asked.unit_level, asked.area_code) == (None, By.TOTAL, None, "town")


def test_the_printed_as_of_asks_the_same_again(asked_of: Store) -> None:
    asked = _read(asked_of)
    again = _read(asked_of, as_of=asking.spoken(asked.filter.as_of, asked.filter.zone))
    assert again.filter.as_of == asked.filter.as_of


def test_a_newest_record_ahead_of_the_clock_can_be_asked_about_again(asked_of: Store) -> None:
    behind = local("2024-03-14 11:29:00")
    assert asking.read(asked_of[1], Words(as_of=AS_OF), now=behind).filter.as_of == local("2024-03-14 11:30:00")


@pytest.mark.parametrize("given", ["east", "EAST", "东城", "east区", " east "])
def test_an_area_goes_by_code_alias_and_name(asked_of: Store, given: str) -> None:
    asked = _read(asked_of, area=given)
    assert (asked.filter.area_id, asked.area_zh, asked.area_en) == (asked_of[0].area_ids["east"], "east区", "east")


def test_an_area_is_grouped_by_the_levels_in_it(asked_of: Store) -> None:
    assert _read(asked_of, area="east", level="community").unit_level == "community"
    assert _read(asked_of, area="east-1", level="grid").unit_level == "grid"


def test_words_become_a_filter(asked_of: Store) -> None:
    asked = _read(
        asked_of, subdistrict="town", kinds=["hazard", " appeal", ""], first="2024-03-01", last="2024-03-12", by="week"
    )
    assert asked.filter.kinds == (Kind.HAZARD, Kind.APPEAL)
    assert (asked.filter.period_from, asked.filter.period_to, asked.by) == (
        date(2024, 3, 1), date(2024, 3, 12), By.WEEK,
    )  # fmt: skip
    assert _read(asked_of, first="2024-03-01").filter.period_to == date(2024, 3, 14)
    assert (_read(asked_of, by="area").unit_level, _read(asked_of, level="community").unit_level) == (
        "grid", "community",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "moment"),
    [
        ("2024-03-13T08:00", "2024-03-13 08:00:00"),
        ("2024-03-13 08:00:05", "2024-03-13 08:00:05"),
        ("2024-03-13T00:00Z", "2024-03-13 08:00:00"),
        ("2024-03-13T01:00:00.5+01:00", "2024-03-13 08:00:00.500000"),
        ("2024-03-13T08:00:00 08:00", "2024-03-13 08:00:00"),  # from an address, its plus become a blank
    ],
)
def test_moments_without_a_zone_are_local(asked_of: Store, given: str, moment: str) -> None:
    assert _read(asked_of, as_of=given).filter.as_of == local(moment)


@pytest.mark.parametrize(
    ("words", "id", "sentence"),
    [
        ({"subdistrict": "twon"}, "unknown_subdistrict", "no subdistrict 'twon'; it holds town."),
        ({"area": "eastt"}, "unknown_area", "There is no area 'eastt' in town; close to it: east (east区)"),
        ({"area": "zzz"}, "unknown_area", "There is no area 'zzz' in town."),
        ({"area": ""}, "unknown_area", "There is no area ''"),
        ({"kinds": ["appeal", "rumour"]}, "unknown_kind", "no kind 'rumour': a case is one of appeal, hazard"),
        ({"by": "planet"}, "unknown_grouping", "not grouped by 'planet': choose one of total, day"),
        ({"level": "street"}, "unknown_level", "its levels are subdistrict, community, grid"),
        (
            {"level": "community", "area": "east-1"},
            "unknown_level",
            "east-1 has no areas of the level 'community'; its levels are grid.",
        ),
        ({"level": "subdistrict", "area": "east"}, "unknown_level", "its levels are community, grid."),
        ({"by": "day", "level": "grid"}, "level_without_area", "A level goes with grouping by area, not by day."),
        ({"first": "2024-03-12", "last": "2024-03-11"}, "period_reversed", "2024-03-11, before it begins on 2024-03"),
        ({"last": "2024-03-11"}, "half_period", "A period needs its first day too"),
        ({"first": "2024-03-15"}, "period_in_future", "begins on 2024-03-15, after the day of as_of, 2024-03-14"),
        ({"first": "2024-02-30"}, "malformed_date", "'2024-02-30' is no date"),
        ({"first": "14.3.2024"}, "malformed_date", "'14.3.2024' is no date: write it like 2026-03-14."),
        ({"first": "20240314"}, "malformed_date", "is no date"),
        (
            {"first": "2024-03-01", "last": "9999-12-31"},
            "unlikely_year",
            "'9999-12-31' is no day that figures are asked of",
        ),
        ({"first": "0202-03-01"}, "unlikely_year", "years go from 1990 to 2100"),
        ({"first": "2024-03-01", "last": "2034-03-09"}, "period_too_long", "2034-03-09 are more than ten years"),
        ({"as_of": "yesterday"}, "malformed_moment", "'yesterday' is no moment"),
        ({"as_of": "2024-03-14"}, "malformed_moment", "write day and clock time"),
        ({"as_of": "2024-03-14T25:00"}, "malformed_moment", "is no moment"),
        ({"as_of": "0001-01-01T00:00"}, "malformed_moment", "is no moment"),
        ({"as_of": "2024-03-15T00:00:01"}, "as_of_in_future", "2024-03-15T00:00:01+08:00 lies in the future"),
        (
            {"as_of": "2024-03-12T07:59:59"},
            "as_of_before_first_record",
            "the store's first record was made at 2024-03-12T08:00:00+08:00",
        ),
    ],
)
def test_what_cannot_be_asked_is_one_sentence_with_an_id(
    asked_of: Store, words: dict[str, Any], id: str, sentence: str
) -> None:
    error = _refused(asked_of, **words)
    assert error.id == id
    assert sentence in str(error)
    assert "\n" not in str(error) and str(error).endswith(".")
    assert str(AskingError(error.id, **error.values)) == str(error)


@pytest.mark.parametrize("word", ["subdistrict", "area", "kinds", "first", "by", "level", "as_of"])
def test_a_long_word_is_not_repeated_whole(asked_of: Store, word: str) -> None:
    given = "x" * 5000
    said = str(_refused(asked_of, **{word: [given] if word == "kinds" else given}))
    assert f"'{'x' * 59}…'" in said
    assert len(said) < 250


def test_an_unknown_figure_brings_near_ones() -> None:
    with pytest.raises(AskingError, match="'stok'; close to it: stock") as caught:
        asking.figure("stok")
    assert caught.value.id == "unknown_figure"


def test_every_sentence_can_be_filled_and_ends() -> None:
    for id, said in SENTENCES.items():
        english, chinese = (set(re.findall(r"\{(\w+)", each)) for each in said)
        assert english == chinese, id
        error = AskingError(id, **dict.fromkeys(english, "x"))
        assert str(error) == error.said("en") and error.said("en").endswith("."), id
        assert error.said("zh").endswith("。"), id


def test_an_empty_store_and_one_without_records(database: Database) -> None:
    with database.owner.connect() as connection:
        with pytest.raises(AskingError) as caught:
            asking.read(connection, Words(), now=datetime(2024, 3, 15, tzinfo=UTC))
        assert caught.value.id == "empty_store"
        build(connection, database.owner_url)
        with pytest.raises(AskingError) as caught:
            asking.read(connection, Words(), now=datetime(2024, 3, 15, tzinfo=UTC))
        assert caught.value.id == "no_records"


def test_of_several_subdistricts_one_must_be_named(town: Town) -> None:
    town.case("a", "2024-03-14 08:00:00")
    town.settle()
    build_village(town.connection)
    with pytest.raises(AskingError, match="name one of them: town, village") as caught:
        asking.read(town.connection, Words(), now=local(NOW))
    assert caught.value.id == "subdistrict_needed"
    shown = asking.read(town.connection, Words(), now=local(NOW), subdistrict_id=town.subdistrict_id)
    assert shown.filter.subdistrict_id == town.subdistrict_id
    with pytest.raises(AskingError, match="name one of them"):
        asking.read(town.connection, Words(), now=local(NOW), subdistrict_id=-1)
    asked = asking.read(town.connection, Words(subdistrict="town", area="east"), now=local(NOW))
    assert asked.filter.area_id == town.area_ids["east"]


def test_a_redrawn_area_is_the_one_of_the_day_and_a_shared_name_needs_a_code(town: Town) -> None:
    town.case("a", "2024-03-13 08:00:00")
    town.case("b", "2024-03-14 08:00:00")
    town.settle()
    connection = town.connection
    connection.execute(text("update app.areas set valid_to = '2024-03-14' where code = 'east-1'"))
    new = connection.execute(
        text(
            "insert into app.areas (subdistrict_id, code, level, parent_id, name_zh, name_en, valid_from)"
            " values (:town, 'east-1', 'grid', :east, '新', 'new', '2024-03-14') returning area_id"
        ),
        {"town": town.subdistrict_id, "east": town.area_ids["east"]},
    ).scalar_one()
    words = Words(area="east-1")
    assert asking.read(connection, words, now=local(NOW)).filter.area_id == new
    then = asking.read(connection, replace(words, as_of="2024-03-13T23:59:59"), now=local(NOW))
    assert then.filter.area_id == town.area_ids["east-1"]
    connection.execute(text("update app.areas set name_en = 'Mill Lane' where code in ('west-1', 'west-2')"))
    with pytest.raises(AskingError, match="name one by its code, west-1, west-2"):
        asking.read(connection, Words(area="mill lane"), now=local(NOW))


def test_history_handed_in_later_moves_the_first_record(town: Town) -> None:
    assert asking.first_record(town.connection, town.subdistrict_id) is None
    town.case("a", "2024-03-14 08:00:00")
    town.settle()
    town.case("older", "2024-03-01 08:00:00")
    town.settle()
    assert asking.first_record(town.connection, town.subdistrict_id) == local("2024-03-01 08:00:00")
