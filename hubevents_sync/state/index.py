"""Keep which entries of an event's rosters are at HubSpot whole; forget it as soon as its people are written to."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select

from hubevents_sync.model.roster_index import RosterIndex
from hubevents_sync.state.prepared import Prepared
from hubevents_sync.state.receipts import drop_receipt
from hubevents_sync.state.stored_index import to_index
from hubevents_sync.state.tables import roster_index

_DROP = Prepared(lambda _: delete(roster_index).where(roster_index.c.event_id == bindparam("of_event")))


def read_index(connection: Connection, event_id: int) -> RosterIndex | None:
    """The event's index; None where it has none, or what is there is cut off: then all is read, as without one."""
    row = connection.execute(select(roster_index).where(roster_index.c.event_id == event_id)).one_or_none()
    return None if row is None else to_index(row.fingerprint, row.files, row.people, row.entries, row.watched)


def read_indexes(connection: Connection, event_ids: Sequence[int]) -> dict[int, RosterIndex]:
    """The indexes of several events, by their numbers, as far as they have one that is whole."""
    rows = connection.execute(select(roster_index).where(roster_index.c.event_id.in_(event_ids)))
    found = {row.event_id: to_index(row.fingerprint, row.files, row.people, row.entries, row.watched) for row in rows}
    return {number: index for number, index in found.items() if index is not None}


def write_index(connection: Connection, event_id: int, index: RosterIndex) -> None:
    """Put *index* in the place of what was there."""
    drop_index(connection, event_id)
    connection.execute(
        insert(roster_index).values(
            event_id=event_id,
            fingerprint=index.fingerprint,
            files=dict(index.files),
            people=index.people,
            entries=index.entries,
            watched=index.watched,
        )
    )


def drop_index(connection: Connection, event_id: int) -> None:
    """What is on record of the event's people is about to be another thing."""
    _DROP.run(connection, of_event=event_id)
    drop_receipt(connection, event_id)


class Knowledge:
    """What one writer knows to be gone of indexes and receipts, so that it drops each once, not with every call."""

    def __init__(self) -> None:
        self._gone: set[int] = set()

    def drop(self, connection: Connection, event_id: int) -> None:
        """What is on record of the event's people is about to be another thing."""
        if event_id not in self._gone:
            drop_index(connection, event_id)
            self._gone.add(event_id)

    def drop_receipt(self, connection: Connection, event_id: int) -> None:
        """What is on record of the event is about to be another thing."""
        if event_id not in self._gone:
            drop_receipt(connection, event_id)

    def note_written(self, event_id: int) -> None:
        """The event has an index, or a receipt."""
        self._gone.discard(event_id)

    def forget(self) -> None:
        """Many were written; or a transaction that dropped some was rolled back."""
        self._gone.clear()
