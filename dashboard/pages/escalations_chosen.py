"""What the address of the page of escalations chooses by its own words, each the nearest that can be had."""

from dataclasses import dataclass
from typing import Final

import pandas as pd

from dashboard.live import questions
from dashboard.live.questions import NO_DEPARTMENT, Cut, Sort
from dashboard.pages.laptop.state import Question, short
from dashboard.text import Text

OWN: Final = ("department", "level", "state", "sort", "page_no")
#: Stands in an address for what was handed to a level without naming a department.
UNNAMED: Final = "none"
_MOST_PAGES: Final = 10_000


@dataclass(frozen=True)
class Chosen:
    """``notes``: a sentence for each word that had to be passed over."""

    cut: Cut
    department: str | None  # code; NO_DEPARTMENT; None: all
    level: str | None
    sort: Sort
    page: int
    notes: tuple[str, ...]

    @property
    def is_waiting(self) -> bool:
        """Whether what is listed still waits for its answer."""
        return self.cut in (Cut.PENDING, Cut.OVERDUE)


def chosen(question: Question, words: Text) -> Chosen:
    """The nearest to what the address says."""
    address, today = question.address, question.asked.filter.today
    notes: list[str] = []

    def known(name: str, allowed: set[str], otherwise: str) -> str | None:
        given = address.get(name)
        if given is None or given in allowed:
            return given
        notes.append(otherwise.format(given=short(given)))
        return None

    departments = {*questions.departments(question.asked.filter.subdistrict_id, today)["code"], UNNAMED}
    department = known("department", departments, words("There is no department {given}; all are shown"))
    level = known("level", set(levels(question)["code"]), words("There is no level {given}; all are shown"))
    cut = known("state", set(Cut), words("There is no state {given}; those waiting are shown"))
    sort = known("sort", set(Sort), words("There is no order {given}; the next to breach comes first"))
    number = address.get("page_no") or ""
    return Chosen(
        cut=Cut(cut or Cut.PENDING),
        department=NO_DEPARTMENT if department == UNNAMED else department,
        level=level,
        sort=Sort(sort or Sort.DEADLINE),
        page=int(number) if number.isdecimal() and 1 <= int(number[:6]) <= _MOST_PAGES else 1,
        notes=tuple(notes),
    )


def levels(question: Question) -> pd.DataFrame:
    """The levels a case may be handed to, in their order."""
    return questions.level_labels(question.asked.filter.today)


def spelt(department: str) -> str:
    """A department's key as it stands in an address."""
    return UNNAMED if department == NO_DEPARTMENT else department
