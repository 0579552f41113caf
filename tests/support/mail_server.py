"""A small mail server on loopback: takes messages, refuses some addresses, loses the line when told to, speaks TLS.

Its key and certificate (mail_server.pem, of localhost) are good for nothing else.
"""

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

CERTIFICATE = Path(__file__).with_name("mail_server.pem")


@dataclass
class Post:
    """What the server does, and what it was handed."""

    has_tls: bool = False
    refused: set[str] = field(default_factory=set)  # addresses
    loses: set[str] = field(default_factory=set)  # of these it takes the message and says nothing more
    is_full: bool = False  # refuses every message after its data
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    in_the_clear: int = 0
    port: int = 0


class _Line(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        post = cast("_Server", self.server).post
        is_secret, to = False, ""
        self._say("220 here")
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "EHLO":
                self._say("250-here\r\n250 STARTTLS" if post.has_tls and not is_secret else "250 here")
            elif verb == "STAR":
                self._say("220 go on")
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(CERTIFICATE)
                try:
                    self.connection = context.wrap_socket(self.connection, server_side=True)
                except OSError:
                    return  # it does not trust us
                self.rfile = self.connection.makefile("rb")
                is_secret = True
            elif verb == "RCPT":
                to = line.partition("<")[2].rstrip(">")
                self._say(f"550 <{to}> nobody here" if to in post.refused else "250 fine")
            elif verb == "DATA":
                self._say("354 go on")
                data = b"".join(iter(self.rfile.readline, b".\r\n"))
                if to in post.loses:
                    return
                if post.is_full:
                    self._say("552 too big")
                    continue
                post.in_the_clear += not is_secret
                found = message_from_bytes(data.replace(b"\r\n..", b"\r\n."), policy=policy.default)
                post.taken.append((to, found))
                self._say("250 taken")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 fine")

    def _say(self, text: str) -> None:
        self.connection.sendall(f"{text}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    post: Post


@contextmanager
def serving(post: Post) -> Iterator[Post]:
    """Serve until the block ends, on a port of its own."""
    with _Server(("127.0.0.1", 0), _Line) as server:
        server.post, post.port = post, server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield post
        server.shutdown()
        thread.join()
