"""Write what the account holds in the shapes of HubSpot's OpenAPI. The schema's name stands at each function."""

import json
from collections import Counter
from typing import Any
from urllib.parse import urlencode

from hubevents_sync.sandbox.behaviour.attendance import RowError
from hubevents_sync.sandbox.behaviour.event_fields import tell_status
from hubevents_sync.sandbox.known.events import ANSWER_ID, AnswerId
from hubevents_sync.sandbox.known.reading import OCCURRED_AT, OccurredAt
from hubevents_sync.sandbox.settings import Settings
from hubevents_sync.sandbox.store.events import CustomValue, EventRecord
from hubevents_sync.sandbox.store.lists import ListRecord
from hubevents_sync.sandbox.store.participations import BreakdownRow
from hubevents_sync.sandbox.wire.call import Call
from hubevents_sync.sandbox.wire.times import LAST_INSTANT_MS, write_instant


def write_fields(event: EventRecord) -> dict[str, Any]:
    """The fields that every event answer has; what was never given is left out."""
    fields = {
        "objectId": str(event.id),
        "eventName": event.name,
        "eventOrganizer": event.organizer,
        "eventType": event.type,
        "eventDescription": event.description,
        "eventUrl": event.url,
        "startDateTime": None if event.start_ms is None else write_instant(event.start_ms),
        "endDateTime": None if event.end_ms is None else write_instant(event.end_ms),
        "eventCancelled": event.cancelled,
        "eventCompleted": event.completed,
    }
    return {name: value for name, value in fields.items() if value is not None}


def write_default(event: EventRecord, settings: Settings) -> dict[str, Any]:
    """MarketingEventDefaultResponse."""
    return {**write_fields(event), "customProperties": _write_property_values(event, settings)}


def write_public_default(event: EventRecord, settings: Settings) -> dict[str, Any]:
    """MarketingEventPublicDefaultResponse. ``id`` is the external id: measured, though OpenAPI calls it the CRM id."""
    is_external = settings.switches[ANSWER_ID] is AnswerId.EXTERNAL
    name = event.external_id if is_external else str(event.id)
    return {**write_default(event, settings), "id": name, **_write_times(event)}


def write_read(event: EventRecord, counts: Counter[str], settings: Settings) -> dict[str, Any]:
    """MarketingEventPublicReadResponse."""
    body = {**write_public_default(event, settings), "externalEventId": event.external_id}
    return {**body, **_write_event_counters(counts)}


def write_read_v2(event: EventRecord, counts: Counter[str], settings: Settings, *, now_ms: int) -> dict[str, Any]:
    """MarketingEventPublicReadResponseV2, which has no externalAccountId. What ``eventStatusV2`` holds is not known."""
    return {
        **write_default_v2(event, settings),
        "externalEventId": event.external_id,
        "eventStatus": tell_status(event, now_ms=now_ms),
        **_write_event_counters(counts),
    }


def write_default_v2(event: EventRecord, settings: Settings) -> dict[str, Any]:
    """MarketingEventPublicDefaultResponseV2."""
    return {
        **write_fields(event),
        "appInfo": _write_app(event, settings),
        "customProperties": [{"name": name, "value": value.value} for name, value in event.custom.items()],
        **_write_times(event),
    }


def _write_app(event: EventRecord, settings: Settings) -> dict[str, str]:
    """AppInfo. An app that is no longer installed is known by its number."""
    app = settings.get_app(event.app_id)
    return {"id": str(event.app_id), "name": f"app {event.app_id}" if app is None else app.name}


def write_found(event: EventRecord) -> dict[str, Any]:
    """SearchPublicResponseWrapper."""
    return {
        "appId": event.app_id,
        "externalAccountId": event.account,
        "externalEventId": event.external_id,
        "objectId": str(event.id),
    }


def write_identifiers(event: EventRecord, settings: Settings) -> dict[str, Any]:
    """MarketingEventIdentifiersResponse."""
    return {
        "appInfo": _write_app(event, settings),
        "externalAccountId": event.account,
        "externalEventId": event.external_id,
        "marketingEventName": event.name,
        "objectId": str(event.id),
    }


def write_list(found: ListRecord) -> dict[str, Any]:
    """PublicList: of contacts (0-1 is HubSpot's number for them), by hand, with nobody in it."""
    return {
        "listId": found.id,
        "listVersion": 1,
        "name": found.name,
        "objectTypeId": "0-1",
        "processingStatus": "COMPLETE",
        "processingType": "MANUAL",
        "size": 0,
        "createdAt": write_instant(found.created_ms),
        "updatedAt": write_instant(found.created_ms),
    }


def _write_times(event: EventRecord) -> dict[str, str]:
    return {"createdAt": write_instant(event.created_ms), "updatedAt": write_instant(event.updated_ms)}


def _write_event_counters(counts: Counter[str]) -> dict[str, int]:
    """Each contact counts once, in its current state (documented); HubSpot's own pages count every step."""
    return {
        "registrants": counts["REGISTERED"],
        "attendees": counts["ATTENDED"],
        "cancellations": counts["CANCELLED"],
        "noShows": counts["NO_SHOW"],
    }


def write_counters(counts: Counter[str]) -> dict[str, Any]:
    """AttendanceCounters."""
    return {
        "registered": counts["REGISTERED"],
        "attended": counts["ATTENDED"],
        "cancelled": counts["CANCELLED"],
        "noShows": counts["NO_SHOW"],
    }


def _write_property_values(event: EventRecord, settings: Settings) -> list[dict[str, Any]]:
    return [_write_property_value(name, value, settings) for name, value in event.custom.items()]


def _write_property_value(name: str, custom: CustomValue, settings: Settings) -> dict[str, Any]:
    """PropertyValue, all of whose fields OpenAPI requires. Beside name, value and times they say nothing here."""
    return {
        "name": name,
        "value": custom.value,
        "timestamp": custom.set_ms,
        "persistenceTimestamp": custom.set_ms,
        "useTimestampAsPersistenceTimestamp": False,
        "source": "INTEGRATION",
        "sourceId": str(settings.app_id),
        "sourceLabel": settings.app_name,
        "sourceMetadata": "",
        "sourceUpstreamDeployable": "",
        "sourceVid": [],
        "requestId": "",
        "updatedByUserId": settings.user_id,
        "selectedByUser": False,
        "selectedByUserTimestamp": 0,
        "dataSensitivity": "none",
        "isEncrypted": False,
        "isLargeValue": False,
        "maskedSubstrings": {"substrings": []},
        "unit": "",
    }


def write_batch(results: list[dict[str, Any]], errors: list[RowError], *, now_ms: int) -> dict[str, Any]:
    """BatchResponse…: ``numErrors`` and ``errors`` only where there are any."""
    at = write_instant(now_ms)
    body: dict[str, Any] = {"status": "COMPLETE", "startedAt": at, "completedAt": at, "results": results}
    if errors:
        body |= {"numErrors": len(errors), "errors": [_write_row_error(error) for error in errors]}
    return body


def _write_row_error(error: RowError) -> dict[str, Any]:
    """StandardError. ``subCategory`` is a text as measured, though OpenAPI calls it an object."""
    body: dict[str, Any] = {
        "status": "error",
        "category": error.category,
        "message": error.message,
        "context": {name: [value] for name, value in error.context},
        "errors": [],
        "links": {},
    }
    return body if error.sub_category is None else {**body, "subCategory": error.sub_category}


def write_breakdown_row(row: BreakdownRow, event: EventRecord, settings: Settings) -> dict[str, Any]:
    """ParticipationBreakdown. ``id`` and ``createdAt`` are the row's (measured), not the event's as OpenAPI has it."""
    names = json.loads(row.contact_properties)
    contact = {"contactId": str(row.contact_id), "email": row.email}
    contact |= {name: names[name] for name in ("firstname", "lastname") if name in names}
    return {
        "id": str(row.id),
        "createdAt": write_instant(row.created_ms),
        "properties": _write_participation(row, event, settings),
        "associations": {
            "contact": contact,
            "marketingEvent": {
                "marketingEventId": str(event.id),
                "externalAccountId": event.account,
                "externalEventId": event.external_id,
                "name": event.name,
            },
        },
    }


def _write_participation(row: BreakdownRow, event: EventRecord, settings: Settings) -> dict[str, Any]:
    """ParticipationProperties. The duration is there at once (measured); the share of the event from ``complete`` on,
    in per cent with at most two decimals: our choice."""
    is_text = settings.switches[OCCURRED_AT] is OccurredAt.TEXT
    occurred_at = write_instant(min(row.occurred_ms, LAST_INSTANT_MS)) if is_text else row.occurred_ms
    body: dict[str, Any] = {"attendanceState": row.state, "occurredAt": occurred_at}
    if row.joined_ms is None or row.left_ms is None:
        return body
    span_ms = row.left_ms - row.joined_ms
    body["attendanceDurationSeconds"] = span_ms // 1000
    if event.completed and event.start_ms is not None and event.end_ms is not None and event.end_ms > event.start_ms:
        share = min(100.0, 100 * span_ms / (event.end_ms - event.start_ms))
        body["attendancePercentage"] = f"{share:.2f}".rstrip("0").rstrip(".")
    return body


def write_paging(call: Call, *, last_id: int) -> dict[str, Any]:
    """Paging with its ``next``; the cursor is opaque to clients and the last row's id here."""
    after = str(last_id)
    return {"next": {"after": after, "link": f"{call.url}?{urlencode({**call.query, 'after': after})}"}}
