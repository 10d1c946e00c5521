"""Which files belong to a project, whatever the environment: its own, its events', and the rosters that they name."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from hubevents_sync.manifest.document import read_document
from hubevents_sync.manifest.events import find_event_files
from hubevents_sync.manifest.expected import Expected
from hubevents_sync.manifest.findings import FindingCollector, Unreadable
from hubevents_sync.manifest.layout.order import Kind, schema_of
from hubevents_sync.manifest.locate import RosterLocator
from hubevents_sync.manifest.project import PROJECT_FILES, find_project_file
from hubevents_sync.manifest.rules.files import FILE_OUTSIDE
from hubevents_sync.manifest.source import Source
from hubevents_sync.model.finding import Finding, Position
from hubevents_sync.model.project import Project


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """One file: its *path*, links not followed, and what it is."""

    path: Path
    kind: Kind


@dataclass(slots=True)
class ProjectFiles:
    """The files of a project, and what kept others from being among them."""

    files: list[ProjectFile] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def list_project_files(directory: Path, *, with_rosters: bool) -> ProjectFiles:
    """The files of the project in *directory*, the project file first, each kind by name.

    Variables are not looked up: a pattern or path that has one in it finds nothing.
    """
    directory = directory.resolve()
    listed = ProjectFiles()
    try:
        source = find_project_file(directory)
        settings = read_document(source, Expected.of(schema_of(Kind.PROJECT)), FindingCollector()).value
    except Unreadable as unreadable:
        listed.findings.append(unreadable.finding)
        return listed
    if not PurePath(os.path.realpath(source.path)).is_relative_to(directory):
        message = "the file is a link to one outside the project's folder"
        listed.findings.append(FILE_OUTSIDE.at(Position(source.file, 1, 1), message, "copy it into the project"))
    else:
        listed.files.append(ProjectFile(source.path, Kind.PROJECT))
    project = _outline(directory, settings)
    collector = FindingCollector()
    events = find_event_files(project, collector)
    listed.findings += [finding for finding in collector.sorted() if finding.rule == FILE_OUTSIDE.id]
    listed.files += [ProjectFile(event.path, Kind.EVENTS) for event in events]
    if with_rosters:
        locator = RosterLocator(project)
        rosters = {path for event in events for path in _list_rosters(event, locator)}
        listed.files += [ProjectFile(path, Kind.ROSTER) for path in sorted(rosters)]
    return listed


def find_project_directory(path: Path) -> Path | None:
    """The folder of the project that *path* could belong to: the nearest one above it with a project file."""
    folders = Path(os.path.abspath(path)).parents  # noqa: PTH100  links stay: a linked file belongs to where it is seen
    return next((folder for folder in folders if any((folder / name).exists() for name in PROJECT_FILES)), None)


def _outline(directory: Path, settings: Any) -> Project:
    """As much of the project as is needed to find its files, of all environments together. Settings are JSON: Any."""
    whole = settings if isinstance(settings, dict) else {}
    environments = whole.get("environments")
    layers = [whole, *(environments.values() if isinstance(environments, dict) else ())]
    default = Project(directory)
    patterns = [text for layer in layers for text in _texts(layer, "events")]
    roots = [directory / text for layer in layers for text in _texts(layer, "roster_roots")]
    has_default = not _texts(whole, "events")
    return Project(
        directory,
        events=tuple(dict.fromkeys([*(default.events if has_default else ()), *patterns])),
        roster_roots=(directory, *roots),
    )


def _texts(layer: Any, name: str) -> list[str]:
    value = layer.get(name) if isinstance(layer, dict) else None
    values = value if isinstance(value, list) else [value]
    return [text for text in values if isinstance(text, str) and "\0" not in text]


def _list_rosters(event: Source, locator: RosterLocator) -> Iterator[Path]:
    try:
        value = read_document(event, Expected.of(schema_of(Kind.EVENTS)), FindingCollector()).value
    except Unreadable:  # it is left as it is, and says why
        return
    events = value.get("events") if isinstance(value, dict) else None
    for declared in events if isinstance(events, list) else ():
        for name in _texts(declared, "roster"):
            located = locator.locate(name, event)
            if located.fault is None:
                yield located.path
