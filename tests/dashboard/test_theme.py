"""Colours: complete in both themes, readable, named nowhere else."""

import re
import tomllib
from pathlib import Path

import pytest

from dashboard.theme import LEVELS, css_variables, rgba, theme, tokens

ROOT = Path(__file__).resolve().parents[2]


def _contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio."""

    def luminance(colour: str) -> float:
        parts = [channel / 255 for channel in rgba(colour)[:3]]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", ["dark", "light"])
def test_every_ink_reads_on_its_ground(name: str) -> None:
    chosen = theme(name)
    for ink in ("figure", "text", "quiet"):
        assert _contrast(chosen.ink[ink], chosen.surface["ground"]) >= 7
    assert _contrast(chosen.state["held_figure"], chosen.surface["ground"]) >= 7
    for band in ("late", "dead"):
        assert _contrast(chosen.state[f"{band}_ink"], chosen.state[f"{band}_ground"]) >= 7


def test_numbers_read_on_solid_orange_on_the_wall() -> None:
    assert _contrast(theme("dark").ink["on_level"], theme("dark").level["orange"]) >= 7


def test_both_themes_name_the_same_colours() -> None:
    dark, light = theme("dark").colours(), theme("light").colours()
    assert set(light) - set(dark) == {"level-yellow-edge"}
    assert set(dark) <= set(light)
    assert all(
        re.fullmatch(r"#[0-9A-F]{6}", theme(name).level[level]) for name in ("dark", "light") for level in LEVELS
    )


def test_variables_for_every_token() -> None:
    variables = css_variables("dark")
    for group in ("wall",):
        for name in tokens()["type"][group]:
            assert f"--size-{name}:" in variables
    with pytest.raises(ValueError, match="unknown theme"):
        theme("sepia")


def test_no_colour_is_named_outside_the_tokens() -> None:
    named = re.compile(r"#[0-9A-Fa-f]{6}\b|#[0-9A-Fa-f]{3}\b(?=[;\"' ])|\brgba?\(\s*\d")
    for path in sorted((ROOT / "dashboard").rglob("*")):
        if path.suffix in {".py", ".css", ".js"}:
            found = named.findall(path.read_text(encoding="utf-8"))
            assert not found, f"{path.relative_to(ROOT)} names {found}"


def test_streamlits_own_colours_are_the_tokens() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    for name in ("dark", "light"):
        chosen = theme(name)
        assert config[name]["backgroundColor"] == chosen.surface["ground"]
        assert config[name]["secondaryBackgroundColor"] == chosen.surface["raised"]
        assert config[name]["borderColor"] == chosen.surface["line"]
        assert config[name]["textColor"] == config[name]["primaryColor"] == chosen.ink["figure"]
        order = ("now", "before", "target", "lost")
        assert config[name]["chartCategoricalColors"] == [chosen.series[key] for key in order]
