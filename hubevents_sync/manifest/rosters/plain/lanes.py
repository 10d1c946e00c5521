"""Read times that are written alike all at once: by columns of their digits, each of them one long number.

To Python the sum of two numbers of a thousand bytes is one step, where a thousand sums are a thousand. So the times of
a column are worked out side by side, each in a lane of its own, a run of bytes within one long number. Every lane is
wide enough for what it comes to, so that none runs over into the next.
"""

import re
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import accumulate

from hubevents_sync.model.instant import to_epoch_ms
from hubevents_sync.model.moments import Moments, unpack_times

# All but a fraction of the seconds and the zone has its place.
_FORM = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{3})?(?:Z|[+-][0-9]{2}:[0-9]{2})")
_TENS = (2, 5, 8, 11, 14, 17)  # of the year in its century, the month, the day, the hour, the minute, the second
_SAME_IN_ALL = (0, 1, 4, 7, 10, 13, 16)
_REST = 19  # where the fraction and the zone begin: these are the same in all too
_MIDNIGHT = "2000-01-01T00:00:00"
_MIDNIGHT_MS = to_epoch_ms(datetime.fromisoformat(f"{_MIDNIGHT}Z"))


def _table(values: Iterable[int]) -> bytes:
    """What ``bytes.translate`` puts in the place of 0, 1, 2 and so on."""
    return bytes(values).ljust(256, b"\0")


def _tables(values: Iterable[int]) -> tuple[bytes, bytes]:
    """Those of the lower bytes and of the higher ones."""
    low, high = zip(*(divmod(value, 256)[::-1] for value in values), strict=True)
    return _table(low), _table(high)


_LENGTHS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAYS_OF_MONTH = _table(_LENGTHS)
_DAYS_BEFORE_MONTH = _tables((0, 0, *accumulate(_LENGTHS[1:12])))
# Since the last day of 1969: the day of the month is added to it.
_DAYS_BEFORE_YEAR = _tables((date(year, 1, 1) - date(1970, 1, 2)).days for year in range(2000, 2100))
_IS_LEAP_YEAR = _table(year % 4 == 0 for year in range(100))  # 2000 too
_IS_FEBRUARY = _table(month == 2 for month in range(13))
_IS_BEHIND_FEBRUARY = _table(month > 2 for month in range(13))


def read_alike(texts: Sequence[str], given: bytes | None) -> Moments | None:
    """*texts* as times; None unless all are times, with the same zone, and all or none with milliseconds."""
    count, stride = len(texts), len(texts[0]) + 1
    # With a line end where each text is to end there are as many as texts: so no text has one in it, or another length.
    whole = "\n".join((*texts, ""))
    if _FORM.fullmatch(texts[0]) is None or len(whole) != count * stride or not whole.isascii():
        return None
    data = whole.encode()
    if any(data[at::stride] != data[at : at + 1] * count for at in (*_SAME_IN_ALL, *range(_REST, stride))):
        return None
    pairs = _read_pairs(data, stride)
    if pairs is None:
        return None
    years, months, days, *clock = (pairs[start : start + count] for start in range(0, len(pairs), count))
    if not _are_days(years, months, days) or not _are_times_of_day(*clock):
        return None
    return _put_together(_number_days(years, months, days), clock, texts[0][_REST:], given)


def are_apart(earlier: "array[int]", later: "array[int]", least_ms: int) -> bool:
    """Each of *later* is *least_ms* behind its own of *earlier* at least. A fifth of the time of looking at each."""
    one = _repeat(b"\1\0\0\0\0\0\0\0", len(later))
    highest = one << 63
    sums = int.from_bytes(later, sys.byteorder) + highest - int.from_bytes(earlier, sys.byteorder) - one * least_ms
    return sums & highest == highest


def _read_pairs(data: bytes, stride: int) -> bytes | None:
    """All years, then all months, and so on, a byte each; None where one of them is no number."""
    tens = b"".join([data[at::stride] for at in _TENS])
    ones = b"".join([data[at + 1 :: stride] for at in _TENS])
    if not tens.isdigit() or not ones.isdigit():
        return None
    digits = _repeat(b"\x0f", len(tens))
    return ((_join(tens) & digits) * 10 + (_join(ones) & digits)).to_bytes(len(tens), "little")


def _are_days(years: bytes, months: bytes, days: bytes) -> bool:
    """Each month has such a day."""
    if months.translate(None, bytes(range(1, 13))) or 0 in days:
        return False
    count = len(days)
    lengths = _join(months.translate(_DAYS_OF_MONTH)) + _both(years, _IS_LEAP_YEAR, months, _IS_FEBRUARY)
    # The highest bit of a lane is left where nothing had to be borrowed from it.
    highest = _repeat(b"\x80", count)
    return (lengths + highest - _join(days)) & highest == highest


def _are_times_of_day(hours: bytes, minutes: bytes, seconds: bytes) -> bool:
    return not hours.translate(None, bytes(range(24))) and not (minutes + seconds).translate(None, bytes(range(60)))


def _number_days(years: bytes, months: bytes, days: bytes) -> bytes:
    """The days since 1970, two bytes each."""
    leap_days = _both(years, _IS_LEAP_YEAR, months, _IS_BEHIND_FEBRUARY)
    of_month = (_join(days) + leap_days).to_bytes(len(days), "little")
    sums = _look_up(years, _DAYS_BEFORE_YEAR) + _look_up(months, _DAYS_BEFORE_MONTH) + _widen(2, of_month)
    return sums.to_bytes(2 * len(days), "little")


def _put_together(days: bytes, clock: Sequence[bytes], rest: str, given: bytes | None) -> Moments | None:
    """The milliseconds since 1970, in lanes of eight bytes, and how many there are of each day."""
    try:
        rest_ms = to_epoch_ms(datetime.fromisoformat(_MIDNIGHT + rest)) - _MIDNIGHT_MS
    except ValueError:  # no such zone
        return None
    hours, minutes, seconds = clock
    count = len(seconds)
    parts = _widen(8, seconds, minutes, hours, days[0::2], days[1::2])
    one = _repeat(b"\1\0\0\0\0\0\0\0", count)
    byte = one * 0xFF
    sums = (parts & byte) * 1000 + (parts >> 8 & byte) * 60_000 + (parts >> 16 & byte) * 3_600_000
    sums += (parts >> 24 & one * 0xFFFF) * 86_400_000 + one * rest_ms
    times = unpack_times(sums.to_bytes(8 * count, "little"))
    return Moments(times, given, _count_days(days)) if rest in {"Z", ".000Z"} else Moments.of(times, given)


def _count_days(days: bytes) -> dict[int, int]:
    """How many there are of each; the higher byte is the same in most."""
    lows, highs = days[0::2], days[1::2]
    if highs.count(highs[:1]) == len(highs):
        return {highs[0] << 8 | low: count for low, count in Counter(lows).items()}
    return {high << 8 | low: count for (low, high), count in Counter(zip(lows, highs, strict=True)).items()}


def _join(lanes: bytes | bytearray) -> int:
    return int.from_bytes(lanes, "little")


@lru_cache(maxsize=16)
def _repeat(lane: bytes, count: int) -> int:
    return _join(lane * count)


def _widen(width: int, *columns: bytes) -> int:
    """Lanes of *width* bytes, the first of which are those of *columns*."""
    wide = bytearray(width * len(columns[0]))
    for place, column in enumerate(columns):
        wide[place::width] = column
    return _join(wide)


def _look_up(keys: bytes, tables: tuple[bytes, bytes]) -> int:
    """What *tables* have for each of *keys*, in lanes of two bytes."""
    return _widen(2, *map(keys.translate, tables))


def _both(some: bytes, some_table: bytes, others: bytes, other_table: bytes) -> int:
    """1 in each lane where both tables say so."""
    return _join(some.translate(some_table)) & _join(others.translate(other_table))
