"""The page of figures: each one is defined and worked out, in both languages, however it is grouped."""

import re
from datetime import UTC, datetime

import pytest

from dashboard.charts.look import dressed
from dashboard.exports.sheet import Sheet
from dashboard.live import ask, questions
from dashboard.live.questions import AnswerRow
from dashboard.pages import figures
from dashboard.pages.figures_asked import answered
from dashboard.pages.figures_rows import file_value, further_names, label_of
from dashboard.pages.figures_words import code_word, column_word
from dashboard.pages.laptop.asking_page import Beside, markup
from dashboard.pages.laptop.chart import Chart
from dashboard.pages.laptop.state import Address, read
from dashboard.text import text
from queries import escalations, piles, source_findings, workload
from queries.evidence import EVIDENCE
from queries.runner import Shape
from queries.statistics.configuration import finding_rules
from tests.dashboard_live.test_rates import NOW, WEEK, _picture
from tests.dashboard_live.test_rates import told as _told
from tests.queries.town import Town

told = _told


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page says of an answer that is still to come has a test of its own."""
    monkeypatch.setattr(ask, "PATIENCE", 60.0)


def _drawn(town: Town, language: str, **words: str) -> tuple[str, list[Chart]]:
    address = Address.of("figures", WEEK | words, language=language, theme="light", own=figures.PAGE.own)
    picture = _picture(town)
    question = read(address, picture, text(language), now=NOW)
    (matter,) = figures.matter(picture, question, text(language))
    assert isinstance(matter, Beside)
    markup = matter.narrow + "".join(piece for piece in matter.wide if isinstance(piece, str))
    charts = [piece for piece in matter.wide if isinstance(piece, Chart)]
    return markup, charts


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_figure_is_defined_and_worked_out(told: Town, language: str) -> None:
    for figure in questions.figures().values():
        groupings = questions.groupings(figure) if language == "zh" else ()
        for by in ("", *groupings):
            markup, charts = _drawn(told, language, figure=figure.id, by=str(by))
            assert getattr(figure, f"cohort_{language}")[:10] in markup.replace("&#x27;", "'")
            for chart in charts:
                if chart.name == "bars":
                    assert chart.drawing.rows["bars"]["label"].is_unique, figure.id
                assert dressed(chart.drawing, theme="dark", label=chart.label, words=text(language), name="x")["layer"]


def test_a_figure_is_followed_to_its_cases(told: Town) -> None:
    markup, charts = _drawn(told, "en", figure="same_day_resolution")
    assert "behind=not_same_day" in markup
    assert "<b>8</b> ÷" in markup.replace("\n", " ")
    assert [chart.name for chart in charts] == ["course"]
    by_area, _ = _drawn(told, "en", figure="same_day_resolution", by="area")
    assert "area=east" in by_area


def test_a_slow_answer_is_said_to_come_and_is_there_then(told: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ask, "PATIENCE", 0.0)
    first, _ = _drawn(told, "en", figure="same_day_resolution")
    assert "<h1>Same-day resolution</h1>" in first and "Being worked out" in first
    monkeypatch.setattr(ask, "PATIENCE", 60.0)
    then, _ = _drawn(told, "en", figure="same_day_resolution")
    assert "<b>8</b> ÷" in then.replace("\n", " ")


def test_words_that_are_none_give_the_first_figure(told: Town) -> None:
    markup, _ = _drawn(told, "en", figure="nonsense", by="moon")
    assert "<h1>Same-day resolution</h1>" in markup


@pytest.mark.parametrize(
    ("language", "figure", "by"),
    [
        ("en", "There is no figure nonsense; the usual is shown", "It is not told by bogus; the usual is shown"),
        ("zh", "没有指标“nonsense”，显示默认指标", "不能按bogus分解，按默认方式显示"),
    ],
)
def test_words_that_are_none_are_said(told: Town, language: str, figure: str, by: str) -> None:
    picture = _picture(told)
    for asked, said in (({"figure": "nonsense"}, [figure]), ({"by": "bogus"}, [by]), ({"by": "day"}, [])):
        drawn, _ = markup(figures.PAGE, picture, asked, language=language, theme="light")
        assert [each for each in (figure, by) if f">{each}</span>" in drawn] == said
    drawn, _ = markup(figures.PAGE, picture, {"figure": "stock", "by": "day"}, language="en", theme="light")
    assert "It is not told by day" in drawn  # a grouping of others


def test_the_file_has_what_the_page_shows(told: Town) -> None:
    address = Address.of("figures", WEEK | {"by": "channel"}, language="en", theme="light", own=figures.PAGE.own)
    picture = _picture(told)
    sheet = figures.sheet(picture, read(address, picture, text("en"), now=NOW), text("en"))
    assert sheet.columns["Denominator"] == [6, 6]
    assert any("As known at" in note for note in sheet.notes)


def _is_chinese(said: str) -> bool:
    return any("一" <= letter <= "鿿" for letter in said)


def _is_code(value: object) -> bool:
    return isinstance(value, bool) or (isinstance(value, str) and re.fullmatch("[a-z]+(_[a-z]+)*", value) is not None)


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("kind", "appeal", "诉求"),
        ("kind", "social", "社会治理单元"),
        ("risk", "orange", "橙"),
        ("level", "department", "部门"),
        ("level", "normal", "常态"),
        ("flattered", "same_day_resolution", "当日化解率"),
        ("clock", "reported_dispatched", "上报 → 分拨"),
        ("tier", 1, "领先"),
        ("members", 7, 7),
    ],
)
def test_codes_of_a_file_are_words(told: Town, name: str, code: object, said: object) -> None:
    picture = _picture(told)
    address = Address.of("figures", WEEK, language="zh", theme="light", own=figures.PAGE.own)
    question = read(address, picture, text("zh"), now=NOW)
    assert code_word(name, code, question, text("zh")) == said


def test_moments_of_a_file_are_the_places_own() -> None:
    moment = datetime(2024, 3, 10, 18, 30, tzinfo=UTC)
    held = Sheet("x", {"at": [file_value(moment, text("en"), "Asia/Shanghai")]}).csv()
    assert b"2024-03-11 02:30" in held


def test_every_column_of_a_file_is_called_in_the_viewers_language(told: Town) -> None:
    picture = _picture(told)
    for figure in questions.figures().values():
        for by in ("", *questions.groupings(figure)):
            address = Address.of(
                "figures", WEEK | {"figure": figure.id, "by": by}, language="zh", theme="light", own=figures.PAGE.own
            )
            question = read(address, picture, text("zh"), now=NOW)
            try:
                answer = answered(picture, question, text("zh"))
            except questions.AskingError:  # compares others, or takes no period
                continue
            assert answer is not None
            columns = figures.sheet(picture, question, text("zh")).columns
            assert [name for name in columns if not _is_chinese(name)] == [], figure.id
            assert len(columns) == 5 + len(further_names(answer.rows)), "two columns of one name would be one"
            further = [name for name in list(columns)[5:] if name != column_word("code", text("zh"))]
            assert [each for name in further for each in columns[name] if _is_code(each)] == [], figure.id


@pytest.mark.parametrize(
    "held",
    [
        *(
            EVIDENCE,
            source_findings.SILENT,
            source_findings.REPEATING,
            piles.PILES,
            escalations.PENDING,
            workload.FIELD_WORK,
        )
    ],
)
def test_columns_of_figures_that_had_nothing_to_say_are_called_too(held: Shape) -> None:
    further = [name for name in held.names if name != "source" and not name.endswith(("_zh", "_en", "_id", "_no"))]
    assert [name for name in further if not _is_chinese(column_word(name, text("zh")))] == []


def test_clocks_of_one_place_are_told_apart(told: Town) -> None:
    clocks = ("reported_dispatched", "dispatched_resolved")
    rows = [AnswerRow(None, "East", 1, 4, 0.25, False, {"clock": clock}) for clock in clocks]
    assert [label_of(row, None, text("zh")) for row in rows] == ["East · 上报 → 分拨", "East · 分拨 → 化解"]
    drawn, _ = _drawn(told, "zh", figure="stage_clocks")
    assert "reported_" not in drawn


@pytest.mark.parametrize(
    ("extra", "language", "said"),
    [
        ({"indicator": "kept"}, "en", "East · Not reopened"),
        ({"indicator": "kept"}, "zh", "East · 未返工率"),
        ({"matter": "Noise", "type_id": 3}, "en", "East · Noise"),
    ],
)
def test_rows_of_one_unit_are_told_apart(extra: dict[str, object], language: str, said: str) -> None:
    assert label_of(AnswerRow("7", "East", 1, None, None, None, extra), None, text(language)) == said


def test_what_is_repeated_is_named(told: Town) -> None:
    for matter in ("noise", "leak"):
        for number in range(3):
            told.case(f"again {matter} {number}", f"2024-03-1{number + 4} 08:00:00", type_code=matter, party="p")
    told.settle()
    markup, _ = _drawn(told, "en", figure="repeated")
    assert "east-1 · Noise" in markup and "east-1 · Leak" in markup


def test_clocks_are_shown_as_times_each_with_its_cases(told: Town) -> None:
    markup, charts = _drawn(told, "en", figure="stage_clocks")
    heads = re.findall(r"<th>([^<]*)</th>", markup)
    assert heads == ["", "Cases", "Median time", "90th percentile"]
    assert "<td>town · Reported to resolved</td><td>16</td><td>2.0 h</td>" in markup
    assert 'class="sum"' not in markup and not charts


def test_what_waits_is_listed_and_each_leads_to_its_case(told: Town) -> None:
    """Also where days are chosen, of which it is none: it is about the moment."""
    told.case("up", "2024-03-18 09:00:00", type_code="leak")
    told.then(
        "up", "escalated", "2024-03-18 10:00:00", escalation_no=1, level="department", department_code="water",
        due_at="2024-03-18 13:00:00",
    )  # fmt: skip
    told.settle()
    markup, _ = _drawn(told, "en", figure="escalations_pending")
    (number,) = told.connection.exec_driver_sql(
        "select case_id from app.cases where risk = 'yellow' order by 1 desc limit 1"
    ).one()
    line = re.search(r"<tr><td><a [^>]*cases\?[^>]*id=(\d+)[^>]*>Leak</a></td>(.*?)</tr>", markup)
    assert line is not None and int(line[1]) == number
    assert re.findall(r"<td>([^<]*)</td>", line[2]) == ["east-1", "Water", "13:00"]
    assert re.search(r'class="sum"><b>1</b> <span><a [^>]*escalations\?[^>]*state=pending', markup)


def test_a_source_is_called_by_its_name(told: Town) -> None:
    markup, charts = _drawn(told, "zh", figure="source_repeats")
    assert "<td>热线</td>" in markup and "<td>hotline</td>" not in markup
    assert not charts  # nothing repeats itself: bars of no length


@pytest.mark.parametrize("language", ["zh", "en"])
def test_rows_of_one_unit_at_several_cutoffs_are_told_apart(language: str) -> None:
    words = text(language)
    rows = [
        AnswerRow("7", "East", 1, 4, 0.25, False, {"cutoff": cutoff})
        for rule in finding_rules().findings.values()
        for cutoff in rule.figures
    ]
    named = {label_of(row, None, words) for row in rows}
    assert len(named) == len({row.extras["cutoff"] for row in rows})
    assert all(name.startswith("East · ") and "_" not in name for name in named)
