"""The journal's entries as they come to be: an intent before each call, its result after."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, update

from hubevents_sync.model.event import EventKey
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.record import CallKind, CallResult
from hubevents_sync.state.redaction import redact
from hubevents_sync.state.tables import IS_LEFTOVER, OUTCOME_CODES, journal, participation


@dataclass(frozen=True, slots=True)
class Call:
    """A journalled call. *event_id* is 0 for an upsert, which is about several events."""

    kind: CallKind
    event_id: int


def insert_call(
    connection: Connection,
    run_number: int,
    kind: CallKind,
    keys: Sequence[EventKey],
    *,
    now_ms: int,
    event_id: int | None = None,
    round_number: int | None = None,
    state_code: int | None = None,
    row_count: int = 0,
) -> int:
    """Note a call that is about to be sent; its id."""
    made = insert(journal).values(
        run_number=run_number,
        event_id=event_id,
        keys=[list(key) for key in keys],
        kind=kind.value,
        round=round_number,
        state=state_code,
        row_count=row_count,
        intended_at_ms=now_ms,
    )
    return int(connection.execute(made.returning(journal.c.id)).scalar_one())


def finish_call(
    connection: Connection,
    call_id: int,
    *,
    now_ms: int,
    error: str | None = None,
    status: int | None = None,
    correlation_id: str | None = None,
) -> Call:
    """Close the entry; what it was about."""
    closed = (
        update(journal)
        .where(journal.c.id == call_id, journal.c.result.is_(None))
        .values(
            finished_at_ms=now_ms,
            result=(CallResult.DONE if error is None else CallResult.FAILED).value,
            error=None if error is None else redact(error),
            status=status,
            correlation_id=correlation_id,
        )
        .returning(journal.c.kind, journal.c.event_id)
    )
    row = connection.execute(closed).one_or_none()
    if row is None:
        raise RuntimeError(f"call {call_id} is not waiting for a result")
    return Call(CallKind(row.kind), row.event_id or 0)


def settle_intended(connection: Connection, call_id: int, event_id: int, outcome: Outcome) -> None:
    """Give *outcome* to the rows of the call that are still waiting for theirs."""
    intended = participation.c.outcome == OUTCOME_CODES[Outcome.INTENDED]
    mine = participation.c.event_id == event_id, participation.c.call_id == call_id
    connection.execute(update(participation).where(*mine, intended, IS_LEFTOVER).values(outcome=OUTCOME_CODES[outcome]))
