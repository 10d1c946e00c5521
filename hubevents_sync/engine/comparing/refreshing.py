"""Refresh the record: look at HubSpot as drift does, and put what it shows on record, after a yes."""

import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from hubevents_sync.engine.applying.actor import find_actor
from hubevents_sync.engine.comparing.drift import note_holder
from hubevents_sync.engine.comparing.survey import Contents, looking, read_contents, survey_events
from hubevents_sync.engine.keeping.recorded import writing_state
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import Refused, StateMoved
from hubevents_sync.model.drift import Drift
from hubevents_sync.model.observation import Observation
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.run import Run, RunStatus
from hubevents_sync.plan.refresh import decide_observation
from hubevents_sync.ports import Progress


@dataclass(frozen=True, slots=True)
class Refreshment:
    """What was seen, and what of it is put on record."""

    drift: Drift
    observations: tuple[Observation, ...]


def refresh_state(
    workspace: Workspace,
    *,
    only: Sequence[str] = (),
    is_deep: bool = False,
    adopts: bool = False,
    agree: Callable[[Refreshment], None],
    progress: Progress,
) -> Refreshment:
    """Put on record what HubSpot shows, once *agree* has not raised. What was put there; nothing is sent but GET.

    Raises Refused where HubSpot shows none of the events, unless *only* names them: another app's token looks like
    that. Raises StateMoved where somebody else wrote to the state meanwhile. Nothing is put on record then.
    """
    contents = read_contents(workspace, only)
    refreshment = _look(workspace, contents, is_deep=is_deep, adopts=adopts, progress=progress)
    if not only:
        _refuse_foreign_token(refreshment)
    if refreshment.observations:
        agree(refreshment)
        _record(workspace, contents, refreshment)
    return refreshment


def _look(workspace: Workspace, contents: Contents, *, is_deep: bool, adopts: bool, progress: Progress) -> Refreshment:
    drifts, observations = [], []
    with looking(workspace, contents.project, of_state=contents.header.portal) as (hubspot, clock):
        for record, drift in survey_events(workspace, contents, hubspot, clock, progress, deep=is_deep or adopts):
            drifts.append(drift)
            seen = decide_observation(record.recorded, drift, adopts=adopts)
            if seen is not None:
                observations.append(seen)
        requests = hubspot.requests_sent
    found = Drift(
        tuple(drifts),
        contents.left_out,
        environment=contents.project.environment,
        timezone=contents.project.timezone,
        is_deep=is_deep or adopts,
        requests=requests,
        notes=note_holder(contents, now_ms=workspace.clock.now_ms()),
    )
    return Refreshment(found, tuple(observations))


def _refuse_foreign_token(refreshment: Refreshment) -> None:
    missing = [event for event in refreshment.drift.events if event.is_missing]
    read = [event for event in refreshment.drift.events if event.error is None]
    if missing and len(missing) == len(read):
        raise Refused(
            f"HubSpot shows this app none of the events on record ({len(missing):,})",
            hint="is the token another app's? If they are really gone, name each by --event",
        )


def _record(workspace: Workspace, contents: Contents, refreshment: Refreshment) -> None:
    actor, run_id = find_actor(workspace.environ), secrets.token_hex(4)
    with writing_state(workspace, contents.project, actor=actor, command="refresh", run_id=run_id) as state:
        header = state.header
        if (header.lineage, header.serial) != (contents.header.lineage, contents.header.serial):
            raise StateMoved("the state moved on while HubSpot was read", hint="refresh again")
        run = Run(run_id, actor, workspace.clock.now_ms(), plan_digest="", command="refresh")
        state.begin_run(run)
        for seen in refreshment.observations:
            state.record_observation(seen)
        rows = Counter(result.outcome for seen in refreshment.observations for result in seen.shown)
        rows[Outcome.UNCONFIRMED] += sum(len(seen.lost) for seen in refreshment.observations)
        ended = replace(run, status=RunStatus.DONE, exit_code=0, ended_at_ms=workspace.clock.now_ms())
        counts = {outcome: count for outcome, count in rows.items() if count}
        state.end_run(replace(ended, requests=refreshment.drift.requests, rows=counts))
