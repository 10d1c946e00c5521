"""NDJSON rosters: a JSON object a line."""

from typing import Any

import pytest

ANA = '{"email": "ana@example.com", "registered": "2026-11-01T09:00:00Z"}'
LINE_HINT = 'each line is an object, such as {"email": "ana@example.com"}'


@pytest.mark.parametrize(
    "content",
    [ANA.encode(), b"\xef\xbb\xbf" + ANA.encode() + b"\r\n", b"\n  \n\t" + ANA.encode() + b"  \n\n"],
    ids=["no-line-end", "bom-crlf", "blank-lines"],
)
def test_an_object_a_line_is_an_entry(content: bytes, read_roster: Any) -> None:
    outcome = read_roster(content, "people.ndjson")

    assert outcome.lines == []
    assert [row[:3] for row in outcome.rows] == [("ana@example.com", "REGISTERED", "2026-11-01T09:00:00Z")]


def test_a_vid_and_times_may_be_numbers(read_roster: Any) -> None:
    text = '{"vid": 543954422478, "registered": 1793523600000, "cancelled": [1793523600001.0]}\n'
    outcome = read_roster(text, "people.jsonl")

    assert outcome.lines == []
    assert [row[:3] for row in outcome.rows] == [
        (543954422478, "REGISTERED", "2026-11-01T09:00:00Z"),
        (543954422478, "CANCELLED", "2026-11-01T09:00:00.001Z"),
    ]


@pytest.mark.parametrize(
    ("line", "finding", "hint"),
    [
        (
            '{"vid": 7, "registered": "2026-11-01T09:00:00Z",, }',
            "1:49: error: not valid JSON: expecting property name enclosed in double quotes [json-syntax]",
            LINE_HINT,
        ),
        (
            '  {"vid": 7 "registered": "2026-11-01T09:00:00Z"}',
            "1:13: error: not valid JSON: expecting ',' delimiter [json-syntax]",
            LINE_HINT,
        ),
        ('{"vid": 7, "reg', "1:12: error: not valid JSON: unterminated string starting at [json-syntax]", LINE_HINT),
        ('{"vid": 7} {"vid": 8}', "1:12: error: not valid JSON: extra data [json-syntax]", LINE_HINT),
        (
            "[",
            "1:2: error: not valid JSON: expecting value [json-syntax]",
            "the file looks like a JSON array; NDJSON has an object a line, without brackets or commas around it",
        ),
        (
            '{"vid": NaN, "registered": "2026-11-01T09:00:00Z"}',
            "1:1: error: not valid JSON: NaN is no number of JSON [json-syntax]",
            "leave the field out",
        ),
        (
            '{"vid": -Infinity, "registered": "2026-11-01T09:00:00Z"}',
            "1:1: error: not valid JSON: -Infinity is no number of JSON [json-syntax]",
            "leave the field out",
        ),
        (
            '{"vid": 7, "registered": "2026-11-01T09:00:00Z", "registered": "2026-11-02T09:00:00Z"}',
            '1:1: error: the key "registered" stands twice in an object [duplicate-key]',
            "keep one of the two",
        ),
        (
            '{"vid": 7, "attended": ' + "[" * 5000 + "]" * 5000 + "}",
            "1:1: error: nested deeper than 8 levels [nesting]",
            "an entry needs three",
        ),
        (
            '{"vid": 7, "contact": "' + "{" * 60 + '", "registered": "2026-11-01T09:00:00Z"}',
            "1:23: error: contact is a mapping of property names to texts; found a text [entry-shape]",
            "write it like {firstname: Ana}",
        ),
        (
            '{"vid": ' + "7" * 5000 + ', "registered": "2026-11-01T09:00:00Z"}',
            "1:9: error: a vid has 19 digits at most; found 5000 [bad-vid]",
            "a contact's id looks like 543954422478",
        ),
        (
            '{"vid": 7.5, "registered": "2026-11-01T09:00:00Z"}',
            "1:9: error: vid is a whole number; found a number [bad-vid]",
            "a contact's id looks like 543954422478",
        ),
        (
            '{"vid": 1e999, "registered": "2026-11-01T09:00:00Z"}',
            "1:9: error: vid is a whole number; found a number [bad-vid]",
            "a contact's id looks like 543954422478",
        ),
        (
            '{"vid": true, "registered": "2026-11-01T09:00:00Z"}',
            "1:9: error: vid is a whole number; found true or false [bad-vid]",
            "a contact's id looks like 543954422478",
        ),
        (
            '{"email": 7, "registered": "2026-11-01T09:00:00Z"}',
            "1:11: error: email is an e-mail address; found a number [entry-shape]",
            "put it in quotes",
        ),
        (
            '{"email": "a\\ud83d@example.com", "registered": "2026-11-01T09:00:00Z"}',
            "1:11: error: this is no e-mail address: it has characters that an address can't have there [bad-email]",
            "write it like ana@example.com",
        ),
        (
            '{"email": "ana@example.com", "registered": "2026-11-01T09:00:00Z", "contact": {"a": "\\ud83d"}}',
            '1:85: error: the contact property "a" is a text; found half of a character (a lone surrogate)'
            " [entry-shape]",
            'write "" for an empty text, or leave it out',
        ),
        (
            '{"email": "ana@example.com", "registered": "2026-11-01T09:00:00Z", "contact": {"\\ud83d": "a"}}',
            "1:80: error: a contact property has a name [entry-shape]",
            None,
        ),
        (
            '{"vid": 7, "registered": "\\ud83d", "\\ude00": "a"}',
            '1:36: error: unknown field "\\ude00" [unknown-field]',
            "known are email, vid, registered, cancelled, attended and contact",
        ),
        (
            '{"email": "ana@example.com", "registered": null}',
            "1:44: error: registered is a time; found nothing [entry-shape]",
            "write it like 2026-11-30T17:00:00+01:00 or 2026-11-30T16:00:00Z",
        ),
        (
            '{"vid": 7, "registered": ["2026-11-01T09:00:00Z", "2026-11-02T09:00:00Z", 1793523600]}',
            "1:75: error: the time is in seconds since 1970, where HubSpot wants milliseconds"
            " [seconds-not-milliseconds]",
            "multiply it by 1000, or write it like 2026-11-30T17:00:00+01:00 or 2026-11-30T16:00:00Z",
        ),
        (
            '{"vid": 7, "attended": [{"joinedAt": "2026-11-30T16:00:00Z", "leftAt" : "later"}]}',
            "1:73: error: this is no time [bad-time]",
            "write it like 2026-11-30T17:00:00+01:00 or 2026-11-30T16:00:00Z",
        ),
        (
            '{"email": "ana@example.com", "registered": "2026-11-01T09:00:00Z", "contact": {"age": 7}}',
            '1:87: error: the contact property "age" is a text; found a number [entry-shape]',
            "put it in quotes",
        ),
        ("7", "1:1: error: an attendee is a mapping with email or vid; found a number [entry-shape]", None),
    ],
)
def test_a_bad_line_is_refused_with_its_place(line: str, finding: str, hint: str | None, read_roster: Any) -> None:
    good = '{"vid": 8, "registered": "2026-11-01T09:00:00Z"}'
    outcome = read_roster(f"{line}\n{good}\n", "people.ndjson")
    findings = [
        each
        for each in outcome.lines
        if "contact-with-vid" not in each and not each.startswith("people.ndjson:1:26: error: this is no time")
    ]

    assert findings == [f"people.ndjson:{finding}"]
    assert outcome.hints[-1] == (hint or outcome.hints[-1])
    assert outcome.rows[-1][:2] == (8, "REGISTERED")
