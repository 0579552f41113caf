"""[status] of a draft: what each status says has happened, and in which column its time stands."""

from collections import Counter, defaultdict
from typing import Final

from seed.importers.draft.columns import MOST_ROWS, NOTHINGS, Looks
from seed.importers.draft.guess import Guesses, quoted, status_rule
from seed.importers.formats.base import FileOptions
from seed.importers.formats.registry import reader_for

_MOST_SHOWN: Final = 200
#: A column gives the times of a status when so large a share of its rows has one.
_MOSTLY: Final = 0.5
_NEARLY_ALL: Final = 0.95


def status_part(looks: Looks, options: FileOptions, found: Guesses, mark: str) -> str:
    """The part as TOML; ``mark`` stands where a person has to decide."""
    if found.status is None:
        return "# no column of statuses was found: every case is open\n"
    filled = _filled(looks, options, found)
    lines = ["[status]", f"column = {quoted(found.status)}", ""]
    lines.append("[status.values] # {}: still open; or an event (resolved, withdrawn) and the column of its time")
    for word, times in looks.columns[found.status].values.most_common(_MOST_SHOWN):
        at, why = _time_of(word, found, filled[word], times)
        rule, is_known = status_rule(word, at)
        lines.append(f"{quoted(word)} = {rule if is_known else mark} # {times:,}{why if 'event' in rule else ''}")
    return "\n".join([*lines, ""])


def _time_of(word: str, found: Guesses, filled: Counter[str], times: int) -> tuple[str | None, str]:
    """The column of a status's time, and what is to be said of it.

    Where most of its rows have no closing time, an end without a solution is taken to be of the moment of another
    column that nearly all of them have. When something was solved is not guessed so.
    """
    if found.ended is None or filled[found.ended] >= _MOSTLY * times:
        return found.ended, ""
    lacking = f"; {times - filled[found.ended]:,} of them have no {found.ended}"
    other, rows = next(iter((filled - Counter({found.ended: times})).most_common(1)), (None, 0))
    is_withdrawn = "withdrawn" in status_rule(word, found.ended)[0]
    return (other, lacking) if is_withdrawn and rows >= _NEARLY_ALL * times else (found.ended, lacking)


def _filled(looks: Looks, options: FileOptions, found: Guesses) -> dict[str, Counter[str]]:
    """Status → column of times, neither of the report nor of the deadline → rows of that status that have one."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    others = [name for name, column in looks.columns.items() if column.is_time]
    columns = [name for name in others if name not in (found.reported, found.due)]
    if found.status is None or not columns:
        return counts
    rows = 0
    for chunk in reader_for(looks.path, options).chunks([found.status, *columns]):
        frame = chunk.frame.mask(chunk.frame.isin(["", *NOTHINGS]))
        for word, times in frame.groupby(found.status)[columns].count().iterrows():
            counts[str(word)].update({name: int(times[name]) for name in columns})
        rows += len(frame)
        if rows >= MOST_ROWS:
            break
    return counts
