"""The study's own arithmetic, by hand."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from queries.evaluation import Reached, evaluations, parse
from tests.evaluate import risk
from tests.evaluate.alarms import (
    Alarm,
    Incident,
    alarms_above,
    c2,
    delays,
    false_alarms,
    inject,
    own_incidents,
    raw,
)
from tests.evaluate.counts import HOURS, Counts, city_of, counts_of, empty, truth_of
from tests.evaluate.intervals import ratio
from tests.evaluate.load import captured
from tests.evaluate.results import keep, made

FIRST = date(2026, 3, 2)
UNITS = 86


def _flat(days: int) -> Counts:
    return empty(FIRST, days, city_of(3, FIRST, days))


def test_capture_is_the_share_of_the_highest_units() -> None:
    made_, load = np.zeros((1, 1, 20)), np.ones((1, 1, 20))
    made_[0, 0, [3, 7]], load[0, 0, 3] = 1.0, 5.0
    assert captured(made_, load, 0.1).tolist() == [6.0]
    assert captured(-made_, load, 0.1).tolist() == [2.0]


def test_an_interval_holds_its_ratio_and_is_none_where_days_are_alike() -> None:
    alike = ratio(np.full((2, 14), 3.0), np.full((2, 14), 6.0))
    assert (alike["value"], alike["low"], alike["high"]) == (0.5, 0.5, 0.5)
    chance = np.random.default_rng(1).poisson(4.0, (5, 140))
    held = ratio(chance, np.full((5, 140), 8.0))
    assert held["low"] < held["value"] < held["high"] < held["low"] + 0.1


def test_alarms_are_about_incidents_or_false_and_delays_count_from_the_start() -> None:
    incident = Incident(start=100, hours=5, size=20, units=(4, 5))
    alarms = [Alarm(99, 4), Alarm(102, 5), Alarm(103, 4), Alarm(110, 7), Alarm(131, 4), Alarm(132, 4)]
    assert false_alarms(alarms, [incident]) == [Alarm(99, 4), Alarm(110, 7), Alarm(132, 4)]
    assert delays(alarms, [incident, Incident(0, 5, 20, (4,))]) == [3, float("inf")]


def test_a_rise_is_one_alarm_while_it_stays() -> None:
    statistic = np.zeros((3 * HOURS + 1, UNITS))
    statistic[[30, 31, 32, 40], 6] = 5.0
    assert alarms_above(statistic, 4.0, [1]) == [Alarm(30, 6), Alarm(40, 6)]
    assert alarms_above(statistic, 5.0, [1]) == []


def test_c2_compares_with_seven_days_two_days_apart() -> None:
    counts = _flat(14)
    counts.hourly[:, 0, 3] = 1
    for day, more in enumerate((5, 7, 5, 7, 5, 7, 5)):
        counts.hourly[day * HOURS, 0, 3] += more
    counts.hourly[7 * HOURS : 9 * HOURS, 0, 3] = 9  # the two days left out
    counts.hourly[9 * HOURS, 0, 3] += 16
    hour = 10 * HOURS
    assert raw(counts, 24)[hour, 0] == 40
    before = 24 + np.array([5, 7, 5, 7, 5, 7, 5])
    # the seven days before the last two full ones before this window
    assert c2(counts, 24)[hour, 0] == pytest.approx((40 - before.mean()) / before.std(ddof=1))
    assert c2(counts, 24)[hour, 1] == -np.inf


def test_incidents_put_in_add_exactly_their_cases_where_they_say() -> None:
    counts = _flat(30)
    more, put_in = inject(counts, 2, 5)
    assert len(put_in) > 5
    assert int(more.hourly.sum()) == sum(incident.size for incident in put_in)
    for incident in put_in:
        last = int(incident.start + 1.3 * incident.hours) + 1
        assert more.hourly[int(incident.start) : last, list(incident.units)].sum() >= incident.size
    assert inject(counts, 2, 5)[1] == put_in


def test_the_citys_own_incidents_are_those_of_the_truth() -> None:
    counts = counts_of(3, FIRST, 15)
    known = own_incidents(counts)
    assert any(0 <= incident.start < 15 * HOURS for incident in known)
    assert truth_of(counts).sum() == pytest.approx(counts.hourly.sum(), rel=0.1)


def test_a_short_study_runs_from_end_to_end_and_is_kept_beside_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = risk.study(today=FIRST, weeks=1, tuned_on=(1,), reported_on=(2,), is_kept=False)
    assert "Scores from demo data" in capsys.readouterr().out
    assert {row["method"] for row in result.tables["alarms"]} == {"unusual", *risk.RIVALS}
    (tmp_path / "queries").mkdir()
    other = made("ranking", FIRST, [1], "python", [Reached("aim", 1.0, 0.5, "x", True)], {})
    keep(other, "page", tmp_path)
    keep(result, "page", tmp_path)
    held = parse((tmp_path / "queries" / "evaluation.json").read_text(encoding="utf-8"))
    assert list(held) == ["ranking", "risk"]
    assert held["risk"] == result
    assert not held["ranking"].reached[0].is_reached
    assert json.loads((tmp_path / "evaluation-results" / "risk.json").read_text(encoding="utf-8"))["seeds"] == [2]


def test_what_is_not_a_result_is_refused() -> None:
    for text in ("[]", '{"risk": {}}', '{"risk": {"data": "a real place"}}', "no json"):
        with pytest.raises(ValueError, match=r"evaluation\.json"):
            parse(text)


def test_the_kept_results_can_be_read_and_say_what_they_are() -> None:
    for study in evaluations().values():
        assert study.data == "demo data"
        assert study.seeds
        assert study.reached
