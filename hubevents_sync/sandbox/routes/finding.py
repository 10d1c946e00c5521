"""Find the event that a request is about, by the external ids or by HubSpot's own."""

from hubevents_sync.sandbox.refusals import Refusal, not_found
from hubevents_sync.sandbox.store.events import EventRecord
from hubevents_sync.sandbox.wire.call import Call
from hubevents_sync.sandbox.wire.reading import read_object_id


def find_by_query(call: Call) -> EventRecord:
    """The event of the path's externalEventId and the query's externalAccountId, or a 404."""
    return find_external(call, account=call.external_account_id())


def find_by_path(call: Call) -> EventRecord:
    """The event of the path's externalAccountId and externalEventId, or a 404."""
    return find_external(call, account=call.path["externalAccountId"])


def find_external(call: Call, *, account: str) -> EventRecord:
    """The calling app's event in *account* of the path's externalEventId, or a 404."""
    external_id = call.path["externalEventId"]
    event = call.account.find_event(account=account, external_id=external_id)
    if event is None:
        raise unknown_external(account, external_id)
    return event


def unknown_external(account: str, external_id: str) -> Refusal:
    """404 for external ids. The category is documented, the words are our choice."""
    return not_found(f"No marketing event with externalAccountId '{account}' and externalEventId '{external_id}'")


def find_by_object_id(call: Call) -> EventRecord:
    """The event of the path's objectId, or a 404: also for an id that is no number, measured for external ids there."""
    text = call.path["objectId"]
    event = find_object(call, text)
    if event is None:
        raise unknown_object(text)
    return event


def find_object(call: Call, text: str) -> EventRecord | None:
    """The event of the objectId *text*, if there is one."""
    is_number = text.isascii() and text.isdigit() and len(text) <= 18
    return call.account.get_event(int(text)) if is_number else None


def unknown_object(text: str) -> Refusal:
    """404 for an objectId. The words are our choice."""
    return not_found(f"No marketing event with objectId '{text}'")


def find_by_marketing_event_id(call: Call) -> EventRecord:
    """The event of the path's marketingEventId. A 400 for no number (measured), a 404 for no event."""
    object_id = read_object_id(call.path["marketingEventId"], "marketingEventId")
    event = call.account.get_event(object_id)
    if event is None:
        raise unknown_object(str(object_id))
    return event
