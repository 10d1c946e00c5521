"""What a lock file tells of a state: each event in counts, and nobody in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hubevents_sync.model.event import EventKey, MarketingEvent
from hubevents_sync.model.participation import AttendanceState


@dataclass(frozen=True, slots=True)
class LockedEvent:
    """An event as it stood after an apply.

    *event* has the fields that HubSpot confirmed. *roster_digest* stands for all rows that the files declared; None
    where no file named the event. *people* counts those on the roster, *rows* the declared rows that are at HubSpot.
    *unsent* counts declared rows that were due and are not there, *held* those that were not due before
    *held_until_ms*.
    """

    event: MarketingEvent
    roster_digest: str | None = None
    people: int = 0
    rows: Mapping[AttendanceState, int] = field(default_factory=dict)
    unsent: int = 0
    held: int = 0
    held_until_ms: int | None = None
    is_confirmed: bool = True
    is_completed: bool = False

    @property
    def key(self) -> EventKey:
        """The event's key."""
        return self.event.key


@dataclass(frozen=True, slots=True)
class LockedState:
    """The state of one environment: which one it is, how often it had been changed, and its events by key."""

    environment: str | None
    lineage: str
    serial: int
    portal: int | None = None
    events: tuple[LockedEvent, ...] = ()
