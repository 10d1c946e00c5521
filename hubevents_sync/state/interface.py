"""What a plan asks a state, whoever reads it: SQLAlchemy, or the driver of a file alone."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from hubevents_sync.model.app_settings import RecordedSettings
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.participation import PersonId
from hubevents_sync.model.receipt import Receipt
from hubevents_sync.model.record import OpenEnd, RecordedRow, StateHeader
from hubevents_sync.model.roster_index import RosterIndex
from hubevents_sync.model.run import Run
from hubevents_sync.model.snapshot import RecordedEvent
from hubevents_sync.state.identity import Identity


class PlanState(Protocol):
    """A state as of one moment. Each of these says what ``StateReader`` says under the same name."""

    @property
    def identity(self) -> Identity:
        """The key that people are known by here. Raises StateError where it is missing."""

    @property
    def header(self) -> StateHeader:
        """Which state this is."""

    def keys(self) -> list[EventKey]:
        """All events, sorted."""

    def receipts(self) -> Mapping[EventKey, Receipt]:
        """The events that have nothing to do, as long as their files are those that the receipt is of."""

    def open_ends(self) -> list[OpenEnd]:
        """The events of which earlier runs left something open, without rows: with nothing else open they are empty."""

    def read_settings(self, app_id: int) -> RecordedSettings | None:
        """What is recorded of an app's settings; None where nothing is."""

    def read_latest_run(self) -> Run | None:
        """The last run, where the state is as it left it; None where something else changed it since."""

    def read_event(self, key: EventKey, *, people: Collection[PersonId] | None = None) -> RecordedEvent | None:
        """What is recorded of an event; its participations in the order of person and time, or those of *people*."""

    def read_roster_index(self, key: EventKey) -> RosterIndex | None:
        """Which entries of the event's rosters are at HubSpot whole; None where that is not known any more."""

    def read_leftovers(self, key: EventKey) -> Sequence[RecordedRow]:
        """The rows of an event that HubSpot is not known to have, with what became of them."""
