"""Pass over the known entries of one roster without reading them.

Entries that follow each other in the file as they did when it was indexed are passed over by one hash, as a run. What
is no part of such a run is looked up entry by entry once all runs are found: then there is little to look it up in.
"""

from collections.abc import Sequence
from itertools import accumulate

from hubevents_sync.manifest.rosters.known import BLANK_LINES, FreshEntries, Seen, SeenEntries, hash_each
from hubevents_sync.manifest.rosters.known_runs import RunMaker
from hubevents_sync.model.participation import PersonId
from hubevents_sync.model.roster_index import EntryHash

# An entry that is in no known run: its hash, the line that it starts on, its bytes between the mark and the line end.
WaitingEntry = tuple[EntryHash, int, bytes]
# As many entries wait for all runs to be found, or a quarter of those that are known. Where there are more, the file is
# another.
MOST_WAITING = 5_000


class FileEntries:
    """The entries of one file, on the way into a SeenEntries; ``keep`` makes them count.

    Each begins with *mark*, the first one at *line*, counted from 1; *salt* is what else their meaning depends on.
    """

    def __init__(self, seen: SeenEntries, salt: bytes, mark: bytes, *, line: int) -> None:
        self.passed = 0  # how many entries were passed over; ``keep`` tells
        self._all = seen
        self._seen = Seen.nothing()
        self._hasher = seen.make_hasher(salt)
        self._mark = mark
        self._blanks = frozenset() if mark else BLANK_LINES
        self._runs = seen.known.runs
        self._next = seen.next_run
        self._line = line
        self._rest = b""
        self._waiting: list[WaitingEntry] = []
        self._most_waiting = max(MOST_WAITING, seen.known.count // 4)
        self._maker = RunMaker(self._hasher) if seen.keeps_runs else None

    @property
    def count(self) -> int:
        """How many entries there are, as far as they were passed over or told."""
        return self.passed + len(self._seen.taken)

    @property
    def is_due(self) -> bool:
        """There is no sense in waiting any more for what the next piece holds."""
        return self._all.is_indexed or len(self._waiting) >= self._most_waiting

    def look_through(self, data: bytes, *, is_last: bool = False) -> None:
        """Pass over the runs in *data*, the next whole entries. All others wait."""
        if self._rest:
            data = self._rest + data
        line, is_by_line, behind_mark = self._line, not self._mark, len(self._mark)
        copy, starts, wait, maker = self._hasher.copy, self._all.starts, self._waiting.append, self._maker
        end_mark, blanks, runs = b"\n" + self._mark, self._blanks, len(self._runs)
        at, size, failed = 0, len(data), (-1, -1)
        while at < size:
            if self._next < runs:
                at, line, failed = self._pass_runs(data, at, line, is_last=is_last)
                if at == size or self._next < runs:  # the next run goes on in the next piece
                    break
            end = data.find(end_mark, at)
            if end < 0:
                end = size - data.endswith(b"\n")
            body = data[at + behind_mark : end]
            hasher = copy()
            hasher.update(body)
            entry = hasher.digest()
            run = starts.get(entry, runs)
            if run < runs and (at, run) != failed:
                self._next = run
                continue
            if body not in blanks:
                wait((entry, line, body))
                if maker is not None:
                    maker.add(data, entry, at, end + 1)
            line += 1 if is_by_line else body.count(b"\n") + 1
            at = end + 1
        if maker is not None:
            self._seen.new_runs += maker.close(data)
        self._rest, self._line = data[at:], line

    def finish(self) -> None:
        """The file ends here."""
        self.look_through(b"", is_last=True)

    def _pass_runs(self, data: bytes, at: int, line: int, *, is_last: bool) -> tuple[int, int, tuple[int, int]]:
        """Pass over the runs that are expected at *at*, with those of which some entries are others.

        Where they end, on which line that is, and where which of them is another altogether. The next one is expected
        still where *data* ends before it.
        """
        while True:
            first = at
            at, failed = self._pass_whole_runs(data, at, is_last=is_last)
            line += data.count(b"\n", first, at)
            end = at if failed[0] < 0 else self._pass_in_place(data, *failed, line)
            if end == at:
                return at, line, failed
            at, line = end, line + data.count(b"\n", at, end)

    def _pass_whole_runs(self, data: bytes, at: int, *, is_last: bool) -> tuple[int, tuple[int, int]]:
        """Pass over the runs that stand at *at* as they did: where they end, and where which of them is another."""
        runs, mark, copy, size = self._runs, self._mark, self._hasher.copy, len(data)
        first = number = self._next
        failed = -1, -1
        while number < len(runs):
            digest, length, _ = runs[number]
            end = at + length
            if end > size and not is_last:
                break
            hasher = copy()
            hasher.update(data[at:end])
            # Its last entry ends there only if another begins: in YAML it may have got one more line.
            if hasher.digest() != digest or not (end == size or data.startswith(mark, end)):
                failed = at, number
                break
            at = end
            number += 1
        if number > first:
            self._seen.runs.append(range(first, number))
            if self._maker is not None:
                self._seen.new_runs += self._maker.close(data)
        self._next = number if failed[0] < 0 else len(runs)
        return at, failed

    def _pass_in_place(self, data: bytes, at: int, number: int, line: int) -> int:
        """Pass over those entries of the run *number*, at *at*, that stand in it where they did; the others wait.

        Where it ends; *at*, and nothing done, unless it has as many entries as it had and the next run begins there.
        """
        known, mark = self._all.known, self._mark
        if self._maker is not None or number + 1 == len(self._runs):
            return at
        _, length, count = self._runs[number]
        *bodies, _ = data[at + len(mark) : at + 2 * length].split(b"\n" + mark, count + 1)
        if len(bodies) <= count or not self._blanks.isdisjoint(bodies):
            return at
        places = range(known.firsts[number], known.firsts[number] + count + 1)
        hashes, before = hash_each(self._hasher, bodies), known.hashes_at(places)
        if hashes.pop() != before.pop():
            return at
        for entry, was, place, body in zip(hashes, before, places, bodies, strict=False):
            if entry == was:
                self._seen.places.append(place)
            else:
                self._waiting.append((entry, line, body))
            line += body.count(b"\n") + 1
        self._next = number + 1
        return at + sum(map(len, bodies[:-1])) + count * (len(mark) + 1)

    def pick(self) -> FreshEntries | None:
        """Those that waited and are not known: they are to be read, and their people to be told next, by ``tell``."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return None
        places = self._all.look_up(self._seen)
        fresh = [each for each in waiting if each[0] not in places]
        if len(fresh) < len(waiting):
            self._seen.places += [places[each[0]] for each in waiting if each[0] in places]
        if not fresh:
            return None
        hashes, lines, bodies = zip(*fresh, strict=True)
        data = b"".join([b"%b%b\n" % (self._mark, body) for body in bodies])
        heights = [body.count(b"\n") + 1 for body in bodies[:-1]]
        return FreshEntries(data, 1, list(accumulate(heights, initial=1)), hashes, lines)

    def tell(self, hashes: Sequence[EntryHash], people: Sequence[PersonId]) -> None:
        """Who the entries with these *hashes* are, in their order."""
        self._seen.taken.add(hashes, people)

    def keep(self) -> bool:
        """Count all of the file; False, and nothing counted, where an entry stands twice."""
        passed = self._all.keep(self._seen)
        self.passed = passed or 0
        return passed is not None
