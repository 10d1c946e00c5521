"""Keep which events have nothing to do; forget it as soon as anything that is on record of them is written to."""

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, delete, insert, select

from hubevents_sync.model.event import EventKey
from hubevents_sync.model.receipt import Receipt
from hubevents_sync.state.prepared import Prepared
from hubevents_sync.state.tables import event, event_receipt

_DROP = Prepared(lambda _: delete(event_receipt).where(event_receipt.c.event_id == bindparam("of_event")))


def read_receipts(connection: Connection) -> dict[EventKey, Receipt]:
    """All receipts, by event."""
    columns = event_receipt.c
    statement = select(
        event.c.external_account_id, event.c.external_event_id,
        columns.digest, columns.people, columns.recorded_people, columns.people_left, columns.notes,
    ).join_from(event_receipt, event, event.c.id == columns.event_id)  # fmt: skip
    return {
        EventKey(account, event_id): Receipt(digest, people, recorded, left, tuple(notes))
        for account, event_id, digest, people, recorded, left, notes in connection.execute(statement)
    }


def write_receipts(connection: Connection, receipts: Mapping[EventKey, Receipt]) -> None:
    """Put *receipts* in the place of those that their events had. One of an event not on record is passed by."""
    statement = select(event.c.id, event.c.external_account_id, event.c.external_event_id)
    rows = [
        {
            "event_id": number,
            "digest": receipt.digest,
            "people": receipt.people,
            "recorded_people": receipt.recorded_people,
            "people_left": receipt.left,
            "notes": list(receipt.notes),
        }
        for number, account, event_id in connection.execute(statement)
        if (receipt := receipts.get(EventKey(account, event_id))) is not None
    ]
    for row in rows:
        _DROP.run(connection, of_event=row["event_id"])
    if rows:
        connection.execute(insert(event_receipt), rows)


def drop_receipt(connection: Connection, event_id: int) -> None:
    """What is on record of the event is about to be another thing."""
    _DROP.run(connection, of_event=event_id)
