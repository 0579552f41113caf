"""The ladder: cases handed up, named departments with deadlines, answers in time or late, a leader's demands."""

from typing import Final

import numpy as np

from seed.demo.chance import Draws, Flags, Integers
from seed.demo.days import DAY, OFFSET, local_day
from seed.demo.matters import DEPARTMENT_PACE, DEPARTMENTS, matters
from seed.demo.stages import HAZARD, NEVER, ORANGE, PETITION, POLICE, WARNING, Life, office_hours, whole

COMMUNITY, SUBDISTRICT, DEPARTMENT = 1, 2, 3
#: Hours for an answer, by risk, and what part of them a matter gets.
ANSWER_WITHIN: Final = np.array([1.5, 5, 18, 48])
_PARTS: Final = np.array([0.3, 0.6, 1.0])
_PACE: Final = np.array([DEPARTMENT_PACE.get(code, 0.0) for code, _, _ in DEPARTMENTS])
#: Chance of an appeal to be handed up, by risk: when it is solved on its day, and when it waits.
_SOON: Final = np.array([0.8, 0.6, 0.2, 0.1])
_WAITS: Final = np.array([0.75, 0.75, 0.72, 0.7])
_OTHERS: Final = {HAZARD: 0.6, WARNING: 0.6, PETITION: 0.4, POLICE: 0.1}


def escalations(life: Life, draws: Draws, handled: Flags, resolved: Integers) -> Integers:
    """Adds up to two hand-ups; returns when the cases are resolved, which may be later because of them."""
    cases = life.cases
    accepted = life.at["accepted 1"]
    waits = local_day(resolved) > local_day(cases.reported)
    chance = np.where(waits, _WAITS[cases.risk], _SOON[cases.risk])
    for kind, share in _OTHERS.items():
        chance = np.where(cases.kind == kind, share, chance)
    slow = np.where(cases.kind == PETITION, 2 * DAY, np.where(cases.risk <= ORANGE, 700.0, 5400.0))
    slow = np.where(waits, slow, np.minimum(slow, 0.3 * (resolved - accepted).clip(60, DAY)))
    raised = accepted + whole(draws.lognormal("raised", slow, 0.7), 60)
    calm = waits & (cases.risk > ORANGE)
    raised = np.where(calm, office_hours(raised, draws.uniform("raised in the morning")), raised)
    first = handled & draws.happens("escalated", chance) & (raised < resolved - 600)
    level = np.array([DEPARTMENT, COMMUNITY, SUBDISTRICT])[draws.pick("rung", (80, 12, 8))]
    # What is solved on its day was answered in time for that.
    limit = np.where(waits, NEVER, raised + ((resolved - raised) * 0.8).astype(np.int64))
    lapses = first & waits & draws.happens("lapses", 0.04)
    answered = _hand_up(life, draws, " 1", first, raised, level, limit, np.where(lapses, resolved, NEVER))
    again = first & waits & ~lapses & (level != DEPARTMENT) & draws.happens("escalated again", 0.4)
    raised_again = answered + whole(draws.lognormal("raised again", 2400.0, 0.6), 60)
    above = np.full(len(cases), DEPARTMENT)
    never = np.full(len(cases), NEVER)
    last = np.where(again, _hand_up(life, draws, " 2", again, raised_again, above, never, never), answered)
    solved = last + whole(draws.lognormal("after the answer", 7200.0, 0.9), 300)
    solved = np.where(calm, office_hours(solved, draws.uniform("solved in the morning")), solved)
    return np.where(first & waits & ~lapses, np.maximum(resolved, solved), resolved)


def _hand_up(
    life: Life,
    draws: Draws,
    number: str,
    where: Flags,
    raised: Integers,
    level: Integers,
    limit: Integers,
    gone: Integers,
) -> Integers:
    """One hand-up of the cases where true, answered by ``limit`` at the latest, unless ``gone`` (closed) before.

    Returns when it is answered.
    """
    cases = life.cases
    department = np.where(level == DEPARTMENT, matters().department[cases.type], -1)
    allowed = (3600 * ANSWER_WITHIN[cases.risk] * _PARTS[cases.type % 3]).astype(np.int64)
    deadline = raised + allowed
    answered = np.minimum(_answered(cases.risk, draws, number, raised, allowed, department), limit)
    stays = answered < gone
    life.at["escalated" + number] = np.where(where, raised, NEVER)
    life.at["answered" + number] = np.where(where & stays, answered, NEVER)
    ends = np.minimum(answered, gone)
    seen = raised + whole(draws.lognormal("seen" + number, 500.0, 0.8))
    has_seen = where & (seen < ends) & draws.happens("is seen" + number, 0.6)
    life.at["acknowledged" + number] = np.where(has_seen, seen, NEVER)
    # Reminded before the deadline or demanded after it, and once more the day after.
    reminded = deadline - whole(allowed * (0.05 + 0.2 * draws.uniform("reminded" + number)))
    demanded = deadline + whole(draws.lognormal("demanded" + number, 5400.0, 0.6))
    supervised = np.where(draws.happens("reminder" + number, 0.3), reminded, demanded)
    life.at["supervised" + number] = np.where(where & (supervised < ends), supervised, NEVER)
    once_more = np.maximum(demanded, supervised) + DAY
    life.at[f"supervised{number} again"] = np.where(where & (once_more < ends), once_more, NEVER)
    life.level["escalated" + number] = level
    life.department["escalated" + number] = department
    life.due["escalated" + number] = deadline
    return answered


def _answered(
    risk: Integers, draws: Draws, number: str, raised: Integers, allowed: Integers, department: Integers
) -> Integers:
    """When the answer comes: mostly well in time and by day; once late, often very late."""
    pace = np.where(department >= 0, _PACE[department], -0.1)
    ratio = draws.lognormal("ratio" + number, 0.52 * np.exp(pace), 0.5)
    is_late = ratio > 1
    deadline = raised + allowed
    behind = draws.lognormal("behind" + number, 36 * 3600 * np.sqrt(allowed / DAY), 0.9)
    answered = np.where(is_late, deadline + whole(behind, 120), raised + whole(ratio * allowed, 60))
    second = (answered + OFFSET) % DAY
    by_night = (risk > ORANGE) & ((second > 21 * 3600) | (second < 8 * 3600))
    evening = answered - second - np.where(second < 8 * 3600, DAY, 0) + 20 * 3600
    evening = evening - whole(7200 * draws.uniform("eve" + number))
    morning = office_hours(answered, draws.uniform("answer in the morning" + number))
    # An answer falling into the night comes the next morning where that is in time or late anyway, else the evening
    # before.
    by_day = np.where(is_late | (morning <= deadline), morning, np.where(evening > raised + 600, evening, answered))
    return np.where(by_night, by_day, answered)
