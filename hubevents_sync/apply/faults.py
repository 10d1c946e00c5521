"""Which faults end a run and which an event only, and how they are written down."""

from hubevents_sync.errors import AuthenticationFailed, DailyQuotaSpent, HubSpotError
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.ports import Journal

# After these no further call makes sense.
ENDS_THE_RUN = (AuthenticationFailed, DailyQuotaSpent)


def describe(error: HubSpotError) -> str:
    """The fault in a line, with the id that HubSpot's support asks for."""
    return f"{error.message} (correlation id {error.correlation_id})" if error.correlation_id else error.message


def fail(journal: Journal, call_id: int, error: HubSpotError, outcome: Outcome) -> None:
    """Put on record that the call ended in *error*, and what that makes of its rows."""
    journal.fail_call(call_id, error.message, outcome=outcome, status=error.status, correlation_id=error.correlation_id)
