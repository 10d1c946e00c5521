"""What is tried again, how long it waits, and what must never be sent twice."""

import gzip
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING

import httpx
import pytest

from hubevents_sync.errors import HubSpotError
from hubevents_sync.hubspot.client import HubSpotClient
from hubevents_sync.hubspot.guard import OpenGate
from hubevents_sync.hubspot.opening import open_hubspot
from hubevents_sync.hubspot.retry import UNREACHABLE, RetryTransport, retry_after_seconds
from hubevents_sync.model.event import EventKey, MarketingEvent
from hubevents_sync.model.outcome import AttendanceCounters
from hubevents_sync.model.project import HubSpotSettings
from hubevents_sync.model.waiting import Wait

if TYPE_CHECKING:
    from tests.hubspot.conftest import Connect, JumpingClock, Recorder

KEY = EventKey("CookingCo", "4")
BURST = {"policyName": "TEN_SECONDLY_ROLLING", "message": "You have reached your ten_secondly_rolling limit."}


def complete(hubspot: HubSpotClient) -> None:
    hubspot.complete_event(KEY, start="2026-11-30T16:00:00Z", end="2026-11-30T17:30:00Z")


def waits_between(slept: list[float], bounds: list[tuple[float, float]]) -> bool:
    return len(slept) == len(bounds) and all(
        low <= seconds <= high for seconds, (low, high) in zip(slept, bounds, strict=True)
    )


def test_a_burst_429_waits_ten_seconds_more_each_time_and_goes_on(
    hubspot: HubSpotClient, recorder: "Recorder", clock: "JumpingClock"
) -> None:
    for _ in range(3):
        recorder.answer(BURST, status=429)
    recorder.answer({"registered": 1})
    assert hubspot.read_counters(KEY) == AttendanceCounters(1, 0, 0, 0)
    assert waits_between(clock.slept, [(10, 12.5), (20, 25), (30, 37.5)])
    assert hubspot.requests_sent == 4


def test_retry_after_on_a_429_is_honoured(hubspot: HubSpotClient, recorder: "Recorder", clock: "JumpingClock") -> None:
    recorder.answer(BURST, status=429, headers={"Retry-After": "3"})
    hubspot.read_counters(KEY)
    assert waits_between(clock.slept, [(3, 3.75)])


def test_a_429_holds_all_others_back(connect: "Connect", recorder: "Recorder", clock: "JumpingClock") -> None:
    held: list[float] = []
    script = iter([httpx.Response(429, json=BURST), httpx.Response(200)])
    transport = RetryTransport(
        httpx.MockTransport(lambda _: next(script)), clock=clock, hold=held.append, gate=OpenGate(), seed=1
    )
    with httpx.Client(transport=transport) as client:
        assert client.get("http://localhost").status_code == 200
    assert held == clock.slept
    assert len(held) == 1


def test_the_same_seed_spreads_the_same_way(clock: "JumpingClock") -> None:
    def waits(seed: int) -> list[float]:
        start = len(clock.slept)
        transport = RetryTransport(
            httpx.MockTransport(lambda _: httpx.Response(503)),
            clock=clock,
            hold=lambda _: None,
            gate=OpenGate(),
            seed=seed,
        )
        with httpx.Client(transport=transport) as client:
            client.get("http://localhost")
        return clock.slept[start:]

    assert waits(1) == waits(1) != waits(2)


def test_endless_429s_end_with_how_often_and_how_long(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    recorder.always(BURST, status=429)
    with pytest.raises(HubSpotError) as caught:
        hubspot.read_counters(KEY)
    assert len(recorder.requests) == 8
    assert caught.value.message.startswith(
        "reading the counters of CookingCo/4: HubSpot answered 429 after 8 tries in "
    )
    assert caught.value.message.endswith(" s: You have reached your ten_secondly_rolling limit.")
    assert caught.value.hint is not None
    assert "requests.per_10_seconds" in caught.value.hint


def test_a_lock_waits_at_least_two_seconds(hubspot: HubSpotClient, recorder: "Recorder", clock: "JumpingClock") -> None:
    recorder.answer(status=423, headers={"Retry-After": "0"})
    recorder.answer(status=423)
    hubspot.read_counters(KEY)
    assert waits_between(clock.slept, [(2, 2.5), (4, 5)])


def test_a_migration_is_waited_for_a_minute_at_most(
    hubspot: HubSpotClient, recorder: "Recorder", clock: "JumpingClock"
) -> None:
    recorder.answer(status=477, headers={"Retry-After": "60"})
    recorder.answer(status=477, headers={"Retry-After": "86400"})
    with pytest.raises(HubSpotError) as caught:
        hubspot.read_counters(KEY)
    assert waits_between(clock.slept, [(60, 75)])
    assert caught.value.status == 477
    assert caught.value.hint == (
        "HubSpot is moving the account to another data centre; run the same command again later "
        "(it asks to wait 86400 s)"
    )


@pytest.mark.parametrize("status", [502, 503, 504, 521, 523, 524])
def test_an_unreachable_hubspot_is_tried_again_with_growing_waits(
    hubspot: HubSpotClient, recorder: "Recorder", clock: "JumpingClock", status: int
) -> None:
    for _ in range(2):
        recorder.answer("<html>bad gateway</html>", status=status)
    hubspot.upsert_events([MarketingEvent(KEY, {"eventName": "x"})])
    assert waits_between(clock.slept, [(2, 2.5), (4, 5)])
    assert recorder.requests[0].body == recorder.requests[2].body != b""


@pytest.mark.parametrize("status", [400, 404, 409, 414, 500, 522, 525])
def test_other_answers_are_not_tried_again(hubspot: HubSpotClient, recorder: "Recorder", status: int) -> None:
    recorder.always(status=status)
    with pytest.raises(HubSpotError):
        hubspot.read_counters(KEY)
    assert len(recorder.requests) == 1


def test_a_dropped_connection_is_tried_again(
    hubspot: HubSpotClient, recorder: "Recorder", clock: "JumpingClock"
) -> None:
    recorder.drop()
    recorder.cut()
    recorder.answer({"registered": 2})
    assert hubspot.read_counters(KEY).registered == 2
    assert waits_between(clock.slept, [(2, 2.5), (4, 5)])


def test_no_answer_at_all_ends_with_how_often_and_how_long(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    recorder.drop(times=6)
    with pytest.raises(HubSpotError) as caught:
        list(hubspot.read_participations(KEY, contact="ana@example.com"))
    assert len(recorder.requests) == 6
    assert caught.value.message.startswith(
        "reading the participations of CookingCo/4: HubSpot gave no answer after 6 tries in "
    )
    assert caught.value.status is None
    assert "ana" not in caught.value.message


def test_nobody_listening_is_tried_again_and_then_told(connect: "Connect", clock: "JumpingClock") -> None:
    client = connect(base_url="http://127.0.0.1:1")
    with pytest.raises(HubSpotError, match="gave no answer after 6 tries in"):
        client.read_counters(KEY)
    assert len(clock.slept) == 5


@pytest.mark.parametrize("status", [502, 503, 504, 524])
def test_a_completion_is_not_sent_again_after_an_answer_that_leaves_it_open(
    hubspot: HubSpotClient, recorder: "Recorder", status: int
) -> None:
    recorder.answer(status=status)
    with pytest.raises(HubSpotError, match=f"completing the event CookingCo/4: HubSpot answered {status}: "):
        complete(hubspot)
    assert len(recorder.requests) == 1


def test_a_completion_is_not_sent_again_after_a_lost_answer(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    recorder.drop()
    with pytest.raises(HubSpotError, match="completing the event CookingCo/4: HubSpot gave no answer: "):
        complete(hubspot)
    recorder.cut()
    with pytest.raises(HubSpotError, match="gave no answer: "):
        complete(hubspot)
    assert len(recorder.requests) == 2


@pytest.mark.parametrize("status", [423, 429, 477])
def test_a_completion_that_was_refused_is_sent_again(hubspot: HubSpotClient, recorder: "Recorder", status: int) -> None:
    recorder.answer(status=status)
    complete(hubspot)
    assert len(recorder.requests) == 2


def test_a_completion_that_never_left_is_sent_again(clock: "JumpingClock") -> None:
    tries: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        tries.append(request)
        if len(tries) == 1:
            raise httpx.ConnectTimeout("too slow")
        return httpx.Response(200)

    transport = RetryTransport(httpx.MockTransport(answer), clock=clock, hold=lambda _: None, gate=OpenGate())
    with httpx.Client(transport=transport) as client:
        client.post("http://localhost", extensions={"repeatable": False})
    assert len(tries) == 2


@pytest.mark.parametrize(
    "fault",
    [
        httpx.UnsupportedProtocol("odd"),
        httpx.LocalProtocolError("odd"),
        httpx.ConnectError(str(ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] self-signed"))),
    ],
)
def test_a_fault_that_stays_is_told_at_once(clock: "JumpingClock", fault: httpx.TransportError) -> None:
    def refuse(_: httpx.Request) -> httpx.Response:
        raise fault

    transport = RetryTransport(httpx.MockTransport(refuse), clock=clock, hold=lambda _: None, gate=OpenGate())
    with httpx.Client(transport=transport) as client, pytest.raises(HubSpotError, match="gave no answer: "):
        client.get("http://localhost")
    assert clock.slept == []


def test_a_fault_without_words_is_named_by_its_kind(clock: "JumpingClock") -> None:
    def refuse(_: httpx.Request) -> httpx.Response:
        raise httpx.LocalProtocolError("")

    transport = RetryTransport(httpx.MockTransport(refuse), clock=clock, hold=lambda _: None, gate=OpenGate())
    with httpx.Client(transport=transport) as client, pytest.raises(HubSpotError) as caught:
        client.get("http://localhost")
    assert caught.value.message == "calling HubSpot: HubSpot gave no answer: LocalProtocolError"


def test_a_body_that_can_not_be_unpacked_is_told_at_once(hubspot: HubSpotClient, recorder: "Recorder") -> None:
    recorder.answer(b"not gzip", headers={"Content-Encoding": "gzip"})
    with pytest.raises(HubSpotError, match="gave no answer: "):
        hubspot.read_counters(KEY)
    recorder.answer(gzip.compress(b'{"registered":4}'), headers={"Content-Encoding": "gzip"})
    assert hubspot.read_counters(KEY).registered == 4


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("7", 7.0),
        (" 0.5 ", 0.5),
        ("Sun, 01 Nov 2026 00:00:30 GMT", 30.0),
        ("Sat, 31 Oct 2026 00:00:00 GMT", 0.0),
        ("Sun, 01 Nov 2026 00:00:30 -0000", None),
        ("soon", None),
        ("-5", None),
        ("1e9", None),
        ("", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(
    clock: "JumpingClock", written: str, seconds: float | None
) -> None:
    response = httpx.Response(429, headers={"Retry-After": written})
    assert retry_after_seconds(response, now_ms=clock.now_ms()) == seconds


def lose(clock: "JumpingClock", *, patience_seconds: float | None, script: list[int | None]) -> list[Wait]:
    """What is told while two calls meet *script*: an answer's status, or None for nobody there; then nobody."""
    left, told = list(script), list[Wait]()

    def answer(_: httpx.Request) -> httpx.Response:
        status = left.pop(0) if left else None
        if status is None:
            raise httpx.ConnectError("odd") from ConnectionRefusedError(111, "Connection refused")
        return httpx.Response(status)

    transport = RetryTransport(
        httpx.MockTransport(answer),
        clock=clock,
        hold=lambda _: None,
        gate=OpenGate(),
        tell=told.append,
        patience_seconds=patience_seconds,
    )
    with httpx.Client(transport=transport) as client, suppress(HubSpotError):
        client.get("http://localhost")
        client.get("http://localhost")
    return told


def test_every_wait_is_told_before_it_begins(clock: "JumpingClock") -> None:
    told = lose(clock, patience_seconds=None, script=[])
    assert [(wait.next_try, wait.tries) for wait in told] == [(2, 6), (3, 6), (4, 6), (5, 6), (6, 6)]
    assert {wait.reason for wait in told} == {"HubSpot can't be reached (connection refused)"}
    assert [wait.seconds for wait in told] == clock.slept


@pytest.mark.parametrize(("patience_seconds", "tries"), [(10.0, 3), (30.0, 5), (1.0, 1), (1000.0, 6)])
def test_who_has_little_patience_gives_up_sooner(clock: "JumpingClock", patience_seconds: float, tries: int) -> None:
    told = lose(clock, patience_seconds=patience_seconds, script=[])
    assert [wait.next_try for wait in told] == list(range(2, tries + 1))
    assert {wait.tries for wait in told} <= {tries}
    assert sum(clock.slept) <= patience_seconds * 1.25
    assert UNREACHABLE.within(patience_seconds).tries == tries


def test_a_hubspot_that_has_answered_once_is_waited_for_in_full(clock: "JumpingClock") -> None:
    told = lose(clock, patience_seconds=10.0, script=[None, 200])
    assert [(wait.next_try, wait.tries) for wait in told] == [(2, 3), (2, 6), (3, 6), (4, 6), (5, 6), (6, 6)]


def test_tries_that_take_long_themselves_count_against_the_patience(clock: "JumpingClock") -> None:
    told: list[Wait] = []

    def swallow(_: httpx.Request) -> httpx.Response:
        clock.sleep(9)
        raise httpx.ConnectTimeout("timed out")

    transport = RetryTransport(
        httpx.MockTransport(swallow),
        clock=clock,
        hold=lambda _: None,
        gate=OpenGate(),
        tell=told.append,
        patience_seconds=10.0,
    )
    with httpx.Client(transport=transport) as client, pytest.raises(HubSpotError):
        client.get("http://localhost")
    assert [wait.reason for wait in told] == ["HubSpot can't be reached (nobody answers in time)"]


@pytest.mark.parametrize(
    ("status", "reason"),
    [(429, "HubSpot's rate limit is reached"), (503, "HubSpot answers 503"), (423, "HubSpot answers 423")],
)
def test_an_answer_that_asks_to_wait_is_told_too(
    recorder: "Recorder", clock: "JumpingClock", status: int, reason: str
) -> None:
    told: list[Wait] = []
    recorder.answer({"message": "ana@example.com has moved"}, status=status)
    recorder.answer({"registered": 1})
    with open_hubspot(
        HubSpotSettings(base_url=recorder.url),
        environ={"HUBSPOT_ACCESS_TOKEN": "pat-planted"},
        clock=clock,
        tell=told.append,
    ) as hubspot:
        hubspot.read_counters(KEY)
    assert [(wait.reason, wait.next_try) for wait in told] == [(reason, 2)]
