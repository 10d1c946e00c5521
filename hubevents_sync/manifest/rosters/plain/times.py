"""Read a column of times at once: a day and a time of day are looked up, and worked out the first time only."""

import re
from collections.abc import Sequence
from datetime import datetime

from hubevents_sync.manifest.rosters.plain.interface import NotPlain
from hubevents_sync.model.instant import to_epoch_ms

_DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
_TIME_OF_DAY = re.compile(r"T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{3})?(?:Z|[+-][0-9]{2}:[0-9]{2})")
DAY_LENGTH = len("2026-11-30")
MIDNIGHT = "T00:00:00Z"
SOME_DAY = "2000-01-01"
SOME_DAY_MS = to_epoch_ms(datetime.fromisoformat(SOME_DAY + MIDNIGHT))
# A day has 86,400 seconds; with milliseconds, or zones, there is no end to times of day.
MOST_KNOWN = 100_000


class _Days(dict[str, int]):
    def __missing__(self, text: str) -> int:
        self[text] = found = _read(_DAY, text, text + MIDNIGHT)
        return found


class _TimesOfDay(dict[str, int]):
    def __missing__(self, text: str) -> int:
        if len(self) >= MOST_KNOWN:
            self.clear()
        self[text] = found = _read(_TIME_OF_DAY, text, SOME_DAY + text) - SOME_DAY_MS
        return found


def _read(pattern: re.Pattern[str], text: str, whole: str) -> int:
    """Raises NotPlain for all but the one form that most times have."""
    if pattern.fullmatch(text) is None:
        raise NotPlain
    try:
        return to_epoch_ms(datetime.fromisoformat(whole))
    except ValueError as error:  # 30 February
        raise NotPlain from error


class TimeColumns:
    """Reads columns, and remembers days and times of day between them."""

    def __init__(self) -> None:
        self._days = _Days()
        self._times = _TimesOfDay()

    def read(self, column: Sequence[str]) -> list[int]:
        """Each text in epoch milliseconds. Raises NotPlain for one that is not like 2026-11-30T17:00:00+01:00."""
        days, times = self._days, self._times
        return [days[text[:DAY_LENGTH]] + times[text[DAY_LENGTH:]] for text in column]

    def read_some(self, column: Sequence[str]) -> list[int | None]:
        """The same, with None for an empty text."""
        days, times = self._days, self._times
        return [days[text[:DAY_LENGTH]] + times[text[DAY_LENGTH:]] if text else None for text in column]
