"""What HubSpot makes of one row of an attendance batch: store it, drop it in silence, pretend, or refuse it."""

import re
from dataclasses import dataclass
from enum import Enum, auto

from hubevents_sync.sandbox.known.attendance import INVALID_EMAIL, UNREADABLE_SPAN, BadRow
from hubevents_sync.sandbox.refusals import Refusal, invalid
from hubevents_sync.sandbox.switches import Choice
from hubevents_sync.sandbox.wire.times import read_instant

# Written as a verb, read back as a state. Anything else, REGISTERED included, is a 400. Measured twice.
STATES = {"register": "REGISTERED", "attend": "ATTENDED", "cancel": "CANCELLED"}

# The bound is our choice: as seconds it lies in the year 2286, as milliseconds in April 1970.
FIRST_MILLISECONDS = 10_000_000_000
SHORTEST_STORED_MS = 1_000

# Our choice: HubSpot's rule for an address is not known. One @, no white space, a dot in the domain.
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


class Fate(Enum):
    """What becomes of a row, before anybody looks for repeats."""

    STORED = auto()
    DROPPED = auto()  # neither in results nor in errors, and nothing stored
    PHANTOM = auto()  # in results, and nothing stored
    REFUSED = auto()  # an entry in errors, or what the row's switch makes of it


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row is refused. *context* is empty where HubSpot's entry was seen without any."""

    message: str
    category: str = "VALIDATION_ERROR"
    sub_category: str | None = None
    context: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """A row's fate, with its ends where it is an attendance to store, and where it is refused the error and the switch
    that says what becomes of it; without a switch it is an entry in errors."""

    fate: Fate
    joined_ms: int | None = None
    left_ms: int | None = None
    error: RowError | None = None
    switch: Choice[BadRow] | None = None


def read_state(verb: str) -> str:
    """The state that the path's *verb* records. The words of the 400 are measured."""
    if verb not in STATES:
        raise _unknown_state(verb)
    return STATES[verb]


def _unknown_state(verb: str) -> Refusal:
    return invalid(f"Unknown state for '{verb}'. Correct are 'register', 'attend' or 'cancel'.")


def judge_older_row(*, interaction_ms: int, contact: str, by: str) -> Verdict:
    """What becomes of a row of the older upsert, which knows no attendance times."""
    return judge_row(state="REGISTERED", interaction_ms=interaction_ms, properties={}, contact=contact, by=by)


def judge_row(*, state: str, interaction_ms: int, properties: dict[str, str], contact: str, by: str) -> Verdict:
    """What becomes of a row about *contact*, which the batch names *by* ``email`` or ``vid``."""
    if by == "email" and not _EMAIL.fullmatch(contact):
        return Verdict(Fate.REFUSED, error=invalid_email(contact), switch=INVALID_EMAIL)
    if interaction_ms < FIRST_MILLISECONDS:
        # Seconds where milliseconds belong: a 2xx, and nothing kept. Measured.
        return Verdict(Fate.DROPPED)
    if state != "ATTENDED":
        return Verdict(Fate.STORED)
    return _judge_span(properties, contact, by)


def _judge_span(properties: dict[str, str], contact: str, by: str) -> Verdict:
    """Measured: without both ends dropped, equal ends refused, under a second accepted and not stored."""
    if not (properties.get("joinedAt") and properties.get("leftAt")):
        return Verdict(Fate.DROPPED)
    joined_ms, left_ms = read_instant(properties["joinedAt"]), read_instant(properties["leftAt"])
    if joined_ms is None or left_ms is None:
        return Verdict(Fate.REFUSED, error=_unreadable_span(contact, by), switch=UNREADABLE_SPAN)
    if joined_ms >= left_ms:
        return Verdict(Fate.REFUSED, error=_empty_span(contact, by))
    if left_ms - joined_ms < SHORTEST_STORED_MS:
        return Verdict(Fate.PHANTOM)
    return Verdict(Fate.STORED, joined_ms=joined_ms, left_ms=left_ms)


def _empty_span(contact: str, by: str) -> RowError:
    # Measured word for word for e-mails; for vids it is our choice, by analogy.
    return RowError(
        f"joinedAt param must be earlier than leftAt for `{contact}`",
        sub_category=f"AttendanceValidationError.JOINED_AT_IS_LATER_THAN_LEFT_AT_FOR_{by.upper()}",
    )


def duplicate_row(contact: str, by: str) -> RowError:
    """Our choice, where the switch makes a duplicate an error."""
    return RowError(f"`{contact}` is in the batch twice", sub_category="DUPLICATE_INPUT", context=((by, contact),))


def _unreadable_span(contact: str, by: str) -> RowError:
    """Our choice: what HubSpot does with a time it can't read is not known."""
    return RowError(
        f"joinedAt and leftAt must be ISO8601 instants for `{contact}`",
        sub_category=f"AttendanceValidationError.INVALID_INSTANT_FOR_{by.upper()}",
        context=((by, contact),),
    )


def invalid_email(email: str) -> RowError:
    """Our choice: what HubSpot does with an invalid e-mail is not known."""
    return RowError(f"Email address `{email}` is invalid", sub_category="INVALID_EMAIL", context=(("email", email),))


def unknown_vid(vid: int) -> RowError:
    """Our choice: what HubSpot does with the id of no contact is not known."""
    return RowError(f"No contact with vid `{vid}`", category="OBJECT_NOT_FOUND", context=(("vid", str(vid)),))
