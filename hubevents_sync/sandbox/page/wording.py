"""Times, counts and bodies as a person reads them. All times are in UTC, and say so once a page."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, unquote

NO_TIME = "\N{EN DASH}"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# A text with its quotes (the last one may be cut off), one sign, or a run of anything else.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_SECRET_NAMES = frozenset({"hapikey", "access_token", "token", "client_secret", "refresh_token", "code"})
_SHOWN_INDENT = 12


def tell_count(count: int) -> str:
    """*count* with a narrow space at the thousands: 12 345."""
    return f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def tell_moment(at_ms: int | None) -> str:
    """The day and the minute: ``30 Nov 2026, 16:00``; a dash for no time."""
    moment = _read(at_ms)
    return NO_TIME if moment is None else f"{tell_day(at_ms)}, {moment:%H:%M}"


def tell_day(at_ms: int | None) -> str:
    """The day: ``30 Nov 2026``; a dash for no time."""
    moment = _read(at_ms)
    return NO_TIME if moment is None else f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def tell_second(at_ms: int) -> str:
    """The time of day, to the millisecond: ``16:00:00.123``."""
    moment = _read(at_ms)
    return str(at_ms) if moment is None else f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03}"


def tell_iso(at_ms: int | None) -> str:
    """For machines: the ``datetime`` of a ``time`` element."""
    moment = _read(at_ms)
    return "" if moment is None else f"{moment:%Y-%m-%dT%H:%M:%S}Z"


def tell_span(joined_ms: int, left_ms: int) -> str:
    """How long somebody was there: ``1 h 10 min``; seconds below a minute."""
    seconds = max(0, left_ms - joined_ms) // 1000
    hours, minutes = divmod(seconds // 60, 60)
    if hours:
        return f"{tell_count(hours)} h {minutes} min" if minutes else f"{tell_count(hours)} h"
    return f"{minutes} min" if minutes else f"{seconds} s"


def tell_duration(seconds: float) -> str:
    """How long an answer took: ``0.4 ms``, ``12 ms``, ``1.20 s``."""
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1000:.1f} ms" if seconds < 0.01 else f"{seconds * 1000:.0f} ms"


def tell_width(width_ms: int) -> str:
    """The length of a chart's stretches in words."""
    hours = width_ms // 3_600_000
    if hours < 24:
        return "hour" if hours == 1 else f"{hours} hours"
    days = hours // 24
    return {1: "day", 7: "week"}.get(days, f"{days} days")


def tell_path(path: str) -> str:
    """A request's path, decoded for reading."""
    return unquote(path)


def tell_query(query: str) -> str:
    """A request's query with its question mark, decoded for reading, the values of secrets left out."""
    # A key in a query is a credential as good as a token in a header; neither is for the screen.
    pairs = [
        f"{name}=\N{HORIZONTAL ELLIPSIS}" if name.lower() in _SECRET_NAMES else f"{name}={value}"
        for name, value in parse_qsl(query, keep_blank_values=True)
    ]
    return f"?{'&'.join(pairs)}" if pairs else ""


def lay_out(body: bytes) -> str:
    """A JSON body on many lines, indented. Works on one that was cut off as well, as it does not understand it."""
    text = body.decode("utf-8", errors="replace")
    if not text.lstrip().startswith(("{", "[")):
        return text
    lines, line, depth = [], "", 0
    for token in _TOKEN.findall(text):
        match token:
            case "{" | "[":
                depth += 1
                lines.append(line + token)
                line = _indent(depth)
            case "}" | "]":
                depth -= 1
                if line.strip():
                    lines.append(line)
                elif lines and lines[-1].endswith(("{", "[")):
                    line = lines.pop() + token
                    continue
                line = _indent(depth) + token
            case ",":
                lines.append(line + token)
                line = _indent(depth)
            case ":":
                line += ": "
            case _:
                line += token
    return "\n".join([*lines, line] if line.strip() else lines)


def _indent(depth: int) -> str:
    return "  " * min(max(depth, 0), _SHOWN_INDENT)


def _read(at_ms: int | None) -> datetime | None:
    """None for no time, and for one beyond the year 9999, which a client may well send."""
    if at_ms is None:
        return None
    try:
        return _EPOCH + timedelta(milliseconds=at_ms)
    except OverflowError:
        return None
