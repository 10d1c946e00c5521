"""What the use cases need from outside: time, HubSpot, and somebody to tell about progress."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from hubevents_sync.model.event import EventKey, MarketingEvent
from hubevents_sync.model.outcome import (
    AttendanceAnswer,
    AttendanceCounters,
    LiveParticipation,
    TokenInfo,
    UpsertAnswer,
)
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.snapshot import EventSnapshot


class Clock(Protocol):
    """The only source of time. Tests bring one of their own, so that no test sleeps."""

    def now_ms(self) -> int:
        """Wall time as epoch milliseconds."""

    def monotonic(self) -> float:
        """Seconds that never go back, from an arbitrary start."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class HubSpot(Protocol):
    """The calls of the marketing-events API that an apply needs. Each may raise a HubSpotError.

    Safe to call from several threads at once. ``read_…`` sends nothing but GET (the token's own look-up excepted,
    which HubSpot takes as a POST).
    """

    def upsert_events(self, events: Sequence[MarketingEvent]) -> UpsertAnswer:
        """Create or update *events* by their keys, in one batch."""

    def put_event(self, event: MarketingEvent) -> str | None:
        """Create or update one event; its object id, where HubSpot tells it."""

    def record_attendance(
        self, key: EventKey, state: AttendanceState, rows: Sequence[Participation]
    ) -> AttendanceAnswer:
        """Record *rows*, all of *state* and all by e-mail or all by contact id, in one batch."""

    def complete_event(self, key: EventKey, *, start: str, end: str) -> None:
        """Mark the event complete. It can't be undone; never repeat it blind."""

    def read_event(self, key: EventKey) -> EventSnapshot | None:
        """The event's fields as HubSpot has them (no participations); None where this app has no such event."""

    def read_counters(self, key: EventKey) -> AttendanceCounters:
        """The event's counters. They may lag behind what was just written."""

    def read_participations(self, key: EventKey, *, contact: str | None = None) -> Iterator[LiveParticipation]:
        """The event's participation rows, page by page; *contact* (an id or an e-mail) narrows them to one person."""

    def read_token_info(self) -> TokenInfo:
        """Whom the token belongs to."""


class Progress(Protocol):
    """Told about work as it goes on. Called from several threads."""

    def start(self, task: str, total: int) -> None:
        """*task* begins; it has *total* parts."""

    def advance(self, task: str, by: int = 1) -> None:
        """*by* more parts of *task* are done."""

    def finish(self, task: str) -> None:
        """*task* is over, done or not."""
