"""Read a point in time as people write it, or say why it is none."""

import re
from calendar import monthrange
from datetime import UTC, datetime, tzinfo

from hubevents_sync.model.instant import EPOCH, MILLISECOND

RULE_BAD_TIME = "bad-time"
RULE_NAIVE_TIME = "naive-time"
RULE_CLOCK_CHANGE = "clock-change"
RULE_SECONDS = "seconds-not-milliseconds"
RULE_TIME_RANGE = "time-range"

FIRST_YEAR, LAST_YEAR = 1970, 2100
END_MS = (datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC) - EPOCH) // MILLISECOND

# RFC 3339, with T or a space, seconds optional, and the offset optional for the project's time zone to fill in.
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?([Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# All that a time is made of. Anything else may be a name or an e-mail in the wrong column, and is not quoted.
_LOOKS_LIKE_TIME = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[0-9Tt :.,+Zz-]{0,30}")
_MILLISECONDS = re.compile(r"[0-9]{13}")
_SECONDS = re.compile(r"[0-9]{9,10}(?:\.[0-9]*)?")
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]+")

# Not calendar.month_name, which speaks the language of the machine.
SHORT_MONTHS = {2: "February", 4: "April", 6: "June", 9: "September", 11: "November"}
EXAMPLE = "write it like 2026-11-30T17:00:00+01:00 or 2026-11-30T16:00:00Z"


class BadTime(Exception):
    """Text is no point in time: *rule* is the finding's id, *hint* what to write instead.

    Neither *message* nor *hint* quotes text that is not made of the characters of a time.
    """

    def __init__(self, rule: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.hint = hint


def find_zone(name: str | None) -> tzinfo | None:
    """The time zone of that *name*, which is known to be one; None where none is named."""
    if name is None:
        return None
    from zoneinfo import ZoneInfo  # it takes 3 ms to find out where zones are kept

    return ZoneInfo(name)


def parse_time(text: str, timezone: tzinfo | None) -> int:
    """*text* as epoch milliseconds; finer parts are cut off. Raises BadTime.

    Taken are RFC 3339 (``2026-11-30T17:00:00+01:00``, seconds optional, a space for the T), the same without an offset
    where there is a *timezone* to read it in, and epoch milliseconds as 13 digits, the way HubSpot writes them.
    """
    match = _TIME.fullmatch(text)
    if match is None:
        return _parse_number(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        # Python 3.11 knows no lower-case z.
        moment = _parse_unusual(text)
    if match[1] is None:
        moment = _localize(moment, timezone)
    epoch_ms = (moment - EPOCH) // MILLISECOND
    if not 0 <= epoch_ms < END_MS:
        raise _out_of_range(text)
    return epoch_ms


def _parse_unusual(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError as error:
        raise BadTime(RULE_BAD_TIME, f"{text} is no time: {_reason(text)}", _day_hint(text)) from error


def _reason(text: str) -> str:
    """What of *text*, which has the shape of a time, does not exist."""
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:10])
    hour, minute, second = int(text[11:13]), int(text[14:16]), int(text[17:19] if text[16:17] == ":" else 0)
    checks = (
        (year < 1, "there is no year 0"),
        (not 1 <= month <= 12, f"there is no month {month}"),
        (not 1 <= day <= _days_of(year, month), _no_day(year, month, day)),
        (hour > 23, f"a day has no hour {hour}"),
        (minute > 59, f"an hour has no minute {minute}"),
        (second > 59, f"a minute has no second {second}"),
    )
    return next((said for is_wrong, said in checks if is_wrong), "its offset is more than a day")


def _days_of(year: int, month: int) -> int:
    return monthrange(year, month)[1] if 1 <= month <= 12 and year >= 1 else 31


def _no_day(year: int, month: int, day: int) -> str:
    return f"{SHORT_MONTHS[month]} {year} has no day {day}" if month in SHORT_MONTHS else f"no month has a day {day}"


def _day_hint(text: str) -> str | None:
    return "midnight is hour 00 of the next day" if text[11:13] == "24" else None


def _localize(moment: datetime, timezone: tzinfo | None) -> datetime:
    """*moment* in *timezone*, where it happens there exactly once."""
    if timezone is None:
        message = f"{_minutes(moment)} has no offset, so it could be any of 24 hours"
        hint = "add Z for UTC or an offset such as +01:00, or set timezone: in hubevents.yaml"
        raise BadTime(RULE_NAIVE_TIME, message, hint)
    first = moment.replace(tzinfo=timezone)
    second = first.replace(fold=1)
    before, after = first.utcoffset(), second.utcoffset()
    if before == after:
        return first
    assert before is not None and after is not None  # noqa: PT018, S101  a zone always knows its offset
    if before < after:
        message = f"{_minutes(moment)} never happens in {timezone}: the clocks go forward over it"
        raise BadTime(RULE_CLOCK_CHANGE, message, "write a time that exists there, or add the offset that was meant")
    message = f"{_minutes(moment)} happens twice in {timezone}: the clocks go back over it"
    hint = f"add the offset: {_iso(first)} is the first, {_iso(second)} the second"
    raise BadTime(RULE_CLOCK_CHANGE, message, hint)


def _minutes(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")


def _iso(moment: datetime) -> str:
    # An offset with seconds (times before 1900 or so) is out of range anyhow.
    return moment.isoformat(timespec="seconds" if moment.second or moment.microsecond else "minutes")


def _parse_number(text: str) -> int:
    """*text*, which is not of RFC 3339's shape, as epoch milliseconds."""
    if _MILLISECONDS.fullmatch(text) and text.isascii():
        epoch_ms = int(text)
        if epoch_ms < END_MS:
            return epoch_ms
        raise BadTime(RULE_TIME_RANGE, f"the time is after the year {LAST_YEAR}", EXAMPLE)
    raise _refusal(text)


def _refusal(text: str) -> BadTime:
    if _SECONDS.fullmatch(text):
        # HubSpot answers 2xx to seconds and drops the row in silence: reference, measured by others.
        message = "the time is in seconds since 1970, where HubSpot wants milliseconds"
        return BadTime(RULE_SECONDS, message, f"multiply it by 1000, or {EXAMPLE}")
    if _WHOLE_NUMBER.fullmatch(text):
        digits = len(text.lstrip("+-"))
        return BadTime(
            RULE_BAD_TIME, f"a number of {digits} digits is no time; milliseconds since 1970 have 13", EXAMPLE
        )
    if _DATE.fullmatch(text):
        return BadTime(RULE_BAD_TIME, f"{text} is a date without a time of day", EXAMPLE)
    if not text.strip():
        return BadTime(RULE_BAD_TIME, "the time is empty", EXAMPLE)
    if _LOOKS_LIKE_TIME.fullmatch(text):
        return BadTime(RULE_BAD_TIME, f"{text} is not written as RFC 3339 has it", EXAMPLE)
    return BadTime(RULE_BAD_TIME, "this is no time", EXAMPLE)


def _out_of_range(text: str) -> BadTime:
    message = f"{text} is out of range: years from {FIRST_YEAR} to {LAST_YEAR} are taken"
    return BadTime(RULE_TIME_RANGE, message, "look for a slip in the year")


def canonical_time(text: str) -> str | None:
    """*text* in the one form: ``2026-11-30T17:00:00+01:00``, its offset as written; None where it is no time.

    Seconds are always there, zeros at the end of their fraction never. Milliseconds since 1970 stay what they are.
    """
    try:
        parse_time(text, UTC)
    except BadTime:
        return None
    match = _TIME.fullmatch(text)
    if match is None:
        return text
    offset = match[1] or ""
    clock = text[11 : len(text) - len(offset)]
    seconds, _, fraction = clock.partition(".")
    seconds = seconds if len(seconds) == 8 else f"{seconds}:00"
    fraction = fraction.rstrip("0")
    return f"{text[:10]}T{seconds}{'.' if fraction else ''}{fraction}{offset.upper()}"
