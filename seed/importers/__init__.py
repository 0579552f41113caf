"""Reads what reporting systems export and hands it to the store's one door.

A file becomes frames of text (``formats``), a mapping in TOML says what the columns mean (``mapping``), ``plan`` turns
both into what the store must know and the rows it is handed, and ``run`` writes them.
"""

from seed.importers.formats.base import ImportFileError
from seed.importers.mapping import Mapping, MappingError, load_mapping
from seed.importers.plan import ImportPlan, plan
from seed.importers.result import FileRows, ImportResult
from seed.importers.run import import_file, import_into

__all__ = [
    "FileRows",
    "ImportFileError",
    "ImportPlan",
    "ImportResult",
    "Mapping",
    "MappingError",
    "import_file",
    "import_into",
    "load_mapping",
    "plan",
]
