"""The page of rates 化解率: where a rate stands, how it went, what moved it; down to the cases behind it."""

from datetime import date, timedelta
from typing import Any, Final

import pandas as pd

from dashboard.charts import rate_course
from dashboard.exports.sheet import Sheet
from dashboard.frames import rows
from dashboard.live import questions
from dashboard.live.questions import SMALLEST_CELL, By, Change, Filter, NotRecordedError, Side, Why
from dashboard.pages import resolution_html as html
from dashboard.pages import resolution_parts as parts
from dashboard.pages import resolution_table
from dashboard.pages.laptop import frame
from dashboard.pages.laptop.asking_page import Matter, Page
from dashboard.pages.laptop.chart import Chart
from dashboard.pages.laptop.state import Question
from dashboard.pages.resolution_words import RATES, Wanted, wanted
from dashboard.snapshot import Snapshot
from dashboard.text import Text


def matter(snapshot: Snapshot, question: Question, words: Text) -> Matter:
    """What the page shows below its filters."""
    asked = wanted(snapshot, question, words)
    head = frame.crumbs(way(snapshot, question, words))
    told: Why | None
    try:
        for figure in RATES:  # while the change is worked out
            if figure != asked.figure:
                questions.begin_standing(figure, questions.with_period(figure, question.asked.filter))
        told = why_changed(asked)
    except NotRecordedError:
        told = None
    change = None if told is None else told.change
    tiles = html.tiles(_standing(asked, question, change), asked, question, words)
    if told is None or change is None:
        return head + html.not_recorded(asked, words) + tiles
    top = head + html.answer(change, asked, question, words) + tiles
    drawn = _course(asked, question, words)
    side = html.beside(change, asked, question, words)
    table = resolution_table.table(told, asked, question, words)
    return [top, (drawn, side) if drawn is not None else side, table]


def why_changed(asked: Wanted) -> Why:
    """The change, told as the address asks. Raises NotRecordedError."""
    return questions.change(asked.figure, asked.filter, asked.against, asked.by, asked.unit_level)


def way(snapshot: Snapshot, question: Question, words: Text) -> list[tuple[str, str | None]]:
    """From the subdistrict down to the area asked about, each with this page."""
    address, area_id = question.address, question.asked.filter.area_id
    whole = words.label({"name_zh": snapshot.place.name_zh, "name_en": snapshot.place.name_en})
    if area_id is None:
        return [(whole, None)]
    steps: list[tuple[str, str | None]] = [(whole, address.to(area=None, by=None))]
    unit = snapshot.grids[snapshot.grids["area_id"] == area_id]
    if len(unit):
        above = snapshot.communities[snapshot.communities["area_id"] == unit["community_id"].iloc[0]]
        steps += [(words.label(row), address.to(area=row["code"], by=None)) for _, row in above.iterrows()]
    steps.append((words.label({"name_zh": question.asked.area_zh, "name_en": question.asked.area_en}), None))
    return steps


def _standing(asked: Wanted, question: Question, change: Change | None) -> dict[str, tuple[Filter, Side | None]]:
    """Every rate of the page over its days; None: not recorded. ``change``: of the chosen one."""
    found: dict[str, tuple[Filter, Side | None]] = {}
    for figure in RATES:
        if figure == asked.figure:
            found[figure] = (asked.filter, None if change is None else change.now)
            continue
        filter = questions.with_period(figure, question.asked.filter)
        try:
            found[figure] = (filter, questions.standing(figure, filter))
        except NotRecordedError:
            found[figure] = (filter, None)
    return found


def course(asked: Wanted, words: Text) -> pd.DataFrame:
    """One row per day or week with a case that is over: day, n, good, rate, low, high, provisional, chosen, label."""
    filter, by = asked.course
    known = questions.course(asked.figure, filter, by)
    is_over = known["key"] < filter.today.isoformat()  # the day that runs is no rate to be set beside whole days
    known = known[is_over & (known["n"] >= (SMALLEST_CELL if asked.is_private else 1))]
    days = [date.fromisoformat(key) for key in known["key"]]
    low, high = questions.wilson(known["good"], known["n"])
    first, last = asked.days
    return pd.DataFrame(
        {
            "day": days,
            "n": known["n"].tolist(),
            "good": known["good"].tolist(),
            "rate": (known["good"] / known["n"]).tolist(),
            "low": low,
            "high": high,
            "provisional": known["is_provisional"].tolist(),
            "chosen": [first <= day <= last for day in days],
            "label": [words.day(day) for day in days],
        }
    )


def _course(asked: Wanted, question: Question, words: Text) -> Chart | None:
    known = course(asked, words)
    if len(known) < 2:
        return None
    _, by = asked.course
    length = timedelta(days=6 if by is By.WEEK else 0)

    def to(day: date) -> str:
        end = min(day + length, asked.filter.today)
        return question.address.to(**{"from": day, "to": end, "than": None, "rows": None})

    name = html.figure_name(asked.figure, words)
    provisional = words("provisional")
    data = known[["low", "high", "provisional", "chosen"]].assign(
        day=[f"{day}T00:00:00" for day in known["day"]],
        value=known["rate"],
        to=[to(day) for day in known["day"]],
        said=[
            f"{row.label} · {words.percent(row.rate)} · n {words.number(row.n)}"
            + (f" · {provisional}" if row.provisional else "")
            for row in rows(known)
        ],
    )
    target = questions.target(asked.figure, asked.days[0])
    label = words(
        "{figure}, a point for each day from {first} to {last}, hollow while provisional; choosing one leads there",
        figure=name,
        first=known["label"].iloc[0],
        last=known["label"].iloc[-1],
    )
    drawn = rate_course.course(data, theme=question.address.theme, value=name, target=target)
    return Chart("course", drawn, label, leads=True)


def course_sheet(snapshot: Snapshot, question: Question, words: Text) -> Sheet:
    """The course as a file."""
    asked = wanted(snapshot, question, words)
    known = course(asked, words)
    columns = {
        words("Day"): known["day"].tolist(),
        words("Numerator"): known["good"].tolist(),
        words("Denominator"): known["n"].tolist(),
        words("Rate"): known["rate"].tolist(),
        words("90 % from"): known["low"].tolist(),
        words("90 % to"): known["high"].tolist(),
        words("provisional"): [words("yes") if flag else words("no") for flag in known["provisional"]],
    }
    rates = frozenset({words("Rate"), words("90 % from"), words("90 % to")})
    return Sheet(html.figure_name(asked.figure, words), columns, frame.notes_of(question, words), rates)


def parts_sheet(snapshot: Snapshot, question: Question, words: Text) -> Sheet:
    """All parts of the change as a file; they add up."""
    asked = wanted(snapshot, question, words)
    told = why_changed(asked)
    every = parts.lines(told, asked, question, words)
    columns: dict[str, list[Any]] = {
        words("Name"): [line.label for line in every],
        words("Numerator"): [line.good for line in every],
        words("Denominator"): [line.n for line in every],
        words("Rate"): [line.rate for line in every],
        words("Numerator before"): [line.good_before for line in every],
        words("Denominator before"): [line.n_before for line in every],
        words("Rate before"): [line.rate_before for line in every],
        words("By what came, points"): [line.mix for line in every],
        words("By its own rate, points"): [line.own for line in every],
        words("Together, points"): [line.change for line in every],
        words("Beyond chance"): [words("yes") if line.is_clear else words("no") for line in every],
    }
    notes = [*frame.notes_of(question, words), html.compared_with(told.change, words)]
    name = words("Why it moved: {figure}", figure=html.figure_name(asked.figure, words))
    return Sheet(name, columns, notes, frozenset({words("Rate"), words("Rate before")}))


PAGE: Final = Page(
    "resolution",
    "化解率 Resolution",
    ("figure", "by", "than", "rows"),
    matter,
    tables={"course": course_sheet, "parts": parts_sheet},
)
