"""Owns the markup of the upload page: the form, one upload as it stands, the last ones; everything put in escaped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from dashboard.live.uploads import State, Upload, Worker
from dashboard.pages import upload_found as found
from dashboard.pages.laptop import frame
from dashboard.pages.laptop.going import link
from dashboard.pages.laptop.pieces import e
from dashboard.pages.laptop.state import Address
from dashboard.pages.upload_moving import moving
from dashboard.pages.upload_words import became, failure
from dashboard.text import Text

#: Uploads listed.
_MOST: Final = 12
#: The value of the choice that stands for a mapping of one's own.
OWN_MAPPING: Final = "*"


@dataclass(frozen=True)
class Asked:
    """For whom the page is drawn, and when."""

    words: Text
    address: Address
    zone: str
    now: datetime
    officer: str


def closed(words: Text, *, is_unreachable: bool) -> str:
    """What any other browser is told: how to get in, or that nobody can say now."""
    if is_unreachable:
        return _answer(words("The database does not answer. Try again."), "")
    how = words("The administrator prints an address for you by this command; open it here once:")
    command = 'python -m seed pair --officer "…" --hours 12'
    return f"""{_answer(words("Files are handed in from a paired laptop"), how)}
<main><p class="command"><code>{e(command)}</code> → <code>/pair?to=upload#…</code></p></main>"""


def begin(asked: Asked, known: Sequence[Upload], worker: Worker) -> str:
    """The form, and the last uploads."""
    words = asked.words
    said = words("It is checked first, and nothing is written until you have seen what would become of each row.")
    return f"""{_answer(words("Hand in a file"), said, _trouble(worker, words))}
<main><div class="beside">{_form(asked, known, worker)}{_last(asked, known)}</div></main>"""


def gone(asked: Asked, known: Sequence[Upload], worker: Worker) -> str:
    """The address names an upload that is not there."""
    words = asked.words
    back = f"<a {link(asked.address.to(job=None))}>{e(words('Hand in a file'))}</a>"
    return f"""{_answer(words("There is no such upload, or not any more."), "", _trouble(worker, words))}
<main><p class="after">{back}</p>{_last(asked, known)}</main>"""


def one(asked: Asked, upload: Upload, known: Sequence[Upload], worker: Worker) -> str:
    """One upload as it stands, and the last ones below."""
    words = asked.words
    way = frame.crumbs([(words("Upload"), asked.address.to(job=None)), (upload.job.file_name, None)])
    trouble = _trouble(worker, words) if upload.state is not State.ENDED else ""
    return f"""{way}{_answer(_headline(upload, words), _facts(asked, upload), trouble)}
<main>{_steps(upload, words)}{_matter(asked, upload)}{_last(asked, known, upload)}</main>"""


def _answer(title: str, said: str, more: str = "") -> str:
    return f'<section class="answer free"><h1>{e(title)}</h1><p>{e(said)}</p>{more}</section>'


def _trouble(worker: Worker, words: Text) -> str:
    """One sentence where nothing is taken out of the folder."""
    if worker.is_running:
        return ""
    said = words("Nothing is being checked or loaded now: the administrator has to start python -m seed uploads.")
    return f'<p class="noted alert" role="alert">{e(said)}</p>'


def _headline(upload: Upload, words: Text) -> str:
    if upload.is_given_up:
        return words("Is being given up")
    if upload.place is not None:
        is_load = upload.state is State.WAITS_FOR_LOAD
        place = words.number(upload.place)
        if is_load:
            return words("Waits to be loaded, number {n} in the queue", n=place)
        return words("Waits to be checked, number {n} in the queue", n=place)
    if upload.state is State.CHECKED and upload.checked is not None:
        return _verdict(upload.checked["rows"], words)
    if upload.state is State.ENDED:
        return _end(upload.result or {}, words)
    return words("Is being loaded") if upload.state is State.LOADING else words("Is being checked")


def _verdict(rows: Any, words: Text) -> str:
    """What loading would do."""
    told = int(rows["new"]) + int(rows["changed"])
    if told:
        return words.many("{n} row would tell something new", "{n} rows would tell something new", told)
    if rows["refused"]:
        return words("Loading would change nothing but keep the refused rows")
    return words("Loading would change nothing: all of it is known already")


def _end(result: Any, words: Text) -> str:
    if "batch" in result:
        rows = result["rows"]
        told = int(rows["new"]) + int(rows["changed"])
        return words.many("Loaded: {n} row told something new", "Loaded: {n} rows told something new", told)
    if result.get("given_up"):
        return words("Given up: nothing was loaded, the file was removed")
    if result.get("is_left"):
        return words("Left for an hour: nothing was loaded, the file was removed")
    return failure(result.get("failure") or {}, words)[0]


def _facts(asked: Asked, upload: Upload) -> str:
    """Of what mapping and size, by whom, when."""
    words, job = asked.words, upload.job
    return " · ".join(
        (
            words("mapping {name}", name=job.mapping),
            words("{n} KB", n=words.number(max(1, round(job.bytes / 1024)))),
            job.officer,
            _moment(job.at, asked),
        )
    )


def _steps(upload: Upload, words: Text) -> str:
    """Where in its course the upload is."""
    course = {
        words("File"): (),
        words("Check"): (State.WAITS_FOR_CHECK, State.CHECKING),
        words("Decide"): (State.CHECKED,),
        words("Load"): (State.WAITS_FOR_LOAD, State.LOADING),
        words("Result"): (State.ENDED,),
    }
    lines = (
        f'<li class="{"here" if upload.state in states else ""}"><i>{number}</i>{e(name)}</li>'
        for number, (name, states) in enumerate(course.items(), start=1)
    )
    return f'<ol class="course">{"".join(lines)}</ol>'


def _matter(asked: Asked, upload: Upload) -> str:
    words = asked.words
    if upload.is_given_up:
        return ""
    if upload.state is State.CHECKED and upload.checked is not None:
        return _buttons(asked, upload) + found.checked(upload.checked, words)
    if upload.state is State.ENDED:
        return _ended(asked, upload, upload.result or {})
    if upload.progress is not None:
        given_up = "" if upload.state is State.LOADING else _give_up(words)
        return moving(upload, asked.now, words) + given_up
    return _give_up(words) if upload.state is State.WAITS_FOR_CHECK else ""


def _give_up(words: Text) -> str:
    return f'<p class="acts"><button type="button" data-do="give-up">{e(words("Give up"))}</button></p>{_notice()}'


def _buttons(asked: Asked, upload: Upload) -> str:
    """Load it, or not."""
    words, rows = asked.words, (upload.checked or {}).get("rows", {})
    counted = int(rows.get("read", 0))
    is_idle = counted == int(rows.get("unchanged", 0))
    load = words.many("Load {n} row", "Load {n} rows", counted)
    first = "" if is_idle else f'<button type="button" class="first" data-do="load">{e(load)}</button>'
    rest = words("The file is removed when it is loaded or given up, and in an hour if nothing is done.")
    return f"""<p class="acts">{first}<button type="button" data-do="give-up">{e(words("Give up"))}</button>
<span class="quiet">{e(rest)}</span></p>{_notice()}"""


def _ended(asked: Asked, upload: Upload, result: Any) -> str:
    words = asked.words
    again = f"<a {link(asked.address.to(job=None))}>{e(words('Hand in another file'))}</a>"
    if "batch" in result:
        undo = words("Batch {n}; the administrator undoes it by", n=result["batch"])
        undone = f"<span>{e(undo)} <code>python -m seed revoke {int(result['batch'])}</code></span>"
        after = f'<p class="next">{undone}{again}</p>'
        return found.loaded(result, words, download=_download(asked, upload, result), after=after)
    detail = failure(result.get("failure") or {}, words)[1] if "failure" in result else ""
    nothing = words("Nothing was loaded, and the file was removed from the server.")
    is_sure = (result.get("failure") or {}).get("code") != "unknown"
    shown = f'<p class="after"><code>{e(detail)}</code></p>' if detail else ""
    sure = f'<p class="after">{e(nothing)}</p>' if "failure" in result and is_sure else ""
    return f'{shown}{sure}<p class="after">{again}</p>'


def _download(asked: Asked, upload: Upload, result: Any) -> str:
    if not result["rows"]["refused"]:
        return ""
    words = asked.words
    to = f"uploads/{upload.id}/refused.xlsx?lang={words.language}"
    return f'<span class="downloads"><a href="{e(to)}" download>{e(words("Refused rows, masked (Excel)"))}</a></span>'


def _form(asked: Asked, known: Sequence[Upload], worker: Worker) -> str:
    words = asked.words
    forms = ",".join(worker.forms)
    about = words("CSV, XLSX, JSON or XML, as the reporting system exports it")
    return f"""<form class="hand-in"><label class="drop"><input type="file" name="file" accept="{e(forms)}">
<b>{e(words("Choose a file"))}</b><span data-file>{e(words("or drop it here"))}</span><i>{e(about)}</i></label>
<label class="line"><span>{e(words("Mapping"))}</span>
<select name="mapping">{_choices(known, worker, words)}</select></label>
<label class="line" data-own hidden><span>TOML</span><span class="one"><input type="file" name="toml" accept=".toml">
<b>{e(words("Choose a file"))}</b><i data-toml></i></span></label>
<p class="acts"><button type="button" class="first" data-do="send">{e(words("Check"))}</button>
<span class="sent" data-sent></span></p>{_notice()}</form>"""


def _choices(known: Sequence[Upload], worker: Worker, words: Text) -> str:
    """The mappings there are, the one of the newest upload chosen."""
    last = next((each.job.mapping for each in known if not each.job.is_own_mapping), None)
    choices = [("", words("choose …"))]
    choices += [(each["name"], _mapping(each, words)) for each in worker.mappings]
    choices.append((OWN_MAPPING, words("a mapping of your own (TOML)")))
    return "".join(
        f'<option value="{e(value)}"{" selected" if value == last else ""}>{e(name)}</option>'
        for value, name in choices
    )


def _notice() -> str:
    return '<p class="notice" data-notice role="alert"></p>'


def _mapping(given: Any, words: Text) -> str:
    """What a mapping is called in the list of choices."""
    source, place = words.label(given, "source"), words.label(given, "place")
    named = f"{place} · {source}" if place not in source else source
    return f"{named} ({given['name']})"


def _last(asked: Asked, known: Sequence[Upload], shown: Upload | None = None) -> str:
    """The last uploads with what became of them."""
    words = asked.words
    head = f'<div class="head"><h2>{e(words("Last uploads"))}</h2></div>'
    if not known:
        return (
            f'<section class="last">{head}<p class="nothing">{e(words("Nothing has been handed in yet"))}</p></section>'
        )
    heads = (words("time"), words("file"), words("by"), words("what became of it"))
    named = "".join(f"<th>{e(each)}</th>" for each in heads)
    lines = "".join(_line(asked, each, is_here=shown is not None and each.id == shown.id) for each in known[:_MOST])
    table = f'<table class="uploads"><thead><tr>{named}</tr></thead><tbody>{lines}</tbody></table>'
    return f'<section class="last">{head}{table}</section>'


def _line(asked: Asked, upload: Upload, *, is_here: bool) -> str:
    name = f"<a {link(asked.address.to(job=upload.id))}>{e(upload.job.file_name)}</a>"
    cells = (
        f"<td>{e(_moment(upload.job.at, asked))}</td>",
        f'<td class="title">{name}</td>',
        f"<td>{e(upload.job.officer)}</td>",
        f'<td class="became">{e(became(upload, asked.words))}</td>',
    )
    return f'<tr data-key="{e(upload.id)}" class="{"chosen" if is_here else ""}">{"".join(cells)}</tr>'


def _moment(moment: datetime, asked: Asked) -> str:
    """The clock of today, day and clock of another day."""
    at, today = frame.local(moment, asked.zone), frame.local(asked.now, asked.zone).date()
    clock = at.strftime("%H:%M")
    return clock if at.date() == today else f"{asked.words.day(at.date())} {clock}"
