"""Keep what a plan read of rosters until the events' turn in an apply comes, so that it reads none of them twice.

It is kept in memory only, packed, and as far as there is room: the rest is read again. It counts as long as the files
are, byte by byte, those that were read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from hubevents_sync.engine.desired.hashing import digest_file
from hubevents_sync.engine.desired.reading import declare_desired
from hubevents_sync.engine.desired.rosters import RosterReading, make_fingerprint
from hubevents_sync.engine.planning.hands import weigh
from hubevents_sync.manifest.declaration import EventDeclaration
from hubevents_sync.manifest.rosters.interface import RosterFile
from hubevents_sync.manifest.rosters.known import SeenEntries
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.project import Project
from hubevents_sync.model.roster import Block, Roster, RosterBlock
from hubevents_sync.model.roster_index import NOTHING_KNOWN
from hubevents_sync.state.identity import Identity

# Of files of rosters; packed, a row takes about what it takes in CSV. That is two million people.
MOST_KEPT_BYTES = 96 << 20


@dataclass(frozen=True, slots=True)
class KeptReading:
    """What was read of an event's rosters. *packed* has people's addresses: it goes to this process and no further."""

    packed: bytes = field(repr=False)


def choose_kept(declarations: Sequence[EventDeclaration]) -> frozenset[EventKey]:
    """The events of which is kept what is read: the first of *declarations*, as far as there is room."""
    sizes = accumulate(map(weigh, declarations))
    return frozenset(each.event.key for each, size in zip(declarations, sizes, strict=True) if size <= MOST_KEPT_BYTES)


def pack_reading(reading: RosterReading) -> KeptReading | None:
    """*reading*, for as long as this run lasts; None where entries were passed over, or some are in no block."""
    roster = reading.desired.snapshot.participations
    if reading.people is not None or not isinstance(roster, Roster):
        return None
    blocks = [part for part in roster.parts if isinstance(part, Block)]
    if len(blocks) < len(roster.parts):
        return None
    packed = [each for block in blocks for each in block.packed]
    import pickle  # a plan keeps nothing

    return KeptReading(pickle.dumps((reading.fingerprint, packed), pickle.HIGHEST_PROTOCOL))


def unpack_reading(
    kept: KeptReading,
    declaration: EventDeclaration,
    project: Project,
    *,
    identity: Identity,
    digests: Mapping[str, str],
    keeps_hashes: bool,
) -> RosterReading | None:
    """What reading the event's rosters again would give; None where they are to be read again.

    That is so unless each file has the SHA-256 of *digests*, as it had when it was read, and people are hashed as they
    were then. With *keeps_hashes* the entries are told by hash, for the next index.
    """
    import pickle

    fingerprint = make_fingerprint(declaration, project, identity)
    read_under, packed = pickle.loads(kept.packed)  # noqa: S301  packed by this very run
    if read_under != fingerprint:
        return None
    blocks = [block.unpack() for block in packed]
    entries = SeenEntries(identity.entry_hasher, NOTHING_KNOWN, keeps_runs=True) if keeps_hashes else None
    found: dict[str, str] = {}
    for roster in declaration.rosters:
        if not isinstance(roster, RosterFile):
            return None
        file = roster.source.file
        of_file = [block for block in blocks if block.file == file]
        if not _is_as_read(roster, of_file, entries, digest=digests.get(file)):
            return None
        found[file] = digests[file]
    desired = declare_desired(declaration, Roster(blocks), people=sum(map(len, blocks)), digests=found)
    return RosterReading(desired, None, fingerprint, seen=entries.seen if entries else None)


def _is_as_read(
    roster: RosterFile, blocks: Sequence[RosterBlock], entries: SeenEntries | None, *, digest: str | None
) -> bool:
    if entries is None:
        return digest_file(roster.source) == digest
    from hubevents_sync.manifest.rosters.plain.rows import PlainRows, find_format

    plain = find_format(roster.suffix, roster.source.file)
    return plain is not None and PlainRows(roster.source, plain, entries).hash_again(blocks, digest=digest)
