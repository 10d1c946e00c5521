"""Counting what becomes of rows."""

from concurrent.futures import ThreadPoolExecutor

from hubevents_sync.apply.tally import MAX_FAILURES, Tally
from hubevents_sync.model.outcome import Outcome, Rejection, RowResult
from hubevents_sync.model.run import RowFailure
from tests.builders import NOW_MS, build_event_report, build_key
from tests.desired import REGISTERED, build_participation, hash_person


def test_an_event_that_nothing_became_of_is_reported_as_that() -> None:
    assert Tally(build_key(), "Cooking").report() == build_event_report(name="Cooking")


def test_failures_are_named_in_the_order_of_the_files() -> None:
    tally = Tally(build_key(), "Cooking")
    tally.skip([build_participation("ana", line=9), build_participation("ben", line=3)])
    assert [failure.line for failure in tally.report().failures] == [3, 9]


def test_a_failure_has_all_that_it_takes_to_find_the_row_and_to_know_the_reason() -> None:
    tally = Tally(build_key(), "Cooking")
    reason = Rejection("no such person", "VALIDATION_ERROR", correlation_id="corr-1")
    tally.add([RowResult(build_participation(at_ms=NOW_MS), Outcome.REJECTED, rejection=reason)])
    assert tally.report().failures == (
        RowFailure(build_key(), "rosters/cooking.csv", 2, REGISTERED, NOW_MS, Outcome.REJECTED, reason),
    )


def test_only_who_is_not_at_hubspot_has_failed() -> None:
    tally = Tally(build_key(), "Cooking")
    tally.add([RowResult(build_participation(outcome), outcome) for outcome in Outcome])
    failed = [outcome for outcome in Outcome if tally.has_failed(hash_person(outcome))]
    assert failed == [Outcome.UNCONFIRMED, Outcome.REJECTED, Outcome.NOT_ATTEMPTED, Outcome.INTENDED]
    assert (tally.unsettled, tally.counted) == (4, 6)


def test_of_very_many_failures_the_first_are_named_and_all_are_counted() -> None:
    tally = Tally(build_key(), "Cooking")
    row = build_participation()
    tally.skip([row] * (MAX_FAILURES + 5))
    assert len(tally.report().failures) == MAX_FAILURES
    assert tally.report().rows == {Outcome.NOT_ATTEMPTED: MAX_FAILURES + 5}


def test_rows_that_were_never_read_are_counted_without_a_name() -> None:
    tally = Tally(build_key(), "Cooking")
    tally.count(Outcome.NOT_ATTEMPTED, 3)
    tally.count(Outcome.CONFIRMED, 0)
    assert (tally.report().rows, tally.report().failures) == ({Outcome.NOT_ATTEMPTED: 3}, ())


def test_several_threads_lose_no_count() -> None:
    tally = Tally(build_key(), "Cooking")
    results = [RowResult(build_participation(), Outcome.CONFIRMED)] * 10
    with ThreadPoolExecutor(8) as pool:
        for _ in range(200):
            pool.submit(tally.add, results)
    assert tally.report().rows == {Outcome.CONFIRMED: 2000}
