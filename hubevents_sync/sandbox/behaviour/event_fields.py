"""What a request makes of an event: which fields it takes, keeps, clears and filters out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hubevents_sync.sandbox.known.events import (
    EMPTY_CUSTOM,
    NULL_FIELDS,
    OMITTED_FIELDS,
    UNCANCEL,
    UNCOMPLETE,
    EmptyCustom,
    Null,
    Omitted,
    Undo,
)
from hubevents_sync.sandbox.refusals import RefusalDetail, invalid, wrong_type
from hubevents_sync.sandbox.store.events import CustomValue, EventRecord
from hubevents_sync.sandbox.switches import Switches
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
ALL_FIELDS = tuple(_READERS)
# By objectId an event can't be completed: HubSpot's OpenAPI, MarketingEventPublicUpdateRequestV2.
FIELDS_BY_OBJECT_ID = ALL_FIELDS[:-1]
# The guide's table of what an app answers to the callback.
CALLBACK_FIELDS = ALL_FIELDS[:-1]
_CLEARED: dict[str, Any] = {"type": None, "description": None, "url": None, "start_ms": None, "end_ms": None}
_FLAGS = {"cancelled": False, "completed": False}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What a request says of an event's fields: those it names. *custom* None: it says nothing of custom properties.

    *clears_custom*: those that are not named go.
    """

    fields: Mapping[str, Any]
    custom: Mapping[str, str] | None
    clears_custom: bool = False


@dataclass(frozen=True, slots=True)
class EventChange:
    """A FieldChange of the event with these external ids."""

    account: str
    external_id: str
    change: FieldChange

    def is_bare(self, switches: Switches) -> bool:
        """It says nothing of custom properties and of times: one integration saw such upserts create nothing."""
        custom = self.change.custom
        has_custom = bool(custom) or (custom is not None and switches[EMPTY_CUSTOM] is EmptyCustom.ENOUGH)
        return not has_custom and not {"start_ms", "end_ms"} & set(self.change.fields)


def read_change(values: dict[str, Any], switches: Switches, *, at: str = "") -> EventChange:
    """One event of an upsert. *at* says where it stands, for the words of a 400. Unknown fields are passed over."""
    require(values, REQUIRED, at=at)
    return EventChange(
        account=as_text(values["externalAccountId"], f"{at}externalAccountId"),
        external_id=as_text(values["externalEventId"], f"{at}externalEventId"),
        change=read_fields(values, switches, at=at),
    )


def read_fields(
    values: dict[str, Any], switches: Switches, *, names: tuple[str, ...] = ALL_FIELDS, at: str = ""
) -> FieldChange:
    """What *values* say of the fields *names* and of custom properties. A null is what the switch makes of it."""
    nulls = [name for name in (*names, "customProperties") if name in values and values[name] is None]
    if nulls and switches[NULL_FIELDS] is Null.REFUSE:
        raise invalid(f"{at}{nulls[0]} must not be null", RefusalDetail("must not be null", f"{at}{nulls[0]}"))
    fields: dict[str, Any] = {}
    for wire_name in names:
        name, read = _READERS[wire_name]
        if values.get(wire_name) is not None:
            fields[name] = read(values[wire_name], f"{at}{wire_name}")
        elif wire_name in nulls and switches[NULL_FIELDS] is Null.CLEAR:
            fields[name] = _clear(name, f"{at}{wire_name}")
    if "customProperties" in nulls and switches[NULL_FIELDS] is Null.CLEAR:
        return FieldChange(fields, {}, clears_custom=True)
    return FieldChange(fields, _read_custom(values.get("customProperties"), f"{at}customProperties"))


def _clear(name: str, wire_name: str) -> Any:
    if name in ("name", "organizer"):
        raise invalid(f"{wire_name} is required", RefusalDetail("is required", wire_name))
    return {**_CLEARED, **_FLAGS}[name]


def _read_custom(entries: object, name: str) -> dict[str, str] | None:
    """Names and values; the rest of a PropertyValue is HubSpot's to fill in."""
    if entries is None:
        return None
    if not isinstance(entries, list):
        raise wrong_type(name, "an array")
    custom: dict[str, str] = {}
    for index, entry in enumerate(entries):
        place = f"{name}[{index}]"
        values = as_object(entry, place)
        require(values, ("name",), at=f"{place}.")
        custom[as_text(values["name"], f"{place}.name")] = as_scalar_text(values.get("value"), f"{place}.value")
    return custom


def upsert_event(
    event: EventRecord | None,
    wanted: EventChange,
    *,
    app_id: int,
    defined: frozenset[str] | None,
    now_ms: int,
    switches: Switches,
) -> EventRecord:
    """*event* after *wanted*, or a new one. What is not named is kept or cleared: a switch decides."""
    if event is None:
        return _new_event(wanted, defined, app_id=app_id, now_ms=now_ms)
    change = wanted.change
    if switches[OMITTED_FIELDS] is Omitted.CLEAR:
        change = FieldChange({**_CLEARED, **change.fields}, change.custom or {}, clears_custom=True)
    return change_event(event, change, defined=defined, now_ms=now_ms, switches=switches)


def change_event(
    event: EventRecord, change: FieldChange, *, defined: frozenset[str] | None, now_ms: int, switches: Switches
) -> EventRecord:
    """*event* after *change*. Custom properties that are not *defined* (None: all are) are filtered out."""
    kept = {} if change.clears_custom else event.custom
    fields = {
        **change.fields,
        "cancelled": _undo(event.cancelled, change.fields.get("cancelled"), switches[UNCANCEL], "eventCancelled"),
        "completed": _undo(event.completed, change.fields.get("completed"), switches[UNCOMPLETE], "eventCompleted"),
    }
    custom = {**kept, **_write_custom(change.custom, defined, now_ms)}
    return replace(event, **fields, custom=custom, updated_ms=now_ms, settled=False)


def _undo(before: bool, wanted: bool | None, undo: Undo, name: str) -> bool:  # noqa: FBT001 - a field's two values
    """The flag *name* after a request; back to false it goes as the switch has it."""
    if wanted is None:
        return before
    if wanted or not before:
        return wanted
    if undo is Undo.IGNORE:
        return True
    if undo is Undo.REFUSE:
        raise invalid(f"{name} can't be taken back", RefusalDetail("can't be taken back", name))
    return False


def _write_custom(
    custom: Mapping[str, str] | None, defined: frozenset[str] | None, now_ms: int
) -> dict[str, CustomValue]:
    return {
        name: CustomValue(value, now_ms) for name, value in (custom or {}).items() if defined is None or name in defined
    }


def _new_event(wanted: EventChange, defined: frozenset[str] | None, *, app_id: int, now_ms: int) -> EventRecord:
    fields: dict[str, Any] = {**_CLEARED, **_FLAGS, **wanted.change.fields}
    return EventRecord(
        id=0,
        app_id=app_id,
        account=wanted.account,
        external_id=wanted.external_id,
        custom=_write_custom(wanted.change.custom, defined, now_ms),
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
