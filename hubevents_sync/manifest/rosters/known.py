"""What is known of the entries of an event's rosters, and which of them were seen again and passed over."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from hubevents_sync.model.participation import PersonId
from hubevents_sync.model.roster_index import EntryHash, IndexedEntries, Run

# A keyed hash of 16 bytes that is copied and updated. Any: hashlib's objects have no public type.
Hasher = Any
NewHasher = Callable[[], Hasher]
# What stands between line ends and is no entry, where an entry is a line.
BLANK_LINES = frozenset([b"", b"\r"])


class FreshEntries(NamedTuple):
    """Entries to read: *data* has them with their line ends, joined.

    *hashes* and *lines* have for each its hash and the line that it starts on; *starts* too has that line, but where
    those of *data* are counted from *first_line* on.
    """

    data: bytes
    first_line: int
    starts: Sequence[int]
    hashes: Sequence[EntryHash]
    lines: Sequence[int]

    def find(self, starts: Sequence[int]) -> tuple[Sequence[EntryHash], Sequence[int]]:
        """The hashes and the lines of those entries that start on *starts*: a blank line is none."""
        if len(starts) == len(self.starts):
            return self.hashes, self.lines
        places = {line: place for place, line in enumerate(self.starts)}
        found = [places[line] for line in starts]
        return [self.hashes[place] for place in found], [self.lines[place] for place in found]


NO_ENTRIES = FreshEntries(b"", 1, (), (), ())


class NewRun(NamedTuple):
    """Entries that follow each other, by their hashes. *run* is None where the last one does not end its line."""

    run: Run | None
    hashes: Sequence[EntryHash]


@dataclass(slots=True)
class TakenEntries:
    """Entries that were read, in the order of the files: the hash of each, and its person."""

    hashes: list[EntryHash]
    people: list[PersonId]

    def __len__(self) -> int:
        """How many."""
        return len(self.hashes)

    def add(self, hashes: Sequence[EntryHash], people: Sequence[PersonId]) -> None:
        """The next ones."""
        if len(hashes) != len(people):
            raise ValueError("each entry is a person's")
        self.hashes += hashes
        self.people += people


@dataclass(slots=True)
class Seen:
    """What was seen of one file's entries, or of all.

    Of the known ones *runs* are those that were passed over as a whole, as ranges of their numbers, and *places* others
    that were. *taken* are those that were read. *new_runs* are all entries but those of *runs*, for the next index,
    where somebody wants one.
    """

    runs: list[range]
    places: list[int]
    taken: TakenEntries
    new_runs: list[NewRun]

    @classmethod
    def nothing(cls) -> "Seen":
        """Before anything was."""
        return cls([], [], TakenEntries([], []), [])


class SeenEntries:
    """The *known* entries of an event, and what is seen of them while its rosters are read: ``seen``.

    With *keeps_runs* runs are made of those that are not passed over as parts of one.
    """

    def __init__(self, new_hasher: NewHasher, known: IndexedEntries, *, keeps_runs: bool = False) -> None:
        self.known = known
        self.keeps_runs = keeps_runs
        self._new_hasher = new_hasher
        self.seen = Seen.nothing()
        self.starts = {each: number for number, each in enumerate(known.hashes_at(known.firsts[:-1]))}
        self._is_left = bytearray(b"\1") * known.count
        self._places: dict[EntryHash, int] | None = None

    def make_hasher(self, salt: bytes) -> Hasher:
        """A hash of entries whose meaning depends on *salt* too."""
        hasher = self._new_hasher()
        hasher.update(len(salt).to_bytes(4, "little") + salt)
        return hasher

    @property
    def next_run(self) -> int:
        """The run behind the last one that was passed over: where the next file may begin."""
        return self.seen.runs[-1].stop if self.seen.runs else 0

    @property
    def is_indexed(self) -> bool:
        """To look an entry up costs nothing any more."""
        return self._places is not None

    def look_up(self, passed: Seen) -> dict[EntryHash, int]:
        """The places of the known entries by hash, but for those that were passed before or are in *passed*."""
        if self._places is None:
            is_left = bytearray(self._is_left)
            for span in map(self.known.span, passed.runs):
                is_left[span] = bytes(span.stop - span.start)
            for place in passed.places:
                is_left[place] = 0
            places = list(chain.from_iterable(_find_ranges(is_left)))
            self._places = dict(zip(self.known.hashes_at(places), places, strict=True))
        return self._places

    def find_left(self) -> list[int]:
        """The places of the known entries that were not passed over."""
        return list(chain.from_iterable(_find_ranges(self._is_left)))

    def keep(self, seen: Seen) -> int | None:
        """Count all of a file, and say how many entries were passed over in it; None where one stands there twice."""
        is_left = self._is_left
        for span in map(self.known.span, seen.runs):
            if is_left.find(0, span.start, span.stop) >= 0:
                return None
            is_left[span] = bytes(span.stop - span.start)
        for place in seen.places:
            if not is_left[place]:
                return None
            is_left[place] = 0
        self.seen.runs += seen.runs
        self.seen.places += seen.places
        self.seen.taken.add(seen.taken.hashes, seen.taken.people)
        self.seen.new_runs += seen.new_runs
        return self.known.count_in(seen.runs) + len(seen.places)


def hash_each(hasher: Hasher, bodies: Iterable[bytes]) -> list[EntryHash]:
    """The hash of each entry, by its bytes between the mark and the line end; *hasher* stays as it is."""
    copy, hashes = hasher.copy, []
    for body in bodies:
        whole = copy()
        whole.update(body)
        hashes.append(whole.digest())
    return hashes


def _find_ranges(is_left: bytearray) -> Iterator[range]:
    """Where ones stand. They are few, and beside each other: ten times as fast as to look at each."""
    start = is_left.find(1)
    while start >= 0:
        end = is_left.find(0, start)
        end = len(is_left) if end < 0 else end
        yield range(start, end)
        start = is_left.find(1, end)
