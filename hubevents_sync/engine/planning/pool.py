"""Processes of this machine, and what they do for a plan. Imported where there are some to be."""

import gc
import multiprocessing
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager

import hubevents_sync.manifest.rosters.read
import hubevents_sync.plan.event  # noqa: F401  both once for all processes
from hubevents_sync.manifest.rosters.interface import Piece, ReadPieces
from hubevents_sync.model.roster import RosterBlock


@contextmanager
def open_pool(hands: int) -> Iterator[Executor]:
    """So many processes, which are made when the first work is submitted."""
    # A copy of this process has all modules loaded; but where other threads run, one of them may hold a lock that
    # would stay locked in the copy.
    is_alone = threading.active_count() == 1 and "fork" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if is_alone else "spawn")
    # What a worker did is packed after plan_share has ended: with its collector at work that takes twice the time.
    with ProcessPoolExecutor(hands, mp_context=context, initializer=gc.disable) as pool:
        yield pool


def spread_over(
    executor: Executor, ahead: int, read: ReadPieces, pieces: Iterable[Sequence[Piece]]
) -> Iterator[tuple[Sequence[Piece], list[RosterBlock | None]]]:
    """Let *executor* read *pieces*, at most *ahead* of them at a time: no file is held in memory whole."""
    waiting: deque[tuple[Sequence[Piece], Future[list[RosterBlock | None]]]] = deque()
    try:
        for some in pieces:
            waiting.append((some, executor.submit(read, some)))
            if len(waiting) >= ahead:
                first, future = waiting.popleft()
                yield first, future.result()
        while waiting:
            first, future = waiting.popleft()
            yield first, future.result()
    finally:
        for _, future in waiting:
            future.cancel()
