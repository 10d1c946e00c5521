"""Find the roster file that an event names, and see that it may be read."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from hubevents_sync.manifest.declaration import ROSTER_SUFFIXES
from hubevents_sync.manifest.rules import events as rules
from hubevents_sync.manifest.rules.rule import Rule
from hubevents_sync.manifest.source import Source
from hubevents_sync.manifest.suggest import did_you_mean
from hubevents_sync.manifest.wording import listed, quoted
from hubevents_sync.model.project import Project

# Names of files that are held against the names of missing rosters: of 10,000 against 10,000 it would take minutes.
MOST_COMPARED = 200_000


@dataclass(frozen=True, slots=True)
class Located:
    """A roster's *path*, what people call it (*file*), and where it *real*-ly lies behind links; or its *fault*."""

    path: Path
    file: str
    real: str
    fault: tuple[Rule, str, str | None] | None = None


class RosterLocator:
    """Finds the rosters that the event files of *project* name.

    Where a folder really lies is asked once, for all rosters in it: this is for one reading of the files.
    """

    def __init__(self, project: Project) -> None:
        self._directory = _as_folder(os.fspath(project.directory))
        self._roots = tuple(_as_folder(os.path.realpath(root)) for root in (project.directory, *project.roster_roots))
        self._real_folders: dict[str, str] = {}
        self._neighbours: dict[Path, list[str]] = {}
        self._compared = 0

    def locate(self, name: str, source: Source) -> Located:
        """The roster that the event file *source* calls *name*: a path as seen from its folder."""
        written = os.path.normpath(os.path.join(source.path, os.pardir, name))  # noqa: PTH118  pathlib takes longer
        real, is_file = self._find(written)
        path = Path(written)
        return Located(path, self._name(written), real, self._fault(name, path, real, is_file=is_file))

    def _find(self, path: str) -> tuple[str, bool]:
        """Where *path* leads behind links, and whether that is a file."""
        name = path.rpartition(os.sep)[2]
        folder = path.removesuffix(name)
        if folder not in self._real_folders:
            self._real_folders[folder] = _as_folder(os.path.realpath(folder))
        real = f"{self._real_folders[folder]}{name}"
        try:
            mode = os.lstat(real).st_mode
        except OSError:  # Path.is_file raises for a name that is too long
            return real, False
        if stat.S_ISLNK(mode):
            real = os.path.realpath(real)
            return real, os.path.isfile(real)  # noqa: PTH113  no Path is at hand
        return real, stat.S_ISREG(mode)

    def _name(self, path: str) -> str:
        """What people call *path*: as seen from the project's folder."""
        if path.startswith(self._directory):
            return path.removeprefix(self._directory).replace(os.sep, "/")
        return os.path.relpath(path, self._directory).replace(os.sep, "/")

    def _fault(self, name: str, path: Path, real: str, *, is_file: bool) -> tuple[Rule, str, str | None] | None:
        # First of all, so that nobody learns from findings which files there are elsewhere.
        if not _as_folder(real).startswith(self._roots):
            message = f"the roster {quoted(name)} lies outside the project's folder"
            hint = "move it below hubevents.yaml, or add its folder to roster_roots there"
            return rules.ROSTER_OUTSIDE, message, hint
        if path.suffix.lower() not in ROSTER_SUFFIXES:
            message = f"the roster {quoted(name)} must end in {listed(ROSTER_SUFFIXES)}"
            return rules.ROSTER_FORMAT, message, "save a spreadsheet as CSV UTF-8"
        if not is_file:
            return rules.MISSING_ROSTER, *self._say_missing(name, path, real)
        return None

    def _say_missing(self, name: str, path: Path, real: str) -> tuple[str, str | None]:
        """What is at *real*, which is no file."""
        if os.path.isdir(real):  # noqa: PTH112  Path.is_dir raises for a name that is too long
            return f"the roster {quoted(name)} is a folder", "name a file in it; a list of several is fine"
        if os.path.exists(real):  # noqa: PTH110  as above
            hint = "write what comes from it to a file: a roster is read more than once, and has to say the same again"
            return f"the roster {quoted(name)} is no file, but a pipe or a device", hint
        return f"there is no roster {quoted(name)}", self._missing_hint(name, path)

    def _missing_hint(self, name: str, path: Path) -> str:
        if "\\" in name:
            return "write / between folders"
        guess = None
        if self._compared < MOST_COMPARED:
            neighbours = self._list(path.parent)
            self._compared += len(neighbours)
            guess = did_you_mean(path.name, neighbours)
        return guess or "a roster's path begins at the folder of the event file"

    def _list(self, folder: Path) -> list[str]:
        """The files in *folder*; none where it can't be read."""
        if folder not in self._neighbours:
            try:
                with os.scandir(folder) as entries:
                    self._neighbours[folder] = sorted(entry.name for entry in entries if entry.is_file())
            except OSError:
                self._neighbours[folder] = []
        return self._neighbours[folder]


def _as_folder(path: str) -> str:
    """*path* with a separator at its end: what lies below begins with it."""
    return f"{path.removesuffix(os.sep)}{os.sep}"
