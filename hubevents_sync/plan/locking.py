"""Take down in counts what was applied, and plan by that where the state is out of reach. Pure.

The digest of a roster is keyed with the state's lineage, which the lock file holds too: it is no secret. Who guesses a
whole roster, every row of it, can confirm the guess; a single person can't be looked for.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from hubevents_sync.model.event import RemovalPolicy
from hubevents_sync.model.lock import LockedEvent, LockedState
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.plan import (
    AddressKind,
    EventSummary,
    PlanBasis,
    PlannedRow,
    RosterReview,
    RowCount,
)
from hubevents_sync.model.snapshot import DesiredEvent, EventSnapshot, RecordedEvent
from hubevents_sync.plan.event import PlannedEvent, plan_event
from hubevents_sync.plan.rows import arrange_rows

CANCEL, CANCELLED = RemovalPolicy.CANCEL, AttendanceState.CANCELLED
States = Mapping[AttendanceState, int]


@dataclass(frozen=True, slots=True)
class PlannedByLock:
    """An event's plan; *is_counted* where its rows could only be counted and not told apart."""

    planned: PlannedEvent
    is_counted: bool = False


def lock_event(
    desired: DesiredEvent, recorded: RecordedEvent, planned: PlannedEvent, *, lineage: str, now_ms: int
) -> LockedEvent:
    """What to take down of an event that the files declare; *planned* is its plan against the state, made at *now_ms*.

    A row is held for its own time, or for that of an earlier row of its person. So those that are held stay the same
    until the first of the own times is over, and that moment tells them all.
    """
    rows = desired.snapshot.participations
    waiting = [each for each in planned.plan.rows if not each.is_removal]
    missing = _count_states(each.row for each in waiting)
    declared = _count_states(rows)
    held = [each for each in waiting if each.is_held]
    return LockedEvent(
        event=recorded.snapshot.event,
        roster_digest=digest_roster(rows, lineage=lineage),
        people=desired.people,
        rows={state: declared[state] - missing[state] for state in declared if declared[state] > missing[state]},
        unsent=len(waiting) - len(held),
        held=len(held),
        held_until_ms=min((each.row.due_at_ms for each in held if each.row.due_at_ms > now_ms), default=None),
        is_confirmed=recorded.is_event_confirmed,
        is_completed=recorded.snapshot.is_completed,
    )


def digest_roster(rows: Iterable[Participation], *, lineage: str) -> str:
    """SHA-256, in hex, of who did what when: the same whatever the files, their formats and their order."""
    keyed = hashlib.blake2b(key=lineage.encode()[:64], digest_size=16)
    tokens = []
    for row in rows:
        who = row.email.casefold() if row.email is not None else row.contact_id
        token = keyed.copy()
        token.update(repr((who, row.state.value, row.occurred_at_ms, row.joined_at_ms, row.left_at_ms)).encode())
        tokens.append(token.digest())
    return hashlib.sha256(b"".join(sorted(tokens))).hexdigest()


def plan_by_lock(
    locked: LockedEvent | None, desired: DesiredEvent, *, lineage: str, now_ms: int, digest_key: bytes
) -> PlannedByLock:
    """The event's plan, as far as *locked* tells: row by row where the roster is as it was, else in counts."""
    rows = desired.snapshot.participations

    def plan(known: Sequence[Participation]) -> PlannedEvent:
        recorded = None if locked is None else _recall(locked, known)
        return plan_event(recorded, desired, now_ms=now_ms, digest_key=digest_key, basis=PlanBasis.LOCK_FILE)

    if locked is None:
        return PlannedByLock(plan(()))
    digest = digest_roster(rows, lineage=lineage)
    if digest == locked.roster_digest and not locked.unsent:
        return PlannedByLock(plan(_find_sent(rows, locked.held_until_ms)))
    planned = plan(rows)  # as if all of it were there: the fields and the completion
    arranged = arrange_rows(rows, (), now_ms=now_ms)
    summary = _count_changes(planned.summary, locked, desired, arranged, is_same=digest == locked.roster_digest)
    steps = [summary.digest, locked.roster_digest, digest, desired.removals, locked.unsent]
    summary = replace(summary, digest=hashlib.sha256(json.dumps(steps).encode()).hexdigest())
    return PlannedByLock(replace(planned, summary=summary), is_counted=True)


def list_lock_unknowns(lock: LockedState, changed: Sequence[EventSummary], *, has_settings: bool = False) -> list[str]:
    """What a plan by *lock* can't tell, a sentence each. *changed* are the events that it planned in counts."""
    said = [
        f"whether anything was applied after serial {lock.serial}, which the lock file stands for",
        "what earlier runs left over, who left a roster before, and what was changed in HubSpot by hand",
    ]
    if changed:
        said.append(
            "which rows of a changed roster are new: it is compared in counts, so somebody who took another's place"
            " does not show, and rows, people who joined and new contacts are counted as far as the roster grew"
        )
    if any(event.removals for event in changed):
        said.append("who of those who leave can be cancelled: they are counted as far as the roster shrank")
    if has_settings:
        said.append("whether the app's settings change: the lock file does not hold them")
    return said


def _recall(locked: LockedEvent, known: Sequence[Participation]) -> RecordedEvent:
    snapshot = EventSnapshot(locked.event, known, locked.is_completed)
    return RecordedEvent(snapshot, locked.is_confirmed)


def _find_sent(rows: Sequence[Participation], held_until_ms: int | None) -> Sequence[Participation]:
    """Those of *rows* that were due before."""
    if held_until_ms is None:
        return rows
    arranged = arrange_rows(rows, (), now_ms=held_until_ms - 1)
    return [planned.row for planned in arranged if not planned.is_held]


def _count_changes(
    summary: EventSummary, locked: LockedEvent, desired: DesiredEvent, arranged: Sequence[PlannedRow], *, is_same: bool
) -> EventSummary:
    ready = _count_states(each.row for each in arranged if not each.is_held)
    held = _count_states(each.row for each in arranged if each.is_held)
    grown = {state: max(0, ready[state] - locked.rows.get(state, 0)) for state in AttendanceState}
    is_as_large = all(ready[state] == locked.rows.get(state, 0) for state in AttendanceState)
    if is_as_large and not is_same and not held and not locked.held:
        # As many rows as before, and not the same: at least one of them is new.
        grown |= dict.fromkeys(list(ready)[:1], 1)
    joined, left = max(0, desired.people - locked.people), max(0, locked.people - desired.people)
    removals = left if desired.removals is CANCEL else 0
    counts = [
        RowCount(1, state, AddressKind.EMAIL, grown[state], held[state])
        for state in AttendanceState
        if grown[state] or held[state]
    ]
    if removals:
        counts.append(RowCount(1, CANCELLED, AddressKind.CONTACT_ID, removals, 0))
    return replace(
        summary,
        row_counts=tuple(counts),
        next_due_ms=min((each.row.due_at_ms for each in arranged if each.is_held), default=summary.next_due_ms),
        recorded_people=locked.people,
        left=left,
        removals=removals,
        new_contacts_at_most=joined,
        notes=(*summary.notes, _say_counts(locked, desired, ready, is_same=is_same)),
        review=RosterReview(joined=joined),
    )


def _say_counts(locked: LockedEvent, desired: DesiredEvent, ready: States, *, is_same: bool) -> str:
    if is_same:
        return f"the roster is as it was; rows that were due and are not at HubSpot: {locked.unsent}"
    states = ", ".join(
        f"{locked.rows.get(state, 0)} to {ready.get(state, 0)} {state.lower()}"
        for state in AttendanceState
        if locked.rows.get(state) or ready.get(state)
    )
    said = f"the roster is not the one that was applied: {locked.people} people then, {desired.people} now"
    return f"{said}; rows that are due: {states}" if states else said


def _count_states(rows: Iterable[Participation]) -> Counter[AttendanceState]:
    return Counter(row.state for row in rows)
