"""The checks of ``doctor`` that need no network: the project's files, the schemas beside them, and the state."""

from hubevents_sync.engine.examining.examination import Examination, find_fault
from hubevents_sync.errors import ConfigurationError
from hubevents_sync.manifest.findings import InvalidFiles
from hubevents_sync.manifest.project import find_project_file
from hubevents_sync.model.checkup import CheckResult, CheckStatus, ok, skip, warn
from hubevents_sync.model.finding import Severity
from hubevents_sync.resources import schemas_directory

NO_PROJECT = "the project file can't be read"


def check_project(examination: Examination) -> CheckResult:
    """hubevents.yaml is there, and makes sense for the environment."""
    try:
        project = examination.project
    except InvalidFiles as invalid:
        return _tell_findings(invalid)
    name = find_project_file(project.directory).file
    return ok(name if project.environment is None else f"{name}, environment {project.environment}")


def check_files(examination: Examination) -> CheckResult:
    """The event files are without errors. Rosters may have a million rows: validate reads them."""
    if find_fault(lambda: examination.project) is not None:
        return skip(NO_PROJECT)
    events = len(examination.manifest.declarations)
    found = examination.findings.sorted()
    errors = sum(finding.severity is Severity.ERROR for finding in found)
    if errors:
        first = next(finding for finding in found if finding.severity is Severity.ERROR)
        message = f"{errors} errors, the first in {first.position}: {first.message}"
        message = message.replace("1 errors, the first", "an error", 1) if errors == 1 else message
        return CheckResult(CheckStatus.ERROR, message, "see all of them with: hubevents-sync validate")
    counted = f"{events} event" if events == 1 else f"{events} events"
    if found:
        more = f"{len(found)} warning" if len(found) == 1 else f"{len(found)} warnings"
        return warn(f"{counted}, {more}", "see them with: hubevents-sync validate")
    return ok(f"{counted}; rosters are read by validate")


def _tell_findings(invalid: InvalidFiles) -> CheckResult:
    first = next(finding for finding in invalid.findings if finding.severity is Severity.ERROR)
    return CheckResult(CheckStatus.ERROR, f"{first.position}: {first.message}", first.hint)


def check_schemas(examination: Examination) -> CheckResult:
    """The schemas that the project's files name for editors are those of this version."""
    if find_fault(lambda: examination.project) is not None:
        return skip(NO_PROJECT)
    folder = examination.project.directory / "schemas"
    try:
        shipped = {path.name: path.read_bytes() for path in schemas_directory().glob("*.schema.json")}
        beside = {path.name: path.read_bytes() for path in folder.glob("*.schema.json")}
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise ConfigurationError(f"a schema in {folder} can't be read: {reason}") from error
    if not beside:
        return skip("the project has no schemas of its own; editors can do without")
    stale = sorted(name for name, content in beside.items() if name in shipped and shipped[name] != content)
    if stale:
        remedy = "write them anew with: hubevents-sync schema --write schemas"
        return warn(f"of another version of hubevents-sync: {', '.join(stale)}", remedy)
    return ok("schemas/ is of this version")


def check_state(examination: Examination) -> CheckResult:
    """The state can be read, and is this environment's and this account's."""
    if find_fault(lambda: examination.project) is not None:
        return skip(NO_PROJECT)
    facts, place = examination.state, _name_state(examination)
    if facts is None:
        return ok(f"{place}: none yet, the first apply makes it")
    counted = f"{facts.events} event" if facts.events == 1 else f"{facts.events} events"
    of_account = "" if facts.header.portal is None else f" of HubSpot account {facts.header.portal}"
    return ok(f"{place}: {counted}{of_account}, serial {facts.header.serial}")


def _name_state(examination: Examination) -> str:
    scheme, separator, _ = examination.project.state.partition("://")  # what follows may hold a password
    return f"the {scheme} store" if separator else examination.project.state


def check_lock(examination: Examination) -> CheckResult:
    """Nobody else is writing."""
    if find_fault(lambda: examination.project) is not None:
        return skip(NO_PROJECT)
    if find_fault(lambda: examination.state) is not None:
        return skip("the state can't be read")
    lease = examination.state.lease if examination.state is not None else None
    if lease is None:
        return ok("nobody is writing")
    age = max(0, examination.workspace.clock.now_ms() - lease.heartbeat_at_ms) // 1000
    return warn(
        f"held by {lease.user}@{lease.host} ({lease.command}, run {lease.run_id}, alive {age} s ago)",
        f"wait for it; if that run is dead: hubevents-sync state unlock {lease.run_id}",
    )
