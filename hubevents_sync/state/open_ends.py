"""What runs that were cut off left open: found, settled, and closed in the journal."""

from sqlalchemy import Connection, RowMapping, delete, exists, or_, select, update

from hubevents_sync.model.event import EventKey
from hubevents_sync.model.record import CallKind, CallResult, OpenEnd, Settlement
from hubevents_sync.model.run import RunStatus
from hubevents_sync.state.events import change_event, confirm_events, find_event
from hubevents_sync.state.index import drop_index
from hubevents_sync.state.rows import discard, keep_found
from hubevents_sync.state.tables import IS_LEFTOVER, event, journal, participation, run

CUT_OFF = "the run was cut off before the answer was recorded"


def find_open_ends(connection: Connection) -> list[OpenEnd]:
    """The events with something open, sorted; their rows are not read. One with nothing but leftover rows is empty."""
    # Asked for each event on its own, SQLite would go through all of its rows rather than the index of the leftovers.
    has_leftovers = event.c.id.in_(select(participation.c.event_id).where(IS_LEFTOVER))
    found = connection.execute(
        select(event.c.external_account_id, event.c.external_event_id, event.c.upsert_call_id)
        .add_columns(event.c.is_completion_intended, event.c.completed_at_ms)
        .where(or_(event.c.upsert_call_id.is_not(None), event.c.is_completion_intended, has_leftovers))
    )
    return sorted(
        (
            OpenEnd(
                EventKey(row.external_account_id, row.external_event_id),
                is_upsert_open=row.upsert_call_id is not None,
                is_completion_open=row.is_completion_intended and row.completed_at_ms is None,
            )
            for row in found
        ),
        key=lambda end: end.key,
    )


def find_last_intent(connection: Connection) -> int | None:
    """When the last call of all was intended, as epoch milliseconds; None where there never was one."""
    last = connection.execute(select(journal.c.intended_at_ms).order_by(journal.c.id.desc()).limit(1))
    return last.scalar_one_or_none()


def close_cut_off(connection: Connection, *, now_ms: int) -> None:
    """Close what nobody will: the calls and runs of writers that are no more. Only the holder of the lease may ask it.

    What their calls were about stays open with the events and rows themselves.
    """
    connection.execute(
        update(journal)
        .where(journal.c.result.is_(None))
        .values(finished_at_ms=now_ms, result=CallResult.FAILED.value, error=CUT_OFF)
    )
    connection.execute(
        update(run).where(run.c.status == RunStatus.RUNNING.value).values(status=RunStatus.INTERRUPTED.value)
    )


def settle(connection: Connection, settlement: Settlement, *, now_ms: int) -> None:
    """Put *settlement* on record."""
    row = find_event(connection, settlement.end.key)
    if row is None:
        return
    drop_index(connection, row["id"])
    keep_found(connection, row["id"], settlement.found)
    discard(connection, row["id"], settlement.dropped)
    if settlement.end.is_completion_open:
        _settle_completion(connection, row, settlement, now_ms=now_ms)
    if settlement.end.is_upsert_open:
        _settle_upsert(connection, row, settlement, now_ms=now_ms)


def _settle_completion(connection: Connection, row: RowMapping, settlement: Settlement, *, now_ms: int) -> None:
    """What the run that sent it was told, by whom, is what was carried out."""
    if settlement.live is None or not settlement.live.is_completed:
        change_event(connection, row["id"], now_ms=now_ms, is_completion_intended=False)
        return
    sent = connection.execute(
        select(run.c.plan_digest, run.c.user)
        .join_from(journal, run, journal.c.run_number == run.c.number)
        .where(journal.c.event_id == row["id"], journal.c.kind == CallKind.COMPLETE.value)
        .order_by(journal.c.id.desc())
        .limit(1)
    ).one_or_none()
    change_event(
        connection,
        row["id"],
        now_ms=now_ms,
        is_completion_intended=False,
        completed_at_ms=now_ms,
        completion_plan_digest=sent.plan_digest if sent else None,
        completion_approved_by=sent.user if sent else None,
    )


def _settle_upsert(connection: Connection, row: RowMapping, settlement: Settlement, *, now_ms: int) -> None:
    if settlement.live is not None:
        confirm_events(connection, [(settlement.live.event, settlement.live.object_id)], now_ms=now_ms)
        return
    has_rows = exists().where(participation.c.event_id == event.c.id)
    never_there = event.c.confirmed_at_ms.is_(None)
    connection.execute(delete(event).where(event.c.id == row["id"], never_there, ~has_rows))
    connection.execute(update(event).where(event.c.id == row["id"]).values(upsert_call_id=None))
