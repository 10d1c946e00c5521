"""Find drift: what HubSpot shows of recorded events, against the record. Writes nothing, here or there."""

from collections.abc import Sequence

from hubevents_sync.engine.comparing.survey import Contents, looking, read_contents, survey_events
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.model.drift import Drift
from hubevents_sync.ports import Progress


def look_for_drift(
    workspace: Workspace, *, only: Sequence[str] = (), is_deep: bool = False, progress: Progress
) -> Drift:
    """How HubSpot differs from the record, for the events that *only* names or for all.

    Two requests an event: its fields and its counters. Rows are read where the counters differ, or all with *is_deep*.
    """
    contents = read_contents(workspace, only)
    with looking(workspace, contents.project, of_state=contents.header.portal) as (hubspot, clock):
        events = tuple(drift for _, drift in survey_events(workspace, contents, hubspot, clock, progress, deep=is_deep))
        requests = hubspot.requests_sent
    return Drift(
        events,
        contents.left_out,
        environment=contents.project.environment,
        timezone=contents.project.timezone,
        is_deep=is_deep,
        requests=requests,
        notes=note_holder(contents, now_ms=workspace.clock.now_ms()),
    )


def note_holder(contents: Contents, *, now_ms: int) -> tuple[str, ...]:
    """A word of warning where somebody is writing meanwhile."""
    holder = contents.holder
    if holder is None or holder.expires_at_ms <= now_ms:
        return ()
    return (
        f"run {holder.run_id} of {holder.user}@{holder.host} ({holder.command}) has the state locked: what it sends"
        " meanwhile can look like drift",
    )
