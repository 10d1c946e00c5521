"""What HubSpot tells of an account beside its events: where it is, what is left of its quota, what time it is there."""

from dataclasses import dataclass
from enum import StrEnum

from hubevents_sync.errors import HubSpotError
from hubevents_sync.model.outcome import TokenInfo

# What every call that we make needs: HubSpot's guide, "scope requirements".
READ_SCOPE = "crm.objects.marketing_events.read"
WRITE_SCOPE = "crm.objects.marketing_events.write"
REQUIRED_SCOPES = (READ_SCOPE, WRITE_SCOPE)


class TokenKind(StrEnum):
    """What a token is, as far as we can tell."""

    STATIC = "private app or service key"
    OAUTH = "OAuth app"


@dataclass(frozen=True, slots=True)
class Quota:
    """How many requests are left, of how many; None where HubSpot does not say (the daily ones of OAuth apps)."""

    daily: int | None = None
    daily_left: int | None = None
    window: int | None = None
    window_left: int | None = None
    window_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """The account that a token belongs to. *server_time_ms* is what HubSpot's Date header said, in whole seconds.

    *took_seconds* is how long the answer took: the time is that much older at most.
    """

    portal_id: int | None
    kind: str | None = None
    time_zone: str | None = None
    hosting: str | None = None
    quota: Quota = Quota()
    server_time_ms: int | None = None
    took_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class AccountReport:
    """Whom a token belongs to. *facts* None: the token may not read them. *support_ends* is a date, as 2027-09-01.

    *fault* is what keeps the token from being used, with what to do.
    """

    kind: TokenKind
    info: TokenInfo
    facts: AccountFacts | None
    api: str
    support_ends: str
    missing_scopes: tuple[str, ...] = ()
    fault: HubSpotError | None = None
