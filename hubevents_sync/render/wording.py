"""Say counts, durations, shares and moments the way people do."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo

from hubevents_sync.model.instant import EPOCH, parse_instant

# Not strftime's: its names follow the machine's locale, and the same plan should read the same everywhere.
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NEAR_DAYS = 6  # a weekday's name says which day is meant only as long as it does not come round again


def say_count(count: int, singular: str, plural: str | None = None) -> str:
    """*count* with thousands separators and its noun: ``1 row``, ``1,234 rows``, ``2 people``."""
    noun = singular if count == 1 else plural or f"{singular}s"
    return f"{count:,} {noun}"


def say_duration(seconds: float) -> str:
    """*seconds* as a rough length: ``under a second``, ``about 40 s``, ``about 3 min``, ``about 2 h 10 min``."""
    if seconds < 1:
        return "under a second"
    if seconds < 99.5:
        return f"about {round(seconds)} s"
    minutes = round(seconds / 60)
    if minutes < 100:
        return f"about {minutes} min"
    hours, minutes = divmod(round(minutes, -1), 60)
    if hours < 48:
        return f"about {hours} h" + (f" {minutes} min" if minutes else "")
    return f"about {round(hours / 24)} days"


def say_elapsed(seconds: float) -> str:
    """*seconds* that were measured: ``0.4 s``, ``12 s``, ``3 min 5 s``, ``2 h 4 min``."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def say_share(part: float, whole: float) -> str:
    """*part* of *whole* in per cent, never rounded down to nothing: ``under 0.01%``, ``0.4%``, ``12%``."""
    if part <= 0 or whole <= 0:
        return "0%"
    percent = part / whole * 100
    if percent < 0.01:
        return "under 0.01%"
    digits = 2 if percent < 0.1 else 1 if percent < 10 else 0
    return f"{percent:,.{digits}f}%"


def say_list(items: Iterable[str], *, at_most: int | None = None) -> str:
    """*items* with commas; past *at_most* the rest is counted: ``a, b and 7 more``."""
    names = list(items)
    if at_most is None or len(names) <= at_most:
        return ", ".join(names)
    return f"{', '.join(names[:at_most])} and {len(names) - at_most:,} more"


def find_zone(timezone: str | None) -> tzinfo:
    """The zone that times are shown in: the project's, or UTC."""
    if timezone is None:
        return UTC
    from zoneinfo import ZoneInfo  # it takes 3 ms to find out where zones are kept

    return ZoneInfo(timezone)


def say_moment(epoch_ms: int, *, now_ms: int, timezone: str | None) -> str:
    """When that is, as seen from *now_ms*: ``today 17:10 CET``, ``Mon 30 Nov 17:10 CET``, ``30 Nov 2027 17:10 CET``."""
    zone = find_zone(timezone)
    moment, now = _to_zone(epoch_ms, zone), _to_zone(now_ms, zone)
    days = (moment.date() - now.date()).days
    clock = f"{moment:%H:%M} {moment.tzname()}"
    if days in (-1, 0, 1):
        return f"{('yesterday', 'today', 'tomorrow')[days + 1]} {clock}"
    day = f"{moment.day} {MONTHS[moment.month - 1]}"
    if abs(days) <= NEAR_DAYS:
        return f"{WEEKDAYS[moment.weekday()]} {day} {clock}"
    return f"{day} {moment.year} {clock}"


def say_instant(epoch_ms: int, *, timezone: str | None) -> str:
    """Exactly when that is: ``2026-11-30 17:00 CET``, with seconds and milliseconds where there are any."""
    moment = _to_zone(epoch_ms, find_zone(timezone))
    clock = f"{moment:%H:%M}"
    if moment.microsecond:
        clock = f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}"
    elif moment.second:
        clock = f"{moment:%H:%M:%S}"
    return f"{moment:%Y-%m-%d} {clock} {moment.tzname()}"


def say_written_instant(written: str, *, timezone: str | None) -> str:
    """:func:`say_instant` of a time in RFC 3339; what is none stays as it is."""
    try:
        return say_instant(parse_instant(written), timezone=timezone)
    except (
        ValueError,
        TypeError,
        OverflowError,
    ):  # TypeError: a time without an offset can't be subtracted from one with
        return written


def _to_zone(epoch_ms: int, zone: tzinfo) -> datetime:
    return (EPOCH + timedelta(milliseconds=epoch_ms)).astimezone(zone)
