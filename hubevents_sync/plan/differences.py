"""Say in what two plans differ, and what one of them has beyond the other. Pure."""

from collections import Counter
from collections.abc import Iterator

from hubevents_sync.model.event import EventKey
from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.model.plan import AddressKind, CompletionStep, EventAction, EventSummary, Plan

MOST_EVENTS = 10


def find_differences(reviewed: Plan, planned: Plan) -> list[str]:
    """A line for the files, one for the state, and one for each event whose steps are others now; the first of them."""
    lines = [*_compare_files(reviewed, planned), *_compare_states(reviewed, planned)]
    lines += _compare_settings(reviewed, planned)
    events = list(_compare_events(reviewed, planned))
    lines += events[:MOST_EVENTS]
    if len(events) > MOST_EVENTS:
        lines.append(f"and {len(events) - MOST_EVENTS} more events")
    return lines


def find_excess(rest: Plan, whole: Plan) -> list[EventKey]:
    """The events of *rest* that have a step which *whole* does not have: what is no rest of it.

    Rows are compared by their counts: what was sent is no longer there, and a person's later row moves up a round.
    """
    events = {event.key: event for event in whole.events}
    return [event.key for event in rest.events if not event.is_empty and _exceeds(event, events.get(event.key))]


def sets_anew(rest: Plan, whole: Plan) -> bool:
    """*rest* changes the app's settings, and *whole* does not, or to something else."""
    return rest.changes_settings and _wanted_settings(rest) != _wanted_settings(whole)


def _wanted_settings(plan: Plan) -> tuple[int, str] | None:
    change = plan.settings
    return (change.app_id, change.after) if change is not None and plan.changes_settings else None


def _exceeds(event: EventSummary, whole: EventSummary | None) -> bool:
    if whole is None:
        return True
    acts_anew = event.action is not EventAction.NONE and whole.action is EventAction.NONE
    completes_anew = event.completion is not None and not is_same_completion(event.completion, whole.completion)
    return acts_anew or completes_anew or bool(_count_rows(event) - _count_rows(whole))


def is_same_completion(one: CompletionStep | None, other: CompletionStep | None) -> bool:
    """The same completion, whether it was due when either plan was made or not."""
    if one is None or other is None:
        return one is other
    return (one.start, one.end, one.due_at_ms) == (other.start, other.end, other.due_at_ms)


def _count_rows(event: EventSummary) -> Counter[tuple[AttendanceState, AddressKind]]:
    counts: Counter[tuple[AttendanceState, AddressKind]] = Counter()
    for count in event.row_counts:
        counts[count.state, count.address_kind] += count.ready + count.held
    return counts


def _compare_files(reviewed: Plan, planned: Plan) -> Iterator[str]:
    if None not in (reviewed.files_digest, planned.files_digest) and reviewed.files_digest != planned.files_digest:
        yield "the files changed"


def _compare_states(reviewed: Plan, planned: Plan) -> Iterator[str]:
    if reviewed.lineage is None and planned.serial:
        yield f"there was no state then; now it is at serial {planned.serial}"
    elif reviewed.serial != planned.serial:
        yield f"the state went from serial {reviewed.serial} to {planned.serial}"


def _compare_settings(reviewed: Plan, planned: Plan) -> Iterator[str]:
    then, now = _wanted_settings(reviewed), _wanted_settings(planned)
    if then == now:
        return
    if now is None:
        yield "the app's settings: nothing left to do"
    else:
        yield f"the app's settings: {'left alone' if then is None else 'something else'} then, changed now"


def _compare_events(reviewed: Plan, planned: Plan) -> Iterator[str]:
    before = {event.key: event for event in reviewed.events}
    after = {event.key: event for event in planned.events}
    ids = Counter(key.external_event_id for key in {*before, *after})
    for key in sorted({*before, *after}):
        name = key.external_event_id if ids[key.external_event_id] == 1 else str(key)
        said = _compare_event(before.get(key), after.get(key))
        if said:
            yield f"{name}: {said}"


def _compare_event(before: EventSummary | None, after: EventSummary | None) -> str | None:
    if before is None:
        return None if after is None or after.is_empty else "has steps, and was not in the files then"
    if after is None:
        return None if before.is_empty else "is not in the files any more"
    if (before.is_empty, after.is_empty) == (True, True) or before.digest == after.digest:
        return None
    if after.is_empty:
        return "nothing left to do"
    if before.is_empty:
        return "has steps, and had none then"
    return "; ".join(_compare_steps(before, after)) or "other rows, as many of each state"


def _compare_steps(before: EventSummary, after: EventSummary) -> Iterator[str]:
    if before.action is not after.action:
        yield f"{_say_action(before.action)} then, {_say_action(after.action)} now"
    elif before.field_changes != after.field_changes:
        changed = {change.path: change for change in before.field_changes}
        paths = {change.path for change in after.field_changes if changed.pop(change.path, None) != change}
        yield f"other values of {', '.join(sorted({*paths, *changed}))}"
    for state in AttendanceState:
        then, now = (_count_state(event, state) for event in (before, after))
        if then != now:
            yield f"{then:,} {state.lower()} then, {now:,} now"
    if not is_same_completion(before.completion, after.completion):
        yield _say_completions(before.completion, after.completion)


def _say_action(action: EventAction) -> str:
    return "left alone" if action is EventAction.NONE else f"{action.value}d"


def _count_state(event: EventSummary, state: AttendanceState) -> int:
    return sum(count.ready + count.held for count in event.row_counts if count.state is state)


def _say_completions(before: CompletionStep | None, after: CompletionStep | None) -> str:
    if before is None:
        return "completed, and was not to be then"
    return "not completed, and was to be then" if after is None else "completed by other times"
