"""The markup of the upload page: everything of a file is escaped; rate and remaining time follow from what was told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashboard.live.uploads import Job, State, Upload, Worker
from dashboard.pages import upload_html as html
from dashboard.pages.laptop.state import Address
from dashboard.pages.upload_moving import moving
from dashboard.text import text

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
EVIL = "<img src=x onerror=alert(1)>"
WORKER = Worker(
    True, ({"name": EVIL, **{f"{part}_{end}": EVIL for part in ("source", "place") for end in ("zh", "en")}},)
)
ROWS = {"read": 10, "new": 4, "changed": 1, "unchanged": 3, "refused": 2}
JOB = Job(EVIL, 2048, EVIL, False, EVIL, 1, NOW)
CHECKED: dict[str, Any] = {
    "rows": ROWS,
    "problems": [{"reason": EVIL, "column": EVIL, "rows": 2, "examples": [{"row": 7, "said": EVIL}]}],
    "noticed": [{"code": EVIL, "count": 2, "examples": [EVIL]}],
    "unknown": [{"kind": EVIL, "column": EVIL, "different": 3, "rows": 4, "words": [[EVIL, 2]]}],
    "first": {"columns": [EVIL], "personal": [EVIL], "unread": 1, "rows": [[2, [EVIL]]]},
    "stages": {"reading": 10.0, "handing in": 5.0, "taking in": 20.0},
}
UPLOAD = Upload("0" * 32, JOB, State.CHECKED, checked=CHECKED)


def drawn(upload: Upload, language: str) -> str:
    asked = html.Asked(text(language), Address("upload", language, "light"), "Asia/Shanghai", NOW, "李敏")
    return html.one(asked, upload, [upload], WORKER) + html.begin(asked, [upload], WORKER)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "upload",
    [
        UPLOAD,
        replace(UPLOAD, state=State.ENDED, result={**CHECKED, "batch": 3}),
        replace(
            UPLOAD, state=State.ENDED, result={"failure": {"code": "x", "detail": EVIL, "values": {"columns": EVIL}}}
        ),
        replace(
            UPLOAD, state=State.ENDED, result={"failure": {"code": "missing_columns", "values": {"columns": EVIL}}}
        ),
        replace(UPLOAD, state=State.LOADING, progress={"stage": EVIL, "rows": 1, "of": None}),
        replace(UPLOAD, state=State.WAITS_FOR_LOAD, place=1),
        replace(UPLOAD, is_given_up=True),
    ],
    ids=["checked", "loaded", "crashed", "refused", "loading", "waiting", "given up"],
)
def test_nothing_of_a_file_becomes_markup(upload: Upload, language: str) -> None:
    assert "<img" not in drawn(upload, language) and "&lt;img" in drawn(upload, language)


def test_rate_and_remaining_time_follow_from_what_was_told() -> None:
    began = NOW.timestamp() - 4
    told = {"what": "load", "stage": "reading", "rows": 200, "of": 1_000, "began": began, "stage_began": began}
    loading = replace(UPLOAD, state=State.LOADING, progress=told | {"at": NOW.timestamp()})
    said = moving(loading, NOW, text("en"))
    assert "200 of 1,000 rows · 50 rows a second · about 16 s left" in said
    assert "In all about 31 s left" in said, "the check took 35 s"
    door = {"stage": "taking in", "rows": 0, "of": None, "stage_began": NOW.timestamp() - 5, "at": NOW.timestamp()}
    said = moving(replace(loading, progress=told | door), NOW + timedelta(seconds=0), text("en"))
    assert "for 5 s · about 15 s left" in said and 'width="25.0"' in said
    said = moving(replace(loading, state=State.CHECKING, checked=None, progress=told | door), NOW, text("zh"))
    assert "已用 5 秒" in said and "约剩" not in said, "nobody knows yet how long a first look takes"


def test_what_is_known_already_is_not_loaded_again() -> None:
    known = {"read": 10, "new": 0, "changed": 0, "unchanged": 10, "refused": 0}
    said = drawn(replace(UPLOAD, checked=CHECKED | {"rows": known}), "en")
    assert 'data-do="load"' not in said and "all of it is known already" in said
    assert 'data-do="load"' in drawn(UPLOAD, "en")
