"""One writer at a time: who holds the lease, when it is over, and how it is taken, kept, given back and broken."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, RowMapping, select, update

from hubevents_sync.errors import StateError, StateLocked
from hubevents_sync.model.record import Lease
from hubevents_sync.model.run import Actor
from hubevents_sync.state.tables import lease

# A lease is good for this long after its last heartbeat. Every write is one; a thread beats in between.
LEASE_MS = 120_000
HEARTBEAT_SECONDS = 20.0
LEASE_ID = 1


@dataclass(frozen=True, slots=True)
class Claim:
    """Who asks for the lease, and what for."""

    actor: Actor
    command: str
    run_id: str


def create_lease(connection: Connection) -> None:
    """Make the lease of a new state, held by nobody."""
    connection.execute(lease.insert().values(id=LEASE_ID, epoch=0))


def read_lease(connection: Connection) -> Lease | None:
    """Who holds the lease, dead or alive; None where nobody does."""
    row = connection.execute(select(lease).where(lease.c.id == LEASE_ID)).mappings().one()
    return None if row["user"] is None else _to_lease(row)


def take_lease(
    connection: Connection, claim: Claim, *, now_ms: int, is_alive: Callable[[RowMapping], bool | None]
) -> int:
    """Take the lease over from nobody, from a dead writer, or from one whose lease is over; its epoch.

    *is_alive* says whether the one that a row of the lease names lives, where that can be known. One that does keeps
    its lease whatever the clock says: clocks go wrong. Raises StateLocked where somebody holds it.
    """
    row = connection.execute(select(lease).where(lease.c.id == LEASE_ID).with_for_update()).mappings().one()
    if row["user"] is not None and _is_held(row, is_alive(row), now_ms=now_ms):
        raise _locked_by(_to_lease(row), now_ms=now_ms)
    epoch: int = row["epoch"] + 1
    connection.execute(
        update(lease)
        .where(lease.c.id == LEASE_ID)
        .values(
            epoch=epoch,
            user=claim.actor.user,
            host=claim.actor.host,
            pid=claim.actor.pid,
            process_mark=mark_process(os.getpid()),
            command=claim.command,
            run_id=claim.run_id,
            ci_url=claim.actor.ci_url,
            heartbeat_at_ms=now_ms,
            expires_at_ms=now_ms + LEASE_MS,
        )
    )
    return epoch


def name_run(connection: Connection, run_id: str) -> None:
    """Say which run the lease is held for."""
    connection.execute(update(lease).where(lease.c.id == LEASE_ID).values(run_id=run_id))


def release_lease(connection: Connection, *, epoch: int) -> None:
    """Give the lease back, unless somebody has taken it already."""
    connection.execute(update(lease).where(lease.c.id == LEASE_ID, lease.c.epoch == epoch).values(**_NOBODY))


def break_lease(connection: Connection, *, run_id: str) -> Lease:
    """Take the lease from the run *run_id* (or the one run that begins so): it stops at its next write.

    Raises StateError where that run does not hold it.
    """
    holder = read_lease(connection)
    if holder is None or not run_id or not holder.run_id.startswith(run_id):
        held = "nobody holds it" if holder is None else f"run {holder.run_id} holds it"
        raise StateError(f"the state is not locked by run {run_id!r}: {held}", hint="nothing was changed")
    connection.execute(update(lease).where(lease.c.id == LEASE_ID).values(epoch=lease.c.epoch + 1, **_NOBODY))
    return holder


_NOBODY: dict[str, None] = dict.fromkeys(column.name for column in lease.columns if column.name not in ("id", "epoch"))


def _to_lease(row: RowMapping) -> Lease:
    return Lease(
        user=row["user"],
        host=row["host"],
        pid=row["pid"],
        command=row["command"],
        run_id=row["run_id"],
        ci_url=row["ci_url"],
        epoch=row["epoch"],
        heartbeat_at_ms=row["heartbeat_at_ms"],
        expires_at_ms=row["expires_at_ms"],
    )


def _locked_by(holder: Lease, *, now_ms: int) -> StateLocked:
    where = f" (it runs at {holder.ci_url})" if holder.ci_url else ""
    return StateLocked(
        f"the state is locked by {holder.user}@{holder.host} "
        f"({holder.command}, run {holder.run_id}, alive {_format_age(now_ms - holder.heartbeat_at_ms)} ago)",
        hint=f"wait{where}, or if that run is dead: hubevents-sync state unlock {holder.run_id}",
    )


def _format_age(age_ms: int) -> str:
    seconds = max(0, age_ms // 1000)
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"


def _is_held(row: RowMapping, is_alive: bool | None, *, now_ms: int) -> bool:  # noqa: FBT001  three answers
    return row["expires_at_ms"] > now_ms if is_alive is None else is_alive


def is_process_alive(row: RowMapping, *, host: str) -> bool | None:
    """Whether the holder, a process of this very machine, still runs; None where that can't be known."""
    if row["host"] != host:
        return None
    if row["process_mark"] is None:  # the id may be another process's by now: running proves nothing
        return False if mark_process(os.getpid()) is None and not _is_running(row["pid"]) else None
    machine, pid, _ = row["process_mark"].rsplit("/", 2)
    mark = mark_process(int(pid))
    return mark == row["process_mark"] if mark is not None and mark.startswith(f"{machine}/") else None


def mark_process(pid: int) -> str | None:
    """What tells process *pid* from any other, here and elsewhere: ``boot:namespace/pid/start``; None off Linux.

    Host names are not enough: runners share them, and containers have process ids of their own. The start is
    ``gone`` where there is no such process.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        namespace = os.readlink("/proc/self/ns/pid")  # noqa: PTH115  no path: it reads "pid:[4026531836]"
    except OSError:
        return None
    try:
        # proc(5): the name, in brackets, may hold spaces; the state follows it, and the start is the 20th from there.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        started = "gone" if fields[0] in ("Z", "X") else fields[19]
    except OSError:
        started = "gone"
    return f"{boot}:{namespace}/{pid}/{started}"


def _is_running(pid: int) -> bool:
    if os.name != "posix":  # elsewhere os.kill ends the process, whatever the signal
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
