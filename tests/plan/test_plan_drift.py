"""An event at HubSpot against what is on record of it."""

import pytest

from hubevents_sync.model.drift import EventDrift, LiveEvent, LiveRow, PeopleDrift
from hubevents_sync.model.event import EventKey, FieldValue, MarketingEvent
from hubevents_sync.model.outcome import AttendanceCounters, Outcome
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.plan import FieldChange
from hubevents_sync.model.record import OpenEnd
from hubevents_sync.model.snapshot import EventSnapshot, RecordedEvent
from hubevents_sync.plan.drift import find_drift, needs_rows
from tests.builders import NOW_MS
from tests.desired import hash_person

KEY = EventKey("CookingCo", "gala")
FIELDS: dict[str, FieldValue] = {"eventName": "Gala", "customProperties": {"room": "12"}}
ANA = Participation(hash_person("ana"), AttendanceState.REGISTERED, NOW_MS)
NONE, ONE = AttendanceCounters(0, 0, 0, 0), AttendanceCounters(1, 0, 0, 0)


def snapshot(*, is_completed: bool = False, **fields: FieldValue) -> EventSnapshot:
    return EventSnapshot(MarketingEvent(KEY, {**FIELDS, **fields}), is_completed=is_completed)


def recorded(*rows: Participation, is_completed: bool = False, is_confirmed: bool = True) -> RecordedEvent:
    event = MarketingEvent(KEY, FIELDS if is_confirmed else {})
    return RecordedEvent(EventSnapshot(event, rows, is_completed), is_event_confirmed=is_confirmed)


def drift_of(record: RecordedEvent, live: LiveEvent, *, end: OpenEnd | None = None) -> EventDrift:
    return find_drift(record, live, open_end=end, now_ms=NOW_MS)


def test_the_same_on_both_sides_is_no_drift_and_fields_that_nobody_declared_are_none() -> None:
    found = drift_of(recorded(), LiveEvent(snapshot(eventUrl="https://x.example", eventCancelled=False), NONE))
    assert not found.has_drift
    assert (found.fields, found.notes) == ((), ())


def test_all_that_is_known_of_an_event_goes_with_what_differs() -> None:
    shown = (LiveRow(7, "REGISTERED", NOW_MS, NOW_MS + 1, (ANA.person,)),)
    ball = snapshot(eventName="Ball")
    assert drift_of(recorded(ANA), LiveEvent(ball, ONE, shown)) == EventDrift(
        KEY,
        "Gala",
        fields=(FieldChange("eventName", "Gala", "Ball"),),
        recorded_counters=ONE,
        live_counters=ONE,
        people=PeopleDrift(contacts={ANA.person: 7}),
        live=ball,
    )


def test_fields_go_from_recorded_to_live() -> None:
    live = snapshot(eventName="Ball", customProperties={"room": "13", "other": "1"})
    assert drift_of(recorded(), LiveEvent(live, NONE)).fields == (
        FieldChange("eventName", "Gala", "Ball"),
        FieldChange("customProperties.room", "12", "13"),
    )


def test_a_field_that_hubspot_has_no_more_goes_to_nothing() -> None:
    live = EventSnapshot(MarketingEvent(KEY, {"eventName": "Gala"}))
    assert drift_of(recorded(), LiveEvent(live, NONE)).fields == (FieldChange("customProperties.room", "12", None),)


def test_a_cancellation_is_drift_even_where_no_file_speaks_of_it() -> None:
    found = drift_of(recorded(), LiveEvent(snapshot(eventCancelled=True), NONE))
    assert found.fields == (FieldChange("eventCancelled", None, after=True),)


def test_a_cancellation_that_the_files_speak_of_is_drift_once() -> None:
    fields = MarketingEvent(KEY, {**FIELDS, "eventCancelled": False})
    found = drift_of(RecordedEvent(EventSnapshot(fields)), LiveEvent(snapshot(eventCancelled=True), NONE))
    assert found.fields == (FieldChange("eventCancelled", before=False, after=True),)


def test_an_event_that_hubspot_does_not_show_is_missing() -> None:
    assert drift_of(recorded(ANA), LiveEvent(None)) == EventDrift(KEY, "Gala", is_missing=True, recorded_counters=ONE)


def test_an_event_that_was_confirmed_before_its_last_upsert_is_missing_too() -> None:
    unconfirmed = RecordedEvent(snapshot(), is_event_confirmed=False)
    assert drift_of(unconfirmed, LiveEvent(None)) == EventDrift(KEY, "Gala", is_missing=True)
    confirmed = RecordedEvent(EventSnapshot(MarketingEvent(KEY, {})))
    assert drift_of(confirmed, LiveEvent(None)).is_missing


def test_an_event_whose_upsert_was_never_answered_is_no_drift_there_or_not() -> None:
    unconfirmed = recorded(is_confirmed=False)
    for live in (LiveEvent(None), LiveEvent(snapshot(), NONE)):
        found = drift_of(unconfirmed, live)
        assert not found.has_drift
        (note,) = found.notes
        assert note.startswith("its last upsert was never answered")


@pytest.mark.parametrize(
    ("on_record", "at_hubspot", "elsewhere", "reopened"),
    [(False, True, True, False), (True, True, False, False), (True, False, False, True), (False, False, False, False)],
)
def test_completions_are_compared(*, on_record: bool, at_hubspot: bool, elsewhere: bool, reopened: bool) -> None:
    found = drift_of(recorded(is_completed=on_record), LiveEvent(snapshot(is_completed=at_hubspot), NONE))
    assert (found.is_completed_elsewhere, found.is_reopened) == (elsewhere, reopened)


def test_a_completion_that_a_run_was_cut_off_in_is_none_of_somebody_else() -> None:
    live = LiveEvent(snapshot(is_completed=True), NONE)
    found = drift_of(recorded(), live, end=OpenEnd(KEY, is_completion_open=True))
    assert not found.has_drift
    assert found.notes == ("a run was cut off while it completed the event: apply settles it",)


def test_rows_are_needed_where_counters_differ_and_only_there() -> None:
    assert not needs_rows(recorded(ANA), LiveEvent(snapshot(), ONE), now_ms=NOW_MS)
    assert needs_rows(recorded(ANA), LiveEvent(snapshot(), NONE), now_ms=NOW_MS)
    assert not needs_rows(recorded(ANA), LiveEvent(None), now_ms=NOW_MS)


def test_counters_are_compared_as_of_an_event_that_is_over_or_not() -> None:
    no_show = AttendanceCounters(0, 0, 0, 1)
    over, under_way = (
        LiveEvent(snapshot(endDateTime=end), no_show) for end in ("2026-11-30T10:00:00Z", "2026-11-30T10:00:01Z")
    )
    assert not needs_rows(recorded(ANA), over, now_ms=NOW_MS)
    assert needs_rows(recorded(ANA), under_way, now_ms=NOW_MS)
    assert not needs_rows(recorded(ANA), LiveEvent(snapshot()), now_ms=NOW_MS)


def test_counters_that_lag_behind_their_own_rows_are_told_and_are_no_drift() -> None:
    shown = (LiveRow(7, "REGISTERED", NOW_MS, NOW_MS + 1, (ANA.person,)),)
    found = drift_of(recorded(ANA), LiveEvent(snapshot(), NONE, shown))
    assert not found.has_drift
    assert found.notes == ("HubSpot's counters differ from its own rows, which are as on record; they may lag",)


def test_counters_are_no_matter_where_the_rows_differ_too_or_a_no_show_explains_them() -> None:
    assert drift_of(recorded(ANA), LiveEvent(snapshot(), NONE, ())).notes == ()
    shown = (LiveRow(7, "NO_SHOW", NOW_MS, NOW_MS + 1, (ANA.person,)),)
    ended = snapshot(endDateTime="2026-11-30T10:00:00Z")
    assert drift_of(recorded(ANA), LiveEvent(ended, AttendanceCounters(0, 0, 0, 1), shown)).notes == ()


def test_no_shows_are_those_of_the_rows_or_else_of_the_counters_once_the_event_is_over() -> None:
    ended, no_shows = snapshot(endDateTime="2026-11-30T10:00:00Z"), AttendanceCounters(0, 0, 0, 3)
    shown = (LiveRow(7, "NO_SHOW", NOW_MS, NOW_MS + 1, (ANA.person,)),)
    lives = [
        LiveEvent(ended, no_shows, shown),
        LiveEvent(ended, no_shows),
        LiveEvent(ended),
        LiveEvent(snapshot(), no_shows),
    ]
    assert [drift_of(recorded(ANA), live).no_shows for live in lives] == [1, 3, 0, 0]


def test_people_of_whom_hubspot_shows_no_state_are_told() -> None:
    shown = (LiveRow(7, "EMPTY", NOW_MS, NOW_MS + 1, (ANA.person,)),)
    found = drift_of(recorded(ANA), LiveEvent(snapshot(), ONE, shown))
    assert not found.has_drift
    assert found.notes == ("people of whom HubSpot shows no state: 1; what it means is not known",)


def test_left_over_rows_that_are_there_are_told() -> None:
    record = RecordedEvent(snapshot(), leftovers={Outcome.UNCONFIRMED: 1})
    shown = (LiveRow(7, "REGISTERED", NOW_MS, NOW_MS + 1, (ANA.person,)),)
    found = find_drift(record, LiveEvent(snapshot(), ONE, shown), leftovers=[ANA], now_ms=NOW_MS)
    assert not found.has_drift
    assert "rows without confirmation that HubSpot shows: 1; apply settles them" in found.notes
