"""Names the code this process serves, so that screens opened with an older one load themselves afresh."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from dashboard.settings import ROOT

#: What decides how a screen looks and what it says; data and tests do not.
_FOLDERS: Final = ("dashboard", "queries")
_KINDS: Final = frozenset({".py", ".js", ".css", ".html", ".sql", ".toml", ".mo"})


@cache
def release() -> str:
    """A short hash of the code as it lay on the disk when it was first asked for: the app's start."""
    return hash_of(_files(), ROOT)


def hash_of(files: Iterable[Path], root: Path) -> str:
    """A short hash of the files' names below ``root`` and contents, whatever their order."""
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(files):
        digest.update(path.relative_to(root).as_posix().encode() + b"\x00" + path.read_bytes() + b"\x1e")
    return digest.hexdigest()


def _files() -> Iterable[Path]:
    yield from (path for path in (ROOT / "streamlit_app.py", ROOT / "requirements.txt") if path.is_file())
    for folder in _FOLDERS:
        yield from (path for path in (ROOT / folder).rglob("*") if path.suffix in _KINDS and path.is_file())
