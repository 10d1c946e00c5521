"""A whole run: events first, then rows and completions side by side; stops, faults, and what was not begun."""

from dataclasses import replace
from threading import Barrier, current_thread
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings

from hubevents_sync.apply.run import Applied
from hubevents_sync.model.event import EventKey, RemovalPolicy
from hubevents_sync.model.outcome import AttendanceCounters, Outcome, Verify
from hubevents_sync.model.participation import Participation
from hubevents_sync.model.plan import EventPlan, EventSummary
from hubevents_sync.model.project import BatchSizes, HubSpotSettings
from hubevents_sync.model.record import CompletionRecord
from hubevents_sync.plan.plan import build_plan
from tests.builders import NOW_MS, build_event_report, build_key
from tests.desired import (
    CANCELLED,
    ROWS,
    build_attendance,
    build_desired,
    build_event,
    build_named,
    build_participation,
    build_roster,
)
from tests.fakes import FakeCall, FakeHubSpot, fault, on, raise_, raising

if TYPE_CHECKING:
    from tests.apply.conftest import Bench


def test_a_run_creates_the_events_sends_the_rows_and_completes_what_was_approved(bench: "Bench") -> None:
    bench.approved = {build_key("a")}
    desired = [
        build_named("a", *build_roster(3), completes=True),
        build_named("b", build_participation(), build_attendance()),
    ]
    applied, _ = bench.apply(*desired)
    assert applied == Applied(
        (
            build_event_report("a", name="a", upserted=True, completed=True, rows={Outcome.CONFIRMED: 3}),
            build_event_report("b", name="b", upserted=True, rows={Outcome.CONFIRMED: 2}),
        )
    )
    assert bench.hubspot.names()[0] == "upsert_events"
    assert sorted(bench.hubspot.names()) == sorted(
        ["upsert_events", *["record_attendance"] * 3, "read_event", "read_counters", "complete_event"]
    )
    assert bench.progress.totals == {"events": 2, "attendees": 5}
    assert bench.progress.done == {"events": 2, "attendees": 5}
    assert bench.progress.finished == ["events", "attendees"]


def test_a_completion_is_on_record_with_the_plan_and_who_approved_it(bench: "Bench") -> None:
    bench.approved = {build_key("a")}
    bench.hubspot.counters = AttendanceCounters(registered=0, attended=0, cancelled=0, no_shows=0)
    bench.clock.on_sleep = lambda: setattr(bench.hubspot, "counters", None)
    desired = build_named("a", *build_roster(2), completes=True)
    digest = build_plan([bench.plan(desired).summary], settings=HubSpotSettings()).digest
    bench.apply(desired)
    assert bench.clock.slept == [1.0]
    assert bench.state.read_completion(build_key("a")) == CompletionRecord(
        completed_at_ms=bench.clock.now_ms(), plan_digest=digest, approved_by="ana"
    )


def test_who_left_is_cancelled_at_the_time_of_the_run(bench: "Bench") -> None:
    staying, leaving = build_roster(2)
    bench.apply(build_named("a", staying, leaving))
    bench.clock.at_ms += 5
    bench.apply(replace(build_named("a", staying), removals=RemovalPolicy.CANCEL))
    sent = bench.hubspot.calls[-1]
    assert (sent.state, [(row.person, row.occurred_at_ms) for row in sent.rows]) == (
        CANCELLED,
        [(leaving.person, NOW_MS + 5)],
    )


def test_the_second_plan_is_empty_and_a_second_run_sends_nothing(bench: "Bench") -> None:
    bench.approved = {build_key("a")}
    desired = [
        build_named("a", *build_roster(3), completes=True),
        build_named("b", build_participation(), build_attendance()),
    ]
    bench.apply(*desired)
    bench.hubspot.calls.clear()
    assert all(bench.plan(each).summary.is_empty for each in desired)
    assert bench.apply(*desired) == (Applied(()), {})
    assert bench.hubspot.calls == []


def test_one_changed_field_is_one_request(bench: "Bench") -> None:
    bench.apply(build_named("a", *build_roster(3)))
    bench.hubspot.calls.clear()
    bench.apply(build_named("a", *build_roster(3), eventType="WORKSHOP"))
    assert bench.hubspot.names() == ["upsert_events"]


def test_events_are_upserted_in_batches_over_all(bench: "Bench") -> None:
    bench.batch = BatchSizes(events=2)
    bench.apply(*[build_named(f"e{number}") for number in range(5)])
    assert sorted(len(call.events) for call in bench.hubspot.calls) == [1, 2, 2]


def test_an_event_that_hubspot_shows_late_is_waited_for(bench: "Bench") -> None:
    hidden: dict[EventKey, dict[str, object]] = {}
    bench.hubspot.drops_upserts = True

    def hide(call: FakeCall) -> None:
        if call.name == "put_event":
            hidden[build_key("a")] = bench.hubspot.events.pop(build_key("a"))

    bench.hubspot.after = hide
    bench.clock.on_sleep = lambda: bench.hubspot.events.update(hidden)
    _, reports = bench.apply(build_named("a"))
    assert (reports["a"].upserted, reports["a"].error) == (True, None)
    assert bench.clock.slept == [1.0]


def test_a_failed_event_does_not_stop_the_others_and_gets_no_rows(bench: "Bench") -> None:
    bench.hubspot.before = raising("upsert_events", fault(400))
    bench.hubspot.after = on("put_event", "a", raise_(fault(400, "bad name")))
    _, reports = bench.apply(build_named("a", *build_roster(2), completes=True), build_named("b", *build_roster(2)))
    assert reports["a"].error == "bad name (correlation id corr-9)"
    assert (reports["a"].upserted, reports["a"].rows) == (False, {Outcome.NOT_ATTEMPTED: 2})
    assert reports["a"].waiting_for == "the event's error to be mended"
    assert (reports["b"].upserted, reports["b"].rows) == (True, {Outcome.CONFIRMED: 2})


def test_a_fault_of_one_events_rows_does_not_stop_the_others(bench: "Bench") -> None:
    bench.hubspot.before = on("record_attendance", "a", raise_(fault(503, "down")))
    applied, reports = bench.apply(build_named("a", *build_roster(2)), build_named("b", *build_roster(2)))
    assert (applied.fault, reports["a"].rows) == (None, {Outcome.UNCONFIRMED: 2})
    assert reports["b"].rows == {Outcome.CONFIRMED: 2}


def test_dropped_properties_are_a_note_and_are_planned_again(bench: "Bench") -> None:
    bench.hubspot.defined = set()
    declared = build_desired(event=build_event("a", customProperties={"x": "1", "y": "2"}))
    _, reports = bench.apply(declared)
    assert reports["a"].notes == ("HubSpot dropped custom properties that it does not know: x, y",)
    assert [change.path for change in bench.plan(declared).plan.field_changes] == [
        "customProperties.x",
        "customProperties.y",
    ]
    bench.hubspot.defined = None
    bench.apply(declared)
    assert bench.plan(declared).summary.is_empty


def test_an_event_with_nothing_but_held_steps_left_is_not_read_again(bench: "Bench") -> None:
    later = build_participation("late", at_ms=NOW_MS + 1)

    def load(summary: EventSummary) -> EventPlan:
        raise AssertionError(summary)

    applied, reports = bench.apply(build_named("a", later), load=load)
    assert applied.fault is None
    assert (reports["a"].upserted, reports["a"].held, reports["a"].rows) == (True, 1, {})


def test_an_unchanged_event_is_not_part_of_the_report(bench: "Bench") -> None:
    bench.apply(build_named("a"))
    _, reports = bench.apply(build_named("a"), build_named("b"))
    assert list(reports) == ["b"]


# A dump of a program that hangs shows the names of its threads: they say what each is there for.


def test_eight_small_events_are_worked_on_side_by_side_and_no_more(bench: "Bench") -> None:
    desired = {f"e{number}": build_named(f"e{number}", *build_roster(1)) for number in range(24)}
    bench.create(*desired.values())
    together, threads = Barrier(8, timeout=20), set()

    def load(summary: EventSummary) -> EventPlan:
        threads.add(current_thread().name)
        together.wait()
        return bench.plan(desired[summary.name]).plan

    applied, _ = bench.apply(*desired.values(), load=load)
    assert applied.fault is None
    assert threads == {f"event_{number}" for number in range(8)}


def test_the_next_event_is_read_when_fewer_calls_are_left_than_can_be_under_way(bench: "Bench") -> None:
    bench.batch = BatchSizes(attendance=1)
    desired = {name: build_named(name, *build_roster(20)) for name in "ab"}
    bench.create(*desired.values())
    sent_before: dict[str, int] = {}

    def load(summary: EventSummary) -> EventPlan:
        sent_before[summary.name] = bench.hubspot.count("record_attendance")
        return bench.plan(desired[summary.name]).plan

    applied, _ = bench.apply(*desired.values(), load=load)
    assert applied.fault is None
    first, second = sorted(sent_before.values())
    assert first == 0
    assert second >= 13  # each of the twenty has a place, and the eighth is free when thirteen are over


def test_four_batches_of_events_are_under_way_at_once_and_no_more(bench: "Bench") -> None:
    bench.batch = BatchSizes(events=1)
    threads = meet_at(bench, "upsert_events", 4)
    bench.apply(*[build_named(f"e{number}") for number in range(12)])
    assert threads == {"upsert_0", "upsert_1", "upsert_2", "upsert_3"}


def test_eight_calls_are_under_way_at_once_and_no_more(bench: "Bench") -> None:
    bench.batch = BatchSizes(attendance=1)
    threads = meet_at(bench, "record_attendance", 8)
    _, reports = bench.apply(build_named("a", *build_roster(24)))
    assert reports["a"].rows == {Outcome.CONFIRMED: 24}
    assert threads == {f"call_{number}" for number in range(8)}


def meet_at(bench: "Bench", name: str, parties: int) -> set[str]:
    """Let calls of that *name* through only so many at once; the names of the threads that made them."""
    together, threads = Barrier(parties, timeout=20), set()

    def meet(call: FakeCall) -> None:
        if call.name == name:
            threads.add(current_thread().name)
            together.wait()

    bench.hubspot.before = meet
    return threads


def test_a_rejected_row_is_planned_again_and_found_mended(bench: "Bench") -> None:
    bench.hubspot.wrong = {"guest1@example.com"}
    desired = build_named("a", *build_roster(3))
    bench.apply(desired)
    assert bench.plan(desired).summary.leftovers == {Outcome.REJECTED: 1}
    assert [planned.row.line for planned in bench.plan(desired).plan.rows] == [3]
    bench.hubspot.wrong = set()
    bench.apply(desired)
    assert bench.plan(desired).summary.is_empty
    assert bench.plan(desired).summary.leftovers == {}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(ROWS, ROWS)
def test_after_any_two_applies_the_plan_is_empty_and_nothing_was_sent_twice(
    bench: "Bench", first: list[Participation], second: list[Participation]
) -> None:
    bench.state.forget_event(build_key("a"))
    bench.hubspot = FakeHubSpot()
    for rows in (first, second):
        bench.apply(build_named("a", *rows))
        assert bench.plan(build_named("a", *rows)).summary.rows_ready == 0
    sent = [(row.email, row.occurred_at_ms) for call in bench.hubspot.calls for row in call.rows]
    assert len(sent) == len(set(sent))


def test_an_event_without_a_change_of_its_own_is_not_sent_with_its_rows(bench: "Bench") -> None:
    bench.create(build_named("a"))
    bench.apply(build_named("a", *build_roster(2)))
    assert bench.hubspot.names() == ["record_attendance"]


def test_rows_are_read_back_only_as_far_as_the_options_say(bench: "Bench") -> None:
    bench.verify = Verify.NONE
    bench.create(build_named("a"))
    bench.hubspot.dropped = {"guest1@example.com"}
    _, reports = bench.apply(build_named("a", *build_roster(2)))
    assert bench.hubspot.names() == ["record_attendance"]
    assert reports["a"].rows == {Outcome.CONFIRMED: 1, Outcome.UNCONFIRMED: 1}
