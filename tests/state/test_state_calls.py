"""The journal: an intent before each call, its result after, and what a missing result leaves behind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from hubevents_sync.errors import StateError
from hubevents_sync.model.outcome import Outcome, Rejection, RowResult
from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.model.record import CallKind, CallResult, CompletionRecord, JournalEntry, RecordedRow
from hubevents_sync.model.run import RunStatus
from tests.postgres_server import on_both_stores

if TYPE_CHECKING:
    from tests.state.conftest import Bench

pytestmark = on_both_stores
REGISTERED = AttendanceState.REGISTERED


def test_an_intended_upsert_leaves_the_event_unconfirmed_with_its_earlier_fields(bench: Bench) -> None:
    later = bench.event(eventType="WORKSHOP")
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [])
        call = state.intend_upsert([later])
        recorded = state.read_event(bench.key())
        assert recorded is not None
        assert recorded.snapshot.event == bench.event()
        assert not recorded.is_event_confirmed
        state.record_upsert(call, [(later, None)])
        recorded = state.read_event(bench.key())
        assert recorded is not None
        assert recorded.snapshot.event == later
        assert recorded.snapshot.object_id == "991"
        assert recorded.is_event_confirmed


def test_an_event_that_was_never_confirmed_has_no_fields(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        state.intend_upsert([bench.event()])
        recorded = state.read_event(bench.key())
        assert recorded is not None
        assert recorded.snapshot.event.fields == {}
        assert not recorded.is_event_confirmed


def test_of_an_upsert_some_events_can_be_confirmed_some_refused_and_some_stay_open(bench: Bench) -> None:
    names = ("one", "two", "three")
    with bench.write() as state:
        state.begin_run(bench.run())
        call = state.intend_upsert([bench.event(name) for name in names])
        state.record_upsert(call, [(bench.event("one"), "1")], [bench.key("two")])
        found = {name: state.read_event(bench.key(name)) for name in names}
    assert found["two"] is None
    assert found["one"] is not None
    assert found["one"].is_event_confirmed
    assert found["three"] is not None
    assert not found["three"].is_event_confirmed


@pytest.mark.parametrize(
    ("outcome", "is_confirmed"),
    [(Outcome.REJECTED, True), (Outcome.NOT_ATTEMPTED, True), (Outcome.UNCONFIRMED, False)],
)
def test_a_failed_upsert_is_taken_back_unless_hubspot_may_have_it(
    bench: Bench, outcome: Outcome, *, is_confirmed: bool
) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [])
        state.fail_call(state.intend_upsert([bench.event(eventType="X")]), "503", outcome=outcome)
        recorded = state.read_event(bench.key())
    assert recorded is not None
    assert recorded.snapshot.event == bench.event()
    assert recorded.is_event_confirmed is is_confirmed


def test_intended_rows_are_leftovers_until_their_result(bench: Bench) -> None:
    rows = [bench.row(1), bench.row(2)]
    with bench.write() as state:
        state.begin_run(bench.run())
        call = state.intend_attendance(bench.key(), 2, REGISTERED, rows)
        recorded = state.read_event(bench.key())
        assert recorded is not None
        assert recorded.snapshot.participations == []
        assert recorded.leftovers == {Outcome.INTENDED: 2}
        assert state.read_leftovers(bench.key()) == [
            RecordedRow(bench.key(), row, Outcome.INTENDED, call_id=call) for row in rows
        ]
        assert state.read_call_rows(call) == state.read_leftovers(bench.key())
        assert state.unfinished_calls() == [
            JournalEntry(
                id=call,
                run_id="7f3c",
                kind=CallKind.RECORD,
                keys=(bench.key(),),
                intended_at_ms=bench.clock.at_ms,
                round=2,
                state=REGISTERED,
                row_count=2,
            )
        ]
        state.record_attendance(call, [RowResult(row, Outcome.CONFIRMED) for row in rows], status=200)
        assert state.unfinished_calls() == []
        assert state.read_leftovers(bench.key()) == []
        assert state.read_call_rows(call) == []


def test_a_row_that_hubspot_has_is_not_put_in_doubt_by_sending_it_again(bench: Bench) -> None:
    changed = bench.row(1)._replace(joined_at_ms=5, left_at_ms=6, state=AttendanceState.ATTENDED)
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [bench.row(1)])
        call = state.intend_attendance(bench.key(), 1, AttendanceState.ATTENDED, [changed])
        assert _confirmed(bench) == [bench.row(1)]
        state.record_attendance(call, [RowResult(changed, Outcome.REJECTED, rejection=Rejection("no"))])
        assert _confirmed(bench) == [bench.row(1)]
        assert state.read_leftovers(bench.key()) == []
        call = state.intend_attendance(bench.key(), 1, AttendanceState.ATTENDED, [changed])
        state.record_attendance(call, [RowResult(changed, Outcome.CONFIRMED)])
        recorded = state.read_event(bench.key())
        assert recorded is not None
        assert recorded.snapshot.participations == [changed]


def _confirmed(bench: Bench) -> list[object]:
    with bench.read() as reader:
        recorded = reader.read_event(bench.key())
    assert recorded is not None
    return list(recorded.snapshot.participations)


def test_each_row_keeps_its_outcome_and_one_without_a_result_is_unconfirmed(bench: Bench) -> None:
    rows = [bench.row(number) for number in range(1, 6)]
    rejection = Rejection("contact is gone", "VALIDATION_ERROR", 400, "c-1")
    with bench.write() as state:
        state.begin_run(bench.run())
        call = state.intend_attendance(bench.key(), 1, REGISTERED, rows)
        state.record_attendance(
            call,
            [
                RowResult(rows[0], Outcome.CONFIRMED, contact_id=5),
                RowResult(rows[1], Outcome.REPEATED),
                RowResult(rows[2], Outcome.REJECTED, rejection=rejection),
                RowResult(rows[3], Outcome.NOT_ATTEMPTED),
            ],
            status=207,
            correlation_id="c-0",
        )
        assert state.read_leftovers(bench.key()) == [
            RecordedRow(bench.key(), rows[2], Outcome.REJECTED, rejection, call_id=call),
            RecordedRow(bench.key(), rows[3], Outcome.NOT_ATTEMPTED, call_id=call),
            RecordedRow(bench.key(), rows[4], Outcome.UNCONFIRMED, call_id=call),
        ]
        recorded = state.read_event(bench.key())
        assert recorded is not None
        assert recorded.snapshot.participations == [rows[0]._replace(contact_id=5), rows[1]]
        assert recorded.leftovers == {Outcome.REJECTED: 1, Outcome.NOT_ATTEMPTED: 1, Outcome.UNCONFIRMED: 1}
        entry = state.journal_of("7f3c")[0]
        assert (entry.result, entry.status, entry.correlation_id) == (CallResult.DONE, 207, "c-0")


def test_a_later_confirmation_clears_an_earlier_rejection(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        call = state.intend_attendance(bench.key(), 1, REGISTERED, [bench.row(1)])
        state.record_attendance(call, [RowResult(bench.row(1), Outcome.REJECTED, rejection=Rejection("no"))])
        call = state.intend_attendance(bench.key(), 1, REGISTERED, [bench.row(1)])
        state.record_attendance(call, [RowResult(bench.row(1), Outcome.CONFIRMED)])
        assert state.find_person(bench.row(1).person) == [
            RecordedRow(bench.key(), bench.row(1), Outcome.CONFIRMED, call_id=call)
        ]


@pytest.mark.parametrize("outcome", [Outcome.UNCONFIRMED, Outcome.REJECTED, Outcome.NOT_ATTEMPTED])
def test_a_failed_call_gives_its_outcome_to_its_rows_alone(bench: Bench, outcome: Outcome) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        other = state.intend_attendance(bench.key(), 1, REGISTERED, [bench.row(2)])
        call = state.intend_attendance(bench.key(), 1, REGISTERED, [bench.row(1)])
        state.fail_call(call, "no answer in 30 s", outcome=outcome, status=504, correlation_id="c-9")
        assert [(row.outcome, row.call_id) for row in state.read_leftovers(bench.key())] == [
            (outcome, call),
            (Outcome.INTENDED, other),
        ]
        entry = state.journal_of("7f3c")[1]
        assert (entry.result, entry.error, entry.status, entry.correlation_id) == (
            CallResult.FAILED,
            "no answer in 30 s",
            504,
            "c-9",
        )


def test_a_failed_call_can_not_have_confirmed_rows(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        call = state.intend_attendance(bench.key(), 1, REGISTERED, [bench.row(1)])
        with pytest.raises(ValueError, match="a failed call has no confirmed rows"):
            state.fail_call(call, "x", outcome=Outcome.CONFIRMED)


def test_a_call_takes_one_result(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        call = state.intend_attendance(bench.key(), 1, REGISTERED, [bench.row(1)])
        state.record_attendance(call, [RowResult(bench.row(1), Outcome.CONFIRMED)])
        with pytest.raises(RuntimeError, match=f"call {call} is not waiting for a result"):
            state.record_attendance(call, [RowResult(bench.row(1), Outcome.REJECTED)])
        assert state.read_leftovers(bench.key()) == []


def test_a_call_needs_a_run(bench: Bench) -> None:
    with bench.write() as state, pytest.raises(RuntimeError, match="begin_run comes first"):
        state.intend_upsert([bench.event()])
    with bench.read() as reader:
        assert reader.keys() == []
        assert reader.header.serial == 0


def test_a_completion_is_intended_then_recorded_with_who_approved_it(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [])
        assert state.read_completion(bench.key()) == CompletionRecord()
        call = state.intend_completion(bench.key())
        assert state.read_completion(bench.key()) == CompletionRecord(is_intended=True)
        assert [entry.kind for entry in state.unfinished_calls()] == [CallKind.COMPLETE]
        bench.clock.at_ms += 1
        state.record_completion(call, "digest-1", "ana")
        assert state.read_completion(bench.key()) == CompletionRecord(
            completed_at_ms=bench.clock.at_ms, plan_digest="digest-1", approved_by="ana"
        )
        recorded = state.read_event(bench.key())
        assert recorded is not None
        assert recorded.snapshot.is_completed


@pytest.mark.parametrize(("outcome", "is_intended"), [(Outcome.UNCONFIRMED, True), (Outcome.REJECTED, False)])
def test_a_completion_that_hubspot_may_have_stays_intended(
    bench: Bench, outcome: Outcome, *, is_intended: bool
) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [])
        state.fail_call(state.intend_completion(bench.key()), "cut off", outcome=outcome)
        assert state.read_completion(bench.key()) == CompletionRecord(is_intended=is_intended)
        assert state.list_events()[0].is_completion_intended is is_intended


def test_the_next_run_closes_the_calls_and_the_run_that_was_killed_and_keeps_the_rows_open(bench: Bench) -> None:
    with bench.write(run_id="first") as state:
        state.begin_run(bench.run("first"))
        call = state.intend_attendance(bench.key(), 1, REGISTERED, [bench.row(1)])
    with bench.write(run_id="second") as state:
        assert [entry.run_id for entry in state.unfinished_calls()] == ["first"]
        bench.clock.at_ms += 5_000
        state.begin_run(bench.run("second"))
        (entry,) = state.journal_of("first")
        assert (entry.result, entry.finished_at_ms) == (CallResult.FAILED, bench.clock.at_ms)
        assert entry.error == "the run was cut off before the answer was recorded"
        assert [run.status for run in state.runs()] == [RunStatus.RUNNING, RunStatus.INTERRUPTED]
        assert [(row.call_id, row.outcome) for row in state.read_leftovers(bench.key())] == [(call, Outcome.INTENDED)]


def test_leftovers_that_nobody_wishes_for_can_be_discarded_and_confirmed_rows_can_not(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        bench.apply(state, [bench.row(1)])
        call = state.intend_attendance(bench.key(), 1, REGISTERED, [bench.row(2), bench.row(3)])
        state.fail_call(call, "no", outcome=Outcome.REJECTED)
        state.discard_leftovers(bench.key(), [bench.row(1), bench.row(2), bench.row(9)])
        recorded = state.read_event(bench.key())
        assert recorded is not None
        assert recorded.snapshot.participations == [bench.row(1)]
        assert [row.row for row in state.read_leftovers(bench.key())] == [bench.row(3)]


def test_the_serial_goes_up_once_in_each_run_that_changes_anything(bench: Bench) -> None:
    with bench.write() as state:
        state.begin_run(bench.run())
        assert state.header.serial == 0
        bench.apply(state, [bench.row(1)])
        assert state.header.serial == 1
        lineage = state.header.lineage
    with bench.write(run_id="idle") as state:
        state.begin_run(bench.run("idle"))
        state.end_run(replace(bench.run("idle"), status=RunStatus.DONE))
    with bench.write(run_id="third") as state:
        state.begin_run(bench.run("third"))
        bench.apply(state, [bench.row(2)])
    with bench.read() as reader:
        assert (reader.header.serial, reader.header.lineage) == (2, lineage)


def test_runs_are_an_audit_log_the_latest_first(bench: Bench) -> None:
    ended = replace(
        bench.run("7f3c"),
        status=RunStatus.PARTIAL,
        ended_at_ms=bench.clock.at_ms + 9,
        exit_code=3,
        requests=12,
        events_upserted=2,
        events_completed=1,
        rows={Outcome.CONFIRMED: 10, Outcome.NOT_ATTEMPTED: 1},
        approvals=("launch",),
        actor=replace(bench.actor(), commit="c0ffee", ci_url="https://ci.example/7"),
    )
    with bench.write() as state:
        state.begin_run(bench.run("7f3c"))
        assert state.runs() == [bench.run("7f3c")]
        state.end_run(ended)
    with bench.write(run_id="7f44") as state:
        state.begin_run(bench.run("7f44"))
    with bench.read() as reader:
        assert reader.runs() == [bench.run("7f44"), ended]
        assert reader.read_run("7f3") == ended
        with pytest.raises(StateError) as several:
            reader.read_run("7f")
        with pytest.raises(StateError) as none:
            reader.read_run("%")
    assert several.value.message == "2 runs begin with '7f': 7f3c, 7f44"
    assert several.value.hint == "give more of the run's id"
    assert none.value.message == "the state knows no run '%'"
    assert none.value.hint == "hubevents-sync runs list shows all"
