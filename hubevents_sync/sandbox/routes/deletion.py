"""Delete events: one by external ids or by objectId, and many at once."""

from hubevents_sync.sandbox.known.deletion import DELETE_UNKNOWN, DeleteUnknown
from hubevents_sync.sandbox.known.events import EVENT_CAP
from hubevents_sync.sandbox.refusals import Refusal
from hubevents_sync.sandbox.routes.finding import find_object, unknown_external, unknown_object
from hubevents_sync.sandbox.routes.updates import unknown_object_error
from hubevents_sync.sandbox.routing import WRITE, Route
from hubevents_sync.sandbox.store import events
from hubevents_sync.sandbox.store.events import EventRecord
from hubevents_sync.sandbox.wire import answers
from hubevents_sync.sandbox.wire.call import Answer, Call
from hubevents_sync.sandbox.wire.reading import as_int32, as_text, read_inputs, require

NO_CONTENT = Answer(None, status=204)


def delete_event(call: Call) -> Answer:
    """DELETE events/{externalEventId}."""
    account, external_id = call.external_account_id(), call.path["externalEventId"]
    event = call.account.find_event(account=account, external_id=external_id)
    return _delete(call, event, unknown_external(account, external_id))


def delete_object(call: Call) -> Answer:
    """DELETE {objectId}, whichever app made the event (documented)."""
    text = call.path["objectId"]
    return _delete(call, find_object(call, text), unknown_object(text))


def _delete(call: Call, event: EventRecord | None, unknown: Refusal) -> Answer:
    if event is not None:
        events.delete_event(call.connection, event.id)
    elif call.switches[DELETE_UNKNOWN] is DeleteUnknown.NOT_FOUND:
        raise unknown
    return NO_CONTENT


def archive_objects(call: Call) -> Answer:
    """POST batch/archive. 204, or 207 where some are unknown (documented; its body is our choice)."""
    inputs = read_inputs(call.body, cap=call.switches[EVENT_CAP])
    ids: list[str] = []
    for index, values in enumerate(inputs):
        require(values, ("objectId",), at=f"inputs[{index}].")
        ids.append(as_text(values["objectId"], f"inputs[{index}].objectId"))
    errors = []
    for object_id in dict.fromkeys(ids):
        event = find_object(call, object_id)
        if event is None:
            errors.append(unknown_object_error(object_id))
        else:
            events.delete_event(call.connection, event.id)
    if errors:
        return Answer(answers.write_batch([], errors, now_ms=call.now_ms), status=207, rows=len(inputs))
    return Answer(None, status=204, rows=len(inputs))


def delete_events(call: Call) -> Answer:
    """POST events/delete: 202 (measured). Other apps' events are not touched (documented), nor is that told."""
    inputs = read_inputs(call.body, cap=call.switches[EVENT_CAP])
    keys: list[tuple[str, str, int]] = []
    for index, values in enumerate(inputs):
        at = f"inputs[{index}]."
        require(values, ("appId", "externalAccountId", "externalEventId"), at=at)
        account = as_text(values["externalAccountId"], f"{at}externalAccountId")
        external_id = as_text(values["externalEventId"], f"{at}externalEventId")
        keys.append((account, external_id, as_int32(values["appId"], f"{at}appId")))
    for account, external_id, app_id in keys:
        event = call.account.find_event(account=account, external_id=external_id)
        if event is not None and app_id == call.app.id:
            events.delete_event(call.connection, event.id)
    return Answer(None, status=202, rows=len(inputs))


ROUTES = (
    Route("DELETE", "events/{externalEventId}", delete_event, scope=WRITE),
    Route("DELETE", "{objectId}", delete_object, scope=WRITE),
    Route("POST", "batch/archive", archive_objects, scope=WRITE),
    Route("POST", "events/delete", delete_events, scope=WRITE),
)
