"""Bring files into the one form, or say which are not in it."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from hubevents_sync.engine.files.project_files import ProjectFile, find_project_directory, list_project_files
from hubevents_sync.engine.files.rewriting import replace_content
from hubevents_sync.errors import ConfigurationError, UsageError
from hubevents_sync.manifest.findings import InvalidFiles
from hubevents_sync.manifest.layout.fmt import NotFormatted, format_file
from hubevents_sync.model.finding import Finding
from hubevents_sync.model.formatting import FormatOutcome, FormattedFile


@dataclass(frozen=True, slots=True)
class Formatting:
    """What became of each file. *passed_over* are files that were named and are none of a project's."""

    files: tuple[FormattedFile, ...]
    passed_over: tuple[str, ...] = ()

    @property
    def has_changes(self) -> bool:
        """A file is not in form, or was not until now."""
        return any(file.outcome is FormatOutcome.CHANGED for file in self.files)

    @property
    def has_errors(self) -> bool:
        """A file was left as it is."""
        return any(file.outcome is FormatOutcome.LEFT for file in self.files)


def format_files(directory: Path, names: Sequence[str], *, sorts_rosters: bool, writes: bool) -> Formatting:
    """Format the files *names*, as seen from *directory*; where none is named, all of the project in *directory*.

    Of a named file only what belongs to a project is formatted: its project is the nearest above it. Rosters stay as
    they are but where *sorts_rosters*. Nothing is written unless *writes*. Raises UsageError for a name of nothing.
    """
    if not names:
        listed = list_project_files(directory, with_rosters=sorts_rosters)
        left = [_leave(finding) for finding in listed.findings]
        done = (_format(file, directory, sorts=sorts_rosters, writes=writes) for file in listed.files)
        return Formatting((*left, *done))
    chosen, passed_over = _choose(directory, names, with_rosters=sorts_rosters)
    done = (_format(file, directory, sorts=sorts_rosters, writes=writes) for file in chosen)
    return Formatting(tuple(done), tuple(passed_over))


def _choose(directory: Path, names: Sequence[str], *, with_rosters: bool) -> tuple[list[ProjectFile], list[str]]:
    known: dict[Path, dict[str, ProjectFile]] = {}
    chosen: dict[str, ProjectFile] = {}
    passed_over: list[str] = []
    for name, path in _find_named(directory, names):
        project = find_project_directory(path)
        if project is not None and project not in known:
            files = list_project_files(project, with_rosters=with_rosters).files
            known[project] = {os.path.realpath(file.path): file for file in files}
        real = os.path.realpath(path)
        if project is not None and real in known[project]:
            chosen[real] = known[project][real]
        else:
            passed_over.append(name)
    return list(chosen.values()), passed_over


def _find_named(directory: Path, names: Sequence[str]) -> Iterator[tuple[str, Path]]:
    for name in dict.fromkeys(names):
        path = directory / name
        if path.is_dir():
            raise UsageError(
                f"{name} is a folder", hint="name files, or the project's folder: hubevents-sync -C DIR fmt"
            )
        if not path.is_file():
            raise UsageError(f"there is no file {name}", hint="names begin at this folder, or at that of -C")
        yield name, path


def _leave(finding: Finding) -> FormattedFile:
    return FormattedFile(finding.position.file, FormatOutcome.LEFT, findings=(finding,))


def _format(target: ProjectFile, directory: Path, *, sorts: bool, writes: bool) -> FormattedFile:
    file = PurePath(os.path.relpath(target.path, directory.resolve())).as_posix()
    try:
        before = target.path.read_bytes()
        text = format_file(before, file, target.kind, sorts_people=sorts)
        after = text.after.encode()
        if after == before:
            return FormattedFile(file, FormatOutcome.CLEAN)
        if writes:
            replace_content(target.path, before, after)
    except InvalidFiles as invalid:
        return FormattedFile(file, FormatOutcome.LEFT, findings=invalid.findings)
    except (NotFormatted, ConfigurationError) as error:
        return FormattedFile(file, FormatOutcome.LEFT, error=error)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        return FormattedFile(file, FormatOutcome.LEFT, error=ConfigurationError(f"can't read {file}: {reason}"))
    return FormattedFile(file, FormatOutcome.CHANGED, text)
