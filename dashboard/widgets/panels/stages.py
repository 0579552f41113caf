"""Owns what is said of the six first-times: the intervals between stages, dispatch in time, communities compared."""

import math
from datetime import timedelta
from typing import Any

import pandas as pd

from dashboard.frames import rows
from dashboard.snapshot import Share, Snapshot, Stages
from dashboard.text import NO_RATE, Text
from dashboard.widgets.panels import figures
from dashboard.widgets.panels.names import apart
from dashboard.widgets.panels.spans import TOTAL, is_reached, slowest, span, span_text
from dashboard.widgets.panels.verdict import has_cases

_INTERVALS = (
    "discovered_reported",
    "reported_dispatched",
    "dispatched_resolved",
    "resolved_fed_back",
    "fed_back_evaluated",
)
_MARKS = (1, 10, 60, 360, 1440, 10_080, 43_200)  # minutes: 1 min, 10 min, 1 h, 6 h, 1 d, 7 d, 30 d
_MOST_ROWS = 40


def stages(snapshot: Snapshot, words: Text) -> dict[str, Any]:
    """The line of stages with its intervals, three figures, and communities by the slowest interval and the total."""
    found = snapshot.stages
    if found is None:
        return {"nothing": words("Being worked out")}
    without = figures.missing(words) if has_cases(snapshot) else {"digits": NO_RATE, "unit": ""}
    held, before = _by_clock(found.clocks), _by_clock(found.before)
    longest = slowest(found.clocks)
    shares = _shares(held)
    intervals = [
        _interval(clock, held.get(clock), before.get(clock), words, without)
        | {"share": shares.get(clock), "slowest": longest is not None and longest.clock == clock}
        for clock in _INTERVALS
    ]
    compared = [clock for clock in (longest.clock if longest is not None else None, TOTAL) if clock in held]
    return {
        "title": words("From discovery to evaluation"),
        "note": words("digits: medians, cases still open counted"),
        "provisional": bool(found.clocks["is_provisional"].any()),
        "stages": _stage_names(words),
        "intervals": intervals,
        "scale": words("bar: the medians end to end, to scale"),
        "total": _total(held.get(TOTAL), before.get(TOTAL), words, without),
        "urgent": _dispatched(
            found.urgent,
            found.urgent_before,
            _within(words("Urgent, dispatched in {span}"), found.urgent_limit, words),
            words,
            without,
        ),
        "ordinary": _dispatched(
            found.ordinary,
            found.ordinary_before,
            _within(words("Ordinary, dispatched in {span}"), found.ordinary_limit, words),
            words,
            without,
        ),
        "units": [_units(found, clock, words) for clock in compared],
    }


def _stage_names(words: Text) -> list[str]:
    return [
        words("Discovered"),
        words("Reported"),
        words("Dispatched"),
        words("Resolved"),
        words("Fed back"),
        words("Evaluated"),
    ]


def clock_name(clock: str, words: Text) -> str:
    """From which stage to which a clock runs; one that is none of ours as it stands."""
    if clock == TOTAL:
        return words("Reported to resolved")
    if clock not in _INTERVALS:
        return clock
    names = _stage_names(words)
    at = _INTERVALS.index(clock)
    return f"{names[at]} → {names[at + 1]}"


def _by_clock(clocks: pd.DataFrame) -> dict[str, Any]:
    return {row.clock: row for row in rows(clocks)}


def _hero(row: Any, words: Text) -> dict[str, Any]:
    """The median in large digits; more than the longest time followed where half of the cases are not through."""
    reached = is_reached(row.median_minutes)
    digits, unit = span(row.median_minutes if reached else row.followed_minutes, words)
    return {"digits": digits if reached else f"> {digits}", "unit": unit, "provisional": bool(row.is_provisional)}


def _ninth(row: Any, words: Text) -> str:
    """Within what time nine in ten are through."""
    said = span_text(row.p90_minutes, row.followed_minutes, words)
    return words("90 % within {span}", span=said) if is_reached(row.p90_minutes) else words("90 %: {span}", span=said)


def _was(row: Any, words: Text) -> str:
    """The median of the 14 days before."""
    if row is None:
        return words("nothing before")
    return words("14 days before {was}", was=span_text(row.median_minutes, row.followed_minutes, words))


def _counted(row: Any, words: Text) -> str:
    waiting = int(row.n - row.reached)
    counted = f"n = {words.number(row.n)}"
    return words("{counted}, {n} waiting", counted=counted, n=words.number(waiting)) if waiting else counted


def _interval(clock: str, row: Any, before: Any, words: Text, without: dict[str, Any]) -> dict[str, Any]:
    if row is None:
        return {"id": clock, "hero": without, "lines": []}
    return {
        "id": clock,
        "hero": _hero(row, words),
        "lines": [_ninth(row, words), _was(before, words), _counted(row, words)],
    }


def _shares(held: dict[str, Any]) -> dict[str, float]:
    """Each interval's part of all medians laid end to end; what was not reached counts as long as it was followed."""
    lengths = {
        clock: row.median_minutes if is_reached(row.median_minutes) else row.followed_minutes
        for clock, row in held.items()
        if clock != TOTAL
    }
    whole = sum(lengths.values())
    return {clock: length / whole for clock, length in lengths.items()} if whole else {}


def _total(row: Any, before: Any, words: Text, without: dict[str, Any]) -> dict[str, Any]:
    figure = {"kind": "handled", "title": words("Reported to resolved"), "aside": []}
    if row is None:
        return figure | {"hero": without}
    lines = [[{"t": _ninth(row, words)}]]
    if before is not None:
        was = span_text(before.median_minutes, before.followed_minutes, words)
        lines.append([{"t": words("was {was}", was=was)}])
    return figure | {"hero": _hero(row, words), "n": f"n = {words.number(row.n)}", "aside": lines}


def _within(title: str, limit: timedelta, words: Text) -> str:
    digits, unit = _mark(round(limit.total_seconds() / 60), words)
    return title.format(span=words("{digits} {unit}", digits=digits, unit=unit))


def _dispatched(
    share: Share | None, before: Share | None, title: str, words: Text, without: dict[str, Any]
) -> dict[str, Any]:
    figure = {"kind": "dispatched", "title": title, "aside": []}
    if share is None:
        return figure | {"hero": without}
    lines = [[{"t": f"{words.number(share.good)} / "}, {"b": words.number(share.n)}]]
    if before is not None and before.rate is not None:
        lines.append([{"t": words("was {was}", was=words.percent(before.rate))}])
    return figure | {"hero": figures.rate_hero(share.rate, words, is_provisional=True), "aside": lines}


def _units(found: Stages, clock: str, words: Text) -> dict[str, Any]:
    """Communities, slowest first, on one axis of time that shortens what is long."""
    listed = [row for row in rows(found.communities) if row.clock == clock]
    listed.sort(key=lambda row: (is_reached(row.median_minutes), -_end(row.median_minutes, row), row.area_id))
    ends = [_end(value, row) for row in listed for value in (row.median_minutes, row.p90_minutes)]
    low, high = _axis(ends)
    [whole] = [row for row in rows(found.clocks) if row.clock == clock]
    return {
        "id": clock,
        "title": words("Communities: {interval}", interval=clock_name(clock, words)),
        "note": words("dot: median, bar: to 90 %"),
        "all": _at(whole.median_minutes, low, high) if is_reached(whole.median_minutes) else None,
        "ticks": [
            {"at": _at(mark, low, high), "t": words("{digits} {unit}", digits=span_digits, unit=unit)}
            for mark in _MARKS
            if low <= mark <= high
            for span_digits, unit in (_mark(mark, words),)
        ],
        "rows": [
            {
                "id": f"{clock}{row.area_id}",
                "name": name,
                "from": _at(_end(row.median_minutes, row), low, high),
                "to": _at(_end(row.p90_minutes, row), low, high),
                "reached": is_reached(row.median_minutes),
                "closed": is_reached(row.p90_minutes),
                "says": span_text(row.median_minutes, row.followed_minutes, words),
                "n": words.number(row.n),
            }
            for row, name in zip(listed[:_MOST_ROWS], apart([words.label(row) for row in listed]), strict=False)
        ],
    }


def _end(minutes: float, row: Any) -> float:
    return max(minutes if is_reached(minutes) else row.followed_minutes, 0.1)


def _axis(ends: list[float]) -> tuple[float, float]:
    """From a mark below all to one above."""
    if not ends:
        return 1.0, 1440.0
    low = max([mark for mark in _MARKS if mark <= min(ends)], default=0.1)
    high = min([mark for mark in _MARKS if mark >= max(ends)], default=max(ends) * 1.1)
    return float(low), float(max(high, low * 10))


def _at(minutes: float, low: float, high: float) -> float:
    share = math.log(max(minutes, low) / low) / math.log(high / low)
    return round(min(1.0, share), 4)


def _mark(minutes: float, words: Text) -> tuple[str, str]:
    """A round length of time in the largest unit that goes into it."""
    for size, unit in ((1440, words("d")), (60, words("h"))):
        if minutes >= size and minutes % size == 0:
            return words.number(minutes // size), unit
    return words.number(minutes), words("min")
