"""Fold changed events of one shape into one block each, so that a plan of hundreds still fits a screen."""

from collections.abc import Callable, Hashable, Iterable, Sequence

from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.model.plan import EventAction, EventSummary

MOST_BLOCKS = 16  # more changed events than this are folded: with the other sections they fill a screen
SMALLEST_FOLD = 3  # two events of one shape are clearer side by side


def fold_events(events: Sequence[EventSummary]) -> list[list[EventSummary]]:
    """*events* in groups to show as one, in the order of each group's first event; few events stay alone."""
    alone = [[event] for event in events]
    if len(alone) <= MOST_BLOCKS:
        return alone
    for shape in (_find_shape, _find_rough_shape):
        groups = [group for found in _group(events, shape) for group in _keep_small_apart(found)]
        if len(groups) <= MOST_BLOCKS:
            return groups
    return _group(events, _find_rough_shape)


def _group(events: Iterable[EventSummary], shape: Callable[[EventSummary], Hashable]) -> list[list[EventSummary]]:
    groups: dict[Hashable, list[EventSummary]] = {}
    for event in events:
        groups.setdefault(shape(event), []).append(event)
    return list(groups.values())


def _keep_small_apart(group: list[EventSummary]) -> list[list[EventSummary]]:
    return [group] if len(group) >= SMALLEST_FOLD else [[event] for event in group]


def _find_shape(event: EventSummary) -> Hashable:
    paths = () if event.action is EventAction.CREATE else tuple(change.path for change in event.field_changes)
    states = frozenset(count.state for count in event.row_counts if count.ready)
    return event.action, paths, states, _completes_now(event), event.removals > 0


def _find_rough_shape(event: EventSummary) -> Hashable:
    return event.action, event.rows_ready > 0, _completes_now(event), event.removals > 0


def _completes_now(event: EventSummary) -> bool:
    return event.completion is not None and event.completion.is_due


def list_changed_paths(events: Sequence[EventSummary]) -> list[str]:
    """Each field that any of *events* changes, once, in the order of being met."""
    return list(dict.fromkeys(change.path for event in events for change in event.field_changes))


def count_rows_by_state(events: Iterable[EventSummary], *, held: bool = False) -> dict[AttendanceState, int]:
    """Rows to send now, or the held ones, by state in the order of AttendanceState; states without any are left out."""
    totals = dict.fromkeys(AttendanceState, 0)
    for event in events:
        for count in event.row_counts:
            totals[count.state] += count.held if held else count.ready
    return {state: total for state, total in totals.items() if total}


def count_rounds(event: EventSummary) -> int:
    """How many rounds the rows of *event* go in."""
    return max((count.round for count in event.row_counts), default=0)
