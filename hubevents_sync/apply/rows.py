"""Send one attendance call and say of every row what became of it: intent, call, result."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hubevents_sync.apply.calls import AttendanceCall
from hubevents_sync.apply.faults import ENDS_THE_RUN, describe, fail, was_refused
from hubevents_sync.apply.tally import Tally
from hubevents_sync.errors import HubSpotError
from hubevents_sync.live.verify import settle
from hubevents_sync.model.outcome import AttendanceAnswer, Outcome, Rejection, RowResult, Verify
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

    def send(self, call: AttendanceCall, tally: Tally) -> None:
        """Send *call*; the outcome of every row is on record, and counted in *tally*, before this returns.

        A batch that HubSpot refuses whole is split until the bad rows stand alone. A fault that says nothing of the
        rows is kept in the tally as the event's; one that ends the run is raised.
        """
        call_id = self.journal.intend_attendance(call.key, call.round, call.state, call.rows)
        try:
            answer = self.hubspot.record_attendance(call.key, call.state, call.rows)
        except HubSpotError as error:
            self._settle_failure(call, call_id, error, tally)
        else:
            self._settle_answer(call, call_id, answer, tally)

    def _settle_answer(self, call: AttendanceCall, call_id: int, answer: AttendanceAnswer, tally: Tally) -> None:
        """Where reading back ends the run, what the answer did say is kept all the same."""
        try:
            results = settle(self.hubspot, call.key, call.rows, answer, clock=self.clock, verify=self.verify)
        except ENDS_THE_RUN:
            unread = settle(self.hubspot, call.key, call.rows, answer, clock=self.clock, verify=Verify.NONE)
            self._record(call_id, unread, tally)
            raise
        self._record(call_id, results, tally)

    def _settle_failure(self, call: AttendanceCall, call_id: int, error: HubSpotError, tally: Tally) -> None:
        if error.status not in REFUSED_FOR_ITS_CONTENT:
            outcome = Outcome.NOT_ATTEMPTED if was_refused(error) else Outcome.UNCONFIRMED
            tally.error = describe(error)
            tally.add(RowResult(row, outcome) for row in call.rows)
            fail(self.journal, call_id, error, outcome)
            if isinstance(error, ENDS_THE_RUN):
                raise error
        elif len(call.rows) > 1:
            fail(self.journal, call_id, error, Outcome.NOT_ATTEMPTED)
            for half in split(call):
                self._send_half(half, tally)
        else:
            reason = Rejection(error.message, error.category, error.status, error.correlation_id)
            self._record(call_id, [RowResult(call.rows[0], Outcome.REJECTED, rejection=reason)], tally)

    def _send_half(self, call: AttendanceCall, tally: Tally) -> None:
        if self.stop.is_set or tally.error is not None:
            tally.skip(call.rows)
        else:
            self.send(call, tally)

    def _record(self, call_id: int, results: Sequence[RowResult], tally: Tally) -> None:
        tally.add(results)  # first: it is true of HubSpot even where it can't be written down any more
        self.journal.record_attendance(call_id, results)


def split(call: AttendanceCall) -> tuple[AttendanceCall, AttendanceCall]:
    """Two calls with half of the rows each."""
    middle = len(call.rows) // 2
    return replace(call, rows=call.rows[:middle]), replace(call, rows=call.rows[middle:])
