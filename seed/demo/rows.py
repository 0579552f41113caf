"""From planned lives to rows of the inbox: one row per event, in the words of the store."""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
import pandas as pd

from queries.vocabulary import STAGE_ORDER, Event
from seed.demo.arrivals import CHANNELS, SOURCES
from seed.demo.chance import Draws, Integers, Words
from seed.demo.matters import DEPARTMENTS, KINDS, RISKS, matters
from seed.demo.places import Places
from seed.demo.stages import LEVELS, NEVER, Life

EVENTS: Final = tuple(event.value for event in sorted(STAGE_ORDER, key=lambda event: STAGE_ORDER[event]))
REPORTED: Final = EVENTS.index("reported")
NONE: Final = -1
TEXT_COLUMNS: Final = (
    *("source", "external_id", "event", "area_code", "kind", "type_code", "risk", "channel", "level"),
    *("department_code", "actor", "ref_event", "field", "value", "summary", "party", "party_name", "party_phone"),
    *("address", "original_text"),
)
TIME_COLUMNS: Final = ("occurred_at", "recorded_at", "ref_occurred_at", "due_at")


@dataclass(frozen=True)
class Events:
    """Parallel arrays, one entry per event; -1 (or NEVER, of times) where a row says nothing."""

    case: Integers  # position in the cases
    event: Integers  # position in EVENTS
    at: Integers  # seconds UTC
    escalation: Integers
    level: Integers
    department: Integers
    due: Integers
    satisfaction: Integers
    unit: Integers
    ref: Integers  # of a correction: position in EVENTS of the row it mends
    ref_at: Integers
    value: Integers  # of a correction: the new time (seconds UTC) or satisfaction

    def __len__(self) -> int:
        return len(self.case)

    def take(self, where: Integers | np.ndarray) -> "Events":
        """The events at these positions, or where true."""
        return Events(**{item.name: getattr(self, item.name)[where] for item in fields(Events)})


def events_of(life: Life, draws: Draws, after: int, until: int) -> Events:
    """The events with after < time ≤ until, in no order."""
    parts: dict[str, list[Integers]] = {item.name: [] for item in fields(Events)}
    for name, at in life.at.items():
        case = np.flatnonzero((at > after) & (at <= until))
        if len(case):
            word, *rest = name.split()
            is_rung = word in ("escalated", "answered", "supervised") or (word == "acknowledged" and bool(rest))
            number = int(rest[0]) if is_rung else NONE
            _add(parts, case, EVENTS.index(word), at[case], number, life, name)
    _corrections(parts, life, draws, after, until)
    return Events(**{name: np.concatenate(found or [np.empty(0, dtype=np.int64)]) for name, found in parts.items()})


def _add(
    parts: dict[str, list[Integers]], case: Integers, event: int, at: Integers, number: int, life: Life, name: str
) -> None:
    def of(table: dict[str, Integers], missing: int = NONE) -> Integers:
        return table[name][case] if name in table else np.full(len(case), missing)

    parts["case"].append(case)
    parts["event"].append(np.full(len(case), event))
    parts["at"].append(at)
    parts["escalation"].append(np.full(len(case), number))
    parts["level"].append(of(life.level))
    parts["department"].append(of(life.department))
    parts["due"].append(of(life.due, int(NEVER)))
    parts["satisfaction"].append(of(life.satisfaction))
    parts["unit"].append(of(life.unit))
    parts["ref"].append(np.full(len(case), NONE))
    parts["ref_at"].append(np.full(len(case), NEVER))
    parts["value"].append(np.full(len(case), NONE))


def _corrections(parts: dict[str, list[Integers]], life: Life, draws: Draws, after: int, until: int) -> None:
    """Slips of the pen put right the next days: a time of acceptance, a mark of satisfaction."""
    for word, name, share in (("accepted", "accepted 1", 0.002), ("evaluated", "evaluated 1", 0.004)):
        mended = life.at[name]
        happens = draws.happens("corrected " + word, share) & (mended < NEVER)
        delay = draws.lognormal("corrected at " + word, 20_000.0, 0.9).astype(np.int64) + 600
        at = np.where(happens, mended + delay, NEVER)
        case = np.flatnonzero((at > after) & (at <= until))
        if not len(case):
            continue
        _add(parts, case, EVENTS.index("corrected"), at[case], NONE, life, "corrected")
        parts["ref"][-1] = np.full(len(case), EVENTS.index(word))
        parts["ref_at"][-1] = mended[case]
        if word == "accepted":
            start = np.where(life.at["dispatched"] < NEVER, life.at["dispatched"], life.at["reported"])[case]
            parts["value"][-1] = (mended[case] + start) // 2
        else:
            given = life.satisfaction[name][case]
            lower = (given == 5) | ((given > 1) & (draws.uniform("corrected mark")[case] < 0.5))
            parts["value"][-1] = given + np.where(lower, -1, 1)


def _text(values: tuple[str, ...] | Words, where: Integers) -> pd.api.extensions.ExtensionArray:
    """Text by position; missing where the position is negative."""
    table = np.array([*values, None], dtype=object)
    return pd.array(table[where], dtype="str")


def _times(seconds: Integers) -> pd.DatetimeIndex:
    """UTC times, missing where NEVER."""
    micro = np.where(seconds >= NEVER, np.iinfo(np.int64).min, seconds * 1_000_000)
    return pd.DatetimeIndex(micro.view("M8[us]")).tz_localize("UTC")


def _numbers(values: Integers) -> pd.api.extensions.ExtensionArray:
    return pd.arrays.IntegerArray(np.where(values < 0, 0, values).astype(np.int16), values < 0)


def frame(life: Life, places: Places, events: Events, recorded: Integers | None) -> pd.DataFrame:
    """Rows of the inbox for these events, in their order. ``recorded``: seconds UTC; None leaves the column out."""
    cases = life.cases
    case = events.case
    opens = events.event == REPORTED
    first = np.where(opens, case, -1)

    def of_case(values: Integers) -> Integers:
        return np.where(opens, values[first], NONE)

    unit = np.where(opens, cases.unit[first], events.unit)
    party = np.where(cases.party[first] >= 0, of_case(cases.party), NONE)
    phone = np.full(len(case), None, dtype=object)
    known = np.flatnonzero(party >= 0)
    phone[known] = [f"100{number * 7919 % 100_000_000:08d}" for number in party[known].tolist()]
    columns: dict[str, object] = {
        "source": _text(SOURCES, cases.source[case]),
        "external_id": pd.array(cases.external_id[case], dtype="str"),
        "event": _text(EVENTS, events.event),
        "occurred_at": _times(events.at),
        "recorded_at": None if recorded is None else _times(recorded),
        "area_code": _text(places.code, unit),
        "kind": _text(KINDS, of_case(cases.kind)),
        "type_code": _text(matters().code, of_case(cases.type)),
        "risk": _text(RISKS, of_case(cases.risk)),
        "channel": _text(CHANNELS, of_case(cases.channel)),
        "level": _text(LEVELS, events.level),
        "department_code": _text(tuple(code for code, _, _ in DEPARTMENTS), events.department),
        "escalation_no": _numbers(events.escalation),
        "due_at": _times(events.due),
        "lon": np.where(opens, cases.lon[first], np.nan),
        "lat": np.where(opens, cases.lat[first], np.nan),
        "summary": _text(matters().summaries, of_case(cases.summary)),
        "satisfaction": _numbers(events.satisfaction),
        "party": pd.array(phone, dtype="str"),
        "party_phone": pd.array(phone, dtype="str"),
        **_correction_columns(events),
    }
    if recorded is None:
        del columns["recorded_at"]
    empty = _text(("",), np.full(len(case), -1))
    for name in TEXT_COLUMNS:
        columns.setdefault(name, empty)
    table = pd.DataFrame(columns)
    if len(set(places.subdistrict)) > 1:
        table["subdistrict_code"] = _text(places.subdistrict, cases.unit[case])
    return table


def _correction_columns(events: Events) -> dict[str, object]:
    corrects = events.event == EVENTS.index(Event.CORRECTED)
    is_time = events.ref == EVENTS.index(Event.ACCEPTED)
    values = np.full(len(events), None, dtype=object)
    for position in np.flatnonzero(corrects):
        value = int(events.value[position])
        values[position] = pd.Timestamp(value, unit="s", tz="UTC").isoformat() if is_time[position] else str(value)
    field = np.where(corrects, np.where(is_time, 0, 1), NONE)
    return {
        "ref_event": _text(EVENTS, events.ref),
        "ref_occurred_at": _times(events.ref_at),
        "field": _text(("occurred_at", "satisfaction"), field),
        "value": pd.array(values, dtype="str"),
    }
