"""Objections 申诉: what units say against the attribution of a case or against their mark, and what became of it."""

from collections.abc import Mapping
from typing import Final

import pandas as pd
from sqlalchemy import Connection

from queries.filters import Filter
from queries.runner import Shape, Type, ask, shape

LISTED: Final[Shape] = shape(
    objection_id=Type.INTEGER,
    area_id=Type.INTEGER,
    area_code=Type.TEXT,
    area_zh=Type.TEXT,
    area_en=Type.TEXT,
    period_from=Type.DAY,
    period_to=Type.DAY,
    case_id=(Type.INTEGER_OR_NONE, "of the case; none: the mark"),
    source=Type.TEXT,
    external_id=Type.TEXT,
    kind=Type.TEXT,
    asks=(Type.TEXT, "one of ASKS"),
    to_zh=Type.TEXT,
    to_en=Type.TEXT,
    reason=(Type.TEXT, "one of REASONS"),
    words=Type.TEXT,
    objected_at=Type.MOMENT,
    objected_by=Type.TEXT,
    outcome=(Type.TEXT, "one of OUTCOMES"),
    decided_words=Type.TEXT,
    decided_at=Type.MOMENT,
    decided_by=Type.TEXT,
)

#: What an objection asks for, and why; on a terminal in these words.
ASKS: Final[Mapping[str, str]] = {
    "leave_out": "leave the case out",
    "attribute_to": "count the case for another unit",
    "review_mark": "look at the mark again",
}
REASONS: Final[Mapping[str, str]] = {
    "other_area": "it lies in another area",
    "other_duty": "it is another's duty",
    "twice": "it is counted twice",
    "beyond_power": "it was beyond the unit's power",
    "wrong_record": "the record is wrong",
    "other": "another reason",
}
OUTCOMES: Final = ("open", "upheld", "rejected")

#: Objections of a unit, counted.
COUNTED: Final = ("area_id", "area_zh", "area_en", "n", *OUTCOMES, "moved")


def listed(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per objection made by as_of (LISTED), the newest first; of the filter's area where it names one, about
    periods that share a day with the filter's where it has one.
    """
    asked = filter.parameters() | {"period_from": filter.period_from, "period_to": filter.period_to}
    return ask(connection, "objections", "listed", LISTED, asked)


def counted(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per unit that has objected (COUNTED), by area_id: how many, by outcome, and how many cases were moved."""
    rows = frame.assign(
        n=1,
        moved=(frame["outcome"] == "upheld") & frame["case_id"].notna(),
        **{outcome: frame["outcome"] == outcome for outcome in OUTCOMES},
    )
    sums = rows.groupby(["area_id", "area_zh", "area_en"], as_index=False)[["n", *OUTCOMES, "moved"]].sum()
    return sums.astype(dict.fromkeys(("n", *OUTCOMES, "moved"), "int64"))[list(COUNTED)]
