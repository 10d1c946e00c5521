"""Put on record what was seen at HubSpot, in one transaction an event."""

from sqlalchemy import BigInteger, Connection, and_, bindparam, literal_column, update

from hubevents_sync.model.batch import columns_of
from hubevents_sync.model.observation import Observation
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.state.calls import abandon_calls
from hubevents_sync.state.events import change_event, confirm_events, find_event, forget
from hubevents_sync.state.index import drop_index
from hubevents_sync.state.prepared import Prepared
from hubevents_sync.state.rows import SourceFiles
from hubevents_sync.state.storing import columns_of_rows, make_columns, upsert_rows
from hubevents_sync.state.tables import IS_AT_HUBSPOT, OUTCOME_CODES, participation

_LOSE = Prepared(
    lambda _: (
        update(participation)
        .where(
            and_(
                participation.c.event_id == bindparam("of_event"),
                participation.c.person == bindparam("of_person"),
                participation.c.occurred_at_ms == bindparam("at_ms"),
                IS_AT_HUBSPOT,
            )
        )
        .values(outcome=literal_column(str(OUTCOME_CODES[Outcome.UNCONFIRMED])))
    )
)
_LEARN = Prepared(
    lambda _: (
        update(participation)
        .where(
            participation.c.event_id == bindparam("of_event"),
            participation.c.person == bindparam("of_person"),
            participation.c.contact_id.is_(None),
        )
        .values(contact_id=bindparam("contact", type_=BigInteger))
    )
)


def observe(connection: Connection, seen: Observation, files: SourceFiles, *, now_ms: int) -> None:
    """Make the record say what *seen* says."""
    if seen.event is None:
        row = find_event(connection, seen.key)
        if row is not None:
            abandon_calls(connection, row["id"], now_ms=now_ms)
            forget(connection, row["id"])
        return
    confirm_events(connection, [(seen.event, seen.object_id)], now_ms=now_ms)
    row = find_event(connection, seen.key)
    if row is None:
        raise AssertionError("an event that was confirmed is there")
    drop_index(connection, row["id"])
    if seen.is_completed and row["completed_at_ms"] is None:
        change_event(connection, row["id"], now_ms=now_ms, is_completion_intended=False, completed_at_ms=now_ms)
    rows = [result.row for result in seen.shown]
    columns = columns_of_rows(rows, files.ids_of(connection, columns_of(rows).file))
    upsert_rows(connection, make_columns(row["id"], None, seen.shown, columns), len(rows))
    lost = [(row["id"], each.person, each.occurred_at_ms) for each in seen.lost]
    _LOSE.run_many(connection, ("of_event", "of_person", "at_ms"), lost)
    learned = [(contact_id, row["id"], person) for person, contact_id in seen.contacts.items()]
    _LEARN.run_many(connection, ("contact", "of_event", "of_person"), learned)
