"""The catalogue of definitions 口径: what every figure counts, leaves out, and when it is final, in both languages."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Figure:
    """One figure's definition. ``question``: ``subject/question`` of the SQL file and function it comes from."""

    id: str
    question: str
    name_zh: str
    name_en: str
    formula_zh: str
    formula_en: str
    numerator_zh: str
    numerator_en: str
    denominator_zh: str
    denominator_en: str
    cohort_zh: str
    cohort_en: str
    exclusions_zh: str
    exclusions_en: str
    follow_up_zh: str
    follow_up_en: str


@cache
def figures() -> dict[str, Figure]:
    """All definitions by id, in the catalogue's order. Raises ValueError where an id is given twice."""
    held = tomllib.loads(resources.files("queries").joinpath("catalogue.toml").read_text(encoding="utf-8"))
    found = [Figure(**figure) for figure in held["figures"]]
    by_id = {figure.id: figure for figure in found}
    if len(by_id) != len(found):
        raise ValueError("catalogue.toml defines a figure twice.")
    return by_id
