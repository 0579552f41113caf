"""The tables of the review's page, section by section, drawn from the document alone."""

from collections.abc import Callable, Mapping
from typing import Final

from dashboard.live.reviewed import Review
from dashboard.pages import assessing
from dashboard.pages.laptop.pieces import e, level_word, mark
from dashboard.pages.review_rates import headline, why
from dashboard.pages.review_table import MOST, Cell, Row, moment, number, table
from dashboard.review.coded import figure_name, finding_name, part_name
from dashboard.review.saying import name_of
from dashboard.review.sentences_parts import rows
from dashboard.text import NO_RATE, Text
from dashboard.widgets.panels.ranking import kind_name, tier_name
from dashboard.widgets.panels.stages import clock_name

_MINUTE: Final = 60.0


def _ranking(review: Review, words: Text) -> str:
    heads = [
        ("v", words("Rank")),
        ("name", words("Unit")),
        ("name", words("Tier")),
        ("bar", words("90 % of the rank")),
        ("v", ""),
        ("v", words("Score")),
        ("v", words("Change")),
        ("v", words("Number of cases")),
    ]
    parts = []
    held = rows(review, "ranking")
    for kind in dict.fromkeys(str(row["kind"]) for row in held):
        lines = [_ranked(row, words) for row in held if row["kind"] == kind]
        title = f"<h3>{e(kind_name(kind, words))} {e(words.number(len(lines)))}</h3>"
        parts.append(title + table(heads, _ends(lines), words, kind="ranking"))
    return "".join(parts) or table(heads, [], words)


def _ends(lines: list[list[Cell]]) -> list[list[Cell]]:
    """All lines where there is room; else the first and the last."""
    if len(lines) <= MOST:
        return lines
    return [*lines[: MOST // 2], *lines[-MOST // 2 :]]


def _ranked(row: Row, words: Text) -> list[Cell]:
    low, high, of = int(row["rank_low"]), int(row["rank_high"]), int(row["ranked_of"])
    interval = words.number(low) if low == high else f"{words.number(low)}–{words.number(high)}"
    label = words("rank {low} of {of}", low=interval, of=words.number(of))
    change = assessing.arrow(int(row["movement"])) + assessing.signed(row["change"], words)
    return [
        ("v", e(words.number(row["rank"]))),
        ("name", e(name_of(row, words))),
        ("name told" if row["tier"] != 2 else "name quiet", e(tier_name(int(row["tier"]), words))),
        ("bar", assessing.strip(low, int(row["rank"]), high, of, label)),
        ("v", e(interval)),
        ("v score", e(words.number(row["score"], 1))),
        ("v", e(change)),
        ("v n", e(words.number(row["n"]))),
    ]


def _lists(review: Review, words: Text) -> str:
    heads = [("name", words("Stock"))] + [
        ("v", head)
        for head in (
            *(words("Open before"), words("came"), words("went"), words("Open")),
            words("Median age before, days"),
            words("Median age, days"),
        )
    ]
    stock: list[list[Cell]] = []
    for row in rows(review, "stock"):
        cells: list[Cell] = [("name", e(name_of(row, words)))]
        cells += [("v", number(row[name], words)) for name in ("open_before", "opened", "closed")]
        cells += [("v score", number(row["open"], words))]
        cells += [("v", number(row[name], words, 1)) for name in ("median_age_before", "median_age")]
        stock.append(cells)
    return table(heads, stock, words, kind="stock") + _variable(review, words)


def _variable(review: Review, words: Text) -> str:
    heads = [
        ("mark", ""),
        ("name", words("Likely to turn worse")),
        ("name", words("Unit")),
        ("name", words("Owner")),
        ("v", words("Due")),
        ("name", words("Why")),
    ]
    lines: list[list[Cell]] = []
    for row in rows(review, "variable"):
        why = [
            part_name(part, words)
            for part in ("near_deadline", "reopened", "repeated", "unanswered")
            if row[f"is_{part}"]
        ]
        due = moment(row["due_at"], review, words)
        unit = name_of(row, words, "area")
        lines.append(
            [
                ("mark", f'<span title="{e(level_word(str(row["risk"]), words))}">{mark(str(row["risk"]))}</span>'),
                ("name", e(f"{name_of(row, words, 'kind')} {row['case']}")),
                ("name", e(unit)),
                ("name", e(name_of(row, words, "department") or unit)),
                ("v", e(due)),
                ("name quiet", e(("、" if words.language == "zh" else ", ").join(why))),
            ]
        )
    return table(heads, lines, words, kind="variable")


def _departments(review: Review, words: Text) -> str:
    heads = [
        ("name", words("Department")),
        ("v", words("Answered in time")),
        ("v", words("of")),
        ("v", words("lapsed")),
        ("v", words("95 % interval")),
        ("v", words("waiting")),
        ("v", words("overdue")),
    ]
    lines: list[list[Cell]] = []
    for row in rows(review, "departments"):
        between = "" if row["low"] is None else f"{words.percent(row['low'], 0)} … {words.percent(row['high'], 0)}"
        lines.append(
            [
                ("name", e(name_of(row, words))),
                ("v score", e(words.percent(row["rate"]))),
                ("v n", e(words("{good} of {n}", good=words.number(row["good"]), n=words.number(row["n"])))),
                ("v", number(row["lapsed"], words)),
                ("v quiet", e(between)),
                ("v", number(row["waiting"], words)),
                ("v told" if row["overdue"] else "v", number(row["overdue"], words)),
            ]
        )
    return table(heads, lines, words, kind="departments")


def _stages(review: Review, words: Text) -> str:
    heads = [
        ("name", words("From stage to stage")),
        ("v", words("Half within")),
        ("v", words("Nine in ten within")),
        ("v", words("Number of cases")),
        ("v", words("reached the later stage")),
    ]
    lines: list[list[Cell]] = []
    for row in rows(review, "clocks"):
        longest = words("more than {time}", time=words.duration(_MINUTE * (row["followed_minutes"] or 0)))
        half, ninth = (
            longest if row[name] is None else words.duration(_MINUTE * row[name])
            for name in ("median_minutes", "p90_minutes")
        )
        lines.append(
            [
                ("name", e(clock_name(str(row["clock"]), words))),
                ("v score", e(half)),
                ("v", e(ninth)),
                ("v n", number(row["n"], words)),
                ("v n", number(row["reached"], words)),
            ]
        )
    return table(heads, lines, words, kind="clocks")


def _work(review: Review, words: Text) -> str:
    done: list[list[Cell]] = [
        [
            ("name", e(name_of(row, words))),
            ("v score", number(row["times"], words)),
            ("v", number(row["people"], words)),
        ]
        for row in rows(review, "field_work")
    ]
    heads = [("name", words("Field work")), ("v", words("times")), ("v", words("people"))]
    loads = sorted(rows(review, "load"), key=lambda row: -(row["load"] or 0))
    load: list[list[Cell]] = [
        [
            ("name", e(name_of(row, words))),
            ("v score", number(row["load"], words, 2)),
            ("v n", number(row["n"], words)),
            ("v n", number(row["member_days"], words)),
        ]
        for row in loads[:10]
    ]
    load_heads = [
        ("name", words("Most cases a member and day")),
        ("v", words("cases")),
        ("v", words("Number of cases")),
        ("v", words("member days")),
    ]
    return f"""<div class="two"><div>{table(heads, done, words, kind="work")}</div>
<div>{table(load_heads, load, words, kind="load")}</div></div>"""


def _findings(review: Review, words: Text) -> str:
    heads = [
        ("name", words("To be looked at")),
        ("name", words("Where")),
        ("name", words("flatters")),
        ("v", words("observed")),
        ("v", words("usual")),
        ("v", words("the figure, and without them")),
    ]
    lines: list[list[Cell]] = []
    for row in rows(review, "findings"):
        value, without = row["value"], row["value_without"]
        both = NO_RATE if value is None or without is None else f"{words.percent(value)} → {words.percent(without)}"
        lines.append(
            [
                ("name", e(finding_name(str(row["finding"]), words))),
                ("name", e(name_of(row, words))),
                ("name quiet", e(figure_name(str(row["figure"]), words)) if row["figure"] else ""),
                ("v score", number(row["observed"], words)),
                ("v", number(row["expected"], words, 1)),
                ("v", e(both)),
            ]
        )
    return table(heads, lines, words, kind="findings")


#: What draws a section, in the document's ids.
SECTIONS: Final[Mapping[str, Callable[[Review, Text], str]]] = {
    "headline": headline,
    "why": why,
    "ranking": _ranking,
    "lists": _lists,
    "departments": _departments,
    "stages": _stages,
    "work": _work,
    "findings": _findings,
}
