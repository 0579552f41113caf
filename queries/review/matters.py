"""Matters that come again: repeated ones, reopened ones, and the topics that rise in what cases say."""

from dataclasses import replace
from typing import Any, Final

import pandas as pd

from queries import reopenings, repeats, topics
from queries.figure import By, NotRecordedError
from queries.privacy import SHOWN_SINGLY
from queries.review.asked import Asking
from queries.review.document import Holds, Section, Table, records, table_of
from queries.review.names import Name, both
from queries.topics import Topics

REPEATED: Final = {
    "type": Holds.KEY,
    "area": Holds.KEY,
    "type_name": Holds.NAME,
    "area_name": Holds.NAME,
    "n": Holds.COUNT,
    "open": Holds.COUNT,
}
REOPENED: Final = {
    "type": Holds.KEY,
    "name": Holds.NAME,
    "n": Holds.COUNT,
    "good": Holds.COUNT,
    "rate": Holds.SHARE,
    "following": Holds.COUNT,
    "reopened_so_far": Holds.COUNT,
    "is_provisional": Holds.FLAG,
}
TOPICS: Final = {
    "word": Holds.KEY,
    "n": Holds.COUNT,
    "n_before": Holds.COUNT,
    "ratio": Holds.RATIO,
    "low": Holds.RATIO,
    "high": Holds.RATIO,
    "p": Holds.RATIO,
    **{f"type_{number}": Holds.NAME for number in range(1, topics.TYPES + 1)},
}
ABOUT: Final = {"fact": Holds.KEY, "value": Holds.TEXT}
#: Rows of repeated matters that a meeting sees; how many there are besides stands in ``matters_about``.
ROWS: Final = 30


def matters(ask: Asking) -> Section:
    """What comes again, and what is new in the words."""
    frame = repeats.repeated(ask.connection, ask.filter)
    found = rising(ask)
    facts = {
        "repeated": str(int(frame["n"].sum())),
        "repeated_places": str(len(frame)),
        "topic_cases": str(found.n),
        "topic_cases_before": str(found.n_before),
        "topic_days_before": str(found.past_days),
        "topic_every": str(found.every),
    }
    return Section(
        "matters",
        (
            _repeated(ask, frame.head(ROWS)),
            _reopened(ask),
            _topics(ask, found),
            table_of("matters_about", ABOUT, list(facts.items())),
        ),
    )


def rising(ask: Asking) -> Topics:
    """Topics of the period against the four periods before, as far back as anything is recorded."""

    def answer() -> Topics:
        first, last = ask.period.first, ask.last
        past = topics.PERIODS * ((last - first).days + 1)
        if ask.first_record is not None:
            known = (first - ask.first_record.astimezone(ask.filter.zone).date()).days
            past = max(0, min(past, known))
        return topics.topics(ask.connection, ask.filter, past, ask.names.places)

    return ask.once("topics", answer)


def _repeated(ask: Asking, frame: pd.DataFrame) -> Table:
    rows = []
    for row in records(frame):
        area, matter = str(row["area_id"]), str(row["type_id"])
        names = {"type_name": _name(ask.names.types, matter), "area_name": _name(ask.names.areas, area)}
        held = row | names | {"area": area, "type": matter}
        rows.append([held.get(name) for name in REPEATED])
    return table_of("repeated", REPEATED, rows)


def _reopened(ask: Asking) -> Table:
    """Matters of which a resolution of the period did not hold, most first; of kinds that may be shown singly."""
    try:
        frame = reopenings.reopened(ask.connection, replace(ask.filter, kinds=SHOWN_SINGLY), By.TYPE)
    except NotRecordedError:
        return Table("reopened", table_of("", REOPENED, ()).columns, (), not_recorded=True)
    frame = frame.assign(times=frame["good"] + frame["reopened_so_far"])
    frame = frame[frame["times"] > 0].sort_values(["times", "key"], ascending=[False, True])
    rows = []
    for row in records(frame):
        rate = row["good"] / row["n"] if row["n"] else None
        held: dict[str, Any] = row | {"type": row["key"], "name": _name(ask.names.types, row["key"]), "rate": rate}
        rows.append([held.get(name) for name in REOPENED])
    return table_of("reopened", REOPENED, rows)


def _topics(ask: Asking, found: Topics) -> Table:
    if not found.is_recorded:
        return Table("topics", table_of("", TOPICS, ()).columns, (), not_recorded=True)
    rows = []
    for row in records(found.frame):
        types = {
            f"type_{number}": _name(ask.names.types, str(type_id)) for number, type_id in enumerate(row["types"], 1)
        }
        rows.append([(row | types).get(name) for name in TOPICS])
    return table_of("topics", TOPICS, rows)


def _name(names: dict[str, Name] | Any, key: str) -> dict[str, str]:
    return dict(names.get(key, both(key)))
