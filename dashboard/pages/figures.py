"""The page of figures 口径: what each one counts, and what it comes to here, down to the cases it is made of."""

from collections.abc import Sequence
from typing import Any, Final

from dashboard.exports.sheet import Sheet
from dashboard.live import questions
from dashboard.live.questions import AskingError, By, Figure
from dashboard.pages.figures_asked import answered, chosen, notes, of_the_minute
from dashboard.pages.figures_example import worked_example
from dashboard.pages.figures_rows import chart_of, file_value, further_names, has_further, label_of, names_of, table_of
from dashboard.pages.figures_words import code_word, column_word
from dashboard.pages.laptop import frame
from dashboard.pages.laptop.asking_page import Beside, Matter, Page
from dashboard.pages.laptop.chart import Chart
from dashboard.pages.laptop.going import link
from dashboard.pages.laptop.pieces import e
from dashboard.pages.laptop.state import Question
from dashboard.snapshot import Snapshot
from dashboard.text import Text

#: Parts of the catalogue by the first word of a figure's question, in the order shown.
_PARTS: Final = (
    ("resolution", ("same_day", "like_days", "deadlines", "petitions", "hazards", "levels", "reopenings")),
    ("satisfaction", ("satisfaction", "stages")),
    ("stock", ("lists", "backlog", "volume", "workload", "days", "calendar", "repeats", "topics")),
    ("escalations", ("escalations",)),
    ("risk", ("risk", "cases")),
    ("assessment", ("ranking", "condition")),
    ("findings", ("findings", "records")),
)


def matter(snapshot: Snapshot, question: Question, words: Text) -> Matter:
    """The catalogue, the chosen figure's definition, and its worked example with the figures of the address."""
    figure, question, is_late = chosen(question), of_the_minute(snapshot, question), False
    try:
        answer = answered(snapshot, question, words, ask=questions.figure_soon)
        is_late = answer is None
    except AskingError:
        answer = None
    example = worked_example(figure, answer, question, words, is_late=is_late)
    pieces: list[str | Chart] = [_definition(figure, words) + example]
    drawn = chart_of(answer, question, words) if answer is not None else None
    if answer is not None and answer.by is By.TOTAL and By.DAY in questions.groupings(figure):
        days = questions.figure_soon(figure, answer.asked, By.DAY, None, words.language)
        drawn = None if days is None else chart_of(days, question, words)
    if drawn is not None:
        pieces.append(drawn)
    if answer is not None and (answer.by not in (None, By.TOTAL) or has_further(answer)):
        pieces.append(table_of(answer, question, words))
    return [Beside(_contents(figure, question, words), pieces)]


def _contents(figure: Figure, question: Question, words: Text) -> str:
    named = {
        "resolution": words("Resolution"),
        "satisfaction": words("Stages and satisfaction"),
        "stock": words("Stock and volume"),
        "escalations": words("Escalations"),
        "risk": words("Risk"),
        "assessment": words("Assessment"),
        "findings": words("To be looked at"),
    }
    parts = []
    for part, subjects in _PARTS:
        members = [each for each in questions.figures().values() if each.question.split("/")[0] in subjects]
        lines = "".join(
            f'<li><a class="{"here" if each.id == figure.id else ""}" '
            f"{link(question.address.to(figure=each.id, by=None))}>{e(words.label(names_of(each)))}</a></li>"
            for each in members
        )
        parts.append(f"<h3>{e(named[part])}</h3><ul>{lines}</ul>")
    return f'<nav class="contents" aria-label="{e(words("Figures"))}">{"".join(parts)}</nav>'


def _definition(figure: Figure, words: Text) -> str:
    heads = {
        "numerator": words("Numerator"),
        "denominator": words("Denominator"),
        "cohort": words("Cases counted"),
        "exclusions": words("Left out"),
        "follow_up": words("When final"),
        "formula": words("Formula"),
    }
    lines = "".join(
        f"<tr><td>{e(head)}</td><td>{e(getattr(figure, f'{part}_{words.language}'))}</td></tr>"
        for part, head in heads.items()
    )
    identity = f"<span>{e(figure.id)}</span>"
    return f"""<section class="answer"><h1>{e(words.label(names_of(figure)))}</h1></section>
<div class="head"><h2>{e(words("Definition"))}</h2>{identity}</div><table class="facts">{lines}</table>"""


def sheet(snapshot: Snapshot, question: Question, words: Text) -> Sheet:
    """The answer's rows as a file, with the definition."""
    figure, answer = chosen(question), answered(snapshot, question, words)
    if answer is None:  # only an impatient question has none
        raise LookupError(f"{figure.id} has no answer")
    rows, zone = answer.rows, question.asked.filter.time_zone
    columns: dict[str, Sequence[Any]] = {
        words("Name"): [label_of(row, answer.by, words) for row in rows],
        words("Numerator"): [row.numerator for row in rows],
        words("Denominator"): [row.denominator for row in rows],
        words("Rate"): [row.rate for row in rows],
        words("provisional"): [
            None if row.provisional is None else words("yes") if row.provisional else words("no") for row in rows
        ],
    }
    for name in further_names(rows):
        values = (code_word(name, row.extras.get(name), question, words) for row in rows)
        columns[column_word(name, words)] = [file_value(value, words, zone) for value in values]
    notes = [
        *frame.notes_of(question, words),
        getattr(figure, f"numerator_{words.language}"),
        getattr(figure, f"denominator_{words.language}"),
        getattr(figure, f"exclusions_{words.language}"),
    ]
    return Sheet(words.label(names_of(figure)), columns, notes, rates=frozenset({words("Rate")}))


PAGE: Final = Page("figures", "口径 Figures", ("figure", "by"), matter, tables={"figure": sheet}, notes=notes)
