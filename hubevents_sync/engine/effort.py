"""With how many hands a plan is made: in this process, in several, or on an Executor that somebody brings."""

import gc
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from hubevents_sync.collector import collector_at_rest
from hubevents_sync.engine.shares import (
    EventOutcome,
    Moment,
    ShareOutcome,
    make_share,
    plan_events,
    plan_share,
    version_of,
)
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.manifest.declaration import EventDeclaration
from hubevents_sync.manifest.findings import FindingCollector
from hubevents_sync.manifest.rosters.interface import Piece, ReadPieces, RosterFile
from hubevents_sync.model.roster import RosterBlock
from hubevents_sync.ports import Progress

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

    from hubevents_sync.state.interface import PlanState

PLAN_TASK = "events compared"
# Below that many bytes of rosters a second process costs more than it saves: some 50,000 people.
WORTH_A_PROCESS_BYTES = 4_000_000
# Shares for each hand, so that the last one is not waited for long.
SHARES_EACH = 4


@dataclass(frozen=True, slots=True)
class Effort:
    """*workers* is the number of processes; None: as many as there are processors, where there is work for them.

    *executor* takes the shares instead, wherever it runs them. *progress* is told of each event. With *reads_all*
    nothing is passed over for being known.
    """

    workers: int | None = None
    executor: "Executor | None" = None
    progress: Progress | None = None
    reads_all: bool = False


@collector_at_rest()
def plan_by(
    effort: Effort,
    workspace: Workspace,
    moment: Moment,
    declarations: Sequence[EventDeclaration],
    *,
    state: "PlanState | None",
    findings: FindingCollector,
    done: int = 0,
) -> list[EventOutcome]:
    """The outcome of each of *declarations*, in their order, whoever plans them. *done* are others that were before."""
    hands = count_hands(effort, declarations)
    if effort.progress is not None:
        effort.progress.start(PLAN_TASK, done + len(declarations))
        effort.progress.advance(PLAN_TASK, done)
    try:
        if not declarations or (hands < 2 and effort.executor is None):
            outcomes = []
            for outcome in plan_events(workspace, state, moment, declarations, findings):
                outcomes.append(outcome)
                _advance(effort, 1)
            return outcomes
        large = [] if effort.executor else find_large(declarations, hands)
        keys = {each.event.key for each in large}
        others = [each for each in declarations if each.event.key not in keys]
        shares = [
            make_share(workspace, moment, each, version_of(state))
            for each in cut_shares(others, max(hands, 1) * SHARES_EACH)
        ]
        with ExitStack() as stack:
            with _still(effort):
                executor = stack.enter_context(_executor_of(effort, hands))
                futures = [executor.submit(plan_share, share) for share in shares]
            spread = partial(_spread, executor, hands * SHARES_EACH)
            outcomes = list(plan_events(workspace, state, moment, large, findings, spread=spread))
            _advance(effort, len(outcomes))
            gathered = _gather(effort, futures)
    finally:
        if effort.progress is not None:
            effort.progress.finish(PLAN_TASK)
    for share in gathered:
        for finding in share.findings:
            findings.add(finding)
        outcomes += share.events
    by_key = {outcome.summary.key: outcome for outcome in outcomes}
    return [by_key[each.event.key] for each in declarations if each.event.key in by_key]


def count_hands(effort: Effort, declarations: Sequence[EventDeclaration]) -> int:
    """How many processes the work is worth. One event alone can have several where its rosters are large."""
    weights = [weigh(each) for each in declarations]
    wanted = effort.workers
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
    return sum(roster.source.size() for roster in declaration.rosters if isinstance(roster, RosterFile))


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


def _gather(effort: Effort, futures: "Sequence[Future[ShareOutcome]]") -> list[ShareOutcome]:
    """All outcomes in the order of *futures*. The first fault ends the others that have not begun."""
    from concurrent.futures import as_completed

    try:
        for future in as_completed(futures):
            _advance(effort, len(future.result().events))
    except BaseException:
        for future in futures:
            future.cancel()
        raise
    return [future.result() for future in futures]


def _spread(
    executor: "Executor", ahead: int, read: ReadPieces, pieces: Iterable[Sequence[Piece]]
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


def _advance(effort: Effort, by: int) -> None:
    if effort.progress is not None:
        effort.progress.advance(PLAN_TASK, by)


def _still(effort: Effort) -> AbstractContextManager[None]:
    """Inside, no thread shows progress: the processes of a pool are copies of this one, made at its first share."""
    return nullcontext() if effort.progress is None else effort.progress.still()


@contextmanager
def _executor_of(effort: Effort, hands: int) -> "Iterator[Executor]":
    if effort.executor is not None:
        yield effort.executor
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    import hubevents_sync.manifest.rosters.read
    import hubevents_sync.plan.event  # noqa: F401  both once for all processes

    # A copy of this process has all modules loaded; but where other threads run, one of them may hold a lock that
    # would stay locked in the copy.
    is_alone = threading.active_count() == 1 and "fork" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if is_alone else "spawn")
    # What a worker did is packed after plan_share has ended: with its collector at work that takes twice the time.
    with ProcessPoolExecutor(hands, mp_context=context, initializer=gc.disable) as pool:
        yield pool


def _count_processors() -> int:
    with suppress(AttributeError):  # not on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
