"""What is known of paths, bodies and refusals, whatever the operation."""

from hubevents_sync.sandbox.switches import Behaviour, Evidence

MEASURED, DOCUMENTED, CHOSEN = Evidence.MEASURED, Evidence.DOCUMENTED, Evidence.CHOSEN

_OPENAPI = "HubSpot's OpenAPI description"
_NOWHERE = "not stated anywhere"

BEHAVIOURS = (
    Behaviour(
        "bases",
        "All operations stand at `/marketing/v3/marketing-events` and at `/marketing/marketing-events/` with 2025-09, "
        "2026-03 and 2026-09; the list with and without a slash at its end, and also at "
        "`/marketing/marketing-events/v3`.",
        DOCUMENTED,
        f"{_OPENAPI}; the v3 client sends the slash, an integration does without",
    ),
    Behaviour(
        "encoded-ids",
        "An id in a path is decoded after its operation was found, so that `a%2Fb` is one id; `+` in a path is a plus, "
        "in a query a space.",
        MEASURED,
        "what HubSpot's own Python clients send",
    ),
    Behaviour(
        "large-ids",
        "Contact ids and objectIds have more than 32 bits.",
        MEASURED,
        f"ids that integrations published; {_OPENAPI} of 2025-09 and 2026-09 has 32 bits",
    ),
    Behaviour(
        "wrong-method",
        "Another method on a known path is a 405.",
        MEASURED,
        "one integration saw it for GET on an attendance path; the words are ours",
    ),
    Behaviour(
        "error-body",
        "A refusal has status, message, correlationId and category; the correlation id is in a header too.",
        DOCUMENTED,
        "HubSpot's error-handling page",
    ),
    Behaviour(
        "error-words",
        "The words of a refusal are HubSpot's for 401, 403, unknown states, a missing externalAccountId, and ids that "
        "are no number; all others are ours.",
        CHOSEN,
        "nobody published the others",
    ),
    Behaviour(
        "order-of-checks",
        "Attendance looks at the state, the account, the body and then the event; a bad body is told even where there "
        "is no such event.",
        CHOSEN,
        _NOWHERE,
    ),
    Behaviour(
        "unknown-fields",
        "Fields that an operation does not know are passed over.",
        CHOSEN,
        _NOWHERE,
    ),
    Behaviour(
        "scalar-texts",
        "Numbers and booleans in maps of texts count as their text.",
        CHOSEN,
        f"{_OPENAPI} has texts; what else is taken is not stated",
    ),
    Behaviour(
        "largest-body",
        "A body of more than 32 MiB is a 413.",
        CHOSEN,
        "the sandbox's own need: HubSpot documents no limit of bytes",
    ),
)
