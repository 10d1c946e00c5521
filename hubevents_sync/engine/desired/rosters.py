"""Read an event's rosters against what is known of them: entries that HubSpot has as they stand are passed over.

The truth stays what is on record of people: whoever has an entry that is new, changed or gone, and whoever is watched,
is compared as always. An entry is passed over only if its very bytes were at HubSpot in full, as the only rows of its
person, under the same rules and settings.
"""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cache

from hubevents_sync.engine.desired.hashing import digest_file
from hubevents_sync.engine.desired.reading import declare_desired, read_desired
from hubevents_sync.manifest.declaration import EventDeclaration
from hubevents_sync.manifest.findings import FindingCollector
from hubevents_sync.manifest.rosters.interface import Spread
from hubevents_sync.manifest.rosters.known import Seen, SeenEntries, TakenEntries
from hubevents_sync.model.participation import PersonId
from hubevents_sync.model.project import Project
from hubevents_sync.model.roster_index import NOTHING_KNOWN, IndexedEntries, RosterIndex
from hubevents_sync.model.snapshot import DesiredEvent
from hubevents_sync.resources import schemas_directory
from hubevents_sync.state.identity import Identity
from hubevents_sync.version import __version__

INDEX_FORMAT = "hubevents-sync/roster-index/2"


@dataclass(frozen=True, slots=True)
class RosterReading:
    """An event as desired, and whose record it is to be compared with: that of *people*, or of all where it is None.

    Of the entries that were known, *known*, those were passed over that *seen* says, which has the others that were
    read too; where it is None, none was read. *fingerprint* is what they were read under.
    """

    desired: DesiredEvent
    people: Collection[PersonId] | None
    fingerprint: str
    known: IndexedEntries = NOTHING_KNOWN
    seen: Seen | None = None

    @property
    def passed(self) -> int:
        """How many entries were passed over."""
        if self.seen is None:
            return self.known.count
        return self.known.count_in(self.seen.runs) + len(self.seen.places)

    @property
    def taken(self) -> TakenEntries:
        """The entries that were read, as far as they could be told apart."""
        return self.seen.taken if self.seen else TakenEntries([], [])


def read_rosters(
    declaration: EventDeclaration,
    project: Project,
    *,
    identity: Identity,
    findings: FindingCollector,
    index: RosterIndex | None = None,
    keeps_hashes: bool = False,
    spread: Spread | None = None,
) -> RosterReading:
    """One event with its people, as far as *index* does not know them to be at HubSpot.

    With *keeps_hashes* the entries that were read are told by hash, for the next index. With *spread* others
    read pieces of the rosters.
    """
    fingerprint = make_fingerprint(declaration, project, identity)
    if index is not None and index.fingerprint == fingerprint and index.is_sound:
        found = _pass_files(declaration, index, fingerprint) or _pass_entries(
            declaration, project, identity, findings, index, keeps_hashes=keeps_hashes
        )
        if found is not None:
            return found
    entries = SeenEntries(identity.entry_hasher, NOTHING_KNOWN, keeps_runs=True) if keeps_hashes else None
    desired = read_desired(declaration, project, identity=identity, findings=findings, seen=entries, spread=spread)
    return RosterReading(desired, None, fingerprint, seen=entries.seen if entries else None)


def make_fingerprint(declaration: EventDeclaration, project: Project, identity: Identity) -> str:
    """SHA-256, in hex, over all that gives the text of an entry its meaning, and tells whether it breaks a rule."""
    parts = [
        INDEX_FORMAT,
        _versions(),
        project.timezone,
        declaration.start_ms,
        declaration.end_ms,
        identity.fingerprint,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@cache
def _versions() -> list[str]:
    """The rules and the schema that entries are checked by."""
    schema = (schemas_directory() / "roster.schema.json").read_bytes()
    return [__version__, hashlib.sha256(schema).hexdigest()]


def _pass_files(declaration: EventDeclaration, index: RosterIndex, fingerprint: str) -> RosterReading | None:
    """The event without a look into its rosters, where they are the very files that the index is of."""
    files = declaration.roster_sources
    if index.file_bytes != sum(file.size() for file in files):
        return None  # most changes show in it, and digests don't have to
    if not covers_all(index, declaration) or any(digest_file(file) != index.files[file.file] for file in files):
        return None
    return read_by_index(declaration, index, fingerprint)


def covers_all(index: RosterIndex, declaration: EventDeclaration) -> bool:
    """*index* knows every entry of every roster of the event, as far as these still are the same files."""
    files = [source.file for source in declaration.roster_sources]
    return (
        index.is_whole and len(files) == len(declaration.rosters) == len(index.files) and set(files) == set(index.files)
    )


def read_by_index(declaration: EventDeclaration, index: RosterIndex, fingerprint: str) -> RosterReading:
    """The event as its rosters say it if they are the files that *index*, which covers all of them, is of."""
    desired = replace(
        declare_desired(declaration, digests=index.files), people=index.people, passed_active=index.count_active()
    )
    return RosterReading(desired, index.unpack_watched(), fingerprint, index.unpack())


def _pass_entries(
    declaration: EventDeclaration,
    project: Project,
    identity: Identity,
    findings: FindingCollector,
    index: RosterIndex,
    *,
    keeps_hashes: bool,
) -> RosterReading | None:
    """The event without its known entries; None where one of the others is of a person who was passed over.

    None too where one is wrong: how many people stand twice, say, is told only by who reads all.
    """
    known = index.unpack()
    entries = SeenEntries(identity.entry_hasher, known, keeps_runs=keeps_hashes)
    attempt = FindingCollector()
    desired = read_desired(declaration, project, identity=identity, findings=attempt, seen=entries)
    if attempt.has_errors:
        return None
    left = entries.find_left()
    left_people = known.people_at(left)
    read_people = {row.person for row in desired.snapshot.participations}
    read_people.update(entries.seen.taken.people)
    # Whose entry is left was not passed over: nobody has two of them.
    if known.may_name(read_people.difference(left_people)):
        return None
    for finding in attempt.sorted():
        findings.add(finding)
    left_active = known.have_cancelled_at(left).count(False)
    desired = replace(desired, passed_active=index.count_active() - left_active)
    people = read_people.union(left_people, index.unpack_watched())
    return RosterReading(desired, people, index.fingerprint, known, entries.seen)
