"""Owns what the map scene says: levels now and at each half hour of the last day, heat, waiting escalations, words.

Places are in steps of the plane (maps/plane.py). Nothing here tells of a single police report or petition, and no
count by unit of the other kinds: beside a count of all kinds it would tell of them.
"""

from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import Any, Final

import pandas as pd

from dashboard.frames import rows
from dashboard.maps import plane
from dashboard.maps.ground import Ground, ground
from dashboard.snapshot import Replay, Snapshot
from dashboard.text import Text
from dashboard.theme import LEVELS
from dashboard.widgets.panels import lists
from dashboard.widgets.panels.lists import milliseconds
from dashboard.widgets.panels.verdict import level_word, unit_name

#: What a screen may ask for beside: counts by unit of kinds that are never shown singly.
COUNTS: Final = {"police": "police_report", "petitions": "petition"}
_MOST_NEW: Final = 40


def city_map(snapshot: Snapshot, words: Text, counts: Iterable[str] = ()) -> dict[str, Any]:
    """The map scene's data; the outlines have their own address."""
    base = ground(snapshot)
    shown = [row for row in rows(snapshot.grids) if row.area_id in base.shapes]
    return {
        "digest": plane.plane(snapshot).digest,
        "levels": {str(row.area_id): row.level for row in shown if row.level in LEVELS},
        "normal": sum(row.level not in LEVELS for row in shown),
        "heat": _heat(snapshot, base),
        "points": [] if base.is_tiled else [place for place in _places(snapshot.risk_points, base) if place],
        "waiting": waiting(snapshot, base),
        "new": _new(snapshot, base),
        "replay": None if snapshot.replay is None else _replay(snapshot.replay, base, snapshot, words),
        "counts": [
            {
                "title": _counted_title(name, words),
                "cells": plane.frame_json(snapshot.counted, COUNTS[name]),
                "few": words("< {n}", n=3),
            }
            for name in counts
        ],
        "words": _words(snapshot, words),
    }


def _words(snapshot: Snapshot, words: Text) -> dict[str, Any]:
    head = lists.map_words(snapshot, words)
    meanings = [item["meaning"] for item in head["legend"]]
    return {
        "title": head["title"],
        "note": head["note"],
        "levels": [
            [level, level_word(level, words), meaning] for level, meaning in zip(LEVELS, meanings, strict=False)
        ],
        "usual": level_word("normal", words),
        "replay": words("Replay"),
        "now": words("Now") if snapshot.is_live else words("End of the records"),
        "today": words("today"),
        "yesterday": words("yesterday"),
        "new": words("new case"),
        "heat": words("cases of 6 h"),
        "point": words("risk point"),
        "waiting": words("waiting escalation"),
        "overdue": words("overdue"),
        "unit": unit_name(snapshot, words),
        "bars": words("Cases by half hour"),
        "inHalfHour": words("{n} new in this half hour"),
        "inDay": words("{n} cases in 24 h"),
    }


def _counted_title(name: str, words: Text) -> str:
    titles = {"police": words("Police reports, 7 days"), "petitions": words("Petitions, 7 days")}
    return titles[name]


def _places(frame: pd.DataFrame, base: Ground) -> list[tuple[int, int] | None]:
    """Each row's place in steps; None where it has none."""
    return [
        None if pd.isna(row.lon) or pd.isna(row.lat) else plane.steps(*base.frame.point(row.lon, row.lat))
        for row in rows(frame)
    ]


def _heat(snapshot: Snapshot, base: Ground) -> list[tuple[int, int, int]]:
    """Places of the last hours' cases with their weight in per cent of the largest."""
    if base.is_tiled or not len(snapshot.heat):
        return []
    largest = float(snapshot.heat["weight"].max())
    placed = zip(_places(snapshot.heat, base), rows(snapshot.heat), strict=True)
    return [(*place, max(1, round(100 * row.weight / largest))) for place, row in placed if place]


def waiting(snapshot: Snapshot, base: Ground) -> list[dict[str, Any]]:
    """Units with escalations that wait for an answer, each with their deadlines; the browser tells which are over."""
    if "area_id" not in snapshot.escalations.columns:
        return []
    found: dict[int, list[int | None]] = {}
    for row in rows(snapshot.escalations):
        if row.area_id in base.shapes:
            found.setdefault(int(row.area_id), []).append(milliseconds(row.deadline_at))
    return [{"id": area, "due": due} for area, due in found.items()]


def _new(snapshot: Snapshot, base: Ground) -> list[dict[str, Any]]:
    """The newest cases with a place, newest first."""
    if base.is_tiled:
        return []
    placed = zip(_places(snapshot.latest, base), rows(snapshot.latest), strict=True)
    found = ({"id": row.case_id, "at": place, "ms": milliseconds(row.reported_at)} for place, row in placed if place)
    return list(islice(found, _MOST_NEW))


def _replay(replay: Replay, base: Ground, snapshot: Snapshot, words: Text) -> dict[str, Any]:
    """Levels as changes from step to step; cases by the half hour that ends at a step, 48 being the one that runs."""
    moments = list(replay.moments)
    ends = pd.to_datetime(moments, utc=True)
    during = ends.searchsorted(pd.to_datetime(replay.cases["reported_at"], utc=True), side="left").tolist()
    begins = moments[0] - (moments[1] - moments[0])
    counts = Counter(index for index, row in zip(during, rows(replay.cases), strict=True) if row.reported_at > begins)
    bars = [counts[index] for index in range(len(moments) + 1)]
    placed = zip(during, _places(replay.cases, base), rows(replay.cases), strict=True)
    return {
        "moments": [milliseconds(moment) for moment in moments],
        "until": milliseconds(snapshot.moment),
        "first": len(moments) - len(replay.steps),
        "levels": _changes(replay, base),
        "cases": []
        if base.is_tiled
        else [
            (index, *place, LEVELS.index(row.risk))
            for index, place, row in placed
            if place and row.risk in LEVELS and index < len(moments)
        ],
        "bars": bars,
        "cases24": len(replay.cases),
        "busiest": _busiest(bars, replay, snapshot, words),
    }


def _busiest(bars: list[int], replay: Replay, snapshot: Snapshot, words: Text) -> str:
    if not max(bars):
        return ""
    at = bars.index(max(bars))
    starts = [replay.moments[0] - (replay.moments[1] - replay.moments[0]), *replay.moments]
    clock = words.clock(starts[at], snapshot.place.time_zone)
    return words("busiest from {time}: {n}", time=clock, n=words.number(bars[at]))


def _changes(replay: Replay, base: Ground) -> list[list[int]]:
    """For each step what differs from the one before: area, level (0 red … 3 blue, 4 normal), area, level …"""
    before: dict[int, int] = {}
    made = []
    for step in replay.steps:
        now = {area: LEVELS.index(level) for area, level in step.levels if area in base.shapes and level in LEVELS}
        differing = [area for area in (*before, *now) if before.get(area, 4) != now.get(area, 4)]
        made.append([value for area in dict.fromkeys(differing) for value in (area, now.get(area, 4))])
        before = now
    return made
