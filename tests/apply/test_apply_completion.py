"""Completing, which can't be undone."""

from typing import TYPE_CHECKING

import pytest

from hubevents_sync.apply.gate import NEXT_RUN, Verdict
from hubevents_sync.errors import HubSpotError
from hubevents_sync.model.outcome import AttendanceCounters
from hubevents_sync.model.record import CallResult, CompletionRecord
from tests.builders import DIGEST, build_completion, build_key
from tests.desired import build_desired, build_roster
from tests.fakes import FakeCall, fault, raising

if TYPE_CHECKING:
    from tests.apply.conftest import Bench

KEY = build_key()
STEP = build_completion()
LOOKS = ["read_event", "read_counters"]


@pytest.fixture
def ready(bench: "Bench") -> "Bench":
    """An event with two people at HubSpot and on record."""
    bench.create(build_desired())
    bench.send(build_roster(2))
    bench.hubspot.calls.clear()
    return bench


def record_of(bench: "Bench") -> CompletionRecord:
    recorded = bench.state.read_completion(KEY)
    assert recorded is not None
    return recorded


def test_an_event_whose_counts_are_equal_is_completed_once(ready: "Bench") -> None:
    assert ready.completer.complete(KEY, STEP) == Verdict()
    assert ready.hubspot.names() == [*LOOKS, "complete_event"]
    assert ready.hubspot.calls[-1].times == (STEP.start, STEP.end)
    assert record_of(ready) == CompletionRecord(
        completed_at_ms=ready.clock.now_ms(), plan_digest=DIGEST, approved_by="ana"
    )


def test_counts_that_stay_unequal_are_waited_for_and_nothing_is_completed(ready: "Bench") -> None:
    ready.hubspot.counters = AttendanceCounters(registered=1, attended=0, cancelled=0, no_shows=0)
    assert ready.completer.complete(KEY, STEP) == Verdict("equal counts: HubSpot has 1 registered (recorded: 2)")
    assert ready.clock.slept == [1.0, 3.0, 7.0]
    assert ready.hubspot.count("complete_event") == 0
    assert record_of(ready) == CompletionRecord()


def test_counts_that_become_equal_are_enough(ready: "Bench") -> None:
    ready.hubspot.counters = AttendanceCounters(registered=1, attended=0, cancelled=0, no_shows=0)
    ready.clock.on_sleep = lambda: setattr(ready.hubspot, "counters", None)
    assert ready.completer.complete(KEY, STEP).is_open
    assert ready.clock.slept == [1.0]


def test_an_event_that_is_not_on_record_counts_as_empty(bench: "Bench") -> None:
    assert bench.completer.complete(KEY, STEP) == Verdict()


def test_an_event_that_is_complete_already_is_put_on_record_and_not_completed_again(ready: "Bench") -> None:
    ready.hubspot.completed.append(KEY)
    assert ready.completer.complete(KEY, STEP) == Verdict(note="it was complete at HubSpot already")
    assert ready.hubspot.names() == ["read_event"]
    assert record_of(ready) == CompletionRecord(
        completed_at_ms=ready.clock.now_ms(), plan_digest=DIGEST, approved_by="ana"
    )


@pytest.mark.parametrize("error", [fault(None), fault(503), fault(408), fault(200)])
def test_an_answer_that_got_lost_is_read_back(ready: "Bench", error: HubSpotError) -> None:
    ready.hubspot.after = raising("complete_event", error)
    assert ready.completer.complete(KEY, STEP).is_open
    assert ready.hubspot.names() == [*LOOKS, "complete_event", "read_event"]
    assert record_of(ready).completed_at_ms is not None


def test_a_completion_that_shows_late_is_waited_for(ready: "Bench") -> None:
    ready.hubspot.before = raising("complete_event", fault(504))
    ready.clock.on_sleep = lambda: ready.hubspot.completed.append(KEY)
    assert ready.completer.complete(KEY, STEP).is_open
    assert ready.hubspot.count("complete_event") == 1


def test_a_refusal_is_raised_and_leaves_no_intent(ready: "Bench") -> None:
    ready.hubspot.before = raising("complete_event", fault(400, "not yet"))
    with pytest.raises(HubSpotError, match="not yet"):
        ready.completer.complete(KEY, STEP)
    assert record_of(ready) == CompletionRecord()
    assert ready.hubspot.names() == [*LOOKS, "complete_event"]


def unanswered(call: FakeCall) -> None:
    if call.name == "complete_event":
        raise fault(None, "cut off")


def test_what_stays_unknown_is_raised_and_the_next_run_looks_before_anything_else(ready: "Bench") -> None:
    ready.hubspot.before = unanswered
    with pytest.raises(HubSpotError, match="cut off"):
        ready.completer.complete(KEY, STEP)
    assert record_of(ready) == CompletionRecord(is_intended=True)
    assert ready.clock.slept == [1.0, 3.0, 7.0]
    assert ready.state.journal_of("7f3c")[-1].result is CallResult.FAILED
    ready.hubspot.completed.append(KEY)  # it had arrived after all
    ready.hubspot.calls.clear()
    assert ready.completer.complete(KEY, STEP).is_open
    assert ready.hubspot.names() == ["read_event"]
    assert record_of(ready).completed_at_ms is not None


def test_a_read_back_that_fails_too_leaves_the_intent(ready: "Bench") -> None:
    def cut_off_from_then_on(call: FakeCall) -> None:
        if ready.hubspot.count("complete_event"):
            raise fault(None, f"cut off at {call.name}")

    ready.hubspot.before = cut_off_from_then_on
    with pytest.raises(HubSpotError, match="cut off at complete_event"):
        ready.completer.complete(KEY, STEP)
    assert record_of(ready) == CompletionRecord(is_intended=True)


@pytest.mark.parametrize("at", ["read_event", "read_counters"])
def test_nothing_is_completed_once_the_run_is_stopped(ready: "Bench", at: str) -> None:
    ready.hubspot.before = lambda call: ready.stop.set() if call.name == at else None
    assert ready.completer.complete(KEY, STEP) == Verdict(NEXT_RUN)
    assert ready.hubspot.count("complete_event") == 0


def test_a_stopped_run_does_not_wait_for_counters(ready: "Bench") -> None:
    ready.hubspot.counters = AttendanceCounters(registered=9, attended=0, cancelled=0, no_shows=0)
    ready.stop.set()
    assert ready.completer.complete(KEY, STEP) == Verdict(NEXT_RUN)
    assert ready.clock.slept == []


def test_leftovers_on_record_are_noted_and_do_not_stand_in_the_way(ready: "Bench") -> None:
    ready.hubspot.wrong = {"guest8@example.com"}
    ready.send(build_roster(9)[8:])
    assert ready.completer.complete(KEY, STEP) == Verdict(
        note="completed with 1 row of earlier runs that HubSpot did not confirm and the files no longer name"
    )


def test_a_leftover_that_hubspot_has_after_all_shows_in_the_counts(ready: "Bench") -> None:
    ready.hubspot.after = raising("record_attendance", fault(None))
    ready.send(build_roster(9)[8:])
    assert ready.completer.complete(KEY, STEP) == Verdict("equal counts: HubSpot has 3 registered (recorded: 2)")
    assert ready.hubspot.count("complete_event") == 0
