"""Open what is on record, without changing a byte of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.model.project import Project
from hubevents_sync.state.store import ReadOnlyState, open_for_reading


def state_location(project: Project) -> Path:
    """Where the state is."""
    return project.directory / project.state


@contextmanager
def reading_state(workspace: Workspace, project: Project) -> Iterator[ReadOnlyState | None]:
    """The project's state; None where nothing was ever applied."""
    state = open_for_reading(state_location(project), environ=workspace.environ)
    if state is None:
        yield None
        return
    with state:
        state.require(environment=project.environment, portal=project.hubspot.portal)
        yield state
