"""Count people over all events of a plan, by 8 bytes of each one's hash. Pure."""

from array import array
from collections.abc import Iterable, Sequence

from hubevents_sync.model.participation import PersonId

PACKED_BYTES = 8


def pack_people(people: Iterable[PersonId]) -> bytes:
    """The first half of each hash, one behind the other."""
    return array("Q", b"".join(people))[::2].tobytes()


def count_people(packed: Sequence[bytes]) -> tuple[int, int]:
    """How many people are in all of *packed* together, and how many of them in more than one of these."""
    everybody = array("Q", b"".join(packed))
    distinct = len(set(everybody))
    return distinct, 0 if distinct == len(everybody) else _count_shared(packed)


def _count_shared(packed: Iterable[bytes]) -> int:
    seen: set[int] = set()
    again: set[int] = set()
    for each in packed:
        people = set(array("Q", each))
        again |= seen & people
        seen |= people
    return len(again)
