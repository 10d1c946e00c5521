"""The order of keys, and which places hold times: as the schemas have it."""

from enum import StrEnum
from functools import cache

from hubevents_sync.manifest.expected import Expected, Schema
from hubevents_sync.manifest.schema import EVENTS_SCHEMA, PROJECT_SCHEMA, load_schema

ROSTER_SCHEMA = "roster"
_TIME_TYPES = {"string", "integer"}


class Kind(StrEnum):
    """What a file of a project is."""

    PROJECT = "project"
    EVENTS = "events"
    ROSTER = "roster"


@cache
def schema_of(kind: Kind) -> Schema:
    """The schema of such a file; that of event files with the attendees, which another file describes, put in."""
    if kind is Kind.PROJECT:
        return load_schema(PROJECT_SCHEMA)
    roster = load_schema(ROSTER_SCHEMA)
    if kind is Kind.ROSTER:
        return roster
    events = load_schema(EVENTS_SCHEMA)
    event = events["$defs"]["event"]
    attendees = {**event["properties"]["attendees"], "items": {"$ref": "#/$defs/attendee"}}
    whole = {**event, "properties": {**event["properties"], "attendees": attendees}}
    return {**events, "$defs": {**roster["$defs"], **events["$defs"], "event": whole}}


def rank_keys(expected: Expected) -> dict[str, int]:
    """The place of each field that is known at *expected*, in the schema's order."""
    names = dict.fromkeys(name for part in expected.parts for name in part.get("properties", ()))
    return {name: place for place, name in enumerate(names)}


def takes_time(expected: Expected) -> bool:
    """A scalar at *expected* is a time: text, or a number of milliseconds, and nothing else."""
    return set(expected.types()) - {"array", "object"} == _TIME_TYPES
