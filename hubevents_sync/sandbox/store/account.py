"""The account inside one request: its store, and no-shows derived before anything is looked at."""

import sqlite3
from dataclasses import dataclass, field

from hubevents_sync.sandbox.behaviour.no_show import is_over, over_since_ms
from hubevents_sync.sandbox.store import events, participations
from hubevents_sync.sandbox.store.events import EventRecord
from hubevents_sync.sandbox.switches import Switches


@dataclass(frozen=True, slots=True)
class Account:
    """One app's view of the account at *now_ms*, within one transaction."""

    connection: sqlite3.Connection
    app_id: int
    now_ms: int
    switches: Switches = field(default_factory=Switches)

    def find_event(self, *, account: str, external_id: str) -> EventRecord | None:
        """The event of these external ids, settled."""
        event = events.find_event(self.connection, app_id=self.app_id, account=account, external_id=external_id)
        return self._settled(event)

    def get_event(self, object_id: int) -> EventRecord | None:
        """The event of HubSpot's own id, settled."""
        return self._settled(events.get_event(self.connection, object_id))

    def settle_all(self) -> None:
        """Derive the no-shows of every event that is over."""
        for event in events.find_unsettled(self.connection):
            self.settle(event)

    def settle(self, event: EventRecord) -> None:
        """Derive *event*'s no-shows if it is over and they are not derived yet.

        HubSpot does it as time passes; here it happens when somebody looks, with the times it would have had.
        """
        if event.settled or not is_over(event, now_ms=self.now_ms, switches=self.switches):
            return
        participations.derive_no_shows(self.connection, event.id, over_ms=over_since_ms(event, now_ms=self.now_ms))
        events.mark_settled(self.connection, event.id)

    def _settled(self, event: EventRecord | None) -> EventRecord | None:
        if event is not None:
            self.settle(event)
        return event
