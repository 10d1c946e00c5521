"""What is known of creating, changing and deleting events."""

from enum import StrEnum

from hubevents_sync.sandbox.switches import Behaviour, Choice, Evidence, Number

MEASURED, DOCUMENTED, CHOSEN = Evidence.MEASURED, Evidence.DOCUMENTED, Evidence.CHOSEN

_OPENAPI = "HubSpot's OpenAPI description"
_LIVE_TESTS = "a connector's tests against a real portal"
_ONE = "one integration saw it (September 2026)"
_NOWHERE = "not stated anywhere"


class BareUpsert(StrEnum):
    """What a batch upsert makes of a new event without custom properties and dates."""

    NOTHING = "nothing"
    CREATE = "create"


class EmptyCustom(StrEnum):
    """Whether an empty list of custom properties counts as sent."""

    ENOUGH = "enough"
    MISSING = "missing"


class Omitted(StrEnum):
    """What an upsert does to a field it does not name."""

    KEEP = "keep"
    CLEAR = "clear"


class Null(StrEnum):
    """What a null does to a field."""

    IGNORE = "ignore"
    CLEAR = "clear"
    REFUSE = "refuse"


class Undo(StrEnum):
    """What becomes of a flag that goes back to false."""

    ALLOW = "allow"
    IGNORE = "ignore"
    REFUSE = "refuse"


class Undefined(StrEnum):
    """What becomes of a custom property that the account does not define."""

    KEEP = "keep"
    FILTER = "filter"


class BadEvent(StrEnum):
    """What one bad entry does to a batch of events."""

    REFUSE = "refuse"
    ERROR = "error"


class PathOrBody(StrEnum):
    """Whose id counts where path and body differ."""

    REFUSE = "refuse"
    PATH = "path"
    BODY = "body"


class Again(StrEnum):
    """What a second complete is answered."""

    SAME = "same"
    REFUSE = "refuse"


class AnswerId(StrEnum):
    """Which id ``id`` is."""

    EXTERNAL = "external"
    OBJECT = "object"


class Newest(StrEnum):
    """How 2026-09 differs."""

    AS_2026_03 = "as-2026-03"
    AS_DESCRIBED = "as-described"


BARE_UPSERT = Choice("bare-upsert", BareUpsert.NOTHING)
EMPTY_CUSTOM = Choice("empty-custom-properties", EmptyCustom.ENOUGH)
OMITTED_FIELDS = Choice("upsert-omitted-fields", Omitted.KEEP)
NULL_FIELDS = Choice("null-fields", Null.IGNORE)
UNCANCEL = Choice("uncancel", Undo.ALLOW)
UNCOMPLETE = Choice("uncomplete", Undo.IGNORE)
UNDEFINED_PROPERTIES = Choice("undefined-properties", Undefined.KEEP)
BAD_EVENT = Choice("bad-event-in-batch", BadEvent.REFUSE)
EVENT_CAP = Number("event-batch-cap", None, "events", minimum=1, may_be_none=True)
PUT_IDS = Choice("put-ids-differ", PathOrBody.REFUSE)
SECOND_COMPLETE = Choice("second-complete", Again.SAME)
ANSWER_ID = Choice("id-in-answers", AnswerId.EXTERNAL)
API_2026_09 = Choice("api-2026-09", Newest.AS_2026_03)

BEHAVIOURS = (
    Behaviour(
        "event-key",
        "An event is known by externalAccountId, externalEventId and the app that made it.",
        DOCUMENTED,
        _OPENAPI,
    ),
    Behaviour(
        "bare-upsert",
        "A batch upsert of a new event with neither `customProperties` nor dates. `nothing`: 200 COMPLETE, in no "
        "list, nothing created. `create`: is created.",
        MEASURED,
        f"{_ONE}; that either of the two would have helped, and that PUT and updates are not affected, is our choice",
        BARE_UPSERT,
    ),
    Behaviour(
        "empty-custom-properties",
        "`customProperties: []` in a batch upsert. `enough`: counts as sent. `missing`: is the same as none.",
        CHOSEN,
        _NOWHERE,
        EMPTY_CUSTOM,
    ),
    Behaviour(
        "undefined-properties",
        "A custom property that the account does not define. `keep`: is stored, so that a first try needs no set-up. "
        "`filter`: is dropped in silence, as HubSpot does it.",
        CHOSEN,
        f"HubSpot filters: {_OPENAPI} and {_LIVE_TESTS}. Our default is kinder than HubSpot",
        UNDEFINED_PROPERTIES,
    ),
    Behaviour(
        "property-definitions",
        "Custom properties are defined by GET and POST on `/crm/v3/properties/{objectType}` (and the date versions), "
        "objectType being `marketing_event`, `marketing_events` or `0-54`; one is read and archived by its name.",
        CHOSEN,
        "HubSpot's CRM properties API; the names it takes for marketing events are not stated",
    ),
    Behaviour(
        "upsert-omitted-fields",
        "A field that an upsert does not name. `keep`: stays, custom properties by name. `clear`: is emptied.",
        CHOSEN,
        f"{_NOWHERE}; a PATCH of its own suggests that an upsert might clear",
        OMITTED_FIELDS,
    ),
    Behaviour(
        "null-fields",
        "A field that is null. `ignore`: counts as not named. `clear`: is emptied. `refuse`: 400.",
        CHOSEN,
        _NOWHERE,
        NULL_FIELDS,
    ),
    Behaviour(
        "uncancel",
        "`eventCancelled: false` on a cancelled event. `allow`: it is on again. `ignore`: stays cancelled. "
        "`refuse`: 400.",
        CHOSEN,
        f"{_OPENAPI} has the field, nobody says what it does",
        UNCANCEL,
    ),
    Behaviour(
        "uncomplete",
        "`eventCompleted: false` on a complete event. `ignore`: stays complete. `allow`: is open again. `refuse`: 400.",
        CHOSEN,
        f"the older guide calls completion irreversible; {_OPENAPI} has the field as writable",
        UNCOMPLETE,
    ),
    Behaviour(
        "complete",
        "`complete` needs both times, takes them over and answers `eventCompleted: true`.",
        DOCUMENTED,
        f"{_OPENAPI} and {_LIVE_TESTS}; that the times are stored is our choice",
    ),
    Behaviour(
        "second-complete",
        "A second `complete`. `same`: 200, nothing changes, not even the times. `refuse`: 400.",
        CHOSEN,
        _NOWHERE,
        SECOND_COMPLETE,
    ),
    Behaviour(
        "cancel", "`cancel` has no body and answers `eventCancelled: true`.", MEASURED, f"{_OPENAPI} and {_LIVE_TESTS}"
    ),
    Behaviour(
        "second-cancel",
        "A second `cancel` is answered alike and changes nothing.",
        CHOSEN,
        _NOWHERE,
    ),
    Behaviour(
        "event-twice-in-batch",
        "An event that is in one batch upsert twice is written twice, and is two results.",
        CHOSEN,
        _NOWHERE,
    ),
    Behaviour(
        "create-existing",
        "POST `events` of an event that is there is a 400 UNIQUE_VALUE_CONFLICT with its objectId in "
        "`errorTokens.existingObjectId`.",
        MEASURED,
        f"{_ONE}; the words of the message are ours",
    ),
    Behaviour(
        "bad-event-in-batch",
        "One bad entry in a batch upsert. `refuse`: 400 for the whole batch. `error`: 207, an entry in errors[], the "
        "others are written.",
        CHOSEN,
        _NOWHERE,
        BAD_EVENT,
    ),
    Behaviour(
        "event-batch-cap",
        "A batch of more events than this is a 400; `none`: there is no cap.",
        CHOSEN,
        "no cap is documented for these endpoints; HubSpot's CRM batches take 100",
        EVENT_CAP,
    ),
    Behaviour(
        "put-ids-differ",
        "PUT whose body names another externalEventId than the path. `refuse`: 400. `path`, `body`: that one counts.",
        CHOSEN,
        _NOWHERE,
        PUT_IDS,
    ),
    Behaviour(
        "id-in-answers",
        "`id` beside `objectId`. `external`: the externalEventId. `object`: the objectId, as described.",
        MEASURED,
        f"{_LIVE_TESTS} have the external id; {_OPENAPI} describes the CRM id",
        ANSWER_ID,
    ),
    Behaviour(
        "other-apps",
        "By external ids an app reaches its own events only (404 for others); by objectId those of all apps.",
        DOCUMENTED,
        f"{_OPENAPI} and HubSpot's guide",
    ),
    Behaviour(
        "batch-update",
        "`batch/update` is a 200, or a 207 with errors[] where some objectIds are unknown.",
        DOCUMENTED,
        f"{_OPENAPI}; what an entry of errors[] says is our choice",
    ),
    Behaviour(
        "api-2026-09",
        "The base 2026-09. `as-2026-03`: no difference. `as-described`: `batch/update` never answers 207, and "
        "settings take `hapikey` only.",
        CHOSEN,
        "HubSpot's description of 2026-09 was made before the version was out, and is older than that of 2026-03",
        API_2026_09,
    ),
)
