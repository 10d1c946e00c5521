"""Count people over all events of a plan, by 8 bytes of each one's hash. Pure."""

from array import array
from collections.abc import Iterable

from hubevents_sync.model.participation import PersonId
from hubevents_sync.model.people import NUMBER_BYTES, numbers_of


def pack_people(people: Iterable[PersonId]) -> bytes:
    """The first bytes of each hash, one behind the other; all are of one length."""
    return numbers_of(list(people)).tobytes()


class PeopleCount:
    """Counts as events come in, in whatever order: who becomes a contact, and who joins several events.

    Most plans add the very same people to both; they are told apart from the first event on that does not.
    """

    def __init__(self) -> None:
        self._new = _Union()
        self._joined: _Union | None = None

    def add(self, new_people: bytes, joined_people: bytes) -> None:
        """Those of one event, packed: nobody is twice in either."""
        if self._joined is None and joined_people != new_people:
            self._joined = self._new.copy()
        self._new.add(new_people)
        if self._joined is not None:
            self._joined.add(joined_people)

    @property
    def new_contacts(self) -> int:
        """How many may become new contacts, each counted once."""
        return self._new.count()

    @property
    def shared(self) -> int:
        """How many join more than one event."""
        return (self._joined or self._new).count_shared()


class _Union:
    """The people of several events. Those of one alone are different anyway, and need no set."""

    def __init__(self, parts: Iterable[bytes] = ()) -> None:
        self._parts: list[bytes] = []
        self._people: set[int] = set()
        for part in parts:
            self.add(part)

    def copy(self) -> "_Union":
        return _Union(self._parts)

    def add(self, part: bytes) -> None:
        if part:
            self._parts.append(part)
            if len(self._parts) == 2:
                self._people.update(array("Q", self._parts[0]))
            if len(self._parts) > 1:
                self._people.update(array("Q", part))

    def count(self) -> int:
        return len(self._people) if len(self._parts) > 1 else self._size

    def count_shared(self) -> int:
        if self.count() == self._size:
            return 0
        seen: set[int] = set()
        again: set[int] = set()
        for part in self._parts:
            people = set(array("Q", part))
            again |= seen & people
            seen |= people
        return len(again)

    @property
    def _size(self) -> int:
        return sum(map(len, self._parts)) // NUMBER_BYTES
