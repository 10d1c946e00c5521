"""Make a plan: read the files, compare them with the state, and change nothing anywhere."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hubevents_sync.collector import collector_at_rest
from hubevents_sync.engine.desired.kept import KeptReading
from hubevents_sync.engine.desired.reading import (
    Manifest,
    digest_manifest,
    find_events,
    read_manifest,
    select_events,
)
from hubevents_sync.engine.desired.receipts import recall_events
from hubevents_sync.engine.keeping.recorded import glancing_at_state
from hubevents_sync.engine.planning.effort import Effort, plan_by
from hubevents_sync.engine.planning.hands import count_hands
from hubevents_sync.engine.planning.open_ends import OpenEnds
from hubevents_sync.engine.planning.plan_settings import plan_settings
from hubevents_sync.engine.planning.profile import make_profile
from hubevents_sync.engine.planning.shares import EventOutcome, Moment, choose_identity
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.manifest.findings import FindingCollector, InvalidFiles
from hubevents_sync.manifest.fingerprint import FileDigests
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.finding import Finding
from hubevents_sync.model.plan import Allowance, Plan
from hubevents_sync.model.profile import Profile
from hubevents_sync.model.record import OpenEnd
from hubevents_sync.model.run import Run
from hubevents_sync.plan.leftovers import say_open_end
from hubevents_sync.plan.limits import Breach, find_breaches, refuse_breaches
from hubevents_sync.plan.people import PeopleCount
from hubevents_sync.plan.plan import build_plan
from hubevents_sync.state.identity import Identity

if TYPE_CHECKING:
    from hubevents_sync.state.interface import PlanState


@dataclass(frozen=True, slots=True)
class Planning:
    """A plan with what an apply needs to carry it out: the files it was made of, the moment, and the digest's key.

    *open_ends* are what earlier runs left open and this plan does not settle by sending it again. *state_portal* is the
    HubSpot account that the state belongs to, where that is known. *latest_run* is the run that left the state as it
    is; None where something else did. *goes_on_with* is the run that this plan is the rest of, where a reviewed one is
    carried out in parts. *recalled* are the events of which it was on record that they have nothing to do.
    *file_digests* has, by event, the SHA-256 of each file that the event was read from. *kept* is what was read of the
    rosters, packed, by event: taken from it as the apply goes on. *founding* is the identity that people were hashed by
    where there was no state.
    """

    plan: Plan
    manifest: Manifest
    findings: tuple[Finding, ...]
    now_ms: int
    digest_key: bytes
    breaches: tuple[Breach, ...] = ()
    open_ends: tuple[OpenEnd, ...] = ()
    state_portal: int | None = None
    latest_run: Run | None = None
    goes_on_with: Run | None = None
    file_digests: Mapping[EventKey, Mapping[str, str]] = field(default_factory=dict)
    profile: Profile | None = None
    recalled: frozenset[EventKey] = frozenset()
    kept: dict[EventKey, KeptReading] = field(default_factory=dict)
    founding: Identity | None = None

    def require_limits(self) -> None:
        """Raise Refused where the plan goes over a limit."""
        refuse_breaches(self.breaches)


@collector_at_rest()
def plan_project(
    workspace: Workspace,
    *,
    only: Sequence[str] = (),
    allowances: frozenset[Allowance] = frozenset(),
    is_retry: bool = False,
    effort: Effort = Effort(),  # noqa: B008  a value
) -> Planning:
    """The plan of a project, for the events that *only* names or for all. Raises InvalidFiles with every finding.

    Limits are looked at and not enforced: a plan that goes over one can still be read. With *is_retry* it has only what
    earlier runs left over. Whatever the *effort*, the plan is the same.
    """
    clock, findings = workspace.clock, FindingCollector()
    times = [clock.monotonic()]
    manifest, left_out = select_events(read_manifest(workspace, findings), only)
    require_known(manifest, left_out, allowances)
    project = manifest.project
    with glancing_at_state(workspace, project) as state:
        _, digest_key = choose_identity(workspace, state)
        times.append(clock.monotonic())
        founding = Identity.fresh() if state is None and effort.keeps_rosters and effort.executor is None else None
        moment = Moment(project, workspace.clock.now_ms(), is_retry, effort.reads_all, founding)
        recalled = recall_events(state, moment, manifest.declarations, digest_key=digest_key)
        times.append(clock.monotonic())
        todo = [each for each, outcome in zip(manifest.declarations, recalled, strict=True) if outcome is None]
        done = len(recalled) - len(todo)
        people = PeopleCount()
        planned = iter(
            plan_by(effort, workspace, moment, todo, done=done, state=state, findings=findings, people=people)
        )
        outcomes = [outcome or next(planned) for outcome in recalled]
        times.append(clock.monotonic())
        if findings.has_errors:
            raise InvalidFiles(findings.sorted())
        header = state.header if state else None
        latest_run = state.read_latest_run() if state else None
        forgotten = find_forgotten(state, {*manifest.events, *left_out})
        found = (*(each.open_end for each in outcomes), *OpenEnds.of(state).find(forgotten))
        ends = tuple(end for end in found if end is not None and not end.is_empty)
        plan = build_plan(
            [each.summary for each in outcomes],
            settings=project.hubspot,
            people=people,
            environment=project.environment,
            lineage=header.lineage if header else None,
            serial=header.serial if header else 0,
            forgotten=forgotten,
            left_out=left_out,
            open_ends={end.key: say_open_end(end) for end in ends},
            is_retry=is_retry,
            files_digest=digest_manifest(manifest, _digests_of(outcomes), left_out=left_out, is_retry=is_retry),
        )
        plan = plan_settings(plan, project, state, is_partial=bool(only))
    portal = header.portal if header else None
    breaches = find_breaches(plan, project.limits, allowances)
    times.append(clock.monotonic())
    profile = make_profile(times, [each.timing for each in outcomes], hands=count_hands(effort.workers, todo))
    return Planning(
        plan,
        manifest,
        findings.sorted(),
        moment.now_ms,
        digest_key,
        breaches,
        ends,
        portal,
        latest_run,
        file_digests={each.summary.key: each.file_digests for each in outcomes},
        profile=profile,
        recalled=frozenset(outcome.summary.key for outcome in recalled if outcome is not None),
        kept={each.summary.key: each.kept for each in outcomes if each.kept is not None},
        founding=founding,
    )


def _digests_of(outcomes: Iterable[EventOutcome]) -> FileDigests:
    return FileDigests(pair for each in outcomes for pair in each.file_digests.items())


def require_known(manifest: Manifest, left_out: Sequence[EventKey], allowances: frozenset[Allowance]) -> None:
    """Raise UsageError where one of *allowances* is for an event that no file declares."""
    for allowance in allowances:
        if allowance.event is not None:
            find_events([*manifest.events, *left_out], allowance.event)


def find_forgotten(state: "PlanState | None", declared: Collection[EventKey]) -> list[EventKey]:
    """The recorded events that no file names any more."""
    recorded = state.keys() if state else []
    return [key for key in recorded if key not in declared]
