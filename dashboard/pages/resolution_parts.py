"""The lines of the table of parts: what each brought to the change of a rate, and where it leads."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from typing import Any

import pandas as pd

from dashboard.frames import rows
from dashboard.live import questions
from dashboard.live.questions import SHOWN_SINGLY, SMALLEST_CELL, By, Why
from dashboard.pages.cases import hour_word
from dashboard.pages.laptop.frame import USUAL_DAYS
from dashboard.pages.laptop.pieces import level_word
from dashboard.pages.laptop.state import Question
from dashboard.pages.resolution_words import LOW_IS_GOOD, RATES, Wanted
from dashboard.text import Text

_COUNTS = ["n", "good", "n_before", "good_before"]
_EFFECTS = ["mix_shown", "own_shown"]


@dataclass(frozen=True)
class Line:
    """A part of the whole. ``mix`` and ``own``: points as they are shown, adding up over all lines; None: no change."""

    label: str
    n: int
    good: int
    n_before: int
    good_before: int
    mix: float | None
    own: float | None
    is_clear: bool  # its own rate has changed beyond chance
    is_provisional: bool
    to: str | None = None  # where it leads: further down, or to its cases
    cases: str | None = None  # the cases to look at

    @property
    def rate(self) -> float | None:
        """Good ÷ n; None without a case."""
        return self.good / self.n if self.n else None

    @property
    def rate_before(self) -> float | None:
        """The same in the earlier period."""
        return self.good_before / self.n_before if self.n_before else None

    @property
    def change(self) -> float | None:
        """Points it brought to the change of the whole."""
        return None if self.mix is None or self.own is None else self.mix + self.own


def lines(found: Why, asked: Wanted, question: Question, words: Text) -> list[Line]:
    """A line for each part, what brought most first; parts too small to be shown stand together in the last."""
    names = questions.key_labels(asked.filter, asked.by, words.language)
    shown, small = _apart(found.parts, is_private=asked.is_private)
    made = [_line(row, names, asked, question, words) for row in rows(shown)]
    if len(small):
        made.append(_together(small, words("fewer than {n} each, together", n=SMALLEST_CELL)))
    return made


def shortened(every: list[Line], most: int, words: Text) -> list[Line]:
    """The first lines, and the others together as one."""
    if len(every) <= most + 1:
        return every
    rest = every[most:]
    frame = pd.DataFrame(
        {name: [getattr(line, name) for line in rest] for name in (*_COUNTS, "is_provisional")}
        | {"mix_shown": [line.mix for line in rest], "own_shown": [line.own for line in rest]}
    )
    return [*every[:most], _together(frame, words("the other {n} together", n=words.number(len(rest))))]


def _apart(parts: pd.DataFrame, *, is_private: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Parts that may be shown, and those of fewer cases than a cell may have, with others if they are too few still."""
    if not is_private:
        return parts, parts.iloc[:0]
    is_small = parts["n"].between(1, SMALLEST_CELL - 1) | parts["n_before"].between(1, SMALLEST_CELL - 1)
    if is_small.any():
        for index in parts.loc[~is_small].sort_values("n", kind="stable").index:
            held = parts.loc[is_small, ["n", "n_before"]].sum()
            if not held.between(1, SMALLEST_CELL - 1).any() and is_small.sum() > 1:
                break
            is_small[index] = True
    return parts[~is_small], parts[is_small]


def _together(frame: pd.DataFrame, label: str) -> Line:
    n, good, n_before, good_before = (int(frame[name].sum()) for name in _COUNTS)
    mix, own = (None if frame[name].isna().all() else float(frame[name].sum()) for name in _EFFECTS)
    return Line(label, n, good, n_before, good_before, mix, own, False, bool(frame["is_provisional"].any()))


def _line(row: Any, names: Mapping[str, tuple[str, str]], asked: Wanted, question: Question, words: Text) -> Line:
    key = row.key if isinstance(row.key, str) else None
    to, cases = (None, None) if key is None else _leads(key, names, asked, question)
    counts = (int(row.n), int(row.good), int(row.n_before), int(row.good_before))
    mix, own = (None if isnan(value) else float(value) for value in (row.mix_shown, row.own_shown))
    label = part_label(key, names, asked.by, words)
    return Line(label, *counts, mix, own, bool(row.is_clear), bool(row.is_provisional), to, cases)


def part_label(key: str | None, names: Mapping[str, tuple[str, str]], by: By, words: Text) -> str:
    """What a part is called."""
    if key is None:
        return words("in none of them, or redrawn in between")
    if by is By.HOUR:
        return hour_word(int(key), words)
    if by is By.RISK:
        return level_word(key, words)
    return names.get(key, (key, key))[0]


def _leads(
    key: str, names: Mapping[str, tuple[str, str]], asked: Wanted, question: Question
) -> tuple[str | None, str | None]:
    """Where a part leads (further down, or to all its cases), and the cases that count against its rate."""
    code = names.get(key, (key, key))[1]
    if asked.by is By.AREA:
        is_community = asked.unit_level == "community"
        down = question.address.to(area=code, by=None) if is_community else cases_of(asked, question, None, area=code)
        return down, cases_of(asked, question, behind_of(asked), area=code)
    if asked.by is By.KIND:
        is_shown = key in set(SHOWN_SINGLY)
        narrowing: dict[str, object] = {"kinds": key}
        return (
            question.address.to(kinds=key, by=None) if is_shown else None,
            cases_of(asked, question, behind_of(asked), **narrowing) if is_shown else None,
        )
    narrowing = {asked.by.value: code}
    return cases_of(asked, question, None, **narrowing), cases_of(asked, question, behind_of(asked), **narrowing)


def behind_of(asked: Wanted) -> str | None:
    """The cut of the list that has the cases to look at; None where they are never shown singly."""
    only = RATES[asked.figure][0]
    return None if only is None else only.value


def cases_of(asked: Wanted, question: Question, behind: str | None, **narrowing: object) -> str | None:
    """The list of cases of a rate, with the days and kinds it is of."""
    if RATES[asked.figure][0] is None:
        return None
    changes: dict[str, object] = {"behind": behind, "kinds": ",".join(asked.kinds) if asked.kinds else None}
    if asked.days != question.asked.filter.period(USUAL_DAYS):
        changes |= {"from": asked.days[0], "to": asked.days[1]}
    return question.address.to("cases", **(changes | narrowing))


def to_look_at(line: Line, asked: Wanted) -> int:
    """How many cases count against the rate."""
    return line.good if asked.figure in LOW_IS_GOOD else line.n - line.good


def said_of(line: Line, words: Text) -> str:
    """In a few words what moved: that more or less of it came, or that its own rate rose or fell."""
    if line.mix is None or line.own is None or (not line.change and not line.mix):
        return ""
    if not line.n_before:
        return words("came new")
    if not line.n:
        return words("did not come again")
    if abs(line.mix) > abs(line.own):
        return words("its share of the cases changed")
    fell = words("its rate fell") if line.own < 0 else words("its rate rose")
    return fell if line.is_clear else words("{change}, within chance", change=fell)
