"""Upserts: an event counts as upserted only where HubSpot shows what was sent."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from hubevents_sync.apply.events import Upserted, UpsertResult
from hubevents_sync.apply.pairing import Difference, find_difference, pair_with_answer
from hubevents_sync.errors import AuthenticationFailed, DailyQuotaSpent, HubSpotError, NotSent
from hubevents_sync.model.event import FieldValue, MarketingEvent
from hubevents_sync.model.outcome import UpsertAnswer, UpsertedEvent
from hubevents_sync.model.snapshot import RecordedEvent
from tests.builders import build_key
from tests.desired import build_event
from tests.fakes import FakeCall, fault, raising

if TYPE_CHECKING:
    from tests.apply.conftest import Bench

EVENT = build_event(eventName="A")
TWO = [build_event("a", eventName="A"), build_event("b", eventName="B")]


def recorded_of(bench: "Bench", event: MarketingEvent = EVENT) -> RecordedEvent:
    recorded = bench.state.read_event(event.key)
    assert recorded is not None
    return recorded


def test_a_batch_that_is_answered_in_full_needs_no_look(bench: "Bench") -> None:
    upserted = bench.upserter.upsert(TWO)
    assert upserted == Upserted((UpsertResult(TWO[0], "9000"), UpsertResult(TWO[1], "9001")))
    assert bench.hubspot.names() == ["upsert_events"]
    assert recorded_of(bench, TWO[1]).snapshot.object_id == "9001"
    assert recorded_of(bench, TWO[1]).is_event_confirmed


def test_an_answer_in_another_order_is_matched_by_name(bench: "Bench") -> None:
    bench.hubspot.answer_upsert = lambda answer: replace(answer, upserted=answer.upserted[::-1])
    assert [result.object_id for result in bench.upserter.upsert(TWO).results] == ["9000", "9001"]


def test_an_answer_that_took_in_nothing_is_gone_into_and_each_event_put(bench: "Bench") -> None:
    bench.hubspot.drops_upserts = True
    assert [result.error for result in bench.upserter.upsert(TWO).results] == [None, None]
    assert bench.hubspot.names() == ["upsert_events", *(["read_event", "put_event", "read_event"] * 2)]
    assert recorded_of(bench, TWO[0]).is_event_confirmed


def test_only_what_the_answer_is_short_of_is_looked_up(bench: "Bench") -> None:
    bench.hubspot.answer_upsert = lambda answer: UpsertAnswer(answer.upserted[:1])
    assert [result.error for result in bench.upserter.upsert(TWO).results] == [None, None]
    assert [call.key for call in bench.hubspot.calls if call.name == "read_event"] == [TWO[1].key]
    assert bench.hubspot.count("put_event") == 0


def test_an_event_that_is_put_and_not_there_is_an_error_and_stays_unconfirmed(bench: "Bench") -> None:
    bench.hubspot.drops_upserts = True
    bench.hubspot.after = lambda _: bench.hubspot.events.clear()
    (result,) = bench.upserter.upsert([EVENT]).results
    assert result == UpsertResult(EVENT, error="HubSpot took it without an error and does not have it")
    assert not recorded_of(bench).is_event_confirmed
    assert bench.clock.slept == [1.0, 3.0]


def test_an_event_that_turns_up_late_is_waited_for(bench: "Bench") -> None:
    bench.hubspot.drops_upserts = True
    kept: dict[str, object] = {}

    def hide(_: FakeCall) -> None:
        kept.update(bench.hubspot.events.pop(EVENT.key, {}))

    bench.hubspot.after = hide
    bench.clock.on_sleep = lambda: bench.hubspot.events.update({EVENT.key: kept})
    assert bench.upserter.upsert([EVENT]).results == (UpsertResult(EVENT, "9000"),)
    assert bench.clock.slept == [1.0]


def test_values_that_hubspot_did_not_take_over_are_named(bench: "Bench") -> None:
    bench.hubspot.drops_upserts = True

    def change(call: FakeCall) -> None:
        if call.name == "put_event":
            bench.hubspot.events[EVENT.key].update(eventName="Z", customProperties={"a": "other"})

    bench.hubspot.after = change
    event = MarketingEvent(EVENT.key, {**EVENT.fields, "customProperties": {"a": "1"}})
    (result,) = bench.upserter.upsert([event]).results
    assert result == UpsertResult(
        event, error="HubSpot took it without an error and has other values of: eventName, customProperties.a"
    )
    assert not recorded_of(bench).is_event_confirmed


def test_a_property_whose_new_value_shows_late_is_waited_for(bench: "Bench") -> None:
    event = build_event(customProperties={"a": "2"})

    def show_the_old_value(call: FakeCall) -> None:
        if call.name == "upsert_events":
            bench.hubspot.events[event.key]["customProperties"] = {"a": "1"}

    bench.hubspot.after = show_the_old_value
    bench.hubspot.answer_upsert = lambda answer: UpsertAnswer(
        tuple(replace(part, custom_properties={"a": "1"}) for part in answer.upserted)
    )
    bench.clock.on_sleep = lambda: bench.hubspot.events[event.key].update(customProperties={"a": "2"})
    assert bench.upserter.upsert([event]).results == (UpsertResult(event, "9000"),)
    assert bench.clock.slept == [1.0]
    assert bench.hubspot.names() == ["upsert_events", "read_event", "read_event"]


def test_a_changed_property_of_a_batch_without_an_answer_is_not_taken_for_confirmed(bench: "Bench") -> None:
    bench.upserter.upsert([build_event(customProperties={"a": "1"})])
    bench.hubspot.calls.clear()
    bench.hubspot.before = raising("upsert_events", fault(503))
    changed = build_event(customProperties={"a": "2"})
    assert bench.upserter.upsert([changed]).results == (UpsertResult(changed, "9000"),)
    assert bench.hubspot.names() == ["upsert_events", "read_event", "put_event", "read_event"]
    assert bench.hubspot.events[changed.key]["customProperties"] == {"a": "2"}


def test_an_answer_that_got_lost_is_found_by_looking(bench: "Bench") -> None:
    bench.hubspot.after = raising("upsert_events", fault(None))
    assert [result.error for result in bench.upserter.upsert(TWO).results] == [None, None]
    assert bench.hubspot.names() == ["upsert_events", "read_event", "read_event"]


def test_properties_that_the_account_does_not_define_are_named_and_kept_off_the_record(bench: "Bench") -> None:
    bench.hubspot.defined = {"known"}
    event = build_event(customProperties={"known": "1", "unknown": "2", "empty": ""})
    assert bench.upserter.upsert([event]).results == (UpsertResult(event, "9000", lost_properties=("unknown",)),)
    assert recorded_of(bench).snapshot.event.fields["customProperties"] == {"known": "1", "empty": ""}
    assert recorded_of(bench).is_event_confirmed
    assert bench.hubspot.names() == ["upsert_events", "read_event"]


def test_a_batch_that_is_refused_whole_is_gone_into_one_by_one(bench: "Bench") -> None:
    bench.hubspot.before = raising("upsert_events", fault(400, "bad event"))
    bench.hubspot.after = raising("put_event", fault(400, "bad name"))
    first, second = bench.upserter.upsert(TWO).results
    assert first == UpsertResult(TWO[0], error="bad name (correlation id corr-9)", is_refused=True)
    assert second.error is None
    assert bench.state.read_event(TWO[0].key) is None
    assert recorded_of(bench, TWO[1]).is_event_confirmed


def test_a_single_event_that_is_refused_is_not_sent_twice(bench: "Bench") -> None:
    bench.hubspot.before = raising("upsert_events", fault(400, "bad event"))
    assert bench.upserter.upsert([EVENT]).results == (
        UpsertResult(EVENT, error="bad event (correlation id corr-9)", is_refused=True),
    )
    assert bench.hubspot.names() == ["upsert_events"]


def test_a_refused_change_leaves_what_was_confirmed_before(bench: "Bench") -> None:
    bench.upserter.upsert([EVENT])
    bench.hubspot.before = raising("upsert_events", fault(400))
    bench.upserter.upsert([build_event(eventName="B")])
    assert recorded_of(bench).is_event_confirmed
    assert recorded_of(bench).snapshot.event == EVENT


@pytest.mark.parametrize("name", ["put_event", "read_event"])
def test_an_event_whose_write_went_unanswered_stays_unconfirmed(bench: "Bench", name: str) -> None:
    bench.hubspot.before = raising("upsert_events", fault(503))
    bench.hubspot.after = raising(name, fault(None, "cut off"))
    if name == "read_event":
        bench.hubspot.before = lambda call: fail_all(call, {"upsert_events", "read_event"})
    (result,) = bench.upserter.upsert([EVENT]).results
    assert result == UpsertResult(EVENT, error="cut off")
    assert not recorded_of(bench).is_event_confirmed


def fail_all(call: FakeCall, names: set[str]) -> None:
    if call.name in names:
        raise fault(None, "cut off")


@pytest.mark.parametrize(
    "error", [AuthenticationFailed("no token", status=401), DailyQuotaSpent("enough for today", status=429)]
)
def test_what_ends_the_run_leaves_the_events_as_they_were(bench: "Bench", error: HubSpotError) -> None:
    bench.hubspot.before = raising("upsert_events", error)
    assert bench.upserter.upsert([EVENT]) == Upserted((), error)
    assert bench.state.read_event(EVENT.key) is None


def test_what_was_settled_before_the_run_ended_is_kept(bench: "Bench") -> None:
    error = DailyQuotaSpent("enough for today", status=429)
    bench.hubspot.drops_upserts = True
    bench.hubspot.before = lambda call: quota_at(call, error)
    assert bench.upserter.upsert(TWO) == Upserted((UpsertResult(TWO[0], "9000"),), error)
    assert recorded_of(bench, TWO[0]).is_event_confirmed
    assert not recorded_of(bench, TWO[1]).is_event_confirmed
    assert bench.state.unfinished_calls() == []


def test_a_batch_that_a_stop_kept_from_being_sent_leaves_no_trace_and_is_no_fault(bench: "Bench") -> None:
    bench.hubspot.before = raising("upsert_events", NotSent("the run is being stopped"))
    assert bench.upserter.upsert([EVENT]) == Upserted(())
    assert bench.state.read_event(EVENT.key) is None
    assert bench.state.unfinished_calls() == []


def test_what_was_settled_before_a_stop_is_kept_and_the_stop_is_no_fault(bench: "Bench") -> None:
    bench.hubspot.drops_upserts = True
    bench.hubspot.before = lambda call: quota_at(call, NotSent("the run is being stopped"))
    assert bench.upserter.upsert(TWO) == Upserted((UpsertResult(TWO[0], "9000"),))
    assert not recorded_of(bench, TWO[1]).is_event_confirmed


def quota_at(call: FakeCall, error: HubSpotError) -> None:
    if call.name == "put_event" and call.key == TWO[1].key:
        raise error


def test_looking_one_by_one_ends_where_the_run_is_stopped(bench: "Bench") -> None:
    bench.hubspot.drops_upserts = True
    bench.hubspot.after = lambda call: bench.stop.set() if call.name == "put_event" else None
    assert [result.event for result in bench.upserter.upsert(TWO).results] == [TWO[0]]
    assert not recorded_of(bench, TWO[1]).is_event_confirmed


def part(name: str, number: int, **properties: str) -> UpsertedEvent:
    return UpsertedEvent(name, id=f"e{number}", object_id=str(number), custom_properties=properties)


SAME = [build_event("e1", eventName="Same"), build_event("e2", eventName="Same")]


def test_events_of_one_name_are_told_apart_by_their_id() -> None:
    parts = [part("Same", 2), part("Same", 1)]
    assert list(pair_with_answer(SAME, parts)) == [(SAME[0], parts[1]), (SAME[1], parts[0])]


@pytest.mark.parametrize("answered_id", [None, "", "555"])
def test_an_event_that_is_alone_with_its_name_needs_no_id(answered_id: str | None) -> None:
    answered = replace(part("Same", 1, a="1"), id=answered_id)
    assert list(pair_with_answer(SAME[:1], [answered])) == [(SAME[0], answered)]


def test_events_of_one_name_without_an_id_get_no_object_id_and_only_common_properties() -> None:
    parts = [replace(part("Same", 1, a="1", b="1"), id="555"), replace(part("Same", 2, a="1", b="2"), id="556")]
    common = UpsertedEvent("Same", custom_properties={"a": "1"})
    assert list(pair_with_answer(SAME, parts)) == [(SAME[0], common), (SAME[1], common)]


def test_a_name_that_the_answer_has_too_rarely_or_too_often_is_paired_with_nothing() -> None:
    assert list(pair_with_answer(SAME, [part("Same", 1)])) == [(SAME[0], None), (SAME[1], None)]
    assert list(pair_with_answer(SAME[:1], [part("Same", 1), part("Same", 1)])) == [(SAME[0], None)]


@pytest.mark.parametrize(
    ("found", "wanted", "expected"),
    [
        ({"eventName": "A"}, {"eventName": "A"}, Difference()),
        ({"eventName": "A", "eventUrl": "u"}, {"eventName": "A"}, Difference()),
        ({}, {"eventCancelled": False, "eventUrl": ""}, Difference()),
        ({}, {"eventCancelled": True, "eventName": "A"}, Difference(("eventCancelled", "eventName"))),
        ({"eventCancelled": True}, {"eventCancelled": False}, Difference(("eventCancelled",))),
        ({"customProperties": {"a": "1"}}, {"customProperties": {"a": "1"}}, Difference()),
        ({"customProperties": {"a": "2"}}, {"customProperties": {"a": "1"}}, Difference(("customProperties.a",))),
        ({}, {"customProperties": {"b": "1", "a": "1"}}, Difference(lost=("a", "b"))),
        ({}, {"customProperties": {"a": ""}}, Difference()),
    ],
)
def test_a_difference_names_what_is_declared_and_not_there(
    found: dict[str, FieldValue], wanted: dict[str, FieldValue], expected: Difference
) -> None:
    key = build_key()
    assert find_difference(MarketingEvent(key, found), MarketingEvent(key, wanted)) == expected
