"""The ladder: cases handed up, named departments with deadlines, answers in time or late, a leader's demands."""

from typing import Final

import numpy as np

from seed.demo.chance import Draws, Flags, Floats, Integers
from seed.demo.days import DAY, OFFSET, Days, local_day
from seed.demo.life import APPEAL, HAZARD, NEVER, ORANGE, PETITION, POLICE, WARNING, Life, _office_hours, _whole
from seed.demo.matters import DEPARTMENT_PACE, DEPARTMENTS, matters

COMMUNITY, SUBDISTRICT, DEPARTMENT = 1, 2, 3
#: Seconds a department has for its answer, by risk.
ANSWER_WITHIN: Final = np.array([3600, 4 * 3600, 24 * 3600, 48 * 3600])
_PACE: Final = np.array([DEPARTMENT_PACE.get(code, 0.0) for code, _, _ in DEPARTMENTS])


def _chance(life: Life, resolved: Integers) -> Floats:
    cases = life.cases
    waits = local_day(resolved) > local_day(cases.reported)
    urgent = cases.risk <= ORANGE
    appeal = np.where(waits, 0.5, np.where(urgent, 0.35, np.where(cases.risk == 2, 0.05, 0.006)))
    other = [cases.kind == APPEAL, cases.kind == HAZARD, cases.kind == WARNING, cases.kind == PETITION, cases.kind == POLICE]
    return np.select(other, [appeal, np.full(len(cases), 0.45), np.full(len(cases), 0.4), 0.35 + 0 * appeal, 0.06 + 0 * appeal])


def escalations(life: Life, days: Days, draws: Draws, handled: Flags, resolved: Integers) -> Integers:
    """Adds up to two hand-ups; returns when the cases are resolved, which may be later because of them."""
    cases = life.cases
    accepted = life.at["accepted 1"]
    slow = np.where(cases.kind == PETITION, 2 * DAY, np.where(cases.risk <= ORANGE, 700.0, 5400.0))
    raised = accepted + _whole(draws.lognormal("raised", slow, 0.7), 60)
    raised = np.where(cases.risk > ORANGE, _office_hours(raised, draws.uniform("raised in the morning")), raised)
    has_first = handled & draws.happens("escalated", _chance(life, resolved)) & (accepted < NEVER)
    rung = draws.pick("rung", (80, 12, 8))
    level = np.array([DEPARTMENT, COMMUNITY, SUBDISTRICT])[rung]
    answered = _one(life, draws, " 1", has_first, raised, level)
    again = has_first & (level != DEPARTMENT) & draws.happens("escalated again", 0.35)
    raised_again = answered + _whole(draws.lognormal("raised again", 2400.0, 0.6), 60)
    answered_again = _one(life, draws, " 2", again, raised_again, np.full(len(cases), DEPARTMENT))
    last = np.where(again, answered_again, answered)
    lapses = has_first & ~again & draws.happens("lapses", 0.03)
    solved = last + _whole(draws.lognormal("after the answer", 7200.0, 0.9), 300)
    solved = np.where(cases.risk > ORANGE, _office_hours(solved, draws.uniform("solved in the morning")), solved)
    resolved = np.where(has_first & ~lapses, np.maximum(resolved, solved), resolved)
    gone = lapses & (resolved <= last)
    for name in ("answered 1", "supervised 1", "supervised 1 again", "acknowledged 1"):
        life.at[name] = np.where(gone & (life.at[name] >= resolved), NEVER, life.at[name])
    never_raised = has_first & (life.at["escalated 1"] >= resolved)
    for name in [name for name in life.at if name.endswith((" 1", " 1 again")) and name[:4] in ("esca", "answ", "supe", "ackn")]:
        life.at[name] = np.where(never_raised, NEVER, life.at[name])
    return resolved


def _one(life: Life, draws: Draws, number: str, where: Flags, raised: Integers, level: Integers) -> Integers:
    """One hand-up of the cases where true; returns when it is answered."""
    cases = life.cases
    department = np.where(level == DEPARTMENT, matters().department[cases.type], -1)
    allowed = ANSWER_WITHIN[cases.risk]
    pace = np.where(department >= 0, _PACE[department], -0.1)
    ratio = draws.lognormal("ratio" + number, 0.40 * np.exp(pace), 0.52)
    # Once late, an answer is often very late.
    ratio = np.where(ratio > 1, 1 + (ratio - 1) * (1 + 3.0 * draws.uniform("very late" + number)) + 0.12, ratio)
    answered = raised + _whole(ratio * allowed, 60)
    second = (answered + OFFSET) % DAY
    asleep = (cases.risk > ORANGE) & ((second > 21 * 3600) | (second < 8 * 3600))
    # An answer due in the night comes the evening before, unless it is late anyway.
    earlier = answered - np.where(second > 21 * 3600, second - 19 * 3600, second + 5 * 3600) - _whole(7200 * draws.uniform("eve" + number))
    morning = _office_hours(answered, draws.uniform("answer in the morning" + number))
    shifted = np.where((ratio <= 1) & (earlier > raised + 600), earlier, np.where((ratio <= 1) & (morning > raised + allowed), answered, morning))
    answered = np.where(asleep, shifted, answered)
    deadline = raised + allowed
    life.at["escalated" + number] = np.where(where, raised, NEVER)
    life.at["answered" + number] = np.where(where, answered, NEVER)
    seen = raised + _whole(draws.lognormal("seen" + number, 500.0, 0.8))
    has_seen = where & (seen < answered) & draws.happens("is seen" + number, 0.6)
    life.at["acknowledged" + number] = np.where(has_seen, seen, NEVER)
    # Reminded before the deadline, demanded after it, and once more the day after.
    reminded = deadline - _whole(allowed * (0.05 + 0.2 * draws.uniform("reminded" + number)))
    demanded = deadline + _whole(draws.lognormal("demanded" + number, 5400.0, 0.6))
    supervised = np.where(draws.happens("reminder" + number, 0.25), reminded, demanded)
    life.at["supervised" + number] = np.where(where & (supervised < answered), supervised, NEVER)
    once_more = np.maximum(demanded, supervised) + DAY
    life.at[f"supervised{number} again"] = np.where(where & (once_more < answered), once_more, NEVER)
    life.level["escalated" + number] = level
    life.department["escalated" + number] = department
    life.due["escalated" + number] = deadline
    return answered
