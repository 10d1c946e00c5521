"""A plan as large as anybody has: two hundred events, a million rows, and something to say of each."""

from itertools import pairwise

from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.model.plan import (
    DayCount,
    DomainCount,
    EventAction,
    EventSummary,
    FieldChange,
    Plan,
    RosterReview,
    RowSample,
)
from tests.builders import (
    DAY_MS,
    HOUR_MS,
    NOW_MS,
    build_change,
    build_completion,
    build_plan,
    build_rows,
    build_summary,
)

EVENTS = 200
ROWS = 5_000  # of each event
TODAY = NOW_MS // DAY_MS
ABOUT = "A day of talks and workshops for people who plan events. Doors open at nine; lunch is at noon, in the hall. "


def build_large_plan() -> Plan:
    """1,000,000 rows to send, in events of every kind."""
    return build_plan(
        *(_build_event(number) for number in range(EVENTS)),
        environment="production",
        portal=12345678,
        seconds=3_720.0,
        shared_people=41_234,
    )


def _build_event(number: int) -> EventSummary:
    attended = ROWS // 2 if number % 4 == 0 else 0
    cancelled = 120 if number % 3 == 0 else 0
    is_new = number % 5 == 0
    people = ROWS if is_new else ROWS + 700
    return build_summary(
        f"roadshow-2026-{number:03}",
        name=f"Roadshow, stop {number + 1}",
        action=EventAction.CREATE if is_new else EventAction.UPDATE if number % 2 else EventAction.NONE,
        field_changes=_build_fields(number, is_new=is_new),
        row_counts=(
            build_rows(ready=ROWS - attended - cancelled),
            *([build_rows(AttendanceState.ATTENDED, ready=attended)] if attended else []),
            *([build_rows(AttendanceState.CANCELLED, ready=cancelled, round_number=2)] if cancelled else []),
            *([build_rows(AttendanceState.ATTENDED, held=40)] if number % 7 == 0 else []),
        ),
        completion=build_completion() if number % 8 == 0 else None,
        next_due_ms=NOW_MS + number * HOUR_MS if number % 7 == 0 else None,
        people=people,
        recorded_people=0 if is_new else people - 520,
        left=0 if is_new else 80,
        removals=0 if is_new or number % 3 else 80,
        new_contacts_at_most=ROWS // 2,
        notes=("12 people registered after the event's end: HubSpot counts them as no-shows",)
        if number % 9 == 0
        else (),
        samples=tuple(
            RowSample(
                f"rosters/roadshow-{number:03}.csv", line, AttendanceState.REGISTERED, NOW_MS - DAY_MS, is_held=False
            )
            for line in range(2, 7)
        ),
        review=RosterReview(
            joined=ROWS if is_new else 600,
            changed=attended,
            domains=(DomainCount("", 31), *(DomainCount(f"company-{each}.example", 20 + each) for each in range(25))),
        ),
        days=(
            *_build_days(number, ROWS - attended - cancelled),
            *_build_day(AttendanceState.CANCELLED, cancelled, day=TODAY - 1 - number % 20),
            *_build_day(AttendanceState.ATTENDED, attended, day=TODAY),
        ),
    )


def _build_fields(number: int, *, is_new: bool) -> tuple[FieldChange, ...]:
    if is_new:
        values = {
            "eventName": f"Roadshow, stop {number + 1}",
            "eventOrganizer": "Field marketing",
            "startDateTime": "2026-11-30T08:00:00Z",
            "endDateTime": "2026-11-30T16:00:00Z",
            "eventDescription": ABOUT * 8,
            "eventUrl": f"https://roadshow.example/{number}",
        }
        return tuple(build_change(path, None, value) for path, value in values.items())
    if number % 2:
        return (
            build_change("eventDescription", ABOUT * 8 + "See you in May.", ABOUT * 8 + "See you in June."),
            build_change("customProperties.hall", "Hall 3", f"Hall {number}"),
        )
    return ()


def _build_days(number: int, rows: int) -> list[DayCount]:
    """Registrations over ninety days, more and more of them."""
    weights = [5 + day + 9 * ((day * (number + 3)) % 11) for day in range(90)]
    bounds = [rows * sum(weights[:day]) // sum(weights) for day in range(91)]
    return [
        DayCount(TODAY - 90 + day, AttendanceState.REGISTERED, after - before)
        for day, (before, after) in enumerate(pairwise(bounds))
    ]


def _build_day(state: AttendanceState, count: int, *, day: int) -> list[DayCount]:
    return [DayCount(day, state, count)] if count else []
