"""With how many hands a plan is made: in this process, in several, or on an Executor that somebody brings."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from hubevents_sync.engine.desired.kept import choose_kept
from hubevents_sync.engine.planning.hands import count_hands, cut_shares, find_large
from hubevents_sync.engine.planning.shares import (
    EventOutcome,
    Moment,
    Share,
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
from hubevents_sync.model.event import EventKey
from hubevents_sync.plan.people import PeopleCount
from hubevents_sync.ports import Progress

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

    from hubevents_sync.engine.planning.pool import Helpers
    from hubevents_sync.state.interface import PlanState

PLAN_TASK = "events compared"
# Shares for each hand, so that the last one is not waited for long.
SHARES_EACH = 4


@dataclass(frozen=True, slots=True)
class Effort:
    """*workers* is the number of processes; None: as many as there are processors, where there is work for them.

    *executor* takes the shares instead, on whatever machines it runs them: what goes there opens no HubSpot, and what
    is found there must be what is here. *progress* is told of each event. With *reads_all* nothing is passed over for
    being known. With *keeps_rosters* the plan has what was read of rosters here, for an apply.
    """

    workers: int | None = None
    executor: "Executor | None" = None
    progress: Progress | None = None
    reads_all: bool = False
    keeps_rosters: bool = False


@dataclass(frozen=True, slots=True)
class _Work:
    """What all events are planned by."""

    effort: Effort
    workspace: Workspace
    moment: Moment
    state: "PlanState | None"
    findings: FindingCollector
    people: PeopleCount
    keeps: Collection[EventKey] = ()

    def plan_here(
        self, declarations: Sequence[EventDeclaration], *, helpers: "Helpers | None" = None
    ) -> list[EventOutcome]:
        outcomes = []
        for outcome in plan_events(
            self.workspace, self.state, self.moment, declarations, self.findings, helpers=helpers, keeps=self.keeps
        ):
            outcomes.append(outcome)
            self._take(outcome)
        return outcomes

    def plan_in_processes(self, declarations: Sequence[EventDeclaration], hands: int) -> list[EventOutcome]:
        """By shares, each of them some events; but the rosters of the large ones are read in pieces.

        Where these have nothing to be shared out, because most of it is known, no process is made.
        """
        from concurrent.futures import Executor

        from hubevents_sync.engine.planning.pool import Helpers, open_pool

        large = find_large(declarations, hands)
        keys = {each.event.key for each in large}
        others = [each for each in declarations if each.event.key not in keys]
        shares = self._share_out(others, hands)
        with ExitStack() as stack:

            @cache
            def get_pool() -> Executor:
                with self._still():
                    executor = stack.enter_context(open_pool(hands))
                    executor.submit(int)  # makes the processes
                return executor

            futures = [get_pool().submit(plan_share, share) for share in shares]
            helpers = Helpers(get_pool, ahead=hands * SHARES_EACH)
            return self.plan_here(large, helpers=helpers) + self._gather(futures)

    def plan_elsewhere(self, executor: "Executor", declarations: Sequence[EventDeclaration]) -> list[EventOutcome]:
        """Events whose people stand in the event file itself are planned here all the same."""
        from hubevents_sync.engine.planning.elsewhere import may_leave, require_same_files

        leaving = [each for each in declarations if may_leave(each)]
        shares = [
            send_elsewhere(share) for share in self._share_out(leaving, count_hands(self.effort.workers, leaving))
        ]
        futures = [executor.submit(plan_share, share) for share in shares]
        here = self.plan_here([each for each in declarations if not may_leave(each)])
        there = self._gather(futures)
        if not self.findings.has_errors:
            require_same_files(leaving, [outcome.file_digests for outcome in there])
        return here + there

    def _share_out(self, declarations: Sequence[EventDeclaration], hands: int) -> list[Share]:
        cut = cut_shares(declarations, hands * SHARES_EACH)
        version = version_of(self.state)
        return [make_share(self.workspace, self.moment, each, version, keeps=self.keeps) for each in cut]

    def _gather(self, futures: "Sequence[Future[ShareOutcome]]") -> list[EventOutcome]:
        """All outcomes in the order of *futures*. The first fault ends the others that have not begun."""
        from concurrent.futures import as_completed

        try:
            for future in as_completed(futures):
                for outcome in future.result().events:
                    self._take(outcome)
        except BaseException:
            for future in futures:
                future.cancel()
            raise
        shares = [future.result() for future in futures]
        for share in shares:
            for finding in share.findings:
                self.findings.add(finding)
        return [outcome for share in shares for outcome in share.events]

    def _take(self, outcome: EventOutcome) -> None:
        """Count its people while others are still at work."""
        self.people.add(outcome.new_people, outcome.joined_people)
        if self.effort.progress is not None:
            self.effort.progress.advance(PLAN_TASK)

    def _still(self) -> AbstractContextManager[None]:
        """Inside, no thread shows progress: the processes of a pool are copies of this one, made at its first work."""
        return nullcontext() if self.effort.progress is None else self.effort.progress.still()


def plan_by(
    effort: Effort,
    workspace: Workspace,
    moment: Moment,
    declarations: Sequence[EventDeclaration],
    *,
    state: "PlanState | None",
    findings: FindingCollector,
    people: PeopleCount,
    done: int = 0,
) -> list[EventOutcome]:
    """The outcome of each of *declarations*, in their order, whoever plans them. *done* are others that were before.

    What is wrong with rosters goes to *findings*, and the people of the events to *people*.
    """
    keeps = choose_kept(declarations) if effort.keeps_rosters and effort.executor is None else ()
    work = _Work(effort, workspace, moment, state, findings, people, keeps)
    hands = count_hands(effort.workers, declarations)
    with _telling(effort, len(declarations), done=done):
        if effort.executor is not None:
            outcomes = work.plan_elsewhere(effort.executor, declarations)
        elif declarations and hands > 1:
            outcomes = work.plan_in_processes(declarations, hands)
        else:
            return work.plan_here(declarations)
    by_key = {outcome.summary.key: outcome for outcome in outcomes}
    return [by_key[each.event.key] for each in declarations if each.event.key in by_key]


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
