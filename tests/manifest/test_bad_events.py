"""What HubSpot would refuse or drop of an event is found in its file."""

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


VERSION = "version: 1\n"

CASES: dict[str, tuple[Mapping[str, str | bytes], list[str]]] = {
    "a_url_without_a_host": (
        event("eventUrl: https:///class"),
        ["events/a.yaml:7:15: error: eventUrl names no host, or has a space in it [bad-url]"],
    ),
    "a_url_with_a_space": (
        event("eventUrl: https://cooking.example/a class"),
        ["events/a.yaml:7:15: error: eventUrl names no host, or has a space in it [bad-url]"],
    ),
    "a_url_with_an_impossible_port": (
        event("eventUrl: https://cooking.example:99999/"),
        ["events/a.yaml:7:15: error: eventUrl names no host, or has a space in it [bad-url]"],
    ),
    "an_id_with_a_space_at_its_end": (
        events(EVENT.replace("e1", '"e1 "')),
        ["events/a.yaml:2:22: error: externalEventId must not begin or end with a space [bad-id]"],
    ),
    "an_id_with_a_line_break": (
        events(EVENT.replace("e1", '"e\\n1"')),
        [
            "events/a.yaml:2:22: error: externalEventId must not hold a line break or another character"
            " that can't be seen (found U+000A) [bad-id]"
        ],
    ),
    "an_id_of_two_dots": (
        events(EVENT.replace("e1", "..")),
        [
            "events/a.yaml:2:22: error: externalEventId must not be .., which means something else in"
            " the path of a URL [bad-id]"
        ],
    ),
    "an_id_with_a_character_that_cannot_be_seen": (
        events(EVENT.replace("e1", '"e\\u200b1"')),
        [
            "events/a.yaml:2:22: error: externalEventId must not hold a line break or another character"
            " that can't be seen (found U+200B) [bad-id]"
        ],
    ),
    "a_name_with_a_line_break": (
        events(EVENT.replace("Cooking", "|\n      Cooking")),
        ["events/a.yaml:3:16: warning: eventName has a line break in it, or a space at an end [untrimmed-text]"],
    ),
    "a_custom_property_by_its_label": (
        event("customProperties: {Room Number: 12}"),
        [
            'events/a.yaml:7:24: warning: the custom property "Room Number" is no internal name: those'
            " have small letters, digits and _ [custom-property-name]"
        ],
    ),
    "an_account_that_is_missing": (
        {"hubevents.yaml": VERSION, **events(EVENT)},
        ["events/a.yaml:2:5: error: the event has no externalAccountId, and the project no account [missing-account]"],
    ),
    "a_time_without_offset": (
        events(EVENT.replace("09:00Z", "09:00")),
        ["events/a.yaml:5:20: error: 2026-05-01T09:00 has no offset, so it could be any of 24 hours [naive-time]"],
    ),
    "30_february": (
        events(EVENT.replace("05-01T09", "02-30T09")),
        ["events/a.yaml:5:20: error: 2026-02-30T09:00Z is no time: February 2026 has no day 30 [bad-time]"],
    ),
    "seconds_for_milliseconds": (
        events(EVENT.replace("2026-05-01T09:00Z", "1777626000")),
        [
            "events/a.yaml:5:20: error: the time is in seconds since 1970, where HubSpot wants"
            " milliseconds [seconds-not-milliseconds]"
        ],
    ),
    "an_integer_of_27_digits_as_a_time": (
        events(EVENT.replace("2026-05-01T09:00Z", "1" * 27)),
        ["events/a.yaml:5:20: error: a number of 27 digits is no time; milliseconds since 1970 have 13 [bad-time]"],
    ),
    "a_date_without_a_time": (
        events(EVENT.replace("2026-05-01T09:00Z", "2026-05-01")),
        ["events/a.yaml:5:20: error: 2026-05-01 is a date without a time of day [bad-time]"],
    ),
    "a_time_of_the_year_1026": (
        events(EVENT.replace("2026-05-01T09:00Z", "1026-05-01T09:00Z")),
        [
            "events/a.yaml:5:20: error: 1026-05-01T09:00Z is out of range: years from 1970 to 2100 are"
            " taken [time-range]"
        ],
    ),
    "an_hour_that_happens_twice": (
        {
            "hubevents.yaml": "version: 1\naccount: A\ntimezone: Europe/Berlin\n",
            **events(EVENT.replace("2026-05-01T09:00Z", "2026-10-25T02:30").replace("2026-05-01T17", "2026-10-26T17")),
        },
        [
            "events/a.yaml:5:20: error: 2026-10-25T02:30 happens twice in Europe/Berlin: the clocks go"
            " back over it [clock-change]"
        ],
    ),
    "a_start_after_the_end": (
        events(EVENT.replace("05-01T09", "05-02T09")),
        ["events/a.yaml:5:20: error: start is after end (2026-05-02T09:00Z > 2026-05-01T17:00Z) [event-times]"],
    ),
    "an_end_that_is_the_start": (
        events(EVENT.replace("T09", "T17")),
        ["events/a.yaml:6:18: warning: the event ends as it starts (2026-05-01T17:00Z) [event-length]"],
    ),
    "an_event_of_36_years": (
        events(EVENT.replace("2026-05-01T17", "2062-05-01T17")),
        ["events/a.yaml:6:18: warning: the event lasts 13149 days [event-length]"],
    ),
    "an_event_without_an_end": (
        events(EVENT.rsplit("    end", 1)[0]),
        ["events/a.yaml:2:5: warning: the event has no end [event-without-times]"],
    ),
    "complete_without_an_end": (
        events(EVENT.rsplit("    end", 1)[0] + "    complete: true\n"),
        [
            "events/a.yaml:2:5: warning: the event has no end [event-without-times]",
            "events/a.yaml:6:15: error: complete needs the event's endDateTime [complete-without-times]",
        ],
    ),
    "complete_before_the_end": (
        event("complete: {not_before: 2026-05-01T12:00Z}"),
        [
            "events/a.yaml:7:15: warning: not_before is before the event's end (2026-05-01T12:00Z <"
            " 2026-05-01T17:00Z) [complete-before-end]"
        ],
    ),
    "complete_of_a_cancelled_event": (
        event("complete: true\neventCancelled: true"),
        ["events/a.yaml:7:15: warning: the event is cancelled and to be completed [complete-cancelled]"],
    ),
    "the_same_event_twice": (
        events(EVENT + EVENT.removeprefix("events:\n")),
        [
            "events/a.yaml:7:22: error: the event e1 is declared twice; the first is at"
            " events/a.yaml:2:22 [duplicate-event]"
        ],
    ),
    "the_same_event_in_two_files": (
        {**events(EVENT), "events/b.yaml": EVENT},
        [
            "events/b.yaml:2:22: error: the event e1 is declared twice; the first is at"
            " events/a.yaml:2:22 [duplicate-event]"
        ],
    ),
    "a_missing_roster": (
        {**event("roster: ../rosters/cokking.csv"), "rosters/cooking.csv": ""},
        ['events/a.yaml:7:13: error: there is no roster "../rosters/cokking.csv" [missing-roster]'],
    ),
    "a_roster_that_is_a_folder": (
        {**event("roster: ../rosters.csv"), "rosters.csv/x": ""},
        ['events/a.yaml:7:13: error: the roster "../rosters.csv" is a folder [missing-roster]'],
    ),
    "a_roster_outside_the_project": (
        event("roster: ../../people.csv"),
        [
            'events/a.yaml:7:13: error: the roster "../../people.csv" lies outside the project\'s folder'
            " [roster-outside]"
        ],
    ),
    "a_roster_by_an_absolute_path": (
        event("roster: /etc/passwd"),
        ['events/a.yaml:7:13: error: the roster "/etc/passwd" lies outside the project\'s folder [roster-outside]'],
    ),
    "a_roster_twice": (
        {**event("roster: [../a.csv, ../events/../a.csv]"), "a.csv": ""},
        [
            "events/a.yaml:7:24: error: the roster a.csv is named twice; the first is at"
            " events/a.yaml:7:14 [roster-twice]"
        ],
    ),
    "a_spreadsheet_as_a_roster": (
        {**event("roster: people.xlsx"), "events/people.xlsx": ""},
        [
            'events/a.yaml:7:13: error: the roster "people.xlsx" must end in .yaml, .yml, .csv, .ndjson'
            " or .jsonl [roster-format]"
        ],
    ),
    "a_roster_with_a_name_that_is_too_long": (
        event("roster: " + "a" * 3000 + ".csv"),
        [
            "events/a.yaml:7:13: error: there is no roster"
            ' "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…" [missing-roster]'
        ],
    ),
    "attendees_behind_an_alias_of_the_event": (
        events("events: [*e]\n"),
        ["events/a.yaml:1:10: error: the alias *e stands for nothing: no &e comes before it [alias]"],
    ),
    "attendees_that_were_written_elsewhere": (
        events(
            "x: &e\n  - externalEventId: e1\n    eventName: a\n    eventOrganizer: b\n    attendees: []\nevents: *e\n"
        ),
        [
            "events/a.yaml:1:1: error: unknown field x [unknown-field]",
            "events/a.yaml:2:5: warning: the event has neither start nor end [event-without-times]",
            "events/a.yaml:5:16: error: attendees stands behind an alias [inline-attendees]",
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_fault_is_found_where_it_stands(case: str, findings_of: FindingsOf) -> None:
    files, expected = CASES[case]
    assert findings_of(files) == expected
