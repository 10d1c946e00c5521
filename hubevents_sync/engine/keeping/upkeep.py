"""Look after a state: check it, export it, rename what is in it, and move it to another place."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubevents_sync.engine.applying.actor import find_actor
from hubevents_sync.engine.desired.reading import find_events
from hubevents_sync.engine.keeping.recorded import (
    find_location,
    name_state,
    reading_state,
    state_location,
    writing_state,
)
from hubevents_sync.engine.keeping.records import read_settings
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import StateError, StateMoved, UsageError
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.project import Project
from hubevents_sync.model.record import StateHeader

if TYPE_CHECKING:
    from hubevents_sync.state.store import ReadOnlyState
    from hubevents_sync.state.verify import StateCheck


@dataclass(frozen=True, slots=True)
class Verified:
    """A state's header, and what was found of it."""

    place: str
    header: StateHeader
    check: "StateCheck"


@dataclass(frozen=True, slots=True)
class Renaming:
    """A record and the name that it is to have."""

    before: EventKey
    after: EventKey


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied, from where to where, each as it is named in a message. *folder* is one that was made for it."""

    source: str
    target: str
    header: StateHeader
    folder: str | None = None


def verify_state(workspace: Workspace) -> Verified:
    """Read the whole state and say what is wrong with it."""
    project = read_settings(workspace)
    with _existing(workspace, project) as state:
        return Verified(name_state(workspace, project), state.header, state.check())


@contextmanager
def exported_state(workspace: Workspace, *, with_identity_key: bool) -> Iterator[Iterator[dict[str, Any]]]:
    """The lines of an export, as long as the state is open."""
    with _existing(workspace, read_settings(workspace)) as state:
        yield state.export(with_identity_key=with_identity_key)


def rename_record(workspace: Workspace, name: str, new: str, *, agree: Callable[[Renaming], None]) -> Renaming:
    """Keep the record of the event *name* under *new* (an id, or account/id), once *agree* has not raised.

    Nothing is sent: HubSpot can't rename an event.
    """
    project = read_settings(workspace)
    with _existing(workspace, project) as state:
        keys = state.keys()
        serial = state.header.serial
    (before,) = find_events(keys, name)
    renaming = Renaming(before, _read_key(new, before))
    if renaming.after in keys:
        raise UsageError(f"an event {renaming.after} is on record already", hint="forget one of the two first")
    agree(renaming)
    with writing_state(
        workspace, project, actor=find_actor(workspace.environ), command="state mv", run_id=secrets.token_hex(4)
    ) as opened:
        if opened.header.serial != serial:
            raise StateMoved("the state moved on while the question was open", hint="look again, then rename again")
        opened.rename_event(before, renaming.after)
    return renaming


def _read_key(written: str, before: EventKey) -> EventKey:
    account, separator, event_id = written.partition("/")
    key = EventKey(account, event_id) if separator else EventKey(before.external_account_id, written)
    if not key.external_account_id or not key.external_event_id:
        raise UsageError(f"{written} is no name of an event", hint="write ID, or ACCOUNT/ID")
    if key == before:
        raise UsageError(f"{before} has that name already", hint="nothing was changed")
    return key


def copy_state(workspace: Workspace, to: str) -> Copied:
    """Copy the project's state to *to*, a path in the project or a URL, with its lineage, serial and identity key.

    Both are held for as long as it takes. Raises StateError or StateMoved where another state is there, or a later one.
    """
    from hubevents_sync.state.store import find_place

    project = read_settings(workspace)
    source, target = state_location(workspace, project), find_location(to, workspace, project)
    if _is_same(source, target):
        raise UsageError(f"{target} is where the state is", hint="name another place")
    with _existing(workspace, project):
        pass
    missing = target.parent if isinstance(target, Path) and not target.parent.exists() else None
    with writing_state(
        workspace, project, actor=find_actor(workspace.environ), command="state copy", run_id=secrets.token_hex(4)
    ) as state:
        state.copy_to(find_place(target))
        return Copied(str(source), str(target), state.header, str(missing) if missing else None)


def _is_same(source: object, target: object) -> bool:
    if isinstance(source, Path) and isinstance(target, Path):
        return source.resolve() == target.resolve()
    return str(source) == str(target)


@contextmanager
def _existing(workspace: Workspace, project: Project) -> "Iterator[ReadOnlyState]":
    with reading_state(workspace, project) as state:
        if state is None:
            raise StateError(f"there is no state at {name_state(workspace, project)}", hint="apply makes it")
        yield state
