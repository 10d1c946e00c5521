"""The events that change, as blocks of an outline."""

from collections.abc import Iterable, Iterator, Sequence
from operator import eq
from typing import assert_never

from hubevents_sync.model.plan import EventAction, EventSummary, FieldChange, RowSample
from hubevents_sync.render.fold import count_rows_by_state, fold_events, list_changed_paths
from hubevents_sync.render.held import list_held
from hubevents_sync.render.outline import ChangeKind, EventBlock, FieldLine, Mark, SampleLine
from hubevents_sync.render.plan_wording import PlanWording
from hubevents_sync.render.rosters import outline_roster
from hubevents_sync.render.safe import make_one_line
from hubevents_sync.render.wording import say_count

MOST_EVENTS_IN_FULL = 3  # so many created events show all their fields
MOST_FIELDS = 4  # of an updated event among several, or of folded ones
MOST_FIELDS_BESIDE_FOLDS = 2


def outline_blocks(events: Sequence[EventSummary], wording: PlanWording, *, is_verbose: bool) -> list[EventBlock]:
    """A block for each of *events*; events of one shape share a block where there are many, unless *is_verbose*."""
    if is_verbose:
        return list(outline_whole(events, wording))
    groups = fold_events(events)
    is_full = len(events) <= MOST_EVENTS_IN_FULL
    most_fields = MOST_FIELDS if len(groups) == len(events) else MOST_FIELDS_BESIDE_FOLDS
    blocks = []
    for group in groups:
        if len(group) > 1:
            blocks.append(_outline_fold(group, wording))
        else:
            fields = None if is_full else 0 if group[0].action is EventAction.CREATE else most_fields
            blocks.append(_outline_event(group[0], wording, fields=fields, shows_samples=False))
    return blocks


def outline_whole(events: Iterable[EventSummary], wording: PlanWording) -> Iterator[EventBlock]:
    """A block for each of *events*, with all that there is to say of it."""
    return (_outline_event(event, wording, fields=None, shows_samples=True) for event in events)


def are_whole(blocks: Sequence[EventBlock], events: Sequence[EventSummary], wording: PlanWording) -> bool:
    """*blocks* hold all that there is to say of *events*."""
    return len(blocks) == len(events) and all(map(eq, blocks, outline_whole(events, wording)))


def _outline_event(event: EventSummary, wording: PlanWording, *, fields: int | None, shows_samples: bool) -> EventBlock:
    changes = event.field_changes if fields is None else _pick_changes(event.field_changes, fields)
    rows = count_rows_by_state([event])
    samples = event.samples if shows_samples else ()
    return EventBlock(
        mark=_find_mark(event.action),
        ids=(wording.say_key(event.key),),
        name=make_one_line(event.name),
        fields=tuple(_outline_field(change, wording) for change in changes),
        fields_hidden=len(event.field_changes) - len(changes),
        rows=rows,
        completions=_count_completions([event]),
        remarks=tuple(_say_remarks([event])),
        samples=tuple(_outline_sample(sample, wording) for sample in samples),
        samples_hidden=event.rows_ready + event.rows_held - len(samples) if samples else 0,
        kinds=tuple(_list_kinds(event)),
        held=count_rows_by_state([event], held=True),
        held_steps=tuple(entry for _, entry in list_held(event, wording)),
        leftovers={outcome: count for outcome, count in sorted(event.leftovers.items()) if count},
        roster=outline_roster(event, wording),
        days=event.days,
        notes=tuple(map(make_one_line, event.notes)),
    )


def _list_kinds(event: EventSummary) -> Iterable[ChangeKind]:
    found = {
        ChangeKind.CREATED: event.action is EventAction.CREATE,
        ChangeKind.UPDATED: event.action is EventAction.UPDATE,
        ChangeKind.ROWS: event.rows_ready > 0,
        ChangeKind.REMOVALS: event.removals > 0 or event.left > 0,
        ChangeKind.COMPLETED: _count_completions([event]) > 0,
        ChangeKind.HELD: event.rows_held > 0 or (event.completion is not None and not event.completion.is_due),
        ChangeKind.LEFTOVERS: any(event.leftovers.values()),
        ChangeKind.UNCHANGED: event.is_empty,
    }
    return (kind for kind, holds in found.items() if holds)


def _pick_changes(changes: tuple[FieldChange, ...], at_most: int) -> tuple[FieldChange, ...]:
    # "and 1 more field" takes the line that the field itself would take.
    return changes if 0 < len(changes) <= at_most + (at_most > 0) else changes[:at_most]


def _outline_fold(events: list[EventSummary], wording: PlanWording) -> EventBlock:
    is_created = events[0].action is EventAction.CREATE
    fields = [] if is_created else [_outline_shared(events, path, wording) for path in list_changed_paths(events)]
    return EventBlock(
        mark=_find_mark(events[0].action),
        ids=tuple(wording.say_key(event.key) for event in events),
        name="",
        fields=tuple(fields[:MOST_FIELDS]),
        fields_hidden=max(0, len(fields) - MOST_FIELDS),
        rows=count_rows_by_state(events),
        completions=_count_completions(events),
        remarks=tuple(_say_remarks(events)),
    )


def _outline_shared(events: list[EventSummary], path: str, wording: PlanWording) -> FieldLine:
    changes = [change for event in events for change in event.field_changes if change.path == path]
    if len(changes) == len(events) and all(change == changes[0] for change in changes):
        return _outline_field(changes[0], wording)
    return FieldLine(Mark.CHANGE, make_one_line(path), None, f"in {say_count(len(changes), 'event')}, each its own")


def _outline_field(change: FieldChange, wording: PlanWording) -> FieldLine:
    mark = Mark.ADD if change.before is None else Mark.REMOVE if change.after is None else Mark.CHANGE
    before, after = wording.say_values(change)
    return FieldLine(mark, make_one_line(change.path), before, after)


def _outline_sample(sample: RowSample, wording: PlanWording) -> SampleLine:
    return SampleLine(
        place=make_one_line(f"{sample.file}:{sample.line}"),
        state=sample.state.lower(),
        moment=wording.say_instant(sample.occurred_at_ms),
        is_held=sample.is_held,
    )


def _find_mark(action: EventAction) -> Mark:
    match action:
        case EventAction.CREATE:
            return Mark.ADD
        case EventAction.UPDATE | EventAction.NONE:
            return Mark.CHANGE
    assert_never(action)


def _count_completions(events: Iterable[EventSummary]) -> int:
    return sum(event.completion is not None and event.completion.is_due for event in events)


def _say_remarks(events: Sequence[EventSummary]) -> list[str]:
    remarks = []
    removals = sum(event.removals for event in events)
    if removals:
        remarks.append(f"{say_count(removals, 'person', 'people')} cancelled for having left the roster")
    kept = sum(event.left for event in events) - removals
    if kept > 0:
        remarks.append(f"{say_count(kept, 'person', 'people')} no longer on the roster, left as they are at HubSpot")
    return remarks
