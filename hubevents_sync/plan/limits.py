"""Refuse a plan that does more than its project allows: a roster cut off by accident must cancel nobody. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from shlex import quote

from hubevents_sync.errors import Refused
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.plan import Allowance, EventAction, EventSummary, Plan
from hubevents_sync.model.project import Limits

REMOVALS = "removals"
CONTACTS_CREATED = "contacts_created"
EVENTS_CANCELLED = "events_cancelled"


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit that a plan goes over, with the numbers and the flag that raises just this one."""

    message: str
    flag: str


def find_breaches(plan: Plan, limits: Limits, allowances: frozenset[Allowance] = frozenset()) -> tuple[Breach, ...]:
    """Every limit that *plan* goes over, in the order of its events."""
    return (
        *_find_removals(plan, limits, allowances),
        *_find_counts(plan, limits, allowances),
    )


def refuse_breaches(breaches: tuple[Breach, ...]) -> None:
    """Raise Refused where there is a breach, naming all of them."""
    if breaches:
        flags = " ".join(f"--allow {quote(breach.flag)}" for breach in breaches)
        raise Refused("; ".join(breach.message for breach in breaches), hint=f"if that is meant, add {flags}")


def _find_removals(plan: Plan, limits: Limits, allowances: frozenset[Allowance]) -> Iterator[Breach]:
    ids = Counter(event.key.external_event_id for event in plan.events)
    for event in plan.events:
        allowed = _allowed(allowances, REMOVALS, event.key)
        over = _say_limit(event, limits.removals)
        if over is None or event.removals <= allowed:
            continue
        event_id = event.key.external_event_id
        name = event_id if ids[event_id] == 1 else str(event.key)  # the flag must raise just this one
        yield Breach(
            f"the plan removes {event.removals} of {event.recorded_people} attendees of {name}; {over}",
            f"{REMOVALS}:{name}={event.removals}",
        )


def _say_limit(event: EventSummary, limit: float | int | None) -> str | None:
    """The limit in words where the event's removals go over it."""
    if event.removals and not event.people:
        return "that is everybody, and an emptied roster is refused whatever the limit"
    # Rounded: 29% of 100 is 28.999999999999996.
    if isinstance(limit, float) and event.removals > round(limit * event.recorded_people, 9):
        return f"the limit is {limit * 100:g}%"
    if isinstance(limit, int) and event.removals > limit:
        return f"the limit is {limit}"
    return None


def _find_counts(plan: Plan, limits: Limits, allowances: frozenset[Allowance]) -> Iterator[Breach]:
    cancelled = sum(_cancels(event) for event in plan.events)
    counts: Mapping[str, tuple[int, int | None, str]] = {
        CONTACTS_CREATED: (plan.estimate.new_contacts_at_most, limits.contacts_created, "may create {} contacts"),
        EVENTS_CANCELLED: (cancelled, limits.events_cancelled, "cancels {} events"),
    }
    for name, (count, limit, words) in counts.items():
        if limit is not None and count > max(limit, _allowed(allowances, name, None)):
            yield Breach(f"the plan {words.format(count)}; the limit is {limit}", f"{name}={count}")


def _cancels(event: EventSummary) -> bool:
    """The plan turns a live event into a cancelled one."""
    return event.action is EventAction.UPDATE and any(
        change.path == "eventCancelled" and change.after is True for change in event.field_changes
    )


def _allowed(allowances: frozenset[Allowance], limit: str, key: EventKey | None) -> int:
    """The highest count that was allowed by hand; 0 where none was."""
    names = {None} if key is None else {key.external_event_id, str(key)}
    return max((each.count for each in allowances if each.limit == limit and each.event in names), default=0)
