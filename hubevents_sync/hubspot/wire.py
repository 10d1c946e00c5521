"""Turn events and participations into the JSON that HubSpot takes. Pure: values in, values out."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from typing import Any, cast

from hubevents_sync.model.batch import RowColumns, columns_of
from hubevents_sync.model.event import EVENT_FIELDS, MarketingEvent
from hubevents_sync.model.instant import format_instant
from hubevents_sync.model.participation import AttendanceState, Participation

# Written as a verb (register), read back as a state (REGISTERED): OpenAPI 2026-03. The guide's example has the state
# in the path too; HubSpot answers 400 "Unknown state for 'REGISTERED'" to that.
VERBS = {
    AttendanceState.REGISTERED: "register",
    AttendanceState.ATTENDED: "attend",
    AttendanceState.CANCELLED: "cancel",
}

# Most people of an event share its start and end ("attended: true"), so that few times are written many times.
_written = lru_cache(maxsize=4096)(format_instant)


def encode_body(body: Mapping[str, Any]) -> bytes:
    """*body* as compact JSON in ASCII, in the order of its keys."""
    return json.dumps(body, separators=(",", ":")).encode("ascii")


def event_input(event: MarketingEvent) -> dict[str, Any]:
    """The event as an upsert takes it: its key, every declared field as it is held, and customProperties always.

    An upsert without customProperties was seen to answer 200 and create nothing. eventCompleted is no field of ours:
    completing an event has one door of its own.
    """
    fields = event.fields
    body: dict[str, Any] = {
        "externalAccountId": event.key.external_account_id,
        "externalEventId": event.key.external_event_id,
    }
    body.update({name: fields[name] for name in EVENT_FIELDS if name in fields})
    declared = fields.get("customProperties")
    properties = declared if isinstance(declared, Mapping) else {}
    body["customProperties"] = [{"name": name, "value": properties[name]} for name in sorted(properties)]
    return body


def upsert_body(events: Sequence[MarketingEvent]) -> dict[str, Any]:
    """The body of a batch upsert."""
    return {"inputs": [event_input(event) for event in events]}


def complete_body(*, start: str, end: str) -> dict[str, str]:
    """The body of a completion; both times are required."""
    return {"startDateTime": start, "endDateTime": end}


def is_by_email(state: AttendanceState, rows: Sequence[Participation]) -> bool:
    """True where *rows* go by e-mail, False by contact id.

    A batch that mixes the two, or has a row of another state, is a bug: ValueError.
    """
    columns = columns_of(rows)
    by_email = columns.email[0] is not None
    if columns.state.count(state) < len(rows):
        raise ValueError(f"a batch of {state} has a row of another state")
    if not all(columns.email) and columns.email.count(None) != (0 if by_email else len(rows)):
        raise ValueError("a batch mixes rows by e-mail and rows by contact id")
    if not by_email and None in columns.contact_id:
        raise ValueError("a row has neither an e-mail nor a contact id")
    return by_email


def attendance_body(rows: Sequence[Participation], *, by_email: bool) -> bytes:
    """The body of an attendance call: BatchInputMarketingEventEmailSubscriber, or …Subscriber by contact id.

    OpenAPI lists ``properties`` and ``contactProperties`` as required, so an empty map goes where there is none. Put
    together as text: a million rows as objects, encoded by the library, take ten times as long.
    """
    columns = columns_of(rows)
    times = columns.occurred_at_ms
    properties = map(_spell_times, columns.joined_at_ms, columns.left_at_ms) if _has_attended(columns) else repeat("{}")
    if not by_email:
        told = zip(columns.contact_id, times, properties, strict=False)
        inputs = [f'{{"vid":{vid},"interactionDateTime":{at_ms},"properties":{those}}}' for vid, at_ms, those in told]
        return f'{{"inputs":[{",".join(inputs)}]}}'.encode("ascii")
    given = columns.contact_properties
    contacts = [_spell(dict(each) if each else {}) for each in given] if any(given) else repeat("{}")
    named = zip(_escape_all(cast("tuple[str, ...]", columns.email)), times, properties, contacts, strict=False)
    inputs = [
        f'{{"email":"{email}","interactionDateTime":{at_ms},"properties":{those},"contactProperties":{contact}}}'
        for email, at_ms, those, contact in named
    ]
    return f'{{"inputs":[{",".join(inputs)}]}}'.encode("ascii")


def _escape_all(texts: Sequence[str]) -> Sequence[str]:
    """Each of *texts* as it stands between the quotes of JSON: as it is, mostly. One look at all of them tells.

    What has to be escaped becomes longer.
    """
    joined = "".join(texts)
    if len(json.dumps(joined)) == len(joined) + len('""'):
        return texts
    return [json.dumps(text)[1:-1] for text in texts]


def _spell(value: Mapping[str, str]) -> str:
    return json.dumps(value, separators=(",", ":"))


def _has_attended(columns: RowColumns) -> bool:
    """Whether they are of the only state that has properties; all are of one."""
    return AttendanceState.ATTENDED in columns.state[:1]


def _spell_times(joined_at_ms: int | None, left_at_ms: int | None) -> str:
    """An attendance's properties. joinedAt and leftAt are allowed for "attend" only (OpenAPI, the description)."""
    times = {"joinedAt": joined_at_ms, "leftAt": left_at_ms}
    return _spell({name: _written(at_ms) for name, at_ms in times.items() if at_ms is not None})


@dataclass(frozen=True, slots=True)
class PersonalValues:
    """What *rows* tell HubSpot about people: it must not come back in a message that we keep.

    Looked up where there is such a message; a million rows are sent and hardly one of them is spoken of.
    """

    rows: Sequence[Participation]

    def __iter__(self) -> Iterator[str]:
        values = {row.email for row in self.rows if row.email}
        for properties in filter(None, [row.contact_properties for row in self.rows]):
            values.update(properties.values())
        return iter(values)
