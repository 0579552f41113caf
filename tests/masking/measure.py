"""Precision and recall of the masking, by kind and language.

Found: a piece of a sentence none of whose characters can be read any more. A mask is right where it lies on such a
piece, of whatever kind; one that lies on none is a false alarm of the kind that the rule meant.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from tests.masking.corpus import KINDS, Personal, Sentence

#: The private signs that app.mark_personal puts in the place of each kind.
SIGNS: Final = dict(zip("\ue001\ue002\ue003\ue004\ue005\ue006\ue007\ue008", KINDS, strict=True))
_WIDE: Final = str.maketrans("０１２３４５６７８９＠", "0123456789@")


@dataclass
class Score:
    """Counts of one kind."""

    wanted: int = 0
    found: int = 0
    masks: int = 0
    right: int = 0

    @property
    def recall(self) -> float:
        """Found of those that are there."""
        return self.found / self.wanted if self.wanted else float("nan")

    @property
    def precision(self) -> float:
        """Masks that lie on something personal."""
        return self.right / self.masks if self.masks else float("nan")


@dataclass(frozen=True)
class Told:
    """A sentence with its masks, and what came of it."""

    sentence: Sentence
    masked: str
    masks: tuple[Personal, ...]

    @property
    def _hidden(self) -> set[int]:
        return {place for mask in self.masks for place in range(mask.start, mask.end)}

    @property
    def missed(self) -> tuple[Personal, ...]:
        """What can still be read, wholly or in part."""
        return tuple(
            each
            for each in self.sentence.personal
            if not all(
                any(mask.start <= place < mask.end for mask in self.masks) for place in range(each.start, each.end)
            )
        )

    @property
    def false_alarms(self) -> tuple[Personal, ...]:
        """Masks that lie on nothing personal."""
        return tuple(
            mask
            for mask in self.masks
            if not any(mask.start < each.end and each.start < mask.end for each in self.sentence.personal)
        )


def told(connection: sa.Connection, sentences: Iterable[Sentence]) -> list[Told]:
    """Have the store mask each sentence."""
    every = list(sentences)
    rows = connection.execute(
        sa.text(
            "select app.mask_text(given.text) as masked, app.mark_personal(given.text) as marked"
            " from unnest(cast(:texts as text[])) with ordinality as given (text, place) order by given.place"
        ),
        {"texts": [each.text for each in every]},
    ).all()
    made = []
    for sentence, row in zip(every, rows, strict=True):
        # what the first look lets through must hold nothing that the rules would mask
        marked = row.marked if row.masked != sentence.text else sentence.text
        made.append(Told(sentence, row.masked, tuple(_spans(sentence.text, marked))))
    return made


def _spans(text: str, marked: str) -> Iterable[Personal]:
    """Where the marks stand in the text they were made of."""
    parts = re.split(f"([{''.join(SIGNS)}])", marked)
    pattern = "".join("(.+?)" if part in SIGNS else re.escape(part) for part in parts if part)
    match = re.fullmatch(pattern, text.translate(_WIDE), re.DOTALL)
    assert match is not None, (text, marked)
    kinds = [SIGNS[part] for part in parts if part in SIGNS]
    for number, kind in enumerate(kinds, start=1):
        yield Personal(kind, match.start(number), match.end(number))


def scores(every: Iterable[Told]) -> dict[str, Score]:
    """Counts by kind, and of all together under the name ``all``."""
    counted = {kind: Score() for kind in (*KINDS, "all")}
    for each in every:
        for names, items, fields in (
            (each.missed, each.sentence.personal, ("wanted", "found")),
            (each.false_alarms, each.masks, ("masks", "right")),
        ):
            for item in items:
                for kind in (item.kind, "all"):
                    score = counted[kind]
                    setattr(score, fields[0], getattr(score, fields[0]) + 1)
                    setattr(score, fields[1], getattr(score, fields[1]) + (item not in names))
    return counted
