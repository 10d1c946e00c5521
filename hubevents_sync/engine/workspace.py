"""Where a command works: the folder, the environment, the clock, and the built-in HubSpot where it is asked for."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from hubevents_sync.model.project import DEFAULT_BASE_URL, Project, SecretReference
from hubevents_sync.model.waiting import OnWait, ignore_wait
from hubevents_sync.ports import Clock, StopSwitch


def sandbox_state(environment: str | None) -> str:
    """Where the state of what was applied to the built-in HubSpot is: each environment has one of its own."""
    return f"state/sandbox-{environment}.db" if environment else "state/sandbox.db"


def sandbox_account(environment: str | None) -> str:
    """Where the built-in HubSpot keeps its account."""
    return f"state/sandbox-account-{environment}.db" if environment else "state/sandbox-account.db"


class SystemClock:
    """The machine's own time. Its waits are over at once when *stop* is set."""

    def __init__(self, stop: StopSwitch | None = None) -> None:
        self._stop = stop or StopSwitch()

    def now_ms(self) -> int:
        """Wall time as epoch milliseconds."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._stop.wait(seconds)


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The built-in HubSpot in place of the real one. *base_url* is None where nothing is to be sent."""

    base_url: str | None = None
    token: str = "sandbox"  # noqa: S105  the built-in HubSpot takes any


def say_nothing(text: str) -> None:
    """Nobody is told."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """What every use case is given. *warn* tells somebody what they must know at once, and what does not end a run.

    *on_wait* tells them what is waited for at HubSpot.
    """

    directory: Path
    environ: Mapping[str, str]
    clock: Clock
    environment: str | None = None
    sandbox: Sandbox | None = None
    warn: Callable[[str], None] = say_nothing
    on_wait: OnWait = ignore_wait

    def retarget(self, project: Project) -> Project:
        """*project* as it is, or aimed at the built-in HubSpot with a state of its own."""
        if self.sandbox is None:
            return project
        settings = replace(
            project.hubspot,
            portal=None,
            oauth=None,
            base_url=self.sandbox.base_url or DEFAULT_BASE_URL,
            token=SecretReference(self.sandbox.token),
        )
        return replace(project, state=sandbox_state(self.environment), hubspot=settings)
