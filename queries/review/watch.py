"""What the next period's meeting is to look at, by rules and not by opinion: docs/review.md says each of them."""

from collections.abc import Iterator
from typing import Any, Final

from queries import backlog, comparison, escalations, topics
from queries.figure import By, NotRecordedError
from queries.ranking import levels
from queries.review import increment
from queries.review.asked import Asking
from queries.review.document import Holds, Section, records, table_of
from queries.review.matters import rising
from queries.review.names import Name, both
from queries.review.risk import course
from queries.review.sections import assessed

WATCH: Final = {
    "rule": Holds.KEY,
    "of": Holds.KEY,  # area, matter, department, kind by its number or code; a topic's word
    "about": Holds.TEXT,  # area, type, department, kind, topic
    "name": Holds.NAME,
    "value": Holds.NUMBER,
    "was": Holds.NUMBER,
    "low": Holds.NUMBER,
    "high": Holds.NUMBER,
    "owner": Holds.NAME,
    "due": Holds.DAY,
}
#: Rules in the order of the list.
RULES: Final = ("red", "unusual", "risen", "topic", "backlog", "owes", "answers", "fallen")
#: Topics that are watched, the least likely by chance first.
_TOPICS: Final = 5

Row = dict[str, Any]


def watch(ask: Asking) -> Section:
    """The list, due by the end of the next period."""
    rows = [[row.get(name) for name in WATCH] for row in rows_of_watch(ask)]
    return Section("watch", (table_of("watch", WATCH, rows),))


def rows_of_watch(ask: Asking) -> list[Row]:
    """Its rows by column, rule by rule."""

    def answer() -> list[Row]:
        found = [*_risk(ask), *_risen(ask), *_topics(ask), *_backlog(ask), *_departments(ask), *_fallen(ask)]
        due = {"due": ask.period.next_last}
        return [row | due for row in sorted(found, key=lambda row: RULES.index(row["rule"]))]

    return ask.once("watch", answer)


def _risk(ask: Asking) -> Iterator[Row]:
    """Red at the period's last look: on how many of the days looked at (was). Unusual: an alarm stands then; alarms
    raised in the period.
    """
    for row in records(course(ask).units):
        about = _area(ask, str(row["area_id"]))
        if row["is_red"]:
            yield about | {"rule": "red", "value": row["red"], "was": row["days"]}
        if row["is_alarm"]:
            yield about | {"rule": "unusual", "value": row["alarms"]}


def _risen(ask: Asking) -> Iterator[Row]:
    """Clearly more new cases than in the period before (was), with the interval of the ratio. A matter's owner is the
    line of duty it belongs to.
    """
    if not increment.is_compared(ask):
        return
    lines = {
        str(row["type_id"]): {"zh": row["name_zh"], "en": row["name_en"]}
        for row in records(topics.lines(ask.connection))
    }
    for by, about in ((By.TYPE, "type"), (By.AREA, "area")):
        frame = increment.risen(ask, by)
        for row in records(frame[frame["is_risen"].astype(bool)]):
            key = str(row["key"])
            held = {"value": row["n"], "was": row["n_before"], "low": row["low"], "high": row["high"]}
            if by is By.AREA:
                yield _area(ask, key) | held | {"rule": "risen"}
            else:
                name = dict(ask.names.types.get(key, both(key)))
                yield held | {"rule": "risen", "of": key, "about": about, "name": name, "owner": lines.get(key)}


def _topics(ask: Asking) -> Iterator[Row]:
    """Words in clearly more cases: cases of the period, of one such length before (was), interval of the ratio."""
    for row in records(rising(ask).frame.head(_TOPICS)):
        held = {"value": row["n"], "low": row["low"], "high": row["high"]}
        held["was"] = row["n"] / row["ratio"] if row["n_before"] else 0
        yield held | {"rule": "topic", "of": row["word"], "about": "topic", "name": both(row["word"])}


def _backlog(ask: Asking) -> Iterator[Row]:
    """More opened than closed, and older, in both of the last two weeks: open now, and two weeks ago (was)."""
    found = set(levels(ask.connection, ask.filter)["level"])
    level = increment.COMMUNITY if increment.COMMUNITY in found else ask.unit_level
    for by in (By.KIND, By.AREA):
        try:
            weeks = backlog.two_weeks(ask.connection, ask.filter, by, unit_level=level if by is By.AREA else None)
        except NotRecordedError:
            return
        growing = backlog.growing(weeks)
        for key in growing.loc[growing["is_growing"], "key"]:
            own = weeks[weeks["key"] == key].sort_values("span")
            held = {"rule": "backlog", "value": own["open"].iloc[-1], "was": own["open_before"].iloc[0]}
            if by is By.AREA:
                yield _area(ask, str(key)) | held
            else:
                yield held | {"of": str(key), "about": "kind", "name": dict(ask.names.word("kind", str(key)))}


def _departments(ask: Asking) -> Iterator[Row]:
    """Owes: answers past their deadline at as_of, of those waiting (was). Answers: the share in time lies clearly, with
    its whole interval, under the target (was).
    """
    waits = escalations.waiting(ask.connection, ask.filter, By.DEPARTMENT)
    for row in records(waits[(waits["overdue"] > 0) & (waits["key"] != "")].sort_values("overdue", ascending=False)):
        yield _department(ask, row["key"]) | {"rule": "owes", "value": row["overdue"], "was": row["n"]}
    try:
        target = comparison.target("escalation_answer", ask.period.first)
    except LookupError:
        return
    answers = escalations.answered(ask.connection, ask.filter, By.DEPARTMENT)
    low, high = escalations.interval(answers["good"].to_numpy(float), answers["n"].to_numpy(float))
    for row in records(answers.assign(low=low, high=high)):
        if row["high"] < target:
            held = {"value": row["good"] / row["n"], "was": target, "low": row["low"], "high": row["high"]}
            yield _department(ask, row["key"]) | {"rule": "answers"} | held


def _fallen(ask: Asking) -> Iterator[Row]:
    """Ranked units whose own figures fell against their kind's beyond chance: points since the period before."""
    table = assessed(ask).table
    for row in records(table[table["movement"] == -1].sort_values("change")):
        held = {"value": row["change"], "low": row["change_low"], "high": row["change_high"]}
        yield _area(ask, str(row["area_id"])) | {"rule": "fallen"} | held


def _area(ask: Asking, key: str) -> Row:
    """An area is its own owner: whoever leads it."""
    name: Name = dict(ask.names.areas.get(key, both(key)))
    return {"of": key, "about": "area", "name": name, "owner": name}


def _department(ask: Asking, key: str) -> Row:
    name: Name = dict(ask.names.departments.get(key, both(key)))
    return {"of": key, "about": "department", "name": name, "owner": name}
