"""Topics 话题: words of the masked summaries that stand in clearly more cases than before.

A word counts once a case. What it has to be: a Chinese word of the dictionary of rjieba (jieba's) with two signs or
more, no name of a person or a place by that dictionary, no function word; or an English one of three letters or more
written as common words are. Words that stand for masked parts, and names that masking has missed, are neither.
Definition: catalogue, ``topics``; why this is enough for a document that stays: decision 0035.
"""

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import Any, Final

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from queries import packed_days
from queries.filters import Filter
from queries.packed import Lookup
from queries.privacy import SHOWN_SINGLY
from queries.runner import Shape, Type, ask, framed, shape
from queries.statistics.differences import ratio_of_counts
from queries.statistics.rising import risen

#: Periods before that the period is held against, and days of one past which the past is sampled.
PERIODS: Final = 4
SAMPLED_FROM_DAYS: Final = 20
#: Cases of the period without which a word is no topic.
LEAST_CASES: Final = 5
ROWS: Final = 20
TYPES: Final = 3

SUMMARIES: Final[Shape] = shape(
    type_id=Type.INTEGER, summary=Type.TEXT, n=(Type.INTEGER, "cases"), n_before=(Type.INTEGER, "cases")
)
LINES: Final[Shape] = shape(type_id=Type.INTEGER, name_zh=Type.TEXT, name_en=Type.TEXT)
#: ``n``: cases of the period with the word; ``n_before``: of the time before, as far as it was taken; ``ratio``: of
#: equal lengths, with its 90 % interval; ``types``: the most frequent type_ids of the period's cases, as a list.
COLUMNS: Final = ("word", "n", "n_before", "ratio", "low", "high", "p", "types")

_COLUMNS: Final = ("areas", "types", "traits", "case_ids", "summaries")
_SIGNS: Final = re.compile(r"[\u4e00-\u9fff]{2,}")
_ENGLISH: Final = re.compile(r"[A-Za-z][A-Za-z'’]{2,}")
_MASKED: Final = "＊"
#: What the dictionary calls nouns, verbs, adjectives, times, kinds, idioms, places as parts of a building.
_WORDS: Final = frozenset("navtbijlsz")
#: … and names of persons and places.
_NAMES: Final = ("nr", "ns")


@dataclass(frozen=True)
class Topics:
    """``frame``: COLUMNS, the least likely by chance first. ``n``, ``n_before``: cases with a summary, of the time
    before those taken: every ``every``-th of ``past_days`` days.
    """

    frame: pd.DataFrame
    n: int
    n_before: int
    past_days: int
    every: int

    @property
    def is_recorded(self) -> bool:
        """Whether any case of the period has a summary."""
        return self.n > 0


def summaries(connection: Connection, filter: Filter, past_days: int, every: int) -> pd.DataFrame:
    """One row per matter and masked summary (SUMMARIES) of the filter's period and of so many days before it, of which
    every ``every``-th case is taken (by its number). Of kinds whose single cases may be shown; a summary that was
    erased is none.
    """
    first, last = filter.period(7)
    asked = {
        **filter.parameters(),
        "past_start": filter.midnight(first - timedelta(days=past_days)),
        "period_end": filter.midnight(last + timedelta(days=1)),
        "reads_ids": every > 1,
    }
    (areas, *_), cases, _ = packed_days.read(connection, "topics", "summaries", _COLUMNS, asked)
    is_of_period = np.array([day >= first for day in cases.days], dtype=bool)[cases.row]
    is_taken = None if every == 1 else is_of_period | (cases.number("case_ids") % every == 0)
    kinds = [kind for kind in SHOWN_SINGLY if filter.kinds is None or kind in filter.kinds]
    chosen, _ = cases.chosen(kinds, None if filter.area_id is None else Lookup(areas), is_taken)
    text, distinct = pd.factorize(cases.summaries()[chosen])
    is_told = np.array([each != packed_days.NO_SUMMARY for each in distinct], dtype=bool)[text]
    chosen, text = chosen[is_told], text[is_told]
    types, is_now = cases.number("types")[chosen], is_of_period[chosen]
    pairs, first_at, pair = np.unique(types.astype(np.int64) << 32 | text, return_index=True, return_inverse=True)
    n, n_before = (np.bincount(pair[among], minlength=len(pairs)) for among in (is_now, ~is_now))
    words = [str(each, "utf-8") for each in distinct[text[first_at]]]
    return framed([types[first_at], words, n, n_before], SUMMARIES)


def lines(connection: Connection) -> pd.DataFrame:
    """One row per matter that belongs to a line of duty (LINES): what that line is called."""
    return ask(connection, "topics", "lines", LINES, {})


def topics(connection: Connection, filter: Filter, past_days: int, names: Iterable[str] = ()) -> Topics:
    """Words in clearly more cases of the filter's period (or the last seven local days) than in those of ``past_days``
    days before: Benjamini and Hochberg at 10 % (statistics.rising), at least LEAST_CASES in the period, ROWS at most.

    ``names``: of places, whose words are no topics.
    """
    first, last = filter.period(7)
    length = (min(last, filter.today) - first).days + 1
    every = 1 if length < SAMPLED_FROM_DAYS else 3
    frame = summaries(connection, filter, past_days, every)
    n, n_before = int(frame["n"].sum()), int(frame["n_before"].sum())
    end = min(filter.as_of, filter.midnight(last + timedelta(days=1)))
    start = filter.midnight(first)
    past = start - filter.midnight(first - timedelta(days=past_days))
    counted = counts(frame, names)
    if not counted or end <= start or not past:
        return Topics(pd.DataFrame(columns=list(COLUMNS)), n, n_before, past_days, every)
    return Topics(_risen(counted, past / (end - start) / every), n, n_before, past_days, every)


@dataclass
class Count:
    """Cases with a word."""

    n: int = 0
    n_before: int = 0
    types: "Counter[int]" = field(default_factory=Counter)  # of the period's cases


def counts(frame: pd.DataFrame, names: Iterable[str] = ()) -> dict[str, Count]:
    """Cases by word. ``frame``: SUMMARIES."""
    texts: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for type_id, text, n, n_before in zip(*(frame[name] for name in SUMMARIES.names), strict=True):
        texts[text].append((int(type_id), int(n), int(n_before)))
    english = _common({text: rows for text, rows in texts.items() if _ENGLISH.search(text)})
    unwanted = {word for name in names for word in (*_dictionary().cut(name), *name.casefold().split())}
    counted: dict[str, Count] = defaultdict(Count)
    for text, rows in texts.items():
        words = chinese_words(text) | (_english_words(text) & english if english else set())
        n, n_before = sum(row[1] for row in rows), sum(row[2] for row in rows)
        for word in words - unwanted:
            count = counted[word]
            count.n += n
            count.n_before += n_before
            for type_id, of_type, _ in rows:
                if of_type:
                    count.types[type_id] += of_type
    return dict(counted)


def chinese_words(text: str) -> set[str]:
    """The Chinese words of a text that may be topics."""
    return {word for word in _dictionary().cut(text.replace(_MASKED, " "), False) if _is_topic(word)}


def _english_words(text: str) -> set[str]:
    words = (found.casefold().replace("’", "'") for found in _ENGLISH.findall(text))
    return {word.removesuffix("'s") for word in words} - _held()["en_stop"]


def _common(texts: dict[str, list[tuple[int, int, int]]]) -> set[str]:
    """English words that stand somewhere as common words do: in small letters, or in a phrase that several cases have
    to the letter. A capital within a sentence is a name's.
    """
    found: set[str] = set()
    for text, rows in texts.items():
        words = _ENGLISH.findall(text)
        if not words:
            continue
        if any(word[0].islower() for word in words):
            found |= {word.casefold() for word in words if word.islower()}
        elif sum(n + n_before for _, n, n_before in rows) >= LEAST_CASES:
            found |= {word.casefold() for word in words}
    return {word.replace("’", "'").removesuffix("'s") for word in found}


@cache
def _is_topic(word: str) -> bool:
    held = _held()
    if not _SIGNS.fullmatch(word) or word in held["zh_stop"]:
        return False
    if word in held["zh_kept"]:
        return True
    tagged = _dictionary().tag(word, False)
    return len(tagged) == 1 and tagged[0][1][:1] in _WORDS and not tagged[0][1].startswith(_NAMES)


@cache
def _dictionary() -> Any:
    import rjieba  # reads its dictionary, which takes a quarter of a second

    return rjieba


@cache
def _held() -> dict[str, frozenset[str]]:
    held: dict[str, Any] = tomllib.loads(resources.files("queries").joinpath("topics.toml").read_text(encoding="utf-8"))
    return {name: frozenset(words.split()) for name, words in held.items()}


def _risen(counted: dict[str, Count], times: float) -> pd.DataFrame:
    words = sorted(counted)
    n, n_before = ([getattr(counted[word], name) for word in words] for name in ("n", "n_before"))
    called, p = risen(n, n_before, times=times, least=LEAST_CASES)
    ratio, low, high = ratio_of_counts(n, n_before, times=times)
    types = [_most_frequent(counted[word].types) for word in words]
    frame = pd.DataFrame(dict(zip(COLUMNS, (words, n, n_before, ratio, low, high, p, types), strict=True)))
    frame = frame[called & (frame["n"] >= LEAST_CASES)]
    return frame.sort_values(["p", "n", "word"], ascending=[True, False, True], ignore_index=True).head(ROWS)


def _most_frequent(types: "Counter[int]") -> list[int]:
    return sorted(types, key=lambda type_id: (-types[type_id], type_id))[:TYPES]
