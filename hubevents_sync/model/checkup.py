"""What ``doctor`` finds: one line a check."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from hubevents_sync.errors import ExitCode, SyncError


class CheckStatus(StrEnum):
    """How a check ended. SKIPPED: what it needs is missing, or HubSpot does not tell."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check says, in a line, and what to do. *exit_code* is what an error of its kind ends a command with."""

    status: CheckStatus
    message: str
    remedy: str | None = None
    exit_code: ExitCode = ExitCode.ERROR


@dataclass(frozen=True, slots=True)
class NamedResult:
    """A check's name and its result."""

    name: str
    result: CheckResult


def ok(message: str) -> CheckResult:
    """All is well."""
    return CheckResult(CheckStatus.OK, message)


def warn(message: str, remedy: str) -> CheckResult:
    """It works, and will not for long, or not as somebody expects."""
    return CheckResult(CheckStatus.WARNING, message, remedy)


def fail(error: SyncError) -> CheckResult:
    """What ends a command with *error*."""
    return CheckResult(CheckStatus.ERROR, error.message, error.hint, error.exit_code)


def skip(message: str) -> CheckResult:
    """It could not be looked at."""
    return CheckResult(CheckStatus.SKIPPED, message)


def judge(results: Iterable[NamedResult]) -> ExitCode:
    """0 without an error; else 7 where one is about the token, and 1."""
    codes = {each.result.exit_code for each in results if each.result.status is CheckStatus.ERROR}
    if not codes:
        return ExitCode.DONE
    return ExitCode.AUTHENTICATION if ExitCode.AUTHENTICATION in codes else ExitCode.ERROR
