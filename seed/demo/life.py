"""The life of cases: every event each one will ever have, from its number alone (see chance.py).

``plan`` is the one place that knows how cases go. History writes down what lies before its end; the live feed hands
out what falls into its step.
"""

from typing import Final

import numpy as np

from seed.demo.arrivals import Cases
from seed.demo.chance import Draws, Flags, Floats, Integers
from seed.demo.days import DAY, OFFSET, Days, local_day, midnight
from seed.demo.ladder import escalations
from seed.demo.matters import DEADLINES, KINDS, matters
from seed.demo.people import CUTOFF, EXTENSION, MIDNIGHT, MINUTE, People
from seed.demo.places import Places
from seed.demo.stages import APPEAL, HAZARD, NEVER, ORANGE, PETITION, POLICE, RED, WARNING, Life, office_hours, whole

#: Log odds of solving an appeal on its day: the base is chosen so that the year comes out at the profile's rate.
SAME_DAY_BASE: Final = 2.58
_BY_HOUR: Final = np.array([0.9] * 12 + [0.55] * 3 + [0.0, -0.2, -0.5, -0.9, -1.3, -1.8, -2.4, -3.4, -5.0])
_BY_WEEKDAY: Final = np.array([-0.18, 0.06, 0.12, 0.12, 0.04, -0.3, -0.38])


def plan(cases: Cases, places: Places, people: People, days: Days, draws: Draws) -> Life:
    """Every event of these cases."""
    life = Life(cases)
    _opening(life, draws)
    handled = ~_on_the_spot(life, draws)
    is_reassigned = handled & (cases.kind == APPEAL) & draws.happens("reassigned", 0.015)
    # A case that changes hands is solved as by an average unit, so that its life does not depend on who has it now.
    skill = np.where(is_reassigned, 0.0, people.skill[cases.unit])
    cheat = np.where(is_reassigned, 0, people.cheat[cases.unit])
    resolved = _resolution(life, days, draws, handled, skill, cheat)
    resolved = escalations(life, draws, handled, resolved)
    life.at["resolved 1"] = np.where(handled, resolved, life.at["resolved 1"])
    _resolved_level(life, draws, handled)
    _changes(life, places, days, draws, handled, is_reassigned, cheat)
    _after(life, draws, skill, cheat, handled)
    _withdrawals(life, draws, handled)
    return life


def _opening(life: Life, draws: Draws) -> None:
    """Discovered, reported, acknowledged by the duty officer."""
    cases = life.cases
    seen = cases.reported - whole(draws.lognormal("discovered", 300.0, 0.8))
    has_seen = np.where(cases.kind == HAZARD, 0.82, np.where(cases.kind == POLICE, 0.3, 0.0))
    life.at["discovered"] = np.where(draws.happens("is discovered", has_seen), seen, NEVER)
    life.at["reported"] = cases.reported
    is_grave = (cases.risk == RED) | ((cases.risk == ORANGE) & draws.happens("is acknowledged", 0.4))
    is_grave &= (cases.kind == APPEAL) | (cases.kind == WARNING) | (cases.risk == RED)
    known = cases.reported + whole(draws.lognormal("acknowledged", 100.0, 0.7))
    life.at["acknowledged"] = np.where(is_grave, known, NEVER)


def _on_the_spot(life: Life, draws: Draws) -> Flags:
    """Hazards and warnings put right by whoever finds them; returns which cases are."""
    cases = life.cases
    goes_on = np.where(matters().is_dispatched[cases.type], 0.75, 0.0024)
    is_spot = (cases.kind == HAZARD) & ~draws.happens("hazard goes on", goes_on)
    is_checked = (cases.kind == WARNING) & ~draws.happens(
        "warning goes on", np.array([0.3, 0.1, 0.03, 0.02])[cases.risk]
    )
    accepted = cases.reported + whole(draws.lognormal("warning accepted", 150.0, 0.8))
    quick = cases.reported + whole(draws.lognormal("spot", 420.0, 0.95), 20)
    checked = accepted + whole(draws.lognormal("checked", 840.0, 0.8), 30)
    life.at["accepted 1"] = np.where(is_checked, accepted, NEVER)
    life.at["resolved 1"] = np.where(is_spot, quick, np.where(is_checked, checked, NEVER))
    return np.asarray(is_spot | is_checked)


def _resolution(life: Life, days: Days, draws: Draws, handled: Flags, skill: Floats, cheat: Integers) -> Integers:
    """Dispatched, accepted and, without any hand-up, resolved."""
    cases = life.cases
    urgent = cases.risk <= ORANGE
    dispatched = cases.reported + whole(draws.lognormal("dispatched", np.where(urgent, 420.0, 1500.0), 0.75), 20)
    accepted = dispatched + whole(draws.lognormal("accepted", np.where(urgent, 240.0, 660.0), 0.8), 15)
    is_asleep = ~urgent & (cases.kind == APPEAL)
    accepted = np.where(
        is_asleep, np.maximum(accepted, office_hours(accepted, draws.uniform("morning"), 22.6)), accepted
    )
    life.at["dispatched"] = np.where(handled, dispatched, NEVER)
    life.at["accepted 1"] = np.where(handled, accepted, life.at["accepted 1"])
    to_department = (cases.kind != APPEAL) | draws.happens("to a department", 0.25)
    life.department["dispatched"] = np.where(to_department, matters().department[cases.type], -1)
    day = local_day(cases.reported)
    end = midnight(day + 1)
    score = (
        SAME_DAY_BASE + _BY_HOUR[((cases.reported + OFFSET) % DAY) // 3600] + _BY_WEEKDAY[days.weekday[days.at(day)]]
    )
    score = score + 0.62 * skill + np.where(urgent, 0.25, 0.0) - 0.35 * days.storm[days.at(day)]
    in_time = draws.happens("same day", 1 / (1 + np.exp(-score))) & (accepted < end - 600)
    late = _late(cases, days, draws, day, accepted)
    soon = _today(draws, cases, accepted, end, skill)
    slow = np.where(cases.kind == PETITION, 15.0, 18.0)
    long = office_hours(cases.reported + whole(draws.lognormal("long", slow * DAY, 0.6), DAY), draws.uniform("desk"))
    resolved = np.where((cases.kind == PETITION) | (cases.kind == POLICE), long, np.where(in_time, soon, late))
    is_late = ~in_time & (cases.kind == APPEAL)
    trick = is_late & (cheat == MIDNIGHT) & (accepted < end - 900) & draws.happens("midnight", 0.6)
    resolved = np.where(trick, end - whole(600 * draws.uniform("23:5x"), 5), resolved)
    hurry = (cases.kind == APPEAL) & (cheat == MINUTE) & draws.happens("minute", 0.34)
    return np.where(hurry, accepted + whole(8 + 48 * draws.uniform("seconds")), resolved)


def _today(draws: Draws, cases: Cases, start: Integers, end: Integers, skill: Floats) -> Integers:
    """Resolved before the day ends: a lognormal delay squeezed into what is left of it."""
    evening = end - int(1.4 * 3600)
    limit = np.where(start < evening - 2 * 3600, evening, end - 120) - start
    median = np.where(cases.risk <= ORANGE, 3600.0, 8600.0) * np.exp(-0.25 * skill)
    delay = draws.lognormal("today", median, 0.85)
    squeezed = whole(limit * delay / (delay + np.maximum(limit, 60)) * 1.05, 40)
    return np.asarray(start + np.minimum(squeezed, np.maximum(limit, 41)))


def _late(cases: Cases, days: Days, draws: Draws, day: Integers, accepted: Integers) -> Integers:
    """Resolved on a later day, in office hours."""
    urgent = cases.risk <= ORANGE
    slow = draws.pick("days later", (26, 17, 12, 9, 8, 7, 6, 6, 6, 6, 5, 4, 3, 3, 3))
    quick = draws.pick("days later", (88, 9, 2, 1))
    later = np.array([1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 17, 21, 27, 38])[np.where(urgent, quick, slow)]
    when = midnight(day + later) + whole((8.6 + 9.6 * draws.uniform("hour later") ** 0.8) * 3600)
    return np.asarray(np.maximum(when, accepted + 900))


def _resolved_level(life: Life, draws: Draws, handled: Flags) -> None:
    """Most go back to the grid to be closed; some are solved in the community or by the department asked."""
    community = handled & draws.happens("in the community", 0.14)
    raised = life.at["escalated 1"] < NEVER
    stays = raised & draws.happens("closed above", 0.3)
    last = np.where(life.at["escalated 2"] < NEVER, life.level["escalated 2"], life.level["escalated 1"])
    life.level["resolved 1"] = np.where(stays, last, np.where(community, 1, 0))


def _due(cases: Cases, days: Days) -> Integers:
    """The deadline of the matter and risk, as the store counts it; NEVER without one."""
    result = np.full(len(cases), NEVER)
    for kind, limits in DEADLINES.items():
        for risk, (amount, unit) in enumerate(limits):
            where = (cases.kind == KINDS.index(kind)) & (cases.risk == risk)
            start = cases.reported[where]
            if unit == "minute":
                result[where] = start + 60 * amount
            else:
                day = local_day(start)
                result[where] = midnight(days.add_working_days(day, np.full(len(day), amount)) + 1) - 1
    return result


def _changes(
    life: Life, places: Places, days: Days, draws: Draws, handled: Flags, is_reassigned: Flags, cheat: Integers
) -> None:
    """Reassigned to a neighbour; deadlines moved, for good reasons or just before they pass."""
    cases = life.cases
    resolved = life.at["resolved 1"]
    moved = life.at["accepted 1"] + whole(draws.lognormal("reassigned at", 900.0, 0.6))
    same_day = local_day(moved.clip(max=2**40)) == local_day(cases.reported)
    life.at["reassigned"] = np.where(is_reassigned & same_day & (moved < resolved), moved, NEVER)
    count = np.array([len(near) for near in places.others])
    table = np.zeros((len(count), count.max()), dtype=np.int64)
    for index, near in enumerate(places.others):
        table[index, : len(near)] = near
    choice = (draws.uniform("reassigned to") * count[cases.unit]).astype(np.int64)
    life.unit["reassigned"] = table[cases.unit, choice]
    due = _due(cases, days)
    trick = (cheat == EXTENSION) & draws.happens("extension", 0.75)
    honest = draws.happens("longer", 0.1)
    before = np.where(
        trick,
        due - whole(300 + 3000 * draws.uniform("just before")),
        due - whole(DAY * (0.6 + draws.uniform("before"))),
    )
    fits = handled & (cases.kind == APPEAL) & (before > life.at["accepted 1"] + 3600) & (before < resolved)
    life.at["deadline_changed"] = np.where(fits & (trick | honest), before, NEVER)
    later = days.add_working_days(local_day(before.clip(max=2**40)), np.full(len(before), 5))
    life.due["deadline_changed"] = midnight(later) + 18 * 3600


def _after(life: Life, draws: Draws, skill: Floats, cheat: Integers, handled: Flags) -> None:
    """Fed back, evaluated, reopened and resolved again."""
    cases = life.cases
    resolved = life.at["resolved 1"]
    told = np.where(handled, 0.94, np.where(cases.kind == HAZARD, 0.42, 0.15))
    fed_back = resolved + whole(draws.lognormal("fed back", np.where(handled, 1900.0, 240.0), 0.9))
    life.at["fed_back 1"] = np.where(draws.happens("is fed back", told), fed_back, NEVER)
    asked = np.where((cases.kind == APPEAL) | (cases.kind == PETITION), 0.62, 0.0)
    evaluated = fed_back + whole(draws.lognormal("evaluated", 4.0 * 3600, 1.0), 60)
    is_evaluated = draws.happens("is evaluated", asked) & (life.at["fed_back 1"] < NEVER)
    life.at["evaluated 1"] = np.where(is_evaluated, evaluated, NEVER)
    mood = draws.normal("satisfaction") + 0.25 * skill
    life.satisfaction["evaluated 1"] = 5 - (mood[:, None] < np.array([-1.25, -1.75, -2.2, -2.6])).sum(axis=1)
    _reopenings(life, draws, skill, cheat, handled)


def _reopenings(life: Life, draws: Draws, skill: Floats, cheat: Integers, handled: Flags) -> None:
    cases = life.cases
    resolved = life.at["resolved 1"]
    second = (resolved + OFFSET) % DAY
    day_end = midnight(local_day(cases.reported) + 1)
    chance = np.where(handled & (cases.kind == APPEAL), 0.028 * np.exp(-0.45 * skill), 0.0)
    chance = np.where(~handled & (cases.kind == HAZARD), 0.0008, chance)
    hidden = (cheat == MIDNIGHT) & (second >= 23 * 3600 + 50 * 60) & (cases.kind == APPEAL)
    rushed = (cheat == MINUTE) & (resolved - life.at["accepted 1"] < 60) & (cases.kind == APPEAL)
    chance = np.where(hidden, 0.45, np.where(rushed, 0.3, chance))
    usual = resolved + whole(draws.lognormal("reopened", 1.2 * DAY, 0.9), 1800)
    usual = office_hours(np.maximum(usual, _last_word(life) + 600), draws.uniform("complaint"))
    after = day_end + 7 * DAY + whole(600 + 8 * 3600 * draws.uniform("after the cut-off"))
    trick = (cheat == CUTOFF) & (cases.kind == APPEAL) & handled & (resolved < day_end)
    is_trick = trick & draws.happens("cut-off", 0.12) & (after > _last_word(life))
    reopened = np.where(is_trick, after, np.where(draws.happens("is reopened", chance), usual, NEVER))
    life.at["reopened"] = np.where(resolved < NEVER, reopened, NEVER)
    is_open = life.at["reopened"] < NEVER
    accepted = life.at["reopened"] + whole(draws.lognormal("accepted 2", 1500.0, 0.7))
    done = office_hours(accepted + whole(draws.lognormal("resolved 2", 1.1 * DAY, 0.9), 1200), draws.uniform("again"))
    life.at["accepted 2"] = np.where(is_open, accepted, NEVER)
    life.at["resolved 2"] = np.where(is_open, done, NEVER)
    life.level["resolved 2"] = np.where(draws.happens("again in the community", 0.3), 1, 0)
    life.at["fed_back 2"] = np.where(is_open, done + whole(draws.lognormal("fed back 2", 2400.0, 0.8)), NEVER)


def _last_word(life: Life) -> Integers:
    last = life.at["resolved 1"].copy()
    for name in ("fed_back 1", "evaluated 1"):
        last = np.where(life.at[name] < NEVER, np.maximum(last, life.at[name]), last)
    return last


def _withdrawals(life: Life, draws: Draws, handled: Flags) -> None:
    """Taken back by whoever reported it, or a false alarm: nothing happens afterwards."""
    cases = life.cases
    chance = np.select([cases.kind == APPEAL, cases.kind == WARNING, cases.kind == PETITION], [0.012, 0.035, 0.03], 0.0)
    patience = np.where(cases.kind == WARNING, 300.0, 7000.0)
    taken = cases.reported + whole(draws.lognormal("withdrawn", patience, 0.9), 30)
    is_taken = draws.happens("is withdrawn", chance) & (taken < life.at["resolved 1"])
    life.at["withdrawn"] = np.where(is_taken, taken, NEVER)
    for name in life.at:
        if name not in ("withdrawn", "reported", "discovered"):
            life.at[name] = np.where(is_taken & (life.at[name] >= taken), NEVER, life.at[name])
