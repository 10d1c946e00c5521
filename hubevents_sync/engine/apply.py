"""Carry out a plan that somebody agreed to, under the state's lease, and report what became of it."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from hubevents_sync.apply.run import Applied, Applier, ApplyOptions
from hubevents_sync.engine.actor import find_actor
from hubevents_sync.engine.connect import CountedHubSpot, check_portal
from hubevents_sync.engine.plan import Planning, plan_declared, plan_project
from hubevents_sync.engine.recorded import state_location
from hubevents_sync.engine.verdict import count_outcomes, judge_run
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import PlanMismatch, StateError, StateMoved
from hubevents_sync.manifest.findings import FindingCollector, InvalidFiles
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.outcome import Verify
from hubevents_sync.model.plan import Allowance, EventPlan, EventSummary, Plan
from hubevents_sync.model.project import HubSpotSettings
from hubevents_sync.model.run import Actor, Run, RunReport
from hubevents_sync.plan.digest import digest_event
from hubevents_sync.ports import Progress, StopSwitch
from hubevents_sync.state.store import open_for_writing
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

    open_hubspot: Callable[[HubSpotSettings], CountedHubSpot]
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
) -> ApplyResult:
    """Plan, ask, and carry out. Nothing is written anywhere before *ports.agree* has said yes.

    The plan is shown before its limits are looked at: somebody who is refused has seen what.
    """
    planning = plan_project(workspace, only=only, allowances=allowances)
    if not planning.plan.has_work_now:
        return ApplyResult(planning)
    ports.show(planning)
    planning.require_limits()
    approval = ports.agree(planning)
    project = planning.manifest.project
    actor = find_actor(workspace.environ)
    run_id = secrets.token_hex(4)
    with ports.open_hubspot(project.hubspot) as hubspot:
        check_portal(hubspot, project.hubspot)
        with open_for_writing(
            state_location(project),
            environ=workspace.environ,
            clock=workspace.clock,
            actor=actor,
            environment=project.environment,
            portal=project.hubspot.portal,
            command="apply",
            run_id=run_id,
        ) as state:
            require_same_state(planning.plan, state)
            apply = _Apply(workspace, ports, planning, approval, actor, hubspot, state, verify)
            return apply.run(run_id)


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
    workspace: Workspace
    ports: ApplyPorts
    planning: Planning
    approval: Approval
    actor: Actor
    hubspot: CountedHubSpot
    state: State
    verify: Verify

    def run(self, run_id: str) -> ApplyResult:
        begun = Run(
            id=run_id,
            actor=self.actor,
            started_at_ms=self.workspace.clock.now_ms(),
            plan_digest=self.planning.plan.digest,
            approvals=tuple(sorted(str(key) for key in self.approval.completions)),
        )
        self.state.begin_run(begun)
        applied = self._applier().carry_out(
            self.planning.plan, events=self.planning.manifest.events, load=self.load_event
        )
        fault = applied.fault or self.ports.stop.reason
        report = self._end(begun, applied, fault)
        return ApplyResult(self.planning, report, fault)

    def load_event(self, summary: EventSummary) -> EventPlan:
        """The event's plan again, with its rows. Raises PlanMismatch where it is not what was shown."""
        manifest = self.planning.manifest
        declaration = next(each for each in manifest.declarations if each.event.key == summary.key)
        findings = FindingCollector()
        plan = plan_declared(
            declaration,
            manifest.project,
            self.state.read_event(summary.key),
            self.state.identity,
            findings=findings,
            now_ms=self.planning.now_ms,
            digest_key=self.planning.digest_key,
        ).plan
        if findings.has_errors:
            raise InvalidFiles(findings.sorted())
        digest = digest_event(
            summary.key,
            summary.action,
            summary.field_changes,
            plan.rows,
            plan.completion,
            digest_key=self.planning.digest_key,
        )
        if digest != summary.digest:
            raise PlanMismatch(
                f"the roster of {summary.key.external_event_id} changed after the plan was shown",
                hint="nothing of this event was sent; plan again",
            )
        return plan

    def _applier(self) -> Applier:
        options = ApplyOptions(
            batch=self.planning.manifest.project.hubspot.batch,
            verify=self.verify,
            approved=self.approval.completions,
            approved_by=self.actor.user,
        )
        return Applier(self.hubspot, self.state, self.workspace.clock, self.ports.progress, self.ports.stop, options)

    def _end(self, begun: Run, applied: Applied, fault: BaseException | None) -> RunReport:
        status, code = judge_run(applied.events, fault)
        ended = replace(
            begun,
            status=status,
            ended_at_ms=self.workspace.clock.now_ms(),
            exit_code=int(code),
            requests=self.hubspot.requests_sent,
            events_upserted=sum(event.upserted for event in applied.events),
            events_completed=sum(event.completed for event in applied.events),
            rows=count_outcomes(applied.events),
        )
        if not isinstance(fault, StateError):  # what can't be written needs no second try
            self.state.end_run(ended)
        return RunReport(ended, applied.events)
