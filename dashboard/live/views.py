"""The views of this process's viewers: what each of them sees of a picture, worked out once, before it is hung up.

A view is a page in a language, a theme, a size. Two pictures a view sees the same of have one stamp there, and a
viewer whose stamp stays runs no script; those whose stamp changed find what they draw ready in memory.
"""

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from dashboard.live.counters import ERRORS
from dashboard.snapshot import Snapshot

_LOG = logging.getLogger(__name__)

#: A view not drawn for so long is taken for left; a viewer who is still there draws once more and is known again.
LEFT_AFTER: Final = 600.0
#: Views worked out ahead at most, and seconds spent on them before the picture is hung up; the rest draw each picture.
MOST: Final = 12
BUDGET: Final = 0.15


@dataclass(frozen=True)
class View:
    """What a viewer looks at. `seen` is called by any thread and should remember what it has made of a picture."""

    name: tuple[object, ...]
    seen: Callable[[Snapshot], Iterable[str | bytes]]  # everything drawn that can be told apart by eye
    is_wall: bool = False  # walls are worked out before laptops

    @property
    def key(self) -> str:
        """A short name that browsers compare."""
        return hashlib.blake2b(repr(self.name).encode(), digest_size=6).hexdigest()

    def stamp(self, snapshot: Snapshot) -> str:
        """A short hash of what the view sees of the picture."""
        digest = hashlib.blake2b(digest_size=8)
        for part in self.seen(snapshot):
            digest.update(part.encode() if isinstance(part, str) else part)
            digest.update(b"\x1e")
        return digest.hexdigest()


@dataclass
class Views:
    """The views looked at lately. Safe to use from any thread."""

    clock: Callable[[], float] = time.monotonic
    _looked: dict[str, tuple[View, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def expect(self, view: View) -> None:
        """Work this view out ahead though nobody has looked at it yet."""
        with self._lock:
            self._looked.setdefault(view.key, (view, self.clock()))

    def look(self, view: View, snapshot: Snapshot) -> str:
        """Someone draws this view of the picture now; returns its stamp."""
        stamp = view.stamp(snapshot)
        with self._lock:
            self._looked[view.key] = (view, self.clock())
        return stamp

    def stamps(self, snapshot: Snapshot) -> Mapping[str, str]:
        """Stamps of a new picture by the key of each view, walls first, then those drawn last."""
        began = self.clock()
        made: dict[str, str] = {}
        for view in self._current(began):
            if made and self.clock() - began > BUDGET:
                break
            try:
                made[view.key] = view.stamp(snapshot)
            except Exception:  # the viewer's own redraw will say so; the picture is hung up all the same
                ERRORS.labels(where="view").inc()
                _LOG.exception("a view could not be worked out ahead")
        return made

    def _current(self, now: float) -> list[View]:
        with self._lock:
            for key, (_, looked_at) in list(self._looked.items()):
                if now - looked_at > LEFT_AFTER:
                    del self._looked[key]
            known = list(self._looked.values())
        known.sort(key=lambda entry: (not entry[0].is_wall, -entry[1]))
        return [view for view, _ in known[:MOST]]
