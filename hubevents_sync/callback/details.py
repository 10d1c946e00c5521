"""What is answered about an event: exactly the fields of HubSpot's guide."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hubevents_sync.model.event import EventKey, MarketingEvent

# The table of HubSpot's guide. It has no customProperties and no eventCompleted: completion has one door of its own.
DETAIL_FIELDS = (
    "eventName",
    "eventOrganizer",
    "eventType",
    "startDateTime",
    "endDateTime",
    "eventDescription",
    "eventUrl",
    "eventCancelled",
)


def build_details(event: MarketingEvent) -> bytes:
    """The answer about *event* as JSON. A field that is not declared is left out; not declared cancelled is not."""
    values = {"eventCancelled": False, **event.fields}
    return json.dumps({name: values[name] for name in DETAIL_FIELDS if name in values}, ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The answers about all declared events, made once, when the files were read."""

    answers: Mapping[EventKey, bytes]

    def find(self, keys: Iterator[EventKey]) -> tuple[EventKey, bytes] | None:
        """The first of *keys* that is declared, and its answer."""
        return next(((key, self.answers[key]) for key in keys if key in self.answers), None)


def build_catalogue(events: Iterable[MarketingEvent]) -> Catalogue:
    """The catalogue of *events*."""
    return Catalogue({event.key: build_details(event) for event in events})
