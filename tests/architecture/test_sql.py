"""What the linter does not see in the SQL: grain stated, parameters bound as they look."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = sorted((ROOT / "queries" / "sql").glob("*/*.sql"))
ALL = sorted([*QUESTIONS, *(ROOT / "queries" / "commands").glob("*.sql")])


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", QUESTIONS, ids=name)
def test_question_opens_with_its_grain(path: Path) -> None:
    assert path.read_text("utf-8").startswith("-- One row")


@pytest.mark.parametrize("path", ALL, ids=name)
def test_parameters_are_bound(path: Path) -> None:
    """`:x::text` binds nothing and says nothing; a word after a colon in a comment becomes a parameter."""
    for line in path.read_text("utf-8").splitlines():
        code, _, comment = line.partition("--")
        assert not re.search(r":\w+::", code), f"write cast(:x as …): {line}"
        assert not re.search(r"(?<!:):[a-z_]\w*", comment), f"a parameter in a comment: {line}"


@pytest.mark.parametrize("path", QUESTIONS, ids=name)
def test_question_has_no_clock_of_its_own(path: Path) -> None:
    """Time is an argument: the same question at the same moment gives the same answer."""
    clock = r"\b(now\s*\(|current_timestamp|current_date|clock_timestamp|localtimestamp|statement_timestamp)"
    assert not re.search(clock, path.read_text("utf-8"), re.IGNORECASE)
