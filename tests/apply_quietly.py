"""An apply as the engine does it, with a yes to everything and nobody watching."""

from collections.abc import Callable

from hubevents_sync.engine.access.connect import connect_hubspot
from hubevents_sync.engine.applying.apply import ApplyPorts, ApplyResult, Approval, apply_project
from hubevents_sync.engine.planning.plan import Planning
from hubevents_sync.engine.reviewing.reviewed import Reviewed
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.model.event import EventKey
from hubevents_sync.ports import StopSwitch
from hubevents_sync.render.progress import SilentProgress


def apply_quietly(
    workspace: Workspace,
    *,
    completions: frozenset[EventKey] = frozenset(),
    deadline: float | None = None,
    is_retry: bool = False,
    names_every_row: bool = False,
    stop: StopSwitch | None = None,
    reviewed: Reviewed | None = None,
    meanwhile: Callable[[], object] = lambda: None,
) -> ApplyResult:
    """Apply the project of *workspace*, with the *completions* that are allowed, and those that were *reviewed*.

    *meanwhile* is done after the plan is shown, before it is carried out.
    """

    def agree(planning: Planning) -> Approval:
        return Approval(completions | (reviewed.completions(planning.plan) if reviewed else frozenset()))

    def show(_: Planning) -> None:
        meanwhile()

    ports = ApplyPorts(
        open_hubspot=lambda settings, gate: connect_hubspot(workspace, settings, gate),
        show=show,
        agree=agree,
        progress=SilentProgress(),
        stop=stop or StopSwitch(),
    )
    return apply_project(
        workspace, ports, deadline=deadline, is_retry=is_retry, names_every_row=names_every_row, reviewed=reviewed
    )
