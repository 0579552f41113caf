"""The wall's first picture: drawn by the page itself, while the code of the wall proper is still on its way.

A page of Streamlit shows nothing until three megabytes of code have come, run and asked the server. A wall that was
switched on shows the last picture at once instead: the wall's own drawing code with the picture on the board, and the
map as SVG. It counts its age like any other picture, and gives way to the wall when that is drawn (first.js).
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from dashboard.live.board import Board
from dashboard.maps.flat import flat_map
from dashboard.pages import wall
from dashboard.pages.programmes import Programmes
from dashboard.pulse.component import base_path
from dashboard.pulse.route import facts
from dashboard.snapshot import Snapshot
from dashboard.theme import THEMES
from dashboard.widgets.panels import panels_json
from dashboard.widgets.wall.shell import MARKUP, USUAL_UNIT, drawing_code, style_sheet, words_of

_SCRIPT: Final = Path(wall.__file__).parent.parent / "widgets" / "wall" / "first.js"


def first_picture(
    board: Board, parameters: Mapping[str, str], *, language: str, now: datetime, held: Programmes | None = None
) -> bytes:
    """Markup for the end of the page's body; empty while there is no picture yet. ``held``: see wall.programme."""
    snapshot = board.snapshot
    if snapshot is None:
        return b""
    wished = parameters.get("theme", "")
    theme_name = wished if wished in THEMES else "dark"
    programme = wall.programme(parameters, snapshot.mode, held)
    given = {
        "options": {
            "language": language,
            "scenes": list(programme.scenes),
            "seconds": list(programme.seconds),
            "shapes": f"{base_path()}/geometry",
            "tiles": wall.base_map(),
            "words": words_of(language),
        },
        "facts": facts(board.notice, now=now),
        "health": f"{base_path()}/_stcore/health",
    }
    picture = flat_map(snapshot, language=language, theme_name=theme_name, overlays=programme.overlays)
    return b"".join(
        (
            f'{wall.style(theme_name)}<div id="wall-first"><div class="first-map">{picture}</div>'.encode(),
            f'<div class="first-wall"></div><template><style>{style_sheet()}</style>{MARKUP}</template>'.encode(),
            b'<script type="application/json" class="given">',
            _inside_markup(json.dumps(given, ensure_ascii=False)),
            b'</script><script type="application/json" class="picture">',
            _inside_markup(_picture(snapshot, language, wall.city_of(programme), now)),
            b"</script></div>",
            _code(),
        )
    )


def _picture(snapshot: Snapshot, language: str, city: tuple[str, ...] | None, now: datetime) -> str:
    """What `mount_data` hands over."""
    panels: Any = panels_json(snapshot, language, city).decode()
    return f'{{"now":{round(now.timestamp() * 1000)},"unit":{USUAL_UNIT},"panels":{panels}}}'


def _inside_markup(text: str) -> bytes:
    """JSON that cannot end the element it stands in."""
    return text.replace("<", "\\u003c").encode()


@cache
def _code() -> bytes:
    return f"<script>(() => {{\n{drawing_code()}\n{_SCRIPT.read_text(encoding='utf-8')}\n}})()</script>".encode()
