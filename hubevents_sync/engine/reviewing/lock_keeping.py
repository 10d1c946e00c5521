"""Keep a lock file beside the state: write down, in counts, what was applied."""

from dataclasses import dataclass, replace

from hubevents_sync.engine.applying.apply import ApplyResult
from hubevents_sync.engine.desired.reading import read_desired, read_manifest
from hubevents_sync.engine.keeping.recorded import name_state, reading_state
from hubevents_sync.engine.reviewing.lock import lock_place, read_locks
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import ConfigurationError, StateError
from hubevents_sync.manifest.findings import FindingCollector, InvalidFiles
from hubevents_sync.model.event import MarketingEvent
from hubevents_sync.model.lock import LockedEvent, LockedState
from hubevents_sync.model.project import LOCK_FILE
from hubevents_sync.model.record import EventOverview
from hubevents_sync.plan.event import plan_event
from hubevents_sync.plan.locking import lock_event
from hubevents_sync.state.lock_file import write_lock_file
from hubevents_sync.state.reading import StateReader


@dataclass(frozen=True, slots=True)
class Locked:
    """What was written of one environment, and whether the file had to change for it."""

    file: str
    state: LockedState
    is_changed: bool


def write_lock(workspace: Workspace) -> Locked:
    """Take down what the state holds of the files' events, and of those that no file names any more.

    Raises StateError where nothing was ever applied, or where the lock file is not ours to change; InvalidFiles where
    the files can't be read.
    """
    findings = FindingCollector()
    manifest = read_manifest(workspace, findings)
    project = manifest.project
    others = [each for each in read_locks(project) if each.environment != project.environment]
    events: list[LockedEvent] = []
    with reading_state(workspace, project) as state:
        if state is None:
            raise StateError(f"there is no state at {name_state(workspace, project)}", hint="apply makes it")
        header = state.header
        now_ms = workspace.clock.now_ms()
        for declaration in manifest.declarations:
            desired = read_desired(declaration, project, identity=state.identity, findings=findings)
            recorded = state.read_event(declaration.event.key)
            if recorded is not None:
                planned = plan_event(recorded, desired, now_ms=now_ms, digest_key=b"of no use")
                events.append(lock_event(desired, recorded, planned, lineage=header.lineage, now_ms=now_ms))
        if findings.has_errors:
            raise InvalidFiles(findings.sorted())
        events += [_lock_forgotten(state, each) for each in state.list_events() if each.key not in manifest.events]
    taken = LockedState(project.environment, header.lineage, header.serial, header.portal, tuple(events))
    return Locked(LOCK_FILE, taken, write_lock_file(lock_place(project), [*others, taken]))


def keep_lock(workspace: Workspace, result: ApplyResult) -> ApplyResult:
    """*result*, the lock file written where the project wants one and the run came to its end.

    A lock file that can't be written does not undo what was applied: it is told as the fault of a run that has none.
    """
    project = result.planning.manifest.project
    if not project.lock or workspace.sandbox is not None or result.fault is not None:
        return result
    try:
        with reading_state(workspace, project) as state:
            if state is None:  # nothing was ever applied, and nothing was due
                return result
        write_lock(workspace)
    except (ConfigurationError, StateError, InvalidFiles) as error:
        return replace(result, fault=error)
    return result


def _lock_forgotten(state: StateReader, overview: EventOverview) -> LockedEvent:
    """An event that no file names: its fields, and what HubSpot has of it."""
    recorded = state.read_event(overview.key)
    return LockedEvent(
        event=recorded.snapshot.event if recorded else MarketingEvent(overview.key, {}),
        people=overview.people,
        rows=dict(overview.rows),
        is_confirmed=overview.is_confirmed,
        is_completed=overview.is_completed,
    )
