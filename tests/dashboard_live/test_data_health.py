"""What the data-health page asks for itself: late records, the file that did not come, findings, verifications."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy import text as statement
from sqlalchemy.exc import OperationalError

from dashboard import live
from dashboard.live import ask, questions
from dashboard.live.ask import Answers, NoAnswerError
from dashboard.live.questions import Filter
from dashboard.pages import data_health_html, data_health_records
from dashboard.pages.laptop.state import Address
from dashboard.snapshot import Snapshot
from dashboard.text import text
from queries.deliveries import REASONS
from tests.dashboard_live.test_state import _picture
from tests.queries.town import Town, local

HERE = Address("data-health", "en", "light")


@pytest.fixture
def told(town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """A late record, a daily file that did not come, a verification that found differences."""
    town.case("late", "2024-03-12 08:00:00", recorded="2024-03-14 08:00:00")
    town.settle()
    for day in range(8, 13):
        town.connection.execute(
            statement(
                "insert into app.import_batches"
                " (subdistrict_id, source, mode, status, opened_at, recorded_at, file_name)"
                " values (:id, 'hotline', 'history', 'absorbed', :at, :at, :name)"
            ),
            {"id": town.subdistrict_id, "at": local(f"2024-03-{day:02d} 06:00:00"), "name": f"<i>{day}</i>.csv"},
        )
    town.connection.execute(
        statement("insert into app.verifications (subdistrict_id, verified_at, differences) values (:id, :at, 3)"),
        {"id": town.subdistrict_id, "at": local("2024-03-13 03:00:00")},
    )
    town.connection.commit()
    engine = create_engine(town.url)
    asked = Answers(engine)
    monkeypatch.setattr(live, "answers", lambda: asked)
    yield town
    engine.dispose()


def _picture_at(town: Town) -> Snapshot:
    picture = _picture(town)
    place = replace(picture.place, subdistrict_id=town.subdistrict_id, time_zone="Asia/Shanghai", unit_level="grid")
    return replace(picture, place=place, as_of=local("2024-03-14 12:00:00"))


def _drawn(town: Town, language: str = "en") -> str:
    words = text(language)
    picture = _picture_at(town)
    return data_health_html.page(picture, words, HERE, (), data_health_records.tables(picture, words, HERE))


def test_late_records_and_the_missing_file_are_named(told: Town) -> None:
    page = _drawn(told)
    assert "<td>1 · 100.0%</td><td>1 · 100.0%</td><td>2 d 0 h</td>" in page
    assert "did not come, expected by 13 Mar 07:00" in page
    assert "&lt;i&gt;12&lt;/i&gt;.csv" in page and "<i>12</i>" not in page
    assert "未到，应于 3月13日 07:00 前到达" in _drawn(told, "zh")


def test_the_last_verification_and_the_worth_of_the_risk_index_are_told(told: Town) -> None:
    page = _drawn(told)
    assert '<td>13 Mar 03:00</td><td><b class="over">3</b></td>' in page
    assert "How well the risk index did · measured on demo data" in page
    assert "Expected load: capture in the top 10 % over yesterday&#x27;s count" in page
    assert "expected_load" not in page, "each aim has its words"


def test_deliveries_are_told_with_what_stands_in_their_way(told: Town) -> None:
    told.connection.execute(
        statement(
            "with frozen as (insert into app.review_freezes (subdistrict_id, period_from, period_to, as_of,"
            " definitions, document, checksum) select :id, '2024-03-04', '2024-03-10', '2024-03-11', 'x', held.text,"
            " encode(sha256(convert_to(held.text, 'UTF8')), 'hex')"
            " from (select cast(:document as text) as text) as held"
            " returning freeze_id, checksum)"
            " insert into app.deliveries (subdistrict_id, freeze_id, period_from, period_to, checksum, way, recipients,"
            " attempt, is_done, reason, outcome, delivered_at) select :id, freeze_id, '2024-03-04', '2024-03-10',"
            " checksum, told.way, told.recipients, told.attempt, told.is_done, told.reason, 'a sentence', told.at"
            " from frozen cross join (values ('folder', 0, 1, true, '', timestamptz '2024-03-11 08:00+08'),"
            " ('mail', 2, 1, false, 'server', '2024-03-11 08:01+08'), ('mail', 1, 2, false, 'refused',"
            " '2024-03-11 08:30+08')) as told (way, recipients, attempt, is_done, reason, at)"
        ),
        {
            "id": told.subdistrict_id,
            "document": '{"period": {"first": "2024-03-04", "last": "2024-03-10"}, "definitions": "x"}',
        },
    )
    told.connection.commit()
    page = _drawn(told)
    assert (
        "<td>by mail</td><td>11 Mar 08:30</td><td>3</td>"
        '<td><b class="over">failed, attempt 2</b> the server refused addresses or the message</td>'
    ) in page
    assert "<td>into the folder</td><td>11 Mar 08:00</td><td>—</td><td>delivered</td>" in page
    assert "失败，第 2 次" in _drawn(told, "zh")


def test_every_reason_of_a_delivery_has_its_words() -> None:
    assert set(data_health_records.delivery_words(text("en"))) == set(REASONS)


def test_findings_come_when_they_are_worked_out(told: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ask, "PATIENCE", 0.0)  # a quick machine has them before anyone would have to wait
    assert "Being worked out" in _drawn(told)
    give_up = time.monotonic() + 30
    while "Being worked out" in (page := _drawn(told)) and time.monotonic() < give_up:
        time.sleep(0.2)
    assert "Nothing stands out" in page


def test_without_an_answer_the_picture_alone_is_drawn(told: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Answers:
        raise NoAnswerError("unreachable")

    monkeypatch.setattr(live, "answers", refuse)
    page = _drawn(told)
    assert "Newest batches" in page and "Recorded late" not in page


def test_what_fails_in_the_background_is_asked_again(town: Town) -> None:
    engine = create_engine(town.url)
    answers, calls = Answers(engine), []

    def ask(_: Connection) -> str:
        calls.append(1)
        if len(calls) == 1:
            raise OperationalError("select", {}, Exception("gone"))
        return "an answer"

    found, give_up = None, time.monotonic() + 10
    while found is None and time.monotonic() < give_up:
        with contextlib.suppress(NoAnswerError):
            found = answers.soon("key", ask)
        time.sleep(0.02)
    assert (found, len(calls)) == ("an answer", 2)
    assert answers.soon("key", ask) == "an answer" and len(calls) == 2
    engine.dispose()


@pytest.mark.parametrize(("later", "minute"), [(1, 0), (30, 3)])
def test_records_of_a_store_that_stands_still_are_told_to_the_last(
    monkeypatch: pytest.MonkeyPatch, later: int, minute: int
) -> None:
    moment = datetime(2024, 3, 13, 8, 3, tzinfo=UTC)
    asked: list[datetime] = []

    class Noted:
        def get(self, key: tuple[str, Filter], _: object) -> None:
            asked.append(key[1].as_of)

    monkeypatch.setattr(live, "answers", Noted)
    monkeypatch.setattr(live, "utc_now", lambda: moment + timedelta(minutes=later))
    questions.records(Filter(1, moment, "UTC"))
    assert asked == [moment.replace(minute=minute)]
