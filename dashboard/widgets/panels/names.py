"""Owns how names are told apart where there is no room for them whole: what all have in common is left out."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import takewhile
from typing import Final

#: Columns a name may take before anything is left out; a Chinese character takes two.
_ROOM: Final = 16


def apart(names: Sequence[str]) -> list[str]:
    """The names, without the beginning and end that all of them share where one is too long: of "Guangming Shiwei New
    Community" and its neighbours "Shiwei" is left. Never so much that two would read alike.
    """
    if len(set(names)) < 2 or max(map(_width, names)) <= _ROOM:
        return list(names)
    split = [re.findall(r"[^\W\d_]|\d+|\S" if _is_wide(name) else r"\S+", name) for name in names]
    joint = "" if any(map(_is_wide, names)) else " "
    start, end = _shared(split), _shared([parts[::-1] for parts in split])
    start, end = (start if start > 1 or joint else 0), (end if end > 1 or joint else 0)
    short = [joint.join(parts[start : len(parts) - end]) for parts in split]
    return short if all(short) and len(set(short)) == len(set(names)) else list(names)


def _shared(names: Sequence[Sequence[str]]) -> int:
    """How many parts all of them begin with."""
    return sum(1 for _ in takewhile(lambda parts: len(set(parts)) == 1, zip(*names, strict=False)))


def _is_wide(name: str) -> bool:
    return any(unicodedata.east_asian_width(letter) in "WF" for letter in name)


def _width(name: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in name)
