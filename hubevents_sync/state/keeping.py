"""Record what later plans need not look at again. None of it is news: without it they find out the same."""

from collections.abc import Mapping

from sqlalchemy import Connection

from hubevents_sync.model.event import EventKey
from hubevents_sync.model.receipt import Receipt
from hubevents_sync.model.roster_index import RosterIndex
from hubevents_sync.ports import Clock
from hubevents_sync.state.events import find_event_id, touch_event
from hubevents_sync.state.holding import Holding
from hubevents_sync.state.identity import Identity
from hubevents_sync.state.index import drop_index, write_index
from hubevents_sync.state.late import LateWriter
from hubevents_sync.state.place import Place
from hubevents_sync.state.receipts import drop_receipt, write_receipts


class KnowledgeKeeper(LateWriter):
    """The part of a writer that keeps knowledge. What it wrote before is dropped by each write that could belie it."""

    def __init__(
        self,
        connection: Connection,
        location: Place,
        identity: Identity,
        *,
        holding: Holding,
        serial: int,
        clock: Clock,
    ) -> None:
        super().__init__(connection, location, identity, holding=holding, serial=serial, clock=clock)
        # The numbers of events of which there is none: dropped by this writer, and not written since.
        self._unknown: set[int] = set()

    def record_roster_index(self, key: EventKey, index: RosterIndex) -> None:
        """Store which entries of the event's rosters are at HubSpot whole, now that all that was to be sent is."""

        def put(connection: Connection) -> None:
            event_id = find_event_id(connection, key)
            if event_id is not None:
                self._unknown.discard(event_id)
                write_index(connection, event_id, index)

        self._write_later(key, put, is_change=False)

    def record_receipts(self, receipts: Mapping[EventKey, Receipt]) -> None:
        """Store which events have nothing to do, as long as neither their files nor the record of them change."""
        with self._write(is_change=False) as connection:
            self._unknown.clear()
            write_receipts(connection, receipts)

    def _drop_knowledge(self, connection: Connection, event_id: int) -> None:
        """What is on record of the event's people is about to be another thing."""
        if event_id not in self._unknown:
            drop_index(connection, event_id)
            self._unknown.add(event_id)

    def _touch(self, connection: Connection, event_id: int, *, now_ms: int) -> None:
        """Note that something of the event has changed."""
        if event_id not in self._unknown:
            drop_receipt(connection, event_id)
        touch_event(connection, event_id, now_ms=now_ms)

    def _forget_uncommitted(self) -> None:
        super()._forget_uncommitted()
        self._unknown.clear()
