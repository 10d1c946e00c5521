"""Look at what was applied, without changing a byte of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from hubevents_sync.engine.desired.reading import find_events
from hubevents_sync.engine.keeping.recorded import name_state, reading_state, state_location
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import StateError
from hubevents_sync.manifest.findings import FindingCollector, InvalidFiles
from hubevents_sync.manifest.project import read_project
from hubevents_sync.model.project import Project
from hubevents_sync.model.record import CompletionRecord, EventOverview, JournalEntry, Lease, RecordedRow, StateHeader
from hubevents_sync.model.run import Run
from hubevents_sync.model.snapshot import RecordedEvent
from hubevents_sync.state.reading import StateReader
from hubevents_sync.state.store import unlock


@dataclass(frozen=True, slots=True)
class StateOverview:
    """The state's header, and its events in counts. *header* is None where nothing was ever applied."""

    project: Project
    header: StateHeader | None
    events: tuple[EventOverview, ...] = ()


@dataclass(frozen=True, slots=True)
class EventRecord:
    """All that is on record of one event."""

    project: Project
    recorded: RecordedEvent
    completion: CompletionRecord
    leftovers: tuple[RecordedRow, ...]


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run and its calls."""

    project: Project
    run: Run
    journal: tuple[JournalEntry, ...]


def list_state(workspace: Workspace) -> StateOverview:
    """All recorded events."""
    project = read_settings(workspace)
    with reading_state(workspace, project) as state:
        if state is None:
            return StateOverview(project, None)
        return StateOverview(project, state.header, tuple(state.list_events()))


def show_event(workspace: Workspace, name: str) -> EventRecord:
    """One event by its id, or by account/id."""
    with _existing_state(workspace) as (project, state):
        (key,) = find_events(state.keys(), name)
        recorded = state.read_event(key)
        if recorded is None:
            raise StateError(f"the event {key} was forgotten a moment ago")
        completion = state.read_completion(key) or CompletionRecord()
        return EventRecord(project, recorded, completion, tuple(state.read_leftovers(key)))


def find_person(workspace: Workspace, email: str) -> tuple[Project, tuple[RecordedRow, ...]]:
    """What is recorded of the person with that e-mail: found by its keyed hash, for the state holds no e-mail."""
    with _existing_state(workspace) as (project, state):
        return project, tuple(state.find_person(state.identity.person(email=email)))


def list_runs(workspace: Workspace) -> tuple[Project, tuple[Run, ...]]:
    """All runs, the latest first."""
    project = read_settings(workspace)
    with reading_state(workspace, project) as state:
        return project, tuple(state.runs()) if state else ()


def show_run(workspace: Workspace, run_id: str) -> RunRecord:
    """One run by its id or the beginning of it."""
    with _existing_state(workspace) as (project, state):
        run = state.read_run(run_id)
        return RunRecord(project, run, tuple(state.journal_of(run.id)))


def unlock_state(workspace: Workspace, run_id: str) -> Lease:
    """Break the lease of the run *run_id*, or of the one that begins so: it stops at its next write. Who held it."""
    return unlock(state_location(workspace, read_settings(workspace)), run_id=run_id)


def read_settings(workspace: Workspace) -> Project:
    """The project file alone: the state can be looked at while an event file is broken."""
    project = read_project(
        workspace.directory,
        environment=workspace.environment,
        environ=workspace.environ,
        findings=FindingCollector(),
    )
    return workspace.retarget(project)


def find_timezone(workspace: Workspace) -> str | None:
    """The project's time zone; None where it names none, and where there is no project that can be read."""
    try:
        return read_settings(workspace).timezone
    except InvalidFiles:
        return None


@contextmanager
def _existing_state(workspace: Workspace) -> Iterator[tuple[Project, StateReader]]:
    project = read_settings(workspace)
    with reading_state(workspace, project) as state:
        if state is None:
            raise StateError(f"there is no state at {name_state(workspace, project)}", hint="apply makes it")
        yield project, state
