from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from queries.statistics.configuration import finding_rules
from queries.statistics.findings import compare, decide, mid_p

RULES = finding_rules()
RULE = RULES.findings["closed_before_midnight"]


def _evidence(n: list[int], observed: list[int], kind: str = "social") -> pd.DataFrame:
    """Units of forty cases, all good; each observed case is one of them."""
    return pd.DataFrame(
        {
            "area_id": range(1, len(n) + 1),
            "kind": kind,
            "cutoff": "midnight",
            "n": n,
            "observed": observed,
            "figure_n": 40,
            "figure_good": 40,
            "n_without": 40,
            "good_without": [40 - each for each in observed],
            "case_ids": [list(range(each)) for each in observed],
        }
    )


def test_mid_p_of_a_share_nobody_doubts_is_binomial() -> None:
    n, observed, share = (np.array([value]) for value in (10.0, 3.0, 0.2))
    # P(X > 3) + ½ P(X = 3) of Binomial(10, 0.2)
    assert mid_p(n, observed, share, np.array([1e9]))[0] == pytest.approx(0.1208739 + 0.2013266 / 2, abs=1e-6)
    assert mid_p(n, observed, share, np.array([1e9]), fewer=True)[0] == pytest.approx(
        0.6777995 + 0.2013266 / 2, abs=1e-6
    )


def test_a_unit_is_no_peer_of_its_own() -> None:
    n, observed = np.full(5, 20.0), np.array([20.0, 0.0, 0.0, 0.0, 0.0])
    expected, p = compare(n, observed, RULES)
    assert expected[0] == pytest.approx(0.5 / 81)
    assert expected[1] == pytest.approx(20.5 / 81)
    assert p[0] < 1e-6


def test_few_events_do_not_make_units_look_unlike_each_other() -> None:
    """The likeliest precision of peers without a single event is the lowest; it would hide what stands out."""
    n, observed = np.full(40, 30.0), np.zeros(40)
    observed[0] = 4.0
    assert compare(n, observed, RULES)[1][0] < 1e-4


def test_peers_that_differ_among_themselves_excuse_a_unit() -> None:
    n = np.full(40, 60.0)
    alike, unlike = np.full(40, 6.0), np.tile([0.0, 2.0, 10.0, 12.0], 10)
    alike[0] = unlike[0] = 15.0
    assert compare(n, unlike, RULES)[1][0] > 10 * compare(n, alike, RULES)[1][0]


def test_kinds_are_compared_apart_and_small_kinds_with_all() -> None:
    social = _evidence([20] * 6, [10] * 6)
    enterprise = _evidence([20] * 6, [0] * 5 + [10], "enterprise").assign(area_id=range(11, 17))
    one = _evidence([20], [10], "dedicated").assign(area_id=99)
    decided = decide(pd.concat([social, enterprise, one]), RULE, RULES).set_index("area_id")
    assert list(decided.index[decided["is_called"]]) == [16]
    assert decided.loc[99, "expected"] == pytest.approx(20 * (70 + 0.2) / (240 + 5))


def test_without_peers_its_own_past_decides() -> None:
    now, before = _evidence([20], [10]), _evidence([200], [2])
    assert decide(now, RULE, RULES).empty
    assert decide(now, RULE, RULES, before)["is_called"].tolist() == [True]
    assert decide(now, RULE, RULES, _evidence([200], [90]))["is_called"].tolist() == [False]


@pytest.mark.parametrize("name", ["ratio", "excess", "gain", "least_observed"])
def test_what_is_certain_but_small_is_not_called(name: str) -> None:
    evidence = _evidence([40] * 20, [10] + [0] * 19)
    assert decide(evidence, RULE, RULES)["is_called"].sum() == 1
    beyond = {"ratio": 1000.0, "excess": 0.3, "gain": 0.3, "least_observed": 11}[name]
    assert decide(evidence, replace(RULE, **{name: beyond}), RULES)["is_called"].sum() == 0  # type: ignore[arg-type]


def test_honest_units_are_seldom_called() -> None:
    """Forty groups of eighty units that differ as units do and have no cheat: one in ten may have a false call. The
    bound leaves room for chance (at a true rate of 10 %, ten or more of forty happen once in 200).
    """
    chance = np.random.default_rng(20260101)
    called = 0
    for _ in range(40):
        n = chance.poisson(12, 80)
        observed = chance.binomial(n, chance.beta(10.0, 190.0, 80))
        called += bool(decide(_evidence(n.tolist(), observed.tolist()), RULE, RULES)["is_called"].any())
    assert called < 10
