"""What people mix up when they write these files, and what they meant."""

import re
from collections.abc import Collection, Mapping

from hubevents_sync.manifest.expected import Schema, types_of
from hubevents_sync.manifest.suggest import did_you_mean
from hubevents_sync.manifest.tree import Path
from hubevents_sync.manifest.wording import listed
from hubevents_sync.model.event import EVENT_FIELDS

COMPLETION = "completion has one door: write complete: true"
ROSTER_ENTRY = "it belongs to an entry of attendees:, or to a roster file"

# Field names by their bare spelling: no case, no separators.
FIELD_HINTS: Mapping[str, str] = {
    # HubSpot's guide has these two in a table; its API has never known them.
    "eventstarttime": "HubSpot's guide calls it so, its API says startDateTime",
    "eventendtime": "HubSpot's guide calls it so, its API says endDateTime",
    "eventdetailsurl": "that is a setting of the app, not of an event; the event's own page is eventUrl",
    "eventcompleted": COMPLETION,
    "completed": COMPLETION,
    "starttime": "did you mean startDateTime?",
    "start": "did you mean startDateTime?",
    "endtime": "did you mean endDateTime?",
    "end": "did you mean endDateTime?",
    "eventid": "did you mean externalEventId?",
    "objectid": "HubSpot gives it out; an event is known by externalEventId",
    "eventstatus": "HubSpot derives it; write eventCancelled: true or complete: true",
    "properties": "did you mean customProperties?",
    "rosters": "roster takes a list too",
    "timezone": "write each time with its offset, or set timezone: in hubevents.yaml",
    "canceled": "did you mean eventCancelled?",
    "cancelled": "did you mean eventCancelled?",
    "eventcanceled": "did you mean eventCancelled?",
    "name": "did you mean eventName?",
    "organizer": "did you mean eventOrganizer?",
    "description": "did you mean eventDescription?",
    "url": "did you mean eventUrl?",
    "type": "did you mean eventType?",
}
ROSTER_FIELDS = frozenset(
    (
        "email",
        "vid",
        "registered",
        "attended",
        "contact",
        "joinedat",
        "leftat",
        "contactproperties",
        "interactiondatetime",
    )
)
EVENT_ONLY_FIELDS = frozenset(
    name.lower() for name in (*EVENT_FIELDS, "externalEventId", "externalAccountId", "roster", "removals", "complete")
)
SHARES = ("keep_free", "removals")
_WORDS_FOR_BOOLEANS = frozenset(("yes", "no", "on", "off", "y", "n"))
_NUMBER = re.compile(r"[-+]?[0-9]+([.][0-9]+)?")


def hint_for_unknown_field(name: str, path: Path, known: Collection[str]) -> str | None:
    """What was meant by the field *name* of the object at *path*, which takes the fields *known*."""
    bare = re.sub(r"[_\- ]", "", name).casefold()
    is_event = len(path) == 2 and path[0] == "events"
    is_event_file = not path and "events" in known and "version" not in known
    if is_event and bare in FIELD_HINTS:
        return FIELD_HINTS[bare]
    if is_event and bare in ROSTER_FIELDS:
        return ROSTER_ENTRY
    if is_event_file and bare == "attendees":
        return (
            "this is a roster: name it in an event's roster:, and let events: of hubevents.yaml match event files only"
        )
    if is_event_file and bare in EVENT_ONLY_FIELDS:
        return "it belongs to an event: write events: and, below it, one entry with - for each event"
    return did_you_mean(name, known) or (f"allowed here: {listed(known, 'and')}" if known else None)


def hint_for_value(found: object, schema: Schema, path: Path) -> str | None:
    """What was meant by *found*, which *schema* does not take at *path*."""
    types = types_of(schema)
    if isinstance(found, str):
        if "boolean" in types and found.casefold() in _WORDS_FOR_BOOLEANS:
            return "YAML 1.2 has true and false; yes, no, on and off are text"
        if {"integer", "number", "boolean"} & set(types) and (_NUMBER.fullmatch(found) or found in ("true", "false")):
            return "remove the quotes"
        if types == ["array"] and path:
            return "write it as a list: [a, b], or one line with - for each"
    if isinstance(found, int | float) and 1 <= found <= 100 and path and path[-1] in SHARES:
        return f"did you mean {found:g}%?"
    if isinstance(found, list) and types == ["object"]:
        return "remove the - before its fields"
    return None
