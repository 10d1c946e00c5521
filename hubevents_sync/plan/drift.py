"""Decide how an event at HubSpot differs from what is on record. Pure."""

from collections.abc import Sequence

from hubevents_sync.model.drift import EventDrift, LiveEvent, PeopleDrift
from hubevents_sync.model.event import MarketingEvent
from hubevents_sync.model.instant import parse_instant
from hubevents_sync.model.participation import Participation
from hubevents_sync.model.plan import FieldChange
from hubevents_sync.model.record import OpenEnd
from hubevents_sync.model.snapshot import EventSnapshot, RecordedEvent
from hubevents_sync.plan.fields import diff_fields
from hubevents_sync.plan.people_drift import are_counters_equal, compare_people, count_recorded

UNANSWERED = "its last upsert was never answered"


def needs_rows(recorded: RecordedEvent, live: LiveEvent, *, now_ms: int) -> bool:
    """HubSpot's counters don't say that everybody is there in the state on record: only the rows can tell."""
    if live.snapshot is None or live.counters is None:
        return False
    counted = count_recorded(recorded.snapshot.participations)
    return not are_counters_equal(counted, live.counters, is_over=is_over(live.snapshot, now_ms=now_ms))


def find_drift(
    recorded: RecordedEvent,
    live: LiveEvent,
    *,
    leftovers: Sequence[Participation] = (),
    open_end: OpenEnd | None = None,
    now_ms: int,
) -> EventDrift:
    """How *live* differs from *recorded*. What an earlier run left open is no drift: the next apply settles it."""
    event = recorded.snapshot.event
    counted = count_recorded(recorded.snapshot.participations)
    if live.snapshot is None:
        is_missing = recorded.is_event_confirmed or bool(event.fields)
        notes = () if is_missing else (f"{UNANSWERED}, and HubSpot has no such event: apply settles it",)
        return EventDrift(event.key, event.name, is_missing, recorded_counters=counted, notes=notes)
    over = is_over(live.snapshot, now_ms=now_ms)
    people = None
    if live.rows is not None:
        people = compare_people(recorded.snapshot.participations, leftovers, live.rows, is_over=over)
    no_shows = live.counters.no_shows if over and live.counters else 0
    is_completion_open = open_end is not None and open_end.is_completion_open
    is_completed = live.snapshot.is_completed
    return EventDrift(
        key=event.key,
        name=event.name,
        fields=_find_field_drift(recorded, live.snapshot.event),
        is_completed_elsewhere=is_completed and not recorded.snapshot.is_completed and not is_completion_open,
        is_reopened=recorded.snapshot.is_completed and not is_completed,
        recorded_counters=counted,
        live_counters=live.counters,
        people=people,
        no_shows=people.no_shows if people else no_shows,
        notes=_note(recorded, live, people, is_completion_open=is_completion_open, now_ms=now_ms),
        live=live.snapshot,
    )


def is_over(live: EventSnapshot, *, now_ms: int) -> bool:
    """The event has ended or is complete: HubSpot makes no-shows of who registered and did not attend."""
    end = live.event.fields.get("endDateTime")
    return live.is_completed or (isinstance(end, str) and parse_instant(end) <= now_ms)


def _find_field_drift(recorded: RecordedEvent, live: MarketingEvent) -> tuple[FieldChange, ...]:
    """Recorded fields that HubSpot has otherwise, and a cancellation even where the files leave that to others."""
    if not recorded.is_event_confirmed:
        return ()  # what was sent last is not known: apply sends it again
    known = recorded.snapshot.event.fields
    # The diff asks what would bring live to recorded; drift went the other way.
    found = tuple(FieldChange(each.path, each.after, each.before) for each in diff_fields(live.fields, known))
    if "eventCancelled" not in known and live.fields.get("eventCancelled") is True:
        return (*found, FieldChange("eventCancelled", None, after=True))
    return found


def _note(
    recorded: RecordedEvent, live: LiveEvent, people: PeopleDrift | None, *, is_completion_open: bool, now_ms: int
) -> tuple[str, ...]:
    notes = []
    if not recorded.is_event_confirmed:
        notes.append(f"{UNANSWERED}, so its fields are not compared: apply settles it")
    if is_completion_open:
        notes.append("a run was cut off while it completed the event: apply settles it")
    if people is not None and people.left_over:
        notes.append(f"rows without confirmation that HubSpot shows: {len(people.left_over):,}; apply settles them")
    if people is not None and people.unclear:
        notes.append(f"people of whom HubSpot shows no state: {people.unclear:,}; what it means is not known")
    if people is not None and people.is_empty and needs_rows(recorded, live, now_ms=now_ms):
        notes.append("HubSpot's counters differ from its own rows, which are as on record; they may lag")
    return tuple(notes)
