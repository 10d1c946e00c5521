"""Plan a project by its lock file, where the state is out of reach: with no state, no token and no network."""

from collections.abc import Sequence
from dataclasses import replace

from hubevents_sync.engine.desired.reading import read_desired, read_manifest, select_events
from hubevents_sync.engine.planning.plan import Planning, require_known
from hubevents_sync.engine.planning.shares import choose_identity
from hubevents_sync.engine.planning.tally import Tally
from hubevents_sync.engine.reviewing.lock import find_lock
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.manifest.findings import FindingCollector, InvalidFiles
from hubevents_sync.model.plan import Allowance, EventSummary, PlanBasis
from hubevents_sync.plan.limits import find_breaches
from hubevents_sync.plan.locking import list_lock_unknowns, plan_by_lock
from hubevents_sync.plan.plan import build_plan


def plan_against_lock(
    workspace: Workspace, *, only: Sequence[str] = (), allowances: frozenset[Allowance] = frozenset()
) -> Planning:
    """What the files change in what the lock file says was applied; what it can't tell is in the plan's *unknowns*.

    Raises InvalidFiles for faults of the files, and StateError where the lock file says nothing, or makes no sense.
    """
    findings = FindingCollector()
    manifest, left_out = select_events(read_manifest(workspace, findings), only)
    require_known(manifest, left_out, allowances)
    project = manifest.project
    lock = find_lock(project)
    locked = {event.key: event for event in lock.events}
    identity, digest_key = choose_identity(workspace, None)
    now_ms = workspace.clock.now_ms()
    tally = Tally()
    counted: list[EventSummary] = []
    for declaration in manifest.declarations:
        desired = read_desired(declaration, project, identity=identity, findings=findings)
        known = locked.get(declaration.event.key)
        found = plan_by_lock(known, desired, lineage=lock.lineage, now_ms=now_ms, digest_key=digest_key)
        tally.add(found.planned)
        if found.is_counted:
            counted.append(found.planned.summary)
    if findings.has_errors:
        raise InvalidFiles(findings.sorted())
    plan = build_plan(
        tally.summaries,
        settings=project.hubspot,
        people=tally.people,
        environment=project.environment,
        lineage=lock.lineage,
        serial=lock.serial,
        forgotten=[key for key in locked if key not in {*manifest.events, *left_out}],
        left_out=left_out,
        basis=PlanBasis.LOCK_FILE,
    )
    contacts = plan.estimate.new_contacts_at_most + sum(summary.new_contacts_at_most for summary in counted)
    estimate = replace(plan.estimate, new_contacts_at_most=contacts)
    unknowns = list_lock_unknowns(lock, counted, has_settings=project.settings is not None)
    plan = replace(plan, estimate=estimate, unknowns=tuple(unknowns))
    breaches = find_breaches(plan, project.limits, allowances)
    return Planning(plan, manifest, findings.sorted(), now_ms, digest_key, breaches)
