"""Read a project as another commit has it: its files, for as long as they are compared, in a folder of their own."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from hubevents_sync.engine.desired.reading import read_desired
from hubevents_sync.engine.files.git import Commit, CommittedFile
from hubevents_sync.errors import ConfigurationError
from hubevents_sync.manifest.declaration import ROSTER_SUFFIXES, EventDeclaration
from hubevents_sync.manifest.events import read_events
from hubevents_sync.manifest.findings import FindingCollector, InvalidFiles
from hubevents_sync.manifest.project import PROJECT_FILES, read_project
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.finding import Finding, Severity
from hubevents_sync.model.project import Project
from hubevents_sync.model.snapshot import DesiredEvent
from hubevents_sync.state.identity import Identity


@dataclass(slots=True)
class BaseFiles:
    """The events that a commit declares. *project* is None where it has no project, or a broken project file.

    *faults* are the errors in its files: an event that has one is as good as not there. A main that is broken must
    not keep anybody from reviewing what mends it.
    """

    commit: Commit
    project: Project | None = None
    declarations: Mapping[EventKey, EventDeclaration] = field(default_factory=dict)
    faults: list[Finding] = field(default_factory=list)
    is_missing: bool = False

    def read_event(self, key: EventKey, *, identity: Identity) -> DesiredEvent | None:
        """The event as the commit declares it; None where it does not, or where a roster of it is broken."""
        declaration = self.declarations.get(key)
        if declaration is None or self.project is None:
            return None
        findings = FindingCollector()
        desired = read_desired(declaration, self.project, identity=identity, findings=findings)
        self._keep(findings)
        return None if findings.has_errors else desired

    def list_unknowns(self) -> list[str]:
        """What its own faults keep from being known."""
        if self.is_missing:
            return [
                f"anything of {self.commit}: there is no project in this folder there, so all is compared with nothing"
            ]
        if not self.faults:
            return []
        first = min(self.faults, key=lambda fault: fault.position)
        place = f"{self.commit.ref}:{self.commit.prefix}{first.position}"
        count = f"{len(self.faults)} error{'' if len(self.faults) == 1 else 's'}"
        said = f"the files of {self.commit} have {count} (first: {place}: {first.message} [{first.rule}])"
        if self.project is None:
            return [f"what they declare: {said}, so all is compared with nothing"]
        return [f"all that they declare: {said}, so an event that is shown as new may not be"]

    def _keep(self, findings: FindingCollector) -> None:
        self.faults += [finding for finding in findings.sorted() if finding.severity is Severity.ERROR]


@contextmanager
def reading_base(commit: Commit, *, environment: str | None) -> Iterator[BaseFiles]:
    """The project of the folder as *commit* has it. Its files are gone again in the end."""
    files = commit.list_files()
    # The files hold people's data: mkdtemp makes a folder that nobody else can look into.
    with tempfile.TemporaryDirectory(prefix="hubevents-base-") as name:
        top = Path(name).resolve()
        base = BaseFiles(commit)
        project_files = _pick(files, lambda path: path in {f"{commit.prefix}{each}" for each in PROJECT_FILES})
        if not project_files:
            base.is_missing = True
            yield base
            return
        _write(commit, project_files, top)
        findings = FindingCollector()
        try:
            project = read_project(
                top / commit.prefix, environment=environment, environ=commit.environ, findings=findings
            )
        except InvalidFiles as invalid:
            base.faults += [each for each in invalid.findings if each.severity is Severity.ERROR]
            yield base
            return
        _write_rest(commit, files, project, top)
        _read_declarations(base, project, files)
        yield base


def _read_declarations(base: BaseFiles, project: Project, files: list[CommittedFile]) -> None:
    findings = FindingCollector()
    declared = read_events(project, findings=findings)
    links = [file.path for file in files if file.is_link and file.path.startswith(base.commit.prefix)]
    if findings.has_errors and links:
        raise _refuse_link(base.commit, links[0])
    base.project = project
    base.declarations = {declaration.event.key: declaration for declaration in declared}
    base.faults += [each for each in findings.sorted() if each.severity is Severity.ERROR]


def _write_rest(commit: Commit, files: list[CommittedFile], project: Project, top: Path) -> None:
    """All that the project's settings could lead to: event files by their patterns, rosters by how they end."""
    roots = [_find_root(commit, root, top) for root in project.roster_roots]
    for file in files:
        if file.is_link and any(_leads_to(pattern, commit.prefix, file.path) for pattern in project.events):
            raise _refuse_link(commit, file.path)

    def is_wanted(path: str) -> bool:
        if PurePosixPath(path).suffix.lower() in ROSTER_SUFFIXES:
            return any(path.startswith(root) for root in roots)
        return path.startswith(commit.prefix) and any(_names(pattern, path) for pattern in project.events)

    present = {f"{commit.prefix}{name}" for name in PROJECT_FILES}
    _write(commit, _pick(files, lambda path: path not in present and is_wanted(path)), top)


def _find_root(commit: Commit, root: Path, top: Path) -> str:
    """The folder of rosters as the repository knows it: empty, or ending in ``/``."""
    if not root.is_relative_to(top):
        raise ConfigurationError(
            f"the roster_roots of {commit.ref} lead out of the repository, to {root.name}: no commit has those files",
            hint="keep rosters in the repository to compare commits, or plan with the state or the lock file",
        )
    path = root.relative_to(top).as_posix()
    return "" if path == "." else f"{path}/"


def _leads_to(pattern: str, prefix: str, link: str) -> bool:
    """*pattern*, of event files, matches the *link* or what could lie in it."""
    if not link.startswith(prefix):
        return False
    wanted, found = pattern.split("/"), link.removeprefix(prefix).split("/")
    for number, part in enumerate(found):
        if number >= len(wanted):
            return False
        if wanted[number] == "**":
            return True
        if part.startswith(".") or not fnmatchcase(part, wanted[number]):
            return False
    return True


def _names(pattern: str, path: str) -> bool:
    """*path* ends as *pattern* does."""
    last = pattern.rpartition("/")[2]
    return last in ("", "**") or fnmatchcase(PurePosixPath(path).name, last)


def _pick(files: list[CommittedFile], is_wanted: Callable[[str], bool]) -> list[CommittedFile]:
    return [file for file in files if not file.is_link and is_wanted(file.path)]


def _write(commit: Commit, files: list[CommittedFile], top: Path) -> None:
    try:
        commit.write_files(files, top)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise ConfigurationError(
            f"the files of {commit.ref} can't be put aside for comparing: {reason}",
            hint="they need room in the folder for temporary files, which TMPDIR names",
        ) from error


def _refuse_link(commit: Commit, path: str) -> ConfigurationError:
    return ConfigurationError(
        f"{commit.ref}:{path} is a symbolic link or a submodule: --base reads the files of the commit itself",
        hint="copy it into the project, or plan with the state or the lock file",
    )
