"""Answer HubSpot's questions about events from the desired files, for as long as it is wanted."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from hubevents_sync.callback.address import is_loopback, read_path_template, read_public_url
from hubevents_sync.callback.app import DetailsApp
from hubevents_sync.callback.desk import Desk, Seal
from hubevents_sync.callback.details import build_catalogue
from hubevents_sync.callback.listening import listening, name_of
from hubevents_sync.callback.replay import ReplayMemory
from hubevents_sync.callback.server import run_server
from hubevents_sync.callback.signature import ClientSecret
from hubevents_sync.callback.watch import follow
from hubevents_sync.engine.desired.reading import Manifest, read_manifest
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import ConfigurationError, UsageError
from hubevents_sync.manifest.events import find_event_files
from hubevents_sync.manifest.findings import FindingCollector, InvalidFiles
from hubevents_sync.manifest.project import PROJECT_FILES, read_project
from hubevents_sync.manifest.rules.events import MISSING_ROSTER
from hubevents_sync.manifest.rules.files import MISSING_FOLDER
from hubevents_sync.model.finding import Finding, Severity
from hubevents_sync.model.project import Project
from hubevents_sync.model.serving import FilesRead, FilesState, ServerEntry, ServerNote

LOOK_EVERY_SECONDS = 1.0
# Rosters are not read here, and people's data has no business on a machine that faces the internet.
_OF_ROSTERS = frozenset({MISSING_ROSTER.id, MISSING_FOLDER.id})

Log = Callable[[ServerEntry], None]


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """What the endpoint is told. *secret_variable* names the environment variable with the app's client secret."""

    host: str = "127.0.0.1"
    port: int = 8088
    uds: Path | None = None
    path: str = "/events/%s"
    public_url: str | None = None
    app_id: int | None = None
    secret_variable: str = "HUBSPOT_CLIENT_SECRET"  # noqa: S105  a variable's name
    checks_signatures: bool = True
    allows_replays: bool = False
    shows_checked: bool = False


def serve_details(workspace: Workspace, options: ServeOptions, log: Log) -> None:
    """Serve until SIGINT, SIGTERM or SIGHUP. *log* is told of each request, and of each change of the files.

    Raises UsageError and ConfigurationError for options that make no sense, and InvalidFiles where the files are broken
    at the start; broken later, the last good ones are kept.
    """
    desk = build_desk(options, workspace.environ)
    app = DetailsApp(desk, now_ms=workspace.clock.now_ms, log=log, shows_checked=options.shows_checked)
    note = partial(_note, workspace, log)
    with listening(options.host, options.port, options.uds) as listener:
        note(f"listening on {name_of(listener)}; {_say_who_may_ask(options)}")
        run_server(
            app,
            listener,
            follow=lambda: follow(DesiredFiles(workspace, desk, log), every_seconds=LOOK_EVERY_SECONDS),
            on_stop=lambda: note("stopping: the requests under way are answered; once more ends it at once"),
        )
    note("stopped")


def build_desk(options: ServeOptions, environ: Mapping[str, str]) -> Desk:
    """The desk that *options* ask for, with nothing to tell yet. Raises UsageError and ConfigurationError."""
    return Desk(
        read_path_template(options.path),
        seal=_build_seal(options, environ),
        memory=None if options.allows_replays else ReplayMemory(),
        app_id=None if options.app_id is None else str(options.app_id),
    )


def _build_seal(options: ServeOptions, environ: Mapping[str, str]) -> Seal | None:
    if not options.checks_signatures:
        if options.uds is not None or not is_loopback(options.host):
            raise UsageError(
                "--insecure-no-signature is taken on loopback only: anybody could ask for the events",
                hint="drop it, or listen on --host 127.0.0.1 and without --uds",
            )
        return None
    if options.public_url is None:
        raise UsageError(
            "signatures are checked against the address that HubSpot asks at, and there is no --public-url",
            hint="add --public-url https://my.event.app; to try it on this machine: --insecure-no-signature",
        )
    public_url = read_public_url(options.public_url)
    return Seal(_find_secret(options.secret_variable, environ), public_url)


def _find_secret(variable: str, environ: Mapping[str, str]) -> ClientSecret:
    value = environ.get(variable, "")
    if not value or not all("!" <= character <= "~" for character in value):
        fault = (
            "holds a space, a line break or the like" if value else "is empty" if variable in environ else "is not set"
        )
        raise ConfigurationError(
            f"the environment variable {variable} {fault}; it is to hold the app's client secret",
            hint="copy it from the app's settings at HubSpot; --client-secret-env names another variable",
        )
    return ClientSecret(value.encode())


def _say_who_may_ask(options: ServeOptions) -> str:
    if not options.checks_signatures:
        return f"signatures are NOT checked at {options.path}"
    return f"signatures are those of {(options.public_url or '').rstrip('/')}{options.path}"


def _note(workspace: Workspace, log: Log, message: str) -> None:
    log(ServerNote(workspace.clock.now_ms(), message))


@dataclass(frozen=True, slots=True)
class Reading:
    """What the files said: the *manifest*, None where an error is among the *findings*."""

    manifest: Manifest | None
    findings: tuple[Finding, ...]


class DesiredFiles:
    """The project's files, for :func:`follow`: read without rosters, and published at *desk*."""

    def __init__(self, workspace: Workspace, desk: Desk, log: Log) -> None:
        self._workspace = workspace
        self._desk = desk
        self._log = log
        self._project: Project | None = None
        self._project_marks: object = None

    def look(self) -> object:
        """Which files there are, each with what changes when it is written or replaced."""
        marks = tuple(_mark(self._workspace.directory / name) for name in PROJECT_FILES)
        if marks != self._project_marks:
            self._project_marks = marks
            self._project = self._read_project() or self._project
        found = find_event_files(self._project, FindingCollector()) if self._project else []
        return marks, tuple((source.file, _mark(source.path)) for source in found)

    def _read_project(self) -> Project | None:
        """The project file alone, which says where the event files are; None where it is broken."""
        workspace = self._workspace
        try:
            return read_project(
                workspace.directory,
                environment=workspace.environment,
                environ=workspace.environ,
                findings=FindingCollector(),
            )
        except InvalidFiles:
            return None

    def read(self) -> Reading:
        """The manifest, or all that is wrong with it."""
        collector = FindingCollector()
        try:
            manifest = read_manifest(self._workspace, collector)
        except InvalidFiles as invalid:
            return Reading(None, invalid.findings)
        findings = tuple(each for each in collector.sorted() if each.rule not in _OF_ROSTERS)
        is_broken = any(finding.severity is Severity.ERROR for finding in findings)
        return Reading(None if is_broken else manifest, findings)

    def take_first(self, reading: Reading) -> None:
        """Publish it. Raises InvalidFiles where the files are broken: there is nothing to fall back on."""
        if reading.manifest is None:
            raise InvalidFiles(reading.findings)
        self._publish(reading.manifest, FilesState.LOADED)

    def take_next(self, reading: Reading) -> None:
        """Publish it, or keep what was good."""
        if reading.manifest is None:
            self._desk.mark_stale()
            errors = tuple(each for each in reading.findings if each.severity is Severity.ERROR)
            self._tell(FilesState.BROKEN, errors)  # warnings are validate's business
        else:
            self._publish(reading.manifest, FilesState.RELOADED)

    def _publish(self, manifest: Manifest, state: FilesState) -> None:
        self._desk.publish(build_catalogue(manifest.events.values()))
        self._tell(state)

    def _tell(self, state: FilesState, findings: tuple[Finding, ...] = ()) -> None:
        self._log(FilesRead(self._workspace.clock.now_ms(), state, self._desk.events, findings))


def _mark(file: Path) -> tuple[int, ...] | None:
    """What changes with *file*; None where it is not there."""
    try:
        seen = os.stat(file)  # noqa: PTH116  a file that is not there is no rare case
    except OSError:
        return None
    return seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns
