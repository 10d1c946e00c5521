"""Read a project's settings from ``hubevents.yaml``, for one environment."""

from collections.abc import Mapping
from pathlib import Path as FilePath

from hubevents_sync.manifest.document import Document, read_document
from hubevents_sync.manifest.findings import FindingCollector, InvalidFiles, Unreadable
from hubevents_sync.manifest.fingerprint import FileDigests
from hubevents_sync.manifest.rules import files as rules
from hubevents_sync.manifest.schema import PROJECT_SCHEMA, check_schema, expect
from hubevents_sync.manifest.settings import build_project, check_settings, check_states, may_be_url, settings_of
from hubevents_sync.manifest.shielding import ShieldedSource
from hubevents_sync.manifest.source import Source
from hubevents_sync.manifest.suggest import did_you_mean
from hubevents_sync.manifest.tree import Path
from hubevents_sync.manifest.variables import BadVariable, check_variables, expand, has_variable
from hubevents_sync.manifest.whole import check_whole
from hubevents_sync.manifest.wording import listed, named
from hubevents_sync.model.finding import Finding, Position, Severity
from hubevents_sync.model.project import Project

PROJECT_FILES = ("hubevents.yaml", "hubevents.yml")
# The settings that stay as written until a call to HubSpot needs them, and those of them that nobody may see. So does
# the state, once it is a URL or may turn out to be one.
OPEN_SETTINGS = frozenset(
    (
        ("hubspot", "token"),
        *(("hubspot", "oauth", part) for part in ("client_id", "client_secret", "refresh_token")),
        ("webhook", "url"),
        ("webhook", "secret"),
    )
)
STATE: Path = ("state",)
SECRETS = OPEN_SETTINGS - {("hubspot", "oauth", "client_id"), ("webhook", "url")}
VARIABLES: dict[Path, str] = {
    ("hubspot", "token"): "HUBSPOT_ACCESS_TOKEN",
    ("webhook", "secret"): "HUBEVENTS_WEBHOOK_SECRET",
}


def read_project(
    directory: FilePath,
    *,
    environment: str | None,
    environ: Mapping[str, str],
    findings: FindingCollector,
    digests: FileDigests | None = None,
) -> Project:
    """The settings of the project in *directory*, those of *environment* put over its own.

    Variables are looked up in *environ*, but for secrets: validate and plan need none. Everything found goes to
    *findings*, and the file's digest to *digests*; raises InvalidFiles where an error is among the findings.
    """
    directory = directory.resolve()
    try:
        source = find_project_file(directory)
        variables = _Variables(environ, environment, findings)
        document = read_document(source, expect(PROJECT_SCHEMA), findings, substitute=variables.substitute)
    except Unreadable as unreadable:
        findings.add(unreadable.finding)
        raise InvalidFiles(findings.sorted()) from unreadable
    if not check_schema(document, PROJECT_SCHEMA, findings, is_open=variables.is_open):
        _check(document, directory, environment, findings)
    if findings.has_errors:
        raise InvalidFiles(findings.sorted())
    if digests is not None:
        digests.add(document.file, document.digest)
    project = build_project(settings_of(document.value, environment), directory, environment)
    _check_roots(document, project, findings)
    return project


def find_project_file(directory: FilePath) -> Source:
    """The project file in *directory*. Raises Unreadable where there is none, or more than one."""
    found = [name for name in PROJECT_FILES if (directory / name).exists()]
    position = Position(PROJECT_FILES[0], 1, 1)
    if not found:
        message = f"there is no {PROJECT_FILES[0]} in this folder"
        raise Unreadable(rules.NO_PROJECT.at(position, message, _say_where(directory)))
    if len(found) > 1:
        message = f"there are two project files: {listed(found, 'and')}"
        raise Unreadable(rules.NO_PROJECT.at(position, message, "keep one of them"))
    if not (directory / found[0]).is_file():
        raise Unreadable(
            rules.NO_PROJECT.at(position, f"{found[0]} is no file, but a folder, a pipe or a device", None)
        )
    return ShieldedSource(directory / found[0], found[0])


def _say_where(directory: FilePath) -> str:
    """Where a project is, if *directory* is one of its folders."""
    for depth, folder in enumerate(directory.parents, start=1):
        if any((folder / name).is_file() for name in PROJECT_FILES):
            above = "/".join([".."] * depth)
            return f"there is one in {folder.name or folder}, above this folder: hubevents-sync -C {above}"
    return "begin a project with: hubevents-sync init; or name the folder of one with -C"


class _Variables:
    """Puts variables into the texts that count in *environment*, and keeps track of those that stay open."""

    def __init__(self, environ: Mapping[str, str], environment: str | None, findings: FindingCollector) -> None:
        self._environ = environ
        self._environment = environment
        self._findings = findings
        self._open: set[Path] = set()

    def is_open(self, path: Path) -> bool:
        """The value at *path* has a variable in it that was not looked up."""
        return path in self._open

    def substitute(self, text: str, path: Path, position: Position) -> str:
        """*text* with its variables put in, if they count and are not secret."""
        is_of_environment = path[:1] == ("environments",)
        setting = path[2:] if is_of_environment else path
        if setting in SECRETS and text and not has_variable(text):
            self._warn_of_literal(setting, position)
        if setting == STATE:
            self._warn_of_password(text, position)
        try:
            if (
                setting in OPEN_SETTINGS
                or (setting == STATE and may_be_url(text))
                or (is_of_environment and path[1:2] != (self._environment,))
            ):
                check_variables(text)
                expanded = text
            else:
                expanded = expand(text, self._environ)
        except BadVariable as bad:
            self._findings.add(Finding(position, bad.rule, Severity.ERROR, bad.message, bad.hint))
            expanded = text
        if expanded is text and has_variable(text):
            self._open.add(path)
        return expanded

    def _warn_of_literal(self, setting: Path, position: Position) -> None:
        name = ".".join(str(part) for part in setting)
        variable = VARIABLES.get(setting, f"HUBSPOT_{str(setting[-1]).upper()}")
        hint = f"name a variable, such as ${{{variable}}}; a secret that was committed is known to all: replace it"
        self._findings.add(rules.LITERAL_SECRET.at(position, f"{name} stands in the file itself", hint))

    def _warn_of_password(self, text: str, position: Position) -> None:
        user_info = text.partition("://")[2].rpartition("@")[0]
        password = user_info.partition(":")[2]
        if password and not has_variable(password):
            hint = "name a variable, such as ${PGPASSWORD}; a secret that was committed is known to all: replace it"
            self._findings.add(rules.LITERAL_SECRET.at(position, "state has a password in it", hint))


def _check(document: Document, directory: FilePath, environment: str | None, findings: FindingCollector) -> None:
    whole = document.value
    environments = whole.get("environments", {})
    check_settings(document, (), whole, findings)
    for name, settings in environments.items():
        check_settings(document, ("environments", name), settings, findings)
    check_states(document, directory, findings)
    if environment is not None and environment not in environments:
        known = f"it has {listed(environments, 'and')}" if environments else "it has none"
        message = f"the project has no environment {named(environment)}; {known}"
        hint = did_you_mean(environment, environments)
        findings.add(rules.UNKNOWN_ENVIRONMENT.at(document.key_position(("environments",)), message, hint))
    else:
        check_whole(document, settings_of(whole, environment), environment, findings)


def locate_setting(project: Project, path: Path) -> Position:
    """Where the setting at *path* stands that counts in *project*; the file's first place where it is a default."""
    try:
        source = find_project_file(project.directory)
        document = read_document(source, expect(PROJECT_SCHEMA), FindingCollector())
    except Unreadable:  # it was there a moment ago
        return Position(PROJECT_FILES[0], 1, 1)
    return _locate(document, project.environment, path)


def _locate(document: Document, environment: str | None, path: Path) -> Position:
    if environment is not None:
        override: Path = ("environments", environment, *path)
        if document.has(override):
            return document.position(override)
    return document.position(path)


def _check_roots(document: Document, project: Project, findings: FindingCollector) -> None:
    for root in project.roster_roots[1:]:
        if not root.is_dir():
            message = f"the roster folder {named(root.name)} is not there"
            findings.add(rules.MISSING_FOLDER.at(_locate(document, project.environment, ("roster_roots",)), message))
