"""Examine a project and all that it hangs on. Writes nothing, and sends nothing but look-ups."""

from collections.abc import Callable

from hubevents_sync.engine.examining import doctor_files, doctor_hubspot, doctor_web
from hubevents_sync.engine.examining.examination import FAULTS, Examination
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.model.checkup import CheckResult, NamedResult, fail

Check = Callable[[Examination], CheckResult]

# In the order of a look from near to far. What a check raises is its error.
CHECKS: tuple[tuple[str, Check], ...] = (
    ("project", doctor_files.check_project),
    ("files", doctor_files.check_files),
    ("schemas", doctor_files.check_schemas),
    ("state", doctor_files.check_state),
    ("lock", doctor_files.check_lock),
    ("connection", doctor_hubspot.check_connection),
    ("token", doctor_hubspot.check_token),
    ("scopes", doctor_hubspot.check_scopes),
    ("quota", doctor_hubspot.check_quota),
    ("clock", doctor_hubspot.check_clock),
    ("API version", doctor_hubspot.check_version),
    ("custom properties", doctor_hubspot.check_properties),
    ("webhook", doctor_web.check_webhook),
    ("event details", doctor_web.check_callback),
)


def examine(workspace: Workspace) -> list[NamedResult]:
    """Every check, and what it found."""
    with Examination(workspace) as examination:
        return [NamedResult(name, _run(check, examination)) for name, check in CHECKS]


def _run(check: Check, examination: Examination) -> CheckResult:
    try:
        return check(examination)
    except FAULTS as fault:
        return fail(fault)
