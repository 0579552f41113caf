"""The places the demo can be, as plain constants: structure and counts of each."""

from functools import lru_cache
from typing import Final

from seed.demo.profiles.chengdu import chengdu
from seed.demo.profiles.guangming import GUANGMING
from seed.demo.profiles.jinshan import JINSHAN
from seed.demo.profiles.matian import MATIAN, MATIAN_REDRAWN
from seed.demo.profiles.xinhui import XINHUI
from seed.demo.structure import Profile

#: chengdu here at a hundredth of its size; ``profile_of`` builds it at any.
PROFILES: Final = {each.name: each for each in (MATIAN, GUANGMING, XINHUI, JINSHAN, chengdu(0.01))}


@lru_cache(maxsize=8)
def profile_of(name: str, scale: float = 1.0, redraw_2025: bool = False) -> Profile:
    """The profile of this name; the structure of chengdu grows with ``scale``. Raises ValueError for another name."""
    if name not in PROFILES:
        raise ValueError(f"no profile {name!r}; there are {', '.join(PROFILES)}")
    if redraw_2025:
        if name != MATIAN.name:
            raise ValueError("only matian was redrawn in 2025")
        return MATIAN_REDRAWN
    return chengdu(scale) if name == "chengdu" else PROFILES[name]


__all__ = ["PROFILES", "Profile", "profile_of"]
