"""The known word that an unknown one was probably meant to be."""

import difflib
import re
import unicodedata
from collections.abc import Iterable

#: How alike two words must be (difflib's ratio) for one to be suggested for the other.
_LIKE = 0.6


def folded(word: str) -> str:
    """A word as names are compared: width, case and spaces make no difference."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", word)).strip().casefold()


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The most similar of the known words; None where none is like it."""
    words = {folded(each): each for each in sorted(known, reverse=True)}
    found = difflib.get_close_matches(folded(word), words, n=1, cutoff=_LIKE)
    return words[found[0]] if found else None
