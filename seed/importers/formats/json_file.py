"""JSON: a list of objects, one object a line, a list under a key (Socrata's rows.json among them). Read as a stream.

JSON has no header: the first record is row 1. Numbers stay as they are written, digit for digit.
"""

import itertools
import json
from collections.abc import Iterator
from typing import Any, Final, NoReturn, TextIO

from seed.importers.formats.base import MAX_ROW, BrokenRow, ImportFileError, Reader
from seed.importers.formats.encoding import detect_encoding
from seed.importers.formats.nested import Number, Record, rows_of

_SPACE: Final = " \t\r\n\ufeff"
_FIRST_READ: Final = 1 << 16
_LINES: Final = (".jsonl", ".ndjson")
#: What stands beside the list of rows may be so many times as long as a row.
_BESIDE: Final = 4


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")


_DECODER: Final = json.JSONDecoder(parse_float=Number, parse_int=Number, parse_constant=_no_number, strict=False)


class JsonReader(Reader):
    """Records of a JSON file, which need not all have the same keys."""

    def cells(self) -> Iterator[tuple[int, list[str]] | BrokenRow]:
        """All keys as the header, then the records."""
        encoding = self.options.encoding or detect_encoding(self.path)
        try:
            yield from rows_of(self.path.name, lambda: self._records(encoding))
        except (UnicodeError, LookupError) as error:
            raise ImportFileError(f"{self.path.name} is not text in {encoding}: {error}", code="not_text") from error

    def _records(self, encoding: str) -> Iterator[tuple[int, Record] | BrokenRow]:
        with self.path.open(encoding=encoding, newline="") as stream:
            if self.path.suffix.lower() in _LINES or self._is_of_lines(stream):
                yield from self._of_lines(stream)
                return
            values = _Values(stream, self.path.name)
            match values.peek():
                case "[":
                    for number, value in enumerate(values.elements(), start=1):
                        yield _record(number, value, None)
                    values.finish()
                case "{":
                    yield from self._of_envelope(values)
                case "":
                    return
                case other:
                    raise ImportFileError(f"{self.path.name} is not JSON: it begins with {other!a}", code="not_json")

    def _is_of_lines(self, stream: TextIO) -> bool:
        """Whether the first line is an object by itself, and something follows it."""
        line = stream.readline(MAX_ROW)
        is_object = line.lstrip(_SPACE).startswith("{") and isinstance(_parsed(line), dict)
        has_more = is_object and any(character not in _SPACE for character in stream.read(_FIRST_READ))
        stream.seek(0)
        return has_more

    def _of_lines(self, stream: TextIO) -> Iterator[tuple[int, Record] | BrokenRow]:
        number = 0
        while line := stream.readline(MAX_ROW + 1):
            number += 1
            if len(line) > MAX_ROW:
                raise ImportFileError(f"{self.path.name}, line {number} is longer than {MAX_ROW:,} characters")
            text = line.strip(_SPACE)
            if text:
                value = _parsed(text)
                is_json = value is not None
                yield _record(number, value, None) if is_json else BrokenRow(number, "not_json", text[:80], (text,))

    def _of_envelope(self, values: "_Values") -> Iterator[tuple[int, Record] | BrokenRow]:
        """The rows of the list under the key that the mapping names, or else of the one list of records there is."""
        beside: Record = {}
        size = 0
        found = ""
        for key in values.members():
            before = values.taken
            if values.peek() == "[" and self.options.records in (None, key):
                columns = _socrata_columns(beside.get("meta"))
                elements = values.elements()
                first = next(elements, None)
                if key == self.options.records or isinstance(first, dict) or (columns and isinstance(first, list)):
                    if found:
                        raise ImportFileError(
                            f"{self.path.name} has several lists, {found[:80]} and {key[:80]}: name one in the mapping"
                            " as records under [file]"
                        )
                    found = key
                    rows = itertools.chain([first], elements) if first is not None else elements
                    yield from (_record(number, value, columns) for number, value in enumerate(rows, start=1))
                    continue
                beside[key] = [first, *elements]
            else:
                beside[key] = values.value()
            size += values.taken - before
            if size > _BESIDE * MAX_ROW:
                raise ImportFileError(f"{self.path.name} holds no list of records, or too much beside it")
        values.finish()
        if self.options.records is not None and self.options.records != found:
            raise ImportFileError(f"{self.path.name} has no list under {self.options.records!r}")
        if not found and beside:
            yield _record(1, beside, None)


def _record(number: int, value: Any, columns: list[str] | None) -> tuple[int, Record] | BrokenRow:
    if isinstance(value, dict):
        return number, value
    if columns is not None and isinstance(value, list) and len(value) == len(columns):
        return number, dict(zip(columns, value, strict=True))
    text = json.dumps(value, ensure_ascii=False)
    return BrokenRow(number, "not_an_object", text[:80], (text,))


def _parsed(text: str) -> Any:
    """A whole text as one value; None where it is none."""
    try:
        return _DECODER.decode(text.strip(_SPACE))
    except (ValueError, RecursionError):
        return None


def _socrata_columns(meta: Any) -> list[str] | None:
    """Names of the columns of Socrata's rows.json, where rows are lists."""
    try:
        return [str(column["fieldName"]) for column in meta["view"]["columns"]]
    except (KeyError, TypeError):
        return None


class _Values:
    """Values of a JSON text one after the other, with no more than one of them in memory."""

    def __init__(self, stream: TextIO, name: str) -> None:
        self._stream = stream
        self._name = name
        self._buffer = ""
        self._at = 0
        self._number = 0  # of the list's elements so far
        self.taken = 0  # characters of values so far

    def peek(self) -> str:
        """The next character that is no space; "" at the end."""
        while True:
            while self._at < len(self._buffer) and self._buffer[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            self._buffer, self._at = self._stream.read(_FIRST_READ), 0
            if not self._buffer:
                return ""

    def value(self) -> Any:
        """The next value."""
        if self.peek() == "":
            raise self._wrong("the file ends before its list does: it was cut, export it again")
        wanted = _FIRST_READ
        while True:
            try:
                value, end = _DECODER.raw_decode(self._buffer, self._at)
            except RecursionError as error:
                raise self._wrong("nested too deeply") from error
            except ValueError as error:
                if len(self._buffer) - self._at > MAX_ROW:
                    raise self._wrong(f"not JSON, or longer than {MAX_ROW:,} characters") from error
                if not self._read_on(wanted):
                    raise self._wrong(f"not JSON, or cut ({error})") from error
                wanted *= 2
                continue
            if end == len(self._buffer) and self._read_on(_FIRST_READ):
                continue  # a number may go on
            if end - self._at > MAX_ROW:
                raise self._wrong(f"longer than {MAX_ROW:,} characters")
            self.taken += end - self._at
            self._at = end
            return value

    def _read_on(self, characters: int) -> bool:
        more = self._stream.read(characters)
        self._buffer, self._at = self._buffer[self._at :] + more, 0
        return bool(more)

    def elements(self) -> Iterator[Any]:
        """The values of the list that comes next."""
        self._expect("[")
        if self.peek() == "]":
            self._at += 1
            return
        while True:
            self._number += 1
            yield self.value()
            if self._expect(",]") == "]":
                return

    def members(self) -> Iterator[str]:
        """The keys of the object that comes next; whoever is given one reads its value before the next."""
        self._expect("{")
        if self.peek() == "}":
            self._at += 1
            return
        while True:
            key = self.value()
            if not isinstance(key, str):
                raise self._wrong("a key is no text")
            self._expect(":")
            yield key
            if self._expect(",}") == "}":
                return

    def finish(self) -> None:
        """Make sure that nothing follows."""
        if self.peek():
            raise self._wrong("something follows after the end of its list")

    def _expect(self, characters: str) -> str:
        found = self.peek()
        if found == "":
            raise self._wrong("the file ends before its list does: it was cut, export it again")
        if found not in characters:
            raise self._wrong(f"not JSON: {found!a} where {' or '.join(characters)} should stand")
        self._at += 1
        return found

    def _wrong(self, what: str) -> ImportFileError:
        where = f", row {self._number}" if self._number else ""
        return ImportFileError(f"{self._name}{where}: {what}", code="not_json")


def parsed_json(document: bytes, name: str) -> Any:
    """A document in memory (UTF-8). Raises ImportFileError when it is no JSON."""
    try:
        return _DECODER.decode(document.decode("utf-8-sig").strip(_SPACE))
    except (ValueError, RecursionError) as error:
        raise ImportFileError(f"{name} is not JSON: {error}", code="not_json") from error
