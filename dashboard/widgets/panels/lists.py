"""Owns the right column and the words around the map: red units and why, latest cases, sources, legend."""

from collections import Counter
from datetime import datetime
from itertools import islice
from typing import Any

import pandas as pd
from shapely import Point

from dashboard.frames import rows
from dashboard.maps.drawing import red_plates, waiting_marks
from dashboard.maps.frame import BOX
from dashboard.maps.ground import box_position, ground
from dashboard.maps.risk import level_counts
from dashboard.snapshot import Snapshot
from dashboard.text import Text
from dashboard.theme import LEVELS
from dashboard.widgets.panels.verdict import has_cases, level_word, unit_name, units

_MOST_REASONS = 16
_MOST_NEWS = 20


def milliseconds(moment: datetime | pd.Timestamp | None) -> int | None:
    """Milliseconds since 1970 of an aware moment, the browser's measure; None for none."""
    if moment is None or pd.isna(moment):
        return None
    return round(moment.timestamp() * 1000)


def map_words(snapshot: Snapshot, words: Text) -> dict[str, Any]:
    """Title, note and legend of the map, and where new cases blink."""
    counts = level_counts(snapshot.grids)
    meanings = (words("act now"), words("act today"), words("watch"), words("note"))
    legend: list[dict[str, Any]] = [
        {"level": level, "word": level_word(level, words), "count": words.number(counts[level]), "meaning": meaning}
        for level, meaning in zip(LEVELS, meanings, strict=True)
    ]
    usual = words.number(counts["normal"])
    is_tiled = ground(snapshot).is_tiled
    legend.append(
        {"level": "normal", "word": level_word("normal", words), "count": usual}
        | ({"new": False, "meaning": ""} if is_tiled else {"new": True, "meaning": words("new case")})
    )
    notes = [words("last 24 h against usual")]
    if is_tiled:
        notes.append(words("no boundaries"))
    elif snapshot.place.is_illustrative:
        notes.append(words("illustrative borders"))
    return {
        "title": words("Risk by {unit}", unit=unit_name(snapshot, words)),
        "note": " · ".join(notes),
        "legend": legend,
        "new": _new_cases(snapshot, words),
        "waiting": _waiting(snapshot, words),
    }


def _new_cases(snapshot: Snapshot, words: Text) -> list[dict[str, Any]]:
    """The newest cases by their place in the map's box, u from its upper left corner; none that would hide a name."""
    base = ground(snapshot)
    plates = [plate.box() for plate in red_plates(snapshot, words.language)]
    if base.is_tiled:
        return []
    found = []
    placed = (row for row in rows(snapshot.latest) if pd.notna(row.lon) and pd.notna(row.lat))
    for row in islice(placed, 8):
        x, y = box_position(base, float(row.lon), float(row.lat))
        at = Point(x - BOX[0] / 2, BOX[1] / 2 - y).buffer(1.5)
        if 0 <= x <= BOX[0] and 0 <= y <= BOX[1] and not any(plate.intersects(at) for plate in plates):
            found.append(
                {"id": f"new{row.case_id}", "x": round(x, 2), "y": round(y, 2), "at": milliseconds(row.reported_at)}
            )
    return found


def _waiting(snapshot: Snapshot, words: Text) -> list[dict[str, Any]]:
    """Marks of waiting escalations by their place in the map's box; the browser tells which are over their deadline."""
    marks = waiting_marks(snapshot, words.language)
    due: dict[int, list[int | None]] = {}
    for row in rows(snapshot.escalations) if marks else ():
        due.setdefault(row.area_id, []).append(milliseconds(row.deadline_at))
    return [
        {"id": f"up{area}", "x": round(BOX[0] / 2 + x, 2), "y": round(BOX[1] / 2 - y, 2), "due": due[area]}
        for area, (x, y) in marks.items()
    ]


def reasons(snapshot: Snapshot, words: Text) -> dict[str, Any]:
    """Red units, then orange ones, worst first, each with its parts."""
    order = {"red": 0, "orange": 1}
    shown = [row for row in rows(snapshot.grids) if row.level in order]
    ranked = sorted(shown, key=lambda row: (order[row.level], -row.score))
    unit = units(snapshot, words, 2)
    escalated = waiting_by_area(snapshot)
    titles = {
        ("orange", "red"): words("Red, orange {unit}: why", unit=unit),
        ("red",): words("Red {unit}, and why", unit=unit),
        ("orange",): words("Orange {unit}, and why", unit=unit),
    }
    title = titles.get(tuple(sorted({row.level for row in shown})), words("Red {unit}: none", unit=unit))
    return {
        "title": title,
        "note": "",
        "total": len(shown),
        "nothing": words("no orange ones either") if has_cases(snapshot) else words("No records yet"),
        "rows": [
            {
                "id": f"why{row.area_id}",
                "level": row.level,
                "name": words.label(row),
                "why": _why(row, escalated[row.area_id], words),
            }
            for row in ranked[:_MOST_REASONS]
        ],
    }


def waiting_by_area(snapshot: Snapshot) -> Counter[int]:
    """Pending escalations by area, of kinds that may be shown: one more beside the list would tell of a hidden case."""
    shown = snapshot.escalations
    return Counter(shown["area_id"].tolist() if "area_id" in shown.columns else ())


def _why(row: Any, escalated: int, words: Text) -> list[list[str]]:
    """Two lines of parts; a screen with little room drops parts from the end, whole."""
    first = [
        words.many("{n} case in 24 h", "{n} cases in 24 h", int(row.observed)),
        words("usually {n}", n=words.small(row.expected)),
    ]
    parts = [
        words("{n} overdue", n=words.number(row.overdue)) if row.overdue else "",
        words("{n} escalated", n=words.number(escalated)) if escalated else "",
        words.many("{n} risk point", "{n} risk points", int(row.risk_points)) if row.risk_points else "",
        words("unusual rise") if row.is_alarm else "",
    ]
    said = [part for part in parts if part]
    return [first, said or [words("expected load {load}", load=words.small(row.expected_load))]]


def latest(snapshot: Snapshot, words: Text) -> dict[str, Any]:
    """The newest cases: time, place, matter, channel."""
    return {
        "title": words("Latest cases") if snapshot.is_live else words("Last cases recorded"),
        "note": "",
        "nothing": words("none yet"),
        "rows": [
            {
                "id": f"case{row.case_id}",
                "level": row.risk if row.risk in LEVELS else "normal",
                "time": _when(row.reported_at, snapshot, words),
                "area": words.label(row, "area"),
                "title": words.label(row, "title"),
                "channel": words.label(row, "channel"),
            }
            for row in islice(rows(snapshot.latest), _MOST_NEWS)
        ],
    }


def _when(moment: Any, snapshot: Snapshot, words: Text) -> str:
    zone = snapshot.place.time_zone
    local, now = moment.tz_convert(zone), pd.Timestamp(snapshot.moment).tz_convert(zone)
    return words.clock(moment, zone) if local.date() == now.date() else words.day(local.date())


def sources(snapshot: Snapshot, words: Text) -> list[dict[str, Any]]:
    """Each source with its last sign of life; the browser counts its age."""
    return [
        {
            "id": row.source,
            "name": words.label(row),
            "at": milliseconds(row.beat_at),
            "expected": None if pd.isna(row.expected_every) else float(row.expected_every),
            "until": None if snapshot.is_live else _until(row, snapshot, words),
        }
        for row in rows(snapshot.sources)
    ]


def _until(row: Any, snapshot: Snapshot, words: Text) -> str:
    """The day of a source's last record, where nobody feeds the store."""
    last = snapshot.moment if pd.isna(row.last_row_at) else row.last_row_at
    return words("until {day}", day=words.long_day(last, snapshot.place.time_zone))
