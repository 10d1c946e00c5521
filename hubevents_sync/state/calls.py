"""The journal's entries as they come to be: an intent before each call, its result after."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, null, update

from hubevents_sync.model.event import EventKey
from hubevents_sync.model.record import CallKind, CallResult
from hubevents_sync.state.prepared import Prepared
from hubevents_sync.state.redaction import redact
from hubevents_sync.state.tables import journal

_COLUMNS = ("run_number", "event_id", "keys", "kind", "round", "state", "row_count", "intended_at_ms", "in_flight")
_INSERT = Prepared(
    lambda _: insert(journal).values({name: bindparam(name) for name in _COLUMNS}).returning(journal.c.id)
)
_FINISH = Prepared(
    lambda _: (
        update(journal)
        .where(journal.c.id == bindparam("call_id"), journal.c.result.is_(None))
        .values(
            finished_at_ms=bindparam("at_ms"),
            result=bindparam("ended"),
            error=bindparam("fault"),
            status=bindparam("http_status"),
            correlation_id=bindparam("request_id"),
            in_flight=null(),
        )
        .returning(journal.c.kind, journal.c.event_id)
    )
)
_ABANDON = Prepared(
    lambda _: (
        update(journal)
        .where(journal.c.event_id == bindparam("of_event"), journal.c.result.is_(None))
        .values(
            finished_at_ms=bindparam("at_ms"),
            result=CallResult.FAILED.value,
            error="the event was forgotten",
            in_flight=null(),
        )
    )
)


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
    in_flight: bytes | None = None,
) -> int:
    """Note a call that is about to be sent; its id."""
    inserted = _INSERT.find(
        connection,
        run_number=run_number,
        event_id=event_id,
        keys=json.dumps([list(key) for key in keys]),
        kind=kind.value,
        round=round_number,
        state=state_code,
        row_count=row_count,
        intended_at_ms=now_ms,
        in_flight=in_flight,
    )
    if inserted is None:
        raise AssertionError("a row that was inserted has a number")
    return int(inserted[0])


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
    row = _FINISH.find(
        connection,
        call_id=call_id,
        at_ms=now_ms,
        ended=(CallResult.DONE if error is None else CallResult.FAILED).value,
        fault=None if error is None else redact(error),
        http_status=status,
        request_id=None if correlation_id is None else redact(correlation_id),
    )
    if row is None:
        raise RuntimeError(f"call {call_id} is not waiting for a result")
    kind, event_id = row
    return Call(CallKind(kind), event_id or 0)


def abandon_calls(connection: Connection, event_id: int, *, now_ms: int) -> None:
    """Close the entries of an event that is forgotten: nobody will ask what became of them."""
    _ABANDON.run(connection, of_event=event_id, at_ms=now_ms)
