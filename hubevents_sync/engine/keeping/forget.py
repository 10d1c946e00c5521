"""Forget events: drop them from the state, by name and after a yes. HubSpot is not asked and keeps them."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hubevents_sync.engine.applying.actor import find_actor
from hubevents_sync.engine.desired.reading import find_events, read_manifest
from hubevents_sync.engine.keeping.recorded import name_state, reading_state, writing_state
from hubevents_sync.engine.keeping.records import read_settings
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import StateError, StateMoved
from hubevents_sync.manifest.findings import FindingCollector, InvalidFiles
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.project import Project
from hubevents_sync.model.record import EventOverview


@dataclass(frozen=True, slots=True)
class Forgetting:
    """What is to be forgotten, in counts. *declared* are those that the files still name: they will be planned anew."""

    events: tuple[EventOverview, ...]
    declared: frozenset[EventKey] = frozenset()


def forget_events(workspace: Workspace, names: Sequence[str], *, agree: Callable[[Forgetting], None]) -> Forgetting:
    """Drop the recorded events that *names* mean, once *agree* has not raised; what was dropped.

    Raises UsageError where a name means no recorded event, or several; StateError where there is no state; StateMoved
    where it was written to while *agree* asked. Nothing is dropped then.
    """
    project = read_settings(workspace)
    with reading_state(workspace, project) as state:
        if state is None:
            raise StateError(
                f"there is no state at {name_state(workspace, project)}",
                hint="nothing was ever applied, so all is forgotten",
            )
        keys = {key for name in names for key in find_events(state.keys(), name)}
        overviews = tuple(each for each in state.list_events() if each.key in keys)
        serial = state.header.serial
    forgetting = Forgetting(overviews, _find_declared(workspace) & keys)
    agree(forgetting)
    _drop(workspace, project, forgetting, serial)
    return forgetting


def _drop(workspace: Workspace, project: Project, forgetting: Forgetting, serial: int) -> None:
    with writing_state(
        workspace, project, actor=find_actor(workspace.environ), command="forget", run_id=secrets.token_hex(4)
    ) as state:
        if state.header.serial != serial:
            raise StateMoved("the state moved on while the question was open", hint="look again, then forget again")
        for event in forgetting.events:
            state.forget_event(event.key)


def _find_declared(workspace: Workspace) -> frozenset[EventKey]:
    """What the files name; nothing where they are broken, for that is no reason to keep a record."""
    try:
        return frozenset(read_manifest(workspace, FindingCollector()).events)
    except InvalidFiles:
        return frozenset()
