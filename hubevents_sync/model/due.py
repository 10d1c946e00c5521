"""What is due of a plan, and what falls due when."""

from collections.abc import Mapping
from dataclasses import dataclass

from hubevents_sync.model.event import EventKey
from hubevents_sync.model.participation import AttendanceState
from hubevents_sync.model.plan import EventAction


@dataclass(frozen=True, slots=True)
class DueEvent:
    """What an apply would do to one event now."""

    key: EventKey
    action: EventAction
    rows: Mapping[AttendanceState, int]
    completes: bool


@dataclass(frozen=True, slots=True)
class HeldStep:
    """What of one event waits: so many *rows*, the first of which falls due at *due_at_ms*, or its completion."""

    key: EventKey
    due_at_ms: int
    rows: int = 0
    completes: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """What is due *now*, sorted by key, and what is *held*, in the order in which it falls due."""

    plan_digest: str
    environment: str | None = None
    portal: int | None = None
    changes_settings: bool = False
    now: tuple[DueEvent, ...] = ()
    held: tuple[HeldStep, ...] = ()

    @property
    def is_something(self) -> bool:
        """An apply would have something to do."""
        return self.changes_settings or bool(self.now)

    @property
    def next_due_ms(self) -> int | None:
        """When the first held step falls due."""
        return self.held[0].due_at_ms if self.held else None
