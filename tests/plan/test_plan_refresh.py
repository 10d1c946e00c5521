"""What a refresh puts on record: what HubSpot shows, and never less than was sent where a plan could not mend it."""

from dataclasses import replace

import pytest

from hubevents_sync.model.drift import EventDrift, LiveRow, PeopleDrift, RowChange
from hubevents_sync.model.event import EventKey, FieldValue, MarketingEvent
from hubevents_sync.model.observation import Observation
from hubevents_sync.model.outcome import Outcome, RowResult
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.plan import FieldChange
from hubevents_sync.model.snapshot import EventSnapshot, RecordedEvent
from hubevents_sync.plan.refresh import decide_observation
from tests.builders import NOW_MS
from tests.desired import hash_person

KEY = EventKey("CookingCo", "gala")
FIELDS: dict[str, FieldValue] = {"eventName": "Gala", "customProperties": {"room": "12", "floor": "1"}}
EVENT = MarketingEvent(KEY, FIELDS)
ANA = Participation(hash_person("ana"), AttendanceState.REGISTERED, NOW_MS, file="r.csv", line=2)
BEN = Participation(hash_person("ben"), AttendanceState.REGISTERED, NOW_MS, contact_id=8, file="r.csv", line=3)
RECORDED = RecordedEvent(EventSnapshot(EVENT, (ANA, BEN), object_id="9"))


def drift(
    *,
    fields: tuple[FieldChange, ...] = (),
    people: PeopleDrift | None = None,
    is_completed: bool = False,
    is_reopened: bool = False,
) -> EventDrift:
    live = EventSnapshot(EVENT, is_completed=is_completed, object_id="9")
    return EventDrift(
        KEY,
        "Gala",
        fields=fields,
        people=people,
        is_completed_elsewhere=is_completed,
        is_reopened=is_reopened,
        live=live,
    )


def decide(found: EventDrift, *, adopts: bool = False) -> Observation | None:
    return decide_observation(RECORDED, found, adopts=adopts)


def shown(state: str = "CANCELLED", at: int = NOW_MS + 1, *, name: str = "ana") -> LiveRow:
    return LiveRow(7, state, at, at + 1, (hash_person(name),))


def test_where_nothing_differs_nothing_is_put_on_record() -> None:
    assert decide(drift()) is None
    assert decide(drift(people=PeopleDrift())) is None


def test_fields_become_what_hubspot_has_and_what_it_has_no_more_goes() -> None:
    changes = (
        FieldChange("eventName", "Gala", "Ball"),
        FieldChange("eventCancelled", None, after=True),
        FieldChange("customProperties.room", "12", "13"),
        FieldChange("customProperties.floor", "1", None),
    )
    seen = decide(drift(fields=changes))
    assert seen is not None
    assert seen.event == MarketingEvent(
        KEY, {"eventName": "Ball", "eventCancelled": True, "customProperties": {"room": "13"}}
    )
    assert FIELDS["customProperties"] == {"room": "12", "floor": "1"}
    gone = decide(drift(fields=(FieldChange("eventName", "Gala", None),)))
    assert gone is not None
    assert gone.event is not None
    assert "eventName" not in gone.event.fields


@pytest.mark.parametrize(("at_hubspot", "kept"), [("10", "10"), (None, "9")])
def test_the_object_id_is_hubspots_where_it_tells_one(at_hubspot: str | None, kept: str) -> None:
    found = replace(drift(is_completed=True), live=EventSnapshot(EVENT, object_id=at_hubspot))
    assert decide(found) == Observation(KEY, EVENT, kept, is_completed=True)


def test_an_event_that_is_gone_is_forgotten() -> None:
    assert decide(EventDrift(KEY, "Gala", is_missing=True)) == Observation(KEY, None)


def test_what_could_not_be_read_and_what_a_run_left_open_stays() -> None:
    assert decide(EventDrift(KEY, "Gala", error="no answer")) is None
    unconfirmed = RecordedEvent(RECORDED.snapshot, is_event_confirmed=False)
    assert decide_observation(unconfirmed, drift(is_completed=True), adopts=False) is None


def test_a_completion_turns_on_and_never_off() -> None:
    seen = decide(drift(is_completed=True))
    assert seen is not None
    assert seen.is_completed
    assert decide(drift(is_reopened=True)) is None


def test_all_rows_of_a_person_whom_hubspot_lost_are_unconfirmed() -> None:
    seen = decide(drift(people=PeopleDrift(missing=(BEN,))))
    assert seen == Observation(KEY, EVENT, "9", lost=(BEN,))


def test_a_newer_word_is_put_beside_ours() -> None:
    seen = decide(drift(people=PeopleDrift(changed=(RowChange(ANA, shown()),))))
    theirs = Participation(ANA.person, AttendanceState.CANCELLED, NOW_MS + 1, contact_id=7)
    assert seen == Observation(KEY, EVENT, "9", shown=(RowResult(theirs, Outcome.REPEATED, 7),))


def test_another_word_at_the_same_time_takes_the_place_of_ours() -> None:
    seen = decide(drift(people=PeopleDrift(changed=(RowChange(ANA, shown(at=NOW_MS)),))))
    assert seen is not None
    (result,) = seen.shown
    assert (result.row.state, result.row.file, result.row.line) == (AttendanceState.CANCELLED, "r.csv", 2)


@pytest.mark.parametrize("state", ["NO_SHOW", "EMPTY"])
def test_what_no_roster_can_say_is_not_put_on_record(state: str) -> None:
    people = PeopleDrift(changed=(RowChange(ANA, shown(state)),), unrecorded=(shown(state, name="eve"),))
    assert decide(drift(people=people), adopts=True) is None


def test_strangers_are_adopted_by_hash_where_that_is_wished() -> None:
    people = PeopleDrift(unrecorded=(shown("REGISTERED", name="eve"),))
    assert decide(drift(people=people)) is None
    seen = decide(drift(people=people), adopts=True)
    assert seen is not None
    (result,) = seen.shown
    assert (result.row.person, result.row.file, result.contact_id) == (hash_person("eve"), "", 7)


def test_a_stranger_of_whom_hubspot_tells_no_e_mail_is_not_adopted() -> None:
    nameless = shown("REGISTERED")._replace(people=())
    assert decide(drift(people=PeopleDrift(unrecorded=(nameless,))), adopts=True) is None


def test_contact_ids_are_learned_of_people_who_have_none_on_record() -> None:
    people = PeopleDrift(contacts={ANA.person: 7, BEN.person: 8})
    seen = decide(drift(people=people))
    assert seen == Observation(KEY, EVENT, "9", contacts={ANA.person: 7})


def test_rows_left_over_that_hubspot_shows_are_confirmed() -> None:
    seen = decide(drift(people=PeopleDrift(left_over=(ANA,))))
    assert seen == Observation(KEY, EVENT, "9", shown=(RowResult(ANA, Outcome.REPEATED),))
