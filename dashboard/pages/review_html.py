"""The markup of the review's page: what it is of and as of when, what was restated, sections, a meeting's screen."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from dashboard.frames import rows
from dashboard.live.reviewed import Change, Period, Review, Reviewed
from dashboard.pages.laptop.going import link
from dashboard.pages.laptop.pieces import e
from dashboard.pages.laptop.state import Question
from dashboard.pages.review_table import table
from dashboard.review.coded import figure_name
from dashboard.review.heads import section_title
from dashboard.review.shown import DIGITS, as_of_words, period_words
from dashboard.review.table import ShownSection
from dashboard.text import Text

#: Restatements told one by one; of more, how many.
_TOLD: Final = 8


def top(
    found: Reviewed,
    question: Question,
    words: Text,
    *,
    notes: Sequence[str],
    offered: Sequence[Period],
    frozen: pd.DataFrame,
    may_freeze: bool,
) -> str:
    """What the review is of, as of when it was known, and whether it was frozen; periods to choose from; its files."""
    review = found.review
    noted = "".join(f'<p class="strange" role="status">{e(note)}</p>' for note in notes)
    present = question.address.to(present=review.sections[0].id)
    files = _files(review, words) if found.frozen is not None else _freeze(review, words) if may_freeze else ""
    return f"""<section class="answer loose review-top"><h1>{e(period_words(review, words))}</h1>
<p>{e(" · ".join(_of(found, words)))}</p>{noted}</section>
<div class="choices">{_periods(review.period, question, words, offered, frozen)}
<span class="group"><a class="chip" {link(present)}>{e(words("Present"))}</a>
<button class="chip print" data-print type="button">{e(words("Print"))}</button></span>{files}</div>"""


def nothing(question: Question, words: Text, *, why: str, offered: Sequence[Period], frozen: pd.DataFrame) -> str:
    """No review of this period, and why."""
    return f"""<section class="answer loose review-top"><h1>{e(words("No review of these days"))}</h1>
<p>{e(why)}</p></section><div class="choices">{_periods(None, question, words, offered, frozen)}</div>"""


def _of(found: Reviewed, words: Text) -> list[str]:
    review, frozen = found.review, found.frozen
    said = [words("as known at {time}", time=as_of_words(review, words))]
    if frozen is None:
        said.insert(0, words("Not frozen yet: these figures may still change"))
    else:
        at, who = _moment(frozen.frozen_at, review, words), frozen.frozen_by
        said.insert(
            0, words("Frozen {moment} by {who}", moment=at, who=who) if who else words("Frozen {moment}", moment=at)
        )
        said.append(words("document {digits}", digits=frozen.checksum[:DIGITS]))
    if not review.is_over:
        said.append(words("provisional: the period still runs"))
    return said


def _moment(moment: datetime, review: Review, words: Text) -> str:
    local = moment.astimezone(ZoneInfo(review.time_zone))
    return f"{words.day(local.date())} {local:%H:%M}"


def _periods(
    chosen: Period | None, question: Question, words: Text, offered: Sequence[Period], frozen: pd.DataFrame
) -> str:
    """Chips for the usual periods, and for what else was frozen."""
    known = {(period.first, period.last): period.name for period in offered}
    for row in rows(frozen):
        days = (row.period_from, row.period_to)
        known.setdefault(days, f"{row.period_from}..{row.period_to}")
    of_it = set(zip(frozen["period_from"], frozen["period_to"], strict=True))
    chips = []
    for days, name in sorted(known.items(), key=lambda each: (each[0][1], each[0][0]), reverse=True):
        is_on = chosen is not None and days == (chosen.first, chosen.last)
        mark = " ✓" if days in of_it else ""
        title = e(words("frozen")) if mark else ""
        to = question.address.to(period=name, as_of=None, **{"from": None, "to": None})
        shown = words.days(*days)
        chips.append(f'<a class="chip{" on" if is_on else ""}" title="{title}" {link(to)}>{e(shown)}{mark}</a>')
    first, last = ("", "") if chosen is None else (chosen.first, chosen.last)
    here, today = question.address.to(period=None, as_of=None), question.asked.filter.today
    days_form = "".join(
        f'<label>{e(said)} <input type="date" data-set="{name}" value="{day}" max="{today}"></label>'
        for name, said, day in (("from", words("from"), first), ("to", words("to"), last))
    )
    return f"""<span class="group" role="group" aria-label="{e(words("Period"))}">{"".join(chips)}</span>
<form class="filters of-days" data-here="{e(here)}">{days_form}</form>"""


def _files(review: Review, words: Text) -> str:
    """Links to the files that are made from the frozen document."""
    named = {"pptx": words("Slides"), "xlsx": words("Workbook"), "pdf": words("Paper"), "csv": words("Tables")}
    if _is_ranked(review):
        named["cards"] = words("Scorecards")
    base = f"review-file/{review.period.name}"
    links = "".join(
        f'<a class="chip" href="{e(f"{base}.{ending}?lang={words.language}")}" download>{e(name)}</a>'
        for ending, name in named.items()
    )
    return f'<span class="group" role="group" aria-label="{e(words("Files of this review"))}">{links}</span>'


def _is_ranked(review: Review) -> bool:
    """Whether a unit was ranked: without one there is no scorecard."""
    return any(table.id == "ranking" and table.rows for section in review.sections for table in section.tables)


def _freeze(review: Review, words: Text) -> str:
    """The button that keeps these days' figures for ever."""
    days = f"{review.period.first:%Y%m%d}:{review.period.last:%Y%m%d}"
    return f'<button class="chip" type="button" data-act="freeze:{days}">{e(words("Freeze these figures"))}</button>'


def restated(review: Review, told: tuple[datetime, list[Change]] | None, words: Text) -> str:
    """What reads otherwise now: headline figures one by one, of the others how many."""
    if told is None:
        return f'<p class="small">{e(words("Looking for what reads otherwise by now …"))}</p>'
    moment, changes = told
    at = _moment(moment, review, words)
    if not changes:
        return (
            f'<p class="small restated">{e(words("As of {moment} every figure still reads the same", moment=at))}</p>'
        )
    lines = [line for line in (_change(each, review, words) for each in changes if each.table == "rates") if line]
    others = len(changes) - len(lines)
    items = "".join(f"<li>{e(line)}</li>" for line in lines[:_TOLD])
    more = words.many(
        "{n} number of another table reads otherwise", "{n} numbers of other tables read otherwise", others
    )
    rest = f"<li>{e(more)}</li>" if others else ""
    head = words("Restated since: as of {moment} these read otherwise", moment=at)
    return f'<section class="restated"><div class="head"><h2>{e(head)}</h2></div><ul>{items}{rest}</ul></section>'


def _change(change: Change, review: Review, words: Text) -> str:
    """A rate's restatement, where it can be seen at a tenth of a point."""
    if change.column.id != "rate" or change.was is None or change.now is None:
        return ""
    was, now = words.percent(float(change.was)), words.percent(float(change.now))  # type: ignore[arg-type]
    return "" if was == now else f"{figure_name(str(change.key[0]), words)} {was} → {now}"


def section(review: Review, part: ShownSection, words: Text, *, said: Sequence[str], question: Question) -> str:
    """A section: its title, its sentences, its tables."""
    present = question.address.to(present=part.id)
    return f"""<section class="review-part" id="{e(part.id)}"><div class="head"><h2>{e(part.title)}</h2>
<span><a {link(present)}>{e(words("Present"))}</a></span></div>
{_sentences(said)}{_tables(review, part, words)}</section>"""


def awaited(ids: Sequence[str], words: Text) -> str:
    """Sections that are still being asked, by their titles."""
    if not ids:
        return ""
    said = (
        f'<p class="small awaited" role="status">{e(words("The rest is being worked out and comes by itself …"))}</p>'
    )
    heads = "".join(
        f'<section class="review-part awaited"><div class="head"><h2>{e(section_title(id, words))}</h2></div></section>'
        for id in ids
    )
    return f'<p class="small awaited" role="status">{said}</p>{heads}'


def _sentences(said: Sequence[str]) -> str:
    return f'<div class="sentences">{"".join(f"<p>{e(sentence)}</p>" for sentence in said)}</div>'


def _tables(review: Review, part: ShownSection, words: Text) -> str:
    """The tables of a section, but those that another one tells."""
    shown = [each for each in part.tables if not each.is_said]
    drawn = []
    for each in shown:
        records = review.table(each.id).records() if each.id == "variable" else ()
        levels = [str(record["risk"]) for record in records]
        drawn.append(table(each, words, with_title=len(shown) > 1, levels=levels))
    return "".join(drawn)


def presented(
    found: Reviewed,
    question: Question,
    words: Text,
    *,
    parts: Sequence[ShownSection],
    part: ShownSection,
    said: Mapping[str, Sequence[str]],
) -> str:
    """One section on the whole screen: arrow keys lead to the others, Escape back to the page."""
    at = list(parts).index(part)
    before, after = parts[max(at - 1, 0)].id, parts[min(at + 1, len(parts) - 1)].id
    review = found.review

    def to(id: str | None) -> str:
        return link(question.address.to(present=id))

    checked = "" if found.frozen is None else f" · {found.frozen.checksum[:DIGITS]}"
    status = " · ".join(_of(found, words)[:1])
    return f"""<section class="presented" data-part="{e(part.id)}">
<div class="presented-head"><h1>{e(part.title)}</h1><span>{e(period_words(review, words))}</span></div>
{_sentences(said.get(part.id, ()))}<div class="presented-body">{_tables(review, part, words)}</div>
<nav class="presented-foot"><span>{e(status)} · {e(as_of_words(review, words))}{e(checked)}</span><span>
<a data-key="ArrowLeft PageUp" {to(before)} aria-label="{e(words("the section before"))}">‹</a>
<b>{at + 1} / {len(parts)}</b>
<a data-key="ArrowRight PageDown Space" {to(after)} aria-label="{e(words("the next section"))}">›</a>
<a data-key="Escape" {to(None)}>{e(words("back to the page"))}</a></span></nav></section>"""


def foot(found: Reviewed, words: Text) -> str:
    """What every page of paper says of itself."""
    return f'<p class="small review-foot">{e(" · ".join([period_words(found.review, words), *_of(found, words)]))}</p>'
