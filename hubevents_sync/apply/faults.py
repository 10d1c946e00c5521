"""Which faults end a run and which an event only, and how they are written down."""

from hubevents_sync.errors import AuthenticationFailed, DailyQuotaSpent, HubSpotError

# After these no further call makes sense.
ENDS_THE_RUN = (AuthenticationFailed, DailyQuotaSpent)


def describe(error: HubSpotError) -> str:
    """The fault in a line, with the id that HubSpot's support asks for."""
    return f"{error.message} (correlation id {error.correlation_id})" if error.correlation_id else error.message
