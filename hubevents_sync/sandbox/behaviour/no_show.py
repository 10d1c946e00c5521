"""When a registrant who did not come becomes a NO_SHOW. HubSpot derives it; nobody can write it (measured)."""

from hubevents_sync.sandbox.store.events import EventRecord


def is_over(event: EventRecord, *, now_ms: int) -> bool:
    """After its end, or once it is complete (documented). A cancelled event has no no-shows: our choice."""
    if event.cancelled:
        return False
    return event.completed or (event.end_ms is not None and event.end_ms <= now_ms)


def over_since_ms(event: EventRecord, *, now_ms: int) -> int:
    """The moment that makes a no-show: the event's end, or now where it was completed early. Our choice."""
    return now_ms if event.end_ms is None else min(event.end_ms, now_ms)
