"""Find events by the external id alone."""

from hubevents_sync.sandbox.known.reading import SEARCH_DELAY
from hubevents_sync.sandbox.refusals import RefusalDetail, invalid
from hubevents_sync.sandbox.routing import READ, Route
from hubevents_sync.sandbox.store import events
from hubevents_sync.sandbox.store.events import EventRecord
from hubevents_sync.sandbox.wire import answers
from hubevents_sync.sandbox.wire.call import Answer, Call


def search_events(call: Call) -> Answer:
    """GET events/search?q=: the calling app's events (documented)."""
    wanted = call.query.get("q", "")
    if not wanted:
        raise invalid("q is required", RefusalDetail("q is required", "q"))
    return Answer({"results": [answers.write_found(event) for event in _find(call, wanted, app_id=call.app.id)]})


def find_identifiers(call: Call) -> Answer:
    """GET {externalEventId}/identifiers: the events of all apps (documented)."""
    found = _find(call, call.path["externalEventId"], app_id=None)
    results = [answers.write_identifiers(event, call.settings) for event in found]
    return Answer({"total": len(results), "results": results})


def _find(call: Call, external_id: str, *, app_id: int | None) -> list[EventRecord]:
    # HubSpot finds an event a few minutes after it was made (documented): the switch says after how long.
    made_until_ms = call.now_ms - call.switches.number(SEARCH_DELAY)
    return events.find_by_external_id(call.connection, external_id, app_id=app_id, made_until_ms=made_until_ms)


ROUTES = (
    Route("GET", "events/search", search_events, scope=READ),
    Route("GET", "{externalEventId}/identifiers", find_identifiers, scope=READ),
)
