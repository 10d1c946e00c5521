"""Which faults end a run and which an event only, and how they are written down."""

from hubevents_sync.errors import AuthenticationFailed, DailyQuotaSpent, HubSpotError, NotSent, WrongPortal
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.ports import Journal

# After these no further call makes sense.
ENDS_THE_RUN = (AuthenticationFailed, WrongPortal, DailyQuotaSpent)
REQUEST_TIMEOUT = 408


def describe(error: HubSpotError) -> str:
    """The fault in a line, with the id that HubSpot's support asks for."""
    return f"{error.message} (correlation id {error.correlation_id})" if error.correlation_id else error.message


def was_refused(error: HubSpotError) -> bool:
    """HubSpot said no, or was never asked: what was asked did not happen.

    After no answer, a 408, a 5xx, or a 2xx that can't be read, nobody knows.
    """
    if isinstance(error, NotSent):
        return True
    return error.status is not None and 400 <= error.status < 500 and error.status != REQUEST_TIMEOUT


def fail(journal: Journal, call_id: int, error: HubSpotError, outcome: Outcome) -> None:
    """Put on record that the call ended in *error*, and what that makes of its rows."""
    journal.fail_call(call_id, error.message, outcome=outcome, status=error.status, correlation_id=error.correlation_id)
