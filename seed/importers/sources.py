"""``python -m seed import SOURCE``: a file, a folder of files, or an address of Open311."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from seed.importers.folder import FolderError, Inbox, Treated
from seed.importers.formats.base import ImportFileError
from seed.importers.mapping import load_mapping
from seed.importers.open311 import load_address
from seed.importers.result import ImportResult
from seed.settings import Settings, role_url
from seed.stopping import Stopped, stops_on_signals

Say = Callable[[str], None]


def is_address(source: str) -> bool:
    """Whether a source is to be asked over the network."""
    return source.lower().startswith(("http://", "https://"))


def load_source(
    settings: Settings,
    source: str,
    mapping: str,
    say: Say,
    load: Callable[[Path], ImportResult],
    *,
    watch: bool = False,
    settle: float = 3.0,
    live: bool = False,
    dry_run: bool = False,
) -> bool:
    """Load a source and say what became of each part of it; False when a file of a folder was refused.

    ``load`` loads one file, or only says what would become of it (``dry_run``). ``watch`` goes on with what comes into
    a folder until SIGTERM or Ctrl-C; ``settle`` as in Inbox, ``live`` as in ``import_into``. Raises what the loading
    raises, FolderError for a folder, and ImportFileError for a source that cannot be treated so.
    """
    if dry_run and (watch or is_address(source)):
        raise ImportFileError("a dry run is for files: leave out --watch, or give a file")
    if is_address(source):
        if watch:
            raise ImportFileError("only a folder can be watched; run the load of an address by a timer")
        _load_address(settings, source, mapping, say, live=live)
        return True
    path = Path(source)
    if not path.is_dir():
        if watch:
            raise FolderError(f"there is no folder {path}")
        say(str(load(path)))
        return True
    load_mapping(mapping)  # a mapping that is wrong is no fault of the files
    inbox = Inbox(path, load, settle)
    if dry_run:
        return _dry_pass(inbox, say)
    with inbox.held():
        return _watch(inbox, say) if watch else _pass(inbox, say)


def _dry_pass(inbox: Inbox, say: Say) -> bool:
    """Say of each file what would become of it; none is moved."""
    is_whole = True
    for path in inbox.waiting():
        try:
            say(str(inbox.load(path)))
        except ImportFileError as error:
            is_whole = False
            say(f"{path.name}: would be refused, {error}")
    return is_whole


def _pass(inbox: Inbox, say: Say) -> bool:
    treated = []
    for each in inbox.once():
        treated.append(each)
        _tell(each, say)
    refused = sum(each.result is None for each in treated)
    say(f"{len(treated)} files: {len(treated) - refused} loaded, {refused} refused")
    return refused == 0


def _watch(inbox: Inbox, say: Say) -> bool:
    say(f"watching {inbox.folder}; SIGTERM or Ctrl-C ends it")
    try:
        with stops_on_signals():
            for each in inbox.forever(say):
                _tell(each, say)
    except Stopped:
        say("stopped")
    return True


def _tell(treated: Treated, say: Say) -> None:
    say(str(treated))


def _load_address(settings: Settings, address: str, mapping: str, say: Say, *, live: bool) -> None:
    windows = load_address(
        role_url(settings, "owner"),
        lambda: role_url(settings, "writer"),
        address,
        mapping,
        now=datetime.now(UTC),
        api_key=settings.open311_api_key,
        live=live,
    )
    for window in windows:
        say(f"{window.start:%Y-%m-%d %H:%M} to {window.end:%Y-%m-%d %H:%M} UTC: {window.result or 'nothing reported'}")
