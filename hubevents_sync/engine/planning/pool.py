"""Processes of this machine, and what they do for a plan. Imported where there are some to be."""

import gc
import multiprocessing
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import groupby, islice
from typing import TypeVar

import hubevents_sync.manifest.rosters.read
import hubevents_sync.plan.event  # noqa: F401  both once for all processes
from hubevents_sync.manifest.rosters.interface import Piece, ReadPieces
from hubevents_sync.model.block_tally import SortedRows
from hubevents_sync.model.roster import RosterBlock, SentBlock
from hubevents_sync.plan.merging import Merge
from hubevents_sync.plan.tallying import send_blocks

S = TypeVar("S")
T = TypeVar("T")


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


@dataclass(frozen=True, slots=True)
class Helpers:
    """What the executor that *get* gives does for the plan of one large event.

    At most *ahead* pieces of work wait there at a time, so that no file is held in memory whole.
    """

    get: Callable[[], Executor]
    ahead: int

    def read(
        self, read: ReadPieces, pieces: Iterable[Sequence[Piece]]
    ) -> Iterator[tuple[Sequence[Piece], RosterBlock | None]]:
        """A Spread: pieces are read there."""
        for some, blocks in self._carry_out(read, pieces):
            for piece, block in zip(some, blocks, strict=True):
                yield (piece,), block

    def read_and_tally(
        self, read: ReadPieces, pieces: Iterable[Sequence[Piece]]
    ) -> Iterator[tuple[Sequence[Piece], SentBlock | None]]:
        """A Spread for rosters that nobody will look at row by row: they are counted and sorted there too."""
        for some, found in self._carry_out(partial(_read_and_tally, read), pieces):
            left = iter(some)
            for count, block in found:
                yield list(islice(left, count)), block

    def merge(self, merge: Merge, ranges: Iterable[Sequence[SortedRows]]) -> Iterator[SortedRows]:
        """A CarryOut."""
        for _, merged in self._carry_out(merge, ranges):
            yield merged

    def _carry_out(self, work: Callable[[S], T], items: Iterable[S]) -> Iterator[tuple[S, T]]:
        waiting: deque[tuple[S, Future[T]]] = deque()
        try:
            for item in items:
                waiting.append((item, self.get().submit(work, item)))
                if len(waiting) >= self.ahead:
                    first, future = waiting.popleft()
                    yield first, future.result()
            while waiting:
                first, future = waiting.popleft()
                yield first, future.result()
        finally:
            for _, future in waiting:
                future.cancel()


def _read_and_tally(read: ReadPieces, pieces: Sequence[Piece]) -> list[tuple[int, SentBlock | None]]:
    """How many pieces after the other can be one block, or can't, and the block."""
    runs = [list(run) for _, run in groupby(read(pieces), key=lambda block: block is None)]
    given = [[block for block in run if block is not None] for run in runs]
    return [(len(run), send_blocks(blocks) if blocks else None) for run, blocks in zip(runs, given, strict=True)]
