"""Remember which signatures were used, for as long as they are good, so that each is good once."""

import base64
from enum import Enum, auto

from hubevents_sync.callback.signature import FRESH_MS

# At most about 50 MB, and enough for 800 requests a second without end.
MOST_REMEMBERED = 500_000
_BUCKET_MS = 60_000


class Use(Enum):
    """What a signature's use is."""

    FIRST = auto()
    REPEATED = auto()
    UNKNOWN = auto()  # the memory is full: whether it was used can't be remembered


class ReplayMemory:
    """The signatures of the last minutes, by the minute that they were made in.

    It is asked about genuine signatures only, so nobody without the client secret can fill it. Nothing is forgotten
    before its time: a full memory takes no more until a minute's signatures are too old to be accepted.
    """

    def __init__(self, *, capacity: int = MOST_REMEMBERED) -> None:
        self._capacity = capacity
        self._buckets: dict[int, set[int]] = {}
        self._count = 0
        self._oldest_bucket = 0

    def __len__(self) -> int:
        return self._count

    def use(self, signature: bytes, timestamp_ms: int, *, now_ms: int) -> Use:
        """Use *signature*, which was made at *timestamp_ms* and is fresh at *now_ms*."""
        self._forget((now_ms - FRESH_MS) // _BUCKET_MS)
        bucket = timestamp_ms // _BUCKET_MS
        if bucket < self._oldest_bucket:  # the clock was set back: it may be among what was forgotten
            return Use.REPEATED
        # 64 bits of an HMAC: nobody can aim at a collision, and half a million meet one by chance in 10^-8 of cases.
        key = int.from_bytes(base64.b64decode(signature)[:8])
        seen = self._buckets.setdefault(bucket, set())
        if key in seen:
            return Use.REPEATED
        if self._count >= self._capacity:
            return Use.UNKNOWN
        seen.add(key)
        self._count += 1
        return Use.FIRST

    def _forget(self, oldest_bucket: int) -> None:
        if oldest_bucket <= self._oldest_bucket:
            return
        self._oldest_bucket = oldest_bucket
        for bucket in [each for each in self._buckets if each < oldest_bucket]:
            self._count -= len(self._buckets.pop(bucket))
