"""Owns the verdicts: the one line a screen says first, set by rule from counts.

Overview: overdue escalations and red units are named; where there are neither, nothing needs to be done at once.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pandas as pd

from dashboard.snapshot import Snapshot
from dashboard.text import Text
from dashboard.theme import LEVELS
from dashboard.widgets.panels import mode
from dashboard.widgets.panels.spans import slowest, span_text

Part = dict[str, Any]  # pieces of text, some tagged; level of the mark before it; calm if it asks for nothing


def count_overdue(snapshot: Snapshot) -> int:
    """Pending escalations whose deadline had passed at the moment its figures are about."""
    deadlines = snapshot.escalations["deadline_at"]
    return int((deadlines.notna() & (deadlines < pd.Timestamp(snapshot.moment))).sum()) if len(deadlines) else 0


def count_due_within(snapshot: Snapshot, span: timedelta) -> int:
    """Pending escalations whose deadline lies ahead, by no more than ``span``."""
    deadlines = snapshot.escalations["deadline_at"]
    if not len(deadlines):
        return 0
    now = pd.Timestamp(snapshot.moment)
    return int((deadlines.notna() & (deadlines >= now) & (deadlines <= now + span)).sum())


def count_level(snapshot: Snapshot, level: str) -> int:
    """Units on that risk level."""
    return int((snapshot.grids["level"] == level).sum())


def count_unacknowledged(snapshot: Snapshot) -> int:
    """Open red cases that nobody has acknowledged, of the kinds that visitors may see."""
    return int((snapshot.grave["is_unacknowledged"] & snapshot.grave["is_shown"]).sum())


def count_open(snapshot: Snapshot, level: str) -> int:
    """Open cases of that level, of the kinds that visitors may see."""
    if snapshot.grave.empty:
        return 0
    return int(((snapshot.grave["risk"] == level) & snapshot.grave["is_shown"]).sum())


def has_cases(snapshot: Snapshot) -> bool:
    """False for a store that has its places and no records yet."""
    heard = snapshot.sources["last_row_at"].notna().any() if len(snapshot.sources) else False
    return bool(heard) or bool(snapshot.latest.shape[0]) or snapshot.stock.open > 0 or snapshot.increment.today > 0


def overview(snapshot: Snapshot, words: Text) -> list[Part]:
    """The overview's verdict, as parts side by side."""
    overdue, reds = count_overdue(snapshot), count_level(snapshot, "red")
    parts: list[Part] = []
    if overdue:
        parts.append(
            {
                "pieces": _pieces(
                    words.many("{n} escalation overdue", "{n} escalations overdue", overdue), overdue, words
                )
            }
        )
    if reds:
        unit = units(snapshot, words, reds)
        parts.append({"level": "red", "pieces": [{"t": words("{n} red {unit}", n=words.number(reds), unit=unit)}]})
    if parts or not snapshot.is_live:
        return _as_it_ended(parts, snapshot, words)
    calm = words("Nothing needs action now") if has_cases(snapshot) else words("No records yet")
    return [{"calm": True, "pieces": [{"t": calm}]}]


def escalation(snapshot: Snapshot, words: Text) -> list[Part]:
    """The escalation scene's verdict: overdue, and what falls due within the hour."""
    overdue, soon = count_overdue(snapshot), count_due_within(snapshot, timedelta(hours=1))
    parts: list[Part] = []
    if overdue:
        parts.append(
            {
                "pieces": _pieces(
                    words.many("{n} escalation overdue", "{n} escalations overdue", overdue), overdue, words
                )
            }
        )
    if soon:
        parts.append({"pieces": [{"t": words.many("{n} more due in 1 h", "{n} more due in 1 h", soon)}]})
    return parts or [{"calm": True, "pieces": [{"t": words("No escalation overdue")}]}]


def emergency(snapshot: Snapshot, words: Text) -> list[Part]:
    """The emergency scene's verdict: what nobody has acknowledged, then what is open."""
    unseen, reds, oranges = count_unacknowledged(snapshot), count_open(snapshot, "red"), count_open(snapshot, "orange")
    parts: list[Part] = []
    if unseen:
        said = words.many("{n} red unseen", "{n} red unseen", unseen)
        parts.append({"pieces": _pieces(said, unseen, words)})
    if reds:
        parts.append({"level": "red", "pieces": [{"t": words("{n} red open", n=words.number(reds))}]})
    elif oranges:
        parts.append({"level": "orange", "pieces": [{"t": words("{n} orange open", n=words.number(oranges))}]})
    return parts or [{"calm": True, "pieces": [{"t": words("No red or orange case open")}]}]


def ranking(snapshot: Snapshot, words: Text) -> list[Part]:
    """The ranking's verdict: how many stand out, and that the rest cannot be told apart."""
    frame = snapshot.ranking
    if frame.empty:
        return [{"calm": True, "pieces": [{"t": words("Not ranked")}]}]
    ahead, behind = int((frame["tier"] == 1).sum()), int((frame["tier"] == 3).sum())
    if not ahead and not behind:
        return [{"calm": True, "pieces": [{"t": words("No clear differences")}]}]
    first = words("{ahead} ahead, {behind} behind", ahead=words.number(ahead), behind=words.number(behind))
    return [{"pieces": [{"t": first}]}, {"calm": True, "pieces": [{"t": words("the rest alike")}]}]


def stages(snapshot: Snapshot, words: Text) -> list[Part]:
    """The verdict on the six first-times: which interval takes longest."""
    found = None if snapshot.stages is None else slowest(snapshot.stages.clocks)
    if found is None:
        none = words("No stage is recorded") if has_cases(snapshot) else words("No records yet")
        return [{"calm": True, "pieces": [{"t": none}]}]
    names = {
        "discovered_reported": words("Reporting is slowest"),
        "reported_dispatched": words("Dispatch is slowest"),
        "dispatched_resolved": words("Resolution is slowest"),
        "resolved_fed_back": words("Feedback is slowest"),
        "fed_back_evaluated": words("Evaluation is slowest"),
    }
    said = words("median {span}", span=span_text(found.median_minutes, found.followed_minutes, words))
    return [{"pieces": [{"t": names[found.clock]}]}, {"calm": True, "pieces": [{"t": said}]}]


def heads(snapshot: Snapshot, words: Text) -> dict[str, Callable[[], dict[str, Any]]]:
    """Crumbs and verdict of each scene's header, to be made one by one."""
    crumbs: dict[str, Callable[[], list[str]]] = {
        "overview": lambda: [words("Overview")],
        "escalations": lambda: [words("Escalations and departments")],
        "map": lambda: [words("Map")],
        "ranking": lambda: [words("Ranking"), *_cycle(snapshot, words)],
        "stages": lambda: [words("The six first-times"), *_followed(snapshot, words)],
        "emergency": lambda: [words("Emergency command")],
    }
    says: dict[str, Callable[[], list[Part]]] = {
        "overview": lambda: overview(snapshot, words),
        "map": lambda: overview(snapshot, words),
        "escalations": lambda: _as_it_ended(escalation(snapshot, words), snapshot, words),
        "ranking": lambda: _as_it_ended(ranking(snapshot, words), snapshot, words),
        "stages": lambda: _as_it_ended(stages(snapshot, words), snapshot, words),
        "emergency": lambda: _as_it_ended(emergency(snapshot, words), snapshot, words),
    }

    def head(scene: str) -> dict[str, Any]:
        named = [{"t": words.label(snapshot.place)}, *({"t": name} for name in crumbs[scene]())]
        return {
            "crumbs": [*named, *mode.crumbs(snapshot, words)],
            "verdict": [*mode.tag(snapshot, words), *says[scene]()],
        }

    return {scene: partial(head, scene) for scene in crumbs}


def _cycle(snapshot: Snapshot, words: Text) -> list[str]:
    return [words("two weeks {days}", days=words.days(*snapshot.ranking_period))] if len(snapshot.ranking) else []


def _followed(snapshot: Snapshot, words: Text) -> list[str]:
    return [] if snapshot.stages is None else [words.days(*snapshot.stages.period)]


def _as_it_ended(parts: list[Part], snapshot: Snapshot, words: Text) -> list[Part]:
    """Of a store that nobody feeds: when its records end, then how it stood; never that all is well now."""
    if snapshot.is_live:
        return parts
    end = words("Records end {day}", day=words.long_day(snapshot.moment, snapshot.place.time_zone))
    return [{"pieces": [{"t": end}]}, *(part for part in parts if not part.get("calm"))]


def known(snapshot: Snapshot, words: Text) -> list[str]:
    """The overview's verdict as plain lines, for the band that says what was last known."""
    said = [*mode.tag(snapshot, words), *overview(snapshot, words)]
    return ["".join(piece.get("t") or piece["tag"] for piece in part["pieces"]) for part in said]


def unit_name(snapshot: Snapshot, words: Text) -> str:
    """The name of one of the place's units, as it stands in a sentence."""
    name = words.label(snapshot.place, "unit")
    return name if words.language == "zh" else name.lower()


def units(snapshot: Snapshot, words: Text, n: int) -> str:
    """The name of the place's units for ``n`` of them."""
    name = unit_name(snapshot, words)
    if words.language == "zh" or n == 1:
        return name
    return name[:-1] + "ies" if name.endswith("y") else name + "s"


def level_word(level: str, words: Text) -> str:
    """The word beside a level's colour."""
    names = dict(zip(LEVELS, (words("Red"), words("Orange"), words("Yellow"), words("Blue")), strict=True))
    return names.get(level, words("Usual"))


def _overdue_part(overdue: int, words: Text) -> list[Part]:
    if not overdue:
        return []
    sentence = words.many("{n} escalation overdue", "{n} escalations overdue", overdue)
    return [{"pieces": _pieces(sentence, overdue, words)}]


def _pieces(sentence: str, n: int, words: Text) -> list[dict[str, str]]:
    """The sentence with its number as an inverse tag."""
    before, _, after = sentence.partition(words.number(n))
    return [piece for piece in ({"t": before}, {"tag": words.number(n)}, {"t": after}) if any(piece.values())]
