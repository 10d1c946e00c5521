"""One rule of misbehaviour: what goes wrong, at which requests, how often, and before or after the work is done."""

from dataclasses import dataclass
from enum import Enum

from hubevents_sync.sandbox.faults.targets import Target


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    """An error in place of the answer. *is_daily* tells a 429 of the day's quota from one of the ten-second window."""

    status: int
    is_daily: bool = False
    retry_after_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """No answer at all: the connection is closed, or reset (RST) where *is_reset*."""

    is_reset: bool = False


@dataclass(frozen=True, slots=True)
class Truncate:
    """Half of the answer's body, under the Content-Length of the whole, and then the connection is closed."""


@dataclass(frozen=True, slots=True)
class Slow:
    """A wait."""

    seconds: float


class RowFault(Enum):
    """What befalls single entries of ``inputs``; the others of the batch are handled as ever."""

    DROP = "drop"  # neither in results nor in errors, and nothing stored
    PHANTOM = "phantom"  # in results, and nothing stored
    REJECT = "reject"  # an entry in errors, and nothing stored


@dataclass(frozen=True, slots=True)
class Empty:
    """A batch is answered with 2xx and no results: with nothing stored, or with all of it where the rule is "after"."""


@dataclass(frozen=True, slots=True)
class OtherStatus:
    """The status of answers that succeed. HubSpot was seen to give 200 and 201 for the same attendance call."""

    status: int


Fault = ErrorAnswer | Cut | Truncate | Slow | RowFault | Empty | OtherStatus


@dataclass(frozen=True, slots=True)
class Every:
    """Each *count*-th; 1 is always."""

    count: int = 1


@dataclass(frozen=True, slots=True)
class Share:
    """Each with this chance, from 0 to 1. What the seed says of a request hangs on its content, not on its turn."""

    chance: float


@dataclass(frozen=True, slots=True)
class Next:
    """The next *count*, and then never again."""

    count: int


Frequency = Every | Share | Next


@dataclass(frozen=True, slots=True)
class FaultRule:
    """*frequency* counts requests; for a RowFault it counts rows. *is_after*: when the work is done and stored."""

    target: Target
    fault: Fault
    frequency: Frequency = Every()
    is_after: bool = False
