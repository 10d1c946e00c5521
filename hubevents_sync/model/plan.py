"""What a plan says: per event the fields that change, the rows to send, the completion; over all, what it costs.

An ``EventPlan`` holds the rows and lives as long as its event is being worked on. An ``EventSummary`` holds counts and
a digest instead of rows; the ``Plan`` of a million rows is made of these. What a summary has several of are tuples:
of 10,000 events they travel between processes, and a dataclass takes twice as long to be packed and unpacked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from hubevents_sync.model.app_settings import SettingsChange
from hubevents_sync.model.event import EventKey, FieldValue, MarketingEvent
from hubevents_sync.model.finding import Position
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.participation import AttendanceState, Participation


@dataclass(frozen=True, slots=True)
class Allowance:
    """A limit raised by hand: *limit* up to *count*, for *event* (an externalEventId) or, without one, for the plan."""

    limit: str
    count: int
    event: str | None = None


class EventAction(StrEnum):
    """What happens to the event itself."""

    CREATE = "create"
    UPDATE = "update"
    NONE = "none"


class AddressKind(StrEnum):
    """How a row names its person on the wire. By e-mail HubSpot creates contacts that it does not know."""

    EMAIL = "email"
    CONTACT_ID = "contact-id"


class FieldChange(NamedTuple):
    """One field, or one custom property (``customProperties.NAME``), before and after; None where there is none."""

    path: str
    before: FieldValue | None
    after: FieldValue | None


class PlannedRow(NamedTuple):
    """A row to send. *round* counts from 1: the k-th interaction of a person, in the order of time, goes in round k.

    A tuple for the reason that a Participation is one.
    """

    row: Participation
    round: int
    is_held: bool = False
    is_removal: bool = False

    @property
    def address_kind(self) -> AddressKind:
        """By e-mail where the roster names one."""
        return AddressKind.EMAIL if self.row.email is not None else AddressKind.CONTACT_ID


@dataclass(frozen=True, slots=True)
class CompletionStep:
    """Complete the event. *start* and *end* go with the call; *due_at_ms* is the earliest moment for it."""

    start: str
    end: str
    due_at_ms: int
    is_due: bool


class RowCount(NamedTuple):
    """How many rows of one round, state and kind of address there are to send: *ready* now, *held* for later."""

    round: int
    state: AttendanceState
    address_kind: AddressKind
    ready: int
    held: int


class RowSample(NamedTuple):
    """One row to show: where it stands, and what happened when. Nobody's data."""

    file: str
    line: int
    state: AttendanceState
    occurred_at_ms: int
    is_held: bool


class DayCount(NamedTuple):
    """How many *rows* to send, now or later, are of one state and one day of UTC. *day* counts from 1970-01-01."""

    day: int
    state: AttendanceState
    rows: int


class DomainCount(NamedTuple):
    """People by the domain of their e-mail. Domains of few people are counted together, under "": one of them alone
    could tell who it is. *left* is known only where both sides of the comparison are files.
    """

    domain: str
    joined: int = 0
    changed: int = 0
    left: int = 0


class RosterReview(NamedTuple):
    """What happens to the roster of an event: *joined* are people who are new on it, *changed* those who were on it and
    whose last word is another now. Who left is counted by the summary itself.
    """

    joined: int = 0
    changed: int = 0
    domains: tuple[DomainCount, ...] = ()


class PlanBasis(StrEnum):
    """What the desired files were compared with."""

    STATE = "state"
    LOCK_FILE = "lock-file"
    COMMIT = "commit"


@dataclass(frozen=True, slots=True)
class RequestCount:
    """How many calls an event or a plan takes, by kind. Look-ups after silent answers come on top."""

    upserts: int = 0
    attendance: int = 0
    completions: int = 0
    reads: int = 0
    settings: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.upserts + self.attendance + self.completions + self.reads + self.settings


@dataclass(frozen=True, slots=True)
class EventPlan:
    """All that one event needs, rows included, in the order: the event, its rows by round, its completion."""

    event: MarketingEvent
    action: EventAction
    field_changes: tuple[FieldChange, ...] = ()
    rows: Sequence[PlannedRow] = ()
    completion: CompletionStep | None = None


@dataclass(frozen=True, slots=True)
class EventSummary:
    """An event's plan in counts.

    *digest* stands for every step, held ones included, with the clock left out. *people* is the size of the desired
    roster, *recorded_people* counts those on record who have not cancelled; *left* counts who is on record and no
    longer desired, *removals* how many of these will be cancelled. *new_contacts_at_most* counts the people who are
    sent by e-mail and whom HubSpot has not confirmed before. *leftovers* counts rows of earlier runs that HubSpot did
    not confirm. *samples*, *review* and *days* are for reading only.
    """

    key: EventKey
    name: str
    position: Position
    action: EventAction
    digest: str
    field_changes: tuple[FieldChange, ...] = ()
    row_counts: tuple[RowCount, ...] = ()
    completion: CompletionStep | None = None
    next_due_ms: int | None = None
    people: int = 0
    recorded_people: int = 0
    left: int = 0
    removals: int = 0
    new_contacts_at_most: int = 0
    leftovers: Mapping[Outcome, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    samples: tuple[RowSample, ...] = ()
    review: RosterReview = RosterReview()  # noqa: RUF009  a value
    days: tuple[DayCount, ...] = ()

    @property
    def rows_ready(self) -> int:
        """Rows to send now."""
        return sum(count.ready for count in self.row_counts)

    @property
    def rows_held(self) -> int:
        """Rows that are not due yet."""
        return sum(count.held for count in self.row_counts)

    @property
    def is_empty(self) -> bool:
        """Nothing to do, now or later."""
        return self.action is EventAction.NONE and not self.row_counts and self.completion is None

    @property
    def is_held(self) -> bool:
        """Something to do, but nothing of it now."""
        return not self.is_empty and not self.has_work_now

    @property
    def has_work_now(self) -> bool:
        """At least one step is due."""
        completes_now = self.completion is not None and self.completion.is_due
        return self.action is not EventAction.NONE or self.rows_ready > 0 or completes_now


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the steps that are due cost. *daily_quota* is that of HubSpot's smallest tier, which every account has."""

    requests: RequestCount = RequestCount()
    seconds: float = 0.0
    daily_quota: int = 250_000
    new_contacts_at_most: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan. *events* are sorted by key and hold the unchanged ones too.

    *left_out* are those that ``--event`` left out. *forgotten* are recorded events that the files no longer name:
    HubSpot keeps them, and so does the record until somebody says ``forget``. *open_ends* say, by event, what earlier
    runs left open, or what became of it just now; an event may be in no file any more. With *is_retry* it has only what
    earlier runs left over. *lineage* and *serial* say which state it was made against (None and 0 where there was
    none).

    *files_digest* stands for the bytes of all files that it was made of. *basis* says what they were compared with, and
    *base* which commit that was; *unknowns* say what such a comparison can't tell. *shared_people* counts who joins
    several events with this plan. *settings* is how the app's settings change, None where they don't.
    """

    digest: str
    events: tuple[EventSummary, ...] = ()
    estimate: Estimate = Estimate()
    environment: str | None = None
    portal: int | None = None
    lineage: str | None = None
    serial: int = 0
    forgotten: tuple[EventKey, ...] = ()
    left_out: tuple[EventKey, ...] = ()
    open_ends: Mapping[EventKey, tuple[str, ...]] = field(default_factory=dict)
    is_retry: bool = False
    files_digest: str | None = None
    basis: PlanBasis = PlanBasis.STATE
    base: str | None = None
    unknowns: tuple[str, ...] = ()
    shared_people: int = 0
    settings: SettingsChange | None = None

    @property
    def changes_settings(self) -> bool:
        """The app's settings are a step of it."""
        return self.settings is not None and not self.settings.is_left_out

    @property
    def is_empty(self) -> bool:
        """Nothing to do, now or later."""
        return not self.changes_settings and all(event.is_empty for event in self.events)

    @property
    def has_work_now(self) -> bool:
        """At least one step is due."""
        return self.changes_settings or any(event.has_work_now for event in self.events)
