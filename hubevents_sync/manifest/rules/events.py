"""The rules of events: what HubSpot refuses or drops, and what can't be taken back."""

from collections.abc import Iterator

from hubevents_sync.manifest.rules.rule import Rule
from hubevents_sync.manifest.wording import named
from hubevents_sync.model.event import CompletionPolicy
from hubevents_sync.model.finding import Severity
from hubevents_sync.model.instant import format_instant

MINUTE_MS = 60_000
YEAR_MS = 366 * 24 * 60 * MINUTE_MS


def _error(id_: str, title: str, prevents: str) -> Rule:
    return Rule(id_, Severity.ERROR, title, prevents)


def _warning(id_: str, title: str, prevents: str) -> Rule:
    return Rule(id_, Severity.WARNING, title, prevents)


# Times, of rosters too

BAD_TIME = _error(
    "bad-time", "A time is one, by RFC 3339.", "30 February becomes 2 March, or a failed call, or nothing."
)
NAIVE_TIME = _error(
    "naive-time",
    "A time has an offset, or the project a timezone.",
    "On a build machine in UTC the same file would mean another hour, and register everybody anew.",
)
CLOCK_CHANGE = _error(
    "clock-change",
    "A local time happens exactly once.",
    "When the clocks change, 02:30 happens twice or never; guessing shifts an event by an hour.",
)
SECONDS = _error(
    "seconds-not-milliseconds",
    "A time in digits is in milliseconds.",
    "HubSpot answers 2xx to seconds and drops the row in silence.",
)
TIME_RANGE = _error("time-range", "A time lies in the years 1970 to 2100.", "The year 20226 is a slip of the finger.")

# Events

BAD_ID = _error(
    "bad-id",
    "An id begins and ends with a character that can be seen, and holds no line break.",
    'HubSpot compares ids byte by byte: "4" and "4 " are two events, and nobody sees why.',
)
MISSING_ACCOUNT = _error(
    "missing-account",
    "An event has an externalAccountId, its own or the project's account.",
    "HubSpot's description calls it optional; its answer is 400, externalAccountId is required.",
)
DUPLICATE_EVENT = _error(
    "duplicate-event",
    "An event is declared once.",
    "The second would overwrite the first with each apply, and the plan never come to rest.",
)
EVENT_TIMES = _error(
    "event-times", "An event starts before it ends.", "Nobody can attend an event that ends before it starts."
)
EVENT_WITHOUT_TIMES = _warning(
    "event-without-times",
    "An event has a start and an end.",
    "HubSpot was seen to answer an upsert without times with success, and to create nothing.",
)
EVENT_LENGTH = _warning(
    "event-length",
    "An event lasts longer than no time at all, and no longer than a year.",
    "A wrong year, or the same time twice: HubSpot measures attendance against it.",
)
COMPLETE_WITHOUT_TIMES = _error(
    "complete-without-times",
    "An event that is to be completed has a start and an end.",
    "HubSpot's complete call requires both; it can't be undone, and measures attendance against them.",
)
COMPLETE_BEFORE_END = _warning(
    "complete-before-end",
    "not_before is not before the event's end.",
    "It has no effect: an event is completed after its end at the earliest.",
)
COMPLETE_CANCELLED = _warning(
    "complete-cancelled",
    "An event is cancelled or completed, not both.",
    "Completing can't be undone, and makes a NO_SHOW of everybody who was registered.",
)
CUSTOM_PROPERTY_NAME = _warning(
    "custom-property-name",
    "A custom property goes by its internal name: small letters, digits and _.",
    "HubSpot drops properties in silence that it does not know, such as one by its label.",
)
UNTRIMMED_TEXT = _warning(
    "untrimmed-text",
    "A text of one line has no line break in it and no space at its ends.",
    "`eventName: |` adds a line break, which shows in lists and e-mails.",
)
INLINE_ATTENDEES = _error(
    "inline-attendees",
    "attendees: holds its list in place.",
    "Rosters are streamed, so that a million rows fit; an alias would hold them all in memory.",
)

# Rosters as an event names them

MISSING_ROSTER = _error(
    "missing-roster",
    "A roster that an event names is there.",
    "Without it everybody would look removed from the event.",
)
ROSTER_OUTSIDE = _error(
    "roster-outside",
    "A roster lies inside the project or under one of roster_roots, behind symbolic links too.",
    "A pull request could make any file of a build machine a list of people to send.",
)
ROSTER_TWICE = _error(
    "roster-twice",
    "An event names each roster file once.",
    "With the same file twice, everybody in it is there twice.",
)
ROSTER_FORMAT = _error(
    "roster-format",
    "A roster's name ends in .yaml, .yml, .csv, .ndjson or .jsonl.",
    "A spreadsheet named as the roster is read as text, and every row of it is an error.",
)


# Where a fault stands: the name of an event's field; "" for the event itself. Then rule, message and hint.
EventFault = tuple[str, Rule, str, str | None]


def find_schedule_faults(start_ms: int | None, end_ms: int | None) -> Iterator[EventFault]:
    """What is wrong with an event's start and end. A time that was declared but makes no sense must not come here."""
    if start_ms is None or end_ms is None:
        lacking = "neither start nor end" if start_ms is end_ms else "no start" if start_ms is None else "no end"
        hint = "add startDateTime and endDateTime: without them HubSpot may create nothing and call it success"
        yield "", EVENT_WITHOUT_TIMES, f"the event has {lacking}", hint
        return
    if start_ms > end_ms:
        message = f"start is after end ({_brief(start_ms)} > {_brief(end_ms)})"
        yield "startDateTime", EVENT_TIMES, message, None
    elif start_ms == end_ms:
        message = f"the event ends as it starts ({_brief(start_ms)})"
        yield "endDateTime", EVENT_LENGTH, message, "attendance is measured against its length"
    elif end_ms - start_ms > YEAR_MS:
        days = (end_ms - start_ms) // (24 * 60 * MINUTE_MS)
        yield "endDateTime", EVENT_LENGTH, f"the event lasts {days} days", "look for a slip in the year"


def find_completion_faults(
    completion: CompletionPolicy | None, start_ms: int | None, end_ms: int | None, *, is_cancelled: bool
) -> Iterator[EventFault]:
    """What stands against completing the event. It can't be undone, so what is odd about it is said early."""
    if completion is None:
        return
    if start_ms is None or end_ms is None:
        lacking = " and ".join(
            name for name, value in (("startDateTime", start_ms), ("endDateTime", end_ms)) if value is None
        )
        yield "complete", COMPLETE_WITHOUT_TIMES, f"complete needs the event's {lacking}", f"add {lacking}"
    elif completion.not_before_ms is not None and completion.not_before_ms < end_ms:
        message = f"not_before is before the event's end ({_brief(completion.not_before_ms)} < {_brief(end_ms)})"
        yield "complete", COMPLETE_BEFORE_END, message, "an event is completed after its end at the earliest"
    if is_cancelled:
        message = "the event is cancelled and to be completed"
        yield (
            "complete",
            COMPLETE_CANCELLED,
            message,
            "completing can't be undone; remove complete: if it was left over",
        )


def find_property_faults(names: Iterator[str]) -> Iterator[EventFault]:
    """Custom properties whose names HubSpot can't know."""
    for name in names:
        is_internal = (
            name.isascii() and name == name.lower() and name.replace("_", "a").isalnum() and name[:1].isalpha()
        )
        if not is_internal:
            message = f"the custom property {named(name)} is no internal name: those have small letters, digits and _"
            yield name, CUSTOM_PROPERTY_NAME, message, "HubSpot drops unknown properties in silence"


def _brief(epoch_ms: int) -> str:
    """To the minute where that is all there is: ``2026-05-02T09:00Z``."""
    written = format_instant(epoch_ms)
    return written.removesuffix(":00Z") + "Z" if epoch_ms % MINUTE_MS == 0 else written
