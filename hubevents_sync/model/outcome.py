"""What became of calls and rows, and what HubSpot answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from hubevents_sync.model.participation import Participation


class Outcome(StrEnum):
    """What became of a row. Only the first two mean that HubSpot has it."""

    CONFIRMED = "confirmed"
    REPEATED = "repeated"
    UNCONFIRMED = "unconfirmed"
    REJECTED = "rejected"
    NOT_ATTEMPTED = "not attempted"
    INTENDED = "intended"  # sent, the answer not yet recorded: what a killed run leaves behind

    @property
    def is_at_hubspot(self) -> bool:
        """HubSpot said, or showed on reading back, that it holds the row."""
        return self in (Outcome.CONFIRMED, Outcome.REPEATED)


class Verify(StrEnum):
    """Which rows are read back."""

    NONE = "none"
    MISSING = "missing"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why HubSpot refused something, in its own words without anybody's data."""

    reason: str
    category: str | None = None
    status: int | None = None
    correlation_id: str | None = None


class RowResult(NamedTuple):
    """What became of one row. *contact_id* is set where HubSpot told it.

    A tuple for the reason that a Participation is one.
    """

    row: Participation
    outcome: Outcome
    contact_id: int | None = None
    rejection: Rejection | None = None


class AcceptedRow(NamedTuple):
    """A row of an attendance answer's ``results``: SubscriberEmailResponse or SubscriberVidResponse."""

    contact_id: int
    email: str | None = None


# The same without its names: of a million that are read, hardly one is asked by name.
Accepted = tuple[int, str | None]


@dataclass(frozen=True, slots=True)
class ItemError:
    """An entry of a batch answer's ``errors`` (StandardError): *emails* and *contact_ids* are those it speaks of."""

    message: str
    category: str | None = None
    sub_category: str | None = None
    emails: frozenset[str] = frozenset()
    contact_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class AttendanceAnswer:
    """A 2xx to an attendance call. Rows in neither list were repeats or silent drops: it does not say which."""

    accepted: Sequence[Accepted] = ()
    errors: tuple[ItemError, ...] = ()
    correlation_id: str | None = None


@dataclass(frozen=True, slots=True)
class UpsertedEvent:
    """An event of an upsert's answer. *id* is ambiguous at HubSpot (seen as either id); *object_id* is the CRM id."""

    name: str
    id: str | None = None
    object_id: str | None = None
    custom_properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UpsertAnswer:
    """A 2xx to a batch upsert, in HubSpot's order."""

    upserted: tuple[UpsertedEvent, ...] = ()
    errors: tuple[ItemError, ...] = ()
    correlation_id: str | None = None


@dataclass(frozen=True, slots=True)
class AttendanceCounters:
    """How many people HubSpot counts in each state of an event (participations endpoint)."""

    registered: int
    attended: int
    cancelled: int
    no_shows: int


@dataclass(frozen=True, slots=True)
class LiveParticipation:
    """A row of HubSpot's participation breakdown. *state* is its word: also NO_SHOW and EMPTY.

    One contact can have several rows of one event.
    """

    contact_id: int
    email: str
    state: str
    occurred_at_ms: int
    created_at_ms: int


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """Which HubSpot account and app a token belongs to, and what it may do.

    *user_id* is who installed the app. *expires_in_seconds* is known of OAuth's tokens only.
    """

    portal_id: int
    app_id: int | None
    scopes: frozenset[str]
    user_id: int | None = None
    expires_in_seconds: int | None = None
