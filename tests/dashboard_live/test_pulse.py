"""/pulse as a browser sees it: events in order, keep-alives, and an end that comes at once when the server goes."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import StreamingResponse

from dashboard.live.board import Board
from dashboard.pulse.release import hash_of
from dashboard.pulse.route import Pulse, event
from tests.dashboard_live.pictures import T0, snapshot, vitals

ROOT = Path(__file__).parents[2]
REQUEST = Request({"type": "http", "method": "GET", "path": "/pulse", "headers": [], "query_string": b""})


def payload(text: str) -> dict[str, Any]:
    """The facts of one event."""
    line = next(line for line in text.splitlines() if line.startswith("data: "))
    return cast("dict[str, Any]", json.loads(line.removeprefix("data: ")))


async def stream(pulse: Pulse) -> AsyncIterator[str]:
    """The chunks of one stream, without the line that sets the pause before a reconnect."""
    response = await pulse.endpoint(REQUEST)
    assert isinstance(response, StreamingResponse)
    async for chunk in response.body_iterator:
        if not str(chunk).startswith("retry"):
            yield str(chunk)


def test_an_event_carries_serial_age_and_sources() -> None:
    board = Board()
    board.publish(snapshot(serial=7), vitals())
    text = event(board.notice, now=T0)
    assert text.startswith("id: 7\n") and text.endswith("\n\n")
    facts = payload(text)
    assert facts["serial"] == 7
    assert facts["ageSeconds"] == 1
    assert facts["serverNow"] - facts["dataAt"] == 1000
    assert facts["sources"] == {"patrol": facts["dataAt"]}


def test_first_event_at_once_then_one_for_each_change_then_keep_alives() -> None:
    async def listen() -> list[int]:
        board = Board()
        pulse = Pulse(lambda: board, keep_alive=0.05)
        events = stream(pulse)
        serials = [payload(await anext(events))["serial"]]
        board.publish(snapshot(serial=1), vitals())
        serials.append(payload(await anext(events))["serial"])
        serials.append(payload(await asyncio.wait_for(anext(events), 2))["serial"])
        await cast("Any", events).aclose()
        return serials

    assert asyncio.run(listen()) == [0, 1, 1]


def test_the_end_is_immediate_and_no_new_stream_begins() -> None:
    async def listen() -> tuple[float, int, int]:
        board = Board()
        pulse = Pulse(lambda: board, keep_alive=30)
        streams = [stream(pulse) for _ in range(50)]
        for each in streams:
            await anext(each)
        started = time.perf_counter()
        pulse.end()
        for each in streams:
            assert [chunk async for chunk in each][-1].startswith("event: bye")
        seconds = time.perf_counter() - started
        refused = await pulse.endpoint(REQUEST)
        return seconds, board.watchers(), refused.status_code

    seconds, watchers, status = asyncio.run(listen())
    assert seconds < 1
    assert watchers == 0
    assert status == 503


def test_asked_plainly_it_answers_with_the_newest_notice_alone() -> None:
    board = Board()
    board.publish(snapshot(serial=7), vitals())
    plain = Request({**REQUEST.scope, "query_string": b"once"})
    answer = asyncio.run(Pulse(lambda: board).endpoint(plain))
    assert json.loads(bytes(answer.body))["serial"] == 7
    assert board.watchers() == 0


def test_a_screen_that_is_admitted_no_more_is_told_and_its_stream_ends() -> None:
    async def listen() -> tuple[list[str], int, int]:
        admitted: list[bool | None] = [True]
        pulse = Pulse(Board, keep_alive=0.05, admits=lambda _: admitted[0])
        events = stream(pulse)
        chunks = [await anext(events)]
        admitted[0] = None  # nobody can say: what is open stays open
        chunks.append(await anext(events))
        unknown = await pulse.endpoint(REQUEST)
        admitted[0] = False
        chunks += [chunk async for chunk in events]
        refused = await pulse.endpoint(REQUEST)
        return chunks, unknown.status_code, refused.status_code

    chunks, unknown, refused = asyncio.run(listen())
    assert [chunk.startswith("event: refused") for chunk in chunks] == [False, False, True]
    assert (unknown, refused) == (503, 403)


def test_the_release_is_a_hash_of_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("one")
    (tmp_path / "b.js").write_text("two")
    files = list(tmp_path.iterdir())
    first = hash_of(files, tmp_path)
    assert hash_of(reversed(files), tmp_path) == first
    (tmp_path / "b.js").write_text("three")
    changed = hash_of(files, tmp_path)
    (tmp_path / "b.js").rename(tmp_path / "c.js")
    assert len({first, changed, hash_of(tmp_path.iterdir(), tmp_path)}) == 3


@pytest.fixture
def door(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The app itself without any store, in a process of its own, with the address it answers at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "streamlit_app.py"), "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1", "--server.baseUrlPath", "town"]
    log = (tmp_path / "log").open("wb")
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=log, stderr=log, env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    )
    url = f"http://127.0.0.1:{port}/town"
    try:
        limit = time.monotonic() + 60
        while time.monotonic() < limit:
            try:
                httpx.get(f"{url}/_stcore/health", timeout=2).raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield process, url
    finally:
        process.kill()
        process.wait()
        log.close()


@pytest.mark.runtime
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_open_stream_does_not_hold_the_server(
    door: tuple[subprocess.Popen[bytes], str], number: signal.Signals
) -> None:
    process, url = door
    ready = httpx.get(f"{url}/readyz")
    assert ready.status_code == 503
    assert ready.json()["database"] == "unreachable"
    assert "dashboard_pulse_streams" in httpx.get(f"{url}/metrics").text
    with httpx.stream("GET", f"{url}/pulse", timeout=20) as response:
        lines = response.iter_lines()
        assert next(lines).startswith("retry")
        started = time.monotonic()
        process.send_signal(number)
        assert any(line == "event: bye" for line in lines)
        process.wait(timeout=10)
    assert time.monotonic() - started < 2
