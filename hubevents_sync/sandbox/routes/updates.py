"""Change events that are there: by external ids, by objectId, and many at once."""

from hubevents_sync.sandbox.behaviour.attendance import RowError
from hubevents_sync.sandbox.behaviour.event_fields import (
    ALL_FIELDS,
    FIELDS_BY_OBJECT_ID,
    FieldChange,
    change_event,
    read_fields,
)
from hubevents_sync.sandbox.known.events import API_2026_09, EVENT_CAP, Newest
from hubevents_sync.sandbox.routes.events import defined_properties, store
from hubevents_sync.sandbox.routes.finding import find_by_object_id, find_by_query, find_object, unknown_object
from hubevents_sync.sandbox.routing import WRITE, Route, read_version
from hubevents_sync.sandbox.store.events import EventRecord
from hubevents_sync.sandbox.wire import answers
from hubevents_sync.sandbox.wire.call import Answer, Call
from hubevents_sync.sandbox.wire.reading import as_text, read_inputs, read_object, require


def patch_event(call: Call) -> Answer:
    """PATCH events/{externalEventId}."""
    event = find_by_query(call)
    change = read_fields(read_object(call.body), call.switches, names=ALL_FIELDS)
    return Answer(answers.write_public_default(_change(call, event, change), call.settings), rows=1)


def patch_object(call: Call) -> Answer:
    """PATCH {objectId}, whichever app made the event (documented)."""
    event = find_by_object_id(call)
    change = read_fields(read_object(call.body), call.switches, names=FIELDS_BY_OBJECT_ID)
    return Answer(answers.write_default_v2(_change(call, event, change), call.settings), rows=1)


def update_objects(call: Call) -> Answer:
    """POST batch/update. Unknown objectIds are entries in errors[] of a 207 (documented), the rest is written."""
    inputs = read_inputs(call.body, cap=call.switches[EVENT_CAP])
    changes: list[tuple[str, FieldChange]] = []
    for index, values in enumerate(inputs):
        at = f"inputs[{index}]."
        require(values, ("objectId",), at=at)
        change = read_fields(values, call.switches, names=FIELDS_BY_OBJECT_ID, at=at)
        changes.append((as_text(values["objectId"], f"{at}objectId"), change))
    results, errors = [], []
    for object_id, change in changes:
        event = find_object(call, object_id)
        if event is None:
            errors.append(unknown_object_error(object_id))
        else:
            results.append(answers.write_default_v2(_change(call, event, change), call.settings))
    status = 207 if errors and not _never_says_207(call) else 200
    return Answer(answers.write_batch(results, errors, now_ms=call.now_ms), status=status, rows=len(inputs))


def unknown_object_error(object_id: str) -> RowError:
    """An entry of errors[] for an objectId that is nobody's. Its words are our choice."""
    message = unknown_object(object_id).message
    return RowError(message, category="OBJECT_NOT_FOUND", context=(("objectId", object_id),))


def _never_says_207(call: Call) -> bool:
    return read_version(call.url.partition("://")[2].partition("/")[2]) == "2026-09" and (
        call.switches[API_2026_09] is Newest.AS_DESCRIBED
    )


def _change(call: Call, event: EventRecord, change: FieldChange) -> EventRecord:
    changed = change_event(event, change, defined=defined_properties(call), now_ms=call.now_ms, switches=call.switches)
    return store(call, changed)


ROUTES = (
    Route("PATCH", "events/{externalEventId}", patch_event, scope=WRITE),
    Route("PATCH", "{objectId}", patch_object, scope=WRITE),
    Route("POST", "batch/update", update_objects, scope=WRITE),
)
