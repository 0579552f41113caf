"""How well the product's own forecasts, alarms and rankings do: results of `python -m tests.evaluate`, kept as data.

Measured on demo cities, whose truth is known; whoever shows them says so.
"""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Final

#: What a result is measured on; there is no other yet.
DEMO_DATA: Final = "demo data"
FILE: Final = "evaluation.json"


@dataclass(frozen=True)
class Reached:
    """One aim of a study: what was wanted and what was got, in the unit named."""

    aim: str
    wanted: float
    got: float
    unit: str
    at_least: bool  # False: at most

    @property
    def is_reached(self) -> bool:
        """Whether it was."""
        return self.got >= self.wanted if self.at_least else self.got <= self.wanted


@dataclass(frozen=True)
class Evaluation:
    """One study's results. ``tables``: name → rows as the study made them; numbers with an interval are objects of
    value, low and high (90 %).
    """

    study: str
    made_on: date
    data: str
    seeds: tuple[int, ...]
    command: str
    reached: tuple[Reached, ...]
    tables: dict[str, list[dict[str, Any]]]


@cache
def evaluations() -> dict[str, Evaluation]:
    """All kept results by study; empty where none was kept. Raises ValueError where the file is not as it should be."""
    file = resources.files("queries").joinpath(FILE)
    return parse(file.read_text(encoding="utf-8")) if file.is_file() else {}


def parse(text: str) -> dict[str, Evaluation]:
    """The results in a file's text, by study. Raises ValueError where it is not as it should be."""
    try:
        return {study: _evaluation(study, held) for study, held in json.loads(text).items()}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{FILE} is not what python -m tests.evaluate writes: {error}.") from error


def _evaluation(study: str, held: dict[str, Any]) -> Evaluation:
    if held["data"] != DEMO_DATA:
        raise ValueError(f"measured on {held['data']!r}, which is unknown")
    return Evaluation(
        study=study,
        made_on=date.fromisoformat(held["made_on"]),
        data=held["data"],
        seeds=tuple(int(seed) for seed in held["seeds"]),
        command=held["command"],
        reached=tuple(Reached(**aim) for aim in held["reached"]),
        tables=held["tables"],
    )
