"""What the upload page says in words: why something is not taken, why an upload ended, how far one is."""

from collections.abc import Mapping
from typing import Any

from dashboard.live.uploads import State, Upload
from dashboard.text import Text


def said(code: str, words: Text, most_bytes: int) -> str:
    """One sentence on what was handed in and is not taken."""
    named = {
        "bad_name": words("The file's name is empty, too long or holds a path: rename the file."),
        "empty": words("The file is empty: 0 bytes."),
        "unknown_form": words("Such a file cannot be read: CSV, XLSX, JSON and XML can."),
        "too_big": words("The file is larger than {most} MB: split it.", most=words.number(most_bytes >> 20)),
        "too_many": words("Too many uploads are open: wait until some of them have ended."),
        "no_mapping": words("Choose a mapping, or hand in one of your own as a TOML file."),
        "mapping_too_big": words("The mapping is too large to be one."),
        "no_room": words("The server's disk has no room for the file."),
        "no_folder": words("The server cannot write to its folder of uploads (UPLOADS_DIR)."),
        "cut": words("The file did not arrive whole: send it again."),
        "gone": words("There is no such upload, or not any more."),
        "unpaired": words("This device is not paired any more."),
        "unreachable": words("The database does not answer. Try again."),
    }
    return named.get(code, words("It was not taken. Try again."))


def failure(given: Mapping[str, Any], words: Text) -> tuple[str, str]:
    """One sentence on why an upload ended, and what the importer said beside it (English), or ""."""
    code = str(given.get("code", ""))
    values = {name: str(value) for name, value in (given.get("values") or {}).items()}
    named = {
        "no_rows": words("The file holds no rows, not even a header."),
        "missing_columns": words("The file lacks columns that the mapping names: {columns}.", columns=_of(values)),
        "not_text": words("The file is no text in a known encoding: save it as UTF-8."),
        "no_table": words("The file is no table: a row of it never ends."),
        "not_json": words("The file is no JSON that can be read."),
        "not_xml": words("The file is no XML that can be read."),
        "not_xlsx": words("The file is no workbook that can be read."),
        "swells": words("The file would unpack to far more than a table holds: it is not opened."),
        "unknown_form": words("Such a file cannot be read: CSV, XLSX, JSON and XML can."),
        "unreadable": words("The file cannot be read."),
        "not_toml": words("The mapping is no TOML."),
        "draft": words("The mapping is a draft; still to be filled in: {keys}.", keys=_of(values)),
        "mapping": words("The mapping is wrong."),
        "no_mapping": words("There is no such mapping any more."),
        "other_place": words(
            "The mapping is of another place, {place}: it needs a store of its own.",
            place=words.label(values, "place") or "—",
        ),
        "other_zone": words("The mapping keeps its days in another time zone than the store."),
        "outdated": words("The store's schema is not the one this release needs"),
        "database": words("The database did not answer: try again."),
        "no_room": words("The server's disk is full."),
        "memory": words("The memory did not suffice for this file."),
        "no_file": words("The file is not there any more: hand it in again."),
        "killed": words("The import was ended from outside, perhaps for want of memory."),
        "cut_short": words("The import was cut short several times as the server ended."),
        "unknown": words(
            "The import was cut short, and the database does not say whether it was done: see data health."
        ),
    }
    return named.get(code, words("The import broke off by a fault of its own: see the server's log.")), str(
        given.get("detail", "")
    )


def _of(values: Mapping[str, str]) -> str:
    return next(iter(values.values()), "—")


def became(upload: Upload, words: Text) -> str:
    """What became of an upload, or how far it is, in a few words."""
    if upload.state is State.ENDED:
        return _ended(upload.result or {}, words)
    if upload.is_given_up:
        return words("is being given up")
    if upload.place is not None:
        return words("waiting, number {n} in the queue", n=words.number(upload.place))
    named = {
        State.CHECKING: words("is being checked"),
        State.CHECKED: words("checked, waits for your word"),
        State.LOADING: words("is being loaded"),
    }
    return named.get(upload.state, words("waiting"))


def _ended(result: Mapping[str, Any], words: Text) -> str:
    if "batch" in result:
        return counts(result["rows"], words)
    if result.get("given_up"):
        return words("given up")
    if result.get("is_left"):
        return words("left for an hour: the file was removed")
    return failure(result.get("failure") or {}, words)[0]


def counts(rows: Mapping[str, int], words: Text) -> str:
    """The four counts that add up to the rows of the file."""
    return words(
        "{read} rows = {new} new + {changed} changed + {unchanged} unchanged + {refused} refused",
        **{name: words.number(int(rows[name])) for name in ("read", "new", "changed", "unchanged", "refused")},
    )


def stages(words: Text) -> dict[str, str]:
    """The stages of an import in their order."""
    return {"reading": words("Reading"), "handing in": words("Handing in"), "taking in": words("Taking in")}


def kinds(words: Text) -> dict[str, str]:
    """What a word is of that the mapping does not know, and what becomes of its rows."""
    return {
        "status": words("status: such rows are refused"),
        "channel": words("channel"),
        "history": words("entry of a case's own log: not taken"),
        "time": words("no readable time"),
        "matter": words("matter without a name: shown as in the file"),
    }
