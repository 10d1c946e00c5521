"""Real state files in a folder of the test's own, and builders of what goes into them."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from hubevents_sync.model.event import EventKey, MarketingEvent
from hubevents_sync.model.outcome import Outcome, RowResult
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.run import Actor, Run
from hubevents_sync.state.store import ReadOnlyState, open_for_reading, open_for_writing
from hubevents_sync.state.writing import State

NOON_MS = 1_796_040_000_000


@dataclass
class SetClock:
    """A clock that stands still until it is set."""

    at_ms: int = NOON_MS

    def now_ms(self) -> int:
        return self.at_ms

    def monotonic(self) -> float:
        return self.at_ms / 1000

    def sleep(self, seconds: float) -> None:
        self.at_ms += round(seconds * 1000)


@dataclass(frozen=True)
class Bench:
    """A place for a state, a clock, and the ways into the state."""

    location: Path
    clock: SetClock

    def actor(self, user: str = "ana", host: str = "ci-17") -> Actor:
        return Actor(user=user, host=host, pid=os.getpid())

    def write(
        self,
        *,
        run_id: str = "7f3c",
        environ: dict[str, str] | None = None,
        environment: str | None = None,
        portal: int | None = None,
        actor: Actor | None = None,
    ) -> AbstractContextManager[State]:
        return open_for_writing(
            self.location,
            environ=environ or {},
            clock=self.clock,
            actor=actor or self.actor(),
            environment=environment,
            portal=portal,
            command="apply",
            run_id=run_id,
        )

    def read(self, environ: dict[str, str] | None = None) -> ReadOnlyState:
        state = open_for_reading(self.location, environ=environ or {})
        assert state is not None
        return state

    def run(self, run_id: str = "7f3c") -> Run:
        return Run(id=run_id, actor=self.actor(), started_at_ms=self.clock.now_ms(), plan_digest="abc")

    def key(self, event_id: str = "launch", account: str = "CookingCo") -> EventKey:
        return EventKey(account, event_id)

    def event(self, event_id: str = "launch", **fields: str) -> MarketingEvent:
        return MarketingEvent(self.key(event_id), {"eventName": f"The {event_id}", **fields})

    def row(
        self, number: int, *, state: AttendanceState = AttendanceState.REGISTERED, at_ms: int = 1_000
    ) -> Participation:
        return Participation(
            person=number.to_bytes(16, "big"), state=state, occurred_at_ms=at_ms, file="rosters/launch.csv", line=number
        )

    def apply(self, state: State, rows: list[Participation], event_id: str = "launch") -> None:
        """Record the event and *rows* as confirmed, in a run of their own."""
        call = state.intend_upsert([self.event(event_id)])
        state.record_upsert(call, [(self.event(event_id), "991")])
        call = state.intend_attendance(self.key(event_id), 1, AttendanceState.REGISTERED, rows)
        state.record_attendance(call, [RowResult(row, Outcome.CONFIRMED) for row in rows])


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "state" / "hubevents.db", SetClock())


@pytest.fixture
def files_of() -> Callable[[Path], dict[str, bytes]]:
    """All files below a folder, by name, with their bytes."""

    def look(folder: Path) -> dict[str, bytes]:
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    return look
