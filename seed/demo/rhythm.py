"""The rhythm of the hours: when in a day cases of a kind come in."""

from typing import Final

import numpy as np

from seed.demo.chance import Flags, Floats, Integers

_SLOTS: Final = 96  # quarters of an hour
#: Weight of each hour, from midnight, on working days and on days of rest.
_HOURS: Final = {
    "appeal": (
        (9, 6, 4, 3, 3, 4, 10, 26, 62, 88, 84, 66, 42, 46, 72, 80, 74, 58, 44, 46, 48, 42, 30, 17),
        (12, 8, 5, 4, 3, 4, 8, 18, 40, 62, 70, 62, 46, 44, 56, 62, 60, 54, 48, 52, 56, 50, 36, 22),
    ),
    "hazard": (
        (2, 1, 1, 1, 1, 1, 4, 20, 74, 100, 96, 62, 22, 36, 86, 96, 84, 50, 26, 36, 34, 18, 6, 3),
        (2, 1, 1, 1, 1, 1, 4, 14, 52, 84, 84, 54, 22, 32, 70, 78, 70, 46, 30, 44, 42, 22, 8, 3),
    ),
    "warning": (
        (26, 22, 18, 16, 15, 18, 26, 36, 40, 40, 42, 48, 46, 40, 38, 40, 42, 50, 56, 52, 48, 44, 38, 32),
        (30, 25, 20, 17, 15, 17, 22, 30, 36, 40, 44, 50, 48, 42, 40, 42, 46, 52, 58, 54, 50, 46, 42, 36),
    ),
    "police_report": (
        (40, 30, 22, 14, 10, 8, 10, 16, 30, 46, 50, 48, 44, 46, 50, 52, 50, 48, 50, 58, 64, 66, 60, 52),
        (50, 38, 26, 16, 10, 8, 8, 14, 24, 40, 46, 48, 46, 46, 48, 50, 50, 50, 54, 62, 70, 72, 68, 60),
    ),
    "petition": (
        (0, 0, 0, 0, 0, 0, 0, 0, 40, 100, 90, 60, 2, 10, 80, 90, 60, 20, 0, 0, 0, 0, 0, 0),
        (0, 0, 0, 0, 0, 0, 0, 0, 30, 100, 90, 60, 2, 10, 60, 60, 40, 10, 0, 0, 0, 0, 0, 0),
    ),
}


def _curve(hours: tuple[int, ...]) -> Floats:
    """The running share of a day's cases at each quarter's end, straight lines between the hours' middles."""
    middles = np.arange(-1, 25) + 0.5
    weights = np.array([hours[-1], *hours, hours[0]], dtype=float)
    quarters = (np.arange(_SLOTS) + 0.5) / 4
    curve = np.cumsum(np.interp(quarters, middles, weights))
    return np.asarray(np.concatenate([[0.0], curve / curve[-1]]))


_CURVES: Final = {kind: (_curve(working), _curve(rest)) for kind, (working, rest) in _HOURS.items()}


def seconds_of_day(kind: str, is_working: Flags, uniform: Floats) -> Integers:
    """The second of the local day at which each case comes in."""
    edges = np.linspace(0, 86_400, _SLOTS + 1)
    working, rest = (np.interp(uniform, curve, edges) for curve in _CURVES[kind])
    return np.clip(np.where(is_working, working, rest).astype(np.int64), 0, 86_399)


def hour_shares(kind: str, *, is_working: bool) -> Floats:
    """Share of a day's cases of a kind that comes in during each hour (24, sums to 1)."""
    return np.diff(_CURVES[kind][0 if is_working else 1][:: _SLOTS // 24])
