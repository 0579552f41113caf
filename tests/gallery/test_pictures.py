"""The gallery has every scene in every size, language and theme, each in a file of its own that the page shows."""

from pathlib import Path

from dashboard.pages.wall import SCENES
from dashboard.text import LOCALES
from dashboard.theme import THEMES
from tests.gallery import index
from tests.gallery.pictures import KEPT, SIZES, STATES, Shot, address, shots
from tests.support.app import ROOT


def test_every_scene_in_every_size_language_and_theme_once() -> None:
    wanted = shots(SCENES, SIZES, list(LOCALES), THEMES)
    assert len({shot.file for shot in wanted}) == len(wanted) == len(SCENES) * 5 * 2 * 2
    groups = [(shot.name, shot.lang, shot.theme) for shot in wanted]
    assert groups == sorted(groups, key=groups.index), "a page is opened once"


def test_scenes_are_of_the_app_and_states_of_the_samples() -> None:
    assert (
        address("http://x", Shot("stages", "zh", "dark", (1920, 1080)))
        == "http://x/wall?scene=stages&lang=zh&theme=dark"
    )
    assert all(
        address("http://x", Shot(state, "en", "dark", (1, 1))).startswith("http://x/?sample=") for state in STATES
    )


def test_the_page_shows_each_picture(tmp_path: Path) -> None:
    wanted = shots(["overview"], SIZES, ["zh"], ["dark"])
    page = index.write(tmp_path, wanted).read_text(encoding="utf-8")
    assert all(f'src="{shot.file}"' in page for shot in wanted)


def test_the_readme_shows_pictures_that_are_kept() -> None:
    for name in KEPT:
        assert (ROOT / "docs" / "pictures" / name).is_file(), "make gallery ARGS=--keep"
