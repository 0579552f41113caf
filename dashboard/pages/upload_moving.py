"""How far a check or a load is: its stages with rows, rate and remaining time, by what was last told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from dashboard.live.uploads import State, Upload
from dashboard.pages.laptop.pieces import e
from dashboard.pages.upload_words import stages
from dashboard.text import Text

#: Of a stage whose end is only likely, no more than this is ever drawn.
_NEARLY: Final = 0.97
#: Seconds after which a rate says something.
_SETTLED: Final = 0.5


def moving(upload: Upload, now: datetime, words: Text) -> str:
    """The stages; of a load the remaining time by what the check took, which did the same work."""
    told = upload.progress or {}
    known: Mapping[str, float] = (upload.checked or {}).get("stages", {}) if upload.state is State.LOADING else {}
    names = stages(words)
    at = list(names).index(told["stage"]) if told.get("stage") in names else 0
    passed = max(0.0, now.timestamp() - float(told.get("stage_began", now.timestamp())))
    lines = []
    for number, (stage, name) in enumerate(names.items()):
        if number < at:
            lines.append(_line(name, 1.0, words("finished"), "done"))
        elif number > at:
            lines.append(_line(name, 0.0, "", "later"))
        else:
            share, said = _now(told, passed, known.get(stage), words)
            lines.append(_line(name, share, said, "here"))
    return f'<table class="moving"><tbody>{"".join(lines)}</tbody></table>{_whole(told, known, now, words)}'


def _now(told: Mapping[str, Any], passed: float, expected: float | None, words: Text) -> tuple[float, str]:
    """Share and words of the stage it is in."""
    rows, of = int(told.get("rows") or 0), told.get("of")
    if not of:
        share = min(_NEARLY, passed / expected) if expected else 0.0
        said = [words.many("{n} row", "{n} rows", rows)] if rows else []
        said.append(words("for {time}", time=words.duration(passed)))
        if expected and passed < expected:
            said.append(words("about {time} left", time=words.duration(expected - passed)))
        return share, " · ".join(said)
    said = [words("{n} of {all} rows", n=words.number(rows), all=words.number(int(of)))]
    elapsed = float(told.get("at", 0.0)) - float(told.get("stage_began", 0.0))
    if elapsed > _SETTLED and rows:
        rate = rows / elapsed
        said.append(words("{n} rows a second", n=words.number(rate)))
        said.append(words("about {time} left", time=words.duration((int(of) - rows) / rate)))
    return rows / int(of), " · ".join(said)


def _whole(told: Mapping[str, Any], known: Mapping[str, float], now: datetime, words: Text) -> str:
    """When all of it will be done, where the check has shown how long that takes; that it goes on by itself."""
    parts = []
    if known:
        left = sum(known.values()) - (now.timestamp() - float(told.get("began", now.timestamp())))
        parts.append(words("In all about {time} left", time=words.duration(left)) if left > 1 else words("Nearly done"))
    parts.append(words("This goes on when the page is closed, and is found again under Last uploads."))
    return f'<p class="after quiet">{e(" · ".join(parts))}</p>'


def _line(name: str, share: float, said: str, state: str) -> str:
    width = round(100 * min(1.0, max(0.0, share)), 1)
    bars = f'<rect class="all" width="100" height="10"/><rect class="now" width="{width}" height="10"/>'
    bar = f'<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">{bars}</svg>'
    return f'<tr class="{state}"><td>{e(name)}</td><td class="bar">{bar}</td><td>{e(said)}</td></tr>'
