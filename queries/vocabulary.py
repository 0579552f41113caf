"""The coded words of the store, as enums. Labels in both languages are data (app.labels); imports nothing of ours.

The door (seed/schema/objects) accepts no other value; a test compares both sides.
"""

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What sort of matter a case is."""

    APPEAL = "appeal"
    HAZARD = "hazard"
    PETITION = "petition"
    POLICE_REPORT = "police_report"
    WARNING = "warning"


class Risk(StrEnum):
    """The four colours, worst first. What a colour means is configuration of each place."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"


class Channel(StrEnum):
    """How a case came in."""

    PATROL = "patrol"
    HOTLINE = "hotline"
    QR_CODE = "qr_code"
    APP = "app"
    VISIT = "visit"
    SENSOR = "sensor"
    DEPARTMENT = "department"


class Event(StrEnum):
    """What can happen to a case, in stage order: of two events at one moment the earlier here counts first."""

    DISCOVERED = "discovered"
    REPORTED = "reported"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    ESCALATED = "escalated"
    ANSWERED = "answered"
    SUPERVISED = "supervised"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    FED_BACK = "fed_back"
    EVALUATED = "evaluated"
    REOPENED = "reopened"
    REASSIGNED = "reassigned"
    DEADLINE_CHANGED = "deadline_changed"
    WITHDRAWN = "withdrawn"
    CORRECTED = "corrected"


STAGE_ORDER: Final[dict[Event, int]] = {event: position for position, event in enumerate(Event, start=1)}


class Level(StrEnum):
    """Where a case waits: the ladder of escalation."""

    GRID = "grid"
    COMMUNITY = "community"
    SUBDISTRICT = "subdistrict"
    DEPARTMENT = "department"


class State(StrEnum):
    """What has become of a case."""

    OPEN = "open"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"
    TRANSFERRED = "transferred"


class Mode(StrEnum):
    """The rhythm a subdistrict works in."""

    NORMAL = "normal"
    EMERGENCY = "emergency"
