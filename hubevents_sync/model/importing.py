"""What an import made of events at HubSpot: files, and a record. People are here in counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from hubevents_sync.model.event import EventKey


class PassedOver(StrEnum):
    """Why ``import --all`` leaves an event alone."""

    NO_ID = "made by hand in HubSpot: without an externalEventId nothing can manage it"
    OTHER_APP = "another app's, or so new that HubSpot doesn't find it yet"
    OTHER_ACCOUNT = "of another account than --account names"
    ON_RECORD = "on record already"
    DECLARED = "in the files already"


@dataclass(frozen=True, slots=True)
class ImportedEvent:
    """One event. *roster_file* is None where it has nobody to name. *people* stand in the roster.

    *rows* are on record now. Of these *attended* stand in no file: when people joined and left can't be read back.
    *no_shows* are people of whom HubSpot shows no registration, *unclear* those without a state or a time: none of them
    is on record.
    """

    key: EventKey
    name: str
    event_file: str
    roster_file: str | None
    people: int = 0
    rows: int = 0
    attended: int = 0
    no_shows: int = 0
    unclear: int = 0
    is_completed: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """All of them, and how many were passed over for what reason. *notes* say what is left to do."""

    events: tuple[ImportedEvent, ...]
    passed_over: Mapping[PassedOver, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    requests: int = 0
