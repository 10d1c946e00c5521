"""What the use cases need from outside: time, HubSpot, a journal, a listener for progress, and a stop switch."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from threading import Event
from typing import TYPE_CHECKING, Protocol

from hubevents_sync.errors import SyncError
from hubevents_sync.model.app_settings import AppSettings
from hubevents_sync.model.event import EventKey, MarketingEvent
from hubevents_sync.model.outcome import (
    AttendanceAnswer,
    AttendanceCounters,
    LiveParticipation,
    Outcome,
    RowResult,
    TokenInfo,
    UpsertAnswer,
)
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.record import RecordedRow
from hubevents_sync.model.snapshot import EventSnapshot, RecordedEvent

if TYPE_CHECKING:
    from hubevents_sync.model.observation import ListedEvent


class Clock(Protocol):
    """The only source of time. Tests bring one of their own, so that no test sleeps."""

    def now_ms(self) -> int:
        """Wall time as epoch milliseconds."""

    def monotonic(self) -> float:
        """Seconds that never go back, from an arbitrary start."""

    def sleep(self, seconds: float) -> None:
        """Wait. The clock of a run that can be stopped raises NotSent where the run is stopped before the wait ends."""


class CallGate(Protocol):
    """What every request passes: it says whether one may still begin, and learns how they end. Safe between threads."""

    def enter(self) -> None:
        """A request is about to begin. Raises NotSent where the run is being stopped, or it could not end in time."""

    def note_answer(self, seconds: float) -> None:
        """HubSpot answered, whatever it said, after *seconds*."""

    def note_loss(self, error: SyncError) -> None:
        """A request got no answer, however often it was tried: *error* says so."""

    def seconds_left(self) -> float | None:
        """How long a request may take; None where nothing limits it."""


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


class EventCatalogue(Protocol):
    """What an import asks HubSpot besides: which events there are. Sends nothing but GET."""

    def list_events(self) -> "Iterator[ListedEvent]":
        """All events of the account, page by page."""

    def find_keys(self, external_event_id: str) -> list[EventKey]:
        """The keys of this app's events of that id, one an account; HubSpot finds a new one after minutes only."""


class SettingsApi(Protocol):
    """The calls about an app's settings. Each may raise a HubSpotError."""

    def read(self, app_id: int) -> AppSettings | None:
        """The app's settings; None where it has none."""

    def write(self, settings: AppSettings) -> None:
        """Put *settings* in the place of those that the app has. A repeat changes nothing."""


class SettingsJournal(Protocol):
    """Where an apply writes what it is about to do to an app's settings, and what came of it."""

    def intend_settings(self, settings: AppSettings) -> int:
        """*settings* are about to be made the app's; the id of the call."""

    def record_settings(self, call_id: int, settings: AppSettings) -> None:
        """HubSpot has *settings* now."""

    def fail_settings(
        self, call_id: int, error: str, *, status: int | None = None, correlation_id: str | None = None
    ) -> None:
        """The call came to nothing, or nobody knows what it came to: they are planned again."""


class Progress(Protocol):
    """Told about work as it goes on. Called from several threads."""

    def start(self, task: str, total: int | None) -> None:
        """*task* begins; it has *total* parts, or takes a time that nobody can count where that is None."""

    def advance(self, task: str, by: int = 1) -> None:
        """*by* more parts of *task* are done."""

    def finish(self, task: str) -> None:
        """*task* is over, done or not."""

    def still(self) -> AbstractContextManager[None]:
        """Inside, no thread of it runs, so that the process may be copied."""


class Journal(Protocol):
    """Where an apply writes what it is about to do, and what came of it. Each method is one durable commit.

    Safe to call from several threads at once. Any of them raises StateMoved once another run has taken the lease.
    """

    def read_event(self, key: EventKey) -> RecordedEvent | None:
        """What is on record of the event, rows included."""

    def read_leftovers(self, key: EventKey) -> Sequence[RecordedRow]:
        """The event's rows that HubSpot is not known to have, in the order of person and time."""

    def intend_upsert(self, events: Sequence[MarketingEvent]) -> int:
        """*events* are about to be upserted; the id of the call."""

    def record_upsert(
        self,
        call_id: int,
        confirmed: Sequence[tuple[MarketingEvent, str | None]],
        failed: Sequence[EventKey] = (),
    ) -> None:
        """HubSpot has the *confirmed* ones, each with its object id where known, and not the *failed* ones."""

    def intend_attendance(
        self,
        key: EventKey,
        round: int,  # noqa: A002  the plan's word for it
        state: AttendanceState,
        rows: Sequence[Participation],
    ) -> int:
        """*rows* are about to be sent; the id of the call."""

    def record_attendance(self, call_id: int, results: Sequence[RowResult], *, may_wait: bool = False) -> None:
        """What became of the rows of the call. What *may_wait* is committed with whatever is put on record next."""

    def record_unsent(self, key: EventKey, rows: Sequence[Participation]) -> None:
        """*rows* had their turn and were left out, for an earlier fault: a retry is to find them."""

    def intend_completion(self, key: EventKey) -> int:
        """The event is about to be completed; the id of the call."""

    def record_completion(self, call_id: int, plan_digest: str, approved_by: str) -> None:
        """HubSpot has completed the event."""

    def fail_call(
        self,
        call_id: int,
        error: str,
        *,
        outcome: Outcome,
        status: int | None = None,
        correlation_id: str | None = None,
    ) -> None:
        """The call came to nothing, or nobody knows what it came to: *outcome* is that of its rows."""


class StopSwitch:
    """Stops a run early, for everybody who works on it: at a signal, or a fault after which no call makes sense.

    Once it is set, no new call begins; calls under way are finished and recorded.
    """

    def __init__(self) -> None:
        self._event = Event()
        self.reason: SyncError | None = None

    def set(self, reason: SyncError | None = None) -> None:
        """Stop. The first *reason* given is kept."""
        if self.reason is None:
            self.reason = reason
        self._event.set()

    @property
    def is_set(self) -> bool:
        """Begin nothing new."""
        return self._event.is_set()

    def wait(self, seconds: float) -> None:
        """Wait for as long, or until it is set."""
        self._event.wait(seconds)
