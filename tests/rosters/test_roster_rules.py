"""Each rule of rosters, with the place and the words of its finding, in the format that people write by hand."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hubevents_sync.manifest.rules.rosters import ROSTER_RULES

READ_IN_OTHER_TESTS = {
    "alias-in-roster", "csv-cells", "csv-header", "csv-quotes", "csv-separator", "duplicate-key", "empty-file",
    "json-syntax", "line-too-long", "more-of-the-same", "nesting", "roster-format", "roster-shape", "roster-twice",
    "tag-in-roster", "too-many-errors", "attended-twice",
}  # fmt: skip

# An entry in flow style, which stands at line 2, column 5; then the finding, its place without the file, and its hint.
RULE_CASES = [
    (
        "{email: ana@example.com, registered: 2026-11-01T09:00}",
        "2:42: error: 2026-11-01T09:00 has no offset, so it could be any of 24 hours [naive-time]",
        "add Z for UTC or an offset such as +01:00, or set timezone: in hubevents.yaml",
    ),
    (
        "{email: ana@example.com, registered: 1793523600}",
        "2:42: error: the time is in seconds since 1970, where HubSpot wants milliseconds [seconds-not-milliseconds]",
        "multiply it by 1000, or write it like 2026-11-30T17:00:00+01:00 or 2026-11-30T16:00:00Z",
    ),
    (
        "{email: ana@example.com, cancelled: [2026-11-01T09:00:00Z, 2026-02-30T09:00:00Z]}",
        "2:64: error: 2026-02-30T09:00:00Z is no time: February 2026 has no day 30 [bad-time]",
        None,
    ),
    (
        "{email: ana@example.com, registered: ben@example.com}",
        "2:42: error: this is no time [bad-time]",
        "write it like 2026-11-30T17:00:00+01:00 or 2026-11-30T16:00:00Z",
    ),
    (
        "{email: ana@example.com, registered: []}",
        "2:42: error: registered is an empty list [entry-shape]",
        "leave it out, or write a time",
    ),
    (
        "{email: ana@example.com, registered: [[2026-11-01T09:00:00Z]]}",
        "2:43: error: registered is a time; found a list [entry-shape]",
        "write it like 2026-11-30T17:00:00+01:00 or 2026-11-30T16:00:00Z",
    ),
    (
        "{email: ana@example.com, registered: }",
        "2:42: error: registered is a time; found nothing [entry-shape]",
        "write it like 2026-11-30T17:00:00+01:00 or 2026-11-30T16:00:00Z",
    ),
    (
        "{email: ana@example.com, attended: {joinedAt: 2026-11-30T16:00:00Z}}",
        "2:40: error: the attendance has no leftAt: HubSpot answers 200 and stores nothing [attendance-ends]",
        "give both, or write `attended: true` for the whole event",
    ),
    (
        "{email: ana@example.com, attended: {}}",
        "2:40: error: the attendance has no joinedAt and no leftAt: HubSpot answers 200 and stores nothing"
        " [attendance-ends]",
        "give both, or write `attended: true` for the whole event",
    ),
    (
        "{email: ana@example.com, attended: {joinedAt: 2026-11-30T17:00:00Z, leftAt: 2026-11-30T16:00:00Z}}",
        "2:81: error: leftAt is before joinedAt (2026-11-30T16:00:00Z < 2026-11-30T17:00:00Z) [attendance-order]",
        "look for times that changed places",
    ),
    (
        "{email: ana@example.com, attended: {joinedAt: 2026-11-30T17:00:00Z, leftAt: 2026-11-30T17:00:00Z}}",
        "2:81: error: joinedAt and leftAt are the same time (2026-11-30T17:00:00Z): HubSpot rejects the attendance"
        " [attendance-order]",
        "an attendance lasts a second at least",
    ),
    (
        "{vid: 7, attended: [{joinedAt: 2026-11-30T17:00:00Z, leftAt: 2026-11-30T17:00:00.999Z}]}",
        "2:66: error: the attendance lasts 999 ms: under a second HubSpot answers 200 and stores nothing"
        " [attendance-too-short]",
        "an attendance lasts a second at least",
    ),
    (
        "{vid: 7, attended: {joinedAt: 2026-11-29T16:00:00Z, leftAt: 2026-11-29T17:00:00Z}}",
        "2:35: warning: the attendance (2026-11-29T16:00:00Z to 2026-11-29T17:00:00Z) lies outside the event"
        " (2026-11-30T16:00:00Z to 2026-11-30T17:30:00Z): nobody was there then [attendance-outside-event]",
        "look at the day and at the time zone",
    ),
    (
        "{vid: 7, attended: [true]}",
        "2:25: error: attended is true, or joinedAt and leftAt; found a text [entry-shape]",
        "write it without quotes",
    ),
    (
        '{vid: 7, attended: "true"}',
        "2:24: error: attended is true, or joinedAt and leftAt; found a text [entry-shape]",
        "write it without quotes",
    ),
    (
        "{vid: 7, attended: []}",
        "2:24: error: attended is an empty list [entry-shape]",
        "leave it out",
    ),
    (
        "{vid: 7, attended: {joinedAt: 2026-11-30T16:00:00Z, leftAt: 2026-11-30T17:00:00Z, joined: x}}",
        '2:87: error: unknown field "joined" [unknown-field]',
        "did you mean joinedAt?",
    ),
    (
        "{vid: 7, registered: 2026-11-30T17:30:00.001Z}",
        "2:26: warning: registered after the event's end (2026-11-30T17:30:00.001Z > 2026-11-30T17:30:00Z): HubSpot"
        " will record it as NO_SHOW [registered-after-end]",
        "if the person attended, declare attended too",
    ),
    (
        "{vid: 7, registered: 2026-11-02T09:00:00Z, cancelled: 2026-11-01T09:00:00Z}",
        "2:59: warning: cancelled before registered (2026-11-01T09:00:00Z < 2026-11-02T09:00:00Z): the person ends up"
        " registered [cancelled-before-registered]",
        "look for times that changed places",
    ),
    (
        "{vid: 7, registered: [2026-11-02T09:00:00Z, 2026-11-02T10:00:00+01:00]}",
        "2:49: error: registered twice at 2026-11-02T09:00:00Z: HubSpot takes the second for a repeat and drops"
        " it [same-time-twice]",
        "leave one of the two out",
    ),
    (
        "{vid: 7, registered: 2026-11-02T09:00:00Z, cancelled: 2026-11-02T09:00:00Z}",
        "2:59: error: registered and cancelled at 2026-11-02T09:00:00Z: HubSpot takes the second for a repeat and drops"
        " it [same-time-twice]",
        "move one of the two by a second",
    ),
    (
        "{vid: 7, registered: 2026-11-30T16:00:00Z, attended: true}",
        "2:58: error: registered and attended at 2026-11-30T16:00:00Z: HubSpot takes the second for a repeat and drops"
        " it [same-time-twice]",
        "move one of the two by a second; in YAML and NDJSON `at:` gives an attendance a time of its own",
    ),
    (
        "{email: ana at example.com, registered: 2026-11-01T09:00:00Z}",
        "2:13: error: this is no e-mail address: it has no @ [bad-email]",
        "write it like ana@example.com",
    ),
    (
        "{email: Ana <ana@example.com>, registered: 2026-11-01T09:00:00Z}",
        "2:13: error: this is no e-mail address: there is space in it [bad-email]",
        "write it like ana@example.com",
    ),
    (
        '{email: "", registered: 2026-11-01T09:00:00Z}',
        "2:13: error: email is an e-mail address; found an empty text [entry-shape]",
        None,
    ),
    (
        "{vid: 0, registered: 2026-11-01T09:00:00Z}",
        "2:11: error: a vid is above 0 [bad-vid]",
        "a contact's id looks like 543954422478",
    ),
    (
        "{vid: -5, registered: 2026-11-01T09:00:00Z}",
        "2:11: error: vid is a whole number; found a text [bad-vid]",
        "a contact's id looks like 543954422478",
    ),
    (
        "{vid: 5.4E+11, registered: 2026-11-01T09:00:00Z}",
        "2:11: error: vid is a whole number; found a text [bad-vid]",
        "a contact's id looks like 543954422478",
    ),
    (
        "{vid: ana@example.com, registered: 2026-11-01T09:00:00Z}",
        "2:11: error: vid is a whole number; found a text [bad-vid]",
        "an e-mail address belongs under email",
    ),
    (
        '{vid: "543954422478", registered: 2026-11-01T09:00:00Z}',
        "2:11: error: vid is a whole number; found a text [bad-vid]",
        "write it without quotes",
    ),
    (
        "{vid: 123456789012345678901234567, registered: 2026-11-01T09:00:00Z}",
        "2:11: error: a vid has 19 digits at most; found 27 [bad-vid]",
        "a contact's id looks like 543954422478",
    ),
    (
        "{vid: 9223372036854775808, registered: 2026-11-01T09:00:00Z}",
        "2:11: error: a vid is a number of 64 bits; this one is larger [bad-vid]",
        "a contact's id looks like 543954422478",
    ),
    (
        "{email: ana@example.com, vid: 7, registered: 2026-11-01T09:00:00Z}",
        "2:30: error: both email and vid name the person [email-or-vid]",
        "keep one of the two",
    ),
    (
        "{registered: 2026-11-01T09:00:00Z}",
        "2:5: error: neither email nor vid says who this is [email-or-vid]",
        "add email: or vid:",
    ),
    (
        "{vid: 7, registered: 2026-11-01T09:00:00Z, contact: {firstname: Ana}}",
        "2:48: error: contact stands beside a vid: HubSpot uses it only where it creates the contact"
        " [contact-with-vid]",
        "leave contact out, or name the person by email",
    ),
    (
        "{email: ana@example.com, registered: 2026-11-01T09:00:00Z, contact: Ana}",
        "2:73: error: contact is a mapping of property names to texts; found a text [entry-shape]",
        "write it like {firstname: Ana}",
    ),
    (
        "{email: ana@example.com, registered: 2026-11-01T09:00:00Z, contact: {tags: [a]}}",
        '2:80: error: the contact property "tags" is a text; found a list [entry-shape]',
        'write "" for an empty text, or leave it out',
    ),
    (
        "{email: ana@example.com}",
        "2:5: error: the entry says nothing that happened: no registered, no cancelled, no attended [nothing-declared]",
        "add registered: with the time of the registration",
    ),
    (
        "{email: ana@example.com, attended: false}",
        "2:5: error: the entry says nothing that happened: no registered, no cancelled, no attended [nothing-declared]",
        "add registered: with the time of the registration",
    ),
    (
        "{email: ana@example.com, canceled: 2026-11-01T09:00:00Z, registered: 2026-11-01T08:00:00Z}",
        '2:30: error: unknown field "canceled" [unknown-field]',
        "did you mean cancelled?",
    ),
    (
        "{email: ana@example.com, no_show: true, registered: 2026-11-01T08:00:00Z}",
        "2:30: error: NO_SHOW can't be declared: HubSpot derives it from who registered and did not attend [no-show]",
        "leave it out; whoever registered and did not attend becomes NO_SHOW once the event is over",
    ),
    (
        "{email: ana@example.com, ben@example.com: 7, registered: 2026-11-01T08:00:00Z}",
        '2:30: error: unknown field "***@***" [unknown-field]',
        "known are email, vid, registered, cancelled, attended and contact",
    ),
    (
        "ana@example.com",
        "2:5: error: an attendee is a mapping with email or vid; found a text [entry-shape]",
        "write it as `- email: ana@example.com`",
    ),
]


@pytest.mark.parametrize(("entry", "line", "hint"), RULE_CASES)
def test_an_entry_is_refused_with_its_place_and_what_to_do(
    entry: str, line: str, hint: str | None, read_roster: Any
) -> None:
    outcome = read_roster(f"attendees:\n  - {entry}\n", "people.yaml")

    assert outcome.lines == [f"people.yaml:{line}"]
    assert outcome.hints == [hint]


def test_every_rule_has_a_case_here_or_in_the_tests_of_the_formats() -> None:
    tested = {line.rsplit("[", 1)[1].rstrip("]") for _, line, _ in RULE_CASES}
    tested |= {"same-person-twice", "attendance-without-event-times"}

    assert {rule.id for rule in ROSTER_RULES} == (tested | READ_IN_OTHER_TESTS) - {
        "bad-time",
        "naive-time",
        "seconds-not-milliseconds",
    }
    assert len({rule.id for rule in ROSTER_RULES}) == len(ROSTER_RULES)


def test_a_person_twice_is_told_with_both_places_whatever_the_case_and_the_file(read_roster: Any) -> None:
    outcome = read_roster(
        ("attendees:\n  - email: ana@example.com\n    registered: 2026-11-01T09:00:00Z\n", "a.yaml"),
        ("registered,email\n2026-11-02T09:00:00Z,ben@example.com\n2026-11-02T09:00:00Z,Ana@Example.COM\n", "b.csv"),
        ('{"vid": 7, "attended": true}\n{"attended": true, "vid": 7}\n', "c.ndjson"),
    )

    assert outcome.lines == [
        "b.csv:3:22: error: the same person stands at a.yaml:2:5 already; e-mail addresses compare without case"
        " [same-person-twice]",
        "c.ndjson:2:27: error: the same person stands at c.ndjson:1:1 already; each vid stands once"
        " [same-person-twice]",
    ]
    assert outcome.reading.people == 3


@pytest.mark.parametrize(
    ("start", "end", "missing", "hint"),
    [
        (None, None, "startDateTime and no endDateTime", "startDateTime and endDateTime"),
        ("2026-11-30T16:00:00Z", None, "endDateTime", "endDateTime"),
        (None, "2026-11-30T16:00:00Z", "startDateTime", "startDateTime"),
    ],
)
def test_the_whole_event_needs_both_of_its_ends(
    start: str | None, end: str | None, missing: str, hint: str, read_roster: Any
) -> None:
    outcome = read_roster("attendees:\n  - {vid: 7, attended: true}\n", "people.yaml", start=start, end=end)

    assert outcome.lines == [
        f"people.yaml:2:24: error: attended: true is the whole event, and class has no {missing}"
        " [attendance-without-event-times]"
    ]
    assert outcome.hints == [f"give the event its {hint}, or write {{joinedAt: ..., leftAt: ...}} here"]


def test_all_that_is_wrong_with_an_entry_is_told_at_once(read_roster: Any) -> None:
    entry = "{email: ana, vid: 7, regstered: 1, registered: soon, attended: {leftAt: 2026-11-30T16:00}}"
    outcome = read_roster(f"attendees:\n  - {entry}\n", "people.yaml")

    assert [finding.rule for finding in outcome.findings] == [
        "email-or-vid",
        "unknown-field",
        "bad-time",
        "attendance-ends",
    ]
    assert outcome.rows == []


def test_a_time_without_offset_is_read_in_the_timezone_of_the_project(read_roster: Any) -> None:
    text = "attendees:\n  - {vid: 7, registered: 2026-11-01T09:00:00, cancelled: 2026-07-01 09:00}\n"
    outcome = read_roster(text, "people.yaml", timezone=ZoneInfo("Europe/Berlin"))

    assert [row[2] for row in outcome.rows] == ["2026-11-01T08:00:00Z", "2026-07-01T07:00:00Z"]


def test_errors_beyond_a_thousand_are_not_looked_for(read_roster: Any) -> None:
    text = "email,registered\n" + "nobody,2026-11-01T09:00:00Z\n" * 5000
    outcome = read_roster((text, "people.csv"), ("attendees: []", "more.yaml"))

    assert len(outcome.findings) == 1001
    assert outcome.lines[-1] == (
        "people.csv:1001:1: error: 1000 errors in the rosters of one event; the rest of them is not looked at"
        " [too-many-errors]"
    )
    assert outcome.reading.digests == {}


def test_of_many_warnings_of_a_rule_twenty_are_shown_and_the_others_counted(read_roster: Any) -> None:
    rows = "".join(f"{number},2027-01-01T09:00:00Z\n" for number in range(1, 101))
    outcome = read_roster("vid,registered\n" + rows, "people.csv")

    assert len(outcome.findings) == 21
    assert outcome.lines[-1] == (
        "people.csv:22:4: warning: 80 more warnings of registered-after-end from here to the end of the file"
        " [more-of-the-same]"
    )
    assert len(outcome.rows) == 100
