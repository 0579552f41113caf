"""Owns every colour and size: reads tokens.toml and hands out colours by their meaning.

Nothing else in the project names a colour. The dark theme is made for the wall, the light one for paper and laptop;
both are complete. Contrast of every ink on its ground is at least 7:1 (tests/dashboard/test_theme.py measures it).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

ThemeName = Literal["dark", "light"]

THEMES: tuple[ThemeName, ...] = ("dark", "light")

#: Risk levels that have a colour, worst first. Everything else on a screen is grey.
LEVELS: tuple[str, ...] = ("red", "orange", "yellow", "blue")

_TOKENS = Path(__file__).with_name("tokens.toml")


@dataclass(frozen=True)
class Theme:
    """Colours of one theme as ``#RRGGBB``, grouped by what they mean."""

    name: ThemeName
    surface: Mapping[str, str]
    ink: Mapping[str, str]
    level: Mapping[str, str]
    state: Mapping[str, Any]  # held_opacity is a number, the rest are colours
    series: Mapping[str, str]

    def colours(self) -> dict[str, str]:
        """Every value of the theme by the name of its CSS variable, without the leading dashes."""
        groups = {
            "surface": self.surface,
            "ink": self.ink,
            "level": self.level,
            "state": self.state,
            "series": self.series,
        }
        return {
            f"{group}-{name}".replace("_", "-"): str(value)
            for group, values in groups.items()
            for name, value in values.items()
        }


@cache
def tokens() -> dict[str, Any]:
    """The whole of tokens.toml."""
    return tomllib.loads(_TOKENS.read_text(encoding="utf-8"))


@cache
def theme(name: str) -> Theme:
    """The theme of that name.

    Raises:
        ValueError: for a name other than dark and light.
    """
    known: dict[str, ThemeName] = {"dark": "dark", "light": "light"}
    if name not in known:
        raise ValueError(f"unknown theme {name!r}: dark or light")
    return Theme(name=known[name], **tokens()[name])


def rgba(colour: str, alpha: float = 1.0) -> list[int]:
    """``#RRGGBB`` as four numbers 0-255, the form deck.gl takes; ``alpha`` 0-1."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return [red, green, blue, round(255 * alpha)]


def font_family() -> str:
    """System fonts in order of preference; all of them hold Chinese."""
    return str(tokens()["type"]["family"])


def css_variables(name: str) -> str:
    """The theme as CSS declarations, one variable per token, with sizes in units of 1/135 of the screen's height."""
    sizes = tokens()["type"]["wall"]
    motion = tokens()["motion"]
    lines = [f"--{key}: {value};" for key, value in theme(name).colours().items()]
    lines += [f"--size-{key}: calc({value * 135:.3f} * var(--u));" for key, value in sizes.items()]
    lines += [f"--motion-{key.replace('_', '-')}: {value}s;" for key, value in motion.items()]
    lines.append(f"--font: {font_family()};")
    return "\n".join(lines)


def altair_config(name: str) -> dict[str, Any]:
    """Vega-Lite config for charts on this theme: grey by default, hairlines, no frame."""
    chosen = theme(name)
    label = {"labelColor": chosen.ink["quiet"], "titleColor": chosen.ink["quiet"], "labelFontSize": 12}
    return {
        "background": "transparent",
        "font": font_family(),
        "view": {"stroke": None},
        "axis": {
            **label,
            "titleFontWeight": "normal",
            "titleFontSize": 12,
            "domainColor": chosen.surface["line"],
            "tickColor": chosen.surface["line"],
            "gridColor": chosen.surface["line"],
        },
        "legend": {**label, "symbolStrokeWidth": 0},
        "bar": {"color": chosen.series["now"]},
        "line": {"color": chosen.series["now"]},
        "rule": {"color": chosen.series["target"]},
        "text": {"color": chosen.ink["text"], "fontSize": 12},
        "range": {"category": [chosen.series[key] for key in ("now", "before", "winnable", "target")]},
    }
