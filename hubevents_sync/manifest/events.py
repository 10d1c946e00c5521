"""Read a project's event files into declarations, every fault collected."""

import glob
import os
from collections.abc import Iterator
from pathlib import PurePath

from hubevents_sync.collector import collector_at_rest
from hubevents_sync.manifest.declaration import EventDeclaration
from hubevents_sync.manifest.declare import declare_event
from hubevents_sync.manifest.document import Document, read_document
from hubevents_sync.manifest.expected import Expected
from hubevents_sync.manifest.findings import FindingCollector, Unreadable
from hubevents_sync.manifest.locate import RosterLocator
from hubevents_sync.manifest.project import PROJECT_FILES, locate_setting
from hubevents_sync.manifest.rosters.inline import capture_inline
from hubevents_sync.manifest.rules import files as rules
from hubevents_sync.manifest.rules.events import DUPLICATE_EVENT
from hubevents_sync.manifest.schema import EVENTS_SCHEMA, check_schema, expect
from hubevents_sync.manifest.source import Source
from hubevents_sync.manifest.tree import Capture, Path
from hubevents_sync.manifest.wording import named, quoted
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.finding import Position
from hubevents_sync.model.project import Project

ATTENDEES: tuple[str | None, ...] = ("events", None, "attendees")


@collector_at_rest()
def read_events(project: Project, *, findings: FindingCollector) -> list[EventDeclaration]:
    """Every event that the files of *project* declare, by key. Rosters are located, not read.

    An event
    with an error of its own is left out; whether there was one, *findings* tells.
    """
    declared: dict[EventKey, EventDeclaration] = {}
    locator, expected = RosterLocator(project), expect(EVENTS_SCHEMA)
    for source in find_event_files(project, findings):
        for declaration in _read_file(source, expected, project, locator, findings):
            key = declaration.event.key
            first = declared.setdefault(key, declaration)
            if first is not declaration:
                message = (
                    f"the event {named(key.external_event_id)} is declared twice; the first is at {first.position}"
                )
                hint = "remove one of them, or give it another externalEventId"
                findings.add(DUPLICATE_EVENT.at(declaration.position, message, hint))
    return [declared[key] for key in sorted(declared)]


def find_event_files(project: Project, findings: FindingCollector) -> list[Source]:
    """The event files of *project*, each once, by name. Hidden files and folders are passed over, as in a shell."""
    found: dict[str, None] = {}
    empty: list[int] = []
    for index, pattern in enumerate(project.events):
        files = sorted(_match(project, pattern))
        found.update(dict.fromkeys(files))
        if not files:
            empty.append(index)
    for index in empty:
        rule = rules.UNMATCHED_PATTERN if found else rules.NO_EVENT_FILES
        message = f"no file matches {quoted(project.events[index])}"
        findings.add(
            rule.at(locate_setting(project, ("events", index)), message, "patterns begin at hubevents.yaml's folder")
        )
    return [Source(project.directory / file, file) for file in sorted(found) if _is_inside(project, file, findings)]


def _match(project: Project, pattern: str) -> Iterator[str]:
    # Path.glob, unlike a shell, looks into hidden folders: .git, .venv.
    for match in glob.iglob(pattern, root_dir=project.directory, recursive=True):  # noqa: PTH207
        file = PurePath(os.path.normpath(match)).as_posix()
        if file not in PROJECT_FILES and (project.directory / file).is_file():
            yield file


def _is_inside(project: Project, file: str, findings: FindingCollector) -> bool:
    real = os.path.realpath(project.directory / file)
    if PurePath(real).is_relative_to(project.directory):
        return True
    message = "the file is a link to one outside the project's folder"
    findings.add(rules.FILE_OUTSIDE.at(Position(file, 1, 1), message, "copy it into the project"))
    return False


def _read_file(
    source: Source, expected: Expected, project: Project, locator: RosterLocator, findings: FindingCollector
) -> Iterator[EventDeclaration]:
    try:
        document = read_document(source, expected, findings, capture=Capture(ATTENDEES, capture_inline))
    except Unreadable as unreadable:
        findings.add(unreadable.finding)
        return
    faulty: dict[Path, list[Path]] = {}
    for place in check_schema(document, EVENTS_SCHEMA, findings):
        faulty.setdefault(place[:2], []).append(place)
    for path in _events_of(document):
        faults = faulty.get(path, ())
        declaration = declare_event(document, path, source, project, findings, locator=locator, faulty=faults)
        if declaration is not None:
            yield declaration


def _events_of(document: Document) -> Iterator[Path]:
    value = document.value
    events = value.get("events") if isinstance(value, dict) else None
    return (("events", index) for index in range(len(events) if isinstance(events, list) else 0))
