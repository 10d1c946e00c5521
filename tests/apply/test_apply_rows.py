"""One attendance call: what became of every row, in the tally and on record."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hubevents_sync.errors import AuthenticationFailed, DailyQuotaSpent, HubSpotError, StateMoved
from hubevents_sync.model.outcome import Outcome, Rejection, Verify
from hubevents_sync.model.record import CallResult
from tests.builders import NOW_MS, build_key
from tests.desired import REGISTERED, build_named, build_participation, build_roster
from tests.fakes import FakeCall, Hook, fault, raising

if TYPE_CHECKING:
    from tests.apply.conftest import Bench

KEY = build_key()


def test_rows_in_the_answer_are_confirmed_and_keep_their_contact_ids(bench: "Bench") -> None:
    bench.send(build_roster(2))
    assert bench.tally.report().rows == {Outcome.CONFIRMED: 2}
    recorded = bench.state.read_event(KEY)
    assert recorded is not None
    assert sorted(row.contact_id or 0 for row in recorded.snapshot.participations) == [5000, 5001]
    assert bench.hubspot.names() == ["record_attendance"]


def test_the_intent_is_on_record_before_the_call(bench: "Bench") -> None:
    seen: list[int] = []
    bench.hubspot.before = lambda _: seen.extend(entry.row_count for entry in bench.state.unfinished_calls())
    bench.send(build_roster(3))
    assert seen == [3]
    assert bench.state.unfinished_calls() == []


def test_a_repeat_is_found_by_reading_back(bench: "Bench") -> None:
    call = bench.call_of(build_roster(1))
    bench.hubspot.record_attendance(KEY, REGISTERED, call.rows)
    bench.send(build_roster(1))
    assert bench.tally.report().rows == {Outcome.REPEATED: 1}
    assert bench.confirmed() == [2]


def test_a_row_that_is_dropped_in_silence_is_looked_for_with_patience_and_is_unconfirmed(bench: "Bench") -> None:
    bench.hubspot.dropped = {"guest1@example.com"}
    bench.send(build_roster(3))
    assert bench.tally.report().rows == {Outcome.CONFIRMED: 2, Outcome.UNCONFIRMED: 1}
    assert [failure.line for failure in bench.tally.report().failures] == [3]
    assert bench.leftovers() == [(3, Outcome.UNCONFIRMED)]
    # Looked for during seven seconds, sent once more, and looked for again.
    assert [len(call.rows) for call in bench.hubspot.calls if call.name == "record_attendance"] == [3, 1]
    assert sum(bench.clock.slept) == 14.0


def test_a_second_time_that_is_refused_leaves_a_dropped_row_unconfirmed_for_the_first_may_have_arrived(
    bench: "Bench",
) -> None:
    bench.hubspot.dropped = {"guest1@example.com"}
    bench.hubspot.before = refusing_from_the_second_on(fault(404))
    bench.send(build_roster(2))
    assert bench.tally.report().rows == {Outcome.CONFIRMED: 1, Outcome.UNCONFIRMED: 1}
    assert bench.leftovers() == [(3, Outcome.UNCONFIRMED)]


def test_dropped_rows_whose_second_batch_is_refused_are_split_and_never_sent_a_third_time(bench: "Bench") -> None:
    bench.hubspot.dropped = {f"guest{number}@example.com" for number in range(4)}
    bench.hubspot.before = refusing_from_the_second_on(fault(400))
    bench.send(build_roster(4))
    sent = [call.rows for call in bench.hubspot.calls if call.name == "record_attendance"]
    assert [len(rows) for rows in sent] == [4, 4, 2, 1, 1]
    assert bench.tally.report().rows == {Outcome.UNCONFIRMED: 4}


def refusing_from_the_second_on(*errors: HubSpotError) -> Hook:
    """A hook that lets the first attendance call pass and meets the next ones with *errors*, one each."""
    later = raising("record_attendance", *errors)
    seen: list[FakeCall] = []

    def hook(call: FakeCall) -> None:
        if call.name == "record_attendance":
            seen.append(call)
        if len(seen) > 1:
            later(call)

    return hook


def test_without_verification_nothing_is_read_back(bench: "Bench") -> None:
    bench.verify = Verify.NONE
    bench.hubspot.dropped = {"guest1@example.com"}
    bench.send(build_roster(3))
    assert bench.tally.report().rows == {Outcome.CONFIRMED: 2, Outcome.UNCONFIRMED: 1}
    assert bench.hubspot.names() == ["record_attendance"]


def test_a_row_with_an_error_of_its_own_is_rejected_and_the_others_are_confirmed(bench: "Bench") -> None:
    bench.hubspot.wrong = {"guest0@example.com"}
    bench.send(build_roster(3))
    (failure,) = bench.tally.report().failures
    assert (failure.file, failure.line, failure.outcome) == ("rosters/cooking.csv", 2, Outcome.REJECTED)
    assert failure.rejection == Rejection("no such person", "VALIDATION_ERROR", correlation_id="corr-1")
    assert bench.tally.report().rows == {Outcome.CONFIRMED: 2, Outcome.REJECTED: 1}


@pytest.mark.parametrize("status", [400, 409, 413, 422])
def test_a_batch_refused_whole_is_split_until_the_bad_rows_stand_alone(bench: "Bench", status: int) -> None:
    bench.hubspot.refused = {"guest3@example.com", "guest9@example.com"}
    bench.hubspot.refusal = lambda: fault(status, "bad row", category="VALIDATION_ERROR")
    bench.send(build_roster(16))
    report = bench.tally.report()
    assert report.rows == {Outcome.CONFIRMED: 14, Outcome.REJECTED: 2}
    assert [(failure.line, failure.rejection) for failure in report.failures] == [
        (line, Rejection("bad row", "VALIDATION_ERROR", status, "corr-9")) for line in (5, 11)
    ]
    assert report.error is None
    assert bench.leftovers() == [(5, Outcome.REJECTED), (11, Outcome.REJECTED)]
    assert len(bench.confirmed()) == 14
    # Sending every half whole would take 13.
    assert bench.hubspot.count("record_attendance") == 11


def test_splitting_ends_where_the_run_is_stopped(bench: "Bench") -> None:
    bench.hubspot.refused = {"guest3@example.com"}
    bench.hubspot.refusal = lambda: fault(400)
    bench.hubspot.before = lambda _: bench.stop.set() if len(bench.hubspot.calls) == 2 else None
    bench.send(build_roster(8))
    assert bench.hubspot.count("record_attendance") == 2
    assert sum(bench.tally.report().rows.values()) == 8
    assert bench.tally.report().rows[Outcome.NOT_ATTEMPTED] >= 4
    assert bench.state.unfinished_calls() == []


def test_splitting_ends_where_the_event_fails_otherwise(bench: "Bench") -> None:
    bench.hubspot.before = raising("record_attendance", fault(400), fault(503))
    bench.send(build_roster(4))
    assert bench.tally.report().rows == {Outcome.UNCONFIRMED: 2, Outcome.NOT_ATTEMPTED: 2}


@pytest.mark.parametrize(
    ("error", "outcome", "said"),
    [
        (fault(503), Outcome.UNCONFIRMED, "no (correlation id corr-9)"),
        (fault(None), Outcome.UNCONFIRMED, "no"),
        (fault(200), Outcome.UNCONFIRMED, "no (correlation id corr-9)"),
        (fault(408), Outcome.UNCONFIRMED, "no (correlation id corr-9)"),
        (fault(404), Outcome.NOT_ATTEMPTED, "no (correlation id corr-9)"),
        (fault(423), Outcome.NOT_ATTEMPTED, "no (correlation id corr-9)"),
        (fault(429), Outcome.NOT_ATTEMPTED, "no (correlation id corr-9)"),
    ],
    ids=["5xx", "no answer", "unreadable answer", "timeout", "404", "423", "429"],
)
def test_a_fault_that_says_nothing_of_the_rows_is_the_events(
    bench: "Bench", error: HubSpotError, outcome: Outcome, said: str
) -> None:
    bench.hubspot.before = raising("record_attendance", error)
    bench.send(build_roster(2))
    assert bench.tally.report().rows == {outcome: 2}
    assert bench.tally.error == said
    assert bench.leftovers() == [(2, outcome), (3, outcome)]
    (entry,) = bench.state.journal_of("7f3c")
    assert (entry.result, entry.status, entry.error) == (CallResult.FAILED, error.status, "no")


@pytest.mark.parametrize(
    "error", [AuthenticationFailed("no token", status=401), DailyQuotaSpent("enough for today", status=429)]
)
def test_what_ends_the_run_is_raised_and_its_rows_were_not_attempted(bench: "Bench", error: HubSpotError) -> None:
    bench.hubspot.before = raising("record_attendance", error)
    with pytest.raises(type(error)):
        bench.send(build_roster(2))
    assert bench.tally.report().rows == {Outcome.NOT_ATTEMPTED: 2}
    assert bench.leftovers() == [(2, Outcome.NOT_ATTEMPTED), (3, Outcome.NOT_ATTEMPTED)]


@pytest.mark.parametrize("verify", [Verify.MISSING, Verify.ALL])
def test_what_the_answer_said_is_kept_where_reading_back_ends_the_run(bench: "Bench", verify: Verify) -> None:
    bench.verify = verify
    bench.hubspot.dropped = {"guest0@example.com"}

    def spend(call: FakeCall) -> None:
        if call.name == "read_participations":
            raise DailyQuotaSpent("enough for today", status=429)

    bench.hubspot.before = spend
    with pytest.raises(DailyQuotaSpent):
        bench.send(build_roster(2))
    assert bench.tally.report().rows == {Outcome.CONFIRMED: 1, Outcome.UNCONFIRMED: 1}
    assert (bench.confirmed(), bench.leftovers()) == ([3], [(2, Outcome.UNCONFIRMED)])
    assert bench.state.unfinished_calls() == []


def test_an_answer_that_was_lost_leaves_unconfirmed_rows_and_the_next_send_finds_them(bench: "Bench") -> None:
    bench.hubspot.after = raising("record_attendance", fault(None))
    bench.send(build_roster(2))
    assert bench.leftovers() == [(2, Outcome.UNCONFIRMED), (3, Outcome.UNCONFIRMED)]
    bench.send(build_roster(2))
    assert bench.tally.report().rows == {Outcome.REPEATED: 2, Outcome.UNCONFIRMED: 2}
    assert (bench.leftovers(), bench.confirmed()) == ([], [2, 3])
    assert len(bench.hubspot.rows[KEY]) == 2


def test_an_answer_that_cannot_be_written_down_is_counted_all_the_same(bench: "Bench") -> None:
    location = Path(str(bench.state._location))

    def take_the_state_away(_: FakeCall) -> None:
        location.rename(location.with_name("gone.db"))

    bench.hubspot.after = take_the_state_away
    bench.send(build_roster(2))
    with pytest.raises(StateMoved, match="was moved, deleted or replaced"):
        bench.state.flush()
    location.with_name("gone.db").rename(location)
    assert bench.tally.report().rows == {Outcome.CONFIRMED: 2}


def test_two_casings_of_one_e_mail_in_one_call_are_each_accounted_for(bench: "Bench") -> None:
    # The rules refuse such files; a call must not lose count of them all the same.
    rows = [build_participation("ana", at_ms=NOW_MS - 5)]
    rows.append(rows[0]._replace(person=b"2" * 16, email="ANA@example.com", line=3))
    bench.send(rows)
    assert bench.tally.report().rows == {Outcome.REPEATED: 2}
    assert len(bench.hubspot.rows[KEY]) == 1


def test_three_bad_rows_in_750_are_found_with_few_calls_and_the_others_arrive(bench: "Bench") -> None:
    bad = (101, 404, 749)
    bench.hubspot.refused = {f"guest{number}@example.com" for number in bad}
    bench.hubspot.refusal = lambda: fault(400, "bad row", category="VALIDATION_ERROR")
    _, reports = bench.apply(build_named("a", *build_roster(750)))
    report = reports["a"]
    assert report.rows == {Outcome.CONFIRMED: 747, Outcome.REJECTED: 3}
    assert [(failure.file, failure.line) for failure in report.failures] == [
        ("rosters/cooking.csv", number + 2) for number in bad
    ]
    # Eight batches; of each refused one, of a hundred, at most two calls for each of seven halvings.
    assert 8 < bench.hubspot.count("record_attendance") <= 8 + 3 * 14
    assert len(bench.hubspot.rows[build_key("a")]) == 747
