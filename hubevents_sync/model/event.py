"""A marketing event, by the field names that HubSpot's API uses."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

FieldValue = str | bool | Mapping[str, str]

# The order in which fields are shown and digested. externalAccountId and externalEventId are the key, not fields;
# eventCompleted is missing on purpose: completion has one door of its own.
EVENT_FIELDS = (
    "eventName",
    "eventOrganizer",
    "eventType",
    "startDateTime",
    "endDateTime",
    "eventDescription",
    "eventUrl",
    "eventCancelled",
    "customProperties",
)
TIME_FIELDS = ("startDateTime", "endDateTime")


class EventKey(NamedTuple):
    """What HubSpot knows an event by, together with the calling app."""

    external_account_id: str
    external_event_id: str

    def __str__(self) -> str:
        return f"{self.external_account_id}/{self.external_event_id}"


@dataclass(frozen=True, slots=True)
class MarketingEvent:
    """An event's key and the fields that are declared, recorded or live.

    *fields* holds names of EVENT_FIELDS only. A field that is not there is unmanaged. Times are written by
    ``format_instant``, so that equal times are equal text; ``customProperties`` is a mapping of names to text.
    """

    key: EventKey
    fields: Mapping[str, FieldValue]

    @property
    def name(self) -> str:
        """The event's name, or its id where it has none."""
        name = self.fields.get("eventName")
        return name if isinstance(name, str) else self.key.external_event_id


class RemovalPolicy(StrEnum):
    """What it means that somebody is no longer on the roster."""

    KEEP = "keep"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class CompletionPolicy:
    """The wish to complete an event once it is over, and not before *not_before_ms*."""

    not_before_ms: int | None = None
