"""Plans and reports that several tests draw."""

import pytest

from hubevents_sync.model.outcome import Outcome, Rejection
from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.model.plan import (
    DayCount,
    DomainCount,
    EventAction,
    EventSummary,
    Plan,
    PlanBasis,
    RosterReview,
    RowSample,
)
from hubevents_sync.model.run import RunReport, RunStatus
from tests.builders import (
    DAY_MS,
    HOUR_MS,
    NOW_MS,
    build_change,
    build_completion,
    build_event_report,
    build_failure,
    build_key,
    build_plan,
    build_report,
    build_rows,
    build_run,
    build_summary,
)

TODAY = NOW_MS // DAY_MS
LONG = "Three days of talks, workshops and far too much coffee. Doors open at nine; bring a laptop and a friend. " * 3


@pytest.fixture
def created() -> EventSummary:
    """A new event with a roster, something held, and a completion for tomorrow."""
    return build_summary(
        "virtual-cooking-2026-11",
        action=EventAction.CREATE,
        field_changes=(
            build_change("eventName", None, "Virtual cooking class"),
            build_change("eventOrganizer", None, "Chef Joe"),
            build_change("startDateTime", None, "2026-11-30T16:00:00Z"),
            build_change("eventDescription", None, f"{LONG}\n\nYum."),
            build_change("eventCancelled", None, after=False),
            build_change("customProperties.property1", None, "1234"),
        ),
        row_counts=(
            build_rows(ready=250),
            build_rows(AttendanceState.CANCELLED, ready=3, round_number=2),
            build_rows(AttendanceState.ATTENDED, held=200),
        ),
        completion=build_completion(is_due=False, due_at_ms=NOW_MS + 26 * HOUR_MS),
        next_due_ms=NOW_MS + 5 * HOUR_MS,
        people=250,
        new_contacts_at_most=250,
        samples=(
            RowSample("rosters/virtual-cooking.csv", 2, AttendanceState.REGISTERED, NOW_MS - DAY_MS, is_held=False),
            RowSample("rosters/virtual-cooking.csv", 2, AttendanceState.ATTENDED, NOW_MS + HOUR_MS, is_held=True),
        ),
        review=RosterReview(joined=250, domains=(DomainCount("", 40), DomainCount("example.com", 210))),
        days=(
            *(DayCount(TODAY - 30 + day, AttendanceState.REGISTERED, 5 + day % 8) for day in range(0, 30, 2)),
            DayCount(TODAY - 2, AttendanceState.CANCELLED, 3),
            DayCount(TODAY, AttendanceState.ATTENDED, 200),
        ),
    )


@pytest.fixture
def updated() -> EventSummary:
    """An event with all kinds of changed fields, people who left, and rows of an earlier run."""
    return build_summary(
        "spring-conf",
        name="Spring-Konferenz 春の会議 🌸",
        action=EventAction.UPDATE,
        field_changes=(
            build_change("eventName", "Spring conf", "Spring-Konferenz 春の会議 🌸"),
            build_change("endDateTime", "2026-11-30T16:00:00Z", "2026-11-30T17:30:00Z"),
            build_change("eventDescription", f"{LONG}See you in May.", f"{LONG}See you in June!"),
            build_change("customProperties.hall", "A", None),
        ),
        row_counts=(build_rows(AttendanceState.CANCELLED, ready=12),),
        people=90,
        recorded_people=82,
        review=RosterReview(
            joined=23, changed=4, domains=(DomainCount("example.com", 20, 1), DomainCount("example.org", 3, 3))
        ),
        days=(DayCount(TODAY - 1, AttendanceState.CANCELLED, 12),),
        left=15,
        removals=12,
        leftovers={Outcome.UNCONFIRMED: 3, Outcome.REJECTED: 1},
        notes=("4 people registered after the event's end: HubSpot counts them as no-shows",),
    )


@pytest.fixture
def finished() -> EventSummary:
    """An event whose attendance is recorded and that is completed after it."""
    return build_summary(
        "autumn-meetup",
        name="Autumn meetup",
        row_counts=(build_rows(AttendanceState.ATTENDED, ready=41),),
        completion=build_completion(),
        people=41,
    )


@pytest.fixture
def twelve_events(created: EventSummary, updated: EventSummary, finished: EventSummary) -> Plan:
    """Three events that change, nine that don't, one forgotten, two left out."""
    unchanged = [build_summary(f"talk-{number}", people=20) for number in range(1, 10)]
    return build_plan(
        created,
        updated,
        finished,
        *unchanged,
        environment="staging",
        portal=12345678,
        forgotten=(build_key("old-event"),),
        left_out=(build_key("winter"), build_key("summer")),
        basis=PlanBasis.LOCK_FILE,
        unknowns=("which rows HubSpot did not confirm",),
        shared_people=7,
    )


@pytest.fixture
def two_hundred_events(created: EventSummary, updated: EventSummary) -> Plan:
    """Two hundred changed events of a few shapes, forty of them to be completed."""
    talks = [
        build_summary(
            f"talk-{number:03}",
            name=f"Talk number {number}",
            action=EventAction.UPDATE if number % 3 else EventAction.CREATE,
            field_changes=(build_change("eventOrganizer", "Ana" if number % 3 else None, "Bo"),),
            row_counts=(build_rows(ready=20 + number, held=number % 2),),
            next_due_ms=NOW_MS + number * HOUR_MS if number % 2 else None,
            completion=None if number % 5 else build_completion(),
            people=20 + number,
            new_contacts_at_most=number,
        )
        for number in range(1, 199)
    ]
    return build_plan(created, updated, *talks, seconds=330.0)


@pytest.fixture
def partial_report() -> RunReport:
    """A run with every kind of outcome: done, rejected, unconfirmed, waiting, failed, untouched."""
    refused = Rejection("Invalid email address", "VALIDATION_ERROR", 400, "d2f5c0de-11aa")
    rows = {Outcome.CONFIRMED: 290, Outcome.REPEATED: 12, Outcome.UNCONFIRMED: 25, Outcome.REJECTED: 1}
    lost = tuple(build_failure(line, event_id="spring-conf", outcome=Outcome.UNCONFIRMED) for line in range(20, 45))
    return build_report(
        build_event_report("virtual-cooking-2026-11", upserted=True, rows={Outcome.CONFIRMED: 250}, held=200),
        build_event_report(
            "spring-conf",
            name="Spring",
            upserted=True,
            rows={Outcome.CONFIRMED: 40, Outcome.REPEATED: 12, Outcome.UNCONFIRMED: 25, Outcome.REJECTED: 1},
            failures=(*lost, build_failure(70, event_id="spring-conf", rejection=refused)),
            waiting_for="26 rows are not confirmed",
            notes=("HubSpot answered 200 and dropped 25 rows",),
        ),
        build_event_report("autumn meetup", waiting_for="it needs approval", needs_approval=True),
        build_event_report("broken", error="HubSpot answered 500 three times"),
        build_event_report("unchanged"),
        run=build_run(status=RunStatus.PARTIAL, rows=rows, exit_code=3, requests=14, events_upserted=2),
    )
