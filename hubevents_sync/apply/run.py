"""Carry out a plan: events first, in batches over all; then each event's rows and completion, side by side."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from dataclasses import dataclass

from hubevents_sync.apply.completion import EventCompleter
from hubevents_sync.apply.events import EventUpserter, UpsertResult
from hubevents_sync.apply.gate import AFTER_ERROR, NEXT_RUN
from hubevents_sync.apply.room import Room
from hubevents_sync.apply.rows import RowSender
from hubevents_sync.apply.tally import MAX_FAILURES, Tally
from hubevents_sync.apply.worker import ROWS_TASK, EventWorker
from hubevents_sync.errors import Interrupted, SyncError
from hubevents_sync.model.event import EventKey, MarketingEvent
from hubevents_sync.model.outcome import Outcome, Verify
from hubevents_sync.model.plan import EventAction, EventPlan, EventSummary, Plan
from hubevents_sync.model.project import BatchSizes
from hubevents_sync.model.run import EventReport
from hubevents_sync.ports import Clock, HubSpot, Journal, Progress, StopSwitch

EVENTS_TASK = "events"
UPSERTS_AT_ONCE = 4
CALLS_AT_ONCE = 8  # at a quarter of a second each, six fill the highest limit that HubSpot sells


@dataclass(frozen=True, slots=True)
class ApplyOptions:
    """How to carry a plan out. *approved* are the events that may be completed.

    With *names_every_row* all rows that are not at HubSpot in the end are named, also where a stop came before their
    event was begun, which is then read for that.
    """

    batch: BatchSizes
    verify: Verify
    approved: frozenset[EventKey]
    approved_by: str
    names_every_row: bool = False


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done, event by event, and the fault that ended the run before its time, if one did."""

    events: tuple[EventReport, ...]
    fault: BaseException | None = None


@dataclass(frozen=True, slots=True)
class Applier:
    """Carries plans out through a HubSpot and a journal."""

    hubspot: HubSpot
    journal: Journal
    clock: Clock
    progress: Progress
    stop: StopSwitch
    options: ApplyOptions

    def carry_out(
        self,
        plan: Plan,
        *,
        events: Mapping[EventKey, MarketingEvent],
        load: Callable[[EventSummary], EventPlan],
        finished: Callable[[EventSummary, Tally], None] = lambda _, __: None,
    ) -> Applied:
        """Do what is due of *plan*.

        *events* has the fields of every event of the plan; *load* makes an event's plan with its rows again, and must
        refuse when it is no longer the one that was shown. *finished* is told of each event whose plan was loaded and
        carried out, as far as it could be.
        """
        working = [summary for summary in plan.events if summary.has_work_now]
        most = None if self.options.names_every_row else MAX_FAILURES
        tallies = {summary.key: Tally(summary.key, summary.name, max_failures=most) for summary in working}
        fault = self._upsert_all(working, events, tallies)
        if fault is None:
            fault = self._work_on_all(plan, working, tallies, load, finished=finished)
        if self.options.names_every_row:
            self._name_rest(working, tallies, load)
        for summary in working:
            _count_rest(summary, tallies[summary.key])
        return Applied(tuple(tally.report() for tally in tallies.values()), fault)

    def _upsert_all(
        self,
        working: Sequence[EventSummary],
        events: Mapping[EventKey, MarketingEvent],
        tallies: Mapping[EventKey, Tally],
    ) -> BaseException | None:
        wanted = [events[summary.key] for summary in working if summary.action is not EventAction.NONE]
        size = self.options.batch.events
        batches = [wanted[start : start + size] for start in range(0, len(wanted), size)]
        upserter = EventUpserter(self.hubspot, self.journal, self.clock, self.stop)
        if not wanted:
            return None
        self.progress.start(EVENTS_TASK, len(wanted))
        with ThreadPoolExecutor(UPSERTS_AT_ONCE, thread_name_prefix="upsert") as pool:
            futures = [pool.submit(self._upsert, upserter, batch, tallies) for batch in batches]
            fault = self._wait_for(futures)
        self.progress.finish(EVENTS_TASK)
        return fault

    def _upsert(
        self, upserter: EventUpserter, batch: Sequence[MarketingEvent], tallies: Mapping[EventKey, Tally]
    ) -> None:
        if self.stop.is_set:
            return
        upserted = upserter.upsert(batch)
        for result in upserted.results:
            _count_upsert(result, tallies[result.event.key])
        self.progress.advance(EVENTS_TASK, len(batch))
        if upserted.fault is not None:
            self.stop.set(upserted.fault)
            raise upserted.fault

    def _work_on_all(
        self,
        plan: Plan,
        working: Sequence[EventSummary],
        tallies: Mapping[EventKey, Tally],
        load: Callable[[EventSummary], EventPlan],
        *,
        finished: Callable[[EventSummary, Tally], None],
    ) -> BaseException | None:
        todo = [summary for summary in working if summary.rows_ready or _completes_now(summary)]
        self.progress.start(ROWS_TASK, sum(summary.rows_ready for summary in todo))
        with (
            ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="call") as calls,
            ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="event") as pool,
        ):
            worker, room = self._make_worker(plan, calls), Room(CALLS_AT_ONCE)
            futures = [
                pool.submit(self._work, worker, load, each, tallies[each.key], room, finished=finished) for each in todo
            ]
            fault = self._wait_for(futures)
        self.progress.finish(ROWS_TASK)
        return fault

    def _name_rest(
        self,
        working: Sequence[EventSummary],
        tallies: Mapping[EventKey, Tally],
        load: Callable[[EventSummary], EventPlan],
    ) -> None:
        """Name the rows of the events that were never begun.

        Something ended the run before them, and that is told. What can't be read any more is counted only.
        """

        def name(summary: EventSummary) -> None:
            tallies[summary.key].skip(planned.row for planned in load(summary).rows if not planned.is_held)

        untouched = [each for each in working if each.rows_ready and not tallies[each.key].counted]
        with ThreadPoolExecutor(1, thread_name_prefix="name") as pool:
            wait([pool.submit(name, each) for each in untouched])

    def _make_worker(self, plan: Plan, calls: ThreadPoolExecutor) -> EventWorker:
        options = self.options
        return EventWorker(
            sender=RowSender(self.hubspot, self.journal, self.clock, options.verify, self.stop),
            completer=EventCompleter(
                self.hubspot, self.journal, self.clock, plan.digest, options.approved_by, self.stop
            ),
            pool=calls,
            stop=self.stop,
            progress=self.progress,
            batch_size=options.batch.attendance,
            removed_at_ms=self.clock.now_ms(),
            approved=options.approved,
        )

    def _work(
        self,
        worker: EventWorker,
        load: Callable[[EventSummary], EventPlan],
        summary: EventSummary,
        tally: Tally,
        room: Room,
        *,
        finished: Callable[[EventSummary, Tally], None],
    ) -> None:
        """An event that could not be upserted gets no rows: HubSpot would have nothing to put them on.

        A fault of *load* ends the run, for the files are being changed, and is named with its event.
        """
        with room.event(-(-summary.rows_ready // self.options.batch.attendance)) as places:
            if self.stop.is_set:
                return
            try:
                plan = load(summary)
            except Exception as error:
                tally.error = error.message if isinstance(error, SyncError) else type(error).__name__
                self.stop.set(error if isinstance(error, SyncError) else None)
                raise
            worker.work(plan, tally, places)
            finished(summary, tally)

    def _wait_for(self, futures: Sequence[Future[None]]) -> BaseException | None:
        """Wait for all. Ctrl-C, where nobody handles the signal, begins nothing new and waits for calls under way."""
        try:
            return self._first_fault(futures)
        except KeyboardInterrupt:
            self.stop.set(Interrupted("stopped by Ctrl-C; all is recorded", hint="run apply again to go on"))
            return self._first_fault(futures) or self.stop.reason

    def _first_fault(self, futures: Iterable[Future[None]]) -> BaseException | None:
        """Wait for all. The first fault stops what has not begun."""
        fault: BaseException | None = None
        for future in as_completed(futures):
            error = future.exception()
            if error is not None:
                self.stop.set()
                fault = fault or error
        return fault


def _completes_now(summary: EventSummary) -> bool:
    return summary.completion is not None and summary.completion.is_due


def _count_rest(summary: EventSummary, tally: Tally) -> None:
    """What was due and not begun, because the run ended before it."""
    tally.held = summary.rows_held
    tally.count(Outcome.NOT_ATTEMPTED, summary.rows_ready - tally.counted)
    if _completes_now(summary) and not tally.completed and tally.waiting_for is None:
        tally.waiting_for = NEXT_RUN if tally.error is None else AFTER_ERROR


def _count_upsert(result: UpsertResult, tally: Tally) -> None:
    tally.error = result.error
    tally.upserted = result.error is None
    if result.lost_properties:
        names = ", ".join(result.lost_properties)
        tally.notes.append(f"HubSpot dropped custom properties that it does not know: {names}")
