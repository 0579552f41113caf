"""The two years of matian come within 2 % of every figure of the profile."""

from datetime import date

import pytest

from seed.demo import generate
from seed.demo.calibration import calibration


@pytest.mark.timeout(180)
def test_matian_is_calibrated() -> None:
    table = calibration(generate("matian", 20260101, date(2026, 11, 23))).set_index("figure")
    beyond = table[table["deviation"].abs() > 0.02]
    assert beyond.empty, beyond.to_string()
    assert table.loc["appeals", "got"] == 27_742
    assert table.loc["capital_trips", "got"] == 0
