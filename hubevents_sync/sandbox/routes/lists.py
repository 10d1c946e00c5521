"""Associations of events with lists."""

from hubevents_sync.sandbox.known.deletion import UNKNOWN_LIST, UnknownList
from hubevents_sync.sandbox.refusals import not_found
from hubevents_sync.sandbox.routes.finding import find_by_marketing_event_id, find_by_path
from hubevents_sync.sandbox.routing import WRITE, Route
from hubevents_sync.sandbox.store import lists
from hubevents_sync.sandbox.store.events import EventRecord
from hubevents_sync.sandbox.wire import answers
from hubevents_sync.sandbox.wire.call import Answer, Call


def read_external(call: Call) -> Answer:
    """GET associations/{externalAccountId}/{externalEventId}/lists."""
    return _read(call, find_by_path(call))


def read_object(call: Call) -> Answer:
    """GET associations/{marketingEventId}/lists."""
    return _read(call, find_by_marketing_event_id(call))


def _read(call: Call, event: EventRecord) -> Answer:
    results = [answers.write_list(found) for found in lists.find_lists(call.connection, event.id)]
    return Answer({"total": len(results), "results": results})


def put_external(call: Call) -> Answer:
    """PUT associations/{externalAccountId}/{externalEventId}/lists/{listId}."""
    return _put(call, find_by_path(call))


def put_object(call: Call) -> Answer:
    """PUT associations/{marketingEventId}/lists/{listId}."""
    return _put(call, find_by_marketing_event_id(call))


def _put(call: Call, event: EventRecord) -> Answer:
    list_id = call.path["listId"]
    if not lists.has_list(call.connection, list_id):
        if call.switches[UNKNOWN_LIST] is UnknownList.NOT_FOUND:
            raise not_found(f"No list with listId '{list_id}'")
        lists.add_list(call.connection, list_id, name=f"List {list_id}", now_ms=call.now_ms)
    lists.associate(call.connection, event.id, list_id)
    return Answer(None, status=204)


def delete_external(call: Call) -> Answer:
    """DELETE associations/{externalAccountId}/{externalEventId}/lists/{listId}."""
    return _delete(call, find_by_path(call))


def delete_object(call: Call) -> Answer:
    """DELETE associations/{marketingEventId}/lists/{listId}."""
    return _delete(call, find_by_marketing_event_id(call))


def _delete(call: Call, event: EventRecord) -> Answer:
    """A list that is not associated is a 204 as well: our choice."""
    lists.dissociate(call.connection, event.id, call.path["listId"])
    return Answer(None, status=204)


_EXTERNAL = "associations/{externalAccountId}/{externalEventId}/lists"
_OBJECT = "associations/{marketingEventId}/lists"
# Reading asks for the right to write, too: HubSpot's OpenAPI.
ROUTES = (
    Route("GET", _EXTERNAL, read_external, scope=WRITE),
    Route("PUT", _EXTERNAL + "/{listId}", put_external, scope=WRITE),
    Route("DELETE", _EXTERNAL + "/{listId}", delete_external, scope=WRITE),
    Route("GET", _OBJECT, read_object, scope=WRITE),
    Route("PUT", _OBJECT + "/{listId}", put_object, scope=WRITE),
    Route("DELETE", _OBJECT + "/{listId}", delete_object, scope=WRITE),
)
