"""Which entries of an event's rosters HubSpot has whole: what need not be read again, in hashes."""

import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from hubevents_sync.model.participation import PersonId

# The hash of an entry's text, keyed: 16 bytes, so that by chance no changed entry looks like one that was seen.
EntryHash = bytes
_ENTRY = struct.Struct("16s16s?")
ENTRY_BYTES = _ENTRY.size
PERSON_BYTES = 16


class IndexedEntry(NamedTuple):
    """An entry whose rows are all at HubSpot, as the only ones of its person. *has_cancelled*: the last one cancels."""

    hash: EntryHash
    person: PersonId
    has_cancelled: bool


@dataclass(frozen=True, slots=True)
class RosterIndex:
    """An event's rosters as they were when all that the index names was at HubSpot.

    *fingerprint* stands for all that gives an entry's text its meaning; where it is another now, the index says
    nothing. *files* has the SHA-256 of each file, *people* how many entries there were in all. *entries* are
    IndexedEntry, packed. *watched* are the other people that may be on record, 16 bytes each: who left, who has rows
    that the files don't name, and whose entries are read each time.
    """

    fingerprint: str
    files: Mapping[str, str]
    people: int
    entries: bytes
    watched: bytes = b""

    @property
    def is_whole(self) -> bool:
        """Every entry of the files is in it."""
        return len(self.entries) == self.people * ENTRY_BYTES

    def unpack(self) -> Iterator[IndexedEntry]:
        """The entries, in no order."""
        return map(IndexedEntry._make, _ENTRY.iter_unpack(self.entries))

    def count_active(self) -> int:
        """How many of the entries are of people whose last word is no cancellation. Unpacks nothing."""
        return self.entries[ENTRY_BYTES - 1 :: ENTRY_BYTES].count(b"\0")

    def unpack_watched(self) -> list[PersonId]:
        """The people to look at each time."""
        return [self.watched[start : start + PERSON_BYTES] for start in range(0, len(self.watched), PERSON_BYTES)]


def pack_entries(entries: Iterable[IndexedEntry]) -> bytes:
    """As ``RosterIndex.entries`` holds them."""
    pack = _ENTRY.pack
    return b"".join([pack(*entry) for entry in entries])
