"""Decide the steps of one event: what is recorded against what is desired. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress

from hubevents_sync.model.event import CompletionPolicy, MarketingEvent, RemovalPolicy
from hubevents_sync.model.instant import parse_instant
from hubevents_sync.model.participation import AttendanceState, Participation, PersonId
from hubevents_sync.model.people import NUMBER_BYTES
from hubevents_sync.model.plan import (
    CompletionStep,
    EventAction,
    EventPlan,
    EventSummary,
    FieldChange,
    PlanBasis,
    RowSample,
)
from hubevents_sync.model.record import RecordedRow
from hubevents_sync.model.roster import Roster
from hubevents_sync.model.snapshot import DesiredEvent, RecordedEvent
from hubevents_sync.plan.digest import digest_event
from hubevents_sync.plan.elsewhere import note_without_state
from hubevents_sync.plan.fields import declare_fields, diff_fields
from hubevents_sync.plan.merging import CarryOut
from hubevents_sync.plan.participations import RosterDiff, diff_participations, latest_by_person
from hubevents_sync.plan.people import pack_people
from hubevents_sync.plan.retry import keep_left_over, keep_left_over_removals, keep_unanswered, note_retry
from hubevents_sync.plan.review import review_roster
from hubevents_sync.plan.rows import arrange_rows, count_rows, find_held, number_rounds, split_rows

SAMPLES = 5


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """An event's steps and what to say of them.

    *missing* are rows to send and *removals* cancellations of people who left, neither in any order: ``plan`` puts them
    in rounds, for who carries them out. *new_people* are 8 bytes of each hash of the people that may become new
    contacts, so that a plan of many events can count each person once; *joined_people* are the same of those who are
    new on the roster. *file_digests* has the SHA-256 of each file that the event was read from.
    """

    event: MarketingEvent
    missing: Sequence[Participation]
    removals: Sequence[Participation]
    now_ms: int
    summary: EventSummary
    new_people: bytes
    joined_people: bytes = b""
    file_digests: Mapping[str, str] = field(default_factory=dict)

    @property
    def plan(self) -> EventPlan:
        """The steps in the order in which they are carried out. Made anew each time."""
        rows = arrange_rows(self.missing, self.removals, now_ms=self.now_ms)
        summary = self.summary
        return EventPlan(self.event, summary.action, summary.field_changes, rows, summary.completion)

    def digest(self, action: EventAction, field_changes: Sequence[FieldChange], *, digest_key: bytes) -> str:
        """The digest of these rows and this completion with other steps for the event itself."""
        return digest_event(
            self.event.key,
            action,
            field_changes,
            self.missing,
            self.summary.completion,
            digest_key=digest_key,
            removals=self.removals,
        )


def plan_event(
    recorded: RecordedEvent | None,
    desired: DesiredEvent,
    *,
    now_ms: int,
    digest_key: bytes,
    leftovers: Sequence[RecordedRow] | None = None,
    basis: PlanBasis = PlanBasis.STATE,
    carry_out: CarryOut = map,
) -> PlannedEvent:
    """The steps that bring HubSpot from *recorded* to *desired*. *now_ms* only tells what is due.

    Where *basis* is not the state, *recorded* stands for what is on record and has no contact ids that HubSpot told:
    everybody in it counts as known to HubSpot.

    With *leftovers*, the event's rows on record that HubSpot is not known to have, it is the plan of a retry: these
    alone as far as they are still desired, the event itself where its upsert went unanswered, and no completion.

    What of it can be parted is done by *carry_out*.
    """
    event = desired.snapshot.event
    action, changes = _plan_fields(recorded, event)
    known = recorded.snapshot.participations if recorded else ()
    diff = diff_participations(known, desired.snapshot.participations)
    missing, removals = diff.missing, _plan_removals(diff, desired.removals, recorded, basis)
    # A row that can't be sent is a row that is not confirmed: until it is mended there is no completing.
    policy = None if diff.unchangeable else desired.completion
    completion = _plan_completion(recorded, policy, event, now_ms)
    retry_notes: list[str] = []
    if leftovers is not None:
        action, changes = keep_unanswered(recorded, (action, changes))
        missing, removals = keep_left_over(missing, leftovers), keep_left_over_removals(removals, leftovers)
        new_rows = len(diff.missing) - len(missing)
        retry_notes = note_retry(new_rows=new_rows, waits_to_complete=completion is not None)
        completion = None
    blocks, others = split_rows(missing, now_ms=now_ms)
    held, rounds = find_held(others, now_ms=now_ms), number_rounds(others)
    in_blocks = b"".join([block.numbers.tobytes() for block in blocks])
    new_people = in_blocks + _find_new_people(_known_contacts(known, basis), others, held)
    has_rows = bool(missing or removals)
    notes = _notes(desired, diff, recorded, has_rows=has_rows) if basis is PlanBasis.STATE else note_without_state(diff)
    left = diff.left if leftovers is None else ()
    reviewed = review_roster(known, left, blocks, others, rounds, in_blocks=in_blocks)
    digest = digest_event(
        event.key, action, changes, missing, completion, digest_key=digest_key, removals=removals, carry_out=carry_out
    )
    summary = EventSummary(
        key=event.key,
        name=event.name,
        position=desired.position,
        action=action,
        digest=digest,
        field_changes=changes,
        row_counts=count_rows(blocks, others, removals, rounds=rounds, held=held),
        completion=completion,
        next_due_ms=_next_due(others, held, completion),
        people=desired.people,
        recorded_people=_count_people(known) + desired.passed_active,
        left=len(diff.left),
        removals=len(removals),
        new_contacts_at_most=len(new_people) // NUMBER_BYTES,
        leftovers=dict(recorded.leftovers) if recorded else {},
        notes=(*notes, *retry_notes),
        samples=_samples(missing, others, held),
        review=reviewed.review,
        days=reviewed.days,
    )
    return PlannedEvent(
        event, missing, removals, now_ms, summary, new_people, reviewed.joined_people, desired.file_digests
    )


def replan_event(
    summary: EventSummary,
    recorded: RecordedEvent | None,
    desired: DesiredEvent,
    *,
    now_ms: int,
    leftovers: Sequence[RecordedRow] | None = None,
) -> PlannedEvent:
    """The steps that *summary* tells of, by the very files and record that it was made of. *leftovers* as above.

    Nothing is counted, digested or looked at for review a second time, which is most of what a plan takes.
    """
    known = recorded.snapshot.participations if recorded else ()
    diff = diff_participations(known, desired.snapshot.participations)
    missing, removals = diff.missing, _plan_removals(diff, desired.removals, recorded, PlanBasis.STATE)
    if leftovers is not None:
        missing, removals = keep_left_over(missing, leftovers), keep_left_over_removals(removals, leftovers)
    return PlannedEvent(
        desired.snapshot.event, missing, removals, now_ms, summary, b"", file_digests=desired.file_digests
    )


def _plan_fields(
    recorded: RecordedEvent | None, desired: MarketingEvent
) -> tuple[EventAction, tuple[FieldChange, ...]]:
    if recorded is None:
        return EventAction.CREATE, declare_fields(desired.fields)
    if not recorded.is_event_confirmed:  # a run sent it and never heard the answer
        # HubSpot may have told no object id; only an event that was confirmed before has fields on record.
        is_known = recorded.snapshot.object_id is not None or bool(recorded.snapshot.event.fields)
        return (EventAction.UPDATE if is_known else EventAction.CREATE), declare_fields(desired.fields)
    changes = diff_fields(recorded.snapshot.event.fields, desired.fields)
    return (EventAction.UPDATE if changes else EventAction.NONE), changes


def _plan_removals(
    diff: RosterDiff, policy: RemovalPolicy, recorded: RecordedEvent | None, basis: PlanBasis
) -> tuple[Participation, ...]:
    """Cancellations of people who left the roster and whose last word was a registration."""
    if policy is RemovalPolicy.KEEP or recorded is None:
        return ()
    contacts = _known_contacts(recorded.snapshot.participations, basis)
    return tuple(
        Participation(row.person, AttendanceState.CANCELLED, 0, contact_id=contacts[row.person])
        for row in diff.left
        if row.state is AttendanceState.REGISTERED and row.person in contacts
    )


def _known_contacts(rows: Sequence[Participation], basis: PlanBasis = PlanBasis.STATE) -> dict[PersonId, int]:
    """The contact ids that HubSpot told, or the roster named; without the state 0 stands for those that it would know.

    Nothing is ever sent of a plan that was made without the state.
    """
    if basis is not PlanBasis.STATE:
        return {row.person: row.contact_id or 0 for row in rows}
    return {row.person: row.contact_id for row in rows if row.contact_id is not None}


def _plan_completion(
    recorded: RecordedEvent | None, policy: CompletionPolicy | None, event: MarketingEvent, now_ms: int
) -> CompletionStep | None:
    if policy is None or (recorded is not None and recorded.snapshot.is_completed):
        return None
    start, end = event.fields["startDateTime"], event.fields["endDateTime"]
    if not isinstance(start, str) or not isinstance(end, str):
        raise TypeError(f"the times of {event.key} are no text")
    due_at_ms = max(parse_instant(end), policy.not_before_ms or 0)
    return CompletionStep(start, end, due_at_ms, is_due=due_at_ms <= now_ms)


def _count_people(rows: Sequence[Participation]) -> int:
    """Those whose last word is no cancellation. With the others a share would look smaller each time somebody left."""
    return sum(row.state is not AttendanceState.CANCELLED for row in latest_by_person(rows).values())


def _find_new_people(
    contacts: Mapping[PersonId, int], others: Sequence[Participation], held: Sequence[bool] | None
) -> bytes:
    """By e-mail HubSpot creates the contacts that it does not know; those whose id it told us it knows."""
    ready = others if held is None else [row for row, is_held in zip(others, held, strict=True) if not is_held]
    new = {row.person for row in ready if row.email is not None}
    return pack_people(new.difference(contacts))


def _next_due(
    missing: Sequence[Participation], held: Sequence[bool] | None, completion: CompletionStep | None
) -> int | None:
    due = [] if held is None else [row.due_at_ms for row, is_held in zip(missing, held, strict=True) if is_held]
    if completion is not None and not completion.is_due:
        due.append(completion.due_at_ms)
    return min(due, default=None)


def _notes(desired: DesiredEvent, diff: RosterDiff, recorded: RecordedEvent | None, *, has_rows: bool) -> list[str]:
    notes: list[str] = []
    if diff.unchangeable:
        first = min((row.file, row.line) for row in diff.unchangeable)
        notes.append(
            f"rows that differ from what HubSpot has for the same person and time: {len(diff.unchangeable)}"
            f" (first: {first[0]}:{first[1]}); HubSpot would take them for repeats, so give them another time"
        )
        if desired.completion is not None and not (recorded is not None and recorded.snapshot.is_completed):
            notes.append("the event is not completed while rows differ from what HubSpot has")
    unreachable = _count_unreachable(diff, desired.removals, recorded)
    if unreachable:
        notes.append(
            f"people who left the roster and can't be cancelled: {unreachable}; HubSpot never told their contact ids,"
            " so cancel them there, or put them back with a cancelled time"
        )
    if diff.undeclared:
        notes.append(f"recorded interactions that are no longer declared: {diff.undeclared}; HubSpot keeps them")
    if diff.returned:
        notes.append(
            f"people back on the roster whose removal was sent as a cancellation: {diff.returned};"
            " a new registered time registers them again"
        )
    if recorded is not None and recorded.snapshot.is_completed and has_rows:
        notes.append("the event is complete at HubSpot; whether it counts later rows is unknown")
    return notes


def _count_unreachable(diff: RosterDiff, policy: RemovalPolicy, recorded: RecordedEvent | None) -> int:
    """The state knows people by a hash: without a contact id there is nothing to call them by at HubSpot."""
    if policy is RemovalPolicy.KEEP or recorded is None:
        return 0
    contacts = _known_contacts(recorded.snapshot.participations)
    return sum(row.state is AttendanceState.REGISTERED and row.person not in contacts for row in diff.left)


def _samples(
    missing: Sequence[Participation], others: Sequence[Participation], held: Sequence[bool] | None
) -> tuple[RowSample, ...]:
    """The first rows, in the order of the files."""
    first = missing.head(SAMPLES) if isinstance(missing, Roster) else missing[:SAMPLES]
    waiting = set() if held is None else {_moment_of(row) for row in compress(others, held)}
    return tuple(
        RowSample(row.file, row.line, row.state, row.occurred_at_ms, is_held=_moment_of(row) in waiting)
        for row in first
    )


def _moment_of(row: Participation) -> tuple[PersonId, int]:
    return row.person, row.occurred_at_ms
