"""Read how long a command may take: ``90s``, ``50m``, ``1h30m``."""

import re

from hubevents_sync.errors import UsageError

WRITTEN = re.compile(r"(?:(?P<hours>[0-9]{1,4})h)?(?:(?P<minutes>[0-9]{1,5})m)?(?:(?P<seconds>[0-9]{1,6})s)?", re.ASCII)


def read_duration(written: str) -> float:
    """*written* in seconds. Raises UsageError for what is not of the form, and for nothing at all."""
    found = WRITTEN.fullmatch(written.strip().lower())
    parts = {name: int(count or 0) for name, count in found.groupdict().items()} if found else {}
    seconds = parts.get("hours", 0) * 3600 + parts.get("minutes", 0) * 60 + parts.get("seconds", 0)
    if not seconds:
        raise UsageError(f"--deadline {written} is no length of time", hint="--deadline 50m, 90s or 1h30m")
    return float(seconds)
