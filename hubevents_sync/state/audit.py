"""The audit log: runs, and the journal of their calls."""

from sqlalchemy import Connection, RowMapping, func, insert, or_, select, update

from hubevents_sync.errors import StateError
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.record import CallKind, CallResult, JournalEntry
from hubevents_sync.model.run import Run
from hubevents_sync.state.stored_run import to_run
from hubevents_sync.state.tables import STATES, header, journal, run


def insert_run(connection: Connection, begun: Run, *, command: str, serial: int) -> int:
    """Add a run, which finds the state at *serial*; its number."""
    made = insert(run).values(**_to_values(begun), command=command, serial=serial)
    return int(connection.execute(made.returning(run.c.number)).scalar_one())


def update_run(connection: Connection, number: int, ended: Run) -> None:
    """Store how run *number* ended."""
    connection.execute(update(run).where(run.c.number == number).values(**_to_values(ended)))


def carry_serial(connection: Connection, *, before: int) -> None:
    """The last run, or what settles what it left open, takes the state on from the serial *before*.

    Where something else changed the state after that run, it stays behind for good.
    """
    last = select(func.max(run.c.number)).scalar_subquery()
    connection.execute(update(run).where(run.c.number == last, run.c.serial == before).values(serial=before + 1))


def read_latest_run(connection: Connection) -> Run | None:
    """The last run, where the state is as it left it; None where something else changed the state since."""
    last = select(run).order_by(run.c.number.desc()).limit(1)
    row = connection.execute(last).mappings().one_or_none()
    serial = connection.execute(select(header.c.serial)).scalar_one()
    return None if row is None or row["serial"] != serial else to_run(row)


def find_run_of_plan(connection: Connection, digest: str) -> Run | None:
    """The last run that carried out the plan *digest*, or the rest of it; None where there is none."""
    is_of_plan = or_(run.c.plan_digest == digest, run.c.reviewed_digest == digest)
    found = connection.execute(select(run).where(is_of_plan).order_by(run.c.number.desc()).limit(1))
    row = found.mappings().one_or_none()
    return None if row is None else to_run(row)


def read_runs(connection: Connection) -> list[Run]:
    """All runs, the latest first."""
    return [to_run(row) for row in connection.execute(select(run).order_by(run.c.number.desc())).mappings()]


def find_run(connection: Connection, id_or_prefix: str) -> Run:
    """The one run whose id is, or begins with, *id_or_prefix*; StateError where there is none or several."""
    escaped = run.c.id.startswith(id_or_prefix, autoescape=True)
    found = [to_run(row) for row in connection.execute(select(run).where(escaped).order_by(run.c.number)).mappings()]
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
        "files_digest": described.files_digest,
        "reviewed_digest": described.reviewed_digest,
        "pull_request": described.actor.pull_request,
    }


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
