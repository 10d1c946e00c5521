"""What an event file gets wrong by its schema is said where it stands, and in a person's words."""

from collections.abc import Callable, Mapping

import pytest

FindingsOf = Callable[[Mapping[str, str | bytes]], list[str]]
EVENT = """events:
  - externalEventId: e1
    eventName: Cooking
    eventOrganizer: Joe
    startDateTime: 2026-05-01T09:00Z
    endDateTime: 2026-05-01T17:00Z
"""


def event(extra: str) -> dict[str, str | bytes]:
    """An event file whose only event has the lines *extra* too; they begin at line 7."""
    return {"events/a.yaml": EVENT + "".join(f"    {line}\n" for line in extra.splitlines())}


def events(content: str | bytes) -> dict[str, str | bytes]:
    """An event file."""
    return {"events/a.yaml": content}


CASES: dict[str, tuple[Mapping[str, str | bytes], list[str]]] = {
    "a_list_at_the_top": (
        events("- externalEventId: e1\n"),
        ["events/a.yaml:1:1: error: the file must be {events: …}, found a list [wrong-type]"],
    ),
    "text_at_the_top": (
        events("hello\n"),
        ['events/a.yaml:1:1: error: the file must be {events: …}, found the text "hello" [wrong-type]'],
    ),
    "events_without_a_value": (events("events:\n"), ["events/a.yaml:1:1: error: events has no value [no-value]"]),
    "a_mapping_of_events": (
        events("events:\n  e1: {eventName: x}\n"),
        ["events/a.yaml:2:3: error: events must be a list, found a mapping of names to values [wrong-type]"],
    ),
    "a_roster_matched_as_an_event_file": (
        events("attendees:\n  - email: ana@example.com\n"),
        ["events/a.yaml:1:1: error: unknown field attendees [unknown-field]"],
    ),
    "an_event_at_the_top": (
        events("externalEventId: e1\neventName: Cooking\n"),
        [
            "events/a.yaml:1:1: error: unknown field externalEventId [unknown-field]",
            "events/a.yaml:2:1: error: unknown field eventName [unknown-field]",
        ],
    ),
    "an_event_without_a_value": (
        events("events:\n  -\n"),
        ["events/a.yaml:2:4: error: entry 1 of events has no value [no-value]"],
    ),
    "an_event_that_lacks_what_hubspot_requires": (
        events("events:\n  - startDateTime: 2026-05-01T09:00Z\n    endDateTime: 2026-05-01T17:00Z\n"),
        [
            "events/a.yaml:2:5: error: the event lacks eventName [missing-field]",
            "events/a.yaml:2:5: error: the event lacks eventOrganizer [missing-field]",
            "events/a.yaml:2:5: error: the event lacks externalEventId [missing-field]",
        ],
    ),
    "a_misspelt_field": (event("eventTpye: x"), ["events/a.yaml:7:5: error: unknown field eventTpye [unknown-field]"]),
    "the_guides_names_of_times": (
        event("eventStartTime: 2026-05-01T09:00Z\neventEndTime: 2026-05-01T09:00Z"),
        [
            "events/a.yaml:7:5: error: unknown field eventStartTime [unknown-field]",
            "events/a.yaml:8:5: error: unknown field eventEndTime [unknown-field]",
        ],
    ),
    "the_guides_name_of_the_callback": (
        event("eventDetailsURL: https://x.example/%s"),
        ["events/a.yaml:7:5: error: unknown field eventDetailsURL [unknown-field]"],
    ),
    "completion_by_the_back_door": (
        event("eventCompleted: true"),
        ["events/a.yaml:7:5: error: unknown field eventCompleted [unknown-field]"],
    ),
    "a_rosters_field_in_an_event": (
        event("email: ana@example.com"),
        ["events/a.yaml:7:5: error: unknown field email [unknown-field]"],
    ),
    "a_field_without_a_value": (event("eventType:"), ["events/a.yaml:7:5: error: eventType has no value [no-value]"]),
    "a_field_that_is_null": (event("eventType: ~"), ["events/a.yaml:7:5: error: eventType has no value [no-value]"]),
    "a_list_where_text_belongs": (
        event("eventType: [a, b]"),
        ["events/a.yaml:7:16: error: eventType must be text, found a list [wrong-type]"],
    ),
    "a_mapping_where_text_belongs": (
        event("eventType: {a: b}"),
        ["events/a.yaml:7:16: error: eventType must be text, found a mapping of names to values [wrong-type]"],
    ),
    "yes_where_true_belongs": (
        event("eventCancelled: yes"),
        ['events/a.yaml:7:21: error: eventCancelled must be true or false, found the text "yes" [wrong-type]'],
    ),
    "a_quoted_true": (
        event('eventCancelled: "true"'),
        ['events/a.yaml:7:21: error: eventCancelled must be true or false, found the text "true" [wrong-type]'],
    ),
    "an_unknown_removal_policy": (
        event("removals: cancle"),
        ['events/a.yaml:7:15: error: removals must be keep or cancel, found the text "cancle" [not-allowed]'],
    ),
    "text_where_a_completion_belongs": (
        event("complete: after"),
        [
            "events/a.yaml:7:15: error: complete must be true or false or {not_before: …}, found the"
            ' text "after" [wrong-type]'
        ],
    ),
    "a_completion_without_its_time": (
        event("complete: {notBefore: 2026-05-02T09:00Z}"),
        [
            "events/a.yaml:7:15: error: complete lacks not_before [missing-field]",
            "events/a.yaml:7:16: error: unknown field notBefore [unknown-field]",
        ],
    ),
    "a_roster_that_is_a_mapping": (
        event("roster: {file: a.csv}"),
        ["events/a.yaml:7:13: error: roster must be text or a list, found a mapping of names to values [wrong-type]"],
    ),
    "a_roster_list_with_a_list_in_it": (
        event("roster: [[a.csv]]"),
        ["events/a.yaml:7:14: error: entry 1 of roster must be text, found a list [wrong-type]"],
    ),
    "an_empty_name": (
        events(EVENT.replace("Cooking", '""')),
        ["events/a.yaml:3:16: error: eventName must not be empty [length]"],
    ),
    "an_id_of_300_characters": (
        events(EVENT.replace("e1", "e" * 300)),
        ["events/a.yaml:2:22: error: externalEventId has 300 characters; at most 255 are allowed [length]"],
    ),
    "a_custom_property_without_a_value": (
        event("customProperties: {room: }"),
        ["events/a.yaml:7:24: error: room has no value [no-value]"],
    ),
    "a_custom_property_that_is_a_list": (
        event("customProperties: {rooms: [1, 2]}"),
        ["events/a.yaml:7:31: error: rooms must be text, a number or true or false, found a list [wrong-type]"],
    ),
    "an_email_in_a_wrong_field": (
        event("removals: ana@example.com"),
        ['events/a.yaml:7:15: error: removals must be keep or cancel, found the text "***@***" [not-allowed]'],
    ),
    "a_url_of_another_scheme": (
        event("eventUrl: ftp://cooking.example"),
        [
            "events/a.yaml:7:15: error: eventUrl must be a URL that begins with https:// or http://,"
            ' found the text "ftp://cooking.example" [not-allowed]'
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_fault_is_found_where_it_stands(case: str, findings_of: FindingsOf) -> None:
    files, expected = CASES[case]
    assert findings_of(files) == expected
