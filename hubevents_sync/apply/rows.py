"""Send one attendance call and say of every row what became of it: intent, call, result."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hubevents_sync.apply.calls import AttendanceCall
from hubevents_sync.apply.faults import ENDS_THE_RUN, describe, fail, was_refused
from hubevents_sync.apply.tally import Tally
from hubevents_sync.errors import HubSpotError, NotSent
from hubevents_sync.live.verify import settle
from hubevents_sync.model.batch import RowBatch, columns_of_results
from hubevents_sync.model.outcome import AttendanceAnswer, Outcome, Rejection, RowResult, Verify
from hubevents_sync.model.participation import Participation
from hubevents_sync.ports import Clock, HubSpot, Journal, StopSwitch

# The whole batch was looked at and refused: one bad row is enough for that.
REFUSED_FOR_ITS_CONTENT = frozenset({400, 409, 413, 422})


@dataclass(frozen=True, slots=True)
class RowSender:
    """Sends calls; safe to use from several threads."""

    hubspot: HubSpot
    journal: Journal
    clock: Clock
    verify: Verify
    stop: StopSwitch

    def send(self, call: AttendanceCall, tally: Tally, *, is_second: bool = False) -> bool:
        """Send *call*; the outcome of every row is counted in *tally*, and with the journal, before this returns.

        A batch that HubSpot refuses whole is split until the bad rows stand alone. Rows that it took without a word and
        that could not be found are sent once more, under the same time; *is_second* is that. A fault that says nothing
        of the rows is kept in the tally as the event's; one that ends the run is raised. True where HubSpot took the
        batch, whatever it did with its rows.
        """
        call = replace(call, rows=RowBatch.of(call.rows))
        call_id = self.journal.intend_attendance(call.key, call.round, call.state, call.rows)
        try:
            answer = self.hubspot.record_attendance(call.key, call.state, call.rows)
        except HubSpotError as error:
            self._settle_failure(call, call_id, error, tally, is_second=is_second)
            return False
        lost = self._settle_answer(call, call_id, answer, tally, sends_again=not is_second)
        if lost:
            self.send(replace(call, rows=lost), tally, is_second=True)
        return True

    def _settle_answer(
        self, call: AttendanceCall, call_id: int, answer: AttendanceAnswer, tally: Tally, *, sends_again: bool
    ) -> Sequence[Participation]:
        """Record what became of the rows; those to send once more, which are counted when that is over.

        Where reading back ends the run, what the answer did say is kept all the same.
        """
        try:
            results = settle(self.hubspot, call.key, call.rows, answer, clock=self.clock, verify=self.verify)
        except ENDS_THE_RUN:
            unread = settle(self.hubspot, call.key, call.rows, answer, clock=self.clock, verify=Verify.NONE)
            self._record(call_id, unread, tally)
            raise
        has_doubts = Outcome.UNCONFIRMED in columns_of_results(results).outcome
        lost = list(filter(_was_lost, results)) if has_doubts else []
        if not lost or not sends_again or self.verify is Verify.NONE or self.stop.is_set:
            self._record(call_id, results, tally)
            return ()
        tally.add(result for result in results if not _was_lost(result))
        self.journal.record_attendance(call_id, results)
        return tuple(result.row for result in lost)

    def _settle_failure(
        self, call: AttendanceCall, call_id: int, error: HubSpotError, tally: Tally, *, is_second: bool
    ) -> None:
        """HubSpot may have what was sent before, whatever became of the second time."""
        untouched = Outcome.UNCONFIRMED if is_second else Outcome.NOT_ATTEMPTED
        # A refresh that is refused is a 400 too, and says nothing of the rows.
        if isinstance(error, ENDS_THE_RUN) or error.status not in REFUSED_FOR_ITS_CONTENT:
            outcome = untouched if was_refused(error) else Outcome.UNCONFIRMED
            if not isinstance(error, NotSent):  # a stop is no fault of the event's
                tally.error = describe(error)
            tally.add(RowResult(row, outcome) for row in call.rows)
            fail(self.journal, call_id, error, outcome)
            if isinstance(error, ENDS_THE_RUN):
                raise error
        elif len(call.rows) > 1:
            fail(self.journal, call_id, error, untouched)
            self._send_halves(call, tally, is_second=is_second)
        else:
            reason = Rejection(error.message, error.category, error.status, error.correlation_id)
            self._record(call_id, [RowResult(call.rows[0], Outcome.REJECTED, rejection=reason)], tally)

    def _send_halves(self, call: AttendanceCall, tally: Tally, *, is_second: bool) -> None:
        """Send a batch that was refused, in two. Where the first half is taken, what is wrong is in the second.

        That one is not sent whole then: it would be refused again.
        """
        first, rest = split(call)
        is_first_taken = self._send_part(first, tally, is_second=is_second)
        if is_first_taken and len(rest.rows) > 1:
            self._send_halves(rest, tally, is_second=is_second)
        else:
            self._send_part(rest, tally, is_second=is_second)

    def _send_part(self, call: AttendanceCall, tally: Tally, *, is_second: bool) -> bool:
        if self.stop.is_set or tally.error is not None:
            tally.skip(call.rows)
            return False
        return self.send(call, tally, is_second=is_second)

    def _record(self, call_id: int, results: Sequence[RowResult], tally: Tally) -> None:
        tally.add(results)  # first: it is true of HubSpot even where it can't be written down any more
        self.journal.record_attendance(call_id, results, may_wait=True)


def _was_lost(result: RowResult) -> bool:
    """HubSpot took it and does not have it, and said nothing: a silent drop. A reason would be the same once more."""
    return result.outcome is Outcome.UNCONFIRMED and result.rejection is None


def split(call: AttendanceCall) -> tuple[AttendanceCall, AttendanceCall]:
    """Two calls with half of the rows each."""
    middle = len(call.rows) // 2
    return replace(call, rows=call.rows[:middle]), replace(call, rows=call.rows[middle:])
