"""Copy a whole state from one place to another, its lineage, serial and identity key with it."""

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Column, Connection, RowMapping, Table, delete, func, insert, select, text, update

from hubevents_sync.errors import StateError, StateMoved
from hubevents_sync.state.driver import BUSY_SECONDS
from hubevents_sync.state.formats import check_format, read_format
from hubevents_sync.state.header import read_header
from hubevents_sync.state.holding import holding_lease
from hubevents_sync.state.lease import LEASE_ID, Claim
from hubevents_sync.state.place import Place
from hubevents_sync.state.tables import event, header, journal, lease, metadata

ROWS_AT_ONCE = 5_000
_CONTENT = tuple(table for table in metadata.sorted_tables if table is not lease)


def copy_state(source: Connection, target: Place, claim: Claim, *, now_ms: int) -> None:
    """Put what *source* holds at *target*, in one transaction.

    A state that is there already must be an earlier one of the same lineage, held by nobody: StateError where it is
    another's, StateMoved where it is further on, StateLocked where a run is writing to it.
    """
    if not target.exists():
        target.create(lambda connection: _fill(source, connection))
        return
    with target.faults_explained(), target.opened_for_writing(busy_seconds=BUSY_SECONDS) as connection:
        with connection.begin():
            _require_earlier(source, connection, target)
        with holding_lease(connection, target, claim, now_ms=now_ms), connection.begin():
            _require_earlier(source, connection, target)
            for table in reversed(_CONTENT):
                connection.execute(delete(table))
            _copy_rows(source, connection)


def _require_earlier(source: Connection, connection: Connection, target: Place) -> None:
    check_format(read_format(connection, target))
    ours, theirs = read_header(source), read_header(connection)
    if theirs.format_version != ours.format_version:
        raise StateError(f"{target} is of an older format", hint="bring it up to date first: apply there once")
    if theirs.lineage != ours.lineage:
        raise StateError(
            f"{target} holds another state (lineage {theirs.lineage}, not {ours.lineage})",
            hint="name an empty place; nothing was changed",
        )
    if theirs.serial > ours.serial:
        raise StateMoved(
            f"{target} is further on (serial {theirs.serial}, not {ours.serial})",
            hint="it is the one to go on with; nothing was changed",
        )


def _fill(source: Connection, connection: Connection) -> None:
    metadata.create_all(connection)
    connection.execute(insert(lease).values(id=LEASE_ID, epoch=0))
    _copy_rows(source, connection)
    epoch = source.execute(select(lease.c.epoch)).scalar_one()
    connection.execute(update(lease).values(epoch=epoch))  # a writer of the source's must not be taken for one here


def _copy_rows(source: Connection, connection: Connection) -> None:
    for table in _CONTENT:
        for rows in _batched(source.execute(select(table)).mappings()):
            connection.execute(insert(table), [dict(row) for row in rows])
    if connection.dialect.name == "postgresql":
        for table in _CONTENT:
            _move_sequence(connection, table)


def _batched(rows: Iterable[RowMapping]) -> Iterator[list[RowMapping]]:
    iterator = iter(rows)
    while batch := list(itertools.islice(iterator, ROWS_AT_ONCE)):
        yield batch


def _move_sequence(connection: Connection, table: Table) -> None:
    """Let the next number that the server gives out be one that never was given, to an event that was forgotten too."""
    column = table.autoincrement_column
    if column is None or table is header:
        return
    highest = _find_highest(connection, column)
    if table is event:
        highest = max(highest, _find_highest(connection, journal.c.event_id))
    if highest:
        sequence = text("SELECT setval(pg_get_serial_sequence(:table, :column), :highest)")
        connection.execute(sequence, {"table": f'"{table.name}"', "column": column.name, "highest": highest})


def _find_highest(connection: Connection, column: Column[Any]) -> int:
    return int(connection.execute(select(func.coalesce(func.max(column), 0))).scalar_one())
