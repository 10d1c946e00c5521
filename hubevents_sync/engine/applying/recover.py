"""Make a plan to carry out, with what earlier runs left open settled first.

The order is plan, lock, look, record, unlock, plan again: what the first plan does not settle is looked up at HubSpot
(nothing is sent), and the second plan, the one that is shown, is made on what was found. What is agreed to is therefore
what is applied.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace

from hubevents_sync.apply.recovery import Recoverer, Recovery
from hubevents_sync.engine.access.connect import CountedHubSpot, check_portal
from hubevents_sync.engine.applying.actor import find_actor
from hubevents_sync.engine.applying.stopping import RunGate
from hubevents_sync.engine.desired.reading import identifier
from hubevents_sync.engine.keeping.recorded import writing_state
from hubevents_sync.engine.planning.effort import Effort
from hubevents_sync.engine.planning.plan import Planning, plan_project
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import NotSent
from hubevents_sync.model.plan import Allowance
from hubevents_sync.model.project import HubSpotSettings
from hubevents_sync.ports import Progress, StopSwitch

OpenHubSpot = Callable[[HubSpotSettings, RunGate], AbstractContextManager[CountedHubSpot]]
# How often to plan anew where somebody else changes the state in between.
TRIES = 3
RECOVERY_TASK = "looking up what earlier runs left open"


def plan_and_recover(
    workspace: Workspace,
    open_hubspot: OpenHubSpot,
    stop: StopSwitch,
    gate: RunGate,
    *,
    only: Sequence[str],
    allowances: frozenset[Allowance],
    is_retry: bool,
    effort: Effort,
    check: Callable[[Planning], object],
) -> Planning:
    """The plan, after what earlier runs left open is settled. Its *open_ends* say what became of that.

    *check* is given each plan before it is acted on, and raises where it must not be: nothing is looked up then.
    """
    planning = plan_project(workspace, only=only, allowances=allowances, is_retry=is_retry, effort=effort)
    for _ in range(TRIES):
        check(planning)
        if not planning.open_ends:
            break
        try:
            with _saying(effort.progress, RECOVERY_TASK):
                recovered = _recover(workspace, planning, open_hubspot, stop, gate)
        except NotSent as error:
            raise stop.reason or error from error
        planning = plan_project(workspace, only=only, allowances=allowances, is_retry=is_retry, effort=effort)
        if recovered is not None:
            said = {recovery.key: recovery.notes for recovery in recovered}
            return replace(planning, plan=replace(planning.plan, open_ends=said))
    return planning


@contextmanager
def _saying(progress: Progress | None, task: str) -> Iterator[None]:
    """Inside, it is told that *task* goes on."""
    if progress is not None:
        progress.start(task, None)
    try:
        yield
    finally:
        if progress is not None:
            progress.finish(task)


def _recover(
    workspace: Workspace, planning: Planning, open_hubspot: OpenHubSpot, stop: StopSwitch, gate: RunGate
) -> list[Recovery] | None:
    """What became of the open ends; None where the state is no longer the one that they were found in."""
    project = planning.manifest.project
    with ExitStack() as stack:
        hubspot = None
        if any(end.needs_look for end in planning.open_ends):
            hubspot = stack.enter_context(open_hubspot(project.hubspot, gate))
            check_portal(hubspot, project.hubspot, of_state=planning.state_portal)
        state = stack.enter_context(
            writing_state(
                workspace, project, actor=find_actor(workspace.environ), command="apply", run_id=secrets.token_hex(4)
            )
        )
        if (state.header.lineage, state.header.serial) != (planning.plan.lineage, planning.plan.serial):
            return None
        last_ms = state.last_intent_ms()
        recoverer = Recoverer(
            hubspot,
            state,
            gate,
            identifier(state.identity),
            stop,
            (workspace.clock.now_ms() - (last_ms or 0)) / 1000,
        )
        return recoverer.settle(planning.open_ends)
