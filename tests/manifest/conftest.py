"""Build a project from text, read it, and give back its findings as people see them."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from hubevents_sync.manifest.declaration import EventDeclaration
from hubevents_sync.manifest.events import read_events
from hubevents_sync.manifest.findings import FindingCollector, InvalidFiles
from hubevents_sync.manifest.project import read_project
from hubevents_sync.manifest.rules.catalogue import RULES
from hubevents_sync.model.finding import Finding

Files = Mapping[str, str | bytes]
FindingsOf = Callable[..., list[str]]
DeclarationsOf = Callable[..., list[EventDeclaration]]

PROJECT = "version: 1\naccount: CookingCo\n"


def write_files(directory: Path, files: Files) -> None:
    """Write *files*, by their paths below *directory*; a project file where they hold none."""
    for name, content in {"hubevents.yaml": PROJECT, **files}.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def as_line(finding: Finding) -> str:
    """*finding* as a terminal shows it, but for its hint."""
    return f"{finding.position}: {finding.severity}: {finding.message} [{finding.rule}]"


@pytest.fixture
def findings_of(tmp_path: Path) -> FindingsOf:
    """A function from files to their findings, each as a line, or their hints."""

    def find(
        files: Files,
        *,
        environment: str | None = None,
        environ: Mapping[str, str] | None = None,
        hints: bool = False,
    ) -> list[str]:
        write_files(tmp_path, files)
        findings = FindingCollector()
        try:
            project = read_project(tmp_path, environment=environment, environ=environ or {}, findings=findings)
            read_events(project, findings=findings)
        except InvalidFiles as invalid:
            assert invalid.findings == findings.sorted()  # noqa: PT017  which errors there are is for the caller
        assert {finding.rule for finding in findings.sorted()} <= set(RULES)
        assert all(finding.severity is RULES[finding.rule].severity for finding in findings.sorted())
        return [(finding.hint or "") if hints else as_line(finding) for finding in findings.sorted()]

    return find


@pytest.fixture
def declarations_of(tmp_path: Path) -> DeclarationsOf:
    """A function from files, which must have no fault, to the events that they declare."""

    def declare(files: Files, *, environment: str | None = None) -> list[EventDeclaration]:
        write_files(tmp_path, files)
        findings = FindingCollector()
        project = read_project(tmp_path, environment=environment, environ={}, findings=findings)
        declarations = read_events(project, findings=findings)
        assert findings.sorted() == ()
        return declarations

    return declare
