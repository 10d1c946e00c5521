"""Reading participations back: counters, and the breakdown of an event or of a contact, page by page."""

from hubevents_sync.sandbox.refusals import RefusalDetail, invalid, not_found
from hubevents_sync.sandbox.routes.events import unknown_external
from hubevents_sync.sandbox.routing import Route
from hubevents_sync.sandbox.store import contacts, participations
from hubevents_sync.sandbox.store.events import EventRecord
from hubevents_sync.sandbox.wire import answers
from hubevents_sync.sandbox.wire.call import Answer, Call
from hubevents_sync.sandbox.wire.reading import read_after, read_limit, read_object_id

READ_STATES = ("REGISTERED", "CANCELLED", "ATTENDED", "NO_SHOW")


def count_external(call: Call) -> Answer:
    """GET participations/{externalAccountId}/{externalEventId}."""
    return _count(call, _find_external(call))


def count_object(call: Call) -> Answer:
    """GET participations/{marketingEventId}."""
    return _count(call, _find_object(call))


def _count(call: Call, event: EventRecord) -> Answer:
    return Answer(answers.write_counters(participations.count_states(call.account.connection, event.id)))


def break_down_external(call: Call) -> Answer:
    """GET participations/{externalAccountId}/{externalEventId}/breakdown."""
    return _break_down_event(call, _find_external(call))


def break_down_object(call: Call) -> Answer:
    """GET participations/{marketingEventId}/breakdown."""
    return _break_down_event(call, _find_object(call))


def break_down_contact(call: Call) -> Answer:
    """GET participations/contacts/{contactIdentifier}/breakdown. An unknown contact has no rows: our choice."""
    call.account.settle_all()
    return _break_down(call, event=None, contact=call.path["contactIdentifier"])


def _break_down_event(call: Call, event: EventRecord) -> Answer:
    return _break_down(call, event=event, contact=call.query.get("contactIdentifier"))


def _break_down(call: Call, *, event: EventRecord | None, contact: str | None) -> Answer:
    """The filters really filter (measured); one without a match gives no rows. Oldest row first: our choice."""
    limit, after = read_limit(call.query.get("limit")), read_after(call.query.get("after"))
    connection = call.account.connection
    contact_id = None if contact is None else contacts.find_contact_id(connection, contact) or 0
    total, rows = participations.read_page(
        connection,
        event_id=None if event is None else event.id,
        contact_id=contact_id,
        state=_read_state_filter(call),
        after=after,
        limit=limit + 1,
    )
    seen = {} if event is None else {event.id: event}
    results = [answers.write_breakdown_row(row, _get_event(call, row.event_id, seen)) for row in rows[:limit]]
    body = {"total": total, "results": results}
    return Answer(
        body if len(rows) <= limit else {**body, "paging": answers.write_paging(call, last_id=rows[limit - 1].id)}
    )


def _get_event(call: Call, event_id: int, seen: dict[int, EventRecord]) -> EventRecord:
    if event_id not in seen:
        event = call.account.get_event(event_id)
        if event is None:
            raise LookupError(f"participation of event {event_id}, which is not there")
        seen[event_id] = event
    return seen[event_id]


def _read_state_filter(call: Call) -> str | None:
    """The query's ``state``. The words of the 400 are measured."""
    state = call.query.get("state")
    if state is not None and state not in READ_STATES:
        message = f"State value should be one of {', '.join(READ_STATES)}"
        raise invalid(message, RefusalDetail(message, "state"))
    return state


def _find_external(call: Call) -> EventRecord:
    account, external_id = call.path["externalAccountId"], call.path["externalEventId"]
    event = call.account.find_event(account=account, external_id=external_id)
    if event is None:
        raise unknown_external(account, external_id)
    return event


def _find_object(call: Call) -> EventRecord:
    object_id = read_object_id(call.path["marketingEventId"], "marketingEventId")
    event = call.account.get_event(object_id)
    if event is None:
        raise not_found(f"No marketing event with objectId '{object_id}'")
    return event


ROUTES = (
    Route("GET", "participations/{externalAccountId}/{externalEventId}", count_external),
    Route("GET", "participations/{externalAccountId}/{externalEventId}/breakdown", break_down_external),
    Route("GET", "participations/{marketingEventId}", count_object),
    Route("GET", "participations/{marketingEventId}/breakdown", break_down_object),
    Route("GET", "participations/contacts/{contactIdentifier}/breakdown", break_down_contact),
)
