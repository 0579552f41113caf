"""Owns what is said of escalations: the pending ones, the departments that owe an answer, the scene's figures."""

from datetime import timedelta
from itertools import islice
from typing import Any

import pandas as pd

from dashboard.frames import rows
from dashboard.snapshot import Snapshot
from dashboard.text import Text
from dashboard.theme import LEVELS
from dashboard.widgets.panels import emergency, figures
from dashboard.widgets.panels.lists import milliseconds
from dashboard.widgets.panels.verdict import count_due_within, count_overdue

_MOST_ROWS = 24
_MOST_DEPARTMENTS = 16


def waiting(snapshot: Snapshot, words: Text) -> dict[str, Any]:
    """Pending escalations, next to breach first; clocks run to ``deadline`` in the browser."""
    frame = snapshot.escalations
    return {
        "title": words("Escalations waiting"),
        "note": words("next to breach first") if len(frame) > 1 else "",
        "nothing": words("no escalation is waiting") if snapshot.is_live else words("none in the records"),
        "total": len(frame),
        "columns": {
            "matter": words("Matter"),
            "route": words("Who asks whom"),
            "left": words("To deadline"),
        },
        "rows": [
            {
                "id": f"esc{row.case_id}-{row.escalation_no}",
                "level": row.risk if row.risk in LEVELS else "normal",
                "title": words.label(row, "title"),
                "area": words.label(row, "area"),
                "department": words.label(row, "department") or words("not named"),
                "phone": emergency.phone(row),
                "raised": milliseconds(row.raised_at),
                "deadline": milliseconds(row.deadline_at),
            }
            for row in islice(rows(frame), _MOST_ROWS)
        ],
    }


def departments(snapshot: Snapshot, words: Text) -> dict[str, Any]:
    """What each department owes: pending, overdue, its earliest deadline, past ones too; most overdue first."""
    owing: list[dict[str, Any]] = []
    now = pd.Timestamp(snapshot.moment)
    frame = snapshot.escalations
    asked: dict[tuple[Any, Any], list[Any]] = {}
    phones: dict[tuple[Any, Any], str] = {}
    for row in rows(frame):
        asked.setdefault((row.department_zh, row.department_en), []).append(row.deadline_at)
        phones[row.department_zh, row.department_en] = emergency.phone(row)
    for (zh, en), deadlines in asked.items():
        known = [deadline for deadline in deadlines if pd.notna(deadline)]
        owing.append(
            {
                "id": f"dept{zh}",
                "name": words.label({"name_zh": zh, "name_en": en}) or words("not named"),
                "phone": phones[zh, en],
                "pending": len(deadlines),
                "overdue": sum(deadline < now for deadline in known),
                "next": milliseconds(min(known, default=None)),
            }
        )
    owing.sort(key=lambda row: (-row["overdue"], row["next"] or float("inf"), -row["pending"]))
    return {
        "columns": {
            "name": words("Department"),
            "pending": words("waiting"),
            "overdue": words("late"),
            "next": words("Next deadline"),
        },
        "nothing": words("no department owes an answer") if snapshot.is_live else words("none in the records"),
        "rows": owing[:_MOST_DEPARTMENTS],
    }


def heroes(snapshot: Snapshot, words: Text) -> dict[str, dict[str, Any]]:
    """The figures above the escalation scene."""
    supervised = int((snapshot.escalations["supervised_count"] > 0).sum()) if len(snapshot.escalations) else 0

    def count(title: str, n: int) -> dict[str, Any]:
        return {"title": title, "hero": figures.count_hero(n, words), "aside": []}

    return {
        "pending": count(words("Waiting"), len(snapshot.escalations)),
        "overdue": count(words("Overdue"), count_overdue(snapshot)),
        "soon": count(words("Due in 1 h"), count_due_within(snapshot, timedelta(hours=1))),
        "supervised": count(words("Supervised"), supervised),
        "on_time": figures.on_time(snapshot.on_time, words),
    }
