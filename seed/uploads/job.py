"""One upload checked or loaded, in a process of its own: ``python -m seed.uploads.job FOLDER check|load``.

What came of it is put into the upload's folder whole. A process that ends without having put anything is spoken for by
the worker that started it.
"""

import contextlib
import logging
import shutil
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from queries import uploads
from seed import store
from seed.importers import ImportResult, import_file, load_mapping
from seed.importers.mapping import Mapping, mapping_names
from seed.importers.progress import Step
from seed.settings import Settings, role_url
from seed.uploads import report
from seed.uploads.failures import failure
from seed.uploads.mappings import own_mappings

What = Literal["check", "load"]

_LOG = logging.getLogger(__name__)

#: Seconds between two looks at how far it is.
_TOLD_EVERY: Final = 0.5
#: How much rather than others the system ends this process where memory runs out; 1,000 is the most.
_FIRST_TO_GO: Final = "600"


def main(folder: Path, what: What) -> None:
    """Do it, and put what came of it into the folder."""
    _be_the_first_to_go()
    settings = Settings.load()
    url = role_url(settings, "owner")
    try:
        done = _done(settings, url, folder, what)
    except Exception as error:  # whatever it is, the upload says so
        told = failure(error, url)
        where = error.__traceback__
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        # its text may hold cells of the file
        place = f"{where.tb_frame.f_code.co_filename}:{where.tb_lineno}" if where is not None else ""
        _LOG.warning("an upload ended: %s (%s, %s)", told["code"], type(error).__name__, place)
        _end(folder, {"at": _now(), "of": what, "failure": told})
        return
    if what == "check":
        uploads.write(folder / uploads.CHECKED, done)
    else:
        _end(folder, done)


def _end(folder: Path, result: dict[str, Any]) -> None:
    uploads.write(folder / uploads.RESULT, result)
    remove_file(folder)


def remove_file(folder: Path) -> None:
    """Take away what an upload that has ended no longer needs: its file, and what a check showed of it."""
    shutil.rmtree(folder / uploads.SOURCE, ignore_errors=True)
    for name in (uploads.OWN_MAPPING, uploads.CHECKED, uploads.PROGRESS, uploads.BEGUN):
        (folder / name).unlink(missing_ok=True)


def _done(settings: Settings, url: str, folder: Path, what: What) -> dict[str, Any]:
    if store.schema_state(url) not in ("current", "empty"):
        raise store.StoreError("the store's schema is not this release's", code="outdated")
    name, path = mapping_of(folder), source_of(folder)
    mapping = load_mapping(name)
    found: list[dict[str, Any]] = []
    told = _Told(folder / uploads.PROGRESS, what)
    told(Step("reading", 0, None))
    result = import_file(
        settings,
        path,
        name,
        dry_run=what == "check",
        tell=told,
        look=lambda connection, batch_id: found.extend(report.problems(connection, batch_id, mapping)),
    )
    return _report(url, path, mapping, result, found, told.stages())


def _report(
    url: str,
    path: Path,
    mapping: Mapping,
    result: ImportResult,
    found: list[dict[str, Any]],
    stages: dict[str, float],
) -> dict[str, Any]:
    with store.engine(url).connect() as connection:
        said: dict[str, Any] = {
            "at": _now(),
            "seconds": round(result.seconds, 1),
            "rows": report.rows_of(result.rows),
        }
        if not result.is_dry_run:
            # kept for a month: counts alone; what stood in the rows is the store's to show, and to erase
            counted = [each | {"examples": []} for each in found]
            noticed = [{"code": each.code, "count": each.count, "examples": []} for each in result.findings]
            return said | {"problems": counted, "noticed": noticed, "batch": result.batch.batch_id}
        return said | {
            "problems": found,
            "noticed": report.noticed(connection, result.findings),
            "stages": stages,
            "unknown": report.unknown_words(connection, path, mapping),
            "first": report.first_rows(connection, path, mapping),
        }


def mapping_of(folder: Path) -> str | Path:
    """The mapping of an upload: the one handed in with it, one of the product's, or one of this place's."""
    if (folder / uploads.OWN_MAPPING).is_file():
        return folder / uploads.OWN_MAPPING
    given = uploads.read(folder / uploads.JOB) or {}
    name = str(given.get("mapping", ""))
    own = own_mappings(folder.parent)
    if name in own:
        return own[name]
    if name in mapping_names():
        return name
    raise store.StoreError("there is no such mapping", code="no_mapping", mapping=name[:40])


def source_of(folder: Path) -> Path:
    """The file of an upload: the only one in its folder, and no link to another."""
    found = [path for path in (folder / uploads.SOURCE).iterdir() if path.is_file() and not path.is_symlink()]
    if len(found) != 1:
        raise store.StoreError("the file is not there any more", code="no_file")
    return found[0]


@dataclass
class _Told:
    """Puts into the folder how far it is, not more often than the page looks; remembers how long each stage took."""

    path: Path
    what: What
    began: float = field(default_factory=time.time)
    _said: float = 0.0
    _stage: str = ""
    _since: dict[str, float] = field(default_factory=dict)

    def __call__(self, step: Step) -> None:
        now = time.time()
        is_new = step.stage != self._stage
        self._stage = step.stage
        self._since.setdefault(step.stage, now)
        if not is_new and now - self._said < _TOLD_EVERY:
            return
        self._said = now
        given = {
            "what": self.what,
            "stage": step.stage,
            "rows": step.rows,
            "of": step.of,
            "began": self.began,
            "stage_began": self._since[step.stage],
            "at": now,
        }
        uploads.write(self.path, given)

    def stages(self) -> dict[str, float]:
        """Seconds of each stage, the last one's until now."""
        ends = [*list(self._since.values())[1:], time.time()]
        return {stage: round(end - since, 2) for (stage, since), end in zip(self._since.items(), ends, strict=True)}


def _be_the_first_to_go() -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO, encoding="ascii")


def _now() -> str:
    return datetime.now(UTC).isoformat()


if __name__ == "__main__":
    logging.basicConfig(format="%(message)s")
    main(Path(sys.argv[1]), "load" if sys.argv[2] == "load" else "check")
