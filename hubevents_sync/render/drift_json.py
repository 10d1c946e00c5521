"""Write drift as JSON by ``schemas/drift.schema.json``. People are file and line, a keyed hash, and a contact id."""

from hubevents_sync.model.drift import Drift, EventDrift, LiveRow, PeopleDrift
from hubevents_sync.model.instant import format_instant
from hubevents_sync.model.outcome import AttendanceCounters
from hubevents_sync.model.participation import Participation
from hubevents_sync.render.json_text import dump_json, plain_value
from hubevents_sync.render.plan_json import shape_key

VERSION = 1


def render_drift_json(drift: Drift) -> str:
    """*drift* as JSON of format ``hubevents-sync/drift``."""
    return dump_json(
        {
            "format": "hubevents-sync/drift",
            "version": VERSION,
            "environment": drift.environment,
            "has_drift": drift.has_drift,
            "is_deep": drift.is_deep,
            "requests": drift.requests,
            "events": [_shape_event(event) for event in drift.events],
            "left_out": [shape_key(key) for key in drift.left_out],
            "notes": list(drift.notes),
        }
    )


def _shape_event(event: EventDrift) -> dict[str, object]:
    return {
        "key": shape_key(event.key),
        "name": event.name,
        "has_drift": event.has_drift,
        "error": event.error,
        "is_missing": event.is_missing,
        "is_completed_elsewhere": event.is_completed_elsewhere,
        "is_reopened": event.is_reopened,
        "fields": [
            {"path": each.path, "recorded": plain_value(each.before), "live": plain_value(each.after)}
            for each in event.fields
        ],
        "counters": {
            "recorded": _shape_counters(event.recorded_counters),
            "live": None if event.live_counters is None else _shape_counters(event.live_counters),
        },
        "expected_no_shows": event.no_shows,
        "people": None if event.people is None else _shape_people(event.people),
        "notes": list(event.notes),
    }


def _shape_counters(counters: AttendanceCounters) -> dict[str, int]:
    return {
        "registered": counters.registered,
        "attended": counters.attended,
        "cancelled": counters.cancelled,
        "no_shows": counters.no_shows,
    }


def _shape_people(people: PeopleDrift) -> dict[str, object]:
    return {
        "missing": [_shape_row(row) for row in people.missing],
        "changed": [{"recorded": _shape_row(each.row), "live": _shape_live(each.live)} for each in people.changed],
        "unrecorded": [_shape_live(row) for row in people.unrecorded],
        "unclear": people.unclear,
        "left_over": len(people.left_over),
    }


def _shape_row(row: Participation) -> dict[str, object]:
    return {
        "person": row.person.hex(),
        "file": row.file or None,
        "line": row.line or None,
        "state": row.state.value,
        "occurred_at": format_instant(row.occurred_at_ms),
        "contact_id": row.contact_id,
    }


def _shape_live(row: LiveRow) -> dict[str, object]:
    return {
        "contact_id": row.contact_id or None,
        "state": row.state or None,
        "occurred_at": format_instant(row.occurred_at_ms) if row.occurred_at_ms else None,
    }
