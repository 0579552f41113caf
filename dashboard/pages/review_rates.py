"""The review's first tables: rates beside the period before, last year and target; counts; what moved and why."""

from dashboard.live.reviewed import Review
from dashboard.pages import assessing
from dashboard.pages.laptop.pieces import e
from dashboard.pages.review_table import Cell, Row, table
from dashboard.review.coded import figure_name
from dashboard.review.saying import is_clear, name_of, signed_percent, signed_points
from dashboard.review.sentences_parts import rows
from dashboard.text import NO_RATE, Text


def _change(row: Row, side: str, words: Text) -> str:
    """A change of a rate in points with its interval; strong where it is beyond chance."""
    change, low, high = (row.get(f"{name}_{side}") for name in ("change", "low", "high"))
    if change is None:
        return NO_RATE
    told = is_clear(low, high)
    between = (
        f"<small>{e(signed_points(low, words))} … {e(signed_points(high, words))}</small>" if low is not None else ""
    )
    return (
        f"{assessing.arrow(told)}<b>{e(signed_points(change, words))}</b> {between}"
        if told
        else (f"{e(signed_points(change, words))} {between}")
    )


def headline(review: Review, words: Text) -> str:
    """Rates, and counts by kind."""
    heads = [
        ("name", words("Figure")),
        ("v", words("This period")),
        ("v", words("of")),
        ("v", words("Against the period before, points")),
        ("v", words("Against last year, points")),
        ("v", words("Target")),
    ]
    lines = [_rate(row, words) for row in rows(review, "rates")]
    return table(heads, lines, words, kind="rates") + _counts(review, words)


def _rate(row: Row, words: Text) -> list[Cell]:
    name: Cell = ("name", e(figure_name(str(row["figure"]), words)))
    if not row["is_recorded"]:
        return [name, ("v quiet", e(words("not recorded"))), *[("v", "")] * 4]
    value = e(words.percent(row["rate"]))
    marked = (
        f'<span class="provisional" title="{e(words("provisional"))}">{value}</span>'
        if row["is_provisional"]
        else value
    )
    target = NO_RATE if row["target"] is None else words.percent(row["target"], 0)
    side = is_clear(row["low_to_target"], row["high_to_target"])
    word = {1: words("above"), -1: words("below"), 0: words("not told apart")}[side]
    beside = "" if row["target"] is None or row["low_to_target"] is None else f" <small>{e(word)}</small>"
    return [
        name,
        ("v score", marked),
        ("v n", e(words("{good} of {n}", good=words.number(row["good"]), n=words.number(row["n"])))),
        ("v", _change(row, "before", words)),
        ("v", _change(row, "last_year", words)),
        ("v told" if side == -1 else "v", e(target) + beside),
    ]


def _counts(review: Review, words: Text) -> str:
    heads = [
        ("name", words("Reported")),
        ("v", words("This period")),
        ("v", words("Against the period before")),
        ("v", words("Against last year")),
    ]
    lines = []
    for row in rows(review, "counts"):
        cells: list[Cell] = [("name", e(name_of(row, words))), ("v score", e(words.number(row["n"])))]
        lines.append([*cells, *(("v", _ratio(row, side, words)) for side in ("before", "last_year"))])
    return table(heads, lines, words, kind="counts")


def _ratio(row: Row, side: str, words: Text) -> str:
    ratio, low, high = (row.get(f"{name}_{side}") for name in ("ratio", "low", "high"))
    if ratio is None or low is None or high is None:
        return NO_RATE
    told = is_clear(low, high, 1.0)
    value = e(signed_percent(ratio - 1, words))
    between = f"<small>{e(signed_percent(low - 1, words))} … {e(signed_percent(high - 1, words))}</small>"
    return f"{assessing.arrow(told)}<b>{value}</b> {between}" if told else f"{value} {between}"


def why(review: Review, words: Text) -> str:
    """What brought the same-day and the on-time rate where they are, by unit and by type."""
    parts = []
    for figure in ("same_day_resolution", "on_time"):
        held = rows(review, f"why_{figure}")
        if not held:
            continue
        heads = [
            ("name", figure_name(figure, words)),
            ("v", words("This period")),
            ("v", words("Before")),
            ("v", words("Its own rate, points")),
            ("v", words("Its share of cases, points")),
            ("v", words("Together, points")),
        ]
        lines: list[list[Cell]] = [
            [
                ("name", e(name_of(row, words))),
                ("v", e(_of(row, "", words))),
                ("v n", e(_of(row, "_before", words))),
                ("v", e(_points(row["own"], words))),
                ("v", e(_points(row["mix"], words))),
                ("v score" if row["is_clear"] else "v", e(_points(row["change"], words))),
            ]
            for row in held
        ]
        parts.append(table(heads, lines, words, kind="why-moved"))
    return "".join(parts)


def _of(row: Row, stem: str, words: Text) -> str:
    rate = row.get(f"rate{stem}")
    if rate is None:
        return NO_RATE
    return words("{rate} of {n}", rate=words.percent(rate), n=words.number(row[f"n{stem}"]))


def _points(value: float | None, words: Text) -> str:
    return NO_RATE if value is None else signed_points(value, words)
