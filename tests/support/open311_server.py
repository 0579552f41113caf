"""A small real server of GeoReport v2 on loopback: pages, both formats, and every way in which a server can fail."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

Request = dict[str, Any]


@dataclass
class Answer:
    """What is sent: ``cut`` closes the connection after so many bytes of the body."""

    status: int
    body: bytes
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None


@dataclass
class City:
    """The server's requests, its manners, and what it was asked."""

    requests: list[Request]
    has_pages: bool = True
    most: int = 1000  # of one answer
    formats: tuple[str, ...] = ("json", "xml")
    asked: list[dict[str, str]] = field(default_factory=list)  # parameters, with "format"
    #: Called with the number of the question, from 1, and its parameters; an answer here is sent instead.
    trouble: Callable[[int, dict[str, str]], Answer | None] = lambda number, parameters: None

    def answer(self, path: str) -> Answer:
        parts = urlsplit(path)
        wanted = parts.path.rsplit(".", 1)[-1]
        parameters = {**dict(parse_qsl(parts.query)), "format": wanted}
        self.asked.append(parameters)
        instead = self.trouble(len(self.asked), parameters)
        if instead is not None:
            return instead
        if wanted not in self.formats:
            return Answer(404, b"not here", "text/plain")
        if "service_request_id" in parameters:
            numbers = parameters["service_request_id"].split(",")
            assert len(numbers) <= 50
            known = [each for each in self.requests if each["service_request_id"] in numbers]
            return Answer(200, as_xml(known), "text/xml") if wanted == "xml" else Answer(200, as_json(known))
        start, end = (datetime.fromisoformat(parameters[name]) for name in ("start_date", "end_date"))
        assert (end - start).days <= 90, "the standard allows no longer span"
        found = [each for each in self.requests if start <= datetime.fromisoformat(each["requested_datetime"]) <= end]
        if self.has_pages:
            size = min(int(parameters["page_size"]), self.most)
            first = (int(parameters["page"]) - 1) * size
            found = found[first : first + size]
        return Answer(200, as_xml(found), "text/xml") if wanted == "xml" else Answer(200, as_json(found[: self.most]))


def as_json(requests: list[Request]) -> bytes:
    return json.dumps(requests).encode()


def as_xml(requests: list[Request]) -> bytes:
    rows = "".join(
        "<request>" + "".join(f"<{key}>{escape(str(value))}</{key}>" for key, value in each.items()) + "</request>"
        for each in requests
    )
    return f'<?xml version="1.0" encoding="utf-8"?><service_requests>{rows}</service_requests>'.encode()


@contextmanager
def serving(city: City) -> Iterator[str]:
    """The server while it runs; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = city.answer(self.path)
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(answer.body)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body if answer.cut is None else answer.body[: answer.cut])
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/open311/v2/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
