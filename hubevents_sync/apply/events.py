"""Upsert events in batches, and make sure that each one is really there: intent, call, look, result."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hubevents_sync.apply.faults import ENDS_THE_RUN, describe, fail
from hubevents_sync.errors import HubSpotError
from hubevents_sync.model.event import MarketingEvent
from hubevents_sync.model.outcome import Outcome, UpsertAnswer, UpsertedEvent
from hubevents_sync.ports import HubSpot, Journal


@dataclass(frozen=True, slots=True)
class UpsertResult:
    """What became of one event. *error* is None where HubSpot has it; *lost_properties* are names that it dropped."""

    event: MarketingEvent
    object_id: str | None = None
    error: str | None = None
    lost_properties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventUpserter:
    """Sends upserts."""

    hubspot: HubSpot
    journal: Journal

    def upsert(self, events: Sequence[MarketingEvent]) -> list[UpsertResult]:
        """One batch. An answer that is short of an event, or a refusal of the whole, is gone into event by event.

        HubSpot was seen to answer 200 COMPLETE with empty results and nothing created.
        """
        call_id = self.journal.intend_upsert(events)
        try:
            answer = self.hubspot.upsert_events(events)
        except ENDS_THE_RUN as error:
            fail(self.journal, call_id, error, Outcome.NOT_ATTEMPTED)
            raise
        except HubSpotError as error:
            results = self._after_failure(events, error)
        else:
            results = self._match(events, answer)
        confirmed = [(result.event, result.object_id) for result in results if result.error is None]
        failed = [result.event.key for result in results if result.error is not None]
        self.journal.record_upsert(call_id, confirmed, failed)
        return results

    def _match(self, events: Sequence[MarketingEvent], answer: UpsertAnswer) -> list[UpsertResult]:
        if len(answer.upserted) != len(events):
            return [self._ensure(event) for event in events]
        return [_confirm(event, upserted) for event, upserted in pair_by_name(events, answer.upserted)]

    def _after_failure(self, events: Sequence[MarketingEvent], error: HubSpotError) -> list[UpsertResult]:
        if len(events) == 1 and error.status is not None and error.status < 500:
            return [UpsertResult(events[0], error=describe(error))]
        return [self._ensure(event) for event in events]

    def _ensure(self, event: MarketingEvent) -> UpsertResult:
        """Look the event up; where it is missing or different, put it on its own and look again."""
        try:
            found = self.hubspot.read_event(event.key)
            if found is None or not _holds(found.event, event):
                self.hubspot.put_event(event)
                found = self.hubspot.read_event(event.key)
        except ENDS_THE_RUN:
            raise
        except HubSpotError as error:
            return UpsertResult(event, error=describe(error))
        if found is None:
            return UpsertResult(event, error="HubSpot took it without an error and does not have it")
        lost = properties_of(event).keys() - properties_of(found.event).keys()
        return UpsertResult(event, found.object_id, lost_properties=tuple(sorted(lost)))


def pair_by_name(
    events: Sequence[MarketingEvent], upserted: Sequence[UpsertedEvent]
) -> Iterator[tuple[MarketingEvent, UpsertedEvent | None]]:
    """Each event with its part of the answer, which carries no key: in order, and only where the names agree."""
    for event, answered in zip(events, upserted, strict=True):
        agrees = answered.id == event.key.external_event_id or answered.name == event.name
        yield event, answered if agrees else None


def properties_of(event: MarketingEvent) -> Mapping[str, str]:
    """The event's custom properties; none where it declares none."""
    properties = event.fields.get("customProperties")
    return properties if isinstance(properties, Mapping) else {}


def _confirm(event: MarketingEvent, answered: UpsertedEvent | None) -> UpsertResult:
    if answered is None:
        return UpsertResult(event)
    lost = properties_of(event).keys() - answered.custom_properties.keys()
    return UpsertResult(event, answered.object_id, lost_properties=tuple(sorted(lost)))


def _holds(found: MarketingEvent, wanted: MarketingEvent) -> bool:
    """*found* has every plain field of *wanted*. Custom properties may have been filtered out."""
    return all(found.fields.get(name) == value for name, value in wanted.fields.items() if name != "customProperties")
