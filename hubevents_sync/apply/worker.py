"""Bring one event to where the plan wants it: its rows round by round, then its completion."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from hubevents_sync.apply.calls import AttendanceCall, calls_by_round, count_held
from hubevents_sync.apply.completion import EventCompleter
from hubevents_sync.apply.faults import ENDS_THE_RUN, describe
from hubevents_sync.apply.gate import NEXT_RUN, Verdict, judge_rows
from hubevents_sync.apply.removals import find_earlier_removals
from hubevents_sync.apply.room import EventPlaces
from hubevents_sync.apply.rows import RowSender
from hubevents_sync.apply.tally import Tally
from hubevents_sync.errors import HubSpotError, NotSent, SyncError
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.plan import CompletionStep, EventPlan
from hubevents_sync.ports import Progress, StopSwitch

ROWS_TASK = "attendees"


@dataclass(frozen=True, slots=True)
class EventWorker:
    """Works on one event at a time; several threads may each work on another. *pool* is where calls are made."""

    sender: RowSender
    completer: EventCompleter
    pool: Executor
    stop: StopSwitch
    progress: Progress
    batch_size: int
    removed_at_ms: int
    approved: frozenset[EventKey]

    def work(self, plan: EventPlan, tally: Tally, places: EventPlaces) -> None:
        """Send what is due of *plan* and count it in *tally*. A fault of this event's own is kept there, not raised.

        A place is given back for each call that is over.
        """
        key = plan.event.key
        tally.held = count_held(plan.rows)
        rounds = calls_by_round(
            key,
            plan.rows,
            batch_size=self.batch_size,
            removed_at_ms=self.removed_at_ms,
            removed_before=find_earlier_removals(self.sender.journal, key, plan.rows),
        )
        for calls in rounds:
            self._send_round(calls, tally, places)
        if plan.completion is not None and plan.completion.is_due:
            self._complete(key, plan.completion, tally)

    def _send_round(self, calls: Sequence[AttendanceCall], tally: Tally, places: EventPlaces) -> None:
        """All calls of a round at once; over when the last one is."""
        futures = [self.pool.submit(self._send, call, tally, places) for call in calls]
        errors = [error for future in futures if (error := future.exception()) is not None]
        if errors:
            raise errors[0]

    def _send(self, call: AttendanceCall, tally: Tally, places: EventPlaces) -> None:
        """Who failed in an earlier round is left out: a later interaction would come out of order."""
        is_stopped_by_switch = self.stop.is_set
        is_stopped = is_stopped_by_switch or tally.error is not None
        left_out = list(call.rows) if is_stopped else tally.find_failed(call.rows)
        ready = call.rows
        if left_out:
            ready = () if is_stopped else tuple(row for row in call.rows if not tally.has_failed(row.person))
        tally.skip(left_out)
        try:
            if left_out and not is_stopped_by_switch:
                self.sender.journal.record_unsent(call.key, left_out)
            if ready:
                self.sender.send(replace(call, rows=ready), tally)
        except Exception as error:
            self.stop.set(error if isinstance(error, SyncError) else None)  # at once, not when the round is over
            raise
        finally:
            places.give_back()
            self.progress.advance(ROWS_TASK, len(call.rows))

    def _complete(self, key: EventKey, step: CompletionStep, tally: Tally) -> None:
        if self.stop.is_set:
            tally.waiting_for = NEXT_RUN
            return
        verdict = judge_rows(
            unsettled=tally.unsettled,
            held=tally.held,
            error=tally.error,
            is_approved=key in self.approved,
        )
        if verdict.is_open:
            verdict = self._try_to_complete(key, step, tally)
        tally.completed = verdict.is_open
        if verdict.note is not None:
            tally.notes.append(verdict.note)
        tally.waiting_for = verdict.waiting_for
        tally.needs_approval = verdict.needs_approval

    def _try_to_complete(self, key: EventKey, step: CompletionStep, tally: Tally) -> Verdict:
        try:
            return self.completer.complete(key, step)
        except NotSent:
            return Verdict(NEXT_RUN)
        except ENDS_THE_RUN as error:
            self.stop.set(error)
            raise
        except HubSpotError as error:
            tally.error = describe(error)
            return Verdict("an answer from HubSpot")
