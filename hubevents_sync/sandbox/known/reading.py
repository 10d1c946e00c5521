"""What is known of reading events and participations back."""

from enum import StrEnum

from hubevents_sync.sandbox.switches import Behaviour, Choice, Evidence, Number

MEASURED, DOCUMENTED, CHOSEN = Evidence.MEASURED, Evidence.DOCUMENTED, Evidence.CHOSEN

_OPENAPI = "HubSpot's OpenAPI description"
_NOWHERE = "not stated anywhere"


class OccurredAt(StrEnum):
    """How a breakdown writes the interaction's time."""

    INTEGER = "integer"
    TEXT = "text"


class LargeLimit(StrEnum):
    """What a limit over 100 does."""

    REFUSE = "refuse"
    CLAMP = "clamp"


class UnknownContact(StrEnum):
    """What a breakdown of nobody is."""

    EMPTY = "empty"
    NOT_FOUND = "not-found"


class ListedApps(StrEnum):
    """Whose events the list shows."""

    ALL = "all"
    OWN = "own"


OCCURRED_AT = Choice("occurred-at", OccurredAt.INTEGER)
LARGE_LIMIT = Choice("limit-over-100", LargeLimit.REFUSE)
UNKNOWN_CONTACT = Choice("breakdown-unknown-contact", UnknownContact.EMPTY)
LISTED_APPS = Choice("list-apps", ListedApps.ALL)
BREAKDOWN_DELAY = Number("breakdown-delay", 0, "milliseconds")
CONTACT_DELAY = Number("contact-breakdown-delay", 0, "milliseconds")
COUNTERS_DELAY = Number("counters-delay", 0, "milliseconds")
SEARCH_DELAY = Number("search-delay", 0, "milliseconds")

# What --realistic sets. The first was measured; "a few minutes" is documented; the two between them are our choice.
REALISTIC_DELAYS = {
    BREAKDOWN_DELAY.name: 1_100,
    CONTACT_DELAY.name: 500,
    COUNTERS_DELAY.name: 3_000,
    SEARCH_DELAY.name: 180_000,
}


def _describe_delay(what: str, delay: Number) -> str:
    return (
        f"{what} after this time. 0: at once, which is our default; HubSpot is slower, and `--realistic` sets "
        f"{REALISTIC_DELAYS[delay.name]:,}."
    )


BEHAVIOURS = (
    Behaviour(
        "rows-per-contact",
        "A contact has several rows in a breakdown, one an interaction and one for a derived no-show; the newest "
        "`createdAt` says the state now.",
        MEASURED,
        "one integration saw 58 rows for 29 people; that no interaction is left out is our choice",
    ),
    Behaviour(
        "row-ids",
        "`id` and `createdAt` in a breakdown are the row's own.",
        MEASURED,
        f"one integration saw it; {_OPENAPI} says they are the event's",
    ),
    Behaviour(
        "occurred-at",
        "`occurredAt` in a breakdown. `integer`: epoch milliseconds. `text`: ISO 8601.",
        DOCUMENTED,
        f"{_OPENAPI} has the integer, the guide's example the text",
        OCCURRED_AT,
    ),
    Behaviour(
        "breakdown-filters",
        "`state` and `contactIdentifier` filter; an unknown state is a 400 that names the four.",
        MEASURED,
        "one integration saw it (October 2026)",
    ),
    Behaviour(
        "marketing-event-id",
        "`participations/{id}` with an id that is no number is a 400.",
        MEASURED,
        "one integration saw it (October 2026)",
    ),
    Behaviour(
        "breakdown-unknown-contact",
        "The breakdown of a contact that is nobody. `empty`: no rows. `not-found`: 404.",
        CHOSEN,
        _NOWHERE,
        UNKNOWN_CONTACT,
    ),
    Behaviour(
        "limit-over-100",
        "A `limit` of more than 100. `refuse`: 400. `clamp`: counts as 100.",
        CHOSEN,
        f"{_OPENAPI} names the bound, not the answer",
        LARGE_LIMIT,
    ),
    Behaviour(
        "page-order",
        "Breakdowns and lists come oldest first, and `after` is a row's id.",
        CHOSEN,
        f"{_NOWHERE}; {_OPENAPI} has `after` as an opaque cursor",
    ),
    Behaviour(
        "list-apps",
        "The list of events. `all`: of all apps. `own`: of the calling app.",
        CHOSEN,
        _NOWHERE,
        LISTED_APPS,
    ),
    Behaviour(
        "breakdown-delay",
        _describe_delay("Rows show in an event's breakdown", BREAKDOWN_DELAY),
        MEASURED,
        "one integration polls at 0, 3 and 7 s and saw about 1.1 s; another found an event's breakdown behind the "
        "contact's",
        BREAKDOWN_DELAY,
    ),
    Behaviour(
        "contact-breakdown-delay",
        _describe_delay("Rows show in a contact's breakdown", CONTACT_DELAY),
        MEASURED,
        "one integration saw rows there while the event's breakdown had none; the time is not known",
        CONTACT_DELAY,
    ),
    Behaviour(
        "counters-delay",
        _describe_delay("Rows count in counters", COUNTERS_DELAY),
        MEASURED,
        "one integration saw `attendees` lag; the time is not known",
        COUNTERS_DELAY,
    ),
    Behaviour(
        "search-delay",
        _describe_delay("An event is found by search and identifiers", SEARCH_DELAY),
        DOCUMENTED,
        'the guide: "a few minutes after creation"; one integration saw none or 404 right after',
        SEARCH_DELAY,
    ),
    Behaviour(
        "search-apps",
        "`events/search` finds the calling app's events, `identifiers` those of all apps.",
        DOCUMENTED,
        _OPENAPI,
    ),
    Behaviour(
        "no-account-in-lists",
        "The list and `{objectId}` do not tell an event's externalAccountId.",
        DOCUMENTED,
        _OPENAPI,
    ),
    Behaviour(
        "event-status",
        "`eventStatus` is CANCELLED, PAST, ONGOING or UPCOMING; `eventStatusV2` is left out.",
        DOCUMENTED,
        f"{_OPENAPI} has CANCELLED and PAST as examples; the other two are our choice",
    ),
    Behaviour(
        "attendance-duration",
        "`attendanceDurationSeconds` is there at once, `attendancePercentage` from `complete` on.",
        MEASURED,
        "one integration saw 60 s as 60; the percentage's form and moment are our choice",
    ),
)
