"""When many entries of a roster did one thing, as numbers side by side: a fourth of the memory of a list of them."""

import sys
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, repeat
from operator import floordiv
from typing import Self, TypeVar

T = TypeVar("T")
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """*times*, in epoch milliseconds, of those entries of a block that have one, in the block's order. One at least.

    *given* has a byte for each entry of the block: 1 where it has such a time, 0 where not; None where all have one.
    *days* counts the times by day since 1970, in UTC.
    """

    times: "array[int]"
    given: bytes | None
    days: Mapping[int, int]

    @classmethod
    def of(cls, times: Sequence[int], given: bytes | None = None) -> Self:
        """With the days counted."""
        return cls(array("q", times), given, Counter(map(floordiv, times, repeat(DAY_MS))))

    def __len__(self) -> int:
        """How many entries have a time."""
        return len(self.times)

    def select(self, column: Sequence[T]) -> Sequence[T]:
        """What of *column*, which has something for each entry, belongs to those that have a time."""
        return column if self.given is None else list(compress(column, self.given))

    def spread(self) -> Iterator[int]:
        """A time for each entry, 0 where it has none; each made as it is asked for."""
        times = iter(self.times)
        return times if self.given is None else map(next, map((repeat(0), times).__getitem__, self.given))

    def has_after(self, moment_ms: int) -> bool:
        """One is later than that. The days settle it most of the time."""
        return (max(self.days) + 1) * DAY_MS > moment_ms and max(self.times) > moment_ms

    def has_before(self, moment_ms: int) -> bool:
        """One is earlier than that."""
        return min(self.days) * DAY_MS < moment_ms and min(self.times) < moment_ms

    def is_days_before(self, other: "Moments") -> bool:
        """All are of days before those of *other*: then no two need to be compared."""
        return max(self.days) < min(other.days)


def find_latest(columns: Sequence[Moments]) -> int:
    """The last of all times of *columns*."""
    last_day = max(max(column.days) for column in columns)
    return max(max(column.times) for column in columns if last_day in column.days)


def pack_times(times: "array[int]") -> bytes:
    """*times* as 64 bits each, the lowest byte first on every machine."""
    if sys.byteorder == "big":
        times = times[:]
        times.byteswap()
    return times.tobytes()


def unpack_times(packed: bytes) -> "array[int]":
    """What ``pack_times`` packed."""
    times = array("q", packed)
    if sys.byteorder == "big":
        times.byteswap()
    return times


def pair_times(one: Moments, other: Moments) -> tuple[Sequence[int], Sequence[int]]:
    """Both times of each entry that has both, as two columns."""
    of_one = one.times if other.given is None else list(compress(one.times, one.select(other.given)))
    of_other = other.times if one.given is None else list(compress(other.times, other.select(one.given)))
    return of_one, of_other
