"""A run of apply, or of refresh or import: who ran it, on what plan, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from hubevents_sync.model.app_settings import SettingsReport
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.outcome import Outcome, Rejection
from hubevents_sync.model.participation import AttendanceState


class RunStatus(StrEnum):
    """How a run ended. RUNNING is also what a killed run leaves behind."""

    RUNNING = "running"
    DONE = "done"
    PARTIAL = "partial"
    REFUSED = "refused"
    PAUSED = "paused"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who ran it and from where: *user*, *host*; *commit*, *ci_url* and *pull_request* where a pipeline tells them."""

    user: str
    host: str
    pid: int
    commit: str | None = None
    ci_url: str | None = None
    pull_request: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One line of the audit log. *rows* counts rows by outcome; *approvals* are the ids that were approved.

    *files_digest* stands for the files that the plan was made of, *reviewed_digest* is that of the plan which somebody
    reviewed before, where one was named: it outlives the run that carried out the first part of it. A *command* other
    than apply follows no plan: its *plan_digest* is empty.
    """

    id: str
    actor: Actor
    started_at_ms: int
    plan_digest: str
    status: RunStatus = RunStatus.RUNNING
    ended_at_ms: int | None = None
    exit_code: int | None = None
    requests: int = 0
    events_upserted: int = 0
    events_completed: int = 0
    rows: Mapping[Outcome, int] = field(default_factory=dict)
    approvals: tuple[str, ...] = ()
    files_digest: str | None = None
    reviewed_digest: str | None = None
    command: str = "apply"


@dataclass(frozen=True, slots=True)
class RowFailure:
    """A row that HubSpot did not take, by file and line."""

    key: EventKey
    file: str
    line: int
    state: AttendanceState
    occurred_at_ms: int
    outcome: Outcome
    rejection: Rejection | None = None


@dataclass(frozen=True, slots=True)
class EventReport:
    """What a run did to one event.

    *waiting_for* says why a declared and due completion was not sent; *error* why work on the event stopped.
    """

    key: EventKey
    name: str
    upserted: bool = False
    completed: bool = False
    rows: Mapping[Outcome, int] = field(default_factory=dict)
    held: int = 0
    waiting_for: str | None = None
    needs_approval: bool = False
    error: str | None = None
    failures: tuple[RowFailure, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did: to the app's settings, where they were a step of its plan, and event by event."""

    run: Run
    events: tuple[EventReport, ...] = ()
    settings: SettingsReport | None = None
