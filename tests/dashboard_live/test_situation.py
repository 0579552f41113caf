"""What the situation page says: the week, who brought its change, and markup that shows any text as text."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import live
from dashboard.live.ask import Answers, NoAnswerError
from dashboard.maps.ground import ground
from dashboard.pages import situation
from dashboard.pages import situation_figures as figures
from dashboard.pages import situation_html as html
from dashboard.pages.laptop import pieces
from dashboard.pages.laptop.state import Address
from dashboard.pages.trouble import words_for
from dashboard.snapshot import Snapshot
from dashboard.text import text
from tests.dashboard import samples

COUNT = st.integers(0, 40)

HERE = Address("situation", "zh", "light")


def units(rows: list[tuple[int, int, int, int]]) -> pd.DataFrame:
    """Rows of n, resolved, n_before, resolved_before."""
    frame = pd.DataFrame(rows, columns=["n", "resolved", "n_before", "resolved_before"])
    return frame.assign(area_id=range(100, 100 + len(frame)))


def with_units(snapshot: Snapshot, rows: list[tuple[int, int, int, int]]) -> Snapshot:
    return replace(snapshot, units=units(rows))


@given(st.lists(st.tuples(COUNT, st.floats(0, 1), COUNT, st.floats(0, 1)), min_size=1, max_size=30))
def test_contributions_add_up_to_the_change(drawn: list[tuple[int, float, int, float]]) -> None:
    frame = units([(n, round(n * a), m, round(m * b)) for n, a, m, b in drawn])
    whole = figures.week(frame)
    brought = figures.contributions(frame)
    if whole.change is None:
        assert brought["points"].isna().all()
    else:
        assert np.isclose(brought["points"].sum(), 100 * whole.change)


def test_a_week_worked_out_by_hand() -> None:
    state = figures.week(units([(10, 6, 10, 9), (30, 24, 30, 27)]))
    assert (state.n, state.rate, state.rate_before) == (40, 0.75, 0.9)
    assert state.is_clear  # z = 0.15 / sqrt(0.825 · 0.175 · 2/40) = 1.77


def test_chance_is_no_change() -> None:
    assert not figures.week(units([(40, 30, 40, 32)])).is_clear


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(200, 120, 200, 180), (200, 190, 200, 190)], "points below the week before"),
        ([(200, 190, 200, 120), (200, 190, 200, 190)], "points above the week before"),
        ([(40, 30, 40, 32)], "no clear change from 80.0%"),
        ([(0, 0, 40, 32)], "No appeals in the last seven days"),
        ([(40, 30, 0, 0)], "75.0% of appeals were resolved the same day in the last seven days"),
    ],
)
def test_the_headline_answers(rows: list[tuple[int, int, int, int]], expected: str) -> None:
    snapshot = with_units(samples.busy(), rows)
    brought = figures.contributors(snapshot)
    assert expected in figures.headline(snapshot, text("en"), brought)


def test_the_headline_names_who_brought_it() -> None:
    rows = [(40, 10, 40, 36), (40, 12, 40, 36), *[(40, 34, 40, 34)] * 8]
    snapshot = with_units(samples.busy(), rows)
    names = [str(name) for name in snapshot.grids["name_zh"][:2]]
    said = figures.headline(snapshot, text("zh"), figures.contributors(snapshot))
    assert all(name in said for name in names)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("sample", sorted(samples.ALL))
def test_every_sample_can_be_drawn(sample: str, language: str) -> None:
    snapshot, words = samples.ALL[sample](), text(language)
    unit = figures.chosen_unit(snapshot, None)
    drawn = [
        html.top(snapshot, words, HERE),
        html.brought(snapshot, words, rows=12, chosen=None),
        html.why(snapshot, unit, words),
        html.escalations(snapshot, words, HERE, rows=4),
        html.latest(snapshot, words, HERE, rows=4),
        html.foot(snapshot, words),
    ]
    for each in drawn:
        assert not re.search(r"\b(nan|NaN|NaT|None)\b", each)
        HTMLParser().feed(each)


def test_text_of_the_data_stays_text() -> None:
    bad = "<img src=x onerror=alert(1)>\"'"
    base = samples.busy()
    snapshot = replace(
        base,
        place=replace(base.place, name_zh=bad),
        escalations=base.escalations.assign(title_zh=bad, area_zh=bad, department_zh=bad),
        latest=base.latest.assign(title_zh=bad, area_zh=bad),
        sources=base.sources.assign(name_zh=bad, source=bad),
        grids=base.grids.assign(name_zh=bad, code=bad),
        units=units([(9, 3, 9, 8), (9, 8, 9, 3)]),
    )
    words = text("zh")
    drawn = html.top(snapshot, words, HERE) + html.brought(snapshot, words, rows=9, chosen=bad)
    drawn += html.why(snapshot, figures.chosen_unit(snapshot, None), words) + html.foot(snapshot, words)
    drawn += html.escalations(snapshot, words, HERE, rows=9) + html.latest(snapshot, words, HERE, rows=9)
    assert "<img" not in drawn


def test_a_line_needs_two_days_and_shows_gaps() -> None:
    nan = float("nan")
    assert pieces.sparkline([nan, 1.0, nan]) == ""
    assert pieces.sparkline([1.0, nan, 2.0, 3.0]).count("M") == 2


def test_a_chosen_unit_is_taken_by_its_code() -> None:
    snapshot = samples.busy()
    code = str(snapshot.grids.iloc[5]["code"])
    chosen = figures.chosen_unit(snapshot, code)
    assert chosen is not None and chosen["code"] == code
    worst = figures.chosen_unit(snapshot, "no such code")
    assert worst is not None and worst["level"] == "red"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("trouble", ["starting", "unreachable", "empty", "outdated", "failing"])
def test_every_trouble_has_a_sentence(trouble: str, language: str) -> None:
    title, advice = words_for(trouble, text(language))
    assert title and advice
    assert any("一" <= letter <= "鿿" for letter in title) == (language == "zh")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_unit_of_the_map_leads_to_why_it_has_its_colour(language: str) -> None:
    snapshot, words = samples.busy(), text(language)
    row = snapshot.grids.iloc[12]
    address = Address.of("situation", {}, language=language, theme="light")
    drawn = html.risk_map(snapshot, words, address, str(row["code"]), height=400)
    spots = ElementTree.fromstring(drawn).findall(".//{*}g[@class='spots']/{*}a")
    assert len(spots) == len(ground(snapshot).shapes)
    by_title = {str(spot.findtext("{*}title")): spot for spot in spots}
    chosen = next(spot for title, spot in by_title.items() if title.startswith(words.label(row)))
    assert f"area={row['code']}" in str(chosen.get("data-go"))
    path = chosen.find("{*}path")
    (outline,) = ElementTree.fromstring(drawn).findall(".//{*}path[@class='chosen']")
    assert path is not None and outline.get("d") == path.get("d") and outline.get("stroke")


def test_while_the_store_is_silent_the_last_picture_of_all_is_shown_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def silent() -> Answers:
        raise NoAnswerError("unreachable")

    monkeypatch.setattr(live, "answers", silent)
    chosen = {"kinds": "hazard", "from": "2024-03-01"}
    said, _ = situation.markup(samples.busy(), chosen, language="en", theme="light")
    assert "The store does not answer" in said
    assert "cases?kinds=hazard&amp;from=2024-03-01" in said  # and the choice stands until it does
    usual, _ = situation.markup(samples.busy(), {}, language="en", theme="light")
    assert "The store does not answer" not in usual
    with pytest.raises(NoAnswerError):
        situation.markup(samples.busy(), {"as_of": "2024-03-01T09:00"}, language="en", theme="light")
