"""What the pages of the assessment share: which days they are about, how indicators, tiers and ranks are put."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from dashboard.live import assessed
from dashboard.live.assessed import MARKS, Assessment, Marks, Reason, Refusal
from dashboard.live.questions import Filter
from dashboard.pages.laptop import frame
from dashboard.pages.laptop.going import link
from dashboard.pages.laptop.pieces import e
from dashboard.pages.laptop.state import Question, short
from dashboard.review import cells
from dashboard.snapshot import Snapshot
from dashboard.text import NO_RATE, Text
from dashboard.widgets.panels.ranking import kind_name

#: The word of an address for a cycle, by how many lie between it and the running one; older ones are numbers.
CYCLE_WORDS: Final[Mapping[str, int]] = {"running": 0, "last": 1, "before": 2}
#: Cycles offered as chips, and the oldest one that a number may name: two years.
_OFFERED: Final = 4
_OLDEST: Final = 52
#: Same-day resolution of a day is final so many days after it.
_FOLLOW_UP: Final = timedelta(days=7)
COMMUNITY: Final = "community"


def cycle_back(question: Question) -> int | None:
    """How many cycles back the address asks; None: no cycle, or days are named, which count before it."""
    given = question.address.get("cycle")
    if given is None or question.asked.filter.period_from is not None:
        return None
    if given in CYCLE_WORDS:
        return CYCLE_WORDS[given]
    is_number = given.isdecimal() and given.isascii() and len(given) <= 2
    return int(given) if is_number and len(CYCLE_WORDS) <= int(given) <= _OLDEST else None


def period(question: Question) -> Filter:
    """The filter with the days assessed: those named, or the cycle's, or the newest of a cycle's length."""
    filter = replace(question.asked.filter, kinds=None)
    if filter.period_from is not None:
        return filter
    back = cycle_back(question)
    return assessed.rolling_period(filter) if back is None else assessed.cycle_period(filter, back)


def days(question: Question) -> tuple[date, date]:
    """First and last day assessed."""
    return period(question).period(0)


def held(snapshot: Snapshot, question: Question) -> Filter:
    """What a ranking is asked with: the days, the whole subdistrict, and a moment that all viewers share."""
    is_named = question.address.get("as_of") is not None
    return assessed.held(period(question), is_named=is_named, is_live=snapshot.is_live)


def strange(question: Question, words: Text) -> str:
    """One sentence on a cycle that there is not; empty where nothing is wrong."""
    given = question.address.get("cycle")
    if given is None or cycle_back(question) is not None or question.asked.filter.period_from is not None:
        return ""
    return words("There is no cycle {given}; the last 14 days are shown", given=short(given))


def cycle_chips(question: Question, words: Text) -> str:
    """Chips for the newest days of a cycle's length, the running cycle and those before it."""
    back, is_own = cycle_back(question), question.asked.filter.period_from is not None
    names: dict[int | None, str | None] = {None: None}
    names |= {number: word for word, number in CYCLE_WORDS.items()}
    names |= {number: str(number) for number in range(len(CYCLE_WORDS), _OFFERED)}
    if back is not None and back not in names:
        names[back] = str(back)
    chips = []
    for number, word in names.items():
        if number is None:
            said = words("Last {n} days", n=assessed.rules(question.asked.filter.today).cycle_days)
        else:
            first, last = assessed.cycle_period(question.asked.filter, number).period(0)
            said = words.days(first, last)
            said = words("Running cycle {days}", days=said) if number == 0 else said
        is_on = number == back and not is_own
        to = question.address.to(None, **{"cycle": word, "from": None, "to": None})
        chips.append(f'<a class="chip{" on" if is_on else ""}" {link(to)}>{e(said)}</a>')
    return f'<span class="group" role="group" aria-label="{e(words("Assessed cycle"))}">{"".join(chips)}</span>'


def is_provisional(filter: Filter) -> bool:
    """Whether the period still runs, or its last days are still followed."""
    return filter.today <= filter.period(0)[1] + _FOLLOW_UP


def when(filter: Filter, words: Text) -> str:
    """The days and the moment of an assessment, and that it is provisional while it is."""
    first, last = filter.period(0)
    said = [
        words.days(first, last),
        words("as known at {time}", time=frame.spoken(filter.as_of, filter, words)),
    ]
    if filter.today <= last:
        said.append(words("provisional: the period still runs"))
    elif is_provisional(filter):
        said.append(words("provisional until {day}", day=words.day(last + _FOLLOW_UP + timedelta(days=1))))
    return " · ".join(said)


def marks_said(made: Assessment, words: Text) -> str:
    """What is known of the subdistrict's half of the score."""
    if made.marks is Marks.GIVEN and made.marks_period is not None:
        return words("half the score: the subdistrict's marks of {days}", days=words.days(*made.marks_period))
    if made.marks is Marks.EARLIER and made.marks_period is not None:
        marked = words.days(*made.marks_period)
        return words("the marks of this period are not in yet: those of {days} stand in", days=marked)
    if made.marks is Marks.PARTIAL:
        n = len(made.without_marks)
        return words.many(
            "{n} unit has no marks of the subdistrict: where one lacks them, units' own figures are the whole score",
            "{n} units have no marks of the subdistrict: where some lack them, units' own figures are the whole score",
            n,
        )
    return words("the subdistrict's marks are missing: the units' own figures are the whole score")


def indicator_words(words: Text) -> dict[str, str]:
    """What the indicators are called."""
    return {
        "same_day": words("Same-day resolution"),
        "on_time": words("Closed on time"),
        "kept": words("Not reopened"),
        "on_the_spot": words("Corrected on the spot"),
        MARKS: words("The subdistrict's marks"),
    }


def refusal_said(refused: Refusal, words: Text) -> str:
    """Why a kind of unit is not ranked."""
    name = kind_name(refused.kind or refused.level, words)
    if refused.reason is Reason.UNRANKED_KIND:
        return words("{kind} are not ranked by the rules", kind=name)
    if refused.reason is Reason.FEW_UNITS:
        return words("{kind} are not ranked: there are only {n}", kind=name, n=words.number(refused.units))
    median = words.number(refused.median_cases, 0)
    return words("{kind} are not ranked: half of them have {n} cases or fewer", kind=name, n=median)


def strip(low: int, rank: int, high: int, of: int, label: str) -> str:
    """The interval of a rank on the line from the first to the last place, best on the left."""

    def at(place: float) -> float:
        return round(4 + 112 * (place - 1) / max(of - 1, 1), 1)

    bar = f'<rect class="span" x="{at(low) - 2:.1f}" y="5" width="{at(high) - at(low) + 4:.1f}" height="6"/>'
    return (
        f'<svg class="strip" viewBox="0 0 120 16" role="img" aria-label="{e(label)}"><rect class="line" x="2" y="7.5" '
        f'width="116" height="1"/>{bar}<circle cx="{at(rank)}" cy="8" r="4"/></svg>'
    )


def ranks_said(row: Any, words: Text) -> str:
    """12–31, or one place where nothing else is possible."""
    low, high = int(row.rank_low), int(row.rank_high)
    return words.number(low) if low == high else f"{words.number(low)}–{words.number(high)}"


def signed(value: float | None, words: Text, digits: int = 1) -> str:
    """Points with their sign; a dash where there is no period before."""
    return NO_RATE if value is None or value != value else cells.signed(value, words, digits)


def arrow(movement: int) -> str:
    """Up or down where the change is beyond chance."""
    return {1: "↑", -1: "↓"}.get(int(movement), "")


def probability(share: float, words: Text) -> str:
    """A probability of a thousand draws: never quite nought nor one."""
    if share > 0.999:
        return f"> {words.percent(0.999)}"
    return f"< {words.percent(0.001)}" if share < 0.001 else words.percent(share, 0)
