"""Find what is due of a project: its plan, which needs no token, with the clock of now."""

from dataclasses import dataclass

from hubevents_sync.engine.planning.effort import Effort
from hubevents_sync.engine.planning.plan import Planning, plan_project
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.model.due import Due
from hubevents_sync.model.project import Project
from hubevents_sync.plan.due import find_due
from hubevents_sync.ports import Progress


@dataclass(frozen=True, slots=True)
class DueView:
    """What is due as of *now_ms*, in which project."""

    project: Project
    due: Due
    now_ms: int


def find_due_after(planning: Planning) -> Due:
    """What a plan that was carried out holds, and until when."""
    return find_due(planning.plan)


def look_at_due(workspace: Workspace, *, progress: Progress | None = None) -> DueView:
    """What an apply would do now, and what is held until when. Writes nothing; raises InvalidFiles."""
    planning = plan_project(workspace, effort=Effort(progress=progress))
    return DueView(planning.manifest.project, find_due(planning.plan), planning.now_ms)
