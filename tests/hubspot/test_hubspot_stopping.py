"""A client whose run is stopped: nothing begins any more, and what HubSpot may have got is not called not sent."""

import socket
import time
from typing import TYPE_CHECKING

import pytest

from hubevents_sync.errors import HubSpotError, NotSent, SyncError
from hubevents_sync.hubspot.client import HubSpotClient
from hubevents_sync.hubspot.opening import open_hubspot
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.project import HubSpotSettings, RequestBudget

if TYPE_CHECKING:
    from tests.hubspot.conftest import JumpingClock, Recorder

KEY = EventKey("CookingCo", "4")


class Gate:
    """Shuts before the wait or the request number *shuts_at*, counted together; None never does."""

    def __init__(self, clock: "JumpingClock", *, shuts_at: int | None = None, left: float | None = None) -> None:
        self._clock = clock
        self._shuts_at = shuts_at
        self._left = left
        self.passed: list[str] = []
        self.answers = 0
        self.losses: list[str] = []

    def _pass(self, what: str) -> None:
        if self._shuts_at is not None and len(self.passed) + 1 >= self._shuts_at:
            raise NotSent("not sent")
        self.passed.append(what)

    def enter(self) -> None:
        self._pass("request")

    def sleep(self, seconds: float) -> None:
        self._pass("wait")
        self._clock.sleep(seconds)

    def now_ms(self) -> int:
        return self._clock.now_ms()

    def monotonic(self) -> float:
        return self._clock.monotonic()

    def note_answer(self, seconds: float) -> None:
        assert seconds >= 0
        self.answers += 1

    def note_loss(self, error: SyncError) -> None:
        self.losses.append(error.message)

    def seconds_left(self) -> float | None:
        return self._left


def connect(recorder: "Recorder", gate: Gate, *, per_10_seconds: int = 1000) -> HubSpotClient:
    settings = HubSpotSettings(
        base_url=recorder.url, requests=RequestBudget(per_10_seconds=per_10_seconds, keep_free=0.0)
    )
    return open_hubspot(settings, environ={"HUBSPOT_ACCESS_TOKEN": "pat-test"}, clock=gate, gate=gate)


def test_before_a_shut_gate_nothing_leaves_the_machine(recorder: "Recorder", clock: "JumpingClock") -> None:
    with connect(recorder, Gate(clock, shuts_at=1)) as client, pytest.raises(NotSent):
        client.read_counters(KEY)
    assert recorder.requests == []
    assert client.requests_sent == 0


def test_a_stop_while_the_throttle_holds_a_request_back_sends_none(recorder: "Recorder", clock: "JumpingClock") -> None:
    with connect(recorder, Gate(clock, shuts_at=3), per_10_seconds=1) as client:
        client.read_counters(KEY)
        with pytest.raises(NotSent):
            client.read_counters(KEY)
    assert len(recorder.requests) == client.requests_sent == 1


@pytest.mark.parametrize("shuts_at", [2, 3], ids=["in the wait", "before the second try"])
def test_a_stop_between_two_tries_tells_the_answer_of_the_first(
    recorder: "Recorder", clock: "JumpingClock", shuts_at: int
) -> None:
    recorder.always({"category": "UNAVAILABLE"}, status=503)
    with connect(recorder, Gate(clock, shuts_at=shuts_at)) as client, pytest.raises(HubSpotError) as caught:
        client.read_counters(KEY)
    assert not isinstance(caught.value, NotSent)
    assert (caught.value.status, len(recorder.requests)) == (503, 1)


@pytest.mark.parametrize("shuts_at", [2, 3], ids=["in the wait", "before the second try"])
def test_a_stop_after_a_cut_connection_leaves_it_open_whether_hubspot_got_it(
    recorder: "Recorder", clock: "JumpingClock", shuts_at: int
) -> None:
    recorder.drop(times=9)
    gate = Gate(clock, shuts_at=shuts_at)
    with connect(recorder, gate) as client, pytest.raises(HubSpotError) as caught:
        client.read_counters(KEY)
    assert not isinstance(caught.value, NotSent)
    assert (caught.value.status, len(recorder.requests)) == (None, 1)
    assert gate.losses == [caught.value.message]


def test_the_gate_hears_of_every_answer_and_of_a_call_without_one_once(
    recorder: "Recorder", clock: "JumpingClock"
) -> None:
    recorder.answer(status=503)
    recorder.answer()
    gate = Gate(clock)
    with connect(recorder, gate) as client:
        client.read_counters(KEY)
        assert (gate.answers, gate.losses) == (2, [])
        recorder.drop(times=6)
        with pytest.raises(HubSpotError):
            client.read_counters(KEY)
    assert (gate.answers, len(gate.losses)) == (2, 1)


def test_no_answer_is_waited_for_longer_than_is_left(clock: "JumpingClock") -> None:
    gate = Gate(clock, shuts_at=2, left=0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, and never answers
        settings = HubSpotSettings(base_url=f"http://127.0.0.1:{silent.getsockname()[1]}")
        environ = {"HUBSPOT_ACCESS_TOKEN": "pat-test"}
        began = time.monotonic()
        with open_hubspot(settings, environ=environ, clock=gate, gate=gate) as client:
            with pytest.raises(HubSpotError, match="timed out"):
                client.read_counters(KEY)
            assert time.monotonic() - began < 5
