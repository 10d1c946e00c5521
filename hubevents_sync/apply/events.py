"""Upsert events in batches, and make sure that each one is really there: intent, call, look, result."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hubevents_sync.apply.faults import ENDS_THE_RUN, describe, fail, was_refused
from hubevents_sync.apply.pairing import compare_properties, find_difference, pair_with_answer, properties_of
from hubevents_sync.errors import HubSpotError, NotSent
from hubevents_sync.model.event import MarketingEvent
from hubevents_sync.model.outcome import Outcome, UpsertAnswer
from hubevents_sync.model.snapshot import EventSnapshot
from hubevents_sync.ports import Clock, HubSpot, Journal, StopSwitch

# Waits before each look: what was just written was seen to be missing for a moment.
LOOK_DELAYS_SECONDS = (0.0, 1.0, 3.0)


@dataclass(frozen=True, slots=True)
class UpsertResult:
    """What became of one event. *error* is None where HubSpot has it.

    *is_refused* tells an error after which HubSpot is known to be as before. *lost_properties* are the names of custom
    properties that it dropped.
    """

    event: MarketingEvent
    object_id: str | None = None
    error: str | None = None
    is_refused: bool = False
    lost_properties: tuple[str, ...] = ()

    @property
    def confirmed(self) -> MarketingEvent:
        """The event as HubSpot has it: without what it dropped, so that the next plan shows that again."""
        if not self.lost_properties:
            return self.event
        kept = {name: text for name, text in properties_of(self.event).items() if name not in self.lost_properties}
        return MarketingEvent(self.event.key, {**self.event.fields, "customProperties": kept})


@dataclass(frozen=True, slots=True)
class Upserted:
    """The results of a batch. It is short of events where a stop or *fault*, which ends the run, came before them."""

    results: tuple[UpsertResult, ...]
    fault: HubSpotError | None = None


@dataclass(frozen=True, slots=True)
class EventUpserter:
    """Sends upserts."""

    hubspot: HubSpot
    journal: Journal
    clock: Clock
    stop: StopSwitch

    def upsert(self, events: Sequence[MarketingEvent]) -> Upserted:
        """One batch. What the answer is short of, or all after a failure of the whole, is gone into event by event.

        HubSpot was seen to answer 200 COMPLETE with empty results and nothing created. An event of which it is not
        known whether HubSpot has it stays unconfirmed on record.
        """
        call_id = self.journal.intend_upsert(events)
        try:
            answer = self.hubspot.upsert_events(events)
        except NotSent as error:
            fail(self.journal, call_id, error, Outcome.NOT_ATTEMPTED)
            return Upserted(())
        except ENDS_THE_RUN as error:
            fail(self.journal, call_id, error, Outcome.NOT_ATTEMPTED)
            return Upserted((), error)
        except HubSpotError as error:
            upserted = _collect(self._after_failure(events, error))
        else:
            upserted = _collect(self._match(events, answer))
        confirmed = [(each.confirmed, each.object_id) for each in upserted.results if each.error is None]
        refused = [each.event.key for each in upserted.results if each.is_refused]
        self.journal.record_upsert(call_id, confirmed, refused)
        return upserted

    def _match(self, events: Sequence[MarketingEvent], answer: UpsertAnswer) -> Iterator[UpsertResult]:
        for event, answered in pair_with_answer(events, answer.upserted):
            if answered is None:
                yield from self._ensure(event, is_sent=False)
            elif compare_properties(answered.custom_properties, event).is_empty:
                yield UpsertResult(event, answered.object_id)
            else:
                yield from self._ensure(event, is_sent=True)

    def _after_failure(self, events: Sequence[MarketingEvent], error: HubSpotError) -> Iterator[UpsertResult]:
        if len(events) == 1 and was_refused(error):
            yield UpsertResult(events[0], error=describe(error), is_refused=True)
            return
        for event in events:
            yield from self._ensure(event, is_sent=False)

    def _ensure(self, event: MarketingEvent, *, is_sent: bool) -> Iterator[UpsertResult]:
        """Settle one event, unless the run was stopped meanwhile: then it stays unconfirmed."""
        if not self.stop.is_set:
            yield self._settle(event, is_sent=is_sent)

    def _settle(self, event: MarketingEvent, *, is_sent: bool) -> UpsertResult:
        """Look the event up; where it is missing or different, and HubSpot did not take it yet, put it on its own."""
        try:
            found = self._look(event, delays=LOOK_DELAYS_SECONDS if is_sent else (0.0,))
            if not is_sent and (found is None or not find_difference(found.event, event).is_empty):
                refusal = self._put(event)
                if refusal is not None:
                    return refusal
                found = self._look(event, delays=LOOK_DELAYS_SECONDS)
        except (NotSent, *ENDS_THE_RUN):
            raise
        except HubSpotError as error:
            return UpsertResult(event, error=describe(error))
        return _judge(event, found)

    def _put(self, event: MarketingEvent) -> UpsertResult | None:
        """Send the event on its own; a result where HubSpot said no."""
        try:
            self.hubspot.put_event(event)
        except HubSpotError as error:
            if isinstance(error, (NotSent, *ENDS_THE_RUN)) or not was_refused(error):
                raise
            return UpsertResult(event, error=describe(error), is_refused=True)
        return None

    def _look(self, event: MarketingEvent, *, delays: Sequence[float]) -> EventSnapshot | None:
        """The event as HubSpot has it, once it holds what was sent or patience ends. A dropped property never comes."""
        found = None
        for delay in delays:
            if delay:
                self.clock.sleep(delay)
            found = self.hubspot.read_event(event.key)
            if found is not None and not find_difference(found.event, event).changed:
                break
        return found


def _collect(results: Iterator[UpsertResult]) -> Upserted:
    """All *results*, or those before a stop or the fault that ends the run: what is left out stays unconfirmed."""
    settled: list[UpsertResult] = []
    try:
        settled.extend(results)  # keeps what came before a fault
    except NotSent:
        return Upserted(tuple(settled))
    except ENDS_THE_RUN as error:
        return Upserted(tuple(settled), error)
    return Upserted(tuple(settled))


def _judge(event: MarketingEvent, found: EventSnapshot | None) -> UpsertResult:
    if found is None:
        return UpsertResult(event, error="HubSpot took it without an error and does not have it")
    difference = find_difference(found.event, event)
    if difference.changed:
        names = ", ".join(difference.changed)
        return UpsertResult(event, error=f"HubSpot took it without an error and has other values of: {names}")
    return UpsertResult(event, found.object_id, lost_properties=difference.lost)
