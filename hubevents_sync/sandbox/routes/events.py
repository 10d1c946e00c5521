"""Events: upsert, create, put, get, list, cancel, complete."""

from dataclasses import replace
from typing import Any

from hubevents_sync.sandbox.behaviour.attendance import RowError
from hubevents_sync.sandbox.behaviour.event_fields import EventChange, read_change, upsert_event
from hubevents_sync.sandbox.known.events import (
    BAD_EVENT,
    BARE_UPSERT,
    EVENT_CAP,
    PUT_IDS,
    SECOND_COMPLETE,
    UNDEFINED_PROPERTIES,
    Again,
    BadEvent,
    BareUpsert,
    PathOrBody,
    Undefined,
)
from hubevents_sync.sandbox.known.reading import COUNTERS_DELAY, LARGE_LIMIT, LISTED_APPS, LargeLimit, ListedApps
from hubevents_sync.sandbox.refusals import Refusal, invalid
from hubevents_sync.sandbox.routes.finding import find_by_object_id, find_by_query
from hubevents_sync.sandbox.routing import READ, WRITE, Route
from hubevents_sync.sandbox.store import events, participations, properties
from hubevents_sync.sandbox.store.events import EventRecord
from hubevents_sync.sandbox.wire import answers
from hubevents_sync.sandbox.wire.call import Answer, Call
from hubevents_sync.sandbox.wire.reading import as_instant, read_after, read_inputs, read_limit, read_object, require


def upsert_events(call: Call) -> Answer:
    """POST events/upsert. An event that is there twice is written twice."""
    inputs = read_inputs(call.body, cap=call.switches[EVENT_CAP])
    changes: list[EventChange] = []
    errors: list[RowError] = []
    for index, values in enumerate(inputs):
        try:
            changes.append(read_change(values, call.switches, at=f"inputs[{index}]."))
        except Refusal as refusal:
            if call.switches[BAD_EVENT] is BadEvent.REFUSE:
                raise
            errors.append(RowError(refusal.message, context=(("index", str(index)),)))
    results = [answers.write_public_default(event, call.settings) for event in _upsert_all(call, changes)]
    body = answers.write_batch(results, errors, now_ms=call.now_ms)
    return Answer(body, status=207 if errors else 200, rows=len(inputs))


def _upsert_all(call: Call, changes: list[EventChange]) -> list[EventRecord]:
    stored = []
    for change in changes:
        is_new = call.account.find_event(account=change.account, external_id=change.external_id) is None
        if is_new and change.is_bare(call.switches) and call.switches[BARE_UPSERT] is BareUpsert.NOTHING:
            continue
        stored.append(upsert(call, change))
    return stored


def create_event(call: Call) -> Answer:
    """POST events. For an event that is there HubSpot's 400 tells its objectId: measured."""
    change = read_change(read_object(call.body), call.switches)
    existing = call.account.find_event(account=change.account, external_id=change.external_id)
    if existing is not None:
        raise _unique_value_conflict(existing)
    return Answer(answers.write_default(upsert(call, change), call.settings), rows=1)


def _unique_value_conflict(existing: EventRecord) -> Refusal:
    message = f"Cannot set property hs_unique_id because marketing event {existing.id} already has that value"
    extra = {"errorType": "UNIQUE_VALUE_CONFLICT", "errorTokens": {"existingObjectId": [str(existing.id)]}}
    return Refusal(400, "UNIQUE_VALUE_CONFLICT", message, extra=extra)


def put_event(call: Call) -> Answer:
    """PUT events/{externalEventId}. The external account stands in the body only."""
    change = read_change(read_object(call.body), call.switches)
    in_path = call.path["externalEventId"]
    if change.external_id != in_path and call.switches[PUT_IDS] is PathOrBody.REFUSE:
        raise invalid("externalEventId in the path and in the body are not the same")
    if call.switches[PUT_IDS] is PathOrBody.PATH:
        change = replace(change, external_id=in_path)
    return Answer(answers.write_public_default(upsert(call, change), call.settings), rows=1)


def upsert(call: Call, change: EventChange) -> EventRecord:
    """Create or update the calling app's event, and store it."""
    before = call.account.find_event(account=change.account, external_id=change.external_id)
    after = upsert_event(
        before,
        change,
        app_id=call.app.id,
        defined=defined_properties(call),
        now_ms=call.now_ms,
        switches=call.switches,
    )
    return store(call, after)


def defined_properties(call: Call) -> frozenset[str] | None:
    """The names of the custom properties that the account takes; None: any."""
    given = call.settings.defined_properties
    if given is None and call.switches[UNDEFINED_PROPERTIES] is Undefined.KEEP:
        return None
    return (given or frozenset()) | properties.find_names(call.connection)


def store(call: Call, event: EventRecord) -> EventRecord:
    """Write *event*, with its no-shows if it is over now."""
    stored = replace(event, id=events.store_event(call.connection, event))
    call.account.settle(stored)
    return stored


def get_event(call: Call) -> Answer:
    """GET events/{externalEventId}."""
    event = find_by_query(call)
    return Answer(answers.write_read(event, count_states(call, event), call.settings))


def get_event_by_object_id(call: Call) -> Answer:
    """GET {objectId}."""
    return Answer(_write_v2(call, find_by_object_id(call)))


def count_states(call: Call, event: EventRecord) -> Any:
    """The event's counters, as late as the switch has them."""
    delay_ms = call.switches.number(COUNTERS_DELAY)
    return participations.count_states(call.connection, event.id, until_ms=call.now_ms - delay_ms if delay_ms else None)


def read_page_query(call: Call) -> tuple[int, int]:
    """The query's ``limit`` and ``after``."""
    limit = read_limit(call.query.get("limit"), clamps=call.switches[LARGE_LIMIT] is LargeLimit.CLAMP)
    return limit, read_after(call.query.get("after"))


def list_events(call: Call) -> Answer:
    """GET of the base, in the order the events were made: our choice."""
    limit, after = read_page_query(call)
    call.account.settle_all()
    app_id = None if call.switches[LISTED_APPS] is ListedApps.ALL else call.app.id
    found = events.list_events(call.connection, app_id=app_id, after=after, limit=limit + 1)
    body: dict[str, Any] = {"results": [_write_v2(call, event) for event in found[:limit]]}
    if len(found) > limit:
        return Answer({**body, "paging": answers.write_paging(call, last_id=found[limit - 1].id)})
    return Answer(body)


def _write_v2(call: Call, event: EventRecord) -> dict[str, Any]:
    return answers.write_read_v2(event, count_states(call, event), call.settings, now_ms=call.now_ms)


def cancel_event(call: Call) -> Answer:
    """POST events/{externalEventId}/cancel. A second cancel changes nothing and is answered alike: our choice."""
    event = find_by_query(call)
    if not event.cancelled:
        event = store(call, replace(event, cancelled=True, updated_ms=call.now_ms))
    return Answer(answers.write_default(event, call.settings))


def complete_event(call: Call) -> Answer:
    """POST events/{externalEventId}/complete. Takes over both times (documented as required, stored: our choice)."""
    event = find_by_query(call)
    body = read_object(call.body)
    require(body, ("startDateTime", "endDateTime"))
    start_ms = as_instant(body["startDateTime"], "startDateTime")
    end_ms = as_instant(body["endDateTime"], "endDateTime")
    if event.completed and call.switches[SECOND_COMPLETE] is Again.REFUSE:
        raise invalid("the marketing event is complete already")
    if not event.completed:
        completed = replace(event, completed=True, start_ms=start_ms, end_ms=end_ms, updated_ms=call.now_ms)
        event = store(call, replace(completed, settled=False))
    return Answer(answers.write_default(event, call.settings))


ROUTES = (
    Route("POST", "events", create_event, scope=WRITE),
    Route("POST", "events/upsert", upsert_events, scope=WRITE),
    Route("PUT", "events/{externalEventId}", put_event, scope=WRITE),
    Route("GET", "events/{externalEventId}", get_event, scope=READ),
    Route("POST", "events/{externalEventId}/cancel", cancel_event, scope=WRITE),
    Route("POST", "events/{externalEventId}/complete", complete_event, scope=WRITE),
    Route("GET", "{objectId}", get_event_by_object_id, scope=READ),
)
