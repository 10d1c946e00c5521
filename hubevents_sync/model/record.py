"""What the state tells about itself: its header, its lease, its journal, and rows with what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from hubevents_sync.model.event import EventKey
from hubevents_sync.model.outcome import Outcome, Rejection, RowResult
from hubevents_sync.model.participation import AttendanceState, Participation
from hubevents_sync.model.snapshot import EventSnapshot


class CallKind(StrEnum):
    """What a journalled call asks HubSpot to do."""

    UPSERT = "upsert"
    RECORD = "record"
    COMPLETE = "complete"
    SETTINGS = "settings"


class CallResult(StrEnum):
    """How a journalled call ended. One that has no result was cut off: whether HubSpot got it is not known."""

    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class StateHeader:
    """Which state it is. *lineage* never changes; *serial* goes up by one with each run that changes anything.

    *has_own_key* says that the key that hashes people lies in the state; else it comes from the environment.
    """

    format_version: int
    lineage: str
    serial: int
    environment: str | None
    portal: int | None
    identity_fingerprint: str
    has_own_key: bool


@dataclass(frozen=True, slots=True)
class Lease:
    """Who may write to the state, and until when. A higher *epoch* has put an end to every lower one."""

    user: str
    host: str
    pid: int
    command: str
    run_id: str
    ci_url: str | None
    epoch: int
    heartbeat_at_ms: int
    expires_at_ms: int


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A call: committed as an intent before it was sent, and with its result after. *keys* are the events it is about.

    *round*, *state* and *row_count* belong to RECORD. *error* holds nobody's data.
    """

    id: int
    run_id: str
    kind: CallKind
    keys: tuple[EventKey, ...]
    intended_at_ms: int
    round: int | None = None
    state: AttendanceState | None = None
    row_count: int = 0
    finished_at_ms: int | None = None
    result: CallResult | None = None
    error: str | None = None
    status: int | None = None
    correlation_id: str | None = None


@dataclass(frozen=True, slots=True)
class RecordedRow:
    """A participation in the state, confirmed or not. *call_id* is the journal's entry that last spoke of it."""

    key: EventKey
    row: Participation
    outcome: Outcome
    rejection: Rejection | None = None
    call_id: int | None = None


@dataclass(frozen=True, slots=True)
class CompletionRecord:
    """What is known of an event's completion.

    *is_intended* without *completed_at_ms* means that the call was sent and its answer never came: read
    ``eventCompleted`` back before anything else.
    """

    is_intended: bool = False
    completed_at_ms: int | None = None
    plan_digest: str | None = None
    approved_by: str | None = None


@dataclass(frozen=True, slots=True)
class EventOverview:
    """An event in counts. *people* are those with at least one confirmed row.

    *rows* counts confirmed rows by state, *leftovers* the others by outcome.
    """

    key: EventKey
    name: str
    object_id: str | None
    is_confirmed: bool
    is_completed: bool
    is_completion_intended: bool
    people: int
    updated_at_ms: int
    rows: Mapping[AttendanceState, int] = field(default_factory=dict)
    leftovers: Mapping[Outcome, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenEnd:
    """What earlier runs left open of one event: sent, and never known to have arrived.

    *rows* are those that no plan sends again as they were. *is_upsert_open* and *is_completion_open* say that a call of
    that kind never was answered.
    """

    key: EventKey
    rows: tuple[RecordedRow, ...] = ()
    is_upsert_open: bool = False
    is_completion_open: bool = False

    @property
    def is_empty(self) -> bool:
        """Nothing of it is open."""
        return not self.rows and not self.is_upsert_open and not self.is_completion_open

    @property
    def needs_look(self) -> bool:
        """HubSpot has to be asked. A row that it refused, or that was never sent, is not there."""
        is_row_open = any(row.outcome in (Outcome.INTENDED, Outcome.UNCONFIRMED) for row in self.rows)
        return is_row_open or self.is_upsert_open or self.is_completion_open


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of an open end: *live* is the event as HubSpot has it, None where it has none, or was not asked.

    *found* are the rows that HubSpot shows, *dropped* those that it does not.
    """

    end: OpenEnd
    live: EventSnapshot | None = None
    found: tuple[RowResult, ...] = ()
    dropped: tuple[Participation, ...] = ()
