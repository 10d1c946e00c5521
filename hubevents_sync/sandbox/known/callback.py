"""What is known of HubSpot asking an app for an event's details."""

from enum import StrEnum

from hubevents_sync.sandbox.known.attendance import MissingEvent
from hubevents_sync.sandbox.switches import Behaviour, Choice, Evidence, Number

DOCUMENTED, CHOSEN = Evidence.DOCUMENTED, Evidence.CHOSEN

_GUIDE = "HubSpot's marketing-events guide"
_NOWHERE = "not stated anywhere"


class IdEncoding(StrEnum):
    """How the event's id is written in the address."""

    PERCENT = "percent"
    SLASHES = "slashes"


CALLBACK_FAILURE = Choice("callback-failure", MissingEvent.NOT_FOUND)
CALLBACK_ENCODING = Choice("callback-encoding", IdEncoding.PERCENT)
CALLBACK_TIMEOUT = Number("callback-timeout", 5_000, "milliseconds", minimum=1)
CALLBACK_RETRIES = Number("callback-retries", 0, "repeats")

BEHAVIOURS = (
    Behaviour(
        "callback",
        "Attendance for an unknown event asks the app's eventDetailsUrl, creates the event from the answer and "
        "records the rows.",
        DOCUMENTED,
        f"{_GUIDE}; that attendance waits for it, and that the older upsert asks too, is our choice",
    ),
    Behaviour(
        "callback-request",
        "GET with `%s` replaced by the id, `appId` and `externalAccountId` in the query.",
        DOCUMENTED,
        _GUIDE,
    ),
    Behaviour(
        "callback-signature",
        "The request is signed: `X-HubSpot-Signature-v3` and `X-HubSpot-Request-Timestamp`, with the app's client "
        "secret.",
        DOCUMENTED,
        "HubSpot's page on request validation; the address is signed with its twelve escapes decoded, as it says",
    ),
    Behaviour(
        "callback-fields",
        "The answer's fields are those of the guide's table; `eventName` and `eventOrganizer` are required, all else "
        "is passed over.",
        DOCUMENTED,
        _GUIDE,
    ),
    Behaviour(
        "callback-failure",
        "The app does not answer, not with 200, or not with an event. `not-found`: 404. `empty`: a 2xx with empty "
        "results.",
        CHOSEN,
        _NOWHERE,
        CALLBACK_FAILURE,
    ),
    Behaviour(
        "callback-encoding",
        "The id in the address. `percent`: all but unreserved characters escaped. `slashes`: `/` as it is.",
        CHOSEN,
        _NOWHERE,
        CALLBACK_ENCODING,
    ),
    Behaviour("callback-timeout", "How long the app may take.", CHOSEN, _NOWHERE, CALLBACK_TIMEOUT),
    Behaviour(
        "callback-retries",
        "How often a request that failed is repeated, at once.",
        CHOSEN,
        _NOWHERE,
        CALLBACK_RETRIES,
    ),
    Behaviour(
        "callback-url",
        "eventDetailsUrl needs one `%s` and https; http is taken on loopback only, redirects are not followed.",
        DOCUMENTED,
        f"{_GUIDE}; loopback and redirects are our choice",
    ),
)
