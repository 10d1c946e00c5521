"""Carry out a plan that somebody agreed to, under the state's lease, and report what became of it."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from hubevents_sync.apply.run import Applied, Applier, ApplyOptions
from hubevents_sync.apply.settings import apply_settings
from hubevents_sync.collector import collector_at_ease
from hubevents_sync.engine.access.connect import CountedHubSpot, check_portal
from hubevents_sync.engine.applying.actor import find_actor
from hubevents_sync.engine.applying.recover import OpenHubSpot, plan_and_recover
from hubevents_sync.engine.applying.stopping import RunGate
from hubevents_sync.engine.applying.verdict import count_outcomes, judge_run
from hubevents_sync.engine.desired.loading import EventLoader
from hubevents_sync.engine.keeping.recorded import writing_state
from hubevents_sync.engine.keeping.records import read_settings
from hubevents_sync.engine.planning.effort import Effort
from hubevents_sync.engine.planning.plan import Planning
from hubevents_sync.engine.planning.shares import Moment
from hubevents_sync.engine.reviewing.reviewed import Reviewed
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import NotSent, PlanMismatch, StateError, StateMoved
from hubevents_sync.manifest.findings import InvalidFiles
from hubevents_sync.model.app_settings import SettingsReport
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.finding import Severity
from hubevents_sync.model.outcome import Verify
from hubevents_sync.model.plan import Allowance, Plan
from hubevents_sync.model.run import Actor, Run, RunReport
from hubevents_sync.ports import Clock, Progress, StopSwitch
from hubevents_sync.state.writing import State


@dataclass(frozen=True, slots=True)
class Approval:
    """A yes to a plan. What can't be undone has its own: *completions* are the events that may be completed."""

    completions: frozenset[EventKey] = frozenset()


@dataclass(frozen=True, slots=True)
class ApplyResult:
    """What an apply came to. *report* is None where nothing was due; *fault* is what ended it before its time."""

    planning: Planning
    report: RunReport | None = None
    fault: BaseException | None = None


@dataclass(frozen=True, slots=True)
class ApplyPorts:
    """The outside of an apply. *show* lets somebody read the plan; *agree* says yes to it, or raises Refused."""

    open_hubspot: OpenHubSpot
    show: Callable[[Planning], None]
    agree: Callable[[Planning], Approval]
    progress: Progress
    stop: StopSwitch


def apply_project(
    workspace: Workspace,
    ports: ApplyPorts,
    *,
    only: Sequence[str] = (),
    allowances: frozenset[Allowance] = frozenset(),
    verify: Verify = Verify.MISSING,
    is_retry: bool = False,
    deadline: float | None = None,
    names_every_row: bool = False,
    reviewed: Reviewed | None = None,
    effort: Effort = Effort(),  # noqa: B008  a value
) -> ApplyResult:
    """Plan, ask, and carry out. Nothing is sent before *ports.agree* has said yes, and nothing written but one thing:

    what earlier runs left open is looked up first, and put on record, so that the plan that is shown takes it in.

    The plan is shown before its limits are looked at: somebody who is refused has seen what. With *is_retry* only what
    earlier runs left over is sent. *deadline* is the moment of the workspace's monotonic clock before which it ends.
    With *names_every_row* the report names all rows that are not at HubSpot, also those of events that a stop came
    before; else so many of each event as are of use to a reader. Where something was *reviewed*, this is carried out or
    the rest of it: anything else raises PlanMismatch before HubSpot is asked for anything.
    """
    gate = RunGate(workspace.clock, ports.stop, deadline=deadline)
    planning = _plan(
        workspace, ports, gate, reviewed, only=only, allowances=allowances, is_retry=is_retry, effort=effort
    )
    if not planning.plan.has_work_now:
        return ApplyResult(planning)
    ports.show(planning)
    planning.require_limits()
    approval = ports.agree(planning)
    project = planning.manifest.project
    actor = find_actor(workspace.environ)
    run_id = secrets.token_hex(4)
    with ports.open_hubspot(project.hubspot, gate) as hubspot:
        try:
            check_portal(hubspot, project.hubspot, of_state=planning.state_portal)
        except NotSent as error:
            raise ports.stop.reason or error from error
        with writing_state(
            workspace, project, actor=actor, command="apply", run_id=run_id, founding=planning.founding
        ) as state:
            require_same_state(planning.plan, state)
            options = ApplyOptions(
                batch=project.hubspot.batch,
                verify=verify,
                approved=approval.completions,
                approved_by=actor.user,
                names_every_row=names_every_row,
            )
            declarations = {each.event.key: each for each in planning.manifest.declarations}
            moment = Moment(project, planning.now_ms, is_retry=is_retry, reads_all=effort.reads_all)
            loader = EventLoader(planning, declarations, state, moment)
            apply = _Apply(gate, ports, planning, loader, actor, hubspot, state, options, reviewed)
            return apply.run(run_id)


def _plan(
    workspace: Workspace,
    ports: ApplyPorts,
    gate: RunGate,
    reviewed: Reviewed | None,
    *,
    only: Sequence[str],
    allowances: frozenset[Allowance],
    is_retry: bool,
    effort: Effort,
) -> Planning:
    """The plan, with what earlier runs left open settled; held against what was reviewed before that, and after."""
    matched: list[Plan] = []

    def check(planning: Planning) -> None:
        if reviewed is not None:
            reviewed.match(workspace, planning)
            matched.append(planning.plan)

    if reviewed is not None:
        reviewed.require_target(read_settings(workspace), is_retry=is_retry)
    try:
        planning = plan_and_recover(
            workspace,
            ports.open_hubspot,
            ports.stop,
            gate,
            only=only,
            allowances=allowances,
            is_retry=is_retry,
            effort=replace(effort, keeps_rosters=True),
            check=check,
        )
    except InvalidFiles as invalid:
        if reviewed is None:
            raise
        first = next(finding for finding in invalid.findings if finding.severity is Severity.ERROR)
        raise PlanMismatch(
            f"the files are not those of the reviewed plan: {first.position}: {first.message}",
            hint="nothing was sent; validate names all that is wrong with them",
        ) from invalid
    if reviewed is None:
        return planning
    return replace(planning, goes_on_with=reviewed.match(workspace, planning, before=matched[0]))


def require_same_state(plan: Plan, state: State) -> None:
    """Raise StateMoved unless the state is still the one that *plan* was made against."""
    header = state.header
    is_fresh = plan.lineage is None and header.serial == 0
    if is_fresh or (plan.lineage, plan.serial) == (header.lineage, header.serial):
        return
    raise StateMoved(
        f"the state moved on while the plan was looked at (serial {plan.serial} to {header.serial})",
        hint="plan again",
    )


@dataclass(frozen=True, slots=True)
class _Apply:
    clock: Clock
    ports: ApplyPorts
    planning: Planning
    loader: EventLoader
    actor: Actor
    hubspot: CountedHubSpot
    state: State
    options: ApplyOptions
    reviewed: Reviewed | None = None

    def run(self, run_id: str) -> ApplyResult:
        begun = Run(
            id=run_id,
            actor=self.actor,
            started_at_ms=self.clock.now_ms(),
            plan_digest=self.planning.plan.digest,
            approvals=tuple(sorted(str(key) for key in self.options.approved)),
            files_digest=self.planning.plan.files_digest,
            reviewed_digest=self.reviewed.digest if self.reviewed else None,
        )
        self.state.begin_run(begun)
        settings = self._apply_settings()
        applier = Applier(self.hubspot, self.state, self.clock, self.ports.progress, self.ports.stop, self.options)
        with collector_at_ease():
            applied = applier.carry_out(
                self.planning.plan,
                events=self.planning.manifest.events,
                load=self.loader.load,
                finished=self.loader.keep,
            )
        fault = applied.fault or self.ports.stop.reason
        return self._end(begun, applied, settings, fault or self._keep_knowledge())

    def _keep_knowledge(self) -> StateError | None:
        """What is not known of the events that were left alone is looked up now, with the state open anyway."""
        try:
            if not self.ports.stop.is_set:
                self.loader.keep_unchanged(self.planning.plan.events)
                self.loader.keep_receipts()
        except StateError as error:
            return error
        return None

    def _apply_settings(self) -> SettingsReport | None:
        plan = self.planning.plan
        if plan.settings is None or not plan.changes_settings:
            return None
        return apply_settings(plan.settings, self.hubspot.app_settings, self.state, self.ports.stop)

    def _end(
        self, begun: Run, applied: Applied, settings: SettingsReport | None, fault: BaseException | None
    ) -> ApplyResult:
        """Put the run's end on record. Where that can't be written any more, the report says all there is to say."""
        ended = self._sum_up(begun, applied, settings, fault)
        if not isinstance(fault, StateError):  # what can't be written needs no second try
            try:
                self.state.end_run(ended)
            except StateError as error:
                fault = fault or error
                ended = self._sum_up(begun, applied, settings, fault)
        return ApplyResult(self.planning, RunReport(ended, applied.events, settings), fault)

    def _sum_up(
        self, begun: Run, applied: Applied, settings: SettingsReport | None, fault: BaseException | None
    ) -> Run:
        status, code = judge_run(applied.events, fault, settings)
        return replace(
            begun,
            status=status,
            ended_at_ms=self.clock.now_ms(),
            exit_code=int(code),
            requests=self.hubspot.requests_sent,
            events_upserted=sum(event.upserted for event in applied.events),
            events_completed=sum(event.completed for event in applied.events),
            rows=count_outcomes(applied.events),
        )
