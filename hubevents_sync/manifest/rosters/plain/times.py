"""Read a column of times at once. Where not all are written alike, an hour and what is behind it are looked up.

Each of the two is worked out the first time only. Cut behind the hour, both are few: a year has 8,760 hours, and an
hour 3,600 seconds. Behind the day there would be 86,400, more than a processor's cache holds.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from hubevents_sync.manifest.rosters.plain.interface import NotPlain
from hubevents_sync.manifest.rosters.plain.lanes import read_alike
from hubevents_sync.model.instant import to_epoch_ms
from hubevents_sync.model.moments import Moments

_HOUR = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}")
_REST = re.compile(r":[0-9]{2}:[0-9]{2}(?:\.[0-9]{3})?(?:Z|[+-][0-9]{2}:[0-9]{2})")
HOUR_LENGTH = len("2026-11-30T17")
ON_THE_HOUR = ":00:00Z"
SOME_HOUR = "2000-01-01T00"
SOME_HOUR_MS = to_epoch_ms(datetime.fromisoformat(SOME_HOUR + ON_THE_HOUR))
# With milliseconds, or zones, there is no end to what stands behind an hour.
MOST_KNOWN = 100_000


class _Hours(dict[str, int]):
    def __missing__(self, text: str) -> int:
        found = _read(_HOUR, text, text + ON_THE_HOUR)
        _keep(self, text, found)
        return found


class _Rests(dict[str, int]):
    def __missing__(self, text: str) -> int:
        found = _read(_REST, text, SOME_HOUR + text) - SOME_HOUR_MS
        _keep(self, text, found)
        return found


def _read(pattern: re.Pattern[str], text: str, whole: str) -> int:
    """Raises NotPlain for all but the one form that most times have."""
    if pattern.fullmatch(text) is None:
        raise NotPlain
    try:
        return to_epoch_ms(datetime.fromisoformat(whole))
    except ValueError as error:  # 30 February
        raise NotPlain from error


def _keep(known: dict[str, int], text: str, moment: int) -> None:
    if len(known) >= MOST_KNOWN:
        known.clear()
    known[text] = moment


class TimeColumns:
    """Reads columns, and remembers hours and what stood behind them between those whose times are not all alike."""

    def __init__(self) -> None:
        self._hours = _Hours()
        self._rests = _Rests()

    def read(self, column: Sequence[str], given: bytes | None = None) -> Moments:
        """The times of those texts that are not empty, one at least; *given* tells which, None that all are.

        Raises NotPlain for one that is not like 2026-11-30T17:00:00+01:00.
        """
        texts = column if given is None else list(filter(None, column))
        alike = read_alike(texts, given)
        if alike is not None:
            return alike
        hours, rests = self._hours, self._rests
        return Moments.of([hours[text[:HOUR_LENGTH]] + rests[text[HOUR_LENGTH:]] for text in texts], given)
