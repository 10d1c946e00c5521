"""Plan a project against the files of another commit: with no state, no token and no network."""

from collections.abc import Sequence
from dataclasses import replace

from hubevents_sync.engine.desired.reading import read_desired, read_manifest, select_events
from hubevents_sync.engine.files.base import reading_base
from hubevents_sync.engine.files.git import find_commit
from hubevents_sync.engine.planning.plan import Planning, require_known
from hubevents_sync.engine.planning.plan_settings import compare_settings
from hubevents_sync.engine.planning.shares import choose_identity
from hubevents_sync.engine.planning.tally import Tally
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.manifest.findings import FindingCollector, InvalidFiles
from hubevents_sync.model.plan import Allowance, PlanBasis
from hubevents_sync.model.snapshot import DesiredEvent
from hubevents_sync.plan.elsewhere import keep_new_completion, list_unknowns, note_policies, stand_for_record
from hubevents_sync.plan.event import PlannedEvent, plan_event
from hubevents_sync.plan.limits import find_breaches
from hubevents_sync.plan.plan import build_plan


def plan_against_commit(
    workspace: Workspace, ref: str, *, only: Sequence[str] = (), allowances: frozenset[Allowance] = frozenset()
) -> Planning:
    """What the files change in those of the commit *ref*, as if all that it declares were at HubSpot.

    Raises InvalidFiles for faults of the folder's own files. Those of the commit are no reason not to plan: the plan's
    *unknowns* name them. Raises ConfigurationError where the commit, or a file of it, can't be read.
    """
    findings = FindingCollector()
    manifest, left_out = select_events(read_manifest(workspace, findings), only)
    require_known(manifest, left_out, allowances)
    project = manifest.project
    identity, digest_key = choose_identity(workspace, None)
    now_ms = workspace.clock.now_ms()
    tally = Tally()
    commit = find_commit(workspace.directory, ref, environ=workspace.environ)
    with reading_base(commit, environment=workspace.environment) as base:
        for declaration in manifest.declarations:
            desired = read_desired(declaration, project, identity=identity, findings=findings)
            before = base.read_event(declaration.event.key, identity=identity)
            tally.add(_plan_event(before, desired, now_ms=now_ms, digest_key=digest_key))
        completes = any(each.completion is not None for each in manifest.declarations)
        if findings.has_errors:
            raise InvalidFiles(findings.sorted())
        plan = build_plan(
            tally.summaries,
            settings=project.hubspot,
            people=tally.people,
            environment=project.environment,
            forgotten=[key for key in base.declarations if key not in {*manifest.events, *left_out}],
            left_out=left_out,
            basis=PlanBasis.COMMIT,
        )
        settings = base.project.settings if base.project else None
        plan = compare_settings(plan, project, settings, is_partial=bool(only))
        unknowns = (*base.list_unknowns(), *list_unknowns(str(commit), plan.events, has_completions=completes))
    plan = replace(plan, base=str(commit), unknowns=unknowns)
    return Planning(
        plan, manifest, findings.sorted(), now_ms, digest_key, find_breaches(plan, project.limits, allowances)
    )


def _plan_event(before: DesiredEvent | None, desired: DesiredEvent, *, now_ms: int, digest_key: bytes) -> PlannedEvent:
    planned = plan_event(
        stand_for_record(before) if before else None,
        keep_new_completion(desired, before),
        now_ms=now_ms,
        digest_key=digest_key,
        basis=PlanBasis.COMMIT,
    )
    if before is None:
        return planned
    summary = planned.summary
    notes = (*summary.notes, *note_policies(desired, before))
    return replace(planned, summary=replace(summary, notes=notes))
