"""What HubSpot shows of recorded events, and where that is not what is on record."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from hubevents_sync.model.event import EventKey
from hubevents_sync.model.outcome import AttendanceCounters
from hubevents_sync.model.participation import Participation, PersonId
from hubevents_sync.model.plan import FieldChange
from hubevents_sync.model.snapshot import EventSnapshot

NO_SHOW = "NO_SHOW"
NOBODY = AttendanceCounters(0, 0, 0, 0)


class LiveRow(NamedTuple):
    """A participation that HubSpot shows, without the e-mail: *people* are the hashes that its contact may be known by.

    *state* is HubSpot's word: also NO_SHOW, EMPTY, or nothing. One contact can have several rows of one event.
    """

    contact_id: int
    state: str
    occurred_at_ms: int
    created_at_ms: int
    people: tuple[PersonId, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """An event as HubSpot shows it: *snapshot* is None where it shows none, *rows* where they are not read.

    *rows* may be read while they are gone through, once.
    """

    snapshot: EventSnapshot | None
    counters: AttendanceCounters | None = None
    rows: Iterable[LiveRow] | None = None


@dataclass(frozen=True, slots=True)
class RowChange:
    """A person whose latest word is *row* on record, and *live* at HubSpot."""

    row: Participation
    live: LiveRow


@dataclass(frozen=True, slots=True)
class PeopleDrift:
    """What a look at all rows of an event shows.

    *missing* are the people of whom HubSpot shows nothing, by their latest row on record; *unrecorded* the contacts of
    whom the record has nothing, by their newest row at HubSpot. *no_shows* counts registrations that HubSpot turned
    into no-shows after the end, which is no drift; *unclear* people of whom it shows rows without a state. *left_over*
    counts rows that it shows and no earlier run could confirm. *contacts* are the contact ids of people on record.
    """

    missing: tuple[Participation, ...] = ()
    changed: tuple[RowChange, ...] = ()
    unrecorded: tuple[LiveRow, ...] = ()
    no_shows: int = 0
    unclear: int = 0
    left_over: tuple[Participation, ...] = ()
    contacts: Mapping[PersonId, int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """All people are at HubSpot as they are on record, and nobody else is."""
        return not (self.missing or self.changed or self.unrecorded)


@dataclass(frozen=True, slots=True)
class EventDrift:
    """How one event differs at HubSpot from what is on record.

    *fields* go from recorded to live. *is_completed_elsewhere*: complete at HubSpot, and not by a run on record.
    *is_reopened*: on record as complete, and not so at HubSpot. *recorded_counters* are the people on record by their
    latest state. *people* is None where their rows were not read: the counters agreed. *error* says why the event could
    not be looked at; nothing is known of it then. *live* is the event itself as HubSpot has it.
    """

    key: EventKey
    name: str
    is_missing: bool = False
    fields: tuple[FieldChange, ...] = ()
    is_completed_elsewhere: bool = False
    is_reopened: bool = False
    recorded_counters: AttendanceCounters = NOBODY
    live_counters: AttendanceCounters | None = None
    people: PeopleDrift | None = None
    no_shows: int = 0
    notes: tuple[str, ...] = ()
    error: str | None = None
    live: EventSnapshot | None = None

    @property
    def has_drift(self) -> bool:
        """HubSpot has it otherwise than the record says."""
        is_otherwise = self.is_missing or self.is_completed_elsewhere or self.is_reopened or bool(self.fields)
        return is_otherwise or (self.people is not None and not self.people.is_empty)


@dataclass(frozen=True, slots=True)
class Drift:
    """What a look at HubSpot showed, event by event. *is_deep*: the rows of all were read."""

    events: tuple[EventDrift, ...]
    left_out: tuple[EventKey, ...] = ()
    environment: str | None = None
    timezone: str | None = None
    is_deep: bool = False
    requests: int = 0
    notes: tuple[str, ...] = ()

    @property
    def has_drift(self) -> bool:
        """Some event has it otherwise."""
        return any(event.has_drift for event in self.events)

    @property
    def has_errors(self) -> bool:
        """Some event could not be looked at."""
        return any(event.error is not None for event in self.events)
