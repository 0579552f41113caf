"""Memory that an answer has used is kept for the next."""

import subprocess
import sys

import pytest

from queries.process import keep_freed_memory

#: Makes and frees four megabytes twenty times; says how many pages had to be made for it.
ANSWERS = """
import resource, sys
import numpy as np
from queries.process import settle

if sys.argv[1] == "settled":
    settle()
def answer():
    return sum(float(each.sum()) for each in [np.ones(125_000) for _ in range(4)])
answer(), answer()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    answer()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def pages(how: str) -> int:
    """How many pages a process had to have made for it."""
    told = subprocess.run([sys.executable, "-c", ANSWERS, how], check=True, capture_output=True, text=True)
    return int(told.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="mallopt is the GNU C library's")
def test_memory_is_not_given_back_between_answers() -> None:
    assert keep_freed_memory()
    assert pages("settled") < 1000 < pages("as it comes")
