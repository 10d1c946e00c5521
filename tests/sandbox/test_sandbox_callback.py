"""Attendance for an unknown event asks the app for it, over real sockets, signed."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from hubevents_sync.sandbox.behaviour.signature import sign
from tests.sandbox.conftest import APP_ID, OTHER_APP

if TYPE_CHECKING:
    from tests.sandbox.conftest import Api, StandingClock

SECRET = "00000000-0000-4000-8000-00000000000a"
DETAILS = {
    "eventName": "Told by the app",
    "eventOrganizer": "Us",
    "eventType": "WEBINAR",
    "startDateTime": "2026-11-30T16:00:00Z",
    "endDateTime": "2026-11-30T17:30:00Z",
    "eventDescription": "Yum.",
    "eventUrl": "https://cooking.example/told",
    "eventCancelled": False,
    "eventCompleted": True,
    "unknown": 1,
}


class Told:
    """An app's own server: it keeps what it is asked, and answers as it is told."""

    def __init__(self) -> None:
        self.status = 200
        self.body = json.dumps(DETAILS).encode()
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.meanwhile: Callable[[], None] = lambda: None
        self.url = ""

    def answer(self, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
        self.asked.append((path, headers))
        self.meanwhile()
        return self.status, self.body


@contextmanager
def served(told: Told) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = told.answer(self.path, {name.lower(): value for name, value in self.headers.items()})
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if status == 302:
                self.send_header("Location", f"{told.url}/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def told(api: "Api") -> Iterator[Told]:
    """The app's server, and its address in the app's settings."""
    told = Told()
    with served(told):
        answer = api.post(f"{APP_ID}/settings", {"eventDetailsUrl": f"{told.url}/events/%s"})
        assert answer.status_code == 200
        yield told


@pytest.mark.behaviour("callback")
@pytest.mark.behaviour("callback-fields")
def test_an_unknown_event_is_made_of_what_its_app_tells(api: "Api", told: Told) -> None:
    assert len(api.record("register", api.row("ana@example.com"), event="a/b")["results"]) == 1
    event = api.read("events/a%2Fb", externalAccountId=api.account)
    assert {name: event[name] for name in ("eventName", "eventOrganizer", "eventType", "eventDescription")} == {
        "eventName": "Told by the app",
        "eventOrganizer": "Us",
        "eventType": "WEBINAR",
        "eventDescription": "Yum.",
    }
    assert (event["eventCompleted"], event["endDateTime"], event["registrants"]) == (
        False,
        "2026-11-30T17:30:00.000Z",
        1,
    )
    api.record("register", api.row("bob@example.com"), event="a/b")
    assert len(told.asked) == 1


@pytest.mark.behaviour("callback-request")
def test_the_app_is_asked_for_the_id_with_app_and_account(api: "Api", told: Told) -> None:
    path = "attendance/caf%C3%A9%20%26%20bar%2F1/register/email-create"
    answer = api.post(path, {"inputs": [api.row("ana@example.com")]}, externalAccountId="Co & Sons@eu")
    assert answer.status_code == 200
    ((asked, _),) = told.asked
    assert urlsplit(asked).path == "/events/caf%C3%A9%20%26%20bar%2F1"
    assert parse_qs(urlsplit(asked).query) == {"appId": [str(APP_ID)], "externalAccountId": ["Co & Sons@eu"]}


@pytest.mark.behaviour("callback-signature")
@pytest.mark.parametrize("external_id", ["1234-event-XYZ", "conf/2026:spring day"])
def test_the_request_is_signed_with_the_apps_secret(
    api: "Api", told: Told, clock: "StandingClock", external_id: str
) -> None:
    api.record("register", api.row("ana@example.com"), event=external_id)
    ((path, headers),) = told.asked
    timestamp = headers["x-hubspot-request-timestamp"]
    assert timestamp == str(clock.now_ms)
    wanted = sign(secret=SECRET, method="GET", url=told.url + path, body="", timestamp_ms=clock.now_ms)
    assert headers["x-hubspot-signature-v3"] == wanted


@pytest.mark.behaviour("callback-signature")
def test_hubspots_own_helper_takes_the_signature(api: "Api", told: Told) -> None:
    signature = pytest.importorskip("hubspot.utils.signature", reason="hubspot-api-client is not installed").Signature
    api.record("register", api.row("ana@example.com"), event="plain")
    ((path, headers),) = told.asked
    theirs = signature.get_signature(
        client_secret=SECRET,
        request_body="",
        signature_version="v3",
        http_method="GET",
        http_uri=told.url + path,
        timestamp=headers["x-hubspot-request-timestamp"],
    )
    assert theirs == headers["x-hubspot-signature-v3"]


@pytest.mark.parametrize(
    ("method", "url", "body", "timestamp_ms", "signature"),
    [
        (
            "POST",
            "https://www.example.com/webhook_uri",
            "{'example_field':'example_value'}",
            1_693_657_560_000,
            "K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=",
        ),
        (
            "POST",
            "https://www.example.com/webhook_uri",
            "{'example_field':'example_value'}",
            1_700_000_300_000,
            "RnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw=",
        ),
        (
            "GET",
            "https://my.event.app/events/conf%2F2026%3Aspring%20day?appId=101&externalAccountId=Co%20%26%20Sons%40eu",
            "",
            1_693_657_560_000,
            "vCjYTSoIlxdi3d5K7t5CtQasHUEf/twqwemDmP+G+J8=",
        ),
    ],
)
def test_a_published_signature_is_ours(method: str, url: str, body: str, timestamp_ms: int, signature: str) -> None:
    """The first two are in the tests of HubSpot's Python and Ruby clients; the third has escapes that are decoded."""
    secret = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy"
    assert sign(secret=secret, method=method, url=url, body=body, timestamp_ms=timestamp_ms) == signature


BAD_ANSWERS = [
    (404, b"{}"),
    (500, json.dumps(DETAILS).encode()),
    (302, b""),
    (201, json.dumps(DETAILS).encode()),
    (200, b"no json"),
    (200, b"[]"),
    (200, b"\xff"),
    (200, b"[" * 100_000),
    (200, b'{"eventName": "x"}'),
    (200, b'{"eventName": "x", "eventOrganizer": 1}'),
    (200, b'{"eventName": "\\ud800", "eventOrganizer": "x"}'),
    (200, b'{"eventName": "x", "eventOrganizer": "x", "startDateTime": "then"}'),
    (200, b" " * 1_100_000),
]


@pytest.mark.behaviour("callback-failure", "not-found")
@pytest.mark.parametrize(("status", "body"), BAD_ANSWERS)
def test_an_answer_that_is_no_event_is_a_404(api: "Api", told: Told, status: int, body: bytes) -> None:
    told.status, told.body = status, body
    answer = api.send_rows("register", api.row("ana@example.com"))
    assert (answer.status_code, answer.json()["category"], len(told.asked)) == (404, "OBJECT_NOT_FOUND", 1)
    assert (api.sandbox.account.events, api.sandbox.account.contacts) == ([], [])


@pytest.mark.behaviour("callback-failure", "empty")
def test_an_answer_that_is_no_event_leaves_the_results_empty(api: "Api", told: Told) -> None:
    told.status = 404
    answer = api.send_rows("register", api.row("ana@example.com"))
    assert (answer.status_code, answer.json()["results"]) == (200, [])


@pytest.mark.behaviour("callback-failure", "not-found")
def test_an_app_that_cannot_be_reached_is_a_404(api: "Api") -> None:
    told = Told()
    with served(told):
        api.post(f"{APP_ID}/settings", {"eventDetailsUrl": f"{told.url}/%s"})
    assert api.send_rows("register", api.row("ana@example.com")).status_code == 404


@pytest.mark.behaviour("callback-timeout", "200")
def test_an_app_that_takes_too_long_is_not_waited_for(api: "Api", told: Told) -> None:
    release = threading.Event()
    told.meanwhile = lambda: assert_released(release)
    try:
        assert api.send_rows("register", api.row("ana@example.com")).status_code == 404
    finally:
        release.set()


def assert_released(release: threading.Event) -> None:
    assert release.wait(30)


@pytest.mark.behaviour("callback-retries", "2")
def test_a_request_that_failed_is_repeated(api: "Api", told: Told) -> None:
    told.status = 503

    def recover() -> None:
        told.status = 200 if len(told.asked) == 3 else 503

    told.meanwhile = recover
    assert api.send_rows("register", api.row("ana@example.com")).status_code == 200
    assert len(told.asked) == 3


@pytest.mark.behaviour("callback-encoding", "percent")
def test_a_slash_in_the_id_is_escaped(api: "Api", told: Told) -> None:
    api.record("register", api.row("ana@example.com"), event="a/b")
    assert told.asked[0][0].startswith("/events/a%2Fb?")


@pytest.mark.behaviour("callback-encoding", "slashes")
def test_a_slash_in_the_id_stays_a_slash(api: "Api", told: Told) -> None:
    api.record("register", api.row("ana@example.com"), event="a/b c")
    assert told.asked[0][0].startswith("/events/a/b%20c?")


def test_the_app_may_use_the_api_while_it_is_asked(api: "Api", told: Told) -> None:
    told.meanwhile = lambda: check_upsert(api)
    api.record("register", api.row("ana@example.com"))
    assert [event["name"] for event in api.sandbox.account.events] == ["Virtual cooking class"]


def check_upsert(api: "Api") -> None:
    assert len(api.upsert(api.event())) == 1


def test_an_address_with_a_query_keeps_it(api: "Api", told: Told) -> None:
    api.post(f"{APP_ID}/settings", {"eventDetailsUrl": f"{told.url}/events?id=%s#part"})
    api.record("register", api.row("ana@example.com"))
    assert told.asked[0][0] == f"/events?id=cooking&appId={APP_ID}&externalAccountId=CookingCo"


def test_nobody_is_asked_for_a_batch_that_is_refused_or_an_object_id(api: "Api", told: Told) -> None:
    assert api.send_rows("REGISTERED", api.row("ana@example.com")).status_code == 400
    assert api.send_rows("register", {"email": "ana@example.com"}).status_code == 400
    by_object_id = api.post("9/attendance/register/email-create", {"inputs": [api.row("ana@example.com")]})
    assert (by_object_id.status_code, told.asked) == (404, [])


def test_the_older_upsert_asks_too(api: "Api", told: Told) -> None:
    api.sandbox.account.add_contact("ana@example.com")
    rows = {"inputs": [api.row("ana@example.com")]}
    assert api.post("events/cooking/register/email-upsert", rows, externalAccountId=api.account).status_code == 202
    assert (len(told.asked), api.counters()["registered"]) == (1, 1)


def test_only_the_apps_own_address_is_asked(api: "Api", told: Told) -> None:
    headers = {"Authorization": f"Bearer {OTHER_APP.token}"}
    path = f"{api.base}/attendance/cooking/register/email-create?externalAccountId={api.account}"
    answer = api.http.post(path, json={"inputs": [api.row("ana@example.com")]}, headers=headers)
    assert (answer.status_code, told.asked) == (404, [])
