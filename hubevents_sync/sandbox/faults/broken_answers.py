"""Errors in place of an answer: HubSpot's own, and those of what stands before it."""

from hubevents_sync.sandbox.faults.rule import ErrorAnswer
from hubevents_sync.sandbox.limits import rate_limited
from hubevents_sync.sandbox.refusals import Refusal

# What HubSpot itself says; the words are our choice. 423: "high volume of syncs"; 477: a migration between data
# centres, with Retry-After in seconds: HubSpot's error-handling page.
_REFUSALS = {
    423: ("LOCKED", "The resource is locked: a high volume of changes is being synced"),
    477: ("MIGRATION_IN_PROGRESS", "This account is being moved to another data centre"),
    500: ("INTERNAL_ERROR", "internal error"),
    503: ("SERVICE_UNAVAILABLE", "The service is temporarily unavailable"),
}
DEFAULT_RETRY_AFTER_SECONDS = {477: 60}


def refusal_of(error: ErrorAnswer) -> Refusal | None:
    """The error as HubSpot writes it; None for those that a gateway before HubSpot answers, which are no JSON."""
    wait = error.retry_after_seconds or DEFAULT_RETRY_AFTER_SECONDS.get(error.status)
    headers = {} if wait is None else {"Retry-After": str(wait)}
    if error.status == 429:
        return rate_limited(is_daily=error.is_daily, headers=headers)
    if error.status not in _REFUSALS:
        return None
    category, message = _REFUSALS[error.status]
    return Refusal(error.status, category, message, headers=headers)


def gateway_page(status: int) -> bytes:
    """The page of HTML that a gateway answers 502, 504 and 52x with: our choice, clients must not hang on it."""
    return f"<html><head><title>{status}</title></head><body><h1>Error {status}</h1></body></html>\n".encode()
