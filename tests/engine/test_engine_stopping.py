"""The gate of a run: what may still begin, which waits end early, and when a network counts as gone."""

import threading
import time

import pytest

from hubevents_sync.engine.applying.stopping import RunGate
from hubevents_sync.engine.workspace import SystemClock
from hubevents_sync.errors import HubSpotError, Interrupted, NotSent, Paused
from hubevents_sync.ports import StopSwitch
from tests.fakes import FakeClock


def open_gate(*, seconds: float | None = None) -> tuple[RunGate, FakeClock, StopSwitch]:
    """A gate whose deadline is so many seconds away."""
    clock, stop = FakeClock(), StopSwitch()
    deadline = None if seconds is None else clock.monotonic() + seconds
    return RunGate(clock, stop, deadline=deadline), clock, stop


def test_without_a_stop_or_a_deadline_all_may_begin_and_waits_are_whole() -> None:
    gate, clock, stop = open_gate()
    gate.enter()
    gate.sleep(3600)
    gate.enter()
    assert (clock.slept, gate.seconds_left(), stop.is_set) == ([3600], None, False)


def test_after_a_stop_nothing_begins_and_nothing_waits() -> None:
    gate, clock, stop = open_gate()
    reason = Interrupted("stopped")
    stop.set(reason)
    with pytest.raises(NotSent):
        gate.enter()
    with pytest.raises(NotSent):
        gate.sleep(5)
    assert (clock.slept, stop.reason) == ([], reason)


def test_a_stop_during_a_wait_ends_it() -> None:
    gate, clock, stop = open_gate()
    clock.on_sleep = stop.set
    with pytest.raises(NotSent):
        gate.sleep(5)


def test_a_stop_ends_a_wait_of_the_real_clock_at_once() -> None:
    stop = StopSwitch()
    gate = RunGate(SystemClock(stop), stop)
    timer = threading.Timer(0.1, stop.set)
    timer.start()
    began = time.monotonic()
    with pytest.raises(NotSent):
        gate.sleep(30)
    timer.join()
    assert time.monotonic() - began < 5


def test_a_wait_beyond_the_deadline_ends_a_second_before_it_and_pauses_the_run() -> None:
    gate, clock, stop = open_gate(seconds=10)
    gate.sleep(4)
    assert not stop.is_set
    with pytest.raises(NotSent):
        gate.sleep(6)
    assert clock.slept == [4, 5]
    assert isinstance(stop.reason, Paused)


def test_no_call_begins_that_could_not_end_before_the_deadline() -> None:
    gate, clock, stop = open_gate(seconds=10)
    gate.note_answer(0.2)
    gate.note_answer(2.0)
    gate.note_answer(0.3)
    clock.sleep(5.9)
    gate.enter()  # 4.1 seconds are left, and twice the longest call is four
    assert gate.seconds_left() == pytest.approx(4.1)
    clock.sleep(0.2)
    with pytest.raises(NotSent):
        gate.enter()
    assert isinstance(stop.reason, Paused)


def test_a_long_call_of_long_ago_no_longer_counts() -> None:
    gate, clock, _ = open_gate(seconds=10)
    gate.note_answer(60.0)
    for _ in range(50):
        gate.note_answer(0.1)
    clock.sleep(8.9)
    gate.enter()


def test_three_calls_in_a_row_without_an_answer_stop_the_run() -> None:
    gate, _, stop = open_gate()
    for _ in range(2):
        gate.note_loss(HubSpotError("no answer"))
    gate.note_answer(0.1)
    for _ in range(2):
        gate.note_loss(HubSpotError("no answer"))
    assert not stop.is_set
    gate.note_loss(HubSpotError("recording 2 rows: no answer"))
    assert stop.reason is not None
    assert stop.reason.message == (
        "HubSpot can't be reached: 3 calls in a row got no answer; recording 2 rows: no answer"
    )
    with pytest.raises(NotSent):
        gate.enter()


def test_the_gate_tells_the_clocks_time() -> None:
    gate, clock, _ = open_gate()
    assert (gate.now_ms(), gate.monotonic()) == (clock.now_ms(), clock.monotonic())
