"""Owns what all laptop pages have above their matter: the head with the pages, the filters, the way down to an area.

Filters are plain controls; choosing one leads to another address (laptop.js), and nothing is kept but in the address.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd

from dashboard.frames import rows
from dashboard.live.questions import LISTED_DAYS, SHOWN_SINGLY, Filter
from dashboard.pages.laptop.going import link
from dashboard.pages.laptop.pieces import e
from dashboard.pages.laptop.state import Address, Question, kinds_of
from dashboard.snapshot import Snapshot
from dashboard.text import Text

#: Pages of the navigation by the last part of their address, in order.
PAGES: Final = ("situation", "resolution", "ranking", "escalations", "cases", "review", "figures", "data-health")
#: Pages that a setting has switched on, after the others.
SWITCHED_ON: Final[list[str]] = []
#: Days of a list where none are chosen, as queries.cases has them.
USUAL_DAYS: Final = LISTED_DAYS
#: First and last day a page is about, or none: it is about what was on any day.
Days = tuple[date, date] | tuple[()]
ANY_DAY: Final = ()
#: Pages about the present alone.
_OF_NOW: Final = ("data-health", "upload")
#: Days back of the periods offered, today included.
_PERIODS: Final = (1, 7, 14, 28, 90)


def page_words(words: Text) -> dict[str, str]:
    """What the pages are called."""
    return {
        "situation": words("Situation"),
        "resolution": words("Resolution"),
        "ranking": words("Ranking"),
        "escalations": words("Escalations"),
        "cases": words("Cases"),
        "review": words("Review"),
        "figures": words("Figures"),
        "data-health": words("Data health"),
        "upload": words("Upload"),
        "wall": words("Wall"),
    }


def header(
    snapshot: Snapshot, words: Text, address: Address, notes: Iterable[str] = (), *, here: str | None = None
) -> str:
    """Name of the place, the pages, how old the data are, day and time, the other language and theme.

    ``notes``: what the address asks for and cannot have. ``here``: the page of the navigation that this one is below.
    """
    other = "en" if words.language == "zh" else "zh"
    swapped = "dark" if address.theme == "light" else "light"
    name = words.label({"name_zh": snapshot.place.name_zh, "name_en": snapshot.place.name_en})
    theme_word = words("Dark") if swapped == "dark" else words("Light")
    emergency = f'<b class="mode">{e(words("Emergency mode"))}</b>' if snapshot.mode == "emergency" else ""
    note = " · ".join(notes)
    noted = f'<span class="note" role="status" title="{e(note)}">{e(note)}</span>' if note else ""
    named = page_words(words)
    pages = "".join(
        f'<a class="{"here" if page == (here or address.page) else ""}" {link(address.to(page))}>{e(named[page])}</a>'
        for page in (*PAGES, *SWITCHED_ON)
    )
    return f"""<header>
<b class="place">{e(name)}</b><nav>{pages}
<a href="wall?lang={words.language}" target="_blank">{e(named["wall"])}</a></nav>{emergency}{noted}
<span class="band">{e(words("Last data"))} <b data-clock="late"></b> ·
{e(words("what you see is what was last known"))}</span>
<span class="fresh">{_fresh(snapshot, words)}</span>
{_clock(snapshot, words, address)}
<span class="swap"><a href="{e(address.to(lang=other))}" target="_self">{"EN" if other == "en" else "中文"}</a>
<a href="{e(address.to(theme=swapped))}" target="_self">{e(theme_word)}</a></span></header>"""


def _clock(snapshot: Snapshot, words: Text, address: Address) -> str:
    """Day and time; a click on them looks back, where the page can."""
    shown = '<span data-clock="date"></span>\n<b data-clock="time"></b>'
    if address.page in _OF_NOW:
        return f'<span class="day">{shown}</span>'
    return f'<a class="day" {link(_an_hour_ago(snapshot, address))} title="{e(words("Look back"))}">{shown}</a>'


def _an_hour_ago(snapshot: Snapshot, address: Address) -> str:
    """This page as of an hour ago, on the quarter: where looking back begins."""
    then = local(snapshot.as_of, snapshot.place.time_zone) - timedelta(hours=1)
    then = then.replace(minute=then.minute // 15 * 15)
    return address.to(as_of=then.strftime("%Y-%m-%dT%H:%M"), page_no=None)


def _fresh(snapshot: Snapshot, words: Text) -> str:
    """How old the data are, counted by the browser; of records that nobody adds to, when they end."""
    if snapshot.is_live:
        return f'{e(words("Data"))} <b data-clock="age"></b>'
    end = words.long_day(snapshot.moment, snapshot.place.time_zone)
    return f"<b>{e(words('Records end {day}', day=end))}</b>"


def looking_back(address: Address, as_of: datetime | None, time_zone: str, words: Text) -> str:
    """The bar of the day looked back at: its time can be moved and played; empty where the page shows the present.

    ``as_of``: the moment of the address, None where it names none.
    """
    if as_of is None:
        return ""
    at = local(as_of, time_zone)
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)

    def to(moment: datetime) -> str:
        return address.to(as_of=moment.strftime("%Y-%m-%dT%H:%M"), page_no=None)

    clock = at.replace(tzinfo=None)
    template = address.to(as_of=f"{midnight:%Y-%m-%d}TTIME", page_no=None)
    parts = (words.day(at.date()), words.weekday(at.date()))
    day = " ".join(parts if words.language == "zh" else reversed(parts))
    minutes = at.hour * 60 + at.minute
    return f"""<form class="looking-back"><b>{e(words("As known at"))}</b>
<a {link(to(clock - timedelta(days=1)))} title="{e(words("a day earlier"))}">‹</a> <b>{e(day)}</b>
<a {link(to(clock + timedelta(days=1)))} title="{e(words("a day later"))}">›</a>
<button type="button" data-play aria-pressed="false">{e(words("Play the day"))}</button>
<input type="range" min="0" max="1439" step="15" value="{minutes}" data-replay="{e(template)}"
 aria-label="{e(words("Time of day"))}"><b data-replayed>{at:%H:%M}</b>
<a {link(address.to(as_of=None, page_no=None))}>{e(words("back to now"))}</a></form>"""


def filters(
    snapshot: Snapshot,
    question: Question,
    words: Text,
    *,
    kinds: pd.DataFrame,
    days: Days | None = None,
    usual_days: int = USUAL_DAYS,
) -> str:
    """The filter bar: area, kinds, days, as of when. ``kinds``: their labels, as labels.words gives them. ``days``:
    what the page is about, where it has chosen them itself (ANY_DAY: of all); then it takes none away for the
    ``usual_days``.
    """
    address, filter = question.address, question.asked.filter
    usual = usual_days if days is None else None
    shown = filter.period(usual_days) if days is None else days
    first, last = shown or ("", "")
    as_of = address.get("as_of")
    shown_as_of = "" if as_of is None else local(filter.as_of, filter.time_zone).strftime("%Y-%m-%dT%H:%M")
    return f"""<form class="filters" data-here="{e(address.to(page_no=None))}">
<label>{e(words("Area"))} <select data-set="area">{_area_options(snapshot, question, words)}</select></label>
<span class="group" role="group" aria-label="{e(words("Kinds"))}">{_kind_chips(address, words, kinds)}</span>
<span class="group">{_periods(question, words, shown, usual=usual)}</span>
<label>{e(words("from"))} <input type="date" data-set="from" value="{first}" max="{filter.today}"></label>
<label>{e(words("to"))} <input type="date" data-set="to" value="{last}" max="{filter.today}"></label>
<label>{e(words("as of"))} <input type="datetime-local" data-set="as_of" value="{shown_as_of}"></label></form>"""


def _periods(question: Question, words: Text, shown: Days, *, usual: int | None) -> str:
    """Chips for the days up to today; the ``usual`` ones need no word in the address."""
    today = question.asked.filter.today
    chips = []
    for days in _PERIODS:
        first = today - timedelta(days=days - 1)
        is_on = shown == (first, today)
        named = words("today") if days == 1 else words("{n} days", n=days)
        begin = None if days == usual else first
        words_of_it: dict[str, Any] = {"from": begin, "to": None, "page_no": None}
        to = question.address.to(None, **words_of_it)
        chips.append(f'<a class="chip{" on" if is_on else ""}" {link(to)}>{e(named)}</a>')
    return "".join(chips)


def _area_options(snapshot: Snapshot, question: Question, words: Text) -> str:
    """The subdistrict, each community, and the units of the map below it."""
    chosen = question.asked.filter.area_id
    communities = {int(row.area_id): row for row in rows(snapshot.communities)}

    def option(row: Any, indent: str = "") -> str:
        selected = " selected" if row.area_id == chosen else ""
        return f'<option value="{e(row.code)}"{selected}>{indent}{e(words.label(row))}</option>'

    whole = words.label({"name_zh": snapshot.place.name_zh, "name_en": snapshot.place.name_en})
    options = [f'<option value="">{e(whole)}</option>']
    seen: set[int] = set()
    for row in rows(snapshot.grids):
        community = communities.get(int(row.community_id)) if pd.notna(row.community_id) else None
        if community is not None and community.area_id not in seen:
            seen.add(community.area_id)
            options.append(option(community))
        if community is None or community.area_id != row.area_id:
            options.append(option(row, "\u2003"))
    return "".join(options)


def _kind_chips(address: Address, words: Text, kinds: pd.DataFrame) -> str:
    """A chip for each kind that may be shown singly; none chosen means all of them."""
    chosen = kinds_of(address)
    chips = []
    for row in kinds.itertuples():
        if row.code not in set(SHOWN_SINGLY):
            continue
        changed = sorted(chosen ^ {str(row.code)})
        to = address.to(kinds=",".join(changed) or None, page_no=None)
        chips.append(
            f'<a class="chip{" on" if row.code in chosen else ""}" aria-pressed="{str(row.code in chosen).lower()}" '
            f"{link(to)}>{e(words.label(row))}</a>"
        )
    return "".join(chips)


def not_listed(address: Address, words: Text, kinds: pd.DataFrame) -> str:
    """The kinds an address names whose single cases are never shown, as they are called; empty where there are none."""
    hidden = kinds_of(address) - set(SHOWN_SINGLY)
    return ("、" if words.language == "zh" else ", ").join(
        words.label(row) for row in rows(kinds) if row.code in hidden
    )


def crumbs(steps: Sequence[tuple[str, str | None]]) -> str:
    """The way down: names with their addresses; the last one, or one without, is where the viewer is."""
    parts = [f"<a {link(to)}>{e(name)}</a>" if to else f"<b>{e(name)}</b>" for name, to in steps]
    return f'<nav class="crumbs">{"<i>›</i>".join(parts)}</nav>'


def local(moment: Any, time_zone: str) -> datetime:
    """A moment of a frame in the store's time zone."""
    return pd.Timestamp(moment).to_pydatetime().astimezone(ZoneInfo(time_zone))


def spoken(moment: Any, filter: Filter, words: Text) -> str:
    """Day and clock time of a moment; of today the time alone."""
    at = local(moment, filter.time_zone)
    clock = at.strftime("%H:%M")
    return clock if at.date() == filter.today else f"{words.day(at.date())} {clock}"


def notes_of(question: Question, words: Text, days: str | None = None) -> list[str]:
    """What a file says of itself: of which place and days it is (the usual ones), and as of which moment."""
    filter = question.asked.filter
    place = words.label({"name_zh": question.asked.area_zh, "name_en": question.asked.area_en})
    as_of = local(filter.as_of, filter.time_zone).strftime("%Y-%m-%d %H:%M:%S")
    return [
        f"{place} · {words.days(*filter.period(USUAL_DAYS)) if days is None else days}",
        words("As known at {moment} ({zone})", moment=as_of, zone=filter.time_zone),
    ]
