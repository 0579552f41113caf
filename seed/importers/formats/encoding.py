"""In which encoding a text file is written: UTF-8, UTF-16 or GB18030, found out by reading all of it.

No statistics: an encoding is taken when every byte of the file can be read in it, so no character is ever guessed.
"""

import codecs
from pathlib import Path
from typing import Final

from seed.importers.formats.base import ImportFileError

_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BLOCK: Final = 1 << 20
#: So many characters of several bytes before the first wrong one: a damaged UTF-8 file, not one of GB18030.
_UTF8_FOR_SURE: Final = 10


def detect_encoding(path: Path) -> str:
    """The encoding in which the whole file can be read. Raises ImportFileError when there is none."""
    with path.open("rb") as stream:
        start = stream.read(4096)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    if b"\0" in start:
        return _unmarked_utf16(path, start)
    wrong_at = first_wrong_byte(path, "utf-8")
    if wrong_at is None:
        return "utf-8"
    with path.open("rb") as stream:
        stream.seek(max(0, wrong_at - _BLOCK))
        before = stream.read(min(wrong_at, _BLOCK)).decode("utf-8", errors="ignore")
    if sum(character > "\x7f" for character in before) >= _UTF8_FOR_SURE:
        raise ImportFileError(f"{path.name} is UTF-8 but for the byte at {wrong_at}: export it again", code="not_text")
    if first_wrong_byte(path, "gb18030") is None:
        return "gb18030"
    raise ImportFileError(
        f"{path.name} is neither UTF-8 nor GB18030 (byte {wrong_at}): save it as UTF-8, or name its encoding"
        " in the mapping under [file]",
        code="not_text",
    )


def first_wrong_byte(path: Path, encoding: str) -> int | None:
    """Where the file cannot be read in an encoding; None: it can."""
    decoder = codecs.getincrementaldecoder(encoding)()
    offset = 0
    with path.open("rb") as stream:
        while True:
            block = stream.read(_BLOCK)
            held = len(decoder.getstate()[0])
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return offset - held + error.start
            if not block:
                return None
            offset += len(block)


def _unmarked_utf16(path: Path, start: bytes) -> str:
    """UTF-16 without its mark is known by zero bytes at every other place of plain characters, and at no other."""
    for encoding, zeros, others in (("utf-16-le", start[1::2], start[::2]), ("utf-16-be", start[::2], start[1::2])):
        if b"\0" in zeros and b"\0" not in others and first_wrong_byte(path, encoding) is None:
            return encoding
    raise ImportFileError(f"{path.name} holds zero bytes: it is no text file of a known encoding", code="not_text")
