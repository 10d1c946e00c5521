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
# So many of a column tell whether its times are mostly the same few.
SAMPLE = 100


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


class _Times(dict[str, int]):
    """Whole times: for columns in which the same few stand again and again, as attendances begin and end."""

    def __init__(self, days: _Days, times_of_day: _TimesOfDay) -> None:
        super().__init__()
        self._days = days
        self._times_of_day = times_of_day

    def __missing__(self, text: str) -> int:
        if len(self) >= MOST_KNOWN:
            self.clear()
        found = self._days[text[:DAY_LENGTH]] + self._times_of_day[text[DAY_LENGTH:]] if text else 0
        self[text] = found
        return found


class TimeColumns:
    """Reads columns, and remembers days, times of day and whole times between them."""

    def __init__(self) -> None:
        self._days = _Days()
        self._times_of_day = _TimesOfDay()
        self._times = _Times(self._days, self._times_of_day)

    def read(self, column: Sequence[str]) -> list[int]:
        """Each text in epoch milliseconds, an empty one as 0.

        Raises NotPlain for one that is not like 2026-11-30T17:00:00+01:00.
        """
        if len(set(column[:SAMPLE])) < SAMPLE / 2:
            return list(map(self._times.__getitem__, column))
        days, times = self._days, self._times_of_day
        return [days[text[:DAY_LENGTH]] + times[text[DAY_LENGTH:]] if text else 0 for text in column]
