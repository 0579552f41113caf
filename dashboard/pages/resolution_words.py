"""What the page of rates is asked: its own words of the address made into a rate, a grouping, an earlier period."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from dashboard.live import questions
from dashboard.live.questions import SHOWN_SINGLY, Against, AskingError, By, Cut, Filter, Kind, Only
from dashboard.pages.behind import BEHIND
from dashboard.pages.laptop.frame import USUAL_DAYS
from dashboard.pages.laptop.state import Question, short
from dashboard.snapshot import Snapshot
from dashboard.text import Text

#: Rates whose cases may be shown singly.
_WITH_CASES: Final = ("same_day_resolution", "on_time", "on_the_spot", "base_resolution", "reopened")
#: The rates of the page, in order: what the cases behind each are (None: they are never shown singly), and of which
#: kinds it is where none are chosen (None: of all).
RATES: Final[dict[str, tuple[Only | Cut | None, tuple[Kind, ...] | None]]] = {
    id: (cut, None if kind is None else (kind,)) for id, (cut, kind) in ((id, BEHIND[id]) for id in _WITH_CASES)
} | {"first_visit_resolution": (None, (Kind.PETITION,))}
#: Rates whose counted cases are the ones to look at: the lower the better.
LOW_IS_GOOD: Final = frozenset({"reopened"})
#: Days of the course where fewer are asked about, and from how many on it goes by weeks.
_COURSE_DAYS, _WEEKS_FROM = 28, 93
_WEEK: Final = 7


@dataclass(frozen=True)
class Wanted:
    """What an address asks of the page, as far as it can be asked."""

    figure: str
    filter: Filter  # with the days the figure is asked about
    by: By
    unit_level: str | None
    against: Against | timedelta
    notes: tuple[str, ...]
    is_whole_list: bool

    @property
    def days(self) -> tuple[date, date]:
        """First and last day."""
        return self.filter.period(USUAL_DAYS)

    @property
    def kinds(self) -> tuple[Kind, ...] | None:
        """Of which kinds the rate is; None: all."""
        return self.filter.kinds or RATES[self.figure][1]

    @property
    def is_private(self) -> bool:
        """Whether it is of police reports or petitions too, which are shown as counts of three or more."""
        return not set(self.kinds or Kind) <= set(SHOWN_SINGLY)

    @property
    def is_running(self) -> bool:
        """Whether it is about the day that still runs, alone."""
        return self.days == (self.filter.today, self.filter.today)

    @property
    def course(self) -> tuple[Filter, By]:
        """The days of the course around the days asked about, and whether it goes by days or weeks."""
        first, last = self.days
        begin = min(first, last - timedelta(days=_COURSE_DAYS - 1))
        by = By.WEEK if (last - begin).days >= _WEEKS_FROM else By.DAY
        return replace(self.filter, period_from=begin, period_to=last), by


def wanted(snapshot: Snapshot, question: Question, words: Text) -> Wanted:
    """What the page is asked; for each word that means nothing here a note, and the usual instead."""
    address, notes = question.address, []
    figure = address.get("figure") or next(iter(RATES))
    if figure not in RATES:
        notes.append(words("There is no rate {given} here; the usual is shown", given=short(figure)))
        figure = next(iter(RATES))
    filter = questions.with_period(figure, question.asked.filter)
    is_unit = filter.area_id in set(snapshot.grids["area_id"])
    possible = [by for by in questions.change_groupings(figure) if not (is_unit and by is By.AREA)]
    usual = By.TYPE if is_unit else By.AREA
    given = address.get("by")
    by = By(given) if given in possible else usual
    if given is not None and given not in possible:
        notes.append(words("It is not told by {given}; the usual is shown", given=short(given)))
    has_communities = filter.area_id is None and len(snapshot.communities) > 1
    level = ("community" if has_communities else snapshot.place.unit_level) if by is By.AREA else None
    try:
        against = questions.against_of(address.get("than"), filter)
    except AskingError:
        against = questions.against_of(None, filter)
        notes.append(words("The days compared with must end before the others begin; the usual ones are taken"))
    return Wanted(figure, filter, by, level, against, tuple(notes), address.get("rows") == "all")


def comparisons(asked: Wanted, words: Text) -> dict[str, str]:
    """What the days can be compared with: words of the address and how they are called."""
    first, last = asked.days
    length = (last - first).days + 1
    named = {
        Against.PERIOD_BEFORE.value: words("the day before") if length == 1 else words("the days before"),
        Against.WEEK_BEFORE.value: words("a week before"),
        Against.LAST_YEAR.value: words("a year before"),
    }
    if length >= _WEEK:
        del named[Against.WEEK_BEFORE.value]
    return named
