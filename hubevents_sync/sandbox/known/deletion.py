"""What is known of deleting events, and of the lists that belong to them."""

from enum import StrEnum

from hubevents_sync.sandbox.switches import Behaviour, Choice, Evidence

MEASURED, DOCUMENTED, CHOSEN = Evidence.MEASURED, Evidence.DOCUMENTED, Evidence.CHOSEN

_OPENAPI = "HubSpot's OpenAPI description"
_LIVE_TESTS = "a connector's tests against a real portal"
_NOWHERE = "not stated anywhere"


class DeleteUnknown(StrEnum):
    """What deleting nothing is answered."""

    NOT_FOUND = "not-found"
    NO_CONTENT = "no-content"


class UnknownList(StrEnum):
    """What associating a list that nobody made does."""

    CREATE = "create"
    NOT_FOUND = "not-found"


DELETE_UNKNOWN = Choice("delete-unknown", DeleteUnknown.NOT_FOUND)
UNKNOWN_LIST = Choice("unknown-list", UnknownList.CREATE)

BEHAVIOURS = (
    Behaviour(
        "delete",
        "Deleting an event takes its participations and list associations along; its contacts stay. 204.",
        DOCUMENTED,
        f"{_OPENAPI} for the status; what goes along is our choice",
    ),
    Behaviour(
        "delete-unknown",
        "DELETE of an event that is not there. `not-found`: 404. `no-content`: 204.",
        CHOSEN,
        f'{_OPENAPI} says "if it exists"',
        DELETE_UNKNOWN,
    ),
    Behaviour(
        "batch-archive",
        "`batch/archive` is a 204, or a 207 where some objectIds are unknown.",
        DOCUMENTED,
        f"{_OPENAPI}; the body of the 207 is our choice",
    ),
    Behaviour(
        "events-delete",
        "`events/delete` is a 202 without a body; events of other apps and unknown ones are passed over.",
        MEASURED,
        f"{_LIVE_TESTS}; {_OPENAPI} on other apps",
    ),
    Behaviour(
        "unknown-list",
        "Associating a list that nobody made. `create`: the sandbox makes it, having no lists API. `not-found`: 404.",
        CHOSEN,
        "the sandbox's own need",
        UNKNOWN_LIST,
    ),
    Behaviour(
        "list-not-associated",
        "Taking away a list that is not associated is a 204.",
        CHOSEN,
        _NOWHERE,
    ),
)
