"""Builders of plans and reports with defaults, so that a test names only what it is about."""

from collections.abc import Mapping

from hubevents_sync.model.event import EventKey, FieldValue
from hubevents_sync.model.finding import Position
from hubevents_sync.model.outcome import Outcome, Rejection
from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.model.plan import (
    AddressKind,
    CompletionStep,
    DayCount,
    Estimate,
    EventAction,
    EventSummary,
    FieldChange,
    Plan,
    PlanBasis,
    RequestCount,
    RosterReview,
    RowCount,
    RowSample,
)
from hubevents_sync.model.run import Actor, EventReport, RowFailure, Run, RunReport, RunStatus

DIGEST = "3f1c" * 16
NOW_MS = 1_796_032_800_000  # 2026-11-30T10:00:00Z, a Monday
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


def build_key(event_id: str = "cooking", *, account: str = "CookingCo") -> EventKey:
    """An event's key."""
    return EventKey(account, event_id)


def build_change(
    path: str = "eventName", before: FieldValue | None = None, after: FieldValue | None = "Cooking"
) -> FieldChange:
    """A field that is added, unless *before* says otherwise."""
    return FieldChange(path, before, after)


def build_rows(
    state: AttendanceState = AttendanceState.REGISTERED,
    *,
    ready: int = 0,
    held: int = 0,
    round_number: int = 1,
    address_kind: AddressKind = AddressKind.EMAIL,
) -> RowCount:
    """Rows of one state."""
    return RowCount(round_number, state, address_kind, ready, held)


def build_completion(*, is_due: bool = True, due_at_ms: int = NOW_MS) -> CompletionStep:
    """A completion of an event on that day."""
    return CompletionStep("2026-11-30T08:00:00Z", "2026-11-30T09:30:00Z", due_at_ms, is_due)


def build_summary(
    event_id: str = "cooking",
    *,
    account: str = "CookingCo",
    name: str = "Virtual cooking class",
    action: EventAction = EventAction.NONE,
    field_changes: tuple[FieldChange, ...] = (),
    row_counts: tuple[RowCount, ...] = (),
    completion: CompletionStep | None = None,
    next_due_ms: int | None = None,
    people: int = 0,
    left: int = 0,
    removals: int = 0,
    new_contacts_at_most: int = 0,
    leftovers: Mapping[Outcome, int] | None = None,
    notes: tuple[str, ...] = (),
    samples: tuple[RowSample, ...] = (),
    recorded_people: int = 0,
    review: RosterReview | None = None,
    days: tuple[DayCount, ...] = (),
) -> EventSummary:
    """An event with nothing to do, unless told otherwise."""
    return EventSummary(
        key=build_key(event_id, account=account),
        name=name,
        position=Position("events/cooking.yaml", 2, 5),
        action=action,
        digest="ab" * 32,
        field_changes=field_changes,
        row_counts=row_counts,
        completion=completion,
        next_due_ms=next_due_ms,
        people=people,
        left=left,
        removals=removals,
        new_contacts_at_most=new_contacts_at_most,
        leftovers=leftovers or {},
        notes=notes,
        samples=samples,
        recorded_people=recorded_people,
        review=review or RosterReview(),
        days=days,
    )


def build_plan(
    *events: EventSummary,
    environment: str | None = None,
    portal: int | None = None,
    seconds: float = 0.4,
    requests: RequestCount | None = None,
    forgotten: tuple[EventKey, ...] = (),
    left_out: tuple[EventKey, ...] = (),
    basis: PlanBasis = PlanBasis.STATE,
    base: str | None = None,
    unknowns: tuple[str, ...] = (),
    shared_people: int = 0,
) -> Plan:
    """A plan of *events*, with an estimate that fits them."""
    contacts = sum(event.new_contacts_at_most for event in events)
    return Plan(
        digest=DIGEST,
        events=events,
        estimate=Estimate(requests or _estimate_requests(events), seconds=seconds, new_contacts_at_most=contacts),
        environment=environment,
        portal=portal,
        lineage="5d0e8f9a-0000-4000-8000-000000000000",
        serial=7,
        forgotten=forgotten,
        left_out=left_out,
        basis=basis,
        base=base,
        unknowns=unknowns,
        shared_people=shared_people,
    )


def _estimate_requests(events: tuple[EventSummary, ...]) -> RequestCount:
    completions = sum(event.completion is not None and event.completion.is_due for event in events)
    return RequestCount(
        upserts=1 if any(event.action is not EventAction.NONE for event in events) else 0,
        attendance=sum(-(-count.ready // 100) for event in events for count in event.row_counts),
        completions=completions,
        reads=completions,
    )


def build_run(
    *,
    status: RunStatus = RunStatus.DONE,
    rows: Mapping[Outcome, int] | None = None,
    exit_code: int | None = 0,
    requests: int = 4,
    events_upserted: int = 0,
    events_completed: int = 0,
    approvals: tuple[str, ...] = (),
    pull_request: str | None = None,
    files_digest: str | None = None,
    reviewed_digest: str | None = None,
) -> Run:
    """A run of 3.2 seconds."""
    return Run(
        id="7f3c9a12",
        actor=Actor("ana", "ci-17", 4242, "9b2c1d0", "https://ci.example/run/17", pull_request),
        started_at_ms=NOW_MS,
        plan_digest=DIGEST,
        status=status,
        ended_at_ms=NOW_MS + 3200,
        exit_code=exit_code,
        requests=requests,
        events_upserted=events_upserted,
        events_completed=events_completed,
        rows=rows or {},
        approvals=approvals,
        files_digest=files_digest,
        reviewed_digest=reviewed_digest,
    )


def build_failure(
    line: int = 12,
    *,
    event_id: str = "cooking",
    outcome: Outcome = Outcome.REJECTED,
    rejection: Rejection | None = None,
    state: AttendanceState = AttendanceState.REGISTERED,
) -> RowFailure:
    """A row that HubSpot did not take."""
    return RowFailure(build_key(event_id), "rosters/cooking.csv", line, state, NOW_MS - DAY_MS, outcome, rejection)


def build_event_report(
    event_id: str = "cooking",
    *,
    name: str = "Virtual cooking class",
    upserted: bool = False,
    completed: bool = False,
    rows: Mapping[Outcome, int] | None = None,
    held: int = 0,
    waiting_for: str | None = None,
    needs_approval: bool = False,
    error: str | None = None,
    failures: tuple[RowFailure, ...] = (),
    notes: tuple[str, ...] = (),
) -> EventReport:
    """An event that nothing was done to, unless told otherwise."""
    return EventReport(
        key=build_key(event_id),
        name=name,
        upserted=upserted,
        completed=completed,
        rows=rows or {},
        held=held,
        waiting_for=waiting_for,
        needs_approval=needs_approval,
        error=error,
        failures=failures,
        notes=notes,
    )


def build_report(*events: EventReport, run: Run | None = None) -> RunReport:
    """What *run* did to *events*."""
    return RunReport(run or build_run(), events)
