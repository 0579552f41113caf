"""Which reader reads which file."""

from pathlib import Path

from seed.importers.formats.base import FileOptions, ImportFileError, Reader
from seed.importers.formats.csv_file import CsvReader
from seed.importers.formats.json_file import JsonReader
from seed.importers.formats.xlsx_file import XlsxReader
from seed.importers.formats.xml_file import XmlReader

READERS: dict[str, type[Reader]] = {
    ".csv": CsvReader,
    ".txt": CsvReader,
    ".xlsx": XlsxReader,
    ".xlsm": XlsxReader,
    ".json": JsonReader,
    ".jsonl": JsonReader,
    ".ndjson": JsonReader,
    ".geojson": JsonReader,
    ".xml": XmlReader,
}


def reader_for(path: Path, options: FileOptions | None = None) -> Reader:
    """The reader of a file by its suffix. Raises ImportFileError when there is no such file or no reader for it."""
    if not path.is_file():
        raise ImportFileError(f"there is no file {path}")
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise ImportFileError(
            f"{path.name}: files ending in {path.suffix!r} are not read; {', '.join(READERS)} are", code="unknown_form"
        )
    return reader(path, options or FileOptions())
