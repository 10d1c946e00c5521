"""Decide what a refresh puts on record of one event: what HubSpot shows, where the record says otherwise. Pure."""

from collections.abc import Iterator, Mapping

from hubevents_sync.model.drift import EventDrift, LiveRow, PeopleDrift
from hubevents_sync.model.event import FieldValue, MarketingEvent
from hubevents_sync.model.observation import Observation
from hubevents_sync.model.outcome import Outcome, RowResult
from hubevents_sync.model.participation import AttendanceState, Participation, PersonId
from hubevents_sync.model.snapshot import RecordedEvent


def decide_observation(recorded: RecordedEvent, drift: EventDrift, *, adopts: bool) -> Observation | None:
    """What to put on record of the event; None where that is nothing.

    An event that HubSpot does not show is forgotten. A person of whom it shows nothing becomes unconfirmed, and is
    planned again. A person whose latest word it has otherwise gets that row beside those on record, which were sent all
    the same: HubSpot takes a person and time only once, so a plan could not send them again. With *adopts* its contacts
    who are not on record are put there, by hash. A completion on record is never taken back.
    """
    event = recorded.snapshot.event
    if drift.error is not None or (not recorded.is_event_confirmed and not drift.is_missing):
        return None
    if drift.is_missing:
        return Observation(drift.key, None)
    if drift.live is None:
        return None
    people = drift.people or PeopleDrift()
    seen = Observation(
        drift.key,
        MarketingEvent(event.key, _update_fields(event.fields, drift)),
        drift.live.object_id or recorded.snapshot.object_id,
        drift.is_completed_elsewhere,
        shown=(*_list_shown(people), *(_adopt(people) if adopts else ())),
        lost=_list_lost(recorded, people),
        contacts=_find_new_contacts(recorded, people),
    )
    is_same = seen.event == event and seen.object_id == recorded.snapshot.object_id
    return None if is_same and not (seen.is_completed or seen.shown or seen.lost or seen.contacts) else seen


def _update_fields(known: Mapping[str, FieldValue], drift: EventDrift) -> dict[str, FieldValue]:
    """The fields on record as HubSpot has them; one that it has no more is gone from the record."""
    updated: dict[str, FieldValue] = {
        name: dict(value) if isinstance(value, Mapping) else value for name, value in known.items()
    }
    for change in drift.fields:
        name, _, inner = change.path.partition(".")
        held = updated.get(name)
        if isinstance(held, dict):
            del held[inner]
            if isinstance(change.after, str):
                held[inner] = change.after
        elif change.after is None:
            del updated[name]
        else:
            updated[name] = change.after
    return updated


def _list_shown(people: PeopleDrift) -> Iterator[RowResult]:
    for change in people.changed:
        found = _make_row(change.row.person, change.live)
        if found is not None:
            is_same_time = found.row.occurred_at_ms == change.row.occurred_at_ms
            place = (change.row.file, change.row.line) if is_same_time else ("", 0)
            yield RowResult(found.row._replace(file=place[0], line=place[1]), found.outcome, found.contact_id)
    for row in people.left_over:
        yield RowResult(row, Outcome.REPEATED)


def _adopt(people: PeopleDrift) -> Iterator[RowResult]:
    for live in people.unrecorded:
        found = _make_row(live.people[0], live) if live.people else None
        if found is not None:
            yield found


def _make_row(person: PersonId, live: LiveRow) -> RowResult | None:
    """*live* as it is kept on record; None for a no-show, or what has no state or time."""
    if live.state not in AttendanceState.__members__ or not live.occurred_at_ms:
        return None
    contact_id = live.contact_id or None
    row = Participation(person, AttendanceState(live.state), live.occurred_at_ms, contact_id=contact_id)
    return RowResult(row, Outcome.REPEATED, contact_id)


def _list_lost(recorded: RecordedEvent, people: PeopleDrift) -> tuple[Participation, ...]:
    gone = {row.person for row in people.missing}
    return tuple(row for row in recorded.snapshot.participations if row.person in gone) if gone else ()


def _find_new_contacts(recorded: RecordedEvent, people: PeopleDrift) -> dict[PersonId, int]:
    if not people.contacts:
        return {}
    without = {row.person for row in recorded.snapshot.participations if row.contact_id is None}
    return {person: contact_id for person, contact_id in people.contacts.items() if person in without}
