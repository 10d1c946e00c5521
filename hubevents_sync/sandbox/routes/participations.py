"""Reading participations back: counters, and the breakdown of an event or of a contact, page by page."""

from hubevents_sync.sandbox.known.reading import BREAKDOWN_DELAY, CONTACT_DELAY, UNKNOWN_CONTACT, UnknownContact
from hubevents_sync.sandbox.refusals import RefusalDetail, invalid, not_found
from hubevents_sync.sandbox.routes.events import count_states, read_page_query
from hubevents_sync.sandbox.routes.finding import find_by_marketing_event_id, find_by_path
from hubevents_sync.sandbox.routing import READ, Route
from hubevents_sync.sandbox.store import contacts, participations
from hubevents_sync.sandbox.store.events import EventRecord
from hubevents_sync.sandbox.wire import answers
from hubevents_sync.sandbox.wire.call import Answer, Call

READ_STATES = ("REGISTERED", "CANCELLED", "ATTENDED", "NO_SHOW")


def count_external(call: Call) -> Answer:
    """GET participations/{externalAccountId}/{externalEventId}."""
    return _count(call, find_by_path(call))


def count_object(call: Call) -> Answer:
    """GET participations/{marketingEventId}."""
    return _count(call, find_by_marketing_event_id(call))


def _count(call: Call, event: EventRecord) -> Answer:
    return Answer(answers.write_counters(count_states(call, event)))


def break_down_external(call: Call) -> Answer:
    """GET participations/{externalAccountId}/{externalEventId}/breakdown."""
    return _break_down_event(call, find_by_path(call))


def break_down_object(call: Call) -> Answer:
    """GET participations/{marketingEventId}/breakdown."""
    return _break_down_event(call, find_by_marketing_event_id(call))


def break_down_contact(call: Call) -> Answer:
    """GET participations/contacts/{contactIdentifier}/breakdown."""
    call.account.settle_all()
    return _break_down(call, event=None, contact=call.path["contactIdentifier"])


def _break_down_event(call: Call, event: EventRecord) -> Answer:
    return _break_down(call, event=event, contact=call.query.get("contactIdentifier"))


def _break_down(call: Call, *, event: EventRecord | None, contact: str | None) -> Answer:
    """The filters really filter (measured); one without a match gives no rows. Oldest row first: our choice."""
    limit, after = read_page_query(call)
    connection = call.connection
    contact_id = None if contact is None else contacts.find_contact_id(connection, contact) or 0
    if contact_id == 0 and call.switches[UNKNOWN_CONTACT] is UnknownContact.NOT_FOUND:
        raise not_found(f"No contact '{contact}'")
    delay_ms = call.switches.number(CONTACT_DELAY if event is None else BREAKDOWN_DELAY)
    total, rows = participations.read_page(
        connection,
        event_id=None if event is None else event.id,
        contact_id=contact_id,
        state=_read_state_filter(call),
        after=after,
        limit=limit + 1,
        until_ms=call.now_ms - delay_ms if delay_ms else None,
    )
    seen = {} if event is None else {event.id: event}
    results = [
        answers.write_breakdown_row(row, _get_event(call, row.event_id, seen), call.settings) for row in rows[:limit]
    ]
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


ROUTES = (
    Route("GET", "participations/{externalAccountId}/{externalEventId}", count_external, scope=READ),
    Route("GET", "participations/{externalAccountId}/{externalEventId}/breakdown", break_down_external, scope=READ),
    Route("GET", "participations/{marketingEventId}", count_object, scope=READ),
    Route("GET", "participations/{marketingEventId}/breakdown", break_down_object, scope=READ),
    Route("GET", "participations/contacts/{contactIdentifier}/breakdown", break_down_contact, scope=READ),
)
