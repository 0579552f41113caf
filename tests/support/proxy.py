"""A TCP proxy on the loopback that tests can cut: what lies between a wall and its server."""

import contextlib
import select
import socket
import threading
from types import TracebackType
from typing import Final, Literal, Self

#: `open` carries; `hold` takes what comes and carries nothing, as a pulled cable does; `refuse` closes every connection
#: and takes no new one, as a machine that is being restarted does.
State = Literal["open", "hold", "refuse"]
_BLOCK: Final = 65536


class Proxy:
    """Carries connections from a port of its own to a port of this machine, in one thread."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.state: State = "open"
        self._listener = self._listen(0)
        self.port = int(self._listener.getsockname()[1])
        self._peers: dict[socket.socket, socket.socket] = {}
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="proxy", daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.set()
        self._thread.join(5)
        self._close_all()
        self._listener.close()

    @staticmethod
    def _listen(port: int) -> socket.socket:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(256)
        return listener

    def _run(self) -> None:
        while not self._ending.is_set():
            if self.state == "refuse":
                self._refuse()
            elif self.state == "hold":
                self._ending.wait(0.02)  # the system takes connections and bytes; nothing is carried on
            else:
                self._carry()

    def _refuse(self) -> None:
        """Until the state is another."""
        self._close_all()
        self._listener.close()
        while not self._ending.wait(0.02):
            if self.state != "refuse":
                break
        self._listener = self._listen(self.port)

    def _carry(self) -> None:
        readable, _, _ = select.select([self._listener, *self._peers], [], [], 0.02)
        for each in readable:
            if each is self._listener:
                self._accept()
            elif each in self._peers:
                self._pass_on(each)

    def _accept(self) -> None:
        near, _ = self._listener.accept()
        far = socket.socket()
        try:
            far.connect(("127.0.0.1", self.target))
        except OSError:
            near.close()
            return
        self._peers |= {near: far, far: near}

    def _pass_on(self, source: socket.socket) -> None:
        peer = self._peers[source]
        data = b""
        with contextlib.suppress(OSError):
            data = source.recv(_BLOCK)
        if not data:
            self._close(source)
            return
        try:
            peer.sendall(data)
        except OSError:
            self._close(source)

    def _close(self, one: socket.socket) -> None:
        other = self._peers.pop(one, None)
        one.close()
        if other is not None:
            self._peers.pop(other, None)
            other.close()

    def _close_all(self) -> None:
        for each in list(self._peers):
            self._close(each)
