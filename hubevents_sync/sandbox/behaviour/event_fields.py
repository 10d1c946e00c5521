"""What an upsert makes of an event: which fields it takes, keeps and filters out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hubevents_sync.sandbox.refusals import wrong_type
from hubevents_sync.sandbox.store.events import CustomValue, EventRecord
from hubevents_sync.sandbox.wire.reading import (
    as_flag,
    as_instant,
    as_object,
    as_scalar_text,
    as_text,
    require,
)

# HubSpot's OpenAPI, MarketingEventCreateRequestParams. It also has customProperties as required since November 2025,
# which its own answers and users' calls do not bear out: not enforced.
REQUIRED = ("eventName", "eventOrganizer", "externalAccountId", "externalEventId")

_READERS = {
    "eventName": ("name", as_text),
    "eventOrganizer": ("organizer", as_text),
    "eventType": ("type", as_text),
    "eventDescription": ("description", as_text),
    "eventUrl": ("url", as_text),
    "startDateTime": ("start_ms", as_instant),
    "endDateTime": ("end_ms", as_instant),
    "eventCancelled": ("cancelled", as_flag),
    "eventCompleted": ("completed", as_flag),
}


@dataclass(frozen=True, slots=True)
class EventChange:
    """What a request says of one event: only the fields it names. A null counts as not named: our choice."""

    account: str
    external_id: str
    fields: Mapping[str, Any]
    custom: Mapping[str, str]


def read_change(values: dict[str, Any], *, at: str = "") -> EventChange:
    """One event of an upsert. *at* says where it stands, for the words of a 400. Unknown fields are passed over."""
    require(values, REQUIRED, at=at)
    fields = {
        name: read(values[wire_name], f"{at}{wire_name}")
        for wire_name, (name, read) in _READERS.items()
        if values.get(wire_name) is not None
    }
    return EventChange(
        account=as_text(values["externalAccountId"], f"{at}externalAccountId"),
        external_id=as_text(values["externalEventId"], f"{at}externalEventId"),
        fields=fields,
        custom=_read_custom(values.get("customProperties"), f"{at}customProperties"),
    )


def _read_custom(entries: object, name: str) -> dict[str, str]:
    """Names and values; the rest of a PropertyValue is HubSpot's to fill in."""
    if entries is None:
        return {}
    if not isinstance(entries, list):
        raise wrong_type(name, "an array")
    custom: dict[str, str] = {}
    for index, entry in enumerate(entries):
        place = f"{name}[{index}]"
        values = as_object(entry, place)
        require(values, ("name",), at=f"{place}.")
        custom[as_text(values["name"], f"{place}.name")] = as_scalar_text(values.get("value"), f"{place}.value")
    return custom


def apply_change(
    event: EventRecord | None, change: EventChange, *, app_id: int, defined: frozenset[str] | None, now_ms: int
) -> EventRecord:
    """*event* after *change*, or a new one.

    Fields that are not named are kept, custom properties by name: our choice, HubSpot does not say. Custom properties
    that the account does not define are filtered out (documented). What is complete stays so (older guide:
    irreversible; what ``eventCompleted: false`` does afterwards is not known).
    """
    custom = {
        name: CustomValue(value, now_ms) for name, value in change.custom.items() if defined is None or name in defined
    }
    if event is None:
        return _new_event(change, custom, app_id=app_id, now_ms=now_ms)
    return replace(
        event,
        **{**change.fields, "completed": event.completed or change.fields.get("completed", False)},
        custom={**event.custom, **custom},
        updated_ms=now_ms,
        settled=False,
    )


def _new_event(change: EventChange, custom: dict[str, CustomValue], *, app_id: int, now_ms: int) -> EventRecord:
    optional = {"type": None, "description": None, "url": None, "start_ms": None, "end_ms": None}
    flags = {"cancelled": False, "completed": False}
    fields: dict[str, Any] = {**optional, **flags, **change.fields}
    return EventRecord(
        id=0,
        app_id=app_id,
        account=change.account,
        external_id=change.external_id,
        custom=custom,
        created_ms=now_ms,
        updated_ms=now_ms,
        settled=False,
        **fields,
    )


def tell_status(event: EventRecord, *, now_ms: int) -> str:
    """``eventStatus``. CANCELLED and PAST are documented; UPCOMING and ONGOING are our choice."""
    if event.cancelled:
        return "CANCELLED"
    if event.completed or (event.end_ms is not None and event.end_ms <= now_ms):
        return "PAST"
    return "ONGOING" if event.start_ms is not None and event.start_ms <= now_ms else "UPCOMING"
