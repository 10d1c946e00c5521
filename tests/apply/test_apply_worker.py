"""One event: its rows round by round, then its completion."""

from threading import Barrier
from typing import TYPE_CHECKING

from hubevents_sync.apply.removals import find_earlier_removals
from hubevents_sync.model.event import CompletionPolicy, RemovalPolicy
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.participation import Participation
from hubevents_sync.model.plan import PlannedRow
from hubevents_sync.model.project import BatchSizes
from tests.builders import NOW_MS, build_key
from tests.desired import (
    ATTENDED,
    CANCELLED,
    REGISTERED,
    build_attendance,
    build_desired,
    build_participation,
    build_roster,
)
from tests.fakes import FakeCall, fault, raising

if TYPE_CHECKING:
    from tests.apply.conftest import Bench

KEY = build_key()
COMPLETE = CompletionPolicy()
SMALL = BatchSizes(attendance=2)


def test_rounds_are_sent_one_after_another(bench: "Bench") -> None:
    bench.batch = SMALL
    rows = [
        row
        for number in range(5)
        for row in (
            build_participation(f"g{number}", at_ms=1),
            build_participation(f"g{number}", CANCELLED, at_ms=2),
            build_participation(f"g{number}", at_ms=3),
        )
    ]
    report = bench.work(build_desired(*rows))
    assert report.rows == {Outcome.CONFIRMED: 15}
    states = [call.state for call in bench.hubspot.calls]
    assert states == [REGISTERED] * 3 + [CANCELLED] * 3 + [REGISTERED] * 3
    assert bench.progress.done == {"attendees": 15}


def test_the_order_of_a_person_is_kept_through_batches_that_are_split(bench: "Bench") -> None:
    rows = [row for number in range(6) for row in (build_participation(f"g{number}"), build_attendance(f"g{number}"))]
    bench.hubspot.refused = {"g2@example.com"}
    bench.hubspot.refusal = lambda: fault(400)
    report = bench.work(build_desired(*rows))
    assert report.rows == {Outcome.CONFIRMED: 10, Outcome.REJECTED: 1, Outcome.NOT_ATTEMPTED: 1}
    for number in (0, 1, 3, 4, 5):
        assert bench.hubspot.states_of(f"g{number}@example.com", KEY) == ["REGISTERED", "ATTENDED"]


def test_who_failed_in_an_earlier_round_is_left_out_of_the_later_ones(bench: "Bench") -> None:
    bench.hubspot.wrong = {"ana@example.com"}
    rows = [
        build_participation("ana", line=2),
        build_attendance("ana", line=3),
        build_participation("ben", line=4),
        build_attendance("ben", line=5),
    ]
    report = bench.work(build_desired(*rows))
    assert [(failure.line, failure.state, failure.outcome) for failure in report.failures] == [
        (2, REGISTERED, Outcome.REJECTED),
        (3, ATTENDED, Outcome.NOT_ATTEMPTED),
    ]
    assert bench.confirmed() == [4, 5]
    # Both are on record, so that a retry sends the later one too.
    assert bench.leftovers() == [(2, Outcome.REJECTED), (3, Outcome.NOT_ATTEMPTED)]


def test_a_fault_of_the_event_ends_its_rows(bench: "Bench") -> None:
    bench.hubspot.before = raising("record_attendance", fault(503, "down"))
    report = bench.work(build_desired(build_participation(), build_attendance()))
    assert report.rows == {Outcome.UNCONFIRMED: 1, Outcome.NOT_ATTEMPTED: 1}
    assert report.error == "down (correlation id corr-9)"
    assert bench.hubspot.count("record_attendance") == 1


def test_an_approved_event_is_completed_after_its_rows(bench: "Bench") -> None:
    bench.create(build_desired())
    bench.approved = {KEY}
    report = bench.work(build_desired(*build_roster(2), completion=COMPLETE))
    assert (report.completed, report.waiting_for, report.needs_approval, report.notes) == (True, None, False, ())
    assert bench.hubspot.names() == ["record_attendance", "read_event", "read_counters", "complete_event"]


def test_an_event_without_a_yes_of_its_own_is_not_completed_and_says_how(bench: "Bench") -> None:
    bench.approved = {build_key("another")}
    report = bench.work(build_desired(*build_roster(2), completion=COMPLETE))
    assert (report.completed, report.waiting_for, report.needs_approval) == (
        False,
        "an approval of its own",
        True,
    )
    assert bench.hubspot.names() == ["record_attendance"]


def test_an_event_with_a_row_unconfirmed_is_not_completed(bench: "Bench") -> None:
    bench.approved = {KEY}
    bench.hubspot.dropped = {"guest0@example.com"}
    report = bench.work(build_desired(*build_roster(2), completion=COMPLETE))
    assert report.waiting_for == "1 row that HubSpot has not confirmed"
    assert bench.hubspot.count("complete_event") == 0


def test_held_rows_keep_the_event_from_being_completed(bench: "Bench") -> None:
    bench.approved = {KEY}
    later = build_participation("late", at_ms=NOW_MS + 1)
    report = bench.work(build_desired(*build_roster(1), later, completion=COMPLETE))
    assert (report.held, report.waiting_for) == (1, "1 row not due yet")
    assert bench.hubspot.count("complete_event") == 0


def test_a_completion_that_is_not_due_is_left_alone(bench: "Bench") -> None:
    bench.approved = {KEY}
    report = bench.work(build_desired(completion=CompletionPolicy(NOW_MS + 1)))
    assert (report.completed, report.waiting_for, bench.hubspot.calls) == (False, None, [])


def test_a_completion_that_hubspot_refuses_is_the_events_error(bench: "Bench") -> None:
    bench.create(build_desired())
    bench.approved = {KEY}
    bench.hubspot.before = raising("complete_event", fault(400, "not yet"))
    report = bench.work(build_desired(completion=COMPLETE))
    assert (report.completed, report.error, report.waiting_for) == (
        False,
        "not yet (correlation id corr-9)",
        "an answer from HubSpot",
    )


def test_a_note_of_the_completion_is_the_events(bench: "Bench") -> None:
    bench.create(build_desired())
    bench.approved = {KEY}
    bench.hubspot.completed.append(KEY)
    assert bench.work(build_desired(completion=COMPLETE)).notes == ("it was complete at HubSpot already",)


def test_a_stopped_run_sends_nothing_and_completes_nothing(bench: "Bench") -> None:
    bench.approved = {KEY}
    bench.stop.set()
    report = bench.work(build_desired(*build_roster(3), completion=COMPLETE))
    assert report.rows == {Outcome.NOT_ATTEMPTED: 3}
    assert report.waiting_for == "the next run: this one was stopped"
    assert bench.hubspot.calls == []
    # What was never begun is in the next plan anyway, and nothing that a retry takes up.
    assert bench.leftovers() == []


def test_who_left_is_cancelled_by_contact_id_at_the_time_of_the_apply(bench: "Bench") -> None:
    bench.work(build_desired(*build_roster(2)))
    bench.clock.at_ms += 5
    bench.work(build_desired(build_roster(2)[0], removals=RemovalPolicy.CANCEL))
    sent = bench.hubspot.calls[-1]
    assert (sent.state, [(row.email, row.occurred_at_ms) for row in sent.rows]) == (CANCELLED, [(None, NOW_MS + 5)])
    assert bench.hubspot.rows[KEY][-1].contact_id == bench.hubspot.contacts["guest1@example.com"]


def test_a_removal_whose_answer_got_lost_is_sent_again_under_its_first_time(bench: "Bench") -> None:
    bench.work(build_desired(*build_roster(2)))
    leaving = build_desired(build_roster(2)[0], removals=RemovalPolicy.CANCEL)
    bench.hubspot.after = raising("record_attendance", fault(None))
    bench.clock.at_ms += 5
    bench.work(leaving)
    bench.clock.at_ms += 60_000
    bench.work(leaving)
    assert len(bench.hubspot.rows[KEY]) == 3
    assert bench.leftovers() == []
    assert bench.plan(leaving).summary.rows_ready == 0


def test_the_time_of_an_earlier_leaving_is_not_used_again(bench: "Bench") -> None:
    staying, first = build_roster(2)
    bench.work(build_desired(staying, first))
    bench.hubspot.dropped = {None}  # type: ignore[arg-type]  # removals name no e-mail
    bench.clock.at_ms += 5
    bench.work(build_desired(staying, removals=RemovalPolicy.CANCEL))
    assert bench.leftovers() == [(0, Outcome.UNCONFIRMED)]
    bench.hubspot.dropped = set()
    again = first._replace(occurred_at_ms=bench.clock.at_ms)
    bench.clock.at_ms += 5
    bench.work(build_desired(staying, first, again))
    bench.clock.at_ms += 5
    bench.work(build_desired(staying, removals=RemovalPolicy.CANCEL))
    assert [row.occurred_at_ms for row in bench.hubspot.calls[-1].rows] == [bench.clock.at_ms]


def test_removals_of_a_forgotten_event_have_no_earlier_times(bench: "Bench") -> None:
    removal = PlannedRow(Participation(b"p" * 16, CANCELLED, 0, contact_id=7), 1, is_held=False, is_removal=True)
    assert find_earlier_removals(bench.state, KEY, [removal]) == {}


def test_the_calls_of_a_round_are_under_way_at_once(bench: "Bench") -> None:
    together = Barrier(4, timeout=20)
    bench.batch = BatchSizes(attendance=1)

    def wait(call: FakeCall) -> None:
        together.wait()

    bench.hubspot.before = wait
    assert bench.work(build_desired(*build_roster(4))).rows == {Outcome.CONFIRMED: 4}


def test_a_declared_cancellation_that_went_unanswered_lends_the_removal_its_time(bench: "Bench") -> None:
    staying, first = build_roster(2)
    cancelled = first._replace(state=CANCELLED, occurred_at_ms=NOW_MS - 1)
    bench.work(build_desired(staying, first))
    bench.hubspot.after = raising("record_attendance", fault(None))
    bench.work(build_desired(staying, first, cancelled))
    bench.work(build_desired(staying, removals=RemovalPolicy.CANCEL))
    assert len(bench.hubspot.rows[KEY]) == 3
    assert bench.leftovers() == []
