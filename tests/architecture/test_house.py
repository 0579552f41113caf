"""The shape of the house: packages that import contracts can see, commands that the documents name."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [path for path in sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("docs/**/*.md")) if path.is_file()]
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("top", ["seed", "queries", "dashboard", "tests"])
def test_every_folder_of_code_is_a_package(top: str) -> None:
    """Import contracts and types are checked in packages only."""
    folders = {path.parent for path in (ROOT / top).rglob("*.py")} - {ROOT / "seed" / "schema" / "versions"}
    unseen = [str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").exists()]
    assert [folder for folder in unseen if folder != "seed/schema"] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_documents_name_commands_that_exist(path: Path) -> None:
    named = set(re.findall(r"\bmake ([a-z]+(?:-[a-z]+)*)\b", "\n".join(commands(path.read_text("utf-8")))))
    assert named <= TARGETS, f"{path.name} names {sorted(named - TARGETS)}"


def commands(text: str) -> list[str]:
    """What a document sets as code, in lines and in blocks."""
    return re.findall(r"```.*?```", text, re.DOTALL) + re.findall(r"`([^`\n]+)`", text)


def test_drawing_packages_are_under_contract() -> None:
    """A new package that draws is named where the contracts keep Streamlit and SQL out of it."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    kept = {module for contract in contracts for module in contract.get("source_modules", [])}
    for package in ("charts", "maps", "exports"):
        if (ROOT / "dashboard" / package / "__init__.py").exists():
            assert f"dashboard.{package}" in kept
