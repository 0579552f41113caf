"""Asks a server of Open311 GeoReport v2: in pages, patiently, in JSON or XML, and never for more than it can hold.

A question is asked again when the server is busy, broken or cuts its answer; what it asks for as a pause it gets.
"""

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Final

import httpx

from seed.importers.formats.base import ImportFileError
from seed.importers.formats.json_file import parsed_json
from seed.importers.formats.nested import Record
from seed.importers.formats.xml_file import parsed as parsed_xml
from seed.importers.mapping import Open311Part

#: Bytes of one answer.
MAX_BODY: Final = 64 << 20
_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_OTHER_FORMAT: Final = frozenset({404, 406, 415})
#: A window cannot be made smaller than this.
_SHORTEST: Final = timedelta(minutes=1)
#: A server without pages gives a round number, and not a small one, where it has cut an answer off.
_ROUND: Final = 10
_FEWEST_CUT: Final = 50
_MOST_PAGES: Final = 100_000
#: Numbers in one question: an address of a few thousand characters is read everywhere.
_MOST_NUMBERS: Final = 50


class SourceError(ValueError):
    """A source that is asked does not answer as it should; the text says what it said instead."""


@dataclass(frozen=True)
class Patience:
    """How long and how often a server is asked before it is given up. All in seconds."""

    attempts: int = 6
    first_wait: float = 1.0  # doubled at each attempt, and varied a little
    longest_wait: float = 60.0
    longest_pause: float = 3600.0  # that a server may ask for
    timeout: float = 60.0  # of silence
    longest_answer: float = 600.0
    sleep: Callable[[float], None] = time.sleep


class Open311Client:
    """Questions to one server. Close it, or use it in a ``with``."""

    def __init__(self, url: str, part: Open311Part, *, api_key: str | None = None, patience: Patience | None = None):
        parsed = httpx.URL(url)
        if parsed.scheme not in ("http", "https") or not parsed.host:
            raise SourceError(f"{url} is not an address of a server: it begins with https:// and names a host")
        self._parameters = dict(parsed.params)
        base = str(parsed.copy_with(query=None, fragment=None, username=None, password=None)).rstrip("/")
        for ending in (".json", ".xml"):
            if base.endswith(f"/requests{ending}"):
                base = base.removesuffix(f"/requests{ending}")
                part = part.model_copy(update={"format": ending[1:]})
        self.address = base  # without what may be secret
        self._part = part
        self._format: str = part.format
        self._has_answered = False
        self._patience = patience or Patience()
        if api_key:
            self._parameters["api_key"] = api_key
        auth = (parsed.username, parsed.password) if parsed.username else None
        self._http = httpx.Client(timeout=self._patience.timeout, follow_redirects=True, auth=auth)

    @property
    def host(self) -> str:
        """The server's name."""
        return httpx.URL(self.address).host

    def window(self, start: datetime, end: datetime) -> Iterator[list[Record]]:
        """Requests reported from ``start`` to ``end`` (UTC), in portions; each number comes once.

        Raises SourceError when the server refuses, or does not answer in spite of all patience.
        """
        yield from self._window(start, end, set())

    def numbered(self, numbers: Sequence[str]) -> Iterator[list[Record]]:
        """Requests by their numbers, in portions; those that the server does not know are left out."""
        for first in range(0, len(numbers), _MOST_NUMBERS):
            asked = numbers[first : first + _MOST_NUMBERS]
            yield self._paused({**self._parameters, **self._common(), "service_request_id": ",".join(asked)})

    def _window(self, start: datetime, end: datetime, seen: set[str]) -> Iterator[list[Record]]:
        before: set[str] = set()
        for page in range(1, _MOST_PAGES + 1):
            records = self._page(start, end, page)
            numbers = {str(record.get("service_request_id")) for record in records}
            fresh = [record for record in records if str(record.get("service_request_id")) not in seen]
            if not records:
                return
            if page > 1 and not fresh:
                if numbers == before and len(records) % _ROUND == 0 and len(records) >= _FEWEST_CUT:
                    yield from self._halves(start, end, seen, len(records))
                return
            seen |= numbers
            before = numbers
            if fresh:
                yield fresh
        raise SourceError(f"{self.address} gives more than {_MOST_PAGES:,} pages for one question")

    def _halves(self, start: datetime, end: datetime, seen: set[str], most: int) -> Iterator[list[Record]]:
        """A server that knows no pages has given as many as it gives: ask for less time at once."""
        if end - start <= _SHORTEST:
            raise SourceError(
                f"{self.address} knows no pages and gives {most} requests for {start.isoformat()}: more cannot be had"
            )
        middle = (start + (end - start) / 2).replace(microsecond=0)
        yield from self._window(start, middle, seen)
        yield from self._window(middle, end, seen)

    def _page(self, start: datetime, end: datetime, page: int) -> list[Record]:
        parameters = {
            **self._parameters,
            "start_date": _w3(start),
            "end_date": _w3(end),
            "page": str(page),
            "page_size": str(self._part.page_size),
            **self._common(),
        }
        return self._paused(parameters)

    def _common(self) -> dict[str, str]:
        common = {"extensions": "true"} if self._part.extensions else {}
        if self._part.jurisdiction_id:
            common["jurisdiction_id"] = self._part.jurisdiction_id
        return common

    def _paused(self, parameters: dict[str, str]) -> list[Record]:
        if self._has_answered and self._part.pause_seconds:
            self._patience.sleep(self._part.pause_seconds)
        records = self._ask(parameters)
        self._has_answered = True
        return records

    def _ask(self, parameters: dict[str, str]) -> list[Record]:
        """One question, asked until it is answered."""
        said = ""
        wait = self._patience.first_wait
        other_format_is_tried = False
        attempt = 0
        while attempt < self._patience.attempts:
            attempt += 1
            pause: float | None = None
            try:
                status, headers, body = self._get(parameters)
            except httpx.TransportError as error:
                said = f"the connection broke ({type(error).__name__})"
            except httpx.HTTPError as error:
                raise SourceError(f"{self.address} cannot be asked: {error}") from error
            else:
                if status == httpx.codes.OK:
                    try:
                        return self._records(body)
                    except ImportFileError as error:
                        said = f"its answer cannot be read, or was cut ({error})"
                elif status in _AGAIN:
                    said = f"it answers {status}{_description(body)}"
                    pause = _retry_after(headers.get("retry-after"))
                elif status in _OTHER_FORMAT and not self._has_answered and not other_format_is_tried:
                    self._format = "xml" if self._format == "json" else "json"
                    other_format_is_tried = True
                    said = f"it answers {status}{_description(body)}"
                    attempt -= 1
                    continue
                else:
                    raise SourceError(f"{self.address} answers {status}{_description(body)}")
            if pause is not None and pause > self._patience.longest_pause:
                raise SourceError(f"{self.address} asks for a pause of {pause:,.0f} seconds ({said}): try again later")
            if attempt < self._patience.attempts:
                varied = wait * random.uniform(0.75, 1.25)
                self._patience.sleep(max(pause, 0.0) if pause is not None else varied)
                wait = min(2 * wait, self._patience.longest_wait)
        raise SourceError(f"{self.address} was asked {self._patience.attempts} times: {said}")

    def _get(self, parameters: dict[str, str]) -> tuple[int, httpx.Headers, bytes]:
        with self._http.stream("GET", f"{self.address}/requests.{self._format}", params=parameters) as response:
            body = bytearray()
            until = time.monotonic() + self._patience.longest_answer
            for block in response.iter_bytes():
                body += block
                if time.monotonic() > until:
                    raise httpx.ReadTimeout("the answer takes too long")
                if len(body) > MAX_BODY:
                    raise SourceError(
                        f"{self.address} answers with more than {MAX_BODY:,} bytes: set a smaller page_size"
                    )
            return response.status_code, response.headers, bytes(body)

    def _records(self, body: bytes) -> list[Record]:
        records = read_body(body, self.host)
        if any("service_request_id" not in record and {"code", "description"} <= set(record) for record in records):
            raise SourceError(f"{self.address} answers with an error{_description(body)}")
        return records

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> "Open311Client":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_body(body: bytes, name: str) -> list[Record]:
    """The records of an answer in either format. Raises ImportFileError when it is neither, or cut."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        root, records = parsed_xml(body, name)
        return records if root != "errors" else [{"code": "", "description": "", **record} for record in records]
    value = parsed_json(body, name)
    if isinstance(value, dict):
        inner = [each for each in value.values() if isinstance(each, list | dict)]
        if len(inner) == 1 and "service_request_id" not in value:
            value = inner[0] if isinstance(inner[0], list) else inner
        elif "service_request_id" in value or "description" in value:
            value = [value]
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise ImportFileError(f"{name} answers with no list of requests")
    return value


def _description(body: bytes) -> str:
    """What the server says about its error, in either format: ": words", or nothing."""
    try:
        records = read_body(body[:100_000], "")
    except ImportFileError:
        return ""
    words = "; ".join(str(record["description"]) for record in records[:3] if record.get("description"))
    return f": {' '.join(words.split())[:300]}" if words else ""


def _retry_after(header: str | None) -> float | None:
    """Seconds of a Retry-After header, which is a number or a date; None without one that can be read."""
    if header is None:
        return None
    if header.strip().isdigit():
        return float(header.strip()[:9])
    try:
        at = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds())


def _w3(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def line_of(record: Record) -> str:
    """A record as a line of JSON lines (ASCII); numbers as texts, digit for digit."""
    return json.dumps(record)
