"""Counts of the real samples, read with csv, json and openpyxl alone: shares nothing with the importer it checks.

All by local wall clock as the files state it; no time zone is involved.
"""

import csv
import json
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

Counts = dict[str, Counter[object]]


def pingshan(path: Path) -> Counts:
    counts: Counts = {name: Counter() for name in ("area", "type", "month", "day", "state", "outcome")}
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            name = row["COMMUNITY_NAME"]
            day = row["CREATE_TIME"][:10]
            counts["area"]["" if name == "-" else name] += 1
            counts["type"][f"pingshan/{row['EVENT_TYPE_ID']}/{row['SUB_TYPE_ID']}"] += 1
            counts["month"][day[:7]] += 1
            counts["day"][date.fromisoformat(day)] += 1
            counts["state"]["open"] += 1
            counts["outcome"]["archived_in_time"] += row["INTIME_ARCHIVE_NUM"] == "1"
            counts["outcome"]["archived_late"] += row["OVERTIME_ARCHIVE_NUM"] == "1"
    return counts


def baltimore(path: Path) -> Counts:
    sheet = load_workbook(path, read_only=True).worksheets[0]
    sheet.reset_dimensions()
    lines = sheet.iter_rows(values_only=True)
    header = [str(name) for name in next(lines)]
    names = (
        *("area", "district", "type", "month", "day", "state", "same_day", "on_time", "withdrawn_day"),
        "coordinates",
    )
    counts: Counts = {name: Counter() for name in names}
    for line in lines:
        row: dict[str, Any] = dict(zip(header, line, strict=True))
        created, closed, due = (_moment(row[name]) for name in ("CreatedDate", "CloseDate", "DueDate"))
        assert created is not None
        status = row["SRStatus"]
        is_duplicate = "Duplicate" in status or "Transferred" in status
        state = "withdrawn" if is_duplicate else "resolved" if status == "Closed" else "open"
        ended = closed or (_moment(row["StatusDate"]) if is_duplicate else None)
        counts["area"][row["Neighborhood"] or ""] += 1
        counts["district"][row["PoliceDistrict"] or ""] += 1
        counts["type"][row["SRType"]] += 1
        counts["month"][created.strftime("%Y-%m")] += 1
        counts["day"][created.date()] += 1
        counts["state"][state] += 1
        midnight = datetime.combine(created.date(), datetime.min.time()) + timedelta(days=1)
        is_ended_today = ended is not None and ended < midnight
        counts["same_day"]["counted"] += not (state == "withdrawn" and is_ended_today)
        counts["same_day"]["resolved"] += state == "resolved" and is_ended_today
        if due is not None:
            is_left_out = state == "withdrawn" and ended is not None and ended < due
            counts["on_time"]["due"] += not is_left_out
            counts["on_time"]["on_time"] += state == "resolved" and closed is not None and closed <= due
        lat, lon = row["Latitude"], row["Longitude"]
        is_good = isinstance(lat, float) and isinstance(lon, float)
        at_city_hall = (lon, lat) in ((-76.610353, 39.291328), (-76.610559440496, 39.2916591829301))
        counts["coordinates"][is_good and not at_city_hall] += 1
    return counts


def nyc(path: Path) -> Counts:
    counts: Counts = {name: Counter() for name in ("area", "district", "day", "state", "channel", "located", "events")}
    for row in json.loads(path.read_text(encoding="utf-8")):
        is_repeated = "duplicate of a previously filed complaint" in row.get("resolution_description", "")
        state = ("withdrawn" if is_repeated else "resolved") if row["status"] == "Closed" else "open"
        board = row["community_board"]
        counts["area"][row["borough"].title() if "Unspecified" in board else board] += 1
        counts["district"][row["borough"]] += 1
        counts["day"][date.fromisoformat(row["created_date"][:10])] += 1
        counts["state"][state] += 1
        counts["channel"]["hotline" if row["open_data_channel_type"] == "PHONE" else "other"] += 1
        counts["located"]["latitude" in row] += 1
        counts["events"]["reported"] += 1
        counts["events"][state] += state != "open"
    return {name: Counter({key: number for key, number in each.items() if number}) for name, each in counts.items()}


def chicago(path: Path) -> Counts:
    counts: Counts = {name: Counter() for name in ("area", "day", "state", "events")}
    dispatching = ("Work Assigned", "Assign Inspector", "Generate Workorder")
    for row in json.loads(path.read_text(encoding="utf-8")):
        more = row["extended_attributes"]
        state = ("withdrawn" if more.get("duplicate") else "resolved") if row["status"] == "closed" else "open"
        counts["area"][more["ward"]] += 1
        counts["day"][date.fromisoformat(row["requested_datetime"][:10])] += 1  # Chicago's own offset
        counts["state"][state] += 1
        counts["events"]["reported"] += 1
        counts["events"][state] += state != "open"
        handed_on = {
            note["datetime"]
            for note in row["notes"]
            if note["type"] == "follow_on_created" or (note["type"] == "activity" and note["summary"] in dispatching)
        }
        counts["events"]["dispatched"] += len(handed_on)
    return {name: Counter({key: number for key, number in each.items() if number}) for name, each in counts.items()}


def _moment(text: Any) -> datetime | None:
    return datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p") if text else None  # noqa: DTZ007 - by wall clock
