"""When a registrant who did not come becomes a NO_SHOW. HubSpot derives it; nobody can write it (measured)."""

from hubevents_sync.sandbox.known.attendance import NO_SHOW_OF_CANCELLED, NoShowOfCancelled
from hubevents_sync.sandbox.store.events import EventRecord
from hubevents_sync.sandbox.switches import Switches


def is_over(event: EventRecord, *, now_ms: int, switches: Switches) -> bool:
    """After its end, or once it is complete (documented). For a cancelled event a switch decides."""
    if event.cancelled and switches[NO_SHOW_OF_CANCELLED] is NoShowOfCancelled.NONE:
        return False
    return event.completed or (event.end_ms is not None and event.end_ms <= now_ms)


def over_since_ms(event: EventRecord, *, now_ms: int) -> int:
    """The moment that makes a no-show: the event's end, or now where it was completed early. Our choice."""
    return now_ms if event.end_ms is None else min(event.end_ms, now_ms)
