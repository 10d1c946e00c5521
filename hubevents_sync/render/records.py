"""Draw what the state holds: events in counts, one event in full, and what is recorded of a person."""

from collections.abc import Mapping, Sequence

from hubevents_sync.model.event import EVENT_FIELDS, FieldValue
from hubevents_sync.model.instant import format_instant
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.record import CompletionRecord, EventOverview, RecordedRow, StateHeader
from hubevents_sync.model.snapshot import RecordedEvent
from hubevents_sync.render.json_text import dump_json, plain_value
from hubevents_sync.render.plan_json import shape_key
from hubevents_sync.render.tables import render_facts, render_table
from hubevents_sync.render.wording import say_count, say_instant

OVERVIEW_HEADERS = ("event", "name", "people", "registered", "attended", "cancelled", "left over", "complete")
ROW_HEADERS = ("event", "person", "state", "when", "outcome", "contact", "last sent from")
SHORT_PERSON = 12
VERSION = 1


def render_overviews_text(
    header: StateHeader | None,
    events: Sequence[EventOverview],
    *,
    width: int,
    color: bool,
    unicode: bool = True,
) -> str:
    """The recorded events, a line each. *header* is None where nothing was ever applied."""
    if header is None:
        return "nothing was applied yet: there is no state\n"
    rows = [_overview_row(event) for event in events]
    numbers = OVERVIEW_HEADERS[2:7]
    table = render_table(
        OVERVIEW_HEADERS,
        rows,
        width=width,
        color=color,
        right=numbers,
        optional=("name", "cancelled", "attended", "registered"),
        empty="no event is on record",
        unicode=unicode,
    )
    return f"{table}\n{say_count(len(events), 'event')}, serial {header.serial}, lineage {header.lineage}\n"


def render_overviews_json(header: StateHeader | None, events: Sequence[EventOverview]) -> str:
    """The state's header and its events in counts."""
    return dump_json(
        {
            "format": "hubevents-sync/state",
            "version": VERSION,
            "state": None if header is None else _shape_header(header),
            "events": [_shape_overview(event) for event in events],
        }
    )


def render_event_record_text(
    recorded: RecordedEvent,
    completion: CompletionRecord,
    leftovers: Sequence[RecordedRow],
    *,
    width: int,
    color: bool,
    timezone: str | None,
    unicode: bool = True,
) -> str:
    """One recorded event: its fields as applied, its people in counts, and its rows that HubSpot has not confirmed."""
    snapshot = recorded.snapshot
    facts = [
        ("event", snapshot.event.key.external_event_id),
        ("account", snapshot.event.key.external_account_id),
        ("HubSpot's id", snapshot.object_id or "not known"),
        ("confirmed", "yes" if recorded.is_event_confirmed else "no: the answer to its last upsert never came"),
        ("complete", _say_completion(completion, timezone)),
        *((path, _say_value(value)) for path, value in _list_fields(snapshot.event.fields)),
        ("people", f"{len({row.person for row in snapshot.participations}):,}"),
        *((state.lower(), f"{count:,} rows") for state, count in _count_states(snapshot.participations)),
        *((outcome.value, f"{count:,} rows") for outcome, count in recorded.leftovers.items() if count),
    ]
    text = render_facts(facts, width=width, color=color, unicode=unicode)
    if not leftovers:
        return text
    rows = render_rows_text(leftovers, width=width, color=color, timezone=timezone, unicode=unicode)
    return f"{text}\n{rows}"


def render_event_record_json(
    recorded: RecordedEvent, completion: CompletionRecord, leftovers: Sequence[RecordedRow]
) -> str:
    """One recorded event. People are their keyed hash."""
    snapshot = recorded.snapshot
    return dump_json(
        {
            "format": "hubevents-sync/state-event",
            "version": VERSION,
            "key": shape_key(snapshot.event.key),
            "object_id": snapshot.object_id,
            "is_confirmed": recorded.is_event_confirmed,
            "is_completed": snapshot.is_completed,
            "completed_at": _shape_instant(completion.completed_at_ms),
            "completion_approved_by": completion.approved_by,
            "completion_plan_digest": completion.plan_digest,
            "fields": {name: plain_value(value) for name, value in snapshot.event.fields.items()},
            "participations": [_shape_participation(row) for row in snapshot.participations],
            "leftovers": [_shape_row(row) for row in leftovers],
        }
    )


def render_rows_text(
    rows: Sequence[RecordedRow], *, width: int, color: bool, timezone: str | None, unicode: bool = True
) -> str:
    """Recorded rows, a line each."""
    cells = [
        [
            recorded.key.external_event_id,
            recorded.row.person.hex()[:SHORT_PERSON],
            recorded.row.state.value,
            say_instant(recorded.row.occurred_at_ms, timezone=timezone),
            recorded.outcome.value,
            str(recorded.row.contact_id or ""),
            f"{recorded.row.file}:{recorded.row.line}" if recorded.row.file else "",
        ]
        for recorded in rows
    ]
    optional = ("contact", "last sent from", "person")
    empty = "nothing is on record of this person"
    return render_table(ROW_HEADERS, cells, width=width, color=color, optional=optional, empty=empty, unicode=unicode)


def render_rows_json(rows: Sequence[RecordedRow]) -> str:
    """Recorded rows with their events."""
    shaped = [{"key": shape_key(row.key), **_shape_row(row)} for row in rows]
    return dump_json({"format": "hubevents-sync/state-rows", "version": VERSION, "rows": shaped})


def _overview_row(event: EventOverview) -> list[str]:
    states = [f"{event.rows.get(state, 0):,}" for state in AttendanceState]
    left_over = sum(event.leftovers.values())
    complete = "yes" if event.is_completed else "unknown" if event.is_completion_intended else ""
    return [event.key.external_event_id, event.name, f"{event.people:,}", *states, f"{left_over:,}", complete]


def _shape_header(header: StateHeader) -> dict[str, object]:
    return {
        "format_version": header.format_version,
        "lineage": header.lineage,
        "serial": header.serial,
        "environment": header.environment,
        "portal": header.portal,
        "identity_fingerprint": header.identity_fingerprint,
    }


def _shape_overview(event: EventOverview) -> dict[str, object]:
    return {
        "key": shape_key(event.key),
        "name": event.name,
        "object_id": event.object_id,
        "is_confirmed": event.is_confirmed,
        "is_completed": event.is_completed,
        "people": event.people,
        "rows": {state.value: event.rows.get(state, 0) for state in AttendanceState},
        "leftovers": {outcome.value: count for outcome, count in event.leftovers.items() if count},
        "updated_at": format_instant(event.updated_at_ms),
    }


def _shape_participation(row: Participation) -> dict[str, object]:
    return {
        "person": row.person.hex(),
        "state": row.state.value,
        "occurred_at": format_instant(row.occurred_at_ms),
        "joined_at": _shape_instant(row.joined_at_ms),
        "left_at": _shape_instant(row.left_at_ms),
        "contact_id": row.contact_id,
    }


def _shape_row(recorded: RecordedRow) -> dict[str, object]:
    reason = recorded.rejection
    return {
        **_shape_participation(recorded.row),
        "outcome": recorded.outcome.value,
        "file": recorded.row.file or None,
        "line": recorded.row.line or None,
        "reason": reason.reason if reason else None,
        "category": reason.category if reason else None,
        "correlation_id": reason.correlation_id if reason else None,
    }


def _shape_instant(epoch_ms: int | None) -> str | None:
    return None if epoch_ms is None else format_instant(epoch_ms)


def _say_completion(completion: CompletionRecord, timezone: str | None) -> str:
    if completion.completed_at_ms is not None:
        when = say_instant(completion.completed_at_ms, timezone=timezone)
        return f"{when}, approved by {completion.approved_by}" if completion.approved_by else f"{when}, seen at HubSpot"
    return "unknown: the answer never came" if completion.is_intended else "no"


def _list_fields(fields: Mapping[str, FieldValue]) -> list[tuple[str, FieldValue]]:
    return [(name, fields[name]) for name in EVENT_FIELDS if name in fields]


def _say_value(value: FieldValue) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    return ", ".join(f"{name}={value[name]}" for name in sorted(value)) or "none"


def _count_states(rows: Sequence[Participation]) -> list[tuple[AttendanceState, int]]:
    counts = [(state, sum(row.state is state for row in rows)) for state in AttendanceState]
    return [(state, count) for state, count in counts if count]
