"""What one person did at one event, and the rules that look at its times together."""

from typing import NamedTuple

from hubevents_sync.manifest.rosters.explain import Say
from hubevents_sync.manifest.rosters.interface import Path, RosterContext
from hubevents_sync.manifest.rules import rosters as rules
from hubevents_sync.model.instant import format_instant
from hubevents_sync.model.participation import AttendanceState

# Measured by others: HubSpot answers 200 with results to an attendance under a second, and stores nothing.
SHORTEST_ATTENDANCE_MS = 1000
VERBS = {
    AttendanceState.REGISTERED: "registered",
    AttendanceState.CANCELLED: "cancelled",
    AttendanceState.ATTENDED: "attended",
}


class Interaction(NamedTuple):
    """One interaction of an entry's person; *path* is where its time stands in the entry."""

    state: AttendanceState
    occurred_at_ms: int
    joined_at_ms: int | None
    left_at_ms: int | None
    path: Path


def whole_event(context: RosterContext, say: Say) -> Interaction | None:
    """``attended: true``: from the event's start to its end. None where the event doesn't have both."""
    start_ms, end_ms = context.start_ms, context.end_ms
    if start_ms is not None and end_ms is not None:
        if end_ms - start_ms < SHORTEST_ATTENDANCE_MS:  # the event's own finding: it ends as it starts
            return None
        return Interaction(AttendanceState.ATTENDED, start_ms, start_ms, end_ms, ("attended",))
    missing = " and no ".join(
        name for name, value in (("startDateTime", start_ms), ("endDateTime", end_ms)) if value is None
    )
    message = f"attended: true is the whole event, and {context.event.external_event_id} has no {missing}"
    hint = f"give the event its {missing.replace(' and no ', ' and ')}, or write {{joinedAt: ..., leftAt: ...}} here"
    say(rules.ATTENDANCE_WITHOUT_EVENT_TIMES, ("attended",), message, hint)
    return None


def check_attendance(joined_ms: int, left_ms: int, path: Path, context: RosterContext, say: Say) -> None:
    """HubSpot takes an attendance whose ends are a second apart at least; and it should be one of this event."""
    if left_ms - joined_ms < SHORTEST_ATTENDANCE_MS:
        _refuse_length(joined_ms, left_ms, path, say)
        return
    start_ms, end_ms = context.start_ms, context.end_ms
    if (end_ms is not None and joined_ms >= end_ms) or (start_ms is not None and left_ms <= start_ms):
        message = (
            f"the attendance ({_span(joined_ms, left_ms)}) lies outside the event ({_span(start_ms, end_ms)}): "
            "nobody was there then"
        )
        hint = "look at the day and at the time zone"
        say(rules.ATTENDANCE_OUTSIDE_EVENT, (*path, "joinedAt"), message, hint)


def check_interactions(interactions: list[Interaction], say: Say) -> None:
    """Two interactions at one time are one to HubSpot, and the order of times is the order of what happened."""
    seen: dict[int, AttendanceState] = {}
    for state, moment, _, _, path in interactions:
        if moment in seen:
            _refuse_same_time(seen[moment], state, moment, path, say)
        seen.setdefault(moment, state)
    registered = [each.occurred_at_ms for each in interactions if each.state is AttendanceState.REGISTERED]
    cancelled = [each for each in interactions if each.state is AttendanceState.CANCELLED]
    if registered and cancelled:
        first = min(cancelled, key=lambda each: each.occurred_at_ms)
        if first.occurred_at_ms < min(registered):
            message = (
                f"cancelled before registered ({format_instant(first.occurred_at_ms)} < "
                f"{format_instant(min(registered))}): the person ends up registered"
            )
            say(rules.CANCELLED_BEFORE_REGISTERED, first.path, message, "look for times that changed places")


def _refuse_length(joined_ms: int, left_ms: int, path: Path, say: Say) -> None:
    joined, left = format_instant(joined_ms), format_instant(left_ms)
    if left_ms < joined_ms:
        message = f"leftAt is before joinedAt ({left} < {joined})"
        say(rules.ATTENDANCE_ORDER, (*path, "leftAt"), message, "look for times that changed places")
    elif left_ms == joined_ms:
        message = f"joinedAt and leftAt are the same time ({joined}): HubSpot rejects the attendance"
        say(rules.ATTENDANCE_ORDER, (*path, "leftAt"), message, "an attendance lasts a second at least")
    else:
        message = (
            f"the attendance lasts {left_ms - joined_ms} ms: under a second HubSpot answers 200 and stores nothing"
        )
        say(rules.ATTENDANCE_TOO_SHORT, (*path, "leftAt"), message, "an attendance lasts a second at least")


def _refuse_same_time(first: AttendanceState, second: AttendanceState, moment: int, path: Path, say: Say) -> None:
    time = format_instant(moment)
    if first is second and second is not AttendanceState.ATTENDED:
        message = f"{VERBS[second]} twice at {time}: HubSpot takes the second for a repeat and drops it"
        say(rules.SAME_TIME_TWICE, path, message, "leave one of the two out")
        return
    message = f"{VERBS[first]} and {VERBS[second]} at {time}: HubSpot takes the second for a repeat and drops it"
    hint = "move one of the two by a second"
    if AttendanceState.ATTENDED in (first, second):
        hint += "; in YAML and NDJSON `at:` gives an attendance a time of its own"
    say(rules.SAME_TIME_TWICE, path, message, hint)


def _span(start_ms: int | None, end_ms: int | None) -> str:
    start = "open" if start_ms is None else format_instant(start_ms)
    end = "open" if end_ms is None else format_instant(end_ms)
    return f"{start} to {end}"
