"""XML: the children of the root are the records, as GeoReport v2 gives them (``service_requests`` of ``request``).

Read as a stream; a document that declares a type or entities of its own is refused, and what the parser (expat) makes
of one that hides them is bounded by itself. The first record is row 1.
"""

import io
from collections.abc import Iterator
from typing import IO, Any, Final
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from seed.importers.formats.base import MAX_ROW, BrokenRow, ImportFileError, Reader
from seed.importers.formats.nested import Record, rows_of

_DEEPEST: Final = 50
_BLOCK: Final = 1 << 16


class XmlReader(Reader):
    """Records of an XML file."""

    def cells(self) -> Iterator[tuple[int, list[str]] | BrokenRow]:
        """All names of elements as the header, then the records."""
        yield from rows_of(self.path.name, self._records)

    def _records(self) -> Iterator[tuple[int, Record] | BrokenRow]:
        with self.path.open("rb") as stream:
            for number, element in enumerate(records_of(stream, self.path.name), start=1):
                value = _value(element)
                if isinstance(value, dict):
                    yield number, value
                elif value:
                    yield BrokenRow(number, "not_an_object", str(value)[:80], (str(value),))


def parsed(document: bytes, name: str) -> tuple[str, list[Record]]:
    """Name of the root and all records of a document in memory. Raises ImportFileError when it is no XML."""
    root: list[str] = []
    records = [_value(element) for element in records_of(io.BytesIO(document), name, root)]
    return (root or [""])[0], [record for record in records if isinstance(record, dict)]


def records_of(stream: IO[bytes], name: str, root: list[str] | None = None) -> Iterator[Element]:
    """The children of the root, each given away before the next is read; the root's name is put into ``root``."""
    metered = Metered(stream, name)
    parser: XMLPullParser[Any] = XMLPullParser(("start", "end"))
    depth = 0
    top: Element | None = None
    try:
        while block := metered.read(_BLOCK):
            if any(word in block.replace(b"\0", b"") for word in (b"<!DOCTYPE", b"<!ENTITY")):
                raise ImportFileError(f"{name} declares a document type or entities of its own: not read")
            parser.feed(block)
            for event, element in _elements(parser):
                if event == "start":
                    depth += 1
                    if depth > _DEEPEST:
                        raise ImportFileError(f"{name}: its elements are nested more than {_DEEPEST} deep")
                    if top is None:
                        top = element
                        if root is not None:
                            root.append(_local(element.tag))
                    continue
                depth -= 1
                if depth == 1 and top is not None:
                    yield element
                    top.clear()
                    metered.taken = 0
        parser.close()
    except (ParseError, LookupError) as error:
        raise ImportFileError(f"{name} is not XML that can be read: {error}", code="not_xml") from error
    except ValueError as error:
        if isinstance(error, ImportFileError):
            raise
        raise ImportFileError(f"{name} is not XML that can be read: {error}", code="not_xml") from error


def _elements(parser: "XMLPullParser[Any]") -> Iterator[tuple[str, Element]]:
    """Starts and ends of elements, which are all that the parser was asked for."""
    for happened in parser.read_events():
        if len(happened) == 2 and isinstance(happened[1], Element):
            yield str(happened[0]), happened[1]


class Metered:
    """A stream of bytes of which only so many may pass before ``taken`` is set back: those of one record or row."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream = stream
        self._name = name
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises ImportFileError when one record has too many."""
        block = self._stream.read(min(size, _BLOCK) if size >= 0 else _BLOCK)
        self.taken += len(block)
        if self.taken > MAX_ROW:
            raise ImportFileError(f"{self._name} holds a row of more than {MAX_ROW:,} bytes: not read")
        return block

    def close(self) -> None:
        """Close the stream."""
        self._stream.close()

    def __enter__(self) -> "Metered":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _value(element: Element) -> Any:
    """An element without children as its text, one with children as a record; a repeated child becomes a list."""
    if not len(element):
        return (element.text or "").strip()
    record: Record = {}
    for child in element:
        name, value = _local(child.tag), _value(child)
        if name not in record:
            record[name] = value
        elif isinstance(record[name], list):
            record[name].append(value)
        else:
            record[name] = [record[name], value]
    return record


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]
