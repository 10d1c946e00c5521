"""The event that attendance is recorded on: one that is there, or one that its app tells of."""

from hubevents_sync.sandbox.behaviour.event_fields import CALLBACK_FIELDS, EventChange, read_fields
from hubevents_sync.sandbox.known.attendance import UNKNOWN_EVENT, MissingEvent
from hubevents_sync.sandbox.known.callback import CALLBACK_FAILURE
from hubevents_sync.sandbox.refusals import Refusal
from hubevents_sync.sandbox.routes.events import upsert
from hubevents_sync.sandbox.routes.finding import unknown_external
from hubevents_sync.sandbox.store import apps
from hubevents_sync.sandbox.store.events import EventRecord
from hubevents_sync.sandbox.wire.call import Call, DetailsWanted
from hubevents_sync.sandbox.wire.reading import require


def find_or_ask(call: Call) -> EventRecord | None:
    """The event of the path's id and the query's account; None where the switches let its lack pass.

    An event that is not there is made of what its app tells (documented). Raises DetailsWanted until the app was asked.
    """
    account, external_id = call.external_account_id(), call.path["externalEventId"]
    event = call.account.find_event(account=account, external_id=external_id)
    if event is not None:
        return event
    url = apps.find_details_url(call.connection, call.app.id)
    if url is None:
        return _pass_over(call, call.switches[UNKNOWN_EVENT])
    if call.details is None:
        raise DetailsWanted(app=call.app, url=url, account=account, external_id=external_id)
    change = _read_details(call, account, external_id)
    return _pass_over(call, call.switches[CALLBACK_FAILURE]) if change is None else upsert(call, change)


def _read_details(call: Call, account: str, external_id: str) -> EventChange | None:
    """What the app told, or None where it is no event."""
    fields = None if call.details is None else call.details.fields
    if fields is None:
        return None
    try:
        require(fields, ("eventName", "eventOrganizer"))
        return EventChange(account, external_id, read_fields(fields, call.switches, names=CALLBACK_FIELDS))
    except Refusal:
        return None


def _pass_over(call: Call, answer: MissingEvent) -> EventRecord | None:
    """No event, where the switch lets that pass as a batch of which nothing was recorded."""
    if answer is MissingEvent.NOT_FOUND:
        raise unknown_external(call.external_account_id(), call.path["externalEventId"])
    return None
