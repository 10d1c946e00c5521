"""Narrow an event's steps down to what earlier runs left over: rows that HubSpot is not known to have. Pure."""

from collections.abc import Iterable, Sequence

from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.plan import EventAction, FieldChange
from hubevents_sync.model.record import RecordedRow
from hubevents_sync.model.snapshot import RecordedEvent

FieldSteps = tuple[EventAction, tuple[FieldChange, ...]]


def keep_unanswered(recorded: RecordedEvent | None, steps: FieldSteps) -> FieldSteps:
    """*steps* of an event whose upsert was sent and never answered; none of any other."""
    if recorded is not None and not recorded.is_event_confirmed:
        return steps
    return EventAction.NONE, ()


def keep_left_over(missing: Iterable[Participation], leftovers: Sequence[RecordedRow]) -> tuple[Participation, ...]:
    """Those of the *missing* rows that an earlier run sent, or meant to: the same person at the same time."""
    known = {(left.row.person, left.row.occurred_at_ms) for left in leftovers}
    return tuple(row for row in missing if (row.person, row.occurred_at_ms) in known)


def keep_left_over_removals(
    removals: Iterable[Participation], leftovers: Sequence[RecordedRow]
) -> tuple[Participation, ...]:
    """Those of the *removals* that were sent before: a cancellation of the person is among the *leftovers*."""
    leaving = {left.row.person for left in leftovers if left.row.state is AttendanceState.CANCELLED}
    return tuple(row for row in removals if row.person in leaving)


def note_retry(*, new_rows: int, waits_to_complete: bool) -> list[str]:
    """What a plain apply would do beyond a retry, so that nobody takes the one for the other."""
    notes = [f"rows that are new and not part of a retry: {new_rows}"] if new_rows else []
    if waits_to_complete:
        notes.append("completing it is not part of a retry")
    return notes
