"""The evidence of findings: what each says of a unit, whatever it looks at. See findings.py."""

import json
from typing import Final

import numpy as np
import numpy.typing as npt

from queries.runner import Shape, Type, shape

#: n: what could have shown it; observed: what did. figure_n, figure_good: the rate as it stands, of the unit's cohort.
#: n_without, good_without: the same with every suspect case counted in, and none of them as good.
EVIDENCE: Final[Shape] = shape(
    area_id=Type.INTEGER,
    kind=Type.TEXT,
    cutoff=Type.TEXT,
    n=(Type.INTEGER, "cases"),
    observed=(Type.INTEGER, "cases"),
    figure_n=(Type.INTEGER, "cases"),
    figure_good=(Type.INTEGER, "cases"),
    n_without=(Type.INTEGER, "cases"),
    good_without=(Type.INTEGER, "cases"),
    case_ids=Type.JSON,
)


def unit_kinds(held: bytes | None, units: npt.NDArray[np.int64]) -> list[str]:
    """Of each unit its kind, as the question tells the kinds of all: JSON by area_id."""
    kinds = json.loads(bytes(held)) if held else {}
    return [kinds[str(area_id)] for area_id in units.tolist()]
