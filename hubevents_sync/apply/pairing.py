"""Find each event's part in the answer to an upsert, which carries no key, and tell what HubSpot did not keep. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hubevents_sync.model.event import FieldValue, MarketingEvent
from hubevents_sync.model.outcome import UpsertedEvent

# A field that was never set comes back as one of these, or not at all.
_UNSET: tuple[FieldValue | None, ...] = (None, "", False)


@dataclass(frozen=True, slots=True)
class Difference:
    """What HubSpot holds otherwise than was sent: *changed* names fields or properties of another value.

    *lost* are the names of custom properties that it does not have at all: it filters out those that the account does
    not define, without an error (OpenAPI, and measured by others).
    """

    changed: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """HubSpot has all of it."""
        return not self.changed and not self.lost


def pair_with_answer(
    events: Sequence[MarketingEvent], upserted: Sequence[UpsertedEvent]
) -> Iterator[tuple[MarketingEvent, UpsertedEvent | None]]:
    """Each event with its part of the answer; None where the answer is short of it.

    They are told apart by their names. Of several with one name it is only known that all are there, not which is
    which, unless ``id`` says so: then there is no object id, and no property but what all of them have.
    """
    sent, answered = Counter(event.name for event in events), defaultdict(list)
    for part in upserted:
        answered[part.name].append(part)
    for event in events:
        parts = answered[event.name]
        same = [part for part in parts if part.id == event.key.external_event_id]
        if len(parts) == sent[event.name]:
            yield event, parts[0] if len(parts) == 1 else same[0] if len(same) == 1 else _common_part(parts)
        else:
            yield event, None


def properties_of(event: MarketingEvent) -> Mapping[str, str]:
    """The event's custom properties; none where it declares none."""
    properties = event.fields.get("customProperties")
    return properties if isinstance(properties, Mapping) else {}


def find_difference(found: MarketingEvent, wanted: MarketingEvent) -> Difference:
    """What *found* holds otherwise than *wanted* declares."""
    fields = [
        name
        for name, value in wanted.fields.items()
        if name != "customProperties" and not _is_equal(found.fields.get(name), value)
    ]
    of_properties = compare_properties(properties_of(found), wanted)
    return Difference((*sorted(fields), *of_properties.changed), of_properties.lost)


def compare_properties(found: Mapping[str, str], wanted: MarketingEvent) -> Difference:
    """What *found*, properties as HubSpot shows them, holds otherwise than *wanted* declares."""
    declared = properties_of(wanted)
    changed = [name for name, text in declared.items() if name in found and found[name] != text]
    lost = [name for name, text in declared.items() if name not in found and text]
    return Difference(tuple(f"customProperties.{name}" for name in sorted(changed)), tuple(sorted(lost)))


def _is_equal(found: FieldValue | None, wanted: FieldValue) -> bool:
    return found == wanted or (found in _UNSET and wanted in _UNSET)


def _common_part(parts: Sequence[UpsertedEvent]) -> UpsertedEvent:
    common = set.intersection(*(set(part.custom_properties.items()) for part in parts))
    return UpsertedEvent(parts[0].name, custom_properties=dict(common))
