"""Points in time as epoch milliseconds, and their one way of being written."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def to_epoch_ms(moment: datetime) -> int:
    """*moment*, which must carry an offset, as whole milliseconds since 1970; finer parts are cut off."""
    return (moment - EPOCH) // MILLISECOND


def format_instant(epoch_ms: int) -> str:
    """*epoch_ms* in UTC as RFC 3339: ``2026-11-30T16:00:00Z``, with milliseconds only where there are any.

    >>> format_instant(1_796_054_400_000)
    '2026-11-30T16:00:00Z'
    """
    moment = EPOCH + timedelta(milliseconds=epoch_ms)
    written = moment.isoformat(timespec="seconds").removesuffix("+00:00")
    milliseconds = epoch_ms % 1000
    return f"{written}.{milliseconds:03d}Z" if milliseconds else f"{written}Z"


def parse_instant(written: str) -> int:
    """Epoch milliseconds of a time that :func:`format_instant` wrote, or of any RFC 3339 time with an offset."""
    return to_epoch_ms(datetime.fromisoformat(written))


def format_day(day: int) -> str:
    """The day of UTC that is *day* days after 1970-01-01, as ``2026-11-30``.

    >>> format_day(20787)
    '2026-11-30'
    """
    return (EPOCH + timedelta(days=day)).strftime("%Y-%m-%d")
