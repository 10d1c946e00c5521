"""Whether an event may be completed."""

import pytest

from hubevents_sync.apply.gate import Verdict, count_people, judge_counters, judge_rows, note_leftovers
from hubevents_sync.model.outcome import AttendanceCounters, Outcome
from tests.desired import CANCELLED, build_attendance, build_participation


@pytest.mark.parametrize(
    ("unsettled", "held", "error", "is_approved", "expected"),
    [
        (0, 0, None, True, Verdict()),
        (0, 0, None, False, Verdict("an approval of its own", needs_approval=True)),
        (0, 1, None, True, Verdict("1 row not due yet")),
        (2, 1, None, True, Verdict("2 rows that HubSpot has not confirmed")),
        (2, 1, "no answer", True, Verdict("the event's error to be mended")),
        (1, 0, None, False, Verdict("1 row that HubSpot has not confirmed")),
        (0, 2, None, False, Verdict("2 rows not due yet")),
    ],
)
def test_the_first_thing_that_is_missing_is_named(
    unsettled: int,
    held: int,
    error: str | None,
    is_approved: bool,  # noqa: FBT001  a case
    expected: Verdict,
) -> None:
    verdict = judge_rows(unsettled=unsettled, held=held, error=error, is_approved=is_approved)
    assert verdict == expected
    assert verdict.is_open is (expected.waiting_for is None)


def test_who_did_not_show_up_counts_as_registered() -> None:
    expected = AttendanceCounters(registered=5, attended=2, cancelled=1, no_shows=0)
    assert judge_counters(expected, AttendanceCounters(registered=3, attended=2, cancelled=1, no_shows=2)) == Verdict()


def test_counts_that_differ_are_named_with_both_numbers() -> None:
    expected = AttendanceCounters(registered=5, attended=2, cancelled=1, no_shows=0)
    live = AttendanceCounters(registered=4, attended=2, cancelled=0, no_shows=0)
    assert judge_counters(expected, live) == Verdict(
        "equal counts: HubSpot has 4 registered (recorded: 5), 0 cancelled (recorded: 1)"
    )
    live = AttendanceCounters(registered=5, attended=3, cancelled=1, no_shows=0)
    assert judge_counters(expected, live) == Verdict("equal counts: HubSpot has 3 attended (recorded: 2)")


def test_people_count_by_their_last_interaction() -> None:
    rows = [
        build_attendance("ana", at_ms=5),
        build_participation("ana", at_ms=1),
        build_participation("ben", at_ms=1),
        build_participation("cem", CANCELLED, at_ms=2),
        build_participation("cem", at_ms=3),
    ]
    assert count_people(rows) == AttendanceCounters(registered=2, attended=1, cancelled=0, no_shows=0)


@pytest.mark.parametrize("by_email_first", [True, False])
def test_a_contact_that_was_sent_by_e_mail_and_by_id_is_one_person(by_email_first: bool) -> None:  # noqa: FBT001  a case
    by_email = build_participation("ana", at_ms=1)._replace(contact_id=77)
    later = build_participation("ana", at_ms=2)  # of the same hash, though this row's answer told no id
    by_id = build_participation(vid=77, state=CANCELLED, at_ms=3)
    rows = [by_email, later, by_id]
    counted = count_people(rows if by_email_first else rows[::-1])
    assert counted == AttendanceCounters(registered=0, attended=0, cancelled=1, no_shows=0)


def test_of_two_rows_of_a_contact_at_one_time_the_first_counts_for_hubspot_takes_the_other_for_a_repeat() -> None:
    by_email = build_participation("ana", at_ms=1)._replace(contact_id=77)
    by_id = build_participation(vid=77, state=CANCELLED, at_ms=1)
    assert count_people([by_email, by_id]) == AttendanceCounters(registered=1, attended=0, cancelled=0, no_shows=0)


def test_nobody_is_counted_as_nobody() -> None:
    assert count_people([]) == AttendanceCounters(registered=0, attended=0, cancelled=0, no_shows=0)


def test_leftovers_are_noted_in_one_count() -> None:
    assert note_leftovers({}) is None
    assert note_leftovers({Outcome.REJECTED: 1}) == (
        "completed with 1 row of earlier runs that HubSpot did not confirm and the files no longer name"
    )
    assert note_leftovers({Outcome.REJECTED: 1, Outcome.UNCONFIRMED: 2}) == (
        "completed with 3 rows of earlier runs that HubSpot did not confirm and the files no longer name"
    )
