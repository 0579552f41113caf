"""The page of one unit 网格成绩单: where it stands and why, what is owed, what to look at. Printable."""

from dataclasses import replace
from typing import Any, Final

import pandas as pd

from dashboard.charts import cycles as charts
from dashboard.exports.sheet import Sheet
from dashboard.frames import rows
from dashboard.live import assessed, questions
from dashboard.live.assessed import MARKS
from dashboard.live.questions import SHOWN_SINGLY
from dashboard.pages import scorecard_html as html
from dashboard.pages import scorecard_owed as owed
from dashboard.pages.assessing import COMMUNITY, days, held, indicator_words, strange
from dashboard.pages.laptop import frame
from dashboard.pages.laptop.asking_page import Matter, Page
from dashboard.pages.laptop.chart import Chart
from dashboard.pages.laptop.state import Question
from dashboard.pages.scorecard_html import Card
from dashboard.snapshot import Snapshot
from dashboard.text import Text
from dashboard.widgets.panels.ranking import kind_name, tier_name


def matter(snapshot: Snapshot, question: Question, words: Text) -> Matter:
    """What the page shows below its filters."""
    card = look(snapshot, question, words)
    if card is None:
        return html.choose(snapshot, question, words, assessed.units(question.asked.filter, snapshot.place.unit_level))
    course = assessed.course(card.filter, card.level)
    pieces: list[str | Chart] = [html.top(card, strange(question, words)) + owed.course_head(card, course)]
    drawn = _chart(card, course)
    if drawn is not None:
        pieces.append(drawn)
    pieces.append(owed.rest(card))
    return pieces


def look(snapshot: Snapshot, question: Question, words: Text) -> Card | None:
    """What there is to say of the unit asked about; None where the address names none."""
    asked, area_id = question.asked.filter, question.asked.filter.area_id
    found: pd.DataFrame | None = None
    level = snapshot.place.unit_level
    for level in dict.fromkeys((snapshot.place.unit_level, COMMUNITY)):
        units = assessed.units(asked, level)
        found = units[units["area_id"] == area_id]
        if len(found):
            break
    if area_id is None or found is None or found.empty:
        return None
    filter = held(snapshot, question)
    made = assessed.assessed(filter, level)
    is_ranked = made is not None and made.choice.level == level and bool((made.table["area_id"] == area_id).any())
    alone = replace(asked, kinds=SHOWN_SINGLY, period_from=None, period_to=None)
    recorded = assessed.recorded(asked)
    return Card(
        snapshot=snapshot,
        question=question,
        words=words,
        level=level,
        unit=next(rows(found)),
        filter=filter,
        made=made,
        row=next(rows(made.table[made.table["area_id"] == area_id])) if made is not None and is_ranked else None,
        stock=assessed.stock(alone) if recorded.records_times else None,
        overdue=assessed.overdue(alone) if recorded.records_times and recorded.records_deadlines else None,
        risk=_risk(snapshot, question, level, area_id),
        findings=assessed.findings_of(filter, level),
        objections=assessed.objections(replace(filter, as_of=asked.as_of), area_id),
        definitions=questions.figures(),
    )


def _risk(snapshot: Snapshot, question: Question, level: str, area_id: int) -> Any:
    """The unit's risk now, or as it was known at the moment named; None for what has none."""
    if level != snapshot.place.unit_level:
        return None
    is_now = question.address.get("as_of") is None
    found = snapshot.grids if is_now else assessed.risks(question.asked.filter, level)
    own = found[found["area_id"] == area_id]
    return next(rows(own)) if len(own) else None


def _chart(card: Card, course: pd.DataFrame | None) -> Chart | None:
    own = owed.own_course(card, course)
    if own is None or own.empty:
        return None
    words = card.words
    frame_of_it = pd.DataFrame(
        {
            "cycle": [words.days(row.first, row.last) for row in rows(own)],
            "rank": own["rank"].astype(int).tolist(),
            "rank_low": own["rank_low"].astype(int).tolist(),
            "rank_high": own["rank_high"].astype(int).tolist(),
            "score_said": [words.number(score, 1) for score in own["score"]],
            "said": [owed.cycle_said(row, words) for row in rows(own)],
        }
    )
    drawn = charts.cycles(
        frame_of_it,
        theme=card.question.address.theme,
        title=words("Rank, with the 90 % interval"),
        of=int(own["ranked_of"].max()),
    )
    label = "; ".join(frame_of_it["said"])
    return Chart("course", drawn, label)


def sheet(snapshot: Snapshot, question: Question, words: Text) -> Sheet:
    """The indicators of the unit as a file."""
    card = look(snapshot, question, words)
    title = words("Scorecard")
    if card is None or card.made is None or card.row is None:
        return Sheet(title, {words("Indicator"): []}, frame.notes_of(question, words))
    named, parts, moves = indicator_words(words), html.parts_of(card), html.moves_of(card)
    rates = [words("Rate"), words("Expected of its mix"), words("Rate with the usual mix"), words("Target")]
    columns: dict[str, list[Any]] = {
        words("Indicator"): [named[part.indicator] for part in parts],
        words("Good"): [None if part.indicator == MARKS else part.good for part in parts],
        words("Number of cases"): [None if part.indicator == MARKS else part.n for part in parts],
        rates[0]: [part.good / part.n if part.n else None for part in parts],
        rates[1]: [part.expected for part in parts],
        rates[2]: [part.rate for part in parts],
        rates[3]: [part.target for part in parts],
        words("Points earned"): [round(part.earned, 2) for part in parts],
        words("Points at most"): [round(100 * part.weight, 2) for part in parts],
        words("Against the median"): [round(part.against_median, 2) for part in parts],
        words("Change, points of the own score"): [
            round(float(moves[part.indicator].change), 2) if part.indicator in moves else None for part in parts
        ],
    }
    row = card.row
    notes = [
        *html.notes(card),
        words(
            "Score {score}; rank {ranks} of {of}; {tier}",
            score=words.number(row.score, 1),
            ranks=f"{row.rank_low}–{row.rank_high}",
            of=row.ranked_of,
            tier=tier_name(int(row.tier), words),
        ),
    ]
    return Sheet(f"{title} {words.label(card.unit)}", columns, notes, rates=frozenset(rates))


def sheet_course(snapshot: Snapshot, question: Question, words: Text) -> Sheet:
    """The course of the cycles as a file."""
    card = look(snapshot, question, words)
    title = words("Course of the cycles")
    own = None if card is None else owed.own_course(card, assessed.course(card.filter, card.level))
    if card is None or own is None:
        return Sheet(title, {words("From"): []}, frame.notes_of(question, words))
    columns: dict[str, list[Any]] = {
        words("From"): own["first"].tolist(),
        words("To"): own["last"].tolist(),
        words("Kind"): [kind_name(str(kind), words) for kind in own["kind"]],
        words("Rank"): own["rank"].tolist(),
        words("Rank from (90 %)"): own["rank_low"].tolist(),
        words("Rank to (90 %)"): own["rank_high"].tolist(),
        words("Ranked of"): own["ranked_of"].tolist(),
        words("Tier"): [tier_name(int(tier), words) for tier in own["tier"]],
        words("Score"): own["score"].astype(float).round(2).tolist(),
        words("Number of cases"): own["n"].tolist(),
    }
    return Sheet(f"{title} {words.label(card.unit)}", columns, [*html.notes(card), owed.course_note(words)])


PAGE: Final = Page(
    "grid",
    "成绩单 Scorecard",
    ("cycle",),
    matter,
    tables={"indicators": sheet, "course": sheet_course},
    below="ranking",
    has_kinds=False,
    days=days,
)
