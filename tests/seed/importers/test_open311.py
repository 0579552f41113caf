"""Loading from an address of Open311, against a real server on loopback that fails in every way servers fail."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from seed.importers import MappingError, import_into, load_mapping
from seed.importers.mapping import Open311Part
from seed.importers.open311 import Window, load_address
from seed.importers.open311_client import Open311Client, Patience, SourceError, read_body
from tests.seed.importers.test_real_samples import TODAY
from tests.support.databases import Database
from tests.support.open311_server import Answer, City, Request, as_json, serving

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)


def request(number: int, at: datetime, **more: str) -> Request:
    return {
        "service_request_id": f"r{number}",
        "status": "open",
        "service_code": "12",
        "service_name": "Street - Pothole",
        "requested_datetime": at.strftime("%Y-%m-%dT%H:%M:%S-05:00"),
        "lat": "41.9",
        "long": "-87.7",
        "description": "Deep & wide",
        **more,
    }


def spread(number: int, days: int = 240) -> list[Request]:
    return [request(each, FIRST + timedelta(days=days) * each / number + timedelta(hours=6)) for each in range(number)]


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def patience(waits: list[float]) -> Patience:
    return Patience(attempts=4, timeout=5.0, sleep=waits.append)


def part(**values: object) -> Open311Part:
    return Open311Part.model_validate({"first_day": FIRST.date(), "page_size": 7, **values})


def asked(city: City, patience: Patience, days: int = 90, **values: object) -> Counter[str]:
    with serving(city) as address, Open311Client(address, part(**values), patience=patience) as client:
        portions = list(client.window(FIRST, FIRST + timedelta(days=days)))
    return Counter(str(record["service_request_id"]) for portion in portions for record in portion)


@pytest.mark.parametrize("count", [0, 1, 6, 7, 8, 14, 40])
@pytest.mark.parametrize("wanted", ["json", "xml"])
def test_all_pages_are_read_each_request_once(patience: Patience, count: int, wanted: str) -> None:
    city = City(spread(count, days=80))
    assert asked(city, patience, format=wanted) == Counter({f"r{each}": 1 for each in range(count)})
    assert {each["format"] for each in city.asked} == {wanted}


@pytest.mark.parametrize("count", [49, 50, 130])
def test_a_server_without_pages_is_asked_for_less_time(patience: Patience, count: int) -> None:
    city = City(spread(count, days=80), has_pages=False, most=50)
    assert asked(city, patience) == Counter({f"r{each}": 1 for each in range(count)})


def test_more_at_one_moment_than_the_server_gives_is_said_and_not_lost_silently(patience: Patience) -> None:
    city = City([request(each, FIRST + timedelta(days=3)) for each in range(60)], has_pages=False, most=50)
    with pytest.raises(SourceError, match="knows no pages and gives 50 requests"):
        asked(city, patience)


def test_where_there_is_no_json_xml_is_asked_for(patience: Patience) -> None:
    city = City(spread(9, days=80), formats=("xml",))
    assert asked(city, patience).total() == 9
    assert [each["format"] for each in city.asked][:2] == ["json", "xml"]


def test_a_pause_asked_for_is_kept(patience: Patience, waits: list[float]) -> None:
    def trouble(number: int, _: dict[str, str]) -> Answer | None:
        return Answer(429, b"", headers={"Retry-After": "17"}) if number in (1, 3) else None

    assert asked(City(spread(9, days=80), trouble=trouble), patience).total() == 9
    assert waits == [17.0, 17.0]


def test_a_pause_until_a_moment_is_understood(patience: Patience, waits: list[float]) -> None:
    until = (datetime.now(UTC) + timedelta(seconds=90)).strftime("%a, %d %b %Y %H:%M:%S GMT")

    def trouble(number: int, _: dict[str, str]) -> Answer | None:
        return Answer(503, b"", headers={"Retry-After": until}) if number == 1 else None

    assert asked(City(spread(3, days=80), trouble=trouble), patience).total() == 3
    assert 80 < waits[0] <= 90


def test_a_pause_beyond_all_patience_is_an_error(patience: Patience, waits: list[float]) -> None:
    city = City([], trouble=lambda *_: Answer(429, b"", headers={"Retry-After": "86400"}))
    with pytest.raises(SourceError, match="pause of 86,400 seconds"):
        asked(city, patience)
    assert waits == []


def test_broken_answers_are_asked_for_again_ever_more_slowly(patience: Patience, waits: list[float]) -> None:
    whole = as_json(spread(9, days=80)[:7])

    def trouble(number: int, _: dict[str, str]) -> Answer | None:
        broken: dict[int, Answer] = {
            1: Answer(500, b"<html>oops</html>", "text/html"),
            2: Answer(200, whole, cut=len(whole) // 2),  # the connection ends within the answer
            3: Answer(200, whole[: len(whole) // 2]),  # the answer itself ends too early
        }
        return broken.get(number)

    city = City(spread(9, days=80), trouble=trouble)
    assert asked(city, patience).total() == 9
    assert len(waits) == 3
    assert 0.75 <= waits[0] <= 1.25 < waits[1] <= 2.5 < waits[2] <= 5.0


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (
            Answer(400, b'[{"code":400,"description":"jurisdiction_id was not provided"}]'),
            "answers 400: jurisdiction_id was not provided",
        ),
        (
            Answer(
                403,
                b"<errors><error><code>403</code><description>Invalid api_key</description></error></errors>",
                "text/xml",
            ),
            "answers 403: Invalid api_key",
        ),
        (Answer(200, b'[{"code":"x","description":"closed today"}]'), "answers with an error: closed today"),
        (
            Answer(200, b"<errors><error><description>closed today</description></error></errors>", "text/xml"),
            "answers with an error: closed today",
        ),
        (Answer(410, b"\xff\x00", "text/plain"), r"answers 410$"),
        (Answer(200, b'{"requests": 7}'), r"was asked 4 times: its answer cannot be read"),
        (Answer(502, b""), r"was asked 4 times: it answers 502$"),
    ],
)
def test_what_the_server_says_of_its_error_is_told(patience: Patience, answer: Answer, sentence: str) -> None:
    with pytest.raises(SourceError, match=sentence):
        asked(City([], trouble=lambda *_: answer), patience)


def test_a_server_that_is_not_there_is_an_error(patience: Patience, waits: list[float]) -> None:
    with serving(City([])) as address:
        pass
    with Open311Client(address, part(), patience=patience) as client, pytest.raises(SourceError, match="broke"):
        list(client.window(FIRST, FIRST + timedelta(days=1)))
    assert len(waits) == 3


def test_what_is_secret_in_an_address_is_sent_and_never_told(patience: Patience) -> None:
    city = City([], trouble=lambda *_: Answer(403, b""))
    with serving(city) as address:
        secret = f"{address}requests.xml?api_key=hush&jurisdiction_id=town"
        with Open311Client(secret, part(), patience=patience) as client, pytest.raises(SourceError) as told:
            list(client.window(FIRST, FIRST + timedelta(days=1)))
    assert "hush" not in str(told.value)
    assert (city.asked[0]["api_key"], city.asked[0]["jurisdiction_id"], city.asked[0]["format"]) == (
        "hush",
        "town",
        "xml",
    )


def test_both_formats_say_the_same() -> None:
    requests = spread(3)
    assert read_body(as_json(requests), "") == requests


@pytest.fixture
def load(empty_database: Database, patience: Patience, tmp_path: Path) -> Callable[..., list[Window]]:
    mapping = tmp_path / "town.toml"
    ready = (Path(import_into.__code__.co_filename).parent / "mappings" / "open311.toml").read_text(encoding="utf-8")
    mapping.write_text(
        ready.replace("first_day = 2014-01-01", "first_day = 2026-01-01").replace("page_size = 500", "page_size = 7"),
        encoding="utf-8",
    )

    def run(address: str, now: datetime = NOW) -> list[Window]:
        urls = (empty_database.owner_url, empty_database.writer_url)
        return list(load_address(*urls, address, mapping, now=now, patience=patience))

    return run


def _cases(database: Database) -> Counter[str]:
    with database.owner.connect() as connection:
        return Counter(connection.scalars(sa.text("select external_id from app.cases")).all())


def test_windows_are_loaded_and_a_load_that_broke_off_goes_on(
    empty_database: Database, load: Callable[..., list[Window]]
) -> None:
    def trouble(_: int, parameters: dict[str, str]) -> Answer | None:
        return Answer(500, b"") if parameters["start_date"] > "2026-05-01" else None

    city = City(spread(60), trouble=trouble)
    with serving(city) as address:
        with pytest.raises(SourceError, match=r"answers 500; all before 2026-06-30 is loaded, the next run goes on"):
            load(address)
        loaded = _cases(empty_database)
        assert 0 < len(loaded) < 60
        city.trouble = lambda *_: None
        city.asked.clear()
        windows = load(address)
        assert city.asked[0]["start_date"] == "2026-06-30T06:00:00Z"
        assert (windows[-2].end, _cases(empty_database)) == (NOW, Counter({f"r{each}": 1 for each in range(60)}))

        # the next day: what was closed since is found by asking again, and appended
        for each in (city.requests[3], *city.requests[50:55]):
            each.update(status="closed", updated_datetime="2026-09-01T20:00:00-05:00")
        city.asked.clear()
        recent, rest, older = load(address, NOW + timedelta(days=1))
        assert city.asked[0]["start_date"] == "2026-06-03T12:00:00Z"
        assert recent.result is not None
        assert (rest.start, rest.result) == (NOW, None), "two windows, since one is of 90 days at most"
        assert older.result is not None
        assert (recent.result.batch.rows_refused, older.result.batch.rows_refused) == (0, 0)
        assert older.result.file_rows > 30, "older open cases are asked for by number"
    with empty_database.owner.connect() as connection:
        states = connection.scalars(sa.text("select state from app.cases")).all()
        assert Counter(states) == {"open": 54, "resolved": 6}
        text = connection.scalar(sa.text("select count(*) from personal.parties where original_text = 'Deep & wide'"))
        assert text == 60


def test_json_and_xml_load_the_same_cases(empty_database: Database, tmp_path: Path) -> None:
    urls = (empty_database.owner_url, empty_database.writer_url)
    requests = [request(1, FIRST), request(2, FIRST, status="closed", updated_datetime="2026-01-03T00:00:00Z")]
    for name, body in {"a.json": as_json(requests), "a.xml": _xml(requests)}.items():
        (tmp_path / name).write_bytes(body)
    first = import_into(*urls, tmp_path / "a.json", "open311", today=TODAY)
    assert (first.file_rows, first.batch.rows_new, first.batch.rows_refused) == (2, 3, 0)
    second = import_into(*urls, tmp_path / "a.xml", "open311", today=TODAY)
    assert (second.batch.rows_unchanged, second.batch.rows_refused) == (3, 0)


def _xml(requests: list[Request]) -> bytes:
    from tests.support.open311_server import as_xml

    return as_xml(requests)


def test_a_mapping_for_files_is_refused_for_an_address(load: Callable[..., list[Window]]) -> None:
    assert load_mapping("baltimore").open311 is None
    with pytest.raises(MappingError, match="baltimore has no part"):
        list(load_address("", "", "http://127.0.0.1:9/", "baltimore", now=NOW))
