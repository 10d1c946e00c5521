"""Every error that a user can cause, each with the exit code it ends in.

SyncError
├── UsageError                 64  the command line makes no sense
├── ConfigurationError          1  a setting outside the files is missing or wrong
├── StateError                  1  the state can't be read or written
│   ├── StateMoved              4  somebody else applied in between
│   └── StateLocked             5  another run holds the lease
├── PlanMismatch                4  not the plan that was reviewed
├── Refused                     6  a limit, or an approval is missing
├── ForgeError                  1  GitHub or GitLab answered with an error
│   └── ForgeUnavailable        1  they are overloaded or gave no answer: worth another try
├── HubSpotError                1  HubSpot answered with an error, or not at all
│   ├── AuthenticationFailed    7  the token is missing, wrong, or lacks a scope
│   ├── WrongPortal             7  the token belongs to another account
│   ├── DailyQuotaSpent         8  HubSpot takes no more calls today
│   └── NotSent                 1  the run was being stopped: the call never left the machine
├── Paused                      8  stopped in time, to be continued
└── Interrupted               130  SIGINT came; all is recorded
    └── Terminated            143  SIGTERM came; all is recorded

A bug is none of these: it shows its traceback.
"""

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What the process ends with. The same in every output format."""

    DONE = 0
    ERROR = 1
    CHANGES = 2
    PARTIAL = 3
    NOT_REVIEWED = 4
    LOCKED = 5
    REFUSED = 6
    AUTHENTICATION = 7
    PAUSED = 8
    USAGE = 64
    INTERRUPTED = 130
    TERMINATED = 143


class SyncError(Exception):
    """A fault that a user can mend: *message* says where and what, *hint* what to do next."""

    exit_code: ClassVar[ExitCode] = ExitCode.ERROR

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(SyncError):
    """The command line makes no sense."""

    exit_code = ExitCode.USAGE


class ConfigurationError(SyncError):
    """A setting outside the files, such as an environment variable, is missing or wrong."""


class StateError(SyncError):
    """The state can't be read or written."""


class StateMoved(StateError):
    """Somebody else changed the state after the plan was made."""

    exit_code = ExitCode.NOT_REVIEWED


class StateLocked(StateError):
    """Another run holds the lease."""

    exit_code = ExitCode.LOCKED


class PlanMismatch(SyncError):
    """What would be applied is not what was reviewed."""

    exit_code = ExitCode.NOT_REVIEWED


class Refused(SyncError):
    """A limit stands in the way, or an approval is missing."""

    exit_code = ExitCode.REFUSED


class ForgeError(SyncError):
    """GitHub or GitLab answered with an error. The message holds no token."""


class ForgeUnavailable(ForgeError):
    """They are overloaded, limit our rate, or gave no answer. *wait_seconds* is how long they want us to wait."""

    def __init__(self, message: str, *, hint: str | None = None, wait_seconds: float = 0.0) -> None:
        super().__init__(message, hint=hint)
        self.wait_seconds = wait_seconds


class HubSpotError(SyncError):
    """HubSpot answered with an error, or not at all.

    *status* is the HTTP status (None where no answer came); *category* and *correlation_id* are HubSpot's own words for
    the fault and for the request, where it gave them. The message holds no token and no person's data.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        status: int | None = None,
        category: str | None = None,
        correlation_id: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.category = category
        self.correlation_id = correlation_id


class AuthenticationFailed(HubSpotError):
    """The token is missing, wrong, expired, or lacks a scope."""

    exit_code = ExitCode.AUTHENTICATION


class WrongPortal(HubSpotError):
    """The token belongs to another HubSpot account than the one the project or the state names."""

    exit_code = ExitCode.AUTHENTICATION


class DailyQuotaSpent(HubSpotError):
    """HubSpot takes no more calls today: policy DAILY, which is not worth a retry."""

    exit_code = ExitCode.PAUSED


class NotSent(HubSpotError):
    """The call was not begun, because the run is being stopped. Why it is, the run's stop switch says."""


class Paused(SyncError):
    """Stopped in time; the next run goes on."""

    exit_code = ExitCode.PAUSED


class Interrupted(SyncError):
    """SIGINT came. What was sent is recorded; the next run goes on."""

    exit_code = ExitCode.INTERRUPTED


class Terminated(Interrupted):
    """SIGTERM came. What was sent is recorded; the next run goes on."""

    exit_code = ExitCode.TERMINATED
