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
from dashboard.pages.laptop.pieces import e, level_word, mark, milliseconds, state_word
from dashboard.pages.laptop.state import Address
from dashboard.pages.situation_five import five
from dashboard.snapshot import Snapshot
from dashboard.text import Text


def top(
    snapshot: Snapshot,
    words: Text,
    address: Address,
    notes: Iterable[str] = (),
    as_of: datetime | None = None,
    bar: str = "",
) -> str:
    """Header with its notes, the filter ``bar``, the bar of the moment looked back at, the sentence that answers, and
    the five figures.
    """
    brought = figures.contributors(snapshot)
    back = looking_back(address, as_of, snapshot.place.time_zone, words)
    return f"""{header(snapshot, words, address, notes)}{bar}{back}
<section class="answer"><h1>{e(figures.headline(snapshot, words, brought))}</h1>
<p>{e(figures.urgent(snapshot, words))}</p></section>
<section class="figures">{"".join(five(snapshot, words, address))}</section>"""


def brought(snapshot: Snapshot, words: Text, *, rows: int, chosen: str | None) -> str:
    """Which units brought the change of the week: points, rate and n, the largest fall first, then the largest rise."""
    frame = figures.compared(snapshot)
    unit = words.label({"name_zh": snapshot.place.unit_zh, "name_en": snapshot.place.unit_en})
    title = words("Which units brought the change")
    note = _beside(snapshot, words)
    head = f'<div class="head"><h2>{e(title)}</h2><span>{e(note)}</span></div>'
    if not snapshot.same_day.is_recorded or frame.empty or frame["points"].isna().all():
        reason = (
            words("Closing times are not recorded here")
            if not snapshot.same_day.is_recorded
            else words("Not enough cases to compare")
            if snapshot.narrowing is not None
            else words("Not enough cases in the last fourteen days to compare")
        )
        return head + f'<p class="nothing">{e(reason)}</p>'
    shown = _both_ends(frame, rows, chosen)
    largest = max(float(frame["points"].abs().max()), 0.1)
    lines = "".join(_brought_row(row, largest, words, chosen) for row in shown.itertuples())
    hidden = len(frame) - len(shown)
    rest = words("{n} more units between them", n=words.number(hidden)) if hidden else ""
    return f"""{head}<table class="brought"><thead><tr><th>{e(unit)}</th><th></th><th>{e(words("points"))}</th>
<th>{e(words("rate"))}</th><th>n</th></tr></thead><tbody>{lines}</tbody></table><p class="rest">{e(rest)}</p>"""


def _beside(snapshot: Snapshot, words: Text) -> str:
    """Which days are set beside which."""
    narrowing = snapshot.narrowing
    if narrowing is None or narrowing.days is None:
        return words("7 days against 7")
    if narrowing.earlier is None:
        return ""
    first, last = narrowing.days
    if first == last:
        return words("against {day}", day=words.day(narrowing.earlier.days[0]))
    n = words.number((last - first).days + 1)
    return words("{n} days against {as_many}", n=n, as_many=n)


def _both_ends(frame: pd.DataFrame, rows: int, chosen: str | None) -> pd.DataFrame:
    """The largest falls and, in the last third of the rows, the largest rises; the chosen unit in its place."""
    if len(frame) <= rows:
        return frame
    rises = rows // 3
    ends = pd.concat([frame.head(rows - rises), frame.tail(rises)])
    its_row = frame[frame["code"] == chosen]
    if its_row.empty or its_row.index[0] in ends.index:
        return ends
    return pd.concat([frame.head(rows - rises - 1), its_row, frame.tail(rises)])


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


def _handed(row: Any, words: Text) -> str:
    """From where to whom; a level may be called without naming a department."""
    area, department = words.label(row, "area"), words.label(row, "department")
    return f'<span class="place">{e(area)}{" · " if department else ""}</span>{e(department)}'


def escalations(snapshot: Snapshot, words: Text, address: Address, *, rows: int) -> str:
    """Pending escalations, next to breach first, with running clocks; each leads to its case."""
    frame = snapshot.escalations
    note = words("{n} pending", n=words.number(len(frame)))
    lines = "".join(
        f"""<tr data-key="{row.case_id}-{row.escalation_no}"><td>{mark(str(row.risk))}</td>
<td class="title" title="{e(words.label(row, "title"))}">{_case(row, words, address)}</td>
<td class="where">{_handed(row, words)}</td>
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
    """What the map shows: the risk of all kinds, whatever the figures beside it are narrowed to."""
    has_kinds = snapshot.narrowing is not None and bool(snapshot.narrowing.kinds)
    note = words("all kinds · click a unit") if has_kinds else words("click a unit")
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
    narrowing = snapshot.narrowing
    drawn = clickable_map(
        snapshot if narrowing is None or narrowing.whole is None else narrowing.whole,  # drawn once for all of them
        language=words.language,
        theme_name=address.theme,
        spots=spots,
        chosen=unit,
        label=label,
    )
    return f'<div class="map" style="height:{height}px">{drawn}</div>'


def _until(deadline: Any, words: Text) -> str:
    if pd.isna(deadline):
        return e(words("no deadline"))
    return f'<b data-clock="until" data-at="{milliseconds(deadline)}"></b>'


def _when(moment: datetime, snapshot: Snapshot, words: Text, zone: str) -> str:
    """The time of day, with the day before it for what is not of today."""
    clock = words.clock(moment, zone)
    day = pd.Timestamp(moment).tz_convert(zone).date()
    return clock if day == snapshot.same_day.day else f"{words.day(day)} {clock}"
