"""With how many hands a plan is made: in this process, in several, or on an Executor that somebody brings."""

import multiprocessing
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hubevents_sync.engine.elsewhere import may_leave, require_same_files
from hubevents_sync.engine.shares import (
    EventOutcome,
    Moment,
    ShareOutcome,
    make_share,
    plan_events,
    plan_share,
    send_elsewhere,
    version_of,
)
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.manifest.declaration import EventDeclaration
from hubevents_sync.manifest.findings import FindingCollector
from hubevents_sync.manifest.rosters.interface import RosterFile
from hubevents_sync.ports import Progress

if TYPE_CHECKING:
    from hubevents_sync.state.interface import PlanState

PLAN_TASK = "events compared"
# Below that many bytes of rosters a second process costs more than it saves: some 50,000 people.
WORTH_A_PROCESS_BYTES = 4_000_000
# Shares for each hand, so that the last one is not waited for long.
SHARES_EACH = 4


@dataclass(frozen=True, slots=True)
class Effort:
    """*workers* is the number of processes; None: as many as there are processors, where there is work for them.

    *executor* takes the shares instead, on whatever machines it runs them: what goes there opens no HubSpot, and what
    is found there must be what is here. *progress* is told of each event. With *reads_all* nothing is passed over for
    being known.
    """

    workers: int | None = None
    executor: Executor | None = None
    progress: Progress | None = None
    reads_all: bool = False


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
    """The outcome of each of *declarations*, in their order, whoever plans them. *done* are others that were before.

    Where an executor is given, events whose people stand in the event file itself are planned here all the same.
    """
    hands = count_hands(effort, declarations)
    with _telling(effort, len(declarations), done=done):
        if effort.executor is not None:
            return _plan_elsewhere(
                effort.executor, effort, workspace, moment, declarations, state=state, findings=findings
            )
        if not declarations or hands < 2:
            outcomes = []
            for outcome in plan_events(workspace, state, moment, declarations, findings):
                outcomes.append(outcome)
                _advance(effort, 1)
            return outcomes
        cut = cut_shares(declarations, hands * SHARES_EACH)
        shares = [make_share(workspace, moment, each, version_of(state)) for each in cut]
        with ExitStack() as stack:
            with _still(effort):
                executor = stack.enter_context(_open_pool(hands))
                futures = [executor.submit(plan_share, share) for share in shares]
            gathered = _gather(effort, futures)
    return _put_together(gathered, findings)


def _put_together(gathered: Sequence[ShareOutcome], findings: FindingCollector) -> list[EventOutcome]:
    for share in gathered:
        for finding in share.findings:
            findings.add(finding)
    return [outcome for share in gathered for outcome in share.events]


def _plan_elsewhere(
    executor: Executor,
    effort: Effort,
    workspace: Workspace,
    moment: Moment,
    declarations: Sequence[EventDeclaration],
    *,
    state: "PlanState | None",
    findings: FindingCollector,
) -> list[EventOutcome]:
    leaving = [each for each in declarations if may_leave(each)]
    staying = [each for each in declarations if not may_leave(each)]
    shares = [
        send_elsewhere(make_share(workspace, moment, each, version_of(state)))
        for each in cut_shares(leaving, count_hands(effort, leaving) * SHARES_EACH)
    ]
    futures = [executor.submit(plan_share, share) for share in shares]
    here = []
    for outcome in plan_events(workspace, state, moment, staying, findings):
        here.append(outcome)
        _advance(effort, 1)
    there = _put_together(_gather(effort, futures), findings)
    if not findings.has_errors:
        require_same_files(leaving, [outcome.file_digests for outcome in there])
    found = {outcome.summary.key: outcome for outcome in (*here, *there)}
    return [found[each.event.key] for each in declarations if each.event.key in found]


def count_hands(effort: Effort, declarations: Sequence[EventDeclaration]) -> int:
    """How many processes the work is worth."""
    wanted = effort.workers
    if wanted is None:
        size = sum(weigh(each) for each in declarations)
        wanted = _count_processors() if size >= WORTH_A_PROCESS_BYTES else 1
    return max(1, min(wanted, len(declarations)))


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


def _gather(effort: Effort, futures: Sequence[Future[ShareOutcome]]) -> list[ShareOutcome]:
    """All outcomes in the order of *futures*. The first fault ends the others that have not begun."""
    try:
        for future in as_completed(futures):
            _advance(effort, len(future.result().events))
    except BaseException:
        for future in futures:
            future.cancel()
        raise
    return [future.result() for future in futures]


@contextmanager
def _telling(effort: Effort, events: int, *, done: int) -> Iterator[None]:
    if effort.progress is not None:
        effort.progress.start(PLAN_TASK, done + events)
        effort.progress.advance(PLAN_TASK, done)
    try:
        yield
    finally:
        if effort.progress is not None:
            effort.progress.finish(PLAN_TASK)


def _advance(effort: Effort, by: int) -> None:
    if effort.progress is not None:
        effort.progress.advance(PLAN_TASK, by)


def _still(effort: Effort) -> AbstractContextManager[None]:
    """Inside, no thread shows progress: the processes of a pool are copies of this one, made at its first share."""
    return nullcontext() if effort.progress is None else effort.progress.still()


@contextmanager
def _open_pool(hands: int) -> Iterator[Executor]:
    # A copy of this process has all modules loaded; but where other threads run, one of them may hold a lock that
    # would stay locked in the copy.
    is_alone = threading.active_count() == 1 and "fork" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if is_alone else "spawn")
    with ProcessPoolExecutor(hands, mp_context=context) as pool:
        yield pool


def _count_processors() -> int:
    with suppress(AttributeError):  # not on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
