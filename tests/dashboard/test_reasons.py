"""No code of a reason reaches the page of data health: each has its words, in both languages."""

import re
from pathlib import Path

import pytest

import seed
from dashboard.pages import reasons
from dashboard.text import text
from seed.importers.findings import SENTENCES

SEED = Path(seed.__file__).parent


def _of_the_door() -> set[str]:
    door = (SEED / "schema" / "objects" / "50_door.sql").read_text(encoding="utf-8")
    named = set(re.findall(r"array\['(\w+)', ", door)) - {"refused", "parked"}
    return named | set(re.findall(r"array\['refused', '(\w+)'", door)) | set(re.findall(r"else '(changed_\w+)'", door))


def _of_the_importers() -> set[str]:
    code = (SEED / "importers" / "rows.py").read_text(encoding="utf-8")
    of_rows = {each for line in code.splitlines() if "_refuse(" in line for each in re.findall(r'"(\w+_\w+)"', line)}
    naming = (SEED / "importers" / "naming.py").read_text(encoding="utf-8")
    of_rows |= set(re.findall(r'Placed\(\S+, "(\w+)"', naming))
    history = (SEED / "importers" / "history.py").read_text(encoding="utf-8")
    of_rows |= set(re.findall(r'faults\[\w+\] = "(\w+)"', history))
    readers = sorted((SEED / "importers" / "formats").glob("*.py"))
    return of_rows.union(*(re.findall(r'"([a-z]+_[a-z_]+)"', each.read_text(encoding="utf-8")) for each in readers))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_reason_has_words(language: str) -> None:
    codes = _of_the_door() | _of_the_importers()
    assert {
        "year_out_of_range",
        "missing_time",
        "before_reported",
        "area_ambiguous",
        "not_json",
        "too_many_events",
    } <= codes
    assert codes <= set(reasons.refusals(text(language)))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_trap_has_words(language: str) -> None:
    assert set(reasons.noticed(text(language))) == set(SENTENCES)
