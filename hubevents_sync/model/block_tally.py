"""What a plan counts and digests of a roster's blocks, so that it can be told by whoever read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from hubevents_sync.model.participation import AttendanceState

TIME_BYTES = 8


class SortedRows(NamedTuple):
    """Rows of one state as a digest takes them, sorted by the folded e-mail: texts by lines, times as 64 bits.

    Where somebody stands twice they are sorted by all there is. What none of the rows has is an empty column.
    """

    emails: bytes
    occurred: bytes
    joined: bytes
    left: bytes
    contacts: bytes

    @property
    def row_count(self) -> int:
        """How many they are."""
        return len(self.occurred) // TIME_BYTES


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class BlockTally:
    """Counts over blocks of which nothing is held, and their rows sorted by state.

    *people* are 8 bytes of each hash, *rounds* count rows by round and state, *days* by state and day, *domains* people
    by the domain of their e-mails as it is written.
    """

    people: bytes
    rounds: Mapping[tuple[int, AttendanceState], int]
    days: Mapping[tuple[AttendanceState, int], int]
    domains: Mapping[str, int]
    sorted_rows: Mapping[AttendanceState, SortedRows]
