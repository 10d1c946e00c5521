"""The steps of an event that are not due yet, as entries of an outline."""

from hubevents_sync.model.plan import EventSummary
from hubevents_sync.render.fold import count_rows_by_state
from hubevents_sync.render.outline import Entry, Mark
from hubevents_sync.render.plan_wording import PlanWording
from hubevents_sync.render.wording import say_list


def list_held(event: EventSummary, wording: PlanWording) -> list[tuple[float, Entry]]:
    """What of *event* waits, each with its moment to sort by: rows first, then the completion."""
    found: list[tuple[float, Entry]] = []
    key = wording.say_key(event.key)
    if event.rows_held:
        states = say_list(f"{n:,} {state.lower()}" for state, n in count_rows_by_state([event], held=True).items())
        due = event.next_due_ms
        aside = f"from {wording.say_moment(due)}" if due is not None else ""
        found.append((float("inf") if due is None else due, Entry(Mark.QUIET, key, states, aside)))
    if event.completion is not None and not event.completion.is_due:
        due = event.completion.due_at_ms
        found.append((due, Entry(Mark.QUIET, key, "completion", f"from {wording.say_moment(due)}")))
    return found
