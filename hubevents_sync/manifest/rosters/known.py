"""Pass over the entries of a roster that were seen before and are known to be at HubSpot, without reading them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hubevents_sync.manifest.rosters.plain.interface import RawEntries
from hubevents_sync.model.participation import PersonId
from hubevents_sync.model.roster_index import EntryHash

# A keyed hash of 16 bytes that is copied and updated. Any: hashlib's objects have no public type.
Hasher = Any
NewHasher = Callable[[], Hasher]


class SeenEntries:
    """What is seen of an event's entries while its rosters are read.

    *known* maps the hash of an entry to its person. Those that are found are passed over and kept in ``passed``; of the
    others ``taken`` has the hash and the person, in the order of the files.
    """

    def __init__(self, new_hasher: NewHasher, known: Mapping[EntryHash, PersonId]) -> None:
        self.passed: set[EntryHash] = set()
        self.taken: list[tuple[EntryHash, PersonId]] = []
        self._new_hasher = new_hasher
        self._known = known

    def begin(self, salt: bytes) -> "FileEntries":
        """The entries of one file; *salt* is what their meaning depends on beside their own text."""
        hasher = self._new_hasher()
        hasher.update(len(salt).to_bytes(4, "little") + salt)
        return FileEntries(self, hasher, self._known)


class FileEntries:
    """The entries of one file, on the way into a SeenEntries; ``keep`` makes them count."""

    def __init__(self, seen: SeenEntries, hasher: Hasher, known: Mapping[EntryHash, PersonId]) -> None:
        self._seen = seen
        self._hasher = hasher
        self._known = known
        self._passed: list[EntryHash] = []
        self._taken: list[tuple[EntryHash, PersonId]] = []
        self._hashes: Sequence[EntryHash] = ()

    def pass_over(self, raw: RawEntries) -> RawEntries:
        """Those of *raw* that are not known. Their people are to be told next, by ``tell``."""
        hashes = self._hash(raw.texts)
        known = self._known
        if known.keys().isdisjoint(hashes):
            self._hashes = hashes
            return raw
        fresh = [index for index, each in enumerate(hashes) if each not in known]
        self._passed += [each for each in hashes if each in known]
        self._hashes = [hashes[index] for index in fresh]
        return RawEntries([raw.texts[index] for index in fresh], [raw.lines[index] for index in fresh])

    def tell(self, people: Sequence[PersonId]) -> None:
        """Who the entries are that were not known, in their order."""
        self._taken += zip(self._hashes, people, strict=True)

    @property
    def passed(self) -> int:
        """How many entries were passed over."""
        return len(self._passed)

    def keep(self) -> bool:
        """Count all of the file; False, and nothing counted, where an entry stands twice."""
        passed = set(self._passed)
        if len(passed) < len(self._passed) or not self._seen.passed.isdisjoint(passed):
            return False
        self._seen.passed |= passed
        self._seen.taken += self._taken
        return True

    def _hash(self, texts: Sequence[str]) -> list[EntryHash]:
        copy = self._hasher.copy
        hashes = []
        for text in "\0".join(texts).encode().split(b"\0"):  # no roster holds a NUL
            hasher = copy()
            hasher.update(text)
            hashes.append(hasher.digest())
        return hashes
