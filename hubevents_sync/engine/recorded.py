"""Open what is on record: to look at it without changing a byte, or to write under the lease."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import ConfigurationError
from hubevents_sync.model.project import Project

if TYPE_CHECKING:
    from hubevents_sync.model.run import Actor
    from hubevents_sync.state.store import ReadOnlyState
    from hubevents_sync.state.writing import State


def state_location(project: Project) -> Path:
    """Where the state is. Raises ConfigurationError for a store that is no file."""
    scheme, separator, _ = project.state.partition("://")  # what follows may hold a password
    if separator:
        raise ConfigurationError(
            f"the state is to be kept in {scheme}; this version keeps it in a SQLite file", hint="name a path in state:"
        )
    return project.directory / project.state


@contextmanager
def reading_state(workspace: Workspace, project: Project) -> "Iterator[ReadOnlyState | None]":
    """The project's state; None where nothing was ever applied."""
    location = state_location(project)
    if not location.exists() and not location.is_symlink():
        yield None  # a first plan: the database's library takes a fifth of a second to import
        return
    from hubevents_sync.state.store import open_for_reading

    state = open_for_reading(location, environ=workspace.environ)
    if state is None:
        yield None
        return
    with state:
        state.require(environment=project.environment, portal=project.hubspot.portal)
        yield state


def writing_state(
    workspace: Workspace, project: Project, *, actor: "Actor", command: str, run_id: str
) -> "AbstractContextManager[State]":
    """The project's state under its lease, made where it is missing; StateLocked where another run holds it."""
    from hubevents_sync.state.store import open_for_writing

    return open_for_writing(
        state_location(project),
        environ=workspace.environ,
        clock=workspace.clock,
        actor=actor,
        environment=project.environment,
        portal=project.hubspot.portal,
        command=command,
        run_id=run_id,
    )
