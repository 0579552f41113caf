"""Owns the markup of the situation page: pure functions from a picture to HTML, everything put in escaped.

Clocks and ages are left to the browser: an element with data-clock is filled there (widgets/wall/clock.js).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pandas as pd

from dashboard.frames import rows
from dashboard.maps.flat import Spot, clickable_map
from dashboard.pages import situation_figures as figures
from dashboard.pages.laptop.frame import header, looking_back
from dashboard.pages.laptop.going import link
from dashboard.pages.laptop.pieces import e, figure, level_word, mark, milliseconds, state_word
from dashboard.pages.laptop.state import Address
from dashboard.snapshot import Increment, Snapshot
from dashboard.text import NO_RATE, Text


def top(
    snapshot: Snapshot, words: Text, address: Address, notes: Iterable[str] = (), as_of: datetime | None = None
) -> str:
    """Header with its notes, the bar of the moment looked back at, the sentence that answers, and the five figures."""
    brought = figures.contributors(snapshot)
    bar = looking_back(address, as_of, snapshot.place.time_zone, words)
    return f"""{header(snapshot, words, address, notes)}{bar}
<section class="answer"><h1>{e(figures.headline(snapshot, words, brought))}</h1>
<p>{e(figures.urgent(snapshot, words))}</p></section>
<section class="figures">{"".join(five(snapshot, words, address))}</section>"""


def five(snapshot: Snapshot, words: Text, address: Address) -> Iterable[str]:
    """Same-day resolution today, new today, open, on time, escalations past their time; each leads on to its definition
    and to what is behind it.
    """
    days, today = snapshot.days, snapshot.same_day.day

    def about(figure: str) -> str:
        return link(address.to("figures", figure=figure))

    same_day, stock, on_time = snapshot.same_day, snapshot.stock, snapshot.on_time
    best = words("at best {rate}", rate=words.percent(same_day.best, 0)) if same_day.best is not None else ""
    yield figure(
        words("Same-day resolution today") if snapshot.is_live else words("Same-day resolution, last day"),
        words.percent(same_day.rate) if same_day.is_recorded else None,
        words,
        tag=words("provisional") if same_day.rate is not None else "",
        below=" · ".join(part for part in (best, _like_days(snapshot, words)) if part),
        n=words("n = {n}", n=words.number(same_day.n)),
        line=_ratio(days, "same_day_resolved", "same_day_n"),
        about=about("same_day_today"),
        to=link(address.to("resolution", **{"from": today, "to": today})),
    )
    usual = snapshot.increment
    yield figure(
        words("New today") if snapshot.is_live else words("New on the last day"),
        words.number(usual.today),
        words,
        below=_usually(usual, words, is_live=snapshot.is_live),
        line=_column(days.iloc[:-1] if snapshot.is_live else days, "reported"),  # half a day is no fall
        about=about("increment"),
        to=link(address.to("cases", **{"from": today, "to": today})),
    )
    yield figure(
        words("Open"),
        words.number(stock.open) if stock.is_recorded else None,
        words,
        below=_against(stock.open, stock.open_yesterday, words, is_live=snapshot.is_live) if stock.is_recorded else "",
        n=words("{n} over 15 days", n=words.number(stock.by_age[4])) if stock.is_recorded else "",
        line=_column(days, "open"),
        about=about("stock"),
        to=link(address.to("cases", behind="open")),
    )
    yield figure(
        words("On time, 14 days"),
        words.percent(on_time.rate)
        if on_time.rate is not None or on_time.n
        else None
        if not stock.is_recorded
        else NO_RATE,
        words,
        below=words("{overdue} open past their deadline", overdue=words.number(stock.overdue))
        if stock.overdue is not None
        else "",
        n=words("n = {n}", n=words.number(on_time.n)) if on_time.n else "",
        line=_ratio(days, "due_on_time", "due"),
        about=about("on_time"),
        to=link(address.to("resolution", figure="on_time")),
    )
    yield figure(
        words("Escalations past their time"),
        words.number(figures.overdue_escalations(snapshot)) if figures.knows_escalations(snapshot) else None,
        words,
        below=words("{n} waiting for an answer", n=words.number(len(snapshot.escalations)))
        if figures.knows_escalations(snapshot)
        else "",
        line=_column(days, "late_answers") if figures.knows_escalations(snapshot) else (),
        about=about("escalations_pending"),
        to=link(address.to("escalations")),
    )


def brought(snapshot: Snapshot, words: Text, *, rows: int, chosen: str | None) -> str:
    """Which units brought the change of the week: points, rate and n, the largest fall first, then the largest rise."""
    frame = figures.contributors(snapshot)
    unit = words.label({"name_zh": snapshot.place.unit_zh, "name_en": snapshot.place.unit_en})
    title = words("Which units brought the change")
    note = words("7 days against 7")
    head = f'<div class="head"><h2>{e(title)}</h2><span>{e(note)}</span></div>'
    if not snapshot.same_day.is_recorded or frame.empty or frame["points"].isna().all():
        reason = (
            words("Closing times are not recorded here")
            if not snapshot.same_day.is_recorded
            else words("Not enough cases in the last fourteen days to compare")
        )
        return head + f'<p class="nothing">{e(reason)}</p>'
    shown = _both_ends(frame, rows)
    largest = max(float(frame["points"].abs().max()), 0.1)
    lines = "".join(_brought_row(row, largest, words, chosen) for row in shown.itertuples())
    hidden = len(frame) - len(shown)
    rest = words("{n} more units between them", n=words.number(hidden)) if hidden else ""
    return f"""{head}<table class="brought"><thead><tr><th>{e(unit)}</th><th></th><th>{e(words("points"))}</th>
<th>{e(words("rate"))}</th><th>n</th></tr></thead><tbody>{lines}</tbody></table><p class="rest">{e(rest)}</p>"""


def _both_ends(frame: pd.DataFrame, rows: int) -> pd.DataFrame:
    """The largest falls and, in the last third of the rows, the largest rises."""
    if len(frame) <= rows:
        return frame
    rises = rows // 3
    return pd.concat([frame.head(rows - rises), frame.tail(rises)])


def _brought_row(row: Any, largest: float, words: Text, chosen: str | None) -> str:
    points = float(row.points)
    width = 50 * abs(points) / largest
    left = 50 - width if points < 0 else 50
    sign = "−" if points < 0 else "+"
    is_chosen = " chosen" if chosen == row.code else ""
    rate = words.percent(row.rate if row.rate == row.rate else None, 0)
    return f"""<tr class="go{is_chosen}" data-key="{e(row.code)}" data-go="{e(row.code)}">
<td><a href="?{e(urlencode({"area": row.code}))}">{e(words.label(row))}</a></td>
<td class="bar"><svg viewBox="0 0 100 10" preserveAspectRatio="none">
<rect class="{"fall" if points < 0 else "rise"}" x="{left:.1f}" y="0" width="{width:.1f}" height="10"/>
<rect class="axis" x="49.8" y="0" width="0.5" height="10"/></svg></td>
<td>{sign}{e(words.number(abs(points), 1))}</td><td>{e(rate)}</td>
<td class="n">{int(row.resolved)}/{int(row.n)}</td></tr>"""


def why(snapshot: Snapshot, unit: pd.Series | None, words: Text) -> str:
    """Why a unit has its colour: each part with what is usual for it."""
    if unit is None:
        return f'<div class="head"><h2>{e(words("All units are as usual"))}</h2></div>'
    level = str(unit["level"])
    name = words.label(unit)
    title = words("Why {name} is {level}", name=name, level=level_word(level, words).lower())
    largest = max(float(unit["observed"]), float(unit["expected"]), 1.0) * 1.15
    usual = words("usually {n}", n=words.small(float(unit["expected"])))
    overdue = None if snapshot.stock.overdue is None else float(unit["overdue"])
    rows = [
        _why_row(words("Cases, 24 h"), float(unit["observed"]), float(unit["expected"]), largest, usual, words),
        _why_row(words("Open past deadline"), overdue, None, largest, "", words),
        _why_row(words("Hand-ups unanswered"), float(unit["escalated"]), None, largest, "", words),
        _why_row(words("Risk points open"), float(unit["risk_points"]), None, largest, "", words),
    ]
    chance = float(unit["p_unusual"])
    likelihood = words("under 0.1 %") if chance < 0.001 else words.percent(chance)
    note = words(
        "So many cases by chance alone: {share}. Weighted red and orange cases expected in the next 24 h: {load}",
        share=likelihood,
        load=words.small(float(unit["expected_load"])),
    )
    note_tick = e(words("tick: usual here at this time"))
    return f"""<div class="head"><h2>{mark(level)}{e(title)}</h2><span>{note_tick}</span></div>
<table class="why"><tbody>{"".join(rows)}</tbody></table><p class="rest chance">{e(note)}</p>"""


def _why_row(name: str, value: float | None, usual: float | None, largest: float, note: str, words: Text) -> str:
    tick = (
        f'<rect class="tick" x="{100 * usual / largest:.1f}" y="0" width="1" height="10"/>' if usual is not None else ""
    )
    width = min(100.0, 100 * (value or 0.0) / largest)
    bar = f'<rect class="now" x="0" y="2" width="{width:.1f}" height="6"/>'
    return f"""<tr><td>{e(name)}</td>
<td class="bar"><svg viewBox="0 0 100 10" preserveAspectRatio="none">{bar}{tick}</svg></td>
<td class="n"><b>{e(words.number(value))}</b></td><td class="note">{e(note)}</td></tr>"""


def escalations(snapshot: Snapshot, words: Text, address: Address, *, rows: int) -> str:
    """Pending escalations, next to breach first, with running clocks; each leads to its case."""
    frame = snapshot.escalations
    note = words("{n} pending", n=words.number(len(frame)))
    lines = "".join(
        f"""<tr data-key="{row.case_id}-{row.escalation_no}"><td>{mark(str(row.risk))}</td>
<td class="title" title="{e(words.label(row, "title"))}">{_case(row, words, address)}</td>
<td class="where"><span class="place">{e(words.label(row, "area"))} · </span>{e(words.label(row, "department"))}</td>
<td class="clock">{_until(row.deadline_at, words)}</td></tr>"""
        for row in frame.head(rows).itertuples()
    )
    return _list(
        "waiting",
        words("Escalations waiting for an answer"),
        note,
        lines,
        words("No escalation is waiting") if snapshot.is_live else words("None in the records"),
        len(frame) - rows,
        words,
    )


def latest(snapshot: Snapshot, words: Text, address: Address, *, rows: int) -> str:
    """The newest red and orange cases; each leads to its page."""
    frame = snapshot.latest.head(rows)
    zone = snapshot.place.time_zone
    times = [_when(moment, snapshot, words, zone) for moment in frame["reported_at"]]
    kind = "at" if all(len(time) <= len("00:00") for time in times) else "at day"
    lines = "".join(
        f"""<tr data-key="{row.case_id}"><td>{mark(str(row.risk))}</td><td class="{kind}">{e(time)}</td>
<td class="title" title="{e(words.label(row, "title"))}">{_case(row, words, address)}</td>
<td class="where">{e(words.label(row, "area"))}</td>
<td class="state">{e(state_word(str(row.state), words)) if snapshot.stock.is_recorded else ""}</td></tr>"""
        for row, time in zip(frame.itertuples(), times, strict=True)
    )
    grave = bool(frame["risk"].isin(("red", "orange")).all())
    title = words("Latest red and orange cases") if grave else words("Latest cases")
    if not snapshot.is_live:
        title = words("Last cases recorded")
    return _list("latest", title, "", lines, words("No red or orange case yet"), 0, words)


def _case(row: Any, words: Text, address: Address) -> str:
    return f"<a {link(address.to('cases', id=row.case_id))}>{e(words.label(row, 'title'))}</a>"


def _list(kind: str, title: str, note: str, lines: str, nothing: str, hidden: int, words: Text) -> str:
    rest = f'<p class="rest">{e(words("{n} more", n=words.number(hidden)))}</p>' if hidden > 0 else ""
    body = f"<table><tbody>{lines}</tbody></table>{rest}" if lines else f'<p class="nothing">{e(nothing)}</p>'
    return f'<div class="list {kind}"><div class="head"><h2>{e(title)}</h2><span>{e(note)}</span></div>{body}</div>'


def foot(snapshot: Snapshot, words: Text, *, is_past: bool = False) -> str:
    """Each source with the age of its last sign of life, what the picture is of, and that borders are ours. Of a past
    moment the sources are named alone.
    """
    runs = snapshot.is_live and not is_past
    sources = "".join(_source(row, words, runs=runs) for row in snapshot.sources.itertuples())
    zone = snapshot.place.time_zone
    as_of = words("data as of {time}", time=words.clock(snapshot.as_of, zone, seconds=True))
    refreshed = words("refreshed {time}", time=words.clock(snapshot.made_at, zone, seconds=True))
    borders = f" · {e(words('borders are illustrative'))}" if snapshot.place.is_illustrative else ""
    if is_past:
        return f"""<footer><span class="sources">{e(words("Sources"))} {sources}</span>
<span>{e(as_of)}{borders}</span></footer>"""
    if not snapshot.is_live:
        end = f"{words.long_day(snapshot.moment, zone)} {words.clock(snapshot.moment, zone)}"
        return f"""<footer><span class="sources">{e(words("Sources"))} {sources}</span>
<span>{e(words("Records end {day}", day=end))}{borders}</span></footer>"""
    notes = f'<span data-clock="asOf">{e(as_of)}</span> · <span data-clock="refreshed">{e(refreshed)}</span>{borders}'
    return f"""<footer><span class="sources">{e(words("Sources"))} {sources}</span><span>{notes}</span></footer>"""


def _source(row: Any, words: Text, *, runs: bool) -> str:
    if not runs:
        return f'<span class="source">{e(words.label(row))}</span>'
    every = row.expected_every if row.expected_every == row.expected_every else 0
    return (
        f'<span class="source">{e(words.label(row))} <b data-clock="source" data-source="{e(row.source)}" '
        f'data-at="{milliseconds(row.beat_at)}" data-expected="{every}"></b></span>'
    )


def map_head(snapshot: Snapshot, words: Text) -> str:
    """What the map shows."""
    note = words("click a unit")
    title = e(words("Risk, the last 24 hours against the usual"))
    return f'<div class="head"><h2>{title}</h2><span>{e(note)}</span></div>'


def risk_map(snapshot: Snapshot, words: Text, address: Address, chosen: str | None, *, height: int) -> str:
    """The map of risk, ``height`` pixels high; each unit leads to why it has its colour."""
    spots = {
        int(row.area_id): Spot(
            link(address.to(area=row.code)), f"{words.label(row)} · {level_word(str(row.level), words)}"
        )
        for row in rows(snapshot.grids)
    }
    unit = next((int(row.area_id) for row in rows(snapshot.grids) if row.code == chosen), None)
    flagged = int((snapshot.grids["level"] != "normal").sum())
    label = words("Map of risk: {n} of {all} units are not as usual", n=flagged, all=len(snapshot.grids))
    drawn = clickable_map(
        snapshot,
        language=words.language,
        theme_name=address.theme,
        spots=spots,
        chosen=unit,
        label=label,
    )
    return f'<div class="map" style="height:{height}px">{drawn}</div>'


def _like_days(snapshot: Snapshot, words: Text) -> str:
    rates = [rate for _, rate in snapshot.same_day.like_days if rate is not None]
    if not rates:
        return ""
    low, high = words.percent(min(rates), 0), words.percent(max(rates), 0)
    return words("usually {low}", low=low) if low == high else words("usually {low}–{high}", low=low, high=high)


def _usually(increment: Increment, words: Text, *, is_live: bool) -> str:
    if increment.usual_low is None or increment.usual_high is None:
        return ""
    low, high = words.number(increment.usual_low), words.number(increment.usual_high)
    if is_live:
        return words("by this time usually {low}–{high}", low=low, high=high)
    return words("usually {low}–{high}", low=low, high=high)


def _against(now: int, before: int | None, words: Text, *, is_live: bool) -> str:
    if before is None:
        return ""
    if now == before:
        return words("as many as yesterday") if is_live else words("as many as the day before")
    change = {"arrow": "↑" if now > before else "↓", "n": words.number(abs(now - before))}
    if is_live:
        return words("{arrow} {n} since yesterday", **change)
    return words("{arrow} {n} since the day before", **change)


def _column(days: pd.DataFrame, name: str) -> list[float]:
    """The last 14 days of a column; NaN where a day has none."""
    if name not in days.columns:
        return []
    return [float(value) if pd.notna(value) else float("nan") for value in days[name].tail(14)]


def _ratio(days: pd.DataFrame, part: str, whole: str) -> list[float]:
    parts, wholes = _column(days, part), _column(days, whole)
    return [a / b if b and b == b else float("nan") for a, b in zip(parts, wholes, strict=True)]


def _until(deadline: Any, words: Text) -> str:
    if pd.isna(deadline):
        return e(words("no deadline"))
    return f'<b data-clock="until" data-at="{milliseconds(deadline)}"></b>'


def _when(moment: datetime, snapshot: Snapshot, words: Text, zone: str) -> str:
    """The time of day, with the day before it for what is not of today."""
    clock = words.clock(moment, zone)
    day = pd.Timestamp(moment).tz_convert(zone).date()
    return clock if day == snapshot.same_day.day else f"{words.day(day)} {clock}"
