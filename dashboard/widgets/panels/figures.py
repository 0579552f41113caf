"""Owns the left column's figures: what is shown, how it is put, and what is said where a figure is missing."""

from typing import Any

from dashboard.snapshot import Increment, OnTime, SameDay, Snapshot, Stock, Variable
from dashboard.text import NO_RATE, Text

_EXACT_BELOW = 100_000


def figures(snapshot: Snapshot, words: Text) -> dict[str, dict[str, Any]]:
    """All figures by name: title, hero, lines beside it, bars as shares 0-1."""
    return {
        "same_day": same_day(snapshot.same_day, words, is_live=snapshot.is_live),
        "increment": increment(snapshot.increment, words, is_live=snapshot.is_live),
        "stock": stock(snapshot.stock, words, is_live=snapshot.is_live),
        "variable": variable(snapshot.variable if snapshot.stock.is_recorded else None, words),
        "on_time": on_time(snapshot.on_time, words),
    }


def count_hero(n: int | None, words: Text, *, is_provisional: bool = False) -> dict[str, Any]:
    """A count in large digits; six digits and more are shortened, None is said in words."""
    if n is None:
        return missing(words)
    if n < _EXACT_BELOW:
        unit = words("cases") if words.language == "zh" and n < 10_000 else ""
        return {"digits": str(n), "unit": unit, "provisional": is_provisional}
    large = (words.number(n / 10_000, 1), "万") if words.language == "zh" else (words.number(n / 1000), "k")
    return {"digits": large[0], "unit": large[1], "provisional": is_provisional}


def rate_hero(rate: float | None, words: Text, *, is_provisional: bool = False) -> dict[str, Any]:
    """A share in large digits with its percent sign; a dash for a rate without cases."""
    if rate is None:
        return {"digits": NO_RATE, "unit": ""}
    digits = words.number(100 * rate, 1 if rate < 1 else 0)  # a whole needs no decimal, and the room is dear
    return {"digits": digits, "unit": "%", "provisional": is_provisional}


def missing(words: Text) -> dict[str, Any]:
    """What stands where a source does not record the figure."""
    return {"digits": words("not recorded"), "unit": "", "word": True}


def same_day(figure: SameDay, words: Text, *, is_live: bool = True) -> dict[str, Any]:
    """Today's rate while the day runs: done, still winnable, lost; ticks are the like days at this time.

    Of records that ended, the same of their last day: nothing is winnable any more, but open.
    """
    result: dict[str, Any] = {"kind": "same_day", "title": words("Same-day resolution"), "provisional": True}
    if not figure.is_recorded:
        return result | {
            "provisional": False,
            "hero": missing(words),
            "aside": [],
            "like": words("the source gives no closing times"),
        }
    ticks = [rate for _, rate in figure.like_days if rate is not None]
    result |= {
        "hero": rate_hero(figure.rate, words, is_provisional=True),
        "aside": [[{"t": f"n = {words.number(figure.n)}"}]],
        "ticks": ticks,
        "like": _like_days(figure, ticks, words, is_live=is_live),
    }
    if figure.n:
        result["aside"].append([{"t": words("at most") + " "}, {"b": words.percent(figure.best)}])
        result["bar"] = {
            "done": figure.resolved / figure.n,
            "winnable": figure.winnable / figure.n,
            "lost": figure.lost / figure.n,
        }
        result["parts"] = [
            _part(words("done"), figure.resolved, words),
            _part(words("winnable") if is_live else words("open"), figure.winnable, words),
            _part(words("lost"), figure.lost, words),
        ]
    return result


def _like_days(figure: SameDay, ticks: list[float], words: Text, *, is_live: bool) -> str:
    if not ticks:
        return words("no like days yet")
    low, high = words.number(100 * min(ticks)), words.percent(max(ticks), 0)
    span = high if len(ticks) == 1 else f"{low}–{high}"
    if all(day.weekday() == figure.day.weekday() for day, _ in figure.like_days):
        name = words.weekday(figure.day, "abbreviated" if words.language == "zh" else "wide")
        said = words("last {n} {weekday}s now: {span}") if is_live else words("last {n} {weekday}s: {span}")
        return said.format(n=len(ticks), weekday=name, span=span)
    said = words("last {n} like days now: {span}") if is_live else words("last {n} like days: {span}")
    return said.format(n=len(ticks), span=span)


def increment(figure: Increment, words: Text, *, is_live: bool = True) -> dict[str, Any]:
    """Cases reported today against the usual range by this time; of records that ended, on their last day."""
    result: dict[str, Any] = {
        "kind": "increment",
        "title": words("Reported today") if is_live else words("Reported on the last day"),
        "provisional": is_live,
        "hero": count_hero(figure.today, words, is_provisional=is_live),
        "aside": [],
    }
    low, high = figure.usual_low, figure.usual_high
    if low is None or high is None:
        return result | {"aside": [[{"t": words("usual range")}], [{"t": words("not known yet")}]]}
    state = "as usual" if low <= figure.today <= high else "above usual" if figure.today > high else "below usual"
    says = {
        "as usual": words("as usual"),
        "above usual": "↑ " + words("above usual"),
        "below usual": "↓ " + words("below usual"),
    }[state]
    top = max(high * 1.6, figure.today * 1.1, 1.0)
    usual = {"b": f"{words.number(low)}–{words.number(high)}"}
    is_long = len(result["hero"]["digits"]) > 4
    named = words("usual by now") if is_live else words("usual")
    lines = [[{"t": named}], [usual]] if is_long else [[{"t": named + " "}, usual]]
    return result | {
        "aside": [[{"t": says}], *lines],
        "range": {"low": low / top, "high": high / top, "now": figure.today / top},
    }


def stock(figure: Stock, words: Text, *, is_live: bool = True) -> dict[str, Any]:
    """Open cases by age in three bands, which can be told apart at ten metres, and the change since yesterday."""
    result: dict[str, Any] = {"kind": "stock", "title": words("Open cases")}
    if not figure.is_recorded:
        return result | {"hero": missing(words), "aside": []}
    result |= {"hero": count_hero(figure.open, words), "aside": []}
    if figure.open_yesterday is not None:
        change = figure.open - figure.open_yesterday
        arrow = "↑" if change > 0 else "↓" if change < 0 else "="
        size = f"{arrow} {words.number(abs(change))}" if change else words("unchanged")
        result["aside"] = [[{"t": words("vs yesterday") if is_live else words("vs the day before")}], [{"b": size}]]
    if figure.overdue is not None and figure.overdue > 0:
        result["aside"].insert(0, [{"t": words("overdue") + " "}, {"b": words.number(figure.overdue)}])
    young, middle, old = sum(figure.by_age[:2]), sum(figure.by_age[2:4]), figure.by_age[4]
    whole = young + middle + old
    if whole:
        result["bar"] = [young / whole, middle / whole, old / whole]
        result["parts"] = [
            _part(words("< 3 d"), young, words),
            _part(words("3–15 d"), middle, words),
            _part(words("> 15 d"), old, words),
        ]
    return result


def variable(figure: Variable | None, words: Text) -> dict[str, Any]:
    """Open cases likely to turn worse and why, parts without cases left out; None where nobody knows what is open."""
    if figure is None:
        return {"kind": "variable", "title": words("Likely to turn worse"), "hero": missing(words), "aside": []}
    counts = (
        (words("near deadline"), figure.near_deadline),
        (words("repeated"), figure.repeated),
        (words("unanswered"), figure.unanswered),
        (words("reopened"), figure.reopened),
    )
    pairs = [[{"t": label + " "}, {"b": words.number(n)}] for label, n in counts if n]
    hero = count_hero(figure.total, words)
    per_line = 1 if words.language == "en" or len(hero["digits"]) > 2 else 2
    lines = []
    for start in range(0, len(pairs), per_line):
        line = [piece for pair in pairs[start : start + per_line] for piece in (*pair, {"t": "\u2002"})]
        lines.append(line[:-1])
    return {
        "kind": "variable",
        "title": words("Likely to turn worse"),
        "hero": hero,
        "aside": lines[:3],
    }


def on_time(figure: OnTime, words: Text) -> dict[str, Any]:
    """Share settled by the deadline first set, of those due in the last 14 days."""
    title = words("On time, last 14 days")
    if not figure.n:
        return {"kind": "on_time", "title": title, "hero": missing(words), "aside": []}
    counted = [{"t": f"{words.number(figure.on_time)} / "}, {"b": words.number(figure.n)}]
    return {"kind": "on_time", "title": title, "hero": rate_hero(figure.rate, words), "aside": [counted]}


def _part(label: str, n: int, words: Text) -> dict[str, str]:
    return {"t": label, "b": words.number(n)}
