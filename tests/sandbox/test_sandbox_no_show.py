"""Registrants who did not come: derived when the event is over, each as one more row."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sandbox.conftest import Api, StandingClock

TIMES = {"startDateTime": "2026-11-30T16:00:00Z", "endDateTime": "2026-11-30T17:30:00Z"}


@pytest.mark.behaviour("no-show-derived")
@pytest.mark.behaviour("rows-per-contact")
def test_after_the_end_registrants_who_did_not_come_get_a_no_show_row(api: "Api", clock: "StandingClock") -> None:
    api.upsert(api.event())
    api.record("register", *(api.row(f"{name}@example.com") for name in ("ana", "bob", "cem")))
    api.record("cancel", api.row("bob@example.com", "2026-11-01T10:00:00Z"))
    api.record("attend", api.attended("cem@example.com", "2026-11-30T16:00:00Z", "2026-11-30T17:00:00Z"))
    clock.move_to("2026-11-30T17:29:59Z")
    assert api.counters() == {"registered": 1, "attended": 1, "cancelled": 1, "noShows": 0}
    clock.move_to("2026-11-30T17:30:00Z")
    assert api.counters() == {"registered": 0, "attended": 1, "cancelled": 1, "noShows": 1}
    assert [state for email, state in api.states() if email == "ana@example.com"] == ["REGISTERED", "NO_SHOW"]
    last = api.breakdown()["results"][-1]
    assert (last["properties"]["attendanceState"], last["createdAt"]) == ("NO_SHOW", "2026-11-30T17:30:00.000Z")


def test_looking_twice_derives_once(api: "Api", clock: "StandingClock") -> None:
    api.upsert(api.event())
    api.record("register", api.row("ana@example.com"))
    clock.move_to("2026-12-01T00:00:00Z")
    assert api.states() == api.states() == [("ana@example.com", "REGISTERED"), ("ana@example.com", "NO_SHOW")]


def test_the_list_and_a_contacts_breakdown_see_the_no_shows_too(api: "Api", clock: "StandingClock") -> None:
    api.upsert(api.event("one"), api.event("two"))
    api.record("register", api.row("ana@example.com"), event="one")
    api.record("register", api.row("ana@example.com"), event="two")
    clock.move_to("2026-12-01T00:00:00Z")
    assert [event["noShows"] for event in api.read("")["results"]] == [1, 1]
    assert api.read("participations/contacts/ana@example.com/breakdown")["total"] == 4


@pytest.mark.behaviour("late-registration")
def test_registering_after_the_end_is_stored_as_a_no_show(api: "Api", clock: "StandingClock") -> None:
    api.upsert(api.event())
    clock.move_to("2026-12-01T00:00:00Z")
    assert len(api.record("register", api.row("ana@example.com"))["results"]) == 1
    (row,) = api.breakdown()["results"]
    assert row["properties"] == {"attendanceState": "NO_SHOW", "occurredAt": 1_793_523_600_000}
    assert api.record("register", api.row("ana@example.com"))["results"] == []


def test_attending_after_a_no_show_is_the_current_state(api: "Api", clock: "StandingClock") -> None:
    api.upsert(api.event())
    api.record("register", api.row("ana@example.com"))
    clock.move_to("2026-12-01T00:00:00Z")
    api.record("attend", api.attended("ana@example.com", "2026-11-30T16:00:00Z", "2026-11-30T17:00:00Z"))
    assert [state for _, state in api.states()] == ["REGISTERED", "NO_SHOW", "ATTENDED"]
    assert api.counters() == {"registered": 0, "attended": 1, "cancelled": 0, "noShows": 0}


def test_complete_makes_no_shows_before_the_end(api: "Api") -> None:
    api.upsert(api.event())
    api.record("register", api.row("ana@example.com"))
    api.post("events/cooking/complete", TIMES, externalAccountId=api.account)
    assert api.counters()["noShows"] == 1
    # All in one millisecond, and still the no-show is the newer row.
    assert [row["createdAt"][-5:] for row in api.breakdown()["results"]] == [".000Z", ".001Z"]
    api.record("register", api.row("bob@example.com"))
    assert api.counters()["noShows"] == 2


@pytest.mark.behaviour("attendance-duration")
def test_complete_gives_attendances_their_share_of_the_event(api: "Api") -> None:
    api.upsert(api.event())
    api.record(
        "attend",
        api.attended("ana@example.com", "2026-11-30T16:00:00Z", "2026-11-30T17:00:00Z"),
        api.attended("bob@example.com", "2026-11-30T15:00:00Z", "2026-11-30T18:00:00Z"),
    )
    assert all("attendancePercentage" not in row["properties"] for row in api.breakdown()["results"])
    api.post("events/cooking/complete", TIMES, externalAccountId=api.account)
    told = [row["properties"] for row in api.breakdown()["results"]]
    assert [(each["attendanceDurationSeconds"], each["attendancePercentage"]) for each in told] == [
        (3600, "66.67"),
        (10800, "100"),
    ]


def test_an_event_without_an_end_has_no_no_shows(api: "Api", clock: "StandingClock") -> None:
    api.upsert(api.event(endDateTime=None))
    api.record("register", api.row("ana@example.com"))
    clock.move_to("2036-01-01T00:00:00Z")
    assert api.counters()["registered"] == 1


@pytest.mark.behaviour("no-show-of-cancelled-event", "none")
def test_a_cancelled_event_has_no_no_shows(api: "Api", clock: "StandingClock") -> None:
    api.upsert(api.event(eventCancelled=True))
    api.record("register", api.row("ana@example.com"))
    clock.move_to("2026-12-01T00:00:00Z")
    assert api.counters()["registered"] == 1


def test_an_end_that_is_moved_is_looked_at_again(api: "Api", clock: "StandingClock") -> None:
    api.upsert(api.event())
    clock.move_to("2026-12-01T00:00:00Z")
    assert api.counters()["noShows"] == 0
    api.upsert(api.event(endDateTime="2026-12-31T00:00:00Z"))
    api.record("register", api.row("ana@example.com"))
    assert api.counters()["registered"] == 1
    clock.move_to("2027-01-01T00:00:00Z")
    assert api.counters()["noShows"] == 1


def test_a_derived_row_makes_no_repeat_of_what_is_sent(api: "Api", clock: "StandingClock") -> None:
    api.upsert(api.event())
    api.record("register", api.row("ana@example.com"))
    clock.move_to("2026-12-01T00:00:00Z")
    assert api.breakdown()["results"][-1]["properties"]["occurredAt"] == 1_796_059_800_000
    answer = api.record("attend", api.attended("ana@example.com", "2026-11-30T17:30:00Z", "2026-11-30T17:40:00Z"))
    assert len(answer["results"]) == 1
