"""Record what later plans need not look at again. None of it is news: without it they find out the same."""

from collections.abc import Mapping

from sqlalchemy import Connection

from hubevents_sync.model.event import EventKey
from hubevents_sync.model.receipt import Receipt
from hubevents_sync.model.roster_index import RosterIndex
from hubevents_sync.state.events import find_event_id
from hubevents_sync.state.index import write_index
from hubevents_sync.state.late import LateWriter
from hubevents_sync.state.receipts import write_receipts


class KnowledgeKeeper(LateWriter):
    """The part of a writer that keeps knowledge. What it wrote before is dropped by each write that could belie it."""

    def record_roster_index(self, key: EventKey, index: RosterIndex) -> None:
        """Store which entries of the event's rosters are at HubSpot whole, now that all that was to be sent is."""

        def put(connection: Connection) -> None:
            event_id = find_event_id(connection, key)
            if event_id is not None:
                self._knowledge.note_written(event_id)
                write_index(connection, event_id, index)

        self._write_later(key, put, is_change=False)

    def record_receipts(self, receipts: Mapping[EventKey, Receipt]) -> None:
        """Store which events have nothing to do, as long as neither their files nor the record of them change."""
        with self._write(is_change=False) as connection:
            self._knowledge.forget()
            write_receipts(connection, receipts)
