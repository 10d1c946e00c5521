"""What is known of writing attendance."""

from enum import StrEnum

from hubevents_sync.sandbox.switches import Behaviour, Choice, Evidence, Number

MEASURED, DOCUMENTED, CHOSEN = Evidence.MEASURED, Evidence.DOCUMENTED, Evidence.CHOSEN

_TWO = "two independent integrations saw it (September and October 2026)"
_ONE = "one integration saw it (September 2026)"
_OPENAPI = "HubSpot's OpenAPI description"
_GUIDE = "HubSpot's marketing-events guide"
_NOWHERE = "not stated anywhere"


class BadRow(StrEnum):
    """What becomes of a row that can't be recorded."""

    ERROR = "error"
    DROP = "drop"
    REFUSE = "refuse"


class Duplicate(StrEnum):
    """What becomes of the second of two equal rows of one batch."""

    REPEAT = "repeat"
    ECHO = "echo"
    ERROR = "error"


class OtherState(StrEnum):
    """What becomes of a known (contact, time) under another state."""

    REPEAT = "repeat"
    STORE = "store"


class AttendanceStatus(StrEnum):
    """The status of an attendance batch that went well."""

    OK = "200"
    CREATED = "201"


class EmailCase(StrEnum):
    """How an answer writes an e-mail."""

    LOWER = "lower"
    AS_SENT = "as-sent"


class MissingEvent(StrEnum):
    """What is answered where there is no event to record on."""

    NOT_FOUND = "not-found"
    EMPTY = "empty"


class NoShowOfCancelled(StrEnum):
    """Whether a cancelled event gets no-shows."""

    NONE = "none"
    DERIVE = "derive"


UNKNOWN_VID = Choice("unknown-vid", BadRow.ERROR)
INVALID_EMAIL = Choice("invalid-email", BadRow.ERROR)
UNREADABLE_SPAN = Choice("unreadable-span", BadRow.ERROR)
DUPLICATE_IN_BATCH = Choice("duplicate-in-batch", Duplicate.REPEAT)
REPEAT_IN_OTHER_STATE = Choice("repeat-in-other-state", OtherState.REPEAT)
ATTENDANCE_STATUS = Choice("attendance-status", AttendanceStatus.OK)
ATTENDANCE_CAP = Number("attendance-batch-cap", None, "rows", minimum=1, may_be_none=True)
RESULT_EMAIL = Choice("result-email-case", EmailCase.LOWER)
UNKNOWN_EVENT = Choice("attendance-unknown-event", MissingEvent.NOT_FOUND)
OLDER_UNKNOWN_CONTACT = Choice("older-upsert-unknown-contact", BadRow.ERROR)
NO_SHOW_OF_CANCELLED = Choice("no-show-of-cancelled-event", NoShowOfCancelled.NONE)

_BAD = "`error`: an entry in errors[], the others are recorded. `drop`: in no list. `refuse`: 400 for the whole batch."

BEHAVIOURS = (
    Behaviour(
        "state-verbs",
        "States are written `register`, `attend` and `cancel`; anything else, REGISTERED included, is a 400.",
        MEASURED,
        f"{_TWO}; {_OPENAPI}. The guide's upper-case words are those that are read back",
    ),
    Behaviour(
        "account-in-query",
        "Attendance by external id without `externalAccountId` in the query is a 400, also where the body has it.",
        MEASURED,
        f"{_TWO}; {_OPENAPI} calls it optional",
    ),
    Behaviour(
        "interaction-time-required",
        "A row without `interactionDateTime` is a 400 for the whole batch.",
        MEASURED,
        f"{_ONE}, the words of the body are ours; {_OPENAPI} requires it",
    ),
    Behaviour(
        "seconds-dropped",
        "An `interactionDateTime` in seconds is dropped: a 2xx, in no list, nothing stored.",
        MEASURED,
        f"{_ONE}; that everything below 10,000,000,000 counts as seconds is our choice",
    ),
    Behaviour(
        "attend-without-ends",
        "`attend` without both `joinedAt` and `leftAt` is dropped: a 2xx, in no list, nothing stored.",
        MEASURED,
        _ONE,
    ),
    Behaviour(
        "attend-equal-ends",
        "`attend` whose `joinedAt` is not before `leftAt` is an entry in errors[].",
        MEASURED,
        f"{_ONE} for equal ends and by e-mail; later than leftAt and by vid by analogy",
    ),
    Behaviour(
        "error-sub-category",
        "`subCategory` of an entry in errors[] is a text.",
        MEASURED,
        f"{_ONE}; {_OPENAPI} calls it an object",
    ),
    Behaviour(
        "attend-under-a-second",
        "`attend` of less than a second is answered in results and not stored.",
        MEASURED,
        f"{_ONE}; that an unknown e-mail becomes a contact all the same is our choice",
    ),
    Behaviour(
        "unreadable-span",
        f"`attend` with a time that can't be read. {_BAD}",
        CHOSEN,
        _NOWHERE,
        UNREADABLE_SPAN,
    ),
    Behaviour(
        "repeat-answers-empty",
        "A (contact, interactionDateTime) that the event holds already is in no list and is not stored again.",
        MEASURED,
        f"{_ONE}; {_GUIDE} calls it idempotent",
    ),
    Behaviour(
        "repeat-in-other-state",
        "A known (contact, interactionDateTime) under another state. `repeat`: changes nothing. `store`: is recorded.",
        CHOSEN,
        f"{_GUIDE} names contact and time as the key and says nothing of the state",
        REPEAT_IN_OTHER_STATE,
    ),
    Behaviour(
        "duplicate-in-batch",
        "The second of two equal rows in one batch, never stored. `repeat`: in no list. `echo`: in results too. "
        "`error`: an entry in errors[].",
        CHOSEN,
        _NOWHERE,
        DUPLICATE_IN_BATCH,
    ),
    Behaviour("unknown-vid", f"A `vid` that is nobody's. {_BAD}", CHOSEN, _NOWHERE, UNKNOWN_VID),
    Behaviour("invalid-email", f"An e-mail that is none. {_BAD}", CHOSEN, _NOWHERE, INVALID_EMAIL),
    Behaviour(
        "contacts-created",
        "`email-create` makes a contact of an unknown e-mail; `contactProperties` count only there and never change "
        "a contact that exists.",
        DOCUMENTED,
        _OPENAPI,
    ),
    Behaviour(
        "result-email-case",
        "The e-mail in results. `lower`: as the account keeps it. `as-sent`: as the row wrote it.",
        CHOSEN,
        f"{_NOWHERE}; that e-mails match whatever their case is documented for contacts",
        RESULT_EMAIL,
    ),
    Behaviour(
        "older-upsert",
        "`events/{id}/{state}/upsert` and `email-upsert` make no contact and no entry on the timeline; without "
        "attendance times nothing is missing. They answer 202 without a body.",
        DOCUMENTED,
        f"{_OPENAPI}; it describes no success answer: ours is what was measured for events/delete",
    ),
    Behaviour(
        "older-upsert-unknown-contact",
        "A contact that the older upsert does not know. `error` and `drop` pass it over (there is no body to tell it "
        "in). `refuse`: 404 for the whole batch.",
        CHOSEN,
        f"{_OPENAPI} says only that the contact must exist",
        OLDER_UNKNOWN_CONTACT,
    ),
    Behaviour(
        "attendance-status",
        "The status of an attendance batch: 200 or 201.",
        MEASURED,
        f"{_OPENAPI} and one integration have 200, another one saw 201",
        ATTENDANCE_STATUS,
    ),
    Behaviour(
        "attendance-batch-cap",
        "A batch of more rows than this is a 400; `none`: there is no cap.",
        CHOSEN,
        "no cap is documented for these endpoints; HubSpot's CRM batches take 100",
        ATTENDANCE_CAP,
    ),
    Behaviour(
        "attendance-unknown-event",
        "Attendance for an unknown event of an app that has no eventDetailsUrl. `not-found`: 404. `empty`: a 2xx "
        "with empty results.",
        CHOSEN,
        _NOWHERE,
        UNKNOWN_EVENT,
    ),
    Behaviour(
        "late-registration",
        "Registering for an event that has ended is stored as NO_SHOW.",
        MEASURED,
        "one integration saw it (October 2026)",
    ),
    Behaviour(
        "no-show-derived",
        "Registrants who did not come turn NO_SHOW once the event has ended or is complete; nobody can write it.",
        DOCUMENTED,
        f"{_OPENAPI}; that it happens at the event's end to the millisecond is our choice",
    ),
    Behaviour(
        "no-show-of-cancelled-event",
        "Registrants of a cancelled event after its end. `none`: stay REGISTERED. `derive`: turn NO_SHOW.",
        CHOSEN,
        _NOWHERE,
        NO_SHOW_OF_CANCELLED,
    ),
    Behaviour(
        "re-registration",
        "register, cancel and register again are three rows; counters show the newest only.",
        DOCUMENTED,
        _GUIDE,
    ),
    Behaviour(
        "optional-maps",
        "`properties` and `contactProperties` may be left out of a row.",
        MEASURED,
        f"integrations leave them out; {_OPENAPI} lists them as required since November 2025",
    ),
)
