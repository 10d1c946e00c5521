"""Look at HubSpot for events that are on record, and say how each differs. Sends nothing but GET."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hubevents_sync.engine.access.connect import SURVEY_SECONDS, CountedHubSpot, check_portal
from hubevents_sync.engine.applying.stopping import RunGate
from hubevents_sync.engine.desired.reading import find_events, identifier
from hubevents_sync.engine.keeping.recorded import reading_state
from hubevents_sync.engine.keeping.records import read_settings
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import AuthenticationFailed, DailyQuotaSpent, HubSpotError, NotSent, StateError, WrongPortal
from hubevents_sync.hubspot.client import HubSpotClient
from hubevents_sync.hubspot.opening import open_hubspot
from hubevents_sync.live.recorded import Identify
from hubevents_sync.live.survey import read_overview, read_rows
from hubevents_sync.live.verify import PATIENCE_SECONDS, POLLS_AT_SECONDS
from hubevents_sync.model.drift import EventDrift, LiveEvent
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.participation import Participation
from hubevents_sync.model.project import Project
from hubevents_sync.model.record import Lease, OpenEnd, StateHeader
from hubevents_sync.model.snapshot import RecordedEvent
from hubevents_sync.plan.drift import find_drift, needs_rows
from hubevents_sync.ports import Clock, Progress, StopSwitch

if TYPE_CHECKING:
    from hubevents_sync.state.store import ReadOnlyState

# So many rows of the record are held at once, or those of one event where it has more: the state is not kept open while
# HubSpot is asked, for a writer would have to wait as long.
ROWS_AT_ONCE = 50_000
EVENTS_AT_ONCE = 200
_ENDS_THE_LOOK = (AuthenticationFailed, WrongPortal, DailyQuotaSpent, NotSent)
TASK = "events"


@dataclass(frozen=True, slots=True)
class Record:
    """What is on record of one event: confirmed, left over, and left open."""

    recorded: RecordedEvent
    leftovers: tuple[Participation, ...] = ()
    open_end: OpenEnd | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """What there is to look for: the *keys* that were asked for, and those *left_out*. *holder* is who writes now."""

    project: Project
    header: StateHeader
    identify: Identify
    keys: tuple[EventKey, ...]
    left_out: tuple[EventKey, ...]
    last_sent_ms: int | None
    holder: Lease | None


def read_contents(workspace: Workspace, only: Sequence[str]) -> Contents:
    """The recorded events that *only* names, or all. Raises StateError where there is no state."""
    project = read_settings(workspace)
    with _existing_state(workspace, project) as state:
        known = state.keys()
        chosen = {key for name in only for key in find_events(known, name)} or set(known)
        return Contents(
            project,
            state.header,
            identifier(state.identity),
            tuple(key for key in known if key in chosen),
            tuple(key for key in known if key not in chosen),
            state.last_intent_ms(),
            state.lease,
        )


@contextmanager
def _existing_state(workspace: Workspace, project: Project) -> "Iterator[ReadOnlyState]":
    with reading_state(workspace, project) as state:
        if state is None:
            raise StateError(f"there is no state at {project.state}", hint="apply makes it, and import does")
        yield state


@contextmanager
def looking(workspace: Workspace, project: Project, *, of_state: int | None) -> Iterator[tuple[HubSpotClient, RunGate]]:
    """HubSpot over a connection that sends nothing but GET, of the account that the project and the state name."""
    stop = StopSwitch()
    gate = RunGate(workspace.clock, stop)
    settings = project.hubspot
    client = open_hubspot(
        settings,
        environ=workspace.environ,
        clock=gate,
        gate=gate,
        read_only=True,
        warn=workspace.warn,
        tell=workspace.on_wait,
        patience_seconds=SURVEY_SECONDS,
    )
    with client as hubspot:
        try:
            check_portal(hubspot, settings, of_state=of_state)
            yield hubspot, gate
        except NotSent as error:
            raise stop.reason or error from error


def survey_events(
    workspace: Workspace, contents: Contents, hubspot: CountedHubSpot, clock: Clock, progress: Progress, *, deep: bool
) -> Iterator[tuple[Record, EventDrift]]:
    """Each event of *contents* with what HubSpot shows of it. One that can't be read now has an error.

    Raises what makes every further look useless: a refused token, a spent quota, a network that is gone.
    """
    surveyor = _Surveyor(hubspot, clock, contents, deep=deep)
    progress.start(TASK, len(contents.keys))
    try:
        for record in _read_records(workspace, contents):
            yield record, surveyor.look_at(record)
            progress.advance(TASK)
    finally:
        progress.finish(TASK)


def _read_records(workspace: Workspace, contents: Contents) -> Iterator[Record]:
    """The records of all events, a bounded part of them at a time. One that was forgotten meanwhile is passed over."""
    left = list(contents.keys)
    while left:
        part: list[Record] = []
        with _existing_state(workspace, contents.project) as state:
            ends = {end.key: end for end in state.open_ends()}
            while left and len(part) < EVENTS_AT_ONCE and _count_rows(part) < ROWS_AT_ONCE:
                key = left.pop(0)
                recorded = state.read_event(key)
                if recorded is not None:
                    rows = state.read_leftovers(key) if recorded.leftovers else ()
                    part.append(Record(recorded, tuple(each.row for each in rows), ends.get(key)))
        yield from part


def _count_rows(records: Iterable[Record]) -> int:
    return sum(len(record.recorded.snapshot.participations) for record in records)


class _Surveyor:
    """Looks at one event at a time; where it differs and something was sent a moment ago, again a little later."""

    def __init__(self, hubspot: CountedHubSpot, clock: Clock, contents: Contents, *, deep: bool) -> None:
        self._hubspot = hubspot
        self._clock = clock
        self._identify = contents.identify
        self._last_sent_ms = contents.last_sent_ms
        self._is_deep = deep

    def look_at(self, record: Record) -> EventDrift:
        try:
            return self._look_patiently(lambda: self._look_once(record))
        except _ENDS_THE_LOOK:
            raise
        except HubSpotError as error:
            event = record.recorded.snapshot.event
            return EventDrift(event.key, event.name, error=error.message)

    def _look_patiently(self, look: Callable[[], EventDrift]) -> EventDrift:
        """HubSpot shows what it took after about a second: what was sent that recently is looked for again."""
        patience_seconds, began = self._patience_seconds(), self._clock.monotonic()
        drift = look()
        for poll_at in POLLS_AT_SECONDS[1:]:
            if not drift.has_drift or poll_at > patience_seconds:
                break
            delay_seconds = began + poll_at - self._clock.monotonic()
            if delay_seconds > 0:
                self._clock.sleep(delay_seconds)
            drift = look()
        return drift

    def _look_once(self, record: Record) -> EventDrift:
        key = record.recorded.snapshot.event.key
        now_ms = self._clock.now_ms()
        live = read_overview(self._hubspot, key)
        wants_rows = self._is_deep and live.snapshot is not None
        if wants_rows or needs_rows(record.recorded, live, now_ms=now_ms):
            live = replace(live, rows=read_rows(self._hubspot, key, self._identify))
        return self._compare(record, live, now_ms)

    def _compare(self, record: Record, live: LiveEvent, now_ms: int) -> EventDrift:
        return find_drift(record.recorded, live, leftovers=record.leftovers, open_end=record.open_end, now_ms=now_ms)

    def _patience_seconds(self) -> float:
        if self._last_sent_ms is None:
            return 0.0
        ago_seconds = (self._clock.now_ms() - self._last_sent_ms) / 1000
        return max(0.0, PATIENCE_SECONDS - ago_seconds) if ago_seconds >= 0 else PATIENCE_SECONDS
