"""A HubSpot in memory, a clock that passes only where somebody sleeps, and a listener for progress."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from threading import RLock

from hubevents_sync.errors import HubSpotError
from hubevents_sync.model.event import EventKey, MarketingEvent
from hubevents_sync.model.outcome import (
    AcceptedRow,
    AttendanceAnswer,
    AttendanceCounters,
    ItemError,
    LiveParticipation,
    TokenInfo,
    UpsertAnswer,
    UpsertedEvent,
)
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.snapshot import EventSnapshot


@dataclass
class FakeClock:
    """Stands still but for sleep; *slept* are the seconds of each. *on_sleep* is told before time passes."""

    at_ms: int = 1_796_032_800_000  # 2026-11-30T10:00:00Z
    slept: list[float] = field(default_factory=list)
    on_sleep: Callable[[], None] | None = None
    _turn: RLock = field(default_factory=RLock)

    def now_ms(self) -> int:
        return self.at_ms

    def monotonic(self) -> float:
        return self.at_ms / 1000

    def sleep(self, seconds: float) -> None:
        if self.on_sleep is not None:
            self.on_sleep()
        with self._turn:
            self.slept.append(seconds)
            self.at_ms += round(seconds * 1000)


class FakeProgress:
    """Keeps how far each task came."""

    def __init__(self) -> None:
        self.totals: dict[str, int | None] = {}
        self.done: Counter[str] = Counter()
        self.finished: list[str] = []

    def start(self, task: str, total: int | None) -> None:
        self.totals[task] = total

    def advance(self, task: str, by: int = 1) -> None:
        self.done[task] += by

    def finish(self, task: str) -> None:
        self.finished.append(task)

    def still(self) -> AbstractContextManager[None]:
        return nullcontext()


@dataclass
class FakeCall:
    """One call as it came in: *name* is the port's method."""

    name: str
    key: EventKey | None = None
    state: AttendanceState | None = None
    rows: tuple[Participation, ...] = ()
    events: tuple[MarketingEvent, ...] = ()
    times: tuple[str, str] | None = None


Hook = Callable[[FakeCall], None]


def fault(status: int | None = 503, message: str = "no", *, category: str | None = None) -> HubSpotError:
    """An answer outside 2xx, or none at all where *status* is None."""
    return HubSpotError(message, status=status, category=category, correlation_id="corr-9" if status else None)


def raising(name: str, *errors: Exception) -> Hook:
    """A hook that meets the first calls of that *name* with *errors*, one each."""
    left = list(errors)

    def hook(call: FakeCall) -> None:
        if call.name == name and left:
            raise left.pop(0)

    return hook


def on(name: str, event_id: str, act: Callable[[], None]) -> Hook:
    """A hook that does *act* at each call of that name and of that event of the account CookingCo."""
    return lambda call: act() if (call.name, call.key) == (name, EventKey("CookingCo", event_id)) else None


def raise_(error: Exception) -> Callable[[], None]:
    """What a hook may do: fail."""

    def act() -> None:
        raise error

    return act


def pass_by(call: FakeCall) -> None:
    """The hook that does nothing."""


class FakeHubSpot:
    """Keeps events and rows as HubSpot does: a repeat and a dropped row are in neither list of its answer.

    *before* is called with each call before anything is kept, *after* when it is kept and the answer not yet given: a
    hook that raises is a refusal, or an answer that got lost. *dropped* are e-mails whose rows it drops in silence,
    *refused* those for which it refuses a whole batch, *wrong* those that it answers with an error of their own.
    *defined* None takes every custom property.
    """

    def __init__(self) -> None:
        self.calls: list[FakeCall] = []
        self.events: dict[EventKey, dict[str, object]] = {}
        self.completed: list[EventKey] = []
        self.rows: dict[EventKey, list[LiveParticipation]] = {}
        self.contacts: dict[str, int] = {}
        self.before: Hook = pass_by
        self.after: Hook = pass_by
        self.dropped: set[str] = set()
        self.wrong: set[str] = set()
        self.refused: set[str] = set()
        self.refusal: Callable[[], Exception] | None = None
        self.defined: set[str] | None = None
        self.counters: AttendanceCounters | None = None
        self.answer_upsert: Callable[[UpsertAnswer], UpsertAnswer] = lambda answer: answer
        self.drops_upserts = False
        self._turn = RLock()

    def names(self) -> list[str]:
        """The calls by name, in the order in which they came."""
        return [call.name for call in self.calls]

    def count(self, name: str) -> int:
        return self.names().count(name)

    def upsert_events(self, events: Sequence[MarketingEvent]) -> UpsertAnswer:
        call = self._begin(FakeCall("upsert_events", events=tuple(events)))
        with self._turn:
            parts = [] if self.drops_upserts else [self._keep(event) for event in events]
        self.after(call)
        return self.answer_upsert(UpsertAnswer(tuple(parts)))

    def put_event(self, event: MarketingEvent) -> str | None:
        call = self._begin(FakeCall("put_event", event.key, events=(event,)))
        with self._turn:
            object_id = self._keep(event).object_id
        self.after(call)
        return object_id

    def record_attendance(
        self, key: EventKey, state: AttendanceState, rows: Sequence[Participation]
    ) -> AttendanceAnswer:
        call = self._begin(FakeCall("record_attendance", key, state, tuple(rows)))
        if self.refusal is not None and any(row.email in self.refused for row in rows):
            raise self.refusal()
        with self._turn:
            accepted = [kept for row in rows if (kept := self._keep_row(key, state, row)) is not None]
        errors = tuple(
            ItemError("no such person", "VALIDATION_ERROR", emails=frozenset({row.email}))
            for row in rows
            if row.email in self.wrong and row.email is not None
        )
        self.after(call)
        return AttendanceAnswer(tuple(accepted), errors, "corr-1")

    def complete_event(self, key: EventKey, *, start: str, end: str) -> None:
        call = self._begin(FakeCall("complete_event", key, times=(start, end)))
        with self._turn:
            self.completed.append(key)
        self.after(call)

    def read_event(self, key: EventKey) -> EventSnapshot | None:
        self._begin(FakeCall("read_event", key))
        fields = self.events.get(key)
        if fields is None:
            return None
        event = MarketingEvent(key, dict(fields))  # type: ignore[arg-type]  # what was sent is what is read
        return EventSnapshot(event, is_completed=key in self.completed, object_id=self.object_id(key))

    def read_counters(self, key: EventKey) -> AttendanceCounters:
        self._begin(FakeCall("read_counters", key))
        if self.counters is not None:
            return self.counters
        latest: dict[int, LiveParticipation] = {}
        for row in self.rows.get(key, []):
            had = latest.get(row.contact_id)
            if had is None or had.occurred_at_ms < row.occurred_at_ms:
                latest[row.contact_id] = row
        states = Counter(row.state for row in latest.values())
        return AttendanceCounters(
            registered=states["REGISTERED"], attended=states["ATTENDED"], cancelled=states["CANCELLED"], no_shows=0
        )

    def read_participations(self, key: EventKey, *, contact: str | None = None) -> Iterator[LiveParticipation]:
        self._begin(FakeCall("read_participations", key))
        rows = list(self.rows.get(key, []))
        wanted = contact.lower() if contact else None
        yield from (row for row in rows if wanted is None or wanted in (row.email.lower(), str(row.contact_id)))

    def read_token_info(self) -> TokenInfo:
        self._begin(FakeCall("read_token_info"))
        return TokenInfo(1, None, frozenset())

    def object_id(self, key: EventKey) -> str:
        return str(9000 + list(self.events).index(key))

    def states_of(self, email: str, key: EventKey) -> list[str]:
        """The states of a person in the order in which they arrived."""
        return [row.state for row in self.rows.get(key, []) if row.email == email]

    def _begin(self, call: FakeCall) -> FakeCall:
        with self._turn:
            self.calls.append(call)
        self.before(call)
        return call

    def _keep(self, event: MarketingEvent) -> UpsertedEvent:
        sent = event.fields.get("customProperties", {})
        properties = dict(sent) if not isinstance(sent, str | bool) else {}
        kept = {name: text for name, text in properties.items() if self.defined is None or name in self.defined}
        had = self.events.get(event.key, {})
        before = had.get("customProperties", {})
        self.events[event.key] = {**had, **event.fields, "customProperties": {**before, **kept}}  # type: ignore[dict-item]  # a mapping
        return UpsertedEvent(event.name, event.key.external_event_id, self.object_id(event.key), kept)

    def _keep_row(self, key: EventKey, state: AttendanceState, row: Participation) -> AcceptedRow | None:
        if row.email in self.dropped or row.email in self.wrong:
            return None
        contact_id = row.contact_id or self.contacts.setdefault((row.email or "").lower(), 5000 + len(self.contacts))
        rows = self.rows.setdefault(key, [])
        if any((had.contact_id, had.occurred_at_ms) == (contact_id, row.occurred_at_ms) for had in rows):
            return None
        rows.append(LiveParticipation(contact_id, row.email or "", state.value, row.occurred_at_ms, row.occurred_at_ms))
        return AcceptedRow(contact_id, row.email)
