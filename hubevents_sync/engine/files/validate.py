"""Check a project's files, all of them, and say everything that is wrong."""

from dataclasses import dataclass

from hubevents_sync.engine.desired.reading import read_desired, read_manifest
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.manifest.findings import FindingCollector, InvalidFiles
from hubevents_sync.manifest.rules.catalogue import RULES
from hubevents_sync.model.finding import Finding, RuleText
from hubevents_sync.ports import Progress
from hubevents_sync.state.identity import Identity

TASK = "events checked"


@dataclass(frozen=True, slots=True)
class Validation:
    """What was found, sorted by place, and how much was looked at."""

    findings: tuple[Finding, ...]
    events: int = 0
    people: int = 0
    has_errors: bool = False


def validate_project(workspace: Workspace, *, progress: Progress | None = None) -> Validation:
    """Read everything once. Needs no state, no token and no network. *progress* is told of each event."""
    findings = FindingCollector()
    try:
        manifest = read_manifest(workspace, findings)
    except InvalidFiles as invalid:
        return Validation(invalid.findings, has_errors=True)
    identity = Identity.public()
    people = 0
    if progress is not None:
        progress.start(TASK, len(manifest.declarations))
    for declaration in manifest.declarations:
        desired = read_desired(declaration, manifest.project, identity=identity, findings=findings)
        people += desired.people
        if progress is not None:
            progress.advance(TASK)
    if progress is not None:
        progress.finish(TASK)
    return Validation(findings.sorted(), len(manifest.declarations), people, findings.has_errors)


def describe_rules() -> tuple[RuleText, ...]:
    """All rules, by id."""
    rules = sorted(RULES.values(), key=lambda rule: rule.id)
    return tuple(RuleText(rule.id, rule.severity, rule.title, rule.prevents) for rule in rules)
