"""Which entries of an event's rosters HubSpot has whole: what need not be read again, in hashes."""

import struct
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from hubevents_sync.model.participation import PersonId
from hubevents_sync.model.people import number_of

# The hash of an entry's bytes, keyed: 16 bytes, so that by chance no changed entry looks like one that was seen.
EntryHash = bytes
HASH_BYTES = PERSON_BYTES = 16
# Each entry takes as many, in columns: hash, person, whether the last word is a cancellation. So does each run, and the
# end, which says how many there are of both: an index that was cut off is none. It has the size of the files too.
ENTRY_BYTES = HASH_BYTES + PERSON_BYTES + 1
_RUN = struct.Struct("<16sIH11x")
_END = struct.Struct("<IIQ17x")
# That many entries in a run: with one in a hundred changed, six of seven runs are as they were.
RUN_ENTRIES = 12

# Entries that followed each other in a file: the keyed hash of their bytes, how many bytes, how many entries.
Run = tuple[bytes, int, int]


class EntryColumns(NamedTuple):
    """Entries by columns, each of them joined: hashes, people, and a byte that is 1 where the last word cancels.

    All rows of such an entry are at HubSpot, as the only ones of its person.
    """

    hashes: bytes = b""
    people: bytes = b""
    have_cancelled: bytes = b""


@dataclass(frozen=True, slots=True)
class IndexedEntries:
    """All entries of an index, each known by its place. Those of the *runs* come first, run by run.

    *firsts* has the place of each run's first entry, and of what follows the last run. Nothing is unpacked of *packed*
    but what is asked for.
    """

    count: int = 0
    runs: Sequence[Run] = ()
    firsts: Sequence[int] = (0,)
    packed: bytes = field(default=b"", repr=False)

    def span(self, runs: range) -> slice:
        """The places of the entries of *runs*, by their numbers."""
        return slice(self.firsts[runs.start], self.firsts[runs.stop])

    def count_in(self, runs: Iterable[range]) -> int:
        """How many entries are part of *runs*."""
        return sum(self.firsts[each.stop] - self.firsts[each.start] for each in runs)

    def hashes_at(self, places: Iterable[int]) -> list[EntryHash]:
        """The hashes of the entries at *places*."""
        packed = self.packed
        return [packed[start : start + HASH_BYTES] for start in (place * HASH_BYTES for place in places)]

    def people_at(self, places: Iterable[int]) -> list[PersonId]:
        """The people of the entries at *places*."""
        packed, first = self.packed, self.count * HASH_BYTES
        return [packed[start : start + PERSON_BYTES] for start in (first + place * PERSON_BYTES for place in places)]

    def have_cancelled_at(self, places: Iterable[int]) -> list[bool]:
        """For each entry at *places* whether its last word is a cancellation."""
        packed, first = self.packed, self.count * (HASH_BYTES + PERSON_BYTES)
        return [packed[first + place] != 0 for place in places]

    def may_name(self, people: Iterable[PersonId]) -> bool:
        """Whether one of *people* has an entry; by chance, in one of a billion cases, it says so though nobody has."""
        halves = set(map(number_of, people))
        first = self.count * HASH_BYTES
        column = array("Q", self.packed[first : first + self.count * PERSON_BYTES])
        return not halves.isdisjoint(column[::2])  # numbers take a third of the time of bytes

    def columns(self, places: slice) -> EntryColumns:
        """The entries at *places*, with no step between them."""
        packed, count = self.packed, self.count
        start, end, _ = places.indices(count)
        people, flags = count * HASH_BYTES, count * (HASH_BYTES + PERSON_BYTES)
        return EntryColumns(
            packed[start * HASH_BYTES : end * HASH_BYTES],
            packed[people + start * PERSON_BYTES : people + end * PERSON_BYTES],
            packed[flags + start : flags + end],
        )


NOTHING_KNOWN = IndexedEntries()


@dataclass(frozen=True, slots=True)
class RosterIndex:
    """An event's rosters as they were when all that the index names was at HubSpot.

    *fingerprint* stands for all that gives an entry's text its meaning; where it is another now, the index says
    nothing. *files* has the SHA-256 of each file, *people* how many entries there were in all. *entries* are
    IndexedEntries, packed. *watched* are the other people that may be on record, 16 bytes each: who left, who has rows
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
        return self.is_sound and _read_end(self.entries)[0] == self.people

    @property
    def is_sound(self) -> bool:
        """Nothing of it is cut off."""
        count, run_count, _ = _read_end(self.entries)
        wanted = count * ENTRY_BYTES + run_count * _RUN.size + _END.size if count else 0
        return len(self.entries) == wanted and len(self.watched) % PERSON_BYTES == 0

    @property
    def file_bytes(self) -> int:
        """How large the files were, all together: where they are not so now, they are others."""
        return _read_end(self.entries)[2]

    def unpack(self) -> IndexedEntries:
        """The entries."""
        count, run_count, _ = _read_end(self.entries)
        first = count * ENTRY_BYTES
        runs: list[Run] = list(_RUN.iter_unpack(self.entries[first : first + run_count * _RUN.size]))
        firsts = list(accumulate((entries for _, _, entries in runs), initial=0))
        return IndexedEntries(count, runs, firsts, self.entries)

    def count_active(self) -> int:
        """How many of the entries are of people whose last word is no cancellation. Unpacks nothing."""
        count, _, _ = _read_end(self.entries)
        return self.entries[count * (HASH_BYTES + PERSON_BYTES) : count * ENTRY_BYTES].count(b"\0")

    def unpack_watched(self) -> list[PersonId]:
        """The people to look at each time."""
        return [self.watched[start : start + PERSON_BYTES] for start in range(0, len(self.watched), PERSON_BYTES)]


def pack_entries(columns: Iterable[EntryColumns], runs: Iterable[Run] = (), *, file_bytes: int = 0) -> bytes:
    """As ``RosterIndex.entries`` holds them: those of the *runs* in their order, and then the others."""
    hashes, people, have_cancelled = (b"".join(parts) for parts in zip(EntryColumns(), *columns, strict=True))
    packed_runs = [_RUN.pack(*run) for run in runs]
    end = _END.pack(len(have_cancelled), len(packed_runs), file_bytes)
    return b"".join([hashes, people, have_cancelled, *packed_runs, end]) if have_cancelled else b""


def _read_end(packed: bytes) -> tuple[int, int, int]:
    """How many entries and runs *packed* should have, and the size of the files."""
    if len(packed) < _END.size:
        return 0, 0, 0
    count, run_count, file_bytes = _END.unpack_from(packed, len(packed) - _END.size)
    return count, run_count, file_bytes
