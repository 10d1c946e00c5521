"""Where the time of a plan went."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """Seconds. *files*, *events* and *assembling* follow each other.

    The other three are parts of *events*, added up over all *hands* that worked at once.
    """

    files: float
    events: float
    assembling: float
    rosters: float
    state: float
    comparing: float
    hands: int
