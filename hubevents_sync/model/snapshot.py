"""An event and its participations as desired, recorded or live at HubSpot: one shape, so that one diff serves all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hubevents_sync.model.event import CompletionPolicy, MarketingEvent, RemovalPolicy
from hubevents_sync.model.finding import Position
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.participation import Participation


@dataclass(frozen=True, slots=True)
class EventSnapshot:
    """One event with its people. Of *participations* no two have the same person and time.

    *is_completed* says that HubSpot calculated the event's metrics, which can't be undone. *object_id* is HubSpot's
    CRM id, where it is known.
    """

    event: MarketingEvent
    participations: Sequence[Participation] = ()
    is_completed: bool = False
    object_id: str | None = None


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """What the state holds of an event.

    *snapshot* has only what HubSpot confirmed. *leftovers* counts the rows of earlier runs that it did not: they are
    planned again. *is_event_confirmed* is False where an upsert was sent and its answer never came.
    """

    snapshot: EventSnapshot
    is_event_confirmed: bool = True
    leftovers: Mapping[Outcome, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DesiredEvent:
    """What the files say of an event: the snapshot with its *people*, and how to treat what leaves or ends it.

    *file_digests* has the SHA-256 of each file that it was read from, by the file's path. People whose entries are
    known to be at HubSpot as they stand may be passed over: they are among the *people* and not in the snapshot, and
    *passed_active* counts those of them whose last word is no cancellation.
    """

    snapshot: EventSnapshot
    position: Position
    people: int = 0
    removals: RemovalPolicy = RemovalPolicy.KEEP
    completion: CompletionPolicy | None = None
    passed_active: int = 0
    file_digests: Mapping[str, str] = field(default_factory=dict)
