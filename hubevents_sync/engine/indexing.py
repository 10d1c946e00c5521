"""Tell which entries of an event's rosters HubSpot has whole once it was worked on. Pure."""

from collections.abc import Callable, Collection, Mapping, Sequence

from hubevents_sync.engine.rosters import RosterReading
from hubevents_sync.manifest.source import Source
from hubevents_sync.model.participation import AttendanceState, Participation, PersonId
from hubevents_sync.model.roster_index import EntryColumns, EntryHash, RosterIndex, pack_entries
from hubevents_sync.model.snapshot import RecordedEvent
from hubevents_sync.plan.event import PlannedEvent
from hubevents_sync.plan.participations import is_same
from hubevents_sync.plan.rows import find_held


def make_index(
    reading: RosterReading,
    recorded: RecordedEvent | None,
    planned: PlannedEvent,
    *,
    has_failed: Callable[[PersonId], bool],
    rosters: Sequence[Source],
) -> RosterIndex:
    """The index of an event that was read as *reading*, compared with *recorded*, and worked on as *planned*.

    *has_failed* tells the people of whom a row was sent, or was to be, and HubSpot is not known to have it. An entry is
    indexed where its rows are the only ones of its person, and all there. All others of whom anything may be on record
    are watched.
    """
    before = recorded.snapshot.participations if recorded else ()
    desired = reading.desired.snapshot.participations
    unfit = _find_differing(before, desired) | _find_held_people(planned)
    # Who was removed, or left, has no entry; whose entry could not be told apart is in no entry either.
    fresh = {entry: person for entry, person in reading.taken if person not in unfit and not has_failed(person)}
    watched = {row.person for row in (*before, *desired)}.difference(fresh.values())
    digests = reading.desired.file_digests
    return RosterIndex(
        fingerprint=reading.fingerprint,
        files={source.file: digests[source.file] for source in rosters if source.file in digests},
        people=reading.desired.people,
        entries=_pack(reading, fresh, _find_cancelled(desired), file_bytes=sum(source.size() for source in rosters)),
        watched=b"".join(sorted(watched)),
    )


def _pack(
    reading: RosterReading,
    fresh: Mapping[EntryHash, PersonId],
    cancelled: Collection[PersonId],
    *,
    file_bytes: int,
) -> bytes:
    """The entries that were passed over, run by run, and of the others those that may be from now on."""
    known, seen = reading.known, reading.seen
    if seen is None:
        return known.packed
    facts = {entry: (person, person in cancelled) for entry, person in fresh.items()}
    known_facts = zip(known.people_at(seen.places), known.have_cancelled_at(seen.places), strict=True)
    facts.update(zip(known.hashes_at(seen.places), known_facts, strict=True))
    runs = [run for passed in seen.runs for run in known.runs[passed.start : passed.stop]]
    in_runs: list[EntryHash] = []
    others: list[EntryHash] = []
    for run, hashes in seen.new_runs:
        fit = [each for each in hashes if each in facts]
        if run is not None and len(fit) == len(hashes):
            runs.append(run)
            in_runs += fit
        else:
            others += fit
    passed = [known.columns(known.span(each)) for each in seen.runs]
    return pack_entries([*passed, _to_columns(in_runs, facts), _to_columns(others, facts)], runs, file_bytes=file_bytes)


def _to_columns(hashes: Sequence[EntryHash], facts: Mapping[EntryHash, tuple[PersonId, bool]]) -> EntryColumns:
    found = [facts[each] for each in hashes]
    people, have_cancelled = [person for person, _ in found], [has_cancelled for _, has_cancelled in found]
    return EntryColumns(b"".join(hashes), b"".join(people), bytes(have_cancelled))


def _find_differing(before: Sequence[Participation], desired: Sequence[Participation]) -> set[PersonId]:
    """The people on record with a row that is not declared as it is."""
    if not before:
        return set()
    declared = {(row.person, row.occurred_at_ms): row for row in desired}
    pairs = ((row, declared.get((row.person, row.occurred_at_ms))) for row in before)
    return {row.person for row, wanted in pairs if wanted is None or not is_same(row, wanted)}


def _find_held_people(planned: PlannedEvent) -> set[PersonId]:
    held = find_held(planned.missing, now_ms=planned.now_ms)
    return (
        set() if held is None else {row.person for row, is_held in zip(planned.missing, held, strict=True) if is_held}
    )


def _find_cancelled(desired: Sequence[Participation]) -> set[PersonId]:
    """The people whose last word is a cancellation."""
    cancelled_state = AttendanceState.CANCELLED
    cancelled_at = {row.person: row.occurred_at_ms for row in desired if row.state is cancelled_state}
    if not cancelled_at:
        return set()
    later = {row.person for row in desired if row.occurred_at_ms > cancelled_at.get(row.person, row.occurred_at_ms)}
    return set(cancelled_at) - later
