"""Viewers without a browser: each opens the wall by Streamlit's own protocol and redraws when the pulse tells it to."""

import asyncio
import contextlib
import json
import threading
import time
from types import TracebackType
from typing import Self

import httpx
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from dashboard.pages import wall

#: The view each of them has, as the notices name it.
_VIEW = wall.view(language="zh", theme_name="dark", geometry_base="/geometry").key


class Viewer:
    """One session: a websocket for what is drawn, an event stream for when."""

    def __init__(self, url: str, page: str, number: int = 0) -> None:
        self._url = url
        self._page = page
        self._headers = {"Cookie": f"grid_screen=bench-{number}"}  # by which a proxy knows a browser
        self._fragment_id = ""
        self._stamp = ""
        self._news: asyncio.Event = asyncio.Event()
        self._finished: asyncio.Event = asyncio.Event()
        self.drawn_at: list[float] = []  # time.time() of each finished redraw
        self.opened: asyncio.Event = asyncio.Event()

    async def run(self) -> None:
        """View until cancelled."""
        stream = self._url.replace("http", "ws", 1) + "/_stcore/stream"
        async with websockets.connect(
            stream,
            subprotocols=[websockets.Subprotocol("streamlit")],
            max_size=None,
            additional_headers=self._headers,
        ) as socket:
            await socket.send(self._rerun(""))
            async with asyncio.TaskGroup() as group:
                group.create_task(self._receive(socket))
                group.create_task(self._listen())
                group.create_task(self._redraw(socket))

    async def _receive(self, socket: websockets.ClientConnection) -> None:
        async for raw in socket:
            message = ForwardMsg()
            message.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
            if message.HasField("delta") and message.delta.fragment_id:
                self._fragment_id = message.delta.fragment_id
            if message.HasField("script_finished"):
                self.drawn_at.append(time.time())
                self._finished.set()
                self.opened.set()

    async def _listen(self) -> None:
        async with (
            httpx.AsyncClient(timeout=httpx.Timeout(30)) as client,
            client.stream("GET", f"{self._url}/pulse", headers=self._headers) as answer,
        ):
            async for line in answer.aiter_lines():
                if line.startswith('data: {"boot"'):
                    facts = json.loads(line.removeprefix("data: "))
                    stamp = facts["views"].get(_VIEW, facts["stamp"])
                    if stamp != self._stamp:
                        self._stamp = stamp
                        self._news.set()

    async def _redraw(self, socket: websockets.ClientConnection) -> None:
        await self.opened.wait()
        self._news.clear()
        while True:
            await self._news.wait()
            self._news.clear()
            self._finished.clear()
            await socket.send(self._rerun(self._fragment_id))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._finished.wait(), 10)

    def _rerun(self, fragment_id: str) -> bytes:
        message = BackMsg()
        message.rerun_script.query_string = "lang=zh"
        message.rerun_script.page_name = self._page
        message.rerun_script.fragment_id = fragment_id
        return bytes(message.SerializeToString())


class Crowd:
    """Many viewers on a thread of their own."""

    def __init__(self, url: str, count: int, page: str = "wall") -> None:
        self._url, self._count, self._page = url, count, page
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._tasks: list[asyncio.Task[None]] = []
        self.viewers: list[Viewer] = []

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(120)
        return self

    async def _open(self) -> None:
        for number in range(self._count):
            viewer = Viewer(self._url, self._page, number)
            self.viewers.append(viewer)
            self._tasks.append(asyncio.create_task(viewer.run()))
            await asyncio.wait_for(viewer.opened.wait(), 30)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        async def close() -> None:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(close(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()
