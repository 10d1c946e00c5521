"""How long HubSpot takes: to answer, and to show what was written to it."""

from hubevents_sync.sandbox.known.reading import BREAKDOWN_DELAY, COUNTERS_DELAY, SEARCH_DELAY
from hubevents_sync.sandbox.switches import Switches

# Our choice: nobody published how long a call to the real service takes.
LATENCY_SECONDS = 0.2
# The breakdown: measured by others. The counters lag, nobody says by how much: our choice. "A few minutes after
# creation" is the guide's word on the search, and the number our choice.
DELAYS_MS = {BREAKDOWN_DELAY.name: 1_100, COUNTERS_DELAY.name: 3_000, SEARCH_DELAY.name: 180_000}


def make_realistic(switches: Switches) -> Switches:
    """*switches* with HubSpot's delays where they don't set another one."""
    return Switches({**DELAYS_MS, **switches.positions})
