"""Make runs of the entries of a roster, for the next index; and all of them at once where nothing is known."""

from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

from hubevents_sync.manifest.rosters.known import (
    BLANK_LINES,
    NO_ENTRIES,
    FreshEntries,
    Hasher,
    NewRun,
    Seen,
    SeenEntries,
    hash_each,
)
from hubevents_sync.manifest.source import CHUNK
from hubevents_sync.model.participation import PersonId
from hubevents_sync.model.roster_index import RUN_ENTRIES, EntryHash, Run


def make_run(hasher: Hasher, content: bytes, entries: int) -> Run | None:
    """The run of *entries* with *content*; None where its last line does not end, and so may go on later."""
    if not content.endswith(b"\n"):
        return None
    whole = hasher.copy()
    whole.update(content)
    return whole.digest(), len(content), entries


def _leave_out_blanks(hashes: Sequence[EntryHash], bodies: Iterable[bytes]) -> list[EntryHash]:
    """Blank lines are no entries."""
    return [each for each, body in zip(hashes, bodies, strict=True) if body not in BLANK_LINES]


class RunMaker:
    """Makes runs of the entries that follow each other."""

    def __init__(self, hasher: Hasher) -> None:
        self._hasher = hasher
        self._start = self._end = 0
        self._hashes: list[EntryHash] = []
        self._made: list[NewRun] = []

    def add(self, data: bytes, entry: EntryHash, start: int, end: int) -> None:
        """The next one, *entry*, from *start* to *end* of *data*."""
        if not self._hashes:
            self._start = start
        self._end = end
        self._hashes.append(entry)
        if len(self._hashes) == RUN_ENTRIES or end - self._start >= CHUNK:
            self._end_run(data)

    def close(self, data: bytes) -> list[NewRun]:
        """The next entry does not follow the last one, or no longer in *data*. All runs since the last time."""
        if self._hashes:
            self._end_run(data)
        made, self._made = self._made, []
        return made

    def _end_run(self, data: bytes) -> None:
        run = make_run(self._hasher, data[self._start : self._end], len(self._hashes))
        self._made.append(NewRun(run, self._hashes))
        self._hashes = []


class FirstEntries:
    """The entries of one file of which none is known: as ``FileEntries``, in half the time.

    *fresh* are those that were looked through last.
    """

    passed = 0
    is_due = True

    def __init__(self, seen: SeenEntries, salt: bytes, mark: bytes, *, line: int) -> None:
        self._all = seen
        self._seen = Seen.nothing()
        self._hasher = seen.make_hasher(salt)
        self._mark = mark
        self._line = line
        self.fresh = NO_ENTRIES

    @property
    def count(self) -> int:
        """How many entries there are, as far as they were told."""
        return len(self._seen.taken)

    def look_through(self, data: bytes) -> None:
        """Hash the entries of *data*, the next whole ones."""
        bodies = data[len(self._mark) :].removesuffix(b"\n").split(b"\n" + self._mark)
        hashes, first_line = hash_each(self._hasher, bodies), self._line
        starts: Sequence[int] = range(first_line, first_line + len(bodies))
        if self._mark:  # an entry may have several lines
            starts = list(accumulate((body.count(b"\n") + 1 for body in bodies[:-1]), initial=first_line))
        self._line += data.count(b"\n")
        self.fresh = FreshEntries(data, first_line, starts, hashes, starts)
        self._make_runs(data, bodies, hashes)

    def _make_runs(self, data: bytes, bodies: Sequence[bytes], hashes: Sequence[EntryHash]) -> None:
        around, firsts = len(self._mark) + 1, range(0, len(bodies), RUN_ENTRIES)
        ends = list(accumulate(map(len, bodies), initial=0))
        starts = [*(ends[first] + around * first for first in firsts), len(data)]
        contents = [data[start:end] for start, end in pairwise(starts)]
        own = [hashes[first : first + RUN_ENTRIES] for first in firsts]
        if not self._mark and (b"\n\n" in data or b"\r" in data or data.startswith(b"\n")):
            parts = (bodies[first : first + RUN_ENTRIES] for first in firsts)
            own = [_leave_out_blanks(some, part) for some, part in zip(own, parts, strict=True)]
        runs: list[Run | None] = [
            *zip(hash_each(self._hasher, contents), map(len, contents), map(len, own), strict=True)
        ]
        if not contents[-1].endswith(b"\n"):
            runs[-1] = None
        self._seen.new_runs += [NewRun(run, some) for run, some in zip(runs, own, strict=True) if some]

    def finish(self) -> None:
        """The file ends here."""
        self.fresh = NO_ENTRIES

    def pick(self) -> FreshEntries | None:
        """All of them."""
        return self.fresh if self.fresh.hashes else None

    def tell(self, hashes: Sequence[EntryHash], people: Sequence[PersonId]) -> None:
        """Who the entries with these *hashes* are, in their order."""
        self._seen.taken.add(hashes, people)

    def keep(self) -> bool:
        """Count all of the file."""
        return self._all.keep(self._seen) is not None
