"""The page of escalations: the answer in words, the list and its cuts, charts that lead on, files, marks by few."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import create_engine

from dashboard import live
from dashboard.live.ask import Answers
from dashboard.live.commands import Commands, Outcome
from dashboard.live.questions import Cut
from dashboard.pages import escalations, escalations_list, escalations_owed
from dashboard.pages.escalations_chosen import OWN, chosen
from dashboard.pages.laptop import marking
from dashboard.pages.laptop.chart import Chart
from dashboard.pages.laptop.state import Address, Question, read
from dashboard.snapshot import Snapshot
from dashboard.text import text
from seed.duty import pair_device
from tests.dashboard_live.test_state import _picture
from tests.queries.town import Town
from tests.support.databases import Database

NOW = datetime(2024, 3, 15, 4, 0, tzinfo=UTC)


def _hand_up(town: Town, case: str, at: str, due_at: str, **values: Any) -> None:
    given: dict[str, Any] = {"escalation_no": 1, "level": "department", "department_code": "water"} | values
    town.then(case, "escalated", at, due_at=due_at, **given)


@pytest.fixture
def told(town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """Three hand-ups that wait, one that came late, a petition's; a process that asks; no paired device."""
    for case in ("soon", "late", "fire", "answered"):
        town.case(case, "2024-03-14 08:00:00", summary=f"<b>{case}</b>")
    town.case("wages", "2024-03-14 08:00:00", summary="欠薪", type_code="wages")
    _hand_up(town, "soon", "2024-03-14 09:00:00", "2024-03-16 09:00:00")
    _hand_up(town, "late", "2024-03-14 09:00:00", "2024-03-14 12:00:00")
    _hand_up(town, "fire", "2024-03-14 10:00:00", "2024-03-16 12:00:00", department_code="fire")
    _hand_up(town, "answered", "2024-03-14 09:00:00", "2024-03-14 11:00:00")
    _hand_up(town, "wages", "2024-03-14 09:00:00", "2024-03-14 11:00:00", department_code="fire")
    town.then("answered", "answered", "2024-03-14 11:30:00", escalation_no=1)
    town.then("late", "supervised", "2024-03-14 13:00:00", escalation_no=1)
    town.settle()
    engine = create_engine(town.url)
    asked = Answers(engine)
    monkeypatch.setattr(live, "answers", lambda: asked)
    monkeypatch.setattr(marking, "device", lambda subdistrict_id: None)
    yield town
    engine.dispose()


def _asked(town: Town, language: str = "en", **parameters: str) -> tuple[Snapshot, Question]:
    picture = _picture(town)
    address = Address.of("escalations", parameters, language=language, theme="light", own=OWN)
    return picture, read(address, picture, text(language), now=NOW)


def _drawn(town: Town, language: str = "en", **parameters: str) -> tuple[str, list[Chart]]:
    """All markup of the page, and its charts."""
    picture, question = _asked(town, language, **parameters)
    markup, charts = "", []
    waiting: list[Any] = list(escalations.matter(picture, question, text(language)))
    while waiting:
        piece = waiting.pop(0)
        if isinstance(piece, Chart):
            charts.append(piece)
        elif isinstance(piece, tuple):
            waiting[:0] = piece
        else:
            markup += piece
    return markup, charts


def _leads(chart: Chart) -> list[str]:
    """Where the marks of a chart lead, from the first row down."""
    return [str(to) for rows in chart.drawing.rows.values() if "to" in rows for to in rows["to"]]


def test_the_answer_names_the_department_that_owes_most(told: Town) -> None:
    english, charts = _drawn(told)
    assert "Water owes the most: 2 answers, 1 past the deadline" in english
    assert "3 wait for an answer in all, 1 past the deadline" in english
    assert "0.0% answered in time (n = 2)" in english
    chinese, _ = _drawn(told, "zh")
    assert "水务待答复最多，共 2 件，其中超时 1 件" in chinese
    assert [chart.name for chart in charts] == ["departments", "answered"]
    assert charts[0].label.startswith("What waits: Water 2")


def test_levels_are_drawn_where_more_than_one_is_owed_at(told: Town) -> None:
    told.case("below", "2024-03-14 08:00:00")
    _hand_up(told, "below", "2024-03-14 09:00:00", "2024-03-16 09:00:00", level="community", department_code=None)
    told.settle()
    _, charts = _drawn(told)
    assert [chart.name for chart in charts] == ["departments", "levels", "answered"]
    assert [to.rpartition("&")[2] for to in _leads(charts[1])] == ["level=department", "level=community"]


def test_nothing_owed_is_said_so(told: Town) -> None:
    said, charts = _drawn(told, kinds="hazard")
    assert "No department owes an answer" in said
    assert "Nobody owes an answer" in said and charts == []
    assert "No hand-up is like that here" in said


def test_each_cut_says_how_many_it_lists(told: Town) -> None:
    for cut, count in {"pending": 3, "overdue": 1, "missed": 2, "answered": 1, "lapsed": 0}.items():
        said, _ = _drawn(told, state=cut)
        named = escalations_list.cut_words(text("en"))[Cut(cut)]
        assert f">{named} {count}</a>" in said
        assert said.count('<td class="title">') == count
    said, _ = _drawn(told, department="fire")
    assert ">Waiting for an answer 1</a>" in said and said.count('<td class="title">') == 1


def test_words_of_a_case_are_escaped_and_petitions_are_not_listed(told: Town) -> None:
    said, _ = _drawn(told, "zh")
    assert "&lt;b&gt;soon" in said and "<b>soon" not in said
    assert "欠薪" not in said
    assert "不含警情、信访" in said


def test_a_row_leads_to_its_case_its_grid_and_a_chart_to_its_department(told: Town) -> None:
    said, charts = _drawn(told, area="east", as_of="2024-03-14T14:00")
    assert "cases?area=east&amp;as_of=2024-03-14T14%3A00&amp;lang=en&amp;theme=light&amp;id=" in said
    assert "escalations?area=east-1&amp;as_of=" in said
    waiting, answered = (_leads(chart) for chart in charts)
    assert waiting[0] == "escalations?area=east&as_of=2024-03-14T14%3A00&lang=en&theme=light&department=water"
    assert "state=missed" in answered[0]


def test_a_past_moment_shows_what_was_known_and_nothing_runs(told: Town) -> None:
    said, _ = _drawn(told, as_of="2024-03-14T12:30")
    assert "data-clock" not in said
    assert "over 30 min 00 s" in said
    assert "asked for by a leader" not in said.partition("Departments")[0]
    now, _ = _drawn(told)
    assert 'data-clock="until"' in now
    assert "asked for by a leader" in now.partition("Departments")[0]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "wrong",
    [
        {"department": "nobody"},
        {"level": "<script>"},
        {"state": "gone"},
        {"sort": "'; drop table app.escalations; --"},
        {"department": "{}", "level": "{0}", "state": "\x00", "sort": "%s"},
    ],
)
def test_a_mistyped_word_gives_a_sentence_and_the_usual_view(told: Town, wrong: dict[str, str], language: str) -> None:
    _, question = _asked(told, language, **wrong)
    found = chosen(question, text(language))
    assert len(found.notes) == len([value for value in wrong.values() if value.strip()])
    _, usual = _asked(told, language)
    expected = chosen(usual, text(language))
    assert (found.cut, found.department, found.level, found.sort) == (
        expected.cut, expected.department, expected.level, expected.sort,
    )  # fmt: skip
    said, _ = _drawn(told, language, **wrong)
    assert "<script" not in said
    assert said.count('<td class="title">') == 3


@pytest.mark.parametrize("number", ["0", "-1", "x", "²", "9" * 40, "99999"])
def test_a_page_that_cannot_be_is_the_first_or_empty(told: Town, number: str) -> None:
    said, _ = _drawn(told, page_no=number)
    assert said.count('<td class="title">') in (0, 3)


def test_the_list_and_the_tables_are_files(told: Town) -> None:
    picture, question = _asked(told, "zh")
    sheet = escalations_list.sheet(picture, question, text("zh"))
    assert sheet.columns["升级至"] == ["水务", "水务", "消防"]
    assert sheet.columns["督办次数"] == [1, 0, 0]
    book = load_workbook(io.BytesIO(sheet.xlsx()))
    assert book.worksheets[0].max_row == 4
    departments = escalations_owed.departments_sheet(picture, question, text("zh"))
    assert departments.columns["待答"] == [2, 1]
    assert departments.columns["按时答复率"][0] == 0.0
    assert escalations_owed.levels_sheet(picture, question, text("zh")).columns["升级至"] == ["部门"]


def test_only_a_paired_device_sees_buttons_and_none_in_the_past(told: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "data-act" not in _drawn(told)[0]
    monkeypatch.setattr(marking, "device", lambda subdistrict_id: SimpleNamespace(officer="陈志强"))
    said, _ = _drawn(told)
    assert said.count('data-act="supervise:') == 3
    assert said.count('data-act="acknowledge:') == 3
    assert ':1:1"' in said, "the one asked for already says that it was seen so"
    assert "data-act" not in _drawn(told, as_of="2024-03-14T14:00")[0]
    assert "data-act" not in _drawn(told, state="answered")[0]


class _Process:
    """A process with commands on a store, and the cookies of the viewer."""

    def __init__(self, database: Database, monkeypatch: pytest.MonkeyPatch, *, allowed: str = "paired") -> None:
        self.commands = Commands(database.operator_url)
        self.settings = SimpleNamespace(laptop_commands=allowed)
        self.cookies: dict[str, str] = {}
        self.session: dict[str, Any] = {}
        faked = SimpleNamespace(session_state=self.session, context=SimpleNamespace(cookies=self.cookies))
        monkeypatch.setattr(marking, "st", faked)
        monkeypatch.setattr(live, "live", lambda: self)
        monkeypatch.setattr(live, "board", lambda: SimpleNamespace(snapshot=None))


def test_a_mark_is_set_once_and_its_name_and_time_are_shown(
    told: Town, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    process = _Process(database, monkeypatch)
    engine = create_engine(told.url)
    asked = Answers(engine)
    monkeypatch.setattr(live, "answers", lambda: asked)
    case_id = told.connection.exec_driver_sql("select case_id from app.cases where external_id = 'soon'").scalar_one()
    told.connection.rollback()
    assert marking.device(told.subdistrict_id) is None, "no cookie yet"
    marking.act(f"supervise:{case_id}:1:0")
    assert process.session == {}
    process.cookies["grid_device"] = pair_device(database.operator_url, "陈志强", 1)
    device = marking.device(told.subdistrict_id)
    assert device is not None and device.officer == "陈志强"
    assert marking.device(told.subdistrict_id + 1) is None
    for outcome in (Outcome.DONE, Outcome.ALREADY):
        marking.act(f"supervise:{case_id}:1:0")
        assert process.session["gg_marked"][0] == outcome
    assert marking.said(text("zh")) == ("未重复记录：刚刚已有人操作。",)
    process.session.clear()
    for nonsense in (
        "supervise",
        "supervise:1",
        "drop:1:1:1",
        "supervise:x:1:0",
        "acknowledge:1:1:1",
        f"supervise:{'9' * 30}:1:0",
    ):
        marking.act(nonsense)
        assert marking.said(text("en")) == ()
    now = datetime.now(UTC)
    picture = _picture(told)
    address = Address.of("escalations", {"from": "2024-03-01"}, language="zh", theme="light", own=OWN)
    question = read(address, picture, text("zh"), now=now)
    drawn = "".join(piece for piece in escalations.matter(picture, question, text("zh")) if isinstance(piece, str))
    assert "<b>督办</b>" in drawn and "陈志强" in drawn
    engine.dispose()
    process.commands.close()


def test_where_laptops_set_no_marks_a_cookie_is_of_no_use(
    database: Database, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = _Process(database, monkeypatch, allowed="off")
    process.cookies["grid_device"] = pair_device(database.operator_url, "陈志强", 1)
    assert marking.device(town.subdistrict_id) is None
    marking.act("supervise:1:1:0")
    assert process.session == {}
    process.commands.close()
