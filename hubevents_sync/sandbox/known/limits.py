"""What is known of limits, and of errors that stand in place of an answer."""

from hubevents_sync.sandbox.switches import Behaviour, Evidence

DOCUMENTED, CHOSEN = Evidence.DOCUMENTED, Evidence.CHOSEN

_GUIDELINES = "HubSpot's usage guidelines"
_ERRORS = "HubSpot's error-handling page"
_NOWHERE = "not stated anywhere"

BEHAVIOURS = (
    Behaviour(
        "tier-limits",
        "A private app may send 100 requests in ten seconds on the free tier and 190 on the others; the account "
        "250,000, 625,000 (professional) or 1,000,000 (enterprise) a day. Refused only with `--tier`, "
        "`--per-10-seconds` or `--per-day`.",
        DOCUMENTED,
        f"{_GUIDELINES}; a changelog said 650,000 for professional",
    ),
    Behaviour(
        "rate-limit-headers",
        "Answers tell both limits and what remains of them.",
        DOCUMENTED,
        f"{_GUIDELINES}; the deprecated per-second headers are left out",
    ),
    Behaviour(
        "rate-limited",
        "What is above a limit is a 429 whose policyName is TEN_SECONDLY_ROLLING or DAILY.",
        DOCUMENTED,
        _GUIDELINES,
    ),
    Behaviour(
        "no-retry-after",
        "A 429 has no Retry-After.",
        CHOSEN,
        f"{_NOWHERE}, neither that there is one nor that there is none; a fault can send one",
    ),
    Behaviour(
        "day-ends",
        "The day's quota is refilled at midnight of the account's time zone.",
        DOCUMENTED,
        f"{_GUIDELINES}; the sandbox's account is in UTC unless `--time-zone` says otherwise",
    ),
    Behaviour(
        "refused-not-counted",
        "A request that is refused with 429 uses up nothing.",
        CHOSEN,
        _NOWHERE,
    ),
    Behaviour(
        "look-ups-not-counted",
        "Asking for a token, and looking one up, use up nothing.",
        CHOSEN,
        _NOWHERE,
    ),
    Behaviour(
        "error-bodies",
        "By fault: 423, 477, 500 and 503 are HubSpot's errors in JSON, in words of ours; 502, 504 and 521 to 524 are a "
        "page of HTML.",
        CHOSEN,
        f"{_ERRORS} names the codes and what to do, not their bodies",
    ),
    Behaviour(
        "migration-wait",
        "By fault: a 477 has a Retry-After in seconds, 60 unless the rule says otherwise.",
        DOCUMENTED,
        f"{_ERRORS}, up to 24 hours; the 60 is our choice",
    ),
)
