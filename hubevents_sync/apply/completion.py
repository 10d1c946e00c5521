"""Complete one event, which can't be undone: only after a look at the counters, and never twice blind."""

from dataclasses import dataclass

from hubevents_sync.apply.faults import fail, was_refused
from hubevents_sync.apply.gate import NEXT_RUN, Verdict, count_people, judge_counters, note_leftovers
from hubevents_sync.errors import HubSpotError
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.plan import CompletionStep
from hubevents_sync.ports import Clock, HubSpot, Journal, StopSwitch

# Waits before each look. Counters lag behind what was written: seen to be a matter of seconds.
LOOK_DELAYS_SECONDS = (0.0, 1.0, 3.0, 7.0)


@dataclass(frozen=True, slots=True)
class EventCompleter:
    """Completes events on behalf of one approved plan."""

    hubspot: HubSpot
    journal: Journal
    clock: Clock
    plan_digest: str
    approved_by: str
    stop: StopSwitch

    def complete(self, key: EventKey, step: CompletionStep) -> Verdict:
        """Complete the event, or say what is missing. Raises HubSpotError where HubSpot refused or did not answer.

        HubSpot is asked first: an earlier run may have sent the call and never heard, or somebody else completed it.
        """
        if self._is_complete(key):
            self.journal.record_completion(self.journal.intend_completion(key), self.plan_digest, self.approved_by)
            return Verdict(note="it was complete at HubSpot already")
        verdict = self._compare_counters(key)
        if not verdict.is_open:
            return verdict
        if self.stop.is_set:  # while the counters were waited for
            return Verdict(NEXT_RUN)
        self._send(key, step)
        return verdict

    def _send(self, key: EventKey, step: CompletionStep) -> None:
        call_id = self.journal.intend_completion(key)
        try:
            self.hubspot.complete_event(key, start=step.start, end=step.end)
        except HubSpotError as error:
            if was_refused(error):
                fail(self.journal, call_id, error, Outcome.NOT_ATTEMPTED)
                raise
            if not self._turns_out_complete(key):
                fail(self.journal, call_id, error, Outcome.UNCONFIRMED)
                raise
        self.journal.record_completion(call_id, self.plan_digest, self.approved_by)

    def _compare_counters(self, key: EventKey) -> Verdict:
        recorded = self.journal.read_event(key)
        expected = count_people(recorded.snapshot.participations if recorded else ())
        verdict = Verdict()
        for delay in LOOK_DELAYS_SECONDS:
            if delay and self.stop.is_set:
                return Verdict(NEXT_RUN)
            if delay:
                self.clock.sleep(delay)
            verdict = judge_counters(expected, self.hubspot.read_counters(key))
            if verdict.is_open:
                return Verdict(note=note_leftovers(recorded.leftovers if recorded else {}))
        return verdict

    def _turns_out_complete(self, key: EventKey) -> bool:
        """What HubSpot says after an answer that never came. Where it says nothing either, the next run asks again."""
        try:
            for delay in LOOK_DELAYS_SECONDS:
                if delay:
                    self.clock.sleep(delay)
                if self._is_complete(key):
                    return True
        except HubSpotError:
            return False
        return False

    def _is_complete(self, key: EventKey) -> bool:
        found = self.hubspot.read_event(key)
        return found is not None and found.is_completed
