"""Comma-separated text: UTF-8 with or without a byte order mark, UTF-16 with one, or GB18030, found out by reading."""

import codecs
import csv
from collections.abc import Iterator

from seed.importers.formats.base import ImportFileError, Reader

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BLOCK = 1 << 20
#: So many characters of several bytes before the first wrong one: a damaged UTF-8 file, not one of GB18030.
_UTF8_FOR_SURE = 10


class CsvReader(Reader):
    """A file of separated values with a header row."""

    def cells(self) -> Iterator[tuple[int, list[str]]]:
        """Rows by the csv module; a row's number counts records, as a spreadsheet shows them."""
        encoding = self.options.encoding or self.detect_encoding()
        try:
            with self.path.open(encoding=encoding, newline="") as stream:
                number = 0
                try:
                    for number, row in enumerate(csv.reader(stream, delimiter=self.options.delimiter), start=1):
                        if any(row):
                            yield number, row
                except csv.Error as error:
                    raise ImportFileError(f"{self.path.name}, row {number + 1}: {error}") from error
        except (UnicodeDecodeError, LookupError) as error:
            raise ImportFileError(f"{self.path.name} is not text in {encoding}: {error}") from error

    def detect_encoding(self) -> str:
        """The encoding in which the whole file can be read. Raises ImportFileError when there is none."""
        with self.path.open("rb") as stream:
            start = stream.read(4)
        for mark, encoding in _MARKS:
            if start.startswith(mark):
                return encoding
        wrong_at = self._first_wrong_byte("utf-8")
        if wrong_at is None:
            return "utf-8"
        with self.path.open("rb") as stream:
            before = stream.read(wrong_at).decode("utf-8", errors="ignore")
        if sum(character > "\x7f" for character in before) >= _UTF8_FOR_SURE:
            raise ImportFileError(f"{self.path.name} is UTF-8 but for the byte at {wrong_at}: export it again")
        if self._first_wrong_byte("gb18030") is None:
            return "gb18030"
        raise ImportFileError(
            f"{self.path.name} is neither UTF-8 nor GB18030 (byte {wrong_at}): save it as UTF-8, or name its encoding"
            " in the mapping under [file]"
        )

    def _first_wrong_byte(self, encoding: str) -> int | None:
        decoder = codecs.getincrementaldecoder(encoding)()
        offset = 0
        with self.path.open("rb") as stream:
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
