"""Read back what HubSpot has of an event: first what two requests tell, then every row where that is not enough."""

from collections.abc import Iterator
from sys import intern

from hubevents_sync.live.recorded import Identify
from hubevents_sync.model.drift import LiveEvent, LiveRow
from hubevents_sync.model.event import EventKey
from hubevents_sync.ports import HubSpot


def read_overview(hubspot: HubSpot, key: EventKey) -> LiveEvent:
    """The event's fields and counters, without its rows."""
    snapshot = hubspot.read_event(key)
    return LiveEvent(snapshot, None if snapshot is None else hubspot.read_counters(key))


def read_rows(hubspot: HubSpot, key: EventKey, identify: Identify) -> Iterator[LiveRow]:
    """All of the event's rows, a request for each 100. Each e-mail is hashed as it goes by, and forgotten."""
    for shown in hubspot.read_participations(key):
        people = [identify(shown.email, None)] if shown.email else []
        if shown.contact_id:
            people.append(identify(None, shown.contact_id))
        yield LiveRow(shown.contact_id, intern(shown.state), shown.occurred_at_ms, shown.created_at_ms, tuple(people))
