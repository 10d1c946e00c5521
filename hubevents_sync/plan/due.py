"""Take out of a plan what is due, and what falls due when. Pure."""

from collections import Counter
from collections.abc import Iterator

from hubevents_sync.model.due import Due, DueEvent, HeldStep
from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.model.plan import EventSummary, Plan


def find_due(plan: Plan) -> Due:
    """What is due of *plan*."""
    held = (step for event in plan.events for step in _list_held(event))
    return Due(
        plan.digest,
        environment=plan.environment,
        portal=plan.portal,
        changes_settings=plan.changes_settings,
        now=tuple(_tell_event(event) for event in plan.events if event.has_work_now),
        held=tuple(sorted(held, key=lambda step: (step.due_at_ms, step.key, step.completes))),
    )


def _tell_event(event: EventSummary) -> DueEvent:
    rows: Counter[AttendanceState] = Counter()
    for count in event.row_counts:
        rows[count.state] += count.ready
    completes = event.completion is not None and event.completion.is_due
    ready = {state: rows[state] for state in AttendanceState if rows[state]}
    return DueEvent(event.key, event.action, ready, completes)


def _list_held(event: EventSummary) -> Iterator[HeldStep]:
    if event.rows_held and event.next_due_ms is not None:
        yield HeldStep(event.key, event.next_due_ms, rows=event.rows_held)
    if event.completion is not None and not event.completion.is_due:
        yield HeldStep(event.key, event.completion.due_at_ms, completes=True)
