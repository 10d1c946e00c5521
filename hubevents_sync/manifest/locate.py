"""Find the roster file that an event names, and see that it may be read."""

import os
from dataclasses import dataclass
from pathlib import Path, PurePath

from hubevents_sync.manifest.declaration import ROSTER_SUFFIXES
from hubevents_sync.manifest.rules import events as rules
from hubevents_sync.manifest.rules.rule import Rule
from hubevents_sync.manifest.source import Source
from hubevents_sync.manifest.suggest import did_you_mean
from hubevents_sync.manifest.wording import listed, quoted
from hubevents_sync.model.project import Project


@dataclass(frozen=True, slots=True)
class Located:
    """A roster's *path*, what people call it (*file*), and where it *real*-ly lies behind links; or its *fault*."""

    path: Path
    file: str
    real: str
    fault: tuple[Rule, str, str | None] | None = None


def locate_roster(name: str, source: Source, project: Project) -> Located:
    """The roster that the event file *source* calls *name*: a path as seen from its folder."""
    path = Path(os.path.normpath(source.path.parent / name))
    real = os.path.realpath(path)
    file = PurePath(os.path.relpath(path, project.directory)).as_posix()
    return Located(path, file, real, _fault(name, path, real, project))


def _fault(name: str, path: Path, real: str, project: Project) -> tuple[Rule, str, str | None] | None:
    roots = [os.path.realpath(root) for root in (project.directory, *project.roster_roots)]
    # First of all, so that nobody learns from findings which files there are elsewhere.
    if not any(PurePath(real).is_relative_to(root) for root in roots):
        message = f"the roster {quoted(name)} lies outside the project's folder"
        return rules.ROSTER_OUTSIDE, message, "move it below hubevents.yaml, or add its folder to roster_roots there"
    if path.suffix.lower() not in ROSTER_SUFFIXES:
        message = f"the roster {quoted(name)} must end in {listed(ROSTER_SUFFIXES)}"
        return rules.ROSTER_FORMAT, message, "save a spreadsheet as CSV UTF-8"
    if not os.path.isfile(real):  # noqa: PTH113  Path.is_file raises for a name that is too long
        return rules.MISSING_ROSTER, f"there is no roster {quoted(name)}", _missing_hint(name, path)
    return None


def _missing_hint(name: str, path: Path) -> str:
    if "\\" in name:
        return "write / between folders"
    try:
        neighbours = sorted(entry.name for entry in os.scandir(path.parent) if entry.is_file())
    except OSError:
        neighbours = []
    return did_you_mean(path.name, neighbours) or "a roster's path begins at the folder of the event file"
