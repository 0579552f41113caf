"""The words the life of cases is planned in: stages, levels, and a table of moments.

Times are seconds since 1970 UTC; NEVER where something does not happen.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from seed.demo.arrivals import Cases
from seed.demo.chance import Floats, Integers
from seed.demo.days import DAY, OFFSET

NEVER: Final = np.int64(2**60)
RED, ORANGE, YELLOW, BLUE = range(4)
APPEAL, HAZARD, PETITION, POLICE, WARNING = range(5)
LEVELS: Final = ("grid", "community", "subdistrict", "department")


@dataclass
class Life:
    """What will happen to the cases. ``at``: event name, then a number where it can happen again ("resolved 2")."""

    cases: Cases
    at: dict[str, Integers] = field(default_factory=dict)
    level: dict[str, Integers] = field(default_factory=dict)  # positions in LEVELS, of escalated and resolved
    department: dict[str, Integers] = field(default_factory=dict)  # -1: none
    due: dict[str, Integers] = field(default_factory=dict)
    satisfaction: dict[str, Integers] = field(default_factory=dict)
    unit: dict[str, Integers] = field(default_factory=dict)  # where a case is reassigned to


def whole(seconds: Floats, least: int = 1) -> Integers:
    """Whole seconds, at least so many."""
    return np.maximum(seconds, least).astype(np.int64)


def office_hours(moment: Integers, uniform: Floats, closes: float = 20.5) -> Integers:
    """The same moment, or the next morning where it falls into the night (from ``closes`` o'clock to eight)."""
    second = (moment + OFFSET) % DAY
    morning = whole(8.25 * 3600 + uniform * 5400)
    late = second > closes * 3600
    early = second < 8 * 3600
    return np.where(late, moment - second + DAY + morning, np.where(early, moment - second + morning, moment))
