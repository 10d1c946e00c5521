"""Read HubSpot's answers: every field optional, unknown fields ignored, several spellings of one thing accepted."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from hubevents_sync.hubspot.redaction import contact_ids_in, emails_in, without_people
from hubevents_sync.model.batch import AcceptedRows
from hubevents_sync.model.event import EVENT_FIELDS, TIME_FIELDS, EventKey, FieldValue, MarketingEvent
from hubevents_sync.model.instant import format_instant, to_epoch_ms
from hubevents_sync.model.observation import ListedEvent
from hubevents_sync.model.outcome import (
    Accepted,
    AcceptedRow,
    AttendanceAnswer,
    AttendanceCounters,
    ItemError,
    LiveParticipation,
    TokenInfo,
    UpsertAnswer,
    UpsertedEvent,
)
from hubevents_sync.model.snapshot import EventSnapshot

Json = Mapping[str, Any]

_ID, _EMAIL = itemgetter("vid"), itemgetter("email")
_CONTACT_ID_KEYS = frozenset({"vid", "vids", "contactid", "contactids", "contact", "contacts", "id", "ids"})


def parse_object(body: bytes) -> Json | None:
    """The JSON object in *body*; None where there is something else, or nothing."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def text_of(value: object) -> str | None:
    """*value* where it is text or a whole number, as text."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def integer_of(value: object) -> int | None:
    """*value* where it is a whole number, or text that is one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        return int(value)
    return None


def object_of(value: object) -> Json:
    """*value* where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects_of(value: object) -> list[Json]:
    """The objects in *value* where it is a list, else none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def instant_of(value: object) -> int | None:
    """Epoch milliseconds of a number or of ISO text. OpenAPI says int64, the guide's example has text.

    A time without an offset is taken as UTC.
    """
    number = integer_of(value)
    if number is not None or not isinstance(value, str):
        return number
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return to_epoch_ms(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def custom_properties_of(value: object) -> dict[str, str]:
    """customProperties as a mapping, from a list of {name, value} or of the much longer PropertyValue."""
    found = {}
    for item in objects_of(value):
        name, text = text_of(item.get("name")), text_of(item.get("value"))
        if name is not None and text is not None:
            found[name] = text
    return found


def read_attendance(answer: Json, correlation_id: str | None, *, hidden: Iterable[str] = ()) -> AttendanceAnswer:
    """The answer to an attendance call; *hidden* must not appear in its messages."""
    results = answer.get("results")
    accepted: Sequence[Accepted] | None = _read_plain(results) if isinstance(results, list) else None
    if accepted is None:
        accepted = tuple(
            AcceptedRow(contact_id, text_of(item.get("email")))
            for item in objects_of(results)
            if (contact_id := integer_of(item.get("vid"))) is not None
        )
    return AttendanceAnswer(accepted, read_item_errors(answer, hidden=hidden), correlation_id)


def _read_plain(results: Sequence[Any]) -> AcceptedRows | None:
    """Results that all are objects with an id that is a number and an e-mail that is text; None where one is not."""
    try:
        contact_ids, emails = tuple(map(_ID, results)), tuple(map(_EMAIL, results))
    except (KeyError, TypeError):
        return None
    if set(map(type, contact_ids)) <= {int} and set(map(type, emails)) <= {str}:
        return AcceptedRows(contact_ids, emails)
    return None


def read_upsert(answer: Json, correlation_id: str | None) -> UpsertAnswer:
    """The answer to a batch upsert."""
    upserted = tuple(
        UpsertedEvent(
            name=text_of(item.get("eventName")) or "",
            id=text_of(item.get("id")),
            object_id=text_of(item.get("objectId")),
            custom_properties=custom_properties_of(item.get("customProperties")),
        )
        for item in objects_of(answer.get("results"))
    )
    return UpsertAnswer(upserted, read_item_errors(answer), correlation_id)


def read_item_errors(answer: Json, *, hidden: Iterable[str] = ()) -> tuple[ItemError, ...]:
    """The ``errors`` of a batch answer, each with whom it names: read before the names are taken out."""
    return tuple(_item_error(item, hidden) for item in objects_of(answer.get("errors")))


def _item_error(item: Json, hidden: Iterable[str]) -> ItemError:
    emails: set[str] = set()
    contact_ids: set[int] = set()
    messages = []
    for part in (item, *objects_of(item.get("errors"))):
        message = text_of(part.get("message"))
        if message and message not in messages:
            messages.append(message)
        for name, value in _context_values(part):
            emails |= emails_in(value)
            number = integer_of(value)
            if number is not None and name.replace("_", "").lower() in _CONTACT_ID_KEYS:
                contact_ids.add(number)
    for message in messages:
        emails |= emails_in(message)
        contact_ids |= contact_ids_in(message)
    return ItemError(
        message=without_people("; ".join(messages) or "HubSpot gave no reason", hidden=hidden),
        category=_word(item.get("category")),
        sub_category=_word(item.get("subCategory")),
        emails=frozenset(emails),
        contact_ids=frozenset(contact_ids),
    )


def _word(value: object) -> str | None:
    # subCategory is text or an object, depending on the schema (StandardError, ErrorDetail).
    text = text_of(value)
    return without_people(text) if text else None


def _context_values(part: Json) -> Iterator[tuple[str, str]]:
    for name, value in object_of(part.get("context")).items():
        for entry in value if isinstance(value, list) else [value]:
            text = text_of(entry)
            if text is not None:
                yield name, text


def read_event(answer: Json, key: EventKey) -> EventSnapshot:
    """One event as HubSpot has it. Its ``id`` is not used: it was seen to be either of the two ids."""
    fields: dict[str, FieldValue] = {}
    for name in EVENT_FIELDS:
        value = answer.get(name)
        if value is None:
            continue
        if name == "customProperties":
            fields[name] = custom_properties_of(value)
        elif name in TIME_FIELDS:
            instant = instant_of(value)
            if instant is not None:
                fields[name] = format_instant(instant)
        elif isinstance(value, bool | str):
            fields[name] = value
    return EventSnapshot(
        event=MarketingEvent(key, fields),
        is_completed=answer.get("eventCompleted") is True,
        object_id=text_of(answer.get("objectId")),
    )


def read_counters(answer: Json) -> AttendanceCounters:
    """The event's counters; one that is missing is 0."""
    return AttendanceCounters(
        registered=integer_of(answer.get("registered")) or 0,
        attended=integer_of(answer.get("attended")) or 0,
        cancelled=integer_of(answer.get("cancelled")) or 0,
        no_shows=integer_of(answer.get("noShows")) or 0,
    )


def read_participation(item: Json) -> LiveParticipation | None:
    """A row of the breakdown; None where it doesn't say whose it is.

    The contact id is 0 where only the e-mail is told. A missing time is 0, a missing state empty: they equal nothing.
    """
    contact = object_of(object_of(item.get("associations")).get("contact"))
    contact_id, email = integer_of(contact.get("contactId")), text_of(contact.get("email"))
    if contact_id is None and not email:
        return None
    properties = object_of(item.get("properties"))
    return LiveParticipation(
        contact_id=contact_id or 0,
        email=email or "",
        state=text_of(properties.get("attendanceState")) or "",
        occurred_at_ms=instant_of(properties.get("occurredAt")) or 0,
        created_at_ms=instant_of(item.get("createdAt")) or 0,
    )


def read_listed(item: Json) -> ListedEvent:
    """An entry of the list of events (MarketingEventPublicReadResponseV2), which tells no account."""
    return ListedEvent(text_of(item.get("externalEventId")) or None, text_of(item.get("objectId")))


def read_found_keys(answer: Json) -> list[EventKey]:
    """The keys that a search found (SearchPublicResponseWrapper), sorted; one of which half is missing is none."""
    halves = [
        (text_of(item.get("externalAccountId")), text_of(item.get("externalEventId")))
        for item in objects_of(answer.get("results"))
    ]
    return sorted({EventKey(account, event_id) for account, event_id in halves if account and event_id})


def next_page(answer: Json) -> str | None:
    """Where the next page starts; None on the last."""
    return text_of(object_of(object_of(answer.get("paging")).get("next")).get("after")) or None


def read_token_info(answer: Json) -> TokenInfo | None:
    """Whom a token belongs to, from either look-up (hubId, or OAuth's hub_id); None where it doesn't say."""
    portal_id = integer_of(answer.get("hubId", answer.get("hub_id")))
    if portal_id is None:
        return None
    scopes = answer.get("scopes")
    user_id, life = answer.get("userId", answer.get("user_id")), answer.get("expires_in")
    return TokenInfo(
        portal_id=portal_id,
        app_id=integer_of(answer.get("appId", answer.get("app_id"))),
        scopes=frozenset(scope for scope in scopes if isinstance(scope, str))
        if isinstance(scopes, list)
        else frozenset(),
        user_id=integer_of(user_id),
        expires_in_seconds=integer_of(life),
    )
