"""What was seen at HubSpot of an event, and is to be put on record: by import, and by refresh."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hubevents_sync.model.event import EventKey, MarketingEvent
from hubevents_sync.model.outcome import RowResult
from hubevents_sync.model.participation import Participation, PersonId


@dataclass(frozen=True, slots=True)
class ListedEvent:
    """An entry of HubSpot's list of events. *external_event_id* is None for one that was made by hand there."""

    external_event_id: str | None
    object_id: str | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """One event as seen: its fields as far as they are to be on record, and its people.

    *event* None says that HubSpot has no such event any more: all that is on record of it goes. *shown* are rows that
    HubSpot shows, *lost* rows on record that it does not: from now on they are unconfirmed. *contacts* are contact ids
    of people on record that were not known. *is_completed* can turn on what is on record, and never off: a completion
    can't be undone.
    """

    key: EventKey
    event: MarketingEvent | None
    object_id: str | None = None
    is_completed: bool = False
    shown: tuple[RowResult, ...] = ()
    lost: tuple[Participation, ...] = ()
    contacts: Mapping[PersonId, int] = field(default_factory=dict)
