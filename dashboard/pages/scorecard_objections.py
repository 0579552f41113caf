"""The markup of a scorecard's objections 申诉: what the unit has objected to in these days, and what became of it."""

from typing import Any

import pandas as pd

from dashboard.frames import rows
from dashboard.live.questions import SHOWN_SINGLY
from dashboard.pages.laptop.frame import local
from dashboard.pages.laptop.going import link
from dashboard.pages.laptop.pieces import e
from dashboard.pages.scorecard_html import Card
from dashboard.text import Text


def reason_words(words: Text) -> dict[str, str]:
    """Why a unit objects, by queries.objections.REASONS."""
    return {
        "other_area": words("lies in another area"),
        "other_duty": words("another's duty"),
        "twice": words("counted twice"),
        "beyond_power": words("beyond the unit's power"),
        "wrong_record": words("the record is wrong"),
        "other": words("another reason"),
    }


def outcome_words(words: Text) -> dict[str, str]:
    """What became of an objection, by queries.objections.OUTCOMES."""
    return {"open": words("not decided yet"), "upheld": words("upheld"), "rejected": words("rejected")}


def asked_for(row: Any, words: Text) -> str:
    """What an objection asks for, by queries.objections.ASKS."""
    if row.asks == "attribute_to":
        return words("count it for {unit}", unit=words.label(row, "to"))
    return words("leave it out") if row.asks == "leave_out" else words("look at the mark again")


def objections(card: Card) -> str:
    """The section; nothing where the unit has not objected."""
    words, frame = card.words, card.objections
    if frame.empty:
        return ""
    heads = (words("made on"), words("about"), words("asks for"), words("reason"), words("outcome"))
    head = "".join(f"<th>{e(name)}</th>" for name in heads)
    lines = "".join(_line(row, card) for row in rows(frame))
    note = words("an upheld one moves the case in the ranking of its period")
    return f"""<section class="risk objections"><div class="head"><h2>{e(words("Objections"))}</h2>
<span>{e(note)}</span></div><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></section>"""


def _line(row: Any, card: Card) -> str:
    """Cases of kinds that are not shown singly stand without their number and without words."""
    words = card.words
    is_shown = pd.isna(row.case_id) or row.kind in SHOWN_SINGLY
    reason, outcome = reason_words(words)[row.reason], outcome_words(words)[row.outcome]
    if is_shown and row.words:
        reason = words("{reason}: {words}", reason=reason, words=row.words)
    if is_shown and isinstance(row.decided_words, str) and row.decided_words:
        outcome = words("{outcome}: {words}", outcome=outcome, words=row.decided_words)
    made = words.day(local(row.objected_at, card.filter.time_zone).date())
    cells = (e(made), _of(row, card, is_shown), e(asked_for(row, words)), e(reason), e(outcome))
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _of(row: Any, card: Card, is_shown: bool) -> str:
    words = card.words
    if pd.isna(row.case_id):
        return e(words("the mark"))
    if not is_shown:
        return e(words("a case"))
    to = link(card.question.address.to("cases", area=card.unit.code, id=int(row.case_id)))
    return f"<a {to}>#{int(row.case_id)}</a>"
