"""What the event-details server tells of itself: one entry a request, and one where its files changed."""

from dataclasses import dataclass
from enum import StrEnum

from hubevents_sync.model.event import EventKey
from hubevents_sync.model.finding import Finding


@dataclass(frozen=True, slots=True)
class RequestServed:
    """A request and its answer.

    *asked* is the event that a genuine request asked about; what strangers ask is kept out of the log. *refusal* says
    why there was no answer, in words for those who run the server. *checked* is the address whose signature did not
    fit, where the log is to have it.
    """

    at_ms: int
    method: str
    status: int
    milliseconds: float
    asked: EventKey | None = None
    refusal: str | None = None
    checked: str | None = None


class FilesState(StrEnum):
    """What became of a look at the files."""

    LOADED = "loaded"
    RELOADED = "reloaded"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class FilesRead:
    """The files were read. *events* is how many are served now; *findings* are what is wrong with the files."""

    at_ms: int
    state: FilesState
    events: int
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class ServerNote:
    """Something else that those who run the server want to know."""

    at_ms: int
    message: str


ServerEntry = RequestServed | FilesRead | ServerNote
