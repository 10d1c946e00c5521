"""Turn a row of the table of runs into a run, whoever read it."""

from collections.abc import Mapping
from typing import Any

from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.run import Actor, Run, RunStatus


def to_run(row: Mapping[Any, Any]) -> Run:
    """The run that *row* has, its JSON read. Any: each column has a type of its own."""
    return Run(
        id=row["id"],
        actor=Actor(row["user"], row["host"], row["pid"], row["commit"], row["ci_url"], row["pull_request"]),
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
        files_digest=row["files_digest"],
        reviewed_digest=row["reviewed_digest"],
        command=row["command"],
    )


def _to_counts(stored: Mapping[str, Any]) -> dict[Outcome, int]:
    return {Outcome(name): count for name, count in stored.items()}
