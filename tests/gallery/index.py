"""A page with all pictures of a folder, to be opened from the disk."""

from collections.abc import Sequence
from html import escape
from itertools import groupby
from pathlib import Path

from tests.gallery.pictures import Shot

_STYLE = """
body { margin: 2rem; font: 16px/1.4 sans-serif; background: #fff; color: #12171b; }
section { margin: 0 0 2.5rem; } h2 { font-size: 1.2rem; }
div { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; }
figure { margin: 0; } img { height: 200px; border: 1px solid #d3d8dc; display: block; }
figcaption { color: #454e56; font-size: 0.85rem; }
"""


def write(folder: Path, taken: Sequence[Shot]) -> Path:
    """Write index.html; its path."""
    sections = []
    for name, group in groupby(taken, key=lambda shot: shot.name):
        figures = "".join(
            f'<figure><a href="{escape(shot.file)}"><img src="{escape(shot.file)}" alt="" loading="lazy"></a>'
            f"<figcaption>{shot.size[0]}×{shot.size[1]} · {shot.lang} · {shot.theme}</figcaption></figure>"
            for shot in group
        )
        sections.append(f"<section><h2>{escape(name)}</h2><div>{figures}</div></section>")
    index = folder / "index.html"
    index.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Gallery</title><style>{_STYLE}</style>'
        f"<h1>The wall, {len(taken)} pictures</h1>{''.join(sections)}</html>\n",
        encoding="utf-8",
    )
    return index
