"""What a store knows besides its cases: places, matters, calendar, sources, sites, field work, marks.

``Reference`` is the shape every producer (demo profiles, importers) hands over; ``load`` writes it as the owner.
"""

from dataclasses import dataclass, field, fields

import pandas as pd

#: Columns of each frame of a Reference. Codes are text; days are datetime.date; times are aware timestamps.
COLUMNS: dict[str, tuple[str, ...]] = {
    "labels": ("topic", "code", "position", "name_zh", "name_en"),
    "areas": (
        *("subdistrict_code", "code", "parent_code", "level", "kind", "name_zh", "name_en", "short_name", "position"),
        *("lon", "lat", "boundary", "is_illustrative", "population", "valid_from", "valid_to"),
    ),
    "aliases": ("subdistrict_code", "area_code", "alias"),
    "lineage": ("subdistrict_code", "old_code", "new_code", "share"),
    "departments": ("subdistrict_code", "code", "name_zh", "name_en"),
    "staff_posts": ("subdistrict_code", "area_code", "post", "members"),
    "case_types": ("code", "parent_code", "kind", "name_zh", "name_en", "handling"),
    "deadlines": ("type_code", "risk", "amount", "unit"),
    "calendar": ("day", "is_working_day", "holiday_zh", "holiday_en"),
    "sources": (
        *("subdistrict_code", "source", "name_zh", "name_en", "position"),
        *("expected_every_seconds", "records_times"),
    ),
    "risk_points": (
        *("subdistrict_code", "code", "site_kind", "site_code", "area_code", "name_zh", "name_en", "risk"),
        *("lon", "lat", "opened_on", "closed_on"),
    ),
    "field_work": ("subdistrict_code", "area_code", "day", "activity", "times", "people"),
    "assessment_marks": (
        *("subdistrict_code", "area_code", "period_start", "period_end", "item", "marks", "full_marks"),
        "recorded_at",
    ),
    "operating_mode": ("subdistrict_code", "since", "mode", "reason_zh", "reason_en", "recorded_at"),
}


def _empty(name: str) -> pd.DataFrame:
    return pd.DataFrame(columns=list(COLUMNS[name]))


@dataclass(frozen=True)
class Reference:
    """One frame per table, columns as in COLUMNS; a frame left out is empty.

    ``areas``: subdistrict_code names the owning subdistrict's area code ("" above that level); a subdistrict's own row
    carries its own code there. parent_code "" for the root. valid_from/valid_to None: for ever.
    """

    areas: pd.DataFrame
    case_types: pd.DataFrame
    calendar: pd.DataFrame
    sources: pd.DataFrame
    labels: pd.DataFrame = field(default_factory=lambda: _empty("labels"))
    aliases: pd.DataFrame = field(default_factory=lambda: _empty("aliases"))
    lineage: pd.DataFrame = field(default_factory=lambda: _empty("lineage"))
    departments: pd.DataFrame = field(default_factory=lambda: _empty("departments"))
    staff_posts: pd.DataFrame = field(default_factory=lambda: _empty("staff_posts"))
    deadlines: pd.DataFrame = field(default_factory=lambda: _empty("deadlines"))
    risk_points: pd.DataFrame = field(default_factory=lambda: _empty("risk_points"))
    field_work: pd.DataFrame = field(default_factory=lambda: _empty("field_work"))
    assessment_marks: pd.DataFrame = field(default_factory=lambda: _empty("assessment_marks"))
    operating_mode: pd.DataFrame = field(default_factory=lambda: _empty("operating_mode"))

    def __post_init__(self) -> None:
        for item in fields(self):
            frame: pd.DataFrame = getattr(self, item.name)
            missing = [column for column in COLUMNS[item.name] if column not in frame.columns]
            if missing:
                raise ValueError(f"reference frame {item.name!r} lacks the columns {', '.join(missing)}")
