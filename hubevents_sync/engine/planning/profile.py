"""Add up what the parts of a plan took."""

from collections.abc import Sequence
from itertools import pairwise

from hubevents_sync.engine.planning.shares import Timing
from hubevents_sync.model.profile import Profile


def make_profile(moments: Sequence[float], timings: Sequence[Timing], *, hands: int) -> Profile:
    """*moments* are the begin, and the ends of reading files, of recalling events, of planning others, of the rest."""
    files, recalled, events, assembling = (after - before for before, after in pairwise(moments))
    return Profile(
        files,
        recalled,
        events,
        assembling,
        rosters=sum(each.rosters for each in timings),
        state=sum(each.state for each in timings),
        comparing=sum(each.comparing for each in timings),
        hands=hands,
    )
