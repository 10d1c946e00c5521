"""Where the time of a plan went."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """Seconds. *files*, *recalled*, *events* and *assembling* follow each other.

    *recalled* tells the events that have a receipt, *events* plans the others.

    The other three are parts of *events*, added up over all *hands* that worked at once.
    """

    files: float
    recalled: float
    events: float
    assembling: float
    rosters: float
    state: float
    comparing: float
    hands: int
