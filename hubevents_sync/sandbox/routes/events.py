"""Events: upsert, put, get, list, cancel, complete."""

from dataclasses import replace

from hubevents_sync.sandbox.behaviour.event_fields import EventChange, apply_change, read_change
from hubevents_sync.sandbox.refusals import invalid, not_found
from hubevents_sync.sandbox.routing import Route
from hubevents_sync.sandbox.store import events, participations
from hubevents_sync.sandbox.store.events import EventRecord
from hubevents_sync.sandbox.wire import answers
from hubevents_sync.sandbox.wire.call import Answer, Call
from hubevents_sync.sandbox.wire.reading import as_instant, read_after, read_inputs, read_limit, read_object, require


def upsert_events(call: Call) -> Answer:
    """POST events/upsert. One bad entry refuses the whole batch; an event that is there twice is written twice."""
    inputs = read_inputs(call.body)
    changes = [read_change(values, at=f"inputs[{index}].") for index, values in enumerate(inputs)]
    results = [answers.write_public_default(_upsert(call, change), call.settings) for change in changes]
    return Answer(answers.write_batch(results, [], now_ms=call.now_ms), rows=len(inputs))


def put_event(call: Call) -> Answer:
    """PUT events/{externalEventId}. The external account stands in the body only.

    An id in the body other than the path's is a 400: our choice, HubSpot does not say which one counts.
    """
    change = read_change(read_object(call.body))
    if change.external_id != call.path["externalEventId"]:
        raise invalid("externalEventId in the path and in the body are not the same")
    return Answer(answers.write_public_default(_upsert(call, change), call.settings), rows=1)


def _upsert(call: Call, change: EventChange) -> EventRecord:
    account = call.account
    before = account.find_event(account=change.account, external_id=change.external_id)
    after = apply_change(
        before,
        change,
        app_id=account.app_id,
        defined=call.settings.defined_properties,
        now_ms=call.now_ms,
    )
    return _store(call, after)


def _store(call: Call, event: EventRecord) -> EventRecord:
    stored = replace(event, id=events.store_event(call.account.connection, event))
    call.account.settle(stored)
    return stored


def get_event(call: Call) -> Answer:
    """GET events/{externalEventId}."""
    event = find_external(call)
    counts = participations.count_states(call.account.connection, event.id)
    return Answer(answers.write_read(event, counts, call.settings))


def get_event_by_object_id(call: Call) -> Answer:
    """GET {objectId}. An id that is no number is of no event: 404, measured for external ids on this path."""
    return Answer(_write_v2(call, find_by_object_id(call)))


def list_events(call: Call) -> Answer:
    """GET of the base. Events of all apps, in the order they were made: our choice."""
    limit = read_limit(call.query.get("limit"))
    call.account.settle_all()
    found = events.list_events(call.account.connection, after=read_after(call.query.get("after")), limit=limit + 1)
    body = {"results": [_write_v2(call, event) for event in found[:limit]]}
    if len(found) > limit:
        return Answer({**body, "paging": answers.write_paging(call, last_id=found[limit - 1].id)})
    return Answer(body)


def _write_v2(call: Call, event: EventRecord) -> dict[str, object]:
    counts = participations.count_states(call.account.connection, event.id)
    return answers.write_read_v2(event, counts, call.settings, now_ms=call.now_ms)


def cancel_event(call: Call) -> Answer:
    """POST events/{externalEventId}/cancel. A second cancel changes nothing and is answered alike: our choice."""
    event = find_external(call)
    if not event.cancelled:
        event = _store(call, replace(event, cancelled=True, updated_ms=call.now_ms))
    return Answer(answers.write_default(event, call.settings))


def complete_event(call: Call) -> Answer:
    """POST events/{externalEventId}/complete. Takes over both times (documented as required, stored: our choice).

    A second complete is answered with 200 and changes nothing, its times included: our choice.
    """
    event = find_external(call)
    body = read_object(call.body)
    require(body, ("startDateTime", "endDateTime"))
    start_ms = as_instant(body["startDateTime"], "startDateTime")
    end_ms = as_instant(body["endDateTime"], "endDateTime")
    if not event.completed:
        completed = replace(event, completed=True, start_ms=start_ms, end_ms=end_ms, updated_ms=call.now_ms)
        event = _store(call, replace(completed, settled=False))
    return Answer(answers.write_default(event, call.settings))


def find_external(call: Call) -> EventRecord:
    """The event of the path's externalEventId and the query's externalAccountId, or a 404."""
    account, external_id = call.external_account_id(), call.path["externalEventId"]
    event = call.account.find_event(account=account, external_id=external_id)
    if event is None:
        raise unknown_external(account, external_id)
    return event


def unknown_external(account: str, external_id: str) -> Exception:
    """404 for external ids. The category is documented, the words are our choice."""
    return not_found(f"No marketing event with externalAccountId '{account}' and externalEventId '{external_id}'")


def find_by_object_id(call: Call) -> EventRecord:
    """The event of the path's objectId, or a 404."""
    text = call.path["objectId"]
    is_number = text.isascii() and text.isdigit() and len(text) <= 18
    event = call.account.get_event(int(text)) if is_number else None
    if event is None:
        raise not_found(f"No marketing event with objectId '{text}'")
    return event


ROUTES = (
    Route("POST", "events/upsert", upsert_events),
    Route("PUT", "events/{externalEventId}", put_event),
    Route("GET", "events/{externalEventId}", get_event),
    Route("POST", "events/{externalEventId}/cancel", cancel_event),
    Route("POST", "events/{externalEventId}/complete", complete_event),
    Route("GET", "{objectId}", get_event_by_object_id),
)
