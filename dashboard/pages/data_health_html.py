"""Owns the markup of the data-health page: pure functions from a picture to HTML, everything put in escaped."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from dashboard.frames import rows
from dashboard.pages.data_health_records import Table
from dashboard.pages.laptop.frame import header
from dashboard.pages.laptop.pieces import e, milliseconds
from dashboard.pages.laptop.state import Address
from dashboard.pages.reasons import refusals
from dashboard.snapshot import Snapshot
from dashboard.text import Text

#: Walls seen within so many seconds are taken for lit.
_LIT: float = 180.0


def page(
    snapshot: Snapshot, words: Text, address: Address, notes: Iterable[str] = (), asked: Iterable[Table] = ()
) -> str:
    """The whole page: header, one sentence, four tables of the picture, and those that were ``asked`` for."""
    return f"""{header(snapshot, words, address, notes)}
<section class="answer"><h1>{e(_headline(snapshot, words))}</h1>
<p>{e(words("Ages count on in the browser; a source is late past three times its usual interval."))}</p></section>
<section class="health">{_sources(snapshot, words)}{_walls(snapshot, words)}{_batches(snapshot, words)}{
        _refused(snapshot, words)
    }{"".join(_table(title, heads, cells, nothing, name) for title, name, heads, cells, nothing in asked)}</section>"""


def _headline(snapshot: Snapshot, words: Text) -> str:
    """How many sources are silent, by the moment of the picture."""
    late = [row for row in rows(snapshot.sources) if is_late(row.beat_at, row.expected_every, snapshot.made_at)]
    if len(snapshot.sources) == 0:
        return words("No source is known yet")
    if not late:
        return words("All {n} sources report", n=words.number(len(snapshot.sources)))
    names = words(
        "{names} silent",
        names="、".join(map(words.label, late)) if words.language == "zh" else ", ".join(map(words.label, late)),
    )
    return f"{words.number(len(late))} / {words.number(len(snapshot.sources))} · {names}"


def is_late(beat_at: Any, expected_every: float, moment: datetime) -> bool:
    """Whether a source was silent for more than three times its usual interval; one never heard is late."""
    if pd.isna(beat_at):
        return True
    return bool((pd.Timestamp(moment) - pd.Timestamp(beat_at)).total_seconds() > 3 * expected_every)


def _sources(snapshot: Snapshot, words: Text) -> str:
    zone = snapshot.place.time_zone
    lines = [
        (
            e(words.label(row)),
            _age(row.source, row.beat_at, row.expected_every),
            e(words.duration(row.expected_every)),
            e(_moment(row.last_row_at, zone, snapshot, words)),
            e(_moment(row.complete_through, zone, snapshot, words)) if "complete_through" in snapshot.sources else "—",
        )
        for row in rows(snapshot.sources)
    ]
    columns = words("source"), words("last heard"), words("usually every"), words("last row"), words("complete through")
    return _table(words("Sources"), columns, lines, words("No source is known yet"), "sources")


def _age(source: str, beat_at: Any, expected_every: float) -> str:
    """How long ago a source was heard, counted by the browser."""
    return (
        f'<b data-clock="source" data-source="{e(source)}" data-at="{milliseconds(beat_at)}"'
        f' data-expected="{expected_every:g}">—</b>'
    )


def _walls(snapshot: Snapshot, words: Text) -> str:
    zone, frame = snapshot.place.time_zone, snapshot.health.walls
    lines = [
        (
            e(row.label),
            e(_moment(row.last_seen_at, zone, snapshot, words)),
            e(_standing(row.revoked_at, row.expires_at, row.last_seen_at, snapshot, words)),
            e(_moment(row.expires_at, zone, snapshot, words)),
        )
        for row in rows(frame)
    ]
    columns = words("wall"), words("last seen"), words("state"), words("holds until")
    return _table(words("Walls"), columns, lines, words("No wall has been given a token"), "walls")


def _standing(revoked_at: Any, expires_at: Any, last_seen_at: Any, snapshot: Snapshot, words: Text) -> str:
    """What is to be said of a wall, by the moment of the picture."""
    now = pd.Timestamp(snapshot.made_at)
    if not pd.isna(revoked_at):
        return words("revoked")
    if pd.Timestamp(expires_at) <= now:
        return words("expired")
    if pd.isna(last_seen_at):
        return words("never seen")
    is_lit = (now - pd.Timestamp(last_seen_at)).total_seconds() <= _LIT
    return words("lit") if is_lit else words("dark")


def _batches(snapshot: Snapshot, words: Text) -> str:
    zone, frame = snapshot.place.time_zone, snapshot.health.batches
    lines = [
        (
            e(words.label(row) or row.source),
            e(_moment(row.recorded_at, zone, snapshot, words)),
            *(e(words.number(getattr(row, name))) for name in ("rows_read", "rows_new", "rows_changed")),
            e(words.number(row.rows_unchanged)),
            e(words.number(row.rows_parked)),
            f"<b class='over'>{e(words.number(row.rows_refused))}</b>" if row.rows_refused else "0",
        )
        for row in rows(frame)
    ]
    columns = (
        *(words("source"), words("recorded"), words("rows"), words("new"), words("changed")),
        *(words("no change"), words("waiting for their case"), words("refused")),
    )
    return _table(words("Newest batches"), columns, lines, words("Nothing has come in yet"), "batches")


def _refused(snapshot: Snapshot, words: Text) -> str:
    zone, frame, named = snapshot.place.time_zone, snapshot.health.refused, refusals(words)
    lines = [
        (
            e(words.label(row) or row.source),
            e(named.get(row.reason, row.reason)),
            e(row.column_name),
            e(words.number(row.refused_rows)),
            e(_moment(row.last_at, zone, snapshot, words)),
        )
        for row in rows(frame)
    ]
    columns = words("source"), words("reason"), words("column"), words("rows"), words("last")
    return _table(words("Refused in 7 days"), columns, lines, words("No row was refused"), "refused")


def _table(title: str, columns: Iterable[str], lines: Iterable[Iterable[str]], nothing: str, name: str) -> str:
    """One table; its cells are markup already."""
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in lines)
    heads = "".join(f"<th>{e(column)}</th>" for column in columns)
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>" if body else ""
    empty = "" if body else f'<p class="nothing">{e(nothing)}</p>'
    return f'<section class="table {name}"><div class="head"><h2>{e(title)}</h2></div>{table}{empty}</section>'


def _moment(moment: Any, zone: str, snapshot: Snapshot, words: Text) -> str:
    """14:32 of today, 23 Nov 14:32 of another day; a dash where there is none."""
    if pd.isna(moment):
        return "—"
    local = pd.Timestamp(moment).tz_convert(ZoneInfo(zone))
    clock = words.clock(local.to_pydatetime(), zone)
    today = snapshot.made_at.astimezone(ZoneInfo(zone)).date()
    if local.date() == today:
        return clock
    day = words.day(local.date()) if local.year == today.year else words.long_day(local.to_pydatetime(), zone)
    return f"{day} {clock}"
