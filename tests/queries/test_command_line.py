"""``python -m queries``: the real command once per kind of behaviour, and every figure in every form.

Golden files: tests/golden/queries. After a change that is meant, run this module with GOLDEN=write in the environment,
which writes them anew, and look at the difference before you commit it.
"""

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from queries import printing, reach
from queries.__main__ import app, main
from queries.answering import COMPARED_ALONE, Answer, answer, groupings, is_asked_alone, row
from queries.asking import AskingError, Words, read
from queries.catalogue import figures
from tests.queries.told_town import AS_OF, NOW, told
from tests.queries.town import Town, local
from tests.support.databases import Database, Databases

ROOT: Final = Path(__file__).resolve().parents[2]
GOLDEN: Final = ROOT / "tests" / "golden" / "queries"
ALL: Final = tuple(figures())
FIGURES: Final = tuple(id for id, figure in figures().items() if is_asked_alone(figure))
#: Said of others, which it shows side by side with a period; or of a review's period and what went before it.
NOT_ALONE: Final = {"comparison", "why", "increment_risen", "late_records", "risk_capture", "topics"}
FORMATS: Final = ("table", "json", "csv")
TWO_DAYS: Final = ("--from", "2024-03-13", "--to", "2024-03-14")
#: Its day before is recorded from beginning to end.
LAST_DAY: Final = ("--from", "2024-03-14", "--to", "2024-03-14")
MARCH: Final = ("--from", "2024-03-11", "--to", "2024-03-17")


@pytest.fixture(scope="module")
def store(databases: Databases) -> Iterator[tuple[Town, Database]]:
    with told(databases) as made:
        yield made


Store = tuple[Town, Database]


def _run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """The real command, in a process of its own, with these variables and no others of ours."""
    return subprocess.run(
        [sys.executable, "-m", "queries", *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **variables},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def _invoke(monkeypatch: pytest.MonkeyPatch, store: Store, *words: str) -> Result:
    monkeypatch.setenv("READER_URL", store[1].reader_url)
    return CliRunner().invoke(app, words)


def _golden(name: str, said: str) -> None:
    path = GOLDEN / name
    if os.environ.get("GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(said.encode())
    assert said.encode().decode() == path.read_bytes().decode(), f"{path} differs: see the head of this file"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("same_day_by_day.txt", ("same_day_resolution", *MARCH, "--by", "day", "--define")),
        ("same_day_by_grid.json", ("same_day_resolution", *MARCH, "--level", "grid", "--area", "east")),
        ("same_day_by_grid.zh.txt", ("same_day_resolution", *MARCH, "--level", "grid", "--lang", "zh")),
        ("same_day_by_channel.csv", ("same_day_resolution", *MARCH, "--by", "channel", "--lang", "zh")),
        ("escalations_pending.txt", ("escalations_pending",)),
        ("stock.json", ("stock", "--kinds", "appeal,hazard", "--as-of", "2024-03-13T09:30", "--lang", "zh")),
        ("increment.csv", ("increment",)),
        ("compared_by_grid.json", ("same_day_resolution", *LAST_DAY, "--level", "grid", "--against", "period_before")),
        ("compared_by_kind.csv", ("volume", *LAST_DAY, "--by", "kind", "--against", "period_before")),
        ("compared_all.txt", ("comparison", *LAST_DAY)),
        ("compared_all.zh.txt", ("comparison", *TWO_DAYS, "--against", "target", "--lang", "zh")),
        ("compared_target.json", ("same_day_resolution", *TWO_DAYS, "--by", "channel", "--against", "target")),
        ("compared_target.csv", ("on_time", *TWO_DAYS, "--against", "target")),
        ("why_by_grid.json", ("same_day_resolution", *TWO_DAYS, "--level", "grid", "--why", "area")),
        ("why_by_channel.csv", ("on_time", *TWO_DAYS, "--why", "channel", "--against", "2024-03-11")),
        ("why_by_type.zh.txt", ("same_day_resolution", *TWO_DAYS, "--why", "type", "--lang", "zh")),
    ],
)
def test_golden_files(monkeypatch: pytest.MonkeyPatch, store: Store, name: str, words: tuple[str, ...]) -> None:
    form = {"txt": "table"}.get(name.rpartition(".")[2], name.rpartition(".")[2])
    result = _invoke(monkeypatch, store, "show", *words, "--format", form)
    assert result.exit_code == 0, result.output
    _golden(name, result.stdout)


def test_the_real_command_answers_and_its_as_of_repeats_the_answer(databases: Databases) -> None:
    words = ("show", "same_day_resolution", *MARCH, "--by", "day", "--format", "json")
    with told(databases) as (town, database):
        first = _run(*words, READER_URL=database.reader_url)
        assert (first.returncode, first.stderr) == (0, "")
        held = json.loads(first.stdout)
        assert held["as_of"] == AS_OF
        assert [(row["key"], row["numerator"], row["denominator"], row["rate"]) for row in held["rows"]] == [
            ("2024-03-12", 1, 2, 0.5), ("2024-03-14", 0, 1, 0.0),
        ]  # fmt: skip
        town.case("afterwards", "2024-03-14 12:00:00")
        town.settle()
        later = json.loads(_run(*words, READER_URL=database.reader_url).stdout)
        assert later["as_of"] != AS_OF and later["rows"] != held["rows"]
        again = _run(*words, "--as-of", held["as_of"], READER_URL=database.reader_url)
        assert json.loads(again.stdout) == held


def test_the_real_command_refuses_in_one_sentence(store: Store) -> None:
    result = _run("show", "stock", "--area", "eastt", READER_URL=store[1].reader_url)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("There is no area 'eastt' in town; close to it: east (east区), east-")
    assert result.stderr.count("\n") == 1


def test_it_refuses_in_the_viewers_language(store: Store) -> None:
    for words, said in (
        (("stok",), "没有指标 'stok'；相近的有：stock"),
        (("stock", "--area", "eastt"), "town没有区域 'eastt'；相近的有：east"),
        (("stock", "--from", "2024-03-01"), "stock 说的是截至时刻的情形，不取时段。"),
    ):
        result = _run("show", *words, READER_URL=store[1].reader_url, DASHBOARD_LANG="zh_CN.UTF-8")
        assert (result.returncode, result.stdout) == (2, "")
        assert result.stderr.startswith(said) and result.stderr.count("\n") == 1


def test_the_address_that_seed_prints_is_understood(store: Store) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "seed", "address", "reader"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": store[1].owner_url},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    result = _run("show", "stock", "--format", "csv", READER_URL=told.stdout.strip())
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.splitlines()[1].startswith("stock,town,")


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({}, "No database is named: set READER_URL to the address of the store."),
        ({"READER_URL": "postgresql://nobody@127.0.0.1:1/none"}, "The database does not answer: "),
        ({"READER_URL": "sqlite:///x"}, "READER_URL is no PostgreSQL address"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL is no PostgreSQL address"),
    ],
)
def test_without_a_database_there_is_one_sentence(variables: dict[str, str], sentence: str) -> None:
    result = _run("show", "stock", **variables)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(sentence) and result.stderr.count("\n") == 1


def test_a_store_of_another_release_is_one_sentence(empty_database: Database) -> None:
    result = _run("show", "stock", READER_URL=empty_database.owner_url)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "The store's schema is not the one this release needs: run python -m seed migrate.\n"


def test_the_list_needs_no_database() -> None:
    result = _run("list", "--format", "json")
    assert result.returncode == 0, result.stderr
    held = {figure["id"]: figure for figure in json.loads(result.stdout)}
    assert tuple(held) == ALL
    resolution = held["same_day_resolution"]
    assert (resolution["name_zh"], resolution["name_en"]) == ("当日化解率", "Same-day resolution")
    assert {"day", "area", "risk"} <= set(resolution["by"])
    assert resolution["question"] == "same_day/resolution"
    assert held["stock"]["by"] == []
    lines = CliRunner().invoke(app, ["list"]).stdout.splitlines()
    assert len(lines) == len(ALL) + 1  # nothing is folded where no terminal shows it


def test_what_is_said_of_another_figure_cannot_be_asked_alone(store: Store) -> None:
    assert set(ALL) - set(FIGURES) == NOT_ALONE
    other = replace(figures()["stock"], id="comparison", question="figure/rates")  # takes a frame
    with store[1].reader.connect() as connection, pytest.raises(AskingError, match="cannot be asked alone"):
        answer(connection, other, read(connection, Words(), now=local(NOW)), "en")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("figure", FIGURES)
def test_every_figure_can_be_shown(monkeypatch: pytest.MonkeyPatch, store: Store, figure: str, form: str) -> None:
    language = ("zh", "en")[(FIGURES.index(figure) + FORMATS.index(form)) % 2]
    result = _invoke(monkeypatch, store, "show", figure, "--format", form, "--lang", language)
    assert result.exit_code == 0, result.exception
    said = result.stdout
    assert not re.search(r"\b(nan|NaN|NaT|None|Infinity)\b|<NA>|Timestamp", said), said
    if form == "json":
        held = json.loads(said)
        assert (held["figure"], held["area"]["code"], held["as_of"]) == (figure, "town", AS_OF)
        assert all(list(row) == ["key", "label", *_NUMBERS, "extras"] for row in held["rows"])
        is_rate = not figures()[figure].denominator_en.startswith("None") and figure not in COMPARED_ALONE
        counted = () if not is_rate else ("denominator",) if figure == "stage_clocks" else ("numerator", "denominator")
        assert [row for row in held["rows"] for name in counted if row[name] is None] == []
    elif form == "csv":
        header, *rows = csv.reader(io.StringIO(said))
        assert header[:5] == ["figure", "area", "period_from", "period_to", "as_of"]
        assert all(len(row) == len(header) and row[4] == AS_OF for row in rows)
    else:
        name = figures()[figure].name_zh if language == "zh" else figures()[figure].name_en
        assert said.startswith(name) and said.endswith(f"{AS_OF}\n")


@pytest.mark.parametrize(
    ("figure", "values"),
    [
        ("assessment_marks", {"marks": 33.5, "full_marks": 50.0}),
        ("source_repeats", {"observed": 33.5, "n": 50.0, "observed_before": 1, "n_before": 70}),
    ],
)
def test_a_figure_whose_parts_have_names_of_their_own_has_both(figure: str, values: dict[str, float]) -> None:
    made = row(figures()[figure], "1", "East", values)
    assert (made.numerator, made.denominator, made.rate) == (33.5, 50.0, 0.67)


_NUMBERS: Final = ("numerator", "denominator", "rate", "provisional")


@pytest.mark.parametrize("figure", FIGURES)
def test_every_figure_by_everything_it_says_it_can_be_grouped_by(store: Store, figure: str) -> None:
    definition = figures()[figure]
    with store[1].reader.connect() as connection:
        for by in groupings(definition):
            asked = read(connection, Words(by=by.value), now=local(NOW))
            answer(connection, definition, asked, "en")


def _rows(store: Store, figure: str, language: str = "en", **words: Any) -> list[tuple[Any, ...]]:
    with store[1].reader.connect() as connection:
        found: Answer = answer(
            connection, figures()[figure], read(connection, Words(**words), now=local(NOW)), language
        )
    return [(row.label, row.numerator, row.denominator) for row in found.rows]


def test_parts_with_names_of_their_own(store: Store) -> None:
    march = {"first": "2024-03-11", "last": "2024-03-17"}
    of_day = {label: n for label, _, n in _rows(store, "same_day_resolution", by="day", **march)}
    course = {label: n for label, _, n in _rows(store, "course", **march)}
    # appeals by appeals, not by cases of all kinds
    assert of_day and of_day.items() <= course.items()
    ((_, reported, none),) = _rows(store, "increment_period", **march)
    assert (reported, none) == (_rows(store, "volume", **march)[0][1], None)
    load = row(figures()["load_per_member"], None, "town", {"n": 10, "member_days": 40, "per_member_day": 0.25})
    assert (load.numerator, load.denominator, load.rate, load.extras) == (10, 40, None, {"per_member_day": 0.25})
    piled = row(
        figures()["default_locations"], "26", "east", {"cases": 19, "area_cases": 76, "share": 0.25, "areas": 1}
    )
    assert (piled.numerator, piled.denominator, piled.rate, piled.extras) == (19, 76, 0.25, {"areas": 1})
    visits = row(figures()["field_work"], None, "town", {"activity": "Visits", "times": 3, "people": 5})
    assert (visits.numerator, visits.denominator, visits.extras) == (3, None, {"activity": "Visits", "people": 5})


def test_departments_answers_come_as_one_total_with_its_interval(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    for by in ((), ("--by", "total")):
        said = _invoke(monkeypatch, store, "show", "escalation_answer", *by, "--format", "json").stdout
        [row] = json.loads(said)["rows"]  # of two hand-ups one is due by then
        assert (row["key"], row["numerator"], row["denominator"], row["rate"]) == (None, 0, 1, 0.0)
        assert row["extras"]["rate_low"] == 0 and 0 < row["extras"]["rate_high"] < 1


def test_the_flag_of_the_backlog_names_its_two_weeks(store: Store) -> None:
    with store[1].reader.connect() as connection:
        for words, last in (
            ({}, date(2024, 3, 13)),
            ({"first": "2024-03-01", "last": "2024-03-10"}, date(2024, 3, 10)),
        ):
            asked = read(connection, Words(**words), now=local(NOW))
            found = answer(connection, figures()["backlog_growing"], asked, "en")
            assert found.period == (last - timedelta(days=13), last)


def test_the_precision_of_the_list_names_its_days(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    for given, days in (
        ((), {"from": "2024-02-29", "to": "2024-03-06"}),  # the newest seven that have been followed for a week
        (("--from", "2024-03-01", "--to", "2024-03-10"), {"from": "2024-03-01", "to": "2024-03-10"}),
    ):
        said = _invoke(monkeypatch, store, "show", "variable_precision", *given, "--format", "json").stdout
        assert json.loads(said)["period"] == days


def test_what_figures_without_keys_say(store: Store) -> None:
    at = "2024-03-14T11:00"
    assert _rows(store, "same_day_today", as_of=at) == [("town", 0, 1)]
    assert _rows(store, "stock", as_of=at) == [("town", 3, None)]
    assert _rows(store, "stock", as_of=at, area="west") == [("west", 1, None)]
    assert _rows(store, "overdue", as_of=at) == [("town", 1, None)]
    assert _rows(store, "variable", as_of=at) == [("town", 2, None)]
    assert _rows(store, "on_time", as_of=at) == [("town", 0, 2)]
    assert _rows(store, "increment", as_of=at) == [("Appeal", 1, None), ("Hazard", 1, None), ("Petition", 1, None)]
    assert _rows(store, "escalation_answer", as_of=at) == [("town", 0, 1)]
    assert _rows(store, "escalation_answer", "zh", as_of=at, by="department") == [("水务", 0, 1)]
    # a petition waits as well, and is never shown singly
    assert _rows(store, "escalations_pending", as_of=at) == [("town", 1, None), ("Noise", None, None)]
    assert [label for label, *_ in _rows(store, "risk_level", area="west")] == ["west-1", "west-2"]
    assert [label for label, *_ in _rows(store, "same_day_units", level="community")] == ["east", "west"]
    assert [label for label, *_ in _rows(store, "same_day_units", area="west")] == ["west-1", "west-2"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("show", "nothing"), "There is no figure 'nothing'"),
        (("show", "stock", *MARCH), "stock is about the moment of as_of and takes no period."),
        (("show", "stock", "--by", "day"), "stock is not grouped by day; its rows are given."),
        (("show", "stock", "--level", "grid"), "stock takes no level of areas."),
        (
            ("show", "volume", "--area", "west-1", "--level", "community"),
            "west-1 has no areas of the level 'community'",
        ),
        (("show", "field_work", "--kinds", "hazard"), "field_work is of all kinds"),
        (
            ("show", "escalations_pending", "--kinds", "appeal,petition"),
            "of the kinds petition are never shown singly.",
        ),
        (("show", "stock", "--as-of", "3000-01-01T00:00"), "lies in the future"),
        (("show", "volume", *TWO_DAYS, "--against", "yesterday"), "period_before, week_before, last_year, target."),
        (("show", "volume", *TWO_DAYS, "--against", "target"), "volume has no target on 2024-03-13; these figures"),
        (("show", "volume", *TWO_DAYS, "--against", "last_year"), "begins on 2023-03-15, before the store's first"),
        (("show", "volume", *TWO_DAYS, "--against", "last_year", "--by", "day"), "volume is not compared by day"),
        (("show", "volume", "--against", "period_before"), "A comparison needs a period: give its first day."),
        (("show", "comparison"), "A comparison needs a period: give its first day."),
        (("show", "comparison", *TWO_DAYS, "--kinds", "hazard"), "comparison is of all kinds"),
        (("show", "comparison", *TWO_DAYS, "--level", "grid"), "comparison is not compared by area"),
        (("show", "stock", "--against", "target"), "stock is not compared; these are: same_day_resolution, "),
        (("show", "same_day_resolution", "--from", "2024-03-12", "--to", "2024-03-11"), "before it begins"),
        (("show", "volume", *TWO_DAYS, "--why", "area"), "volume is not compared; these are: same_day_resolution, "),
        (("show", "on_time", *TWO_DAYS, "--why", "day"), "change of on_time is not told by day: choose one of area,"),
        (("show", "on_time", *TWO_DAYS, "--why", "risk", "--against", "x"), "'x' is no earlier period: it is one of"),
        (
            ("show", "on_time", *TWO_DAYS, "--why", "risk", "--against", "2024-03-12"),
            "would begin on 2024-03-12 and reach into the period from 2024-03-13 to 2024-03-14.",
        ),
    ],
)
def test_what_cannot_be_asked(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    store: Store,
    words: tuple[str, ...],
    sentence: str,
) -> None:
    monkeypatch.setenv("READER_URL", store[1].reader_url)
    monkeypatch.setattr(sys, "argv", ["queries", *words])
    with pytest.raises(SystemExit) as caught:
        main()
    said = capsys.readouterr()
    assert (caught.value.code, said.out) == (2, "")
    assert sentence in said.err and said.err.count("\n") == 1


@pytest.mark.parametrize(
    "words", [("show",), ("show", "stock", "--format", "xml"), ("show", "stock", "--bye"), ("ask",)]
)
def test_a_wrong_use_of_the_command_is_told_on_stderr(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error: " in result.stderr


def test_what_no_source_records_is_said_and_no_failure(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    with told(databases) as (town, database):
        town.connection.execute(text("update app.sources set records_times = false"))
        town.connection.commit()
        store = (town, database)
        table, js, lines = (
            _invoke(monkeypatch, store, "show", "same_day_resolution", "--format", form) for form in FORMATS
        )
        assert (table.exit_code, js.exit_code, lines.exit_code) == (0, 0, 0)
        assert "not recorded: No source records when a case was closed" in table.stdout
        held = json.loads(js.stdout)
        assert held["rows"] == [] and held["not_recorded"].startswith("No source records")
        assert lines.stdout.count("\n") == 1 and lines.stderr.startswith("No source records")


def test_no_cases_is_no_row(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    words = ("show", "same_day_resolution", "--from", "2024-02-01", "--to", "2024-02-02")
    assert "no cases" in _invoke(monkeypatch, store, *words).stdout
    assert json.loads(_invoke(monkeypatch, store, *words, "--format", "json").stdout)["rows"] == []


def test_the_language_is_the_environments_unless_named(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    monkeypatch.setenv("DASHBOARD_LANG", "zh_CN.UTF-8")
    assert _invoke(monkeypatch, store, "show", "stock").stdout.startswith("减存量 · town区")
    assert _invoke(monkeypatch, store, "show", "stock", "--lang", "en").stdout.startswith("Stock · town\n")


def test_the_definition_stands_beside_the_rows_of_csv(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    plain = _invoke(monkeypatch, store, "show", "stock", "--format", "csv")
    defined = _invoke(monkeypatch, store, "show", "stock", "--format", "csv", "--define")
    assert defined.stdout == plain.stdout
    assert "cohort: All kinds" in defined.stderr
    held = json.loads(_invoke(monkeypatch, store, "show", "stock", "--format", "json", "--define").stdout)
    assert held["definition"]["cohort_zh"] == "全部类别"


def test_a_table_in_a_terminal_keeps_to_its_width(store: Store) -> None:
    with store[1].reader.connect() as connection:
        found = answer(connection, figures()["risk_level"], read(connection, Words(), now=local(NOW)), "en")
    folded = printing.to_table(found, width=80).splitlines()
    assert max(map(len, folded)) <= 80 < max(map(len, printing.to_table(found).splitlines()))


def test_the_connection_only_reads(store: Store) -> None:
    with (
        pytest.raises(reach.UnreachableError, match="read-only"),
        reach.reading(reach.address({"READER_URL": store[1].owner_url})) as connection,
    ):
        connection.execute(text("delete from app.labels"))


def test_the_readers_address_is_preferred() -> None:
    both = {"READER_URL": "postgres://r@h/one", "DATABASE_URL": "postgresql://o@h/two"}
    assert reach.address(both).database == "one"
    assert reach.address({"READER_URL": " ", "DATABASE_URL": both["DATABASE_URL"]}).database == "two"
