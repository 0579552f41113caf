"""Fonts of what is printed: found on the system, embedded in parts, with text that can be selected and searched.

A font with Chinese is needed only where there is Chinese. Where none holds the letters there is no file: boxes in the
place of names would be worse than none.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from fontTools.ttLib import TTCollection, TTFont
from fpdf import FPDF
from fpdf.fonts import Glyph, SubsetMap, TTFFont
from fpdf.output import OutputProducer, PDFFont
from fpdf.syntax import Name

#: Names the file of the font to use; its bold comes from beside it, or is the same.
VARIABLE: Final = "PDF_FONT"
#: Where systems have a font with Chinese, and below them one for other languages: regular and bold.
_PLACES: Final = (
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"),
    ("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", "/usr/share/fonts/noto-cjk/NotoSansCJK-Bold.ttc"),
    (
        "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
        "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Bold.ttc",
    ),
    (
        "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
        "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Bold.ttc",
    ),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
    ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"),
    ("C:/Windows/Fonts/msyh.ttc", "C:/Windows/Fonts/msyhbd.ttc"),
    ("/System/Library/Fonts/Hiragino Sans GB.ttc", "/System/Library/Fonts/Hiragino Sans GB.ttc"),
    ("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"),
)
#: In a collection, the face of simplified Chinese; else the first.
_FACE: Final = ("CJK SC", "SC", "GB", "YaHei", "MicroHei", "ZenHei")
_UNSEEN: Final = frozenset("\n\r\t")


class NoFontError(RuntimeError):
    """No font holds the letters that are to be printed. The text says what to install."""


@dataclass(frozen=True)
class Face:
    """A face of a font file; ``number``: which of a collection."""

    file: Path
    number: int
    letters: frozenset[int]


def faces(text: Iterable[str], environment: Mapping[str, str] | None = None) -> tuple[Face, Face]:
    """Regular and bold that hold every letter of the text. Raises NoFontError."""
    given = (os.environ if environment is None else environment).get(VARIABLE)
    wanted = frozenset(ord(letter) for piece in text for letter in piece if letter not in _UNSEEN)
    lacking = ""
    for regular, bold in _candidates(given):
        if not regular.is_file():
            continue
        found = _face(regular)
        missing = sorted(wanted - found.letters)
        if not missing:
            strong = _face(bold) if bold.is_file() else found
            return found, strong if wanted <= strong.letters else found
        lacking = lacking or "".join(chr(code) for code in missing[:8])
    if given:
        reason = f"has no letters {lacking}" if lacking else "is no file"
        raise NoFontError(f"{VARIABLE} names {given}, which {reason}: name the file of a font with Chinese.")
    raise NoFontError(
        "No font on this machine holds Chinese letters, which the PDF needs: install the package fonts-noto-cjk "
        f"(Debian, Ubuntu) or google-noto-sans-cjk-fonts (Fedora), or name the file of one in {VARIABLE}."
    )


def _candidates(given: str | None) -> list[tuple[Path, Path]]:
    if given:
        regular = Path(given)
        return [(regular, regular.with_name(regular.name.replace("Regular", "Bold")))]
    return [(Path(regular), Path(bold)) for regular, bold in _PLACES]


@cache
def _face(file: Path) -> Face:
    """The face of simplified Chinese of a file, with the letters it holds. Raises NoFontError for no font."""
    try:
        if file.suffix.lower() not in (".ttc", ".otc"):
            with TTFont(file, lazy=True) as font:
                return Face(file, 0, frozenset(font.getBestCmap()))
        with TTCollection(file, lazy=True) as collection:
            names = [str(font["name"].getDebugName(4) or "") for font in collection.fonts]
            number = next((place for mark in _FACE for place, name in enumerate(names) if mark in name), 0)
            return Face(file, number, frozenset(collection.fonts[number].getBestCmap()))
    except Exception as error:
        raise NoFontError(f"{file} cannot be read as a font: {error}") from error


def add(paper: FPDF, family: str, regular: Face, bold: Face) -> None:
    """Give a document the two faces as a family."""
    for style, face in (("", regular), ("B", bold)):
        paper.add_font(family, style, face.file, collection_font_number=face.number)
        font = paper.fonts[family.lower() + style]
        if isinstance(font, TTFFont) and font.is_cff and font.is_cid_keyed:
            font.subset = _ByCid(font)


class _ByCid(SubsetMap):
    """Letters by the numbers that the font itself gives its glyphs (CID).

    fpdf2 numbers the letters of a CFF font as they come and embeds a table from these numbers to the font's own.
    Readers that do not know such tables (pypdf) take each number for two letters. With the font's own numbers no table
    is needed.
    """

    def __init__(self, font: TTFFont) -> None:
        super().__init__(font)
        self._char_id_per_glyph = {glyph: _cid(glyph) for glyph in self._char_id_per_glyph if glyph is not None}

    def pick_glyph(self, glyph: Glyph | None) -> int | None:
        """The number of a glyph; None for none."""
        if glyph is None:
            return None
        return self._char_id_per_glyph.setdefault(glyph, _cid(glyph))


def _cid(glyph: Glyph) -> int:
    name = glyph.glyph_name
    return int(name[3:]) if name.startswith("cid") and name[3:].isdigit() else glyph.glyph_id


class Producer(OutputProducer):
    """Writes fonts with letters by CID under the encoding that says so, without a table of its own."""

    def _add_fonts(self, *arguments: Any, **keywords: Any) -> Any:
        numbered = {font.i for font in self.fpdf.fonts.values() if isinstance(getattr(font, "subset", None), _ByCid)}
        found = super()._add_fonts(*arguments, **keywords)
        for index, font in found.items():
            if index in numbered and isinstance(font, PDFFont):
                font.encoding = Name("Identity-H")
        return found
