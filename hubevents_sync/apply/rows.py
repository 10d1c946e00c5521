"""Send one attendance call and say of every row what became of it: intent, call, result."""

from dataclasses import dataclass, replace

from hubevents_sync.apply.calls import AttendanceCall
from hubevents_sync.apply.faults import ENDS_THE_RUN, describe, fail
from hubevents_sync.apply.tally import Tally
from hubevents_sync.errors import HubSpotError
from hubevents_sync.live.verify import settle
from hubevents_sync.model.outcome import Outcome, Rejection, RowResult, Verify
from hubevents_sync.ports import Clock, HubSpot, Journal

# The whole batch was looked at and refused: one bad row is enough for that.
REFUSED_FOR_ITS_CONTENT = frozenset({400, 409, 413, 422})
# Refused before anything was looked at.
REFUSED_UNSEEN = frozenset({401, 403, 404, 405, 423, 429, 477})


@dataclass(frozen=True, slots=True)
class RowSender:
    """Sends calls; safe to use from several threads."""

    hubspot: HubSpot
    journal: Journal
    clock: Clock
    verify: Verify

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
            return
        results = settle(self.hubspot, call.key, call.rows, answer, clock=self.clock, verify=self.verify)
        self.journal.record_attendance(call_id, results)
        tally.add(results)

    def _settle_failure(self, call: AttendanceCall, call_id: int, error: HubSpotError, tally: Tally) -> None:
        if error.status not in REFUSED_FOR_ITS_CONTENT:
            outcome = Outcome.NOT_ATTEMPTED if error.status in REFUSED_UNSEEN else Outcome.UNCONFIRMED
            fail(self.journal, call_id, error, outcome)
            tally.add(RowResult(row, outcome) for row in call.rows)
            tally.error = describe(error)
            if isinstance(error, ENDS_THE_RUN):
                raise error
        elif len(call.rows) > 1:
            fail(self.journal, call_id, error, Outcome.NOT_ATTEMPTED)
            for half in split(call):
                self.send(half, tally)
        else:
            reason = Rejection(error.message, error.category, error.status, error.correlation_id)
            results = [RowResult(call.rows[0], Outcome.REJECTED, rejection=reason)]
            self.journal.record_attendance(call_id, results)
            tally.add(results)


def split(call: AttendanceCall) -> tuple[AttendanceCall, AttendanceCall]:
    """Two calls with half of the rows each."""
    middle = len(call.rows) // 2
    return replace(call, rows=call.rows[:middle]), replace(call, rows=call.rows[middle:])
