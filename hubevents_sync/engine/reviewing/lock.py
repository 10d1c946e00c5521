"""Find what the lock file says of a project, and whether it has to stand in for the state."""

from pathlib import Path
from typing import TYPE_CHECKING

from hubevents_sync.engine.keeping.recorded import state_location
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import ConfigurationError, StateError, WrongPortal
from hubevents_sync.manifest.findings import FindingCollector
from hubevents_sync.manifest.project import read_project
from hubevents_sync.model.project import LOCK_FILE, Project
from hubevents_sync.state.address import Address

if TYPE_CHECKING:
    from hubevents_sync.model.lock import LockedState


def find_lock(project: Project) -> "LockedState":
    """What the lock file says of the project's environment. Raises StateError where it says nothing."""
    found = [each for each in read_locks(project) if each.environment == project.environment]
    if not found:
        of = "" if project.environment is None else f" for the environment {project.environment}"
        raise StateError(
            f"there is nothing{of} in the lock file {LOCK_FILE}",
            hint="where the state is: hubevents-sync state lock; or set lock: true, and apply writes it",
        )
    portal = project.hubspot.portal
    if portal is not None and found[0].portal is not None and portal != found[0].portal:
        raise WrongPortal(
            f"the lock file {LOCK_FILE} belongs to HubSpot account {found[0].portal}, not to {portal}",
            hint="mend hubspot.portal in hubevents.yaml, or write the lock file anew: hubevents-sync state lock",
        )
    return found[0]


def stands_in(workspace: Workspace) -> bool:
    """The state is out of reach, and the lock file has an entry that can stand in for it."""
    if workspace.sandbox is not None or not (workspace.directory / LOCK_FILE).exists():
        return False
    project = read_project(
        workspace.directory,
        environment=workspace.environment,
        environ=workspace.environ,
        findings=FindingCollector(),
    )
    if _is_state_at_hand(workspace, project):
        return False
    return any(each.environment == project.environment for each in read_locks(project))


def _is_state_at_hand(workspace: Workspace, project: Project) -> bool:
    try:
        location = state_location(workspace, project)
    except ConfigurationError:  # a store whose password is not known here
        return False
    return isinstance(location, Address) or location.exists() or location.is_symlink()


def lock_place(project: Project) -> Path:
    """Where the lock file is, or would be."""
    return project.directory / LOCK_FILE


def read_locks(project: Project) -> "list[LockedState]":
    """What the lock file says of all environments; nothing where there is none."""
    from hubevents_sync.state.lock_file import read_lock_file

    return read_lock_file(lock_place(project), file=LOCK_FILE)
