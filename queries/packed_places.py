"""Where packed cases were: label points, where nobody said; and how far two places are from each other."""

from typing import Final

import numpy as np
import numpy.typing as npt

from queries import packed
from queries.packed_days import Mask, Numbers

_METRES_TO_A_DEGREE: Final = 111_320  # of latitude


class LabelPoints:
    """Where the names of areas stand (app.packed_label_points): a case that lies there has no place of its own."""

    def __init__(self, held: bytes | None) -> None:
        rows = np.frombuffer(held or b"", dtype=[("area", ">i8"), ("lon", ">f8"), ("lat", ">f8")])
        area = rows["area"].astype(np.int64)
        self._numbered = packed.Numbered(area)
        self._lon, self._lat = np.full((2, self._numbered.size), np.nan)
        place = self._numbered.places(area)
        self._lon[place], self._lat[place] = rows["lon"], rows["lat"]

    def are_at(self, areas: Numbers, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> Mask:
        """Which of the places are the label point of their area."""
        place = self._numbered.places(areas)
        return np.asarray((self._lon[place] == lon) & (self._lat[place] == lat))


class Places:
    """Places in degrees; no numbers where one is not known."""

    def __init__(self, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> None:
        self._lon, self._lat = lon, lat
        self._metres_east = _METRES_TO_A_DEGREE * np.cos(np.radians(lat))  # to a degree of longitude there

    def are_near(self, one: npt.NDArray[np.intp], other: npt.NDArray[np.intp], metres: float) -> Mask:
        """Which pairs of known places lie within so many metres, reckoned at the latitude of the one."""
        north = _METRES_TO_A_DEGREE * (self._lat[other] - self._lat[one])
        east = self._metres_east[one] * (self._lon[other] - self._lon[one])
        return np.asarray(north**2 + east**2 <= metres**2)
