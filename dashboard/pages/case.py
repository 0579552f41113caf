"""The page of one case: what was done when, how long each stage took, where it waits and at whom, what is near it."""

from typing import Any, Final

import pandas as pd

from dashboard.frames import rows
from dashboard.live import questions
from dashboard.live.questions import Event, Told
from dashboard.pages.laptop import frame
from dashboard.pages.laptop.asking_page import Page
from dashboard.pages.laptop.frame import spoken
from dashboard.pages.laptop.going import link
from dashboard.pages.laptop.pieces import e, level_word, mark, milliseconds, state_word
from dashboard.pages.laptop.state import Question, short
from dashboard.snapshot import Snapshot
from dashboard.text import Text

#: The six stages and the moment of each in a case's state.
_STAGES: Final = (
    *(("discovered", "discovered_at"), ("reported", "reported_at"), ("dispatched", "dispatched_at")),
    *(("resolved", "first_resolved_at"), ("fed_back", "fed_back_at"), ("evaluated", "evaluated_at")),
)
#: A record written down so much later than it happened says so, in seconds.
_LATE_RECORD: Final = 3600


def matter(snapshot: Snapshot, question: Question, words: Text) -> str:
    """What the page shows below its head."""
    address, filter = question.address, question.asked.filter
    given = address.get("id") or ""
    found: Told | None = None
    if given.isdecimal() and len(given) <= 18:
        found = questions.case(filter, int(given))
    if found is None:
        return _nothing(given, question, words)
    one = found.state
    right = "".join(part(found, question, words) for part in (_facts, _hand_ups, _neighbours))
    return f"""{frame.crumbs(_way(snapshot, found, question, words))}
<section class="answer"><h1>{mark(one["risk"])} {e(title(one, words))}</h1>
<p>{e(_said(found, question, words))}</p></section>{_stages(found, question, words)}
<div class="two"><section><div class="head"><h2>{e(words("What was done"))}</h2>
<span>{e(words("as the log has it"))}</span></div>{_events(found, question, words)}</section>
<section>{right}</section></div>"""


def title(one: dict[str, Any], words: Text) -> str:
    """The masked summary in Chinese, else what the matter is called."""
    summary = one["summary"]
    if words.language == "zh" and isinstance(summary, str) and summary:
        return summary
    return words.label(one, "matter")


def _nothing(given: str, question: Question, words: Text) -> str:
    said = (
        words("There is no case {given} to be shown here", given=short(given)) if given else words("No case is named")
    )
    back = f"<a {link(question.address.to('cases', id=None))}>{e(words('All cases'))}</a>"
    return f'<section class="answer"><h1>{e(said)}</h1><p>{back}</p></section>'


def _way(snapshot: Snapshot, found: Told, question: Question, words: Text) -> list[tuple[str, str | None]]:
    one, address = found.state, question.address
    steps: list[tuple[str, str | None]] = [
        (
            words.label({"name_zh": snapshot.place.name_zh, "name_en": snapshot.place.name_en}),
            address.to("cases", area=None, id=None),
        )
    ]
    if isinstance(one["community_code"], str):
        steps.append((words.label(one, "community"), address.to("cases", area=one["community_code"], id=None)))
    steps.append((words.label(one, "area"), address.to("cases", area=one["area_code"], id=None)))
    steps.append((f"#{found.state['case_id']}", None))
    return steps


def _said(found: Told, question: Question, words: Text) -> str:
    """One sentence: what has become of it, and where it waits."""
    one = found.state
    if one["is_untimed"]:
        return words("Its source records no closing times: what has become of it is not known here")
    if one["state"] != "open":
        took = words.duration((one["closed_at"] - one["reported_at"]).total_seconds())
        return words("{state} after {time}", state=state_word(one["state"], words), time=took)
    where = words.label(one, "department") or words.label(one, "area")
    waited = words.duration((question.asked.filter.as_of - one["reported_at"]).total_seconds())
    said = words("Open for {time}; waits at {place}", time=waited, place=where)
    if not pd.isna(one["due_at"]) and one["due_at"] < question.asked.filter.as_of:
        said += " · " + words("past its deadline")
    return said


def _stages(found: Told, question: Question, words: Text) -> str:
    """The six first-times on one line, with the time between them."""
    named = event_words(words)
    parts, before = [], None
    for stage, column in _STAGES:
        at = found.state[column]
        if pd.isna(at):
            parts.append(f'<li class="none"><h3>{e(named[stage])}</h3><b>—</b><span></span></li>')
            continue
        took = "" if before is None else "+" + words.duration((at - before).total_seconds())
        clock = spoken(at, question.asked.filter, words)
        parts.append(f"<li><h3>{e(named[stage])}</h3><b>{e(clock)}</b><span>{e(took)}</span></li>")
        before = at
    return f'<ol class="stages" aria-label="{e(words("The six first-times"))}">{"".join(parts)}</ol>'


def _events(found: Told, question: Question, words: Text) -> str:
    named = event_words(words)
    lines = []
    before: Any = None
    for row in rows(found.events):
        what = [
            words.label(row, "department"),
            words.label(row, "area") if row.event in (Event.REPORTED, Event.REASSIGNED) else "",
            words("due {time}", time=spoken(row.due_at, question.asked.filter, words))
            if not pd.isna(row.due_at)
            else "",
            words("{n} of 5", n=row.satisfaction) if not pd.isna(row.satisfaction) else "",
        ]
        late = (row.recorded_at - row.occurred_at).total_seconds()
        notes = [
            words("recorded {time} later", time=words.duration(late)) if late > _LATE_RECORD else "",
            words("time corrected") if row.is_corrected else "",
        ]
        between = "" if before is None else "+" + words.duration((row.occurred_at - before).total_seconds())
        before = row.occurred_at
        lines.append(
            f"<li><time>{e(spoken(row.occurred_at, question.asked.filter, words))}</time>"
            f'<span class="since">{e(between)}</span><b>{e(named[row.event])}</b>'
            f"<span>{e(' · '.join(part for part in what if part))}</span>"
            f"<i>{e(' · '.join(note for note in notes if note))}</i></li>"
        )
    return f'<ol class="log">{"".join(lines)}</ol>'


def _facts(found: Told, question: Question, words: Text) -> str:
    one, filter = found.state, question.asked.filter
    facts = [
        (words("Level"), level_word(one["risk"], words)),
        (words("Matter"), words.label(one, "matter")),
        (words("Came by"), words.label(one, "channel")),
        (words("First deadline"), _moment(one["first_due_at"], question, words)),
        (words("Deadline now"), _moment(one["due_at"], question, words) if one["deadline_changes"] else ""),
        (
            words("Reopened"),
            words.many("{n} time", "{n} times", one["reopened_count"]) if one["reopened_count"] else "",
        ),
        (words("On the spot"), words("yes") if one["is_on_the_spot"] else ""),
        (words("As known at"), frame.local(filter.as_of, filter.time_zone).strftime("%Y-%m-%d %H:%M:%S")),
    ]
    lines = "".join(f"<tr><td>{e(name)}</td><td>{e(value)}</td></tr>" for name, value in facts if value)
    return f'<div class="head"><h2>{e(words("Facts"))}</h2></div><table class="facts"><tbody>{lines}</tbody></table>'


def _moment(moment: Any, question: Question, words: Text) -> str:
    return words("not recorded") if pd.isna(moment) else spoken(moment, question.asked.filter, words)


def _hand_ups(found: Told, question: Question, words: Text) -> str:
    if found.hand_ups.empty:
        return ""
    named = {"pending": words("waiting"), "answered": words("answered"), "lapsed": words("lapsed")}
    lines = []
    for row in rows(found.hand_ups):
        runs = row.state == "pending" and not pd.isna(row.deadline_at) and question.address.get("as_of") is None
        clock = (
            f'<b data-clock="until" data-at="{milliseconds(row.deadline_at)}"></b>'
            if runs
            else e(spoken(row.answered_at, question.asked.filter, words) if not pd.isna(row.answered_at) else "")
        )
        asked = words("asked for by a leader {n} times", n=row.supervised_count) if row.supervised_count else ""
        lines.append(
            f'<tr><td></td><td class="title">{e(words.label(row, "department") or words("department not named"))}</td>'
            f'<td class="where">{e(spoken(row.raised_at, question.asked.filter, words))} {e(asked)}</td>'
            f'<td class="state">{e(named[row.state])}</td><td class="clock">{clock}</td></tr>'
        )
    return f"""<section class="list"><div class="head"><h2>{e(words("Escalations"))}</h2></div>
<table><tbody>{"".join(lines)}</tbody></table></section>"""


def _neighbours(found: Told, question: Question, words: Text) -> str:
    note = words("30 days, same matter or within 100 m")
    head = f'<div class="head"><h2>{e(words("Near it"))}</h2><span>{e(note)}</span></div>'
    if found.neighbours.empty:
        return f'<section class="list">{head}<p class="nothing">{e(words("Nothing"))}</p></section>'
    lines = []
    for row in rows(found.neighbours):
        how = words("{n} m", n=words.number(row.metres)) if not pd.isna(row.metres) else ""
        same = words("same matter") if row.is_same_matter else ""
        to = link(question.address.to("cases", id=row.case_id))
        lines.append(
            f"<tr><td>{mark(row.risk)}</td>"
            f'<td class="at day">{e(spoken(row.reported_at, question.asked.filter, words))}</td>'
            f'<td class="title"><a {to}>{e(words.label(row, "title"))}</a></td>'
            f'<td class="where">{e(" · ".join(part for part in (same, how) if part))}</td>'
            f'<td class="state">{e(state_word(row.state, words))}</td></tr>'
        )
    return f'<section class="list near">{head}<table><tbody>{"".join(lines)}</tbody></table></section>'


def event_words(words: Text) -> dict[str, str]:
    """What may happen to a case, in words."""
    return {
        Event.DISCOVERED: words("discovered"),
        Event.REPORTED: words("reported"),
        Event.DISPATCHED: words("dispatched"),
        Event.ACCEPTED: words("accepted"),
        Event.ESCALATED: words("escalated"),
        Event.ANSWERED: words("answered"),
        Event.SUPERVISED: words("asked for by a leader"),
        Event.ACKNOWLEDGED: words("acknowledged"),
        Event.RESOLVED: words("resolved"),
        Event.FED_BACK: words("fed back"),
        Event.EVALUATED: words("evaluated"),
        Event.REOPENED: words("reopened"),
        Event.REASSIGNED: words("reassigned"),
        Event.DEADLINE_CHANGED: words("deadline changed"),
        Event.WITHDRAWN: words("withdrawn"),
        Event.CORRECTED: words("corrected"),
    }


PAGE: Final = Page("case", "事件 Case", ("id",), matter, below="cases", has_filters=lambda _: False)
