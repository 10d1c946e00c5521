"""Projects that must be refused, by kind: what people and exports get wrong, and what somebody hostile would try."""

from collections.abc import Mapping
from dataclasses import dataclass

ROW = "email: ana@example.com"
AT = "registered: 2026-03-01T10:00:00Z"
HEAD = "externalEventId: gala\n    eventName: Gala\n    eventOrganizer: Us"
TIMES = "startDateTime: 2026-05-01T10:00:00Z\n    endDateTime: 2026-05-01T12:00:00Z"


def event(*fields: str) -> str:
    """An event file of one event with more *fields*."""
    return "events:\n  - " + "\n    ".join([HEAD, *fields]) + "\n"


def roster(*lines: str) -> str:
    """A YAML roster of one entry made of *lines*."""
    return "attendees:\n  - " + "\n    ".join(lines) + "\n"


@dataclass(frozen=True)
class BadProject:
    """Files that take the place of good ones, and where the first error must be found."""

    files: Mapping[str, str | bytes]
    place: str


def in_roster(text: str | bytes, place: str) -> BadProject:
    """A bad YAML roster."""
    return BadProject({"rosters/gala.yaml": text}, f"rosters/gala.yaml:{place}")


def in_event(text: str | bytes, place: str) -> BadProject:
    """A bad event file."""
    return BadProject({"events/gala.yaml": text}, f"events/gala.yaml:{place}")


def in_table(name: str, text: str | bytes, place: str) -> BadProject:
    """A bad roster in another format."""
    return BadProject(
        {"events/gala.yaml": event(TIMES, f"roster: ../rosters/{name}"), f"rosters/{name}": text},
        f"rosters/{name}:{place}",
    )


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)

BAD_PROJECTS: dict[str, BadProject] = {
    "tab-indent": in_event("events:\n\t- externalEventId: gala\n", "2:1"),
    "no-yaml": in_event("events: [\n", "2:1"),
    "empty": in_event("", "1:1"),
    "second-document": in_event(event(TIMES) + "---\nevents: []\n", "7:1"),
    "duplicate-key": in_event(event(TIMES, "eventName: Again"), "7:5"),
    "duplicate-key-in-a-roster": in_roster(roster(ROW, AT, ROW), "4:5"),
    "alias-bomb": in_event(BOMB + event(TIMES), "4:36"),
    "alias-in-a-roster": in_roster(f"attendees:\n  - &a {{{ROW}, {AT}}}\n  - *a\n", "2:5"),
    "deep-nesting": in_event("events: " + "[" * 5000 + "]" * 5000 + "\n", "1:40"),
    "deep-nesting-in-a-roster": in_roster("attendees: " + "[" * 5000 + "]" * 5000 + "\n", "1:21"),
    "deep-nesting-in-ndjson": in_table("gala.ndjson", "[" * 5000 + "]" * 5000 + "\n", "1:1"),
    "python-tag": in_event("events: !!python/object/apply:os.system ['true']\n", "1:9"),
    "python-tag-in-a-roster": in_roster(roster("email: !!python/name:os.system x", AT), "2:12"),
    "nul": in_roster(roster(ROW, AT).encode() + b"\0", "4:1"),
    "nul-in-csv": in_table("gala.csv", b"email,registered\nana@example.com,\0\n", "2:17"),
    "latin-1": in_event(event(TIMES, "eventType: Caf\xe9").encode("latin-1"), "7:19"),
    "utf-16": in_roster(roster(ROW, AT).encode("utf-16"), "1:1"),
    "utf-16-csv": in_table("gala.csv", "email,registered\n".encode("utf-16"), "1:1"),
    "naive-time": in_event(event("startDateTime: 2026-05-01T10:00"), "5:20"),
    "naive-time-in-a-roster": in_roster(roster(ROW, "registered: 2026-03-01T10:00"), "3:17"),
    "30-february": in_roster(roster(ROW, "registered: 2026-02-30T10:00:00Z"), "3:17"),
    "seconds-for-milliseconds": in_roster(roster(ROW, "registered: 1772359200"), "3:17"),
    "date-only": in_roster(roster(ROW, "registered: 2026-03-01"), "3:17"),
    "half-an-attendance": in_roster(roster(ROW, "attended: {joinedAt: 2026-05-01T10:00:00Z}"), "3:15"),
    "an-instant-of-attendance": in_roster(
        roster(ROW, "attended: {joinedAt: 2026-05-01T10:00:00.100Z, leftAt: 2026-05-01T10:00:00.200Z}"), "3:60"
    ),
    "the-same-person-in-other-case": in_roster(
        f"attendees:\n  - {{{ROW}, {AT}}}\n  - {{email: ANA@Example.com, {AT}}}\n", "3:13"
    ),
    "the-same-event-twice": in_event(event(TIMES) + "  - " + HEAD + "\n", "7:22"),
    "start-after-end": in_event(
        event("startDateTime: 2026-05-02T09:00:00Z", "endDateTime: 2026-05-01T17:00:00Z"), "5:20"
    ),
    "a-roster-outside-the-project": in_event(event(TIMES, "roster: ../../elsewhere.csv"), "7:13"),
    "a-missing-roster": in_event(event(TIMES, "roster: ../rosters/nowhere.csv"), "7:13"),
    "27-digits": in_roster(roster("vid: 123456789012345678901234567", AT), "2:10"),
    "27-digits-of-time": in_roster(roster(ROW, "registered: 123456789012345678901234567"), "3:17"),
    "unknown-field": in_event(event("eventNmae: Gala"), "5:5"),
    "no-show-declared": in_roster(roster(ROW, "noShow: true"), "3:5"),
    "bad-e-mail": in_roster(roster("email: ana@", AT), "2:12"),
    "complete-without-times": in_event(event("complete: true"), "5:15"),
    "csv-without-a-header": in_table("gala.csv", "ana@example.com,2026-03-01T10:00:00Z\n", "1:1"),
    "csv-with-semicolons": in_table("gala.csv", "email;registered\nana@example.com;2026-03-01T10:00:00Z\n", "1:1"),
    "csv-with-an-open-quote": in_table("gala.csv", 'email,registered\n"ana@example.com,2026\n', "2:1"),
    "csv-with-too-many-cells": in_table("gala.csv", "email,registered\na@example.com,2026-03-01T10:00:00Z,x\n", "2:36"),
    "ndjson-with-a-key-twice": in_table("gala.ndjson", '{"vid": 7, "vid": 8}\n', "1:1"),
    "ndjson-cut-off": in_table("gala.ndjson", '{"vid": 7,\n', "1:11"),
    "merge-key": in_event("base: &b {eventType: X}\nevents:\n  - <<: *b\n    externalEventId: gala\n", "3:5"),
    "self-reference": in_event("events: &e\n  - *e\n", "2:5"),
    "unknown-setting": BadProject({"hubevents.yaml": "version: 1\nacount: x\n"}, "hubevents.yaml:2:1"),
    "plain-http": BadProject(
        {"hubevents.yaml": "version: 1\naccount: x\nhubspot: {base_url: http://hubspot.example}\n"},
        "hubevents.yaml:3:21",
    ),
    "unset-variable": BadProject(
        {"hubevents.yaml": "version: 1\naccount: ${NOT_SET_ANYWHERE}\n"}, "hubevents.yaml:2:10"
    ),
}

GOOD_FILES = {
    "hubevents.yaml": "version: 1\naccount: CookingCo\n",
    "events/gala.yaml": event(TIMES, "roster: ../rosters/gala.yaml"),
    "rosters/gala.yaml": roster(ROW, AT),
}
