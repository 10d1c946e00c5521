"""How many processes the work of a plan is worth, and what each of them gets."""

import os
from collections.abc import Sequence
from contextlib import suppress

from hubevents_sync.manifest.declaration import EventDeclaration

# Below that many bytes of rosters a second process costs more than it saves: some 50,000 people.
WORTH_A_PROCESS_BYTES = 4_000_000


def count_hands(wanted: int | None, declarations: Sequence[EventDeclaration]) -> int:
    """How many processes to use; None wants as many as there are processors, where there is work for them.

    One event alone can have several where its rosters are large.
    """
    weights = [weigh(each) for each in declarations]
    if wanted is None:
        wanted = _count_processors() if sum(weights) >= WORTH_A_PROCESS_BYTES else 1
    if max(weights, default=0) < WORTH_A_PROCESS_BYTES:
        wanted = min(wanted, len(declarations))
    return max(1, wanted)


def find_large(declarations: Sequence[EventDeclaration], hands: int) -> list[EventDeclaration]:
    """Those that one of *hands* would still be at when all others are done: their rosters are read by all hands."""
    weights = [weigh(each) for each in declarations]
    fair = sum(weights) / hands
    return [
        each
        for each, weight in zip(declarations, weights, strict=True)
        if weight >= WORTH_A_PROCESS_BYTES and weight > fair
    ]


def weigh(declaration: EventDeclaration) -> int:
    """The bytes of the rosters of an event."""
    return sum(source.size() for source in declaration.roster_sources)


def cut_shares(declarations: Sequence[EventDeclaration], count: int) -> list[Sequence[EventDeclaration]]:
    """*declarations* in their order, in at most *count* runs of about the same weight."""
    weights = [weigh(each) + 1 for each in declarations]
    wanted = sum(weights) / max(count, 1)
    shares: list[Sequence[EventDeclaration]] = []
    start, weight = 0, 0.0
    for index, each in enumerate(weights):
        weight += each
        if weight >= wanted:
            shares.append(declarations[start : index + 1])
            start, weight = index + 1, 0.0
    if start < len(declarations):
        shares.append(declarations[start:])
    return shares


def _count_processors() -> int:
    with suppress(AttributeError):  # not on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
