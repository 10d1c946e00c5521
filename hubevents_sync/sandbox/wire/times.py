"""Times as the wire has them (ISO 8601 with an offset) and as the account keeps them (epoch milliseconds)."""

import re
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_INSTANT_MS = 253_402_300_799_999  # the year 9999's last
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:?\d\d)", re.ASCII)


def read_instant(text: str) -> int | None:
    """Epoch milliseconds of *text*, or None where it is no ISO 8601 time with a zone. Finer parts are cut off."""
    if not _INSTANT.fullmatch(text):
        return None
    try:
        return (datetime.fromisoformat(text.upper()) - _EPOCH) // timedelta(milliseconds=1)
    except (ValueError, OverflowError):
        return None


def write_instant(at_ms: int) -> str:
    """*at_ms* with milliseconds and in UTC, as HubSpot writes times: ``2026-11-30T16:00:00.000Z``."""
    text = (_EPOCH + timedelta(milliseconds=at_ms)).isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z"
