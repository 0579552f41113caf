"""Whether a warning was right: how much of what came lay in the units that a forecast put first."""

from typing import Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

#: Share of the units that a forecast is judged by.
TENTH: Final = 0.1


def count_of(units: int, share: float = TENTH) -> int:
    """How many units the share is, at least one where there are any."""
    return min(units, max(1, round(share * units)))


def captured(forecast: Array, load: Array, count: int) -> float:
    """Load of the ``count`` units with the highest forecast. Units that are equal at the edge bring their mean: which
    of them come first is chance.
    """
    if count <= 0 or len(forecast) == 0:
        return 0.0
    edge = np.sort(forecast)[::-1][count - 1]
    above, equal = forecast > edge, forecast == edge
    return float(load[above].sum() + (count - above.sum()) * load[equal].mean())
