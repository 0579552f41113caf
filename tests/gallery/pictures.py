"""Which pictures there are and how one is taken: once the wall stands, its map is drawn and nothing moves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page

SIZES: Final = ((1366, 768), (1920, 1080), (2560, 1080), (3840, 2160), (5760, 1080))
#: States of the overview that a demo city does not have at any hour, from the samples of the tests: name and address.
STATES: Final = {
    "calm": {"sample": "calm"},
    "busiest": {"sample": "crowded"},
    "empty": {"sample": "empty"},
    "late": {"sample": "busy", "age": "47"},
    "dead": {"sample": "busy", "age": "187"},
    "names": {"sample": "long_names"},
    "tiles": {"sample": "tiles"},
}
#: Kept for the README, by the name there.
KEPT: Final = {
    "wall-zh.png": ("overview", "zh", "dark"),
    "wall-stages-zh.png": ("stages", "zh", "dark"),
    "wall-ranking-en.png": ("ranking", "en", "dark"),
    "wall-escalations-light-zh.png": ("escalations", "zh", "light"),
}
KEPT_SIZE: Final = (1920, 1080)
#: Milliseconds for fades, and for a map drawn in software.
_STILL, _MAP = 300, 1500


@dataclass(frozen=True)
class Shot:
    """One picture."""

    name: str  # a scene, or a state of the overview
    lang: str
    theme: str
    size: tuple[int, int]

    @property
    def file(self) -> str:
        width, height = self.size
        return f"{self.name}-{width}x{height}-{self.lang}-{self.theme}.png"


def shots(
    names: Sequence[str], sizes: Iterable[tuple[int, int]], langs: Sequence[str], themes: Sequence[str]
) -> list[Shot]:
    """Sizes last: a page is opened once and resized."""
    return [
        Shot(name, lang, theme, size)
        for name in names
        for lang in langs
        for theme in themes
        for size in sorted(sizes, key=lambda size: size[0] * size[1])
    ]


def take(browser: Browser, base: str, wanted: Sequence[Shot], folder: Path) -> Iterable[Shot]:
    """Take the pictures one after the other; yields each when its file is there."""
    opened: tuple[str, str, str] | None = None
    page: Page | None = None
    for shot in wanted:
        width, height = shot.size
        # a sample is as old as it says only when it is opened anew
        if page is None or opened != (shot.name, shot.lang, shot.theme) or shot.name in STATES:
            if page is not None:
                page.context.close()
            context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
            page = context.new_page()
            page.goto(address(base, shot))
            opened = (shot.name, shot.lang, shot.theme)
        page.set_viewport_size({"width": width, "height": height})
        settle(page, width, height)
        page.screenshot(path=folder / shot.file)
        yield shot
    if page is not None:
        page.context.close()


def address(base: str, shot: Shot) -> str:
    """Of the app for a scene, of the samples for a state."""
    asked = STATES.get(shot.name)
    chosen = {**asked, "scene": "overview"} if asked else {"scene": shot.name}
    path = "" if asked else "wall"
    return f"{base}/{path}?{urlencode({**chosen, 'lang': shot.lang, 'theme': shot.theme})}"


def settle(page: Page, width: int, height: int) -> None:
    """Until the wall fits the screen and, where a map is shown, the map fits the wall."""
    page.wait_for_selector(f'.wall[data-size="{width}x{height}"] .scene.shown', state="attached", timeout=60_000)
    if page.evaluate("document.documentElement.dataset.wallMap") == "shown":
        page.wait_for_selector(".st-key-wall_map_box canvas", state="attached", timeout=60_000)
        page.wait_for_function(
            "Math.abs(window.wallData.unit - Math.min(innerHeight / 135, innerWidth / 240)) < 0.01", timeout=60_000
        )
        page.wait_for_timeout(_MAP)
    page.wait_for_timeout(_STILL)
