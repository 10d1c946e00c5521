"""Open what is on record: to look at it without changing a byte, or to write under the lease."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import ConfigurationError, StateMoved
from hubevents_sync.manifest.variables import BadVariable, expand
from hubevents_sync.model.project import Project
from hubevents_sync.state.address import Address, is_address, parse_address

if TYPE_CHECKING:
    from hubevents_sync.model.run import Actor
    from hubevents_sync.state.identity import Identity
    from hubevents_sync.state.interface import PlanState
    from hubevents_sync.state.store import ReadOnlyState
    from hubevents_sync.state.writing import State


def state_location(workspace: Workspace, project: Project) -> Path | Address:
    """Where the project's state is: a file, or the address of a shared store."""
    return find_location(project.state, workspace, project)


def name_state(workspace: Workspace, project: Project) -> str:
    """The project's state as it is named in a message: as in the project file, but for a URL's secrets."""
    location = state_location(workspace, project)
    return str(location) if isinstance(location, Address) else project.state


def find_location(written: str, workspace: Workspace, project: Project) -> Path | Address:
    """The file or the address that *written* means in *project*. Its variables are looked up now.

    In a URL a variable's value counts as it is, whatever characters it has: nobody has to encode a password. Raises
    ConfigurationError, which never tells what a variable holds.
    """
    environ = workspace.environ
    if is_address(written):
        environ = {name: quote(value, safe=":") for name, value in environ.items()}
    try:
        expanded = expand(written, environ)
    except BadVariable as bad:
        raise ConfigurationError(f"state: {bad.message}", hint=bad.hint) from bad
    if is_address(expanded):
        return parse_address(expanded, environment=project.environment)
    return project.directory / expanded


@contextmanager
def reading_state(workspace: Workspace, project: Project) -> "Iterator[ReadOnlyState | None]":
    """The project's state; None where nothing was ever applied."""
    location = state_location(workspace, project)
    if isinstance(location, Path) and not location.exists() and not location.is_symlink():
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


@contextmanager
def glancing_at_state(workspace: Workspace, project: Project) -> "Iterator[PlanState | None]":
    """The same for a plan, which asks little: where that can be, a file is read without loading SQLAlchemy."""
    location = state_location(workspace, project)
    with ExitStack() as stack:
        glance = None
        if isinstance(location, Path):
            from hubevents_sync.state.glance import glancing

            def read_whole() -> "PlanState":
                state = stack.enter_context(reading_state(workspace, project))
                if state is None:
                    raise StateMoved("the state was deleted while the plan was made", hint="plan again")
                return state

            glance = stack.enter_context(glancing(location, environ=workspace.environ, read_whole=read_whole))
        if glance is None:
            yield stack.enter_context(reading_state(workspace, project))
            return
        glance.require(environment=project.environment, portal=project.hubspot.portal)
        yield glance


def writing_state(
    workspace: Workspace,
    project: Project,
    *,
    actor: "Actor",
    command: str,
    run_id: str,
    founding: "Identity | None" = None,
) -> "AbstractContextManager[State]":
    """The project's state under its lease, made where it is missing; StateLocked where another run holds it.

    One that is made gets *founding* where nobody gave a key.
    """
    from hubevents_sync.state.store import open_for_writing

    return open_for_writing(
        state_location(workspace, project),
        environ=workspace.environ,
        clock=workspace.clock,
        actor=actor,
        environment=project.environment,
        portal=project.hubspot.portal,
        command=command,
        run_id=run_id,
        founding=founding,
    )
