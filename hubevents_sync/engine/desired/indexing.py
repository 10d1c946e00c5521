"""Tell which entries of an event's rosters HubSpot has whole once it was worked on. Pure."""

from collections.abc import Collection, Mapping, Sequence
from itertools import compress

from hubevents_sync.engine.desired.rosters import RosterReading
from hubevents_sync.manifest.source import Source
from hubevents_sync.model.participation import AttendanceState, Participation, PersonId
from hubevents_sync.model.roster import Roster, RosterBlock
from hubevents_sync.model.roster_index import EntryColumns, EntryHash, RosterIndex, pack_entries
from hubevents_sync.model.snapshot import RecordedEvent
from hubevents_sync.plan.event import PlannedEvent
from hubevents_sync.plan.participations import is_same
from hubevents_sync.plan.rows import find_held, person_of, split_rows


def make_index(
    reading: RosterReading,
    recorded: RecordedEvent | None,
    planned: PlannedEvent,
    *,
    failed: Collection[PersonId],
    rosters: Sequence[Source],
) -> RosterIndex:
    """The index of an event that was read as *reading*, compared with *recorded*, and worked on as *planned*.

    *failed* are the people of whom a row was sent, or was to be, and HubSpot is not known to have it. An entry is
    indexed where its rows are the only ones of its person, and all there. All others of whom anything may be on record
    are watched.
    """
    before = recorded.snapshot.participations if recorded else ()
    desired = reading.desired.snapshot.participations
    unfit = _find_differing(before, desired).union(_find_held_people(planned), failed)
    cancelled, file_bytes = _find_cancelled(desired), sum(source.size() for source in rosters)
    if not before and not unfit and _are_all_in_runs(reading):
        watched, entries = set[PersonId](), _pack_all(reading, cancelled, file_bytes=file_bytes)
    else:
        # Who was removed, or left, has no entry; whose entry could not be told apart is in no entry either.
        pairs = zip(reading.taken.hashes, reading.taken.people, strict=True)
        fresh = {entry: person for entry, person in pairs if person not in unfit}
        watched = {*map(person_of, before), *map(person_of, desired)}.difference(fresh.values())
        entries = _pack(reading, fresh, cancelled, file_bytes=file_bytes)
    digests = reading.desired.file_digests
    return RosterIndex(
        fingerprint=reading.fingerprint,
        files={source.file: digests[source.file] for source in rosters if source.file in digests},
        people=reading.desired.people,
        entries=entries,
        watched=b"".join(sorted(watched)),
    )


def _are_all_in_runs(reading: RosterReading) -> bool:
    """Each of the event's entries was read, and is part of a new run."""
    seen, people = reading.seen, reading.desired.people
    if seen is None or len(seen.taken) != people:
        return False
    return sum(0 if run is None else len(hashes) for run, hashes in seen.new_runs) == people


def _pack_all(reading: RosterReading, cancelled: Collection[PersonId], *, file_bytes: int) -> bytes:
    """What ``_pack`` says where all entries may be passed over from now on: an event's first apply."""
    taken, seen = reading.taken, reading.seen
    runs = [run for run, _ in seen.new_runs if run is not None] if seen else []
    columns = _to_columns(taken.hashes, taken.people, cancelled)
    return pack_entries([columns], runs, file_bytes=file_bytes)


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
    people = {**fresh, **dict(zip(known.hashes_at(seen.places), known.people_at(seen.places), strict=True))}
    # No person has two entries in an index, so what is known of an entry is known of its person.
    have_cancelled = {
        *cancelled,
        *compress(known.people_at(seen.places), known.have_cancelled_at(seen.places)),
    }
    runs = [run for passed in seen.runs for run in known.runs[passed.start : passed.stop]]
    in_runs: list[EntryHash] = []
    others: list[EntryHash] = []
    for run, hashes in seen.new_runs:
        if run is not None and people.keys() >= set(hashes):
            runs.append(run)
            in_runs += hashes
        else:
            others += [each for each in hashes if each in people]
    passed = [known.columns(known.span(each)) for each in seen.runs]
    told = [_to_columns(hashes, list(map(people.__getitem__, hashes)), have_cancelled) for hashes in (in_runs, others)]
    return pack_entries([*passed, *told], runs, file_bytes=file_bytes)


def _to_columns(
    hashes: Sequence[EntryHash], people: Sequence[PersonId], cancelled: Collection[PersonId]
) -> EntryColumns:
    have_cancelled = bytes(person in cancelled for person in people) if cancelled else bytes(len(people))
    return EntryColumns(b"".join(hashes), b"".join(people), have_cancelled)


def _find_differing(before: Sequence[Participation], desired: Sequence[Participation]) -> set[PersonId]:
    """The people on record with a row that is not declared as it is."""
    if not before:
        return set()
    declared = {(row.person, row.occurred_at_ms): row for row in desired}
    pairs = ((row, declared.get((row.person, row.occurred_at_ms))) for row in before)
    return {row.person for row, wanted in pairs if wanted is None or not is_same(row, wanted)}


def _find_held_people(planned: PlannedEvent) -> set[PersonId]:
    _, rows = split_rows(planned.missing, now_ms=planned.now_ms)
    held = find_held(rows, now_ms=planned.now_ms)
    return set() if held is None else {row.person for row, is_held in zip(rows, held, strict=True) if is_held}


def _find_cancelled(desired: Sequence[Participation]) -> set[PersonId]:
    """The people whose last word is a cancellation."""
    parts = desired.parts if isinstance(desired, Roster) else [desired]
    if all(isinstance(part, RosterBlock) and part.cancelled is None for part in parts):
        return set()
    cancelled_state = AttendanceState.CANCELLED
    cancelled_at = {row.person: row.occurred_at_ms for row in desired if row.state is cancelled_state}
    if not cancelled_at:
        return set()
    later = {row.person for row in desired if row.occurred_at_ms > cancelled_at.get(row.person, row.occurred_at_ms)}
    return set(cancelled_at) - later
