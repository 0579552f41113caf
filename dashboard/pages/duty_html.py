"""Owns the markup of the duty desk: open grave cases with a button each, and the handing over of the shift."""

from typing import Any, Final

import pandas as pd

from dashboard.frames import rows
from dashboard.pages.laptop.pieces import e, level_word, mark
from dashboard.snapshot import Snapshot
from dashboard.text import Text
from dashboard.widgets.panels.lists import milliseconds
from dashboard.widgets.panels.mode import when

_PAIR: Final = "python -m seed pair --officer NAME --hours 12"


def desk(snapshot: Snapshot, words: Text, *, officer: str, until: str, said: str = "") -> str:
    """The desk of a paired device."""
    return (
        _header(snapshot, words, officer, until)
        + (f'<p class="said" role="status">{e(said)}</p>' if said else "")
        + f'<div class="columns"><section>{_cases(snapshot, words)}</section>'
        + f"<section>{_shift(snapshot, words, officer)}{_handovers(snapshot, words)}</section></div>"
    )


def unpaired(words: Text, *, why: str = "") -> str:
    """What a device without a valid pairing is shown: how to be paired, and nothing else."""
    steps = (
        words("Ask whoever runs the server to make an address for you; it holds for one shift."),
        words("Open that address on this device. Keep it to yourself: it acts in your name."),
    )
    command = f"<code>{e(_PAIR)}</code>"
    return f"""<div class="unpaired"><h1>{e(words("This device is not paired"))}</h1>
{f"<p>{e(why)}</p>" if why else ""}
<ol><li>{e(steps[0])}{command}</li><li>{e(steps[1])}</li></ol></div>"""


def _header(snapshot: Snapshot, words: Text, officer: str, until: str) -> str:
    mode = ""
    if snapshot.mode == "emergency":
        reason = words.label(snapshot.mode_since, "reason")
        mode = f'<span class="tag">{e(words("Emergency"))}</span>{f"<span>{e(reason)}</span>" if reason else ""}'
    age = f'<span>{e(words("Data updated"))} <b data-clock="age"></b></span>' if snapshot.is_live else ""
    paired = words("{officer}, until {time}", officer=officer, time=until)
    return f"""<header><h1>{e(words("Duty desk"))}</h1><span class="who">{e(paired)}</span>
<div class="line">{mode}<span>{e(words.label(snapshot.place))}</span>{age}
<button type="button" class="jump">{e(words("Hand over the shift"))}</button></div></header>"""


def _cases(snapshot: Snapshot, words: Text) -> str:
    found = list(rows(snapshot.grave))
    unseen = sum(bool(row.is_unacknowledged) for row in found)
    note = words("{n} open", n=words.number(len(found)))
    head = f"""<div class="head"><h2>{e(words("Unseen red cases"))}</h2><span class="big">{unseen}</span>
<span>{e(note)}</span></div>"""
    if not found:
        return head + f'<p class="nothing">{e(words("no red or orange case is open"))}</p>'
    return head + f"<ul>{''.join(_case(row, snapshot, words) for row in found)}</ul>"


def _case(row: Any, snapshot: Snapshot, words: Text) -> str:
    department = words.label(row, "department") or words.label(row, "level")
    phone = row.duty_phone if isinstance(row.duty_phone, str) else ""
    call = f' <a href="tel:{e(phone)}">{e(phone)}</a>' if phone else ""
    clock = (
        ""
        if pd.isna(row.due_at)
        else f'<span class="clock" data-clock="until" data-at="{milliseconds(row.due_at)}"></span>'
    )
    told = when(row.reported_at, snapshot, words)
    return f"""<li class="case" data-key="case{row.case_id}"><div class="top">{mark(row.risk)}
<span class="title">{e(words.label(row, "title"))}</span>{clock}</div>
<div class="meta"><span class="word">{e(level_word(row.risk, words))}</span><span>{e(told)}</span>
<span>{e(words.label(row, "area"))} → {e(department)}{call}</span></div>{_answer(row, snapshot, words)}</li>"""


def _answer(row: Any, snapshot: Snapshot, words: Text) -> str:
    """The button, or who has acknowledged the case and when."""
    if pd.notna(row.acknowledged_at):
        by = row.acknowledged_by if isinstance(row.acknowledged_by, str) else ""
        seen = words("seen {time}", time=when(row.acknowledged_at, snapshot, words))
        return f'<div class="seen late">{e(" ".join(part for part in (seen, by) if part))}</div>'
    word = e(words("Acknowledge"))
    since = f'<i class="unseen" data-clock="unseen" data-at="{milliseconds(row.reported_at)}"></i>'
    quiet = "" if row.is_unacknowledged else "quiet"
    return f"""<button type="button" class="{quiet}" data-case="{row.case_id}" data-word="{word}"><span>{word}</span>{
        since if row.is_unacknowledged else ""
    }</button>"""


def _shift(snapshot: Snapshot, words: Text, officer: str) -> str:
    """Who is on duty, and the form; a new handover empties it."""
    on_duty = snapshot.duty.officer
    newest = 0 if snapshot.duty.handovers.empty else int(snapshot.duty.handovers["handover_id"].iloc[0])
    standing = e(on_duty) if on_duty else e(words("nobody has handed over yet"))
    return f"""<div class="head"><h2>{e(words("On duty"))}</h2><b>{standing}</b></div>
<form data-key="form{newest}" class="shift" autocomplete="off">
<label>{e(words("Handed over by"))}<input name="from" maxlength="40" value="{e(on_duty or officer)}"></label>
<label>{e(words("Taken over by"))}<input name="to" maxlength="40" required></label>
<label>{e(words("Note for the next shift"))}<textarea name="note" maxlength="600"></textarea></label>
<button type="submit">{e(words("Hand over the shift"))}</button></form>"""


def _handovers(snapshot: Snapshot, words: Text) -> str:
    found = list(rows(snapshot.duty.handovers)) if len(snapshot.duty.handovers) else []
    if not found:
        return ""
    items = "".join(
        f"""<li class="handover" data-key="handover{row.handover_id}">
<time>{e(when(row.handed_at, snapshot, words))}</time>
<b>{e(row.from_officer)} → {e(row.to_officer)}</b>{f"<p>{e(row.note)}</p>" if row.note else ""}</li>"""
        for row in found
    )
    return f'<div class="head"><h2>{e(words("Last handovers"))}</h2></div><ul>{items}</ul>'
