"""Owns what a command post is told in an emergency: open grave cases, what comes in, who is on duty.

Of cases only the kinds that a screen for visitors may show.
"""

from datetime import datetime
from itertools import islice
from typing import Any, Final

import pandas as pd

from dashboard.frames import rows
from dashboard.maps.labels import text_width
from dashboard.snapshot import Inflow, Snapshot
from dashboard.text import Text
from dashboard.theme import LEVELS
from dashboard.widgets.panels import figures, marks
from dashboard.widgets.panels.lists import milliseconds
from dashboard.widgets.panels.mode import when
from dashboard.widgets.panels.verdict import count_unacknowledged

_MOST_CASES: Final = 36
_NOTE_WIDTH: Final = 150.0  # of the handover's note, u: three lines of the narrowest column


def emergency(snapshot: Snapshot, words: Text) -> dict[str, Any]:
    """Everything the emergency scene says beside the map, the escalations and the sources."""
    return {
        "cases": cases(snapshot, words),
        "inflow": None if snapshot.inflow is None else inflow(snapshot.inflow, snapshot, words),
        "duty": duty(snapshot, words),
    }


def acknowledgement_note(snapshot: Snapshot, words: Text) -> str:
    """The quiet mark beside a list of cases; nothing where all red ones are acknowledged."""
    n = count_unacknowledged(snapshot)
    return words("{n} unseen", n=words.number(n)) if n else ""


def open_reds(snapshot: Snapshot) -> list[int]:
    """Cases a tone may tell of: the browser knows which of them it has told already."""
    return [int(row.case_id) for row in _shown(snapshot) if row.risk == "red"]


def _shown(snapshot: Snapshot) -> list[Any]:
    return [row for row in rows(snapshot.grave) if row.is_shown]


def cases(snapshot: Snapshot, words: Text) -> dict[str, Any]:
    """Open red and orange cases; the first ones carry a number that stands on the map as well."""
    shown = _shown(snapshot)
    # a rehearsal in normal mode does without: placing them costs every picture time
    placed = marks.placed(shown, snapshot, words.language) if snapshot.mode == "emergency" else []
    number_of = {case_id: number for number, (case_id, _, _) in enumerate(placed, start=1)}
    level_of = {int(row.case_id): row.risk for row in shown}
    return {
        "title": words("Red and orange"),
        "note": acknowledgement_note(snapshot, words),
        "total": len(shown),
        "nothing": words("no red or orange case is open") if snapshot.is_live else words("none in the records"),
        "rows": [_case(row, number_of.get(int(row.case_id)), words, snapshot) for row in islice(shown, _MOST_CASES)],
        "marks": [
            {"id": f"mark{case_id}", "number": number_of[case_id], "level": level_of[case_id], "x": x, "y": y}
            for case_id, x, y in placed
        ],
    }


def _case(row: Any, number: int | None, words: Text, snapshot: Snapshot) -> dict[str, Any]:
    acknowledged = None if pd.isna(row.acknowledged_at) else row.acknowledged_at
    by = row.acknowledged_by if isinstance(row.acknowledged_by, str) else ""
    seen = words.clock(acknowledged, snapshot.place.time_zone) if acknowledged is not None else ""
    return {
        "id": f"grave{row.case_id}",
        "number": number,
        "level": row.risk if row.risk in LEVELS else "normal",
        "title": words.label(row, "title"),
        "area": words.label(row, "area"),
        "department": words.label(row, "department") or words.label(row, "level"),
        "phone": phone(row),
        "reported": milliseconds(row.reported_at),
        "deadline": milliseconds(row.due_at),
        "unseen": bool(row.is_unacknowledged),
        "seen": " ".join(part for part in (words("seen {time}", time=seen) if seen else "", by) if part),
    }


def phone(row: Any) -> str:
    """The duty number of the row's department; nothing where none is known."""
    number = getattr(row, "duty_phone", None)
    return number if isinstance(number, str) else ""


def inflow(figure: Inflow, snapshot: Snapshot, words: Text) -> dict[str, Any]:
    """Cases since the emergency began against the usual, and five minutes by five minutes as shares of the tallest."""
    began = snapshot.mode_since.since if snapshot.mode == "emergency" else None
    zone = snapshot.place.time_zone
    slots = list(rows(figure.slots))
    usual = [float(row.usual) for row in slots if row.usual == row.usual]
    top = max([4.0, *(float(row.reported) for row in slots), *(1.4 * value for value in usual)])
    lines = (
        [[{"dash": True}, {"t": words("usual") + " "}, {"b": words.small(figure.usual)}]]
        if figure.usual is not None
        else []
    )
    if slots:
        peak = max(int(row.reported) for row in slots)
        lines.append([{"t": words("peak in 5 min") + " "}, {"b": words.number(peak)}])
    grave = [
        part
        for level, n in (("red", figure.red), ("orange", figure.orange))
        if n
        for part in ({"level": level, "t": ""}, {"b": words.number(n)}, {"t": "\u2002"})
    ]
    return {
        "title": words("Since it began") if began is not None and began <= figure.since else words("The last hour"),
        "hero": figures.count_hero(figure.reported, words, is_provisional=True),
        "aside": [*lines, *([grave[:-1]] if grave else [])],
        "slots": [
            {
                "id": f"slot{milliseconds(row.from_at)}",
                "red": row.red / top,
                "orange": row.orange / top,
                "rest": (row.reported - row.red - row.orange) / top,
                "usual": None if row.usual != row.usual else row.usual / top,
            }
            for row in slots
        ],
        "axis": _axis(slots, began, words, zone),
    }


def _axis(slots: list[Any], began: datetime | None, words: Text, zone: str) -> dict[str, Any]:
    """Where the emergency began, as a share of the width, and what stands below the bars."""
    named = {"per": words("per 5 min"), "now": words("now")}
    if not slots:
        return {**named, "since": None, "began": ""}
    first = words.clock(slots[0].from_at, zone)
    if began is None:
        return {**named, "since": None, "began": first}
    passed = (pd.Timestamp(began) - slots[0].from_at).total_seconds() / (len(slots) * 300)
    if not 0 <= passed <= 1:
        return {**named, "since": None, "began": first}
    return {**named, "since": passed, "began": words("began {time}", time=words.clock(began, zone))}


def duty(snapshot: Snapshot, words: Text) -> dict[str, Any]:
    """Who is on duty since when, and the note he was left."""
    found = snapshot.duty
    if found.officer is None or found.handovers.empty:
        return {"title": words("On duty"), "officer": "", "since": "", "note": words("no shift was handed over yet")}
    last = next(rows(found.handovers))
    at = when(last.handed_at, snapshot, words)
    return {
        "title": words("On duty"),
        "officer": found.officer,
        "since": words("{time} from {officer}", time=at, officer=last.from_officer)
        if last.from_officer
        else words("since {time}", time=at),
        "note": _cut(str(last.note), _NOTE_WIDTH) or words("no note"),
    }


def _cut(text: str, width: float) -> str:
    """As much of a text as fits, on one line's worth after another; line breaks become spaces."""
    whole = " ".join(text.split())
    if text_width(whole, 3.0) <= width:
        return whole
    while whole and text_width(whole + "…", 3.0) > width:
        whole = whole[:-1]
    return whole.rstrip() + "…"
