"""The audit log: runs, and the journal of their calls."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from hubevents_sync.errors import StateError
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.record import CallKind, CallResult, JournalEntry
from hubevents_sync.model.run import Actor, Run, RunStatus
from hubevents_sync.state.tables import STATES, journal, run


def insert_run(connection: Connection, begun: Run, *, command: str) -> int:
    """Add a run; its number."""
    made = insert(run).values(**_to_values(begun), command=command)
    return int(connection.execute(made.returning(run.c.number)).scalar_one())


def update_run(connection: Connection, number: int, ended: Run) -> None:
    """Store how run *number* ended."""
    connection.execute(update(run).where(run.c.number == number).values(**_to_values(ended)))


def read_runs(connection: Connection) -> list[Run]:
    """All runs, the latest first."""
    return [_to_run(row) for row in connection.execute(select(run).order_by(run.c.number.desc())).mappings()]


def find_run(connection: Connection, id_or_prefix: str) -> Run:
    """The one run whose id is, or begins with, *id_or_prefix*; StateError where there is none or several."""
    escaped = run.c.id.startswith(id_or_prefix, autoescape=True)
    found = [_to_run(row) for row in connection.execute(select(run).where(escaped).order_by(run.c.number)).mappings()]
    exact = [candidate for candidate in found if candidate.id == id_or_prefix]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if not found:
        raise StateError(f"the state knows no run {id_or_prefix!r}", hint="hubevents-sync runs list shows all")
    names = ", ".join(candidate.id for candidate in found[:5]) + (", …" if len(found) > 5 else "")
    raise StateError(f"{len(found)} runs begin with {id_or_prefix!r}: {names}", hint="give more of the run's id")


def read_journal(
    connection: Connection, *, run_id: str | None = None, is_unfinished: bool = False
) -> list[JournalEntry]:
    """The calls of a run, or those without a result, in the order in which they were intended."""
    statement = select(journal, run.c.id.label("run_id")).join_from(journal, run, journal.c.run_number == run.c.number)
    if run_id is not None:
        statement = statement.where(run.c.id == run_id)
    if is_unfinished:
        statement = statement.where(journal.c.result.is_(None))
    return [_to_entry(row) for row in connection.execute(statement.order_by(journal.c.id)).mappings()]


def _to_values(described: Run) -> dict[str, object]:
    return {
        "id": described.id,
        "user": described.actor.user,
        "host": described.actor.host,
        "pid": described.actor.pid,
        "commit": described.actor.commit,
        "ci_url": described.actor.ci_url,
        "started_at_ms": described.started_at_ms,
        "ended_at_ms": described.ended_at_ms,
        "plan_digest": described.plan_digest,
        "status": described.status.value,
        "exit_code": described.exit_code,
        "requests": described.requests,
        "events_upserted": described.events_upserted,
        "events_completed": described.events_completed,
        "rows": {outcome.value: count for outcome, count in described.rows.items()},
        "approvals": list(described.approvals),
    }


def _to_run(row: RowMapping) -> Run:
    return Run(
        id=row["id"],
        actor=Actor(row["user"], row["host"], row["pid"], commit=row["commit"], ci_url=row["ci_url"]),
        started_at_ms=row["started_at_ms"],
        plan_digest=row["plan_digest"],
        status=RunStatus(row["status"]),
        ended_at_ms=row["ended_at_ms"],
        exit_code=row["exit_code"],
        requests=row["requests"],
        events_upserted=row["events_upserted"],
        events_completed=row["events_completed"],
        rows=_to_counts(row["rows"]),
        approvals=tuple(row["approvals"]),
    )


def _to_counts(stored: Mapping[str, Any]) -> dict[Outcome, int]:
    return {Outcome(name): count for name, count in stored.items()}


def _to_entry(row: RowMapping) -> JournalEntry:
    return JournalEntry(
        id=row["id"],
        run_id=row["run_id"],
        kind=CallKind(row["kind"]),
        keys=tuple(EventKey(account, event_id) for account, event_id in row["keys"]),
        intended_at_ms=row["intended_at_ms"],
        round=row["round"],
        state=None if row["state"] is None else STATES[row["state"]],
        row_count=row["row_count"],
        finished_at_ms=row["finished_at_ms"],
        result=None if row["result"] is None else CallResult(row["result"]),
        error=row["error"],
        status=row["status"],
        correlation_id=row["correlation_id"],
    )
