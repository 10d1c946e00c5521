"""Make a plan: read the files, compare them with the state, and change nothing anywhere."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hubevents_sync.collector import collector_at_rest
from hubevents_sync.engine.open_ends import OpenEnds
from hubevents_sync.engine.reading import (
    Manifest,
    digest_manifest,
    find_events,
    read_desired,
    read_manifest,
    select_events,
)
from hubevents_sync.engine.recorded import reading_state
from hubevents_sync.engine.tally import Tally
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.manifest.declaration import EventDeclaration
from hubevents_sync.manifest.findings import FindingCollector, InvalidFiles
from hubevents_sync.manifest.fingerprint import FileDigests
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.finding import Finding
from hubevents_sync.model.plan import Allowance, Plan
from hubevents_sync.model.project import Project
from hubevents_sync.model.record import OpenEnd, RecordedRow
from hubevents_sync.model.run import Run
from hubevents_sync.model.snapshot import RecordedEvent
from hubevents_sync.plan.digest import KEY_WITHOUT_STATE
from hubevents_sync.plan.event import PlannedEvent, plan_event
from hubevents_sync.plan.leftovers import say_open_end
from hubevents_sync.plan.limits import Breach, find_breaches, refuse_breaches
from hubevents_sync.plan.plan import build_plan
from hubevents_sync.state.identity import Identity

if TYPE_CHECKING:
    from hubevents_sync.state.reading import StateReader


@dataclass(frozen=True, slots=True)
class Planning:
    """A plan with what an apply needs to carry it out: the files it was made of, the moment, and the digest's key.

    *open_ends* are what earlier runs left open and this plan does not settle by sending it again. *state_portal* is the
    HubSpot account that the state belongs to, where that is known. *latest_run* is the run that left the state as it
    is; None where something else did. *goes_on_with* is the run that this plan is the rest of, where a reviewed one is
    carried out in parts.
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

    def require_limits(self) -> None:
        """Raise Refused where the plan goes over a limit."""
        refuse_breaches(self.breaches)


def plan_project(
    workspace: Workspace,
    *,
    only: Sequence[str] = (),
    allowances: frozenset[Allowance] = frozenset(),
    is_retry: bool = False,
) -> Planning:
    """The plan of a project, for the events that *only* names or for all. Raises InvalidFiles with every finding.

    Limits are looked at and not enforced: a plan that goes over one can still be read. With *is_retry* it has only what
    earlier runs left over.
    """
    findings = FindingCollector()
    manifest, left_out = select_events(read_manifest(workspace, findings), only)
    require_known(manifest, left_out, allowances)
    project = manifest.project
    with reading_state(workspace, project) as state:
        identity, digest_key = choose_identity(workspace, state)
        open_ends = OpenEnds.of(state)
        now_ms = workspace.clock.now_ms()
        tally = Tally()
        digests = FileDigests()
        for declaration in manifest.declarations:
            recorded = state.read_event(declaration.event.key) if state else None
            planned = plan_declared(
                declaration,
                project,
                recorded,
                identity,
                findings=findings,
                now_ms=now_ms,
                digest_key=digest_key,
                leftovers=_find_leftovers(state, declaration.event.key) if is_retry else None,
            )
            tally.add(planned)
            digests.update(planned.file_digests.items())
            open_ends.compare(planned, recorded)
        if findings.has_errors:
            raise InvalidFiles(findings.sorted())
        header = state.header if state else None
        latest_run = state.read_latest_run() if state else None
        declared = {*manifest.events, *left_out}
        forgotten = find_forgotten(state, declared)
        ends = open_ends.collect(forgotten)
        plan = build_plan(
            tally.summaries,
            settings=project.hubspot,
            new_people=tally.new_people,
            joined_people=tally.joined_people,
            environment=project.environment,
            lineage=header.lineage if header else None,
            serial=header.serial if header else 0,
            forgotten=forgotten,
            left_out=left_out,
            open_ends={end.key: say_open_end(end) for end in ends},
            is_retry=is_retry,
            files_digest=digest_manifest(manifest, digests, left_out=left_out, is_retry=is_retry),
        )
    portal = header.portal if header else None
    breaches = find_breaches(plan, project.limits, allowances)
    return Planning(plan, manifest, findings.sorted(), now_ms, digest_key, breaches, ends, portal, latest_run)


def require_known(manifest: Manifest, left_out: Sequence[EventKey], allowances: frozenset[Allowance]) -> None:
    """Raise UsageError where one of *allowances* is for an event that no file declares."""
    for allowance in allowances:
        if allowance.event is not None:
            find_events([*manifest.events, *left_out], allowance.event)


def _find_leftovers(state: "StateReader | None", key: EventKey) -> Sequence[RecordedRow]:
    return state.read_leftovers(key) if state else ()


def find_forgotten(state: "StateReader | None", declared: Collection[EventKey]) -> list[EventKey]:
    """The recorded events that no file names any more."""
    recorded = state.keys() if state else []
    return [key for key in recorded if key not in declared]


def plan_declared(
    declaration: EventDeclaration,
    project: Project,
    recorded: RecordedEvent | None,
    identity: Identity,
    *,
    findings: FindingCollector,
    now_ms: int,
    digest_key: bytes,
    leftovers: Sequence[RecordedRow] | None = None,
) -> PlannedEvent:
    """The plan of one declared event; with *leftovers*, of these rows alone."""
    with collector_at_rest():
        desired = read_desired(declaration, project, identity=identity, findings=findings)
        return plan_event(recorded, desired, now_ms=now_ms, digest_key=digest_key, leftovers=leftovers)


def choose_identity(workspace: Workspace, state: "StateReader | None") -> tuple[Identity, bytes]:
    """Who hashes people, and the key of the digest.

    Where nothing was ever applied there is no secret yet that two machines could share; a constant stands for it, so
    that the first plan has the same digest everywhere, and still has it when the apply has made the state.
    """
    given = Identity.from_environment(workspace.environ)
    if given is not None:
        return given, given.digest_key()
    if state is None:
        return Identity.public(), KEY_WITHOUT_STATE
    return state.identity, state.identity.digest_key() if state.header.serial else KEY_WITHOUT_STATE
