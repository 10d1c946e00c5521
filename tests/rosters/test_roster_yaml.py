"""YAML rosters, in files of their own and inside event files."""

from typing import Any

import pytest

from hubevents_sync.manifest.rosters.inline import InlineRoster, capture_inline
from hubevents_sync.manifest.source import TextSource
from hubevents_sync.manifest.yaml_events import SECOND_OPINION_BYTES, NextEvent, read_yaml

ROSTER = """\
attendees:
  - email: ana@example.com
    registered: 2026-11-01T09:00:00Z
    attended: {joinedAt: 2026-11-30T16:00:00Z, leftAt: 2026-11-30T17:10:00Z}
    contact: {firstname: Ana, lastname: no, age: 007}
  - vid: 543954422478
    registered: [2026-11-01T09:05:00Z, '2026-11-25T09:05:00Z']
    cancelled: 2026-11-20T08:00:00Z
  - email: "ben@example.com"
    attended: true
  - email: eve@example.com
    attended:
      - {joinedAt: 2026-11-30T16:00:00Z, leftAt: 2026-11-30T16:10:00Z}
      - {joinedAt: 2026-11-30T16:20:00Z, leftAt: 2026-11-30T16:30:00Z, at: 2026-11-30T16:40:00Z}
"""
CONTACT = {"firstname": "Ana", "lastname": "no", "age": "007"}
START, END = "2026-11-30T16:00:00Z", "2026-11-30T17:30:00Z"
ROWS = [
    ("ana@example.com", "REGISTERED", "2026-11-01T09:00:00Z", None, None, CONTACT, 2),
    ("ana@example.com", "ATTENDED", START, START, "2026-11-30T17:10:00Z", CONTACT, 2),
    (543954422478, "REGISTERED", "2026-11-01T09:05:00Z", None, None, None, 6),
    (543954422478, "REGISTERED", "2026-11-25T09:05:00Z", None, None, None, 6),
    (543954422478, "CANCELLED", "2026-11-20T08:00:00Z", None, None, None, 6),
    ("ben@example.com", "ATTENDED", START, START, END, None, 9),
    ("eve@example.com", "ATTENDED", START, START, "2026-11-30T16:10:00Z", None, 11),
    (
        "eve@example.com",
        "ATTENDED",
        "2026-11-30T16:40:00Z",
        "2026-11-30T16:20:00Z",
        "2026-11-30T16:30:00Z",
        None,
        11,
    ),
]


def test_an_entry_gives_a_participation_for_each_time(read_roster: Any) -> None:
    outcome = read_roster(ROSTER, "people.yaml")

    assert outcome.lines == []
    assert outcome.rows == ROWS
    assert outcome.reading.people == 4
    assert list(outcome.reading.digests) == ["people.yaml"]


def test_a_roster_of_any_size_is_read_alike(read_roster: Any) -> None:
    padded = ROSTER + "#" * SECOND_OPINION_BYTES + "\n  - email: nobody\n"
    small, large = read_roster(ROSTER + "  - email: nobody\n", "people.yaml"), read_roster(padded, "people.yaml")

    assert large.rows == ROWS
    assert [line.split(": ", 1)[1] for line in large.lines] == [line.split(": ", 1)[1] for line in small.lines]
    assert large.lines[0].startswith("people.yaml:16:5: ")


def test_an_inline_roster_is_kept_unchecked_and_read_like_a_file(read_roster: Any) -> None:
    roster = capture("x: 1\n" + ROSTER + "  - email: nobody\n")
    assert len(roster.entries) == 5

    outcome = read_roster(roster)
    assert outcome.rows == [(*row[:6], row[6] + 1) for row in ROWS]
    assert outcome.lines == [
        "event.yaml:16:5: error: the entry says nothing that happened: no registered, no cancelled, no attended"
        " [nothing-declared]",
        "event.yaml:16:12: error: this is no e-mail address: it has no @ [bad-email]",
    ]
    assert outcome.reading.digests == {}


def test_the_repr_of_an_inline_roster_names_nobody() -> None:
    assert repr(capture("x: 1\n" + ROSTER)) == "InlineRoster(file='event.yaml', faults=())"


def test_the_yaml_faults_of_an_inline_roster_are_told_when_it_is_read(read_roster: Any) -> None:
    outcome = read_roster(capture("x: 1\nattendees:\n  - &a {vid: 7, vid: 8}\n"))

    assert outcome.lines == [
        "event.yaml:3:5: error: an anchor (&name) is not taken in a roster [alias-in-roster]",
        'event.yaml:3:17: error: the key "vid" stands in this mapping already [duplicate-key]',
    ]


def test_capturing_takes_exactly_one_node() -> None:
    assert capture("x: 1\nattendees: nobody\n").entries == ()


@pytest.mark.parametrize("text", ["attendees: []\n", "attendees: [] # nobody yet\n"])
def test_a_roster_of_nobody_is_fine(text: str, read_roster: Any) -> None:
    outcome = read_roster(text, "people.yaml")

    assert (outcome.lines, outcome.rows) == ([], [])


def test_what_libyaml_refuses_and_yaml_allows_is_read_by_the_second_parser(read_roster: Any) -> None:
    # libyaml 0.2.5 takes no plain text that begins a flow value with a question mark and a letter after a key.
    text = 'attendees: [{"email":ana@example.com, registered: 2026-11-01T09:00:00Z}]\n'
    outcome = read_roster(text, "people.yaml")

    assert [row[0] for row in outcome.rows] == ["ana@example.com"]
    assert list(outcome.reading.digests) == ["people.yaml"]


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        (
            "- vid: 7\n  registered: 2026-11-01T09:00:00Z\n",
            "1:1: error: a roster is a mapping with attendees [roster-shape]",
            "write `attendees:` and the list of people below it",
        ),
        (
            "{}\n",
            "1:1: error: the roster has no attendees [roster-shape]",
            "write `attendees:` and the list of people below it",
        ),
        (
            "attendees:\n",
            "1:11: error: attendees is a list of people [roster-shape]",
            "write `attendees: []` for nobody, or `- email: ana@example.com` below it",
        ),
        (
            "attendees: {vid: 7}\n",
            "1:12: error: attendees is a list of people [roster-shape]",
            "write `attendees: []` for nobody, or `- email: ana@example.com` below it",
        ),
        (
            "attendees: []\nattendees: []\n",
            '2:1: error: the key "attendees" stands in this mapping already [duplicate-key]',
            "keep one of the two",
        ),
        (
            "attendees: []\nversion: 1\n",
            '2:1: error: unknown field "version" [unknown-field]',
            "a roster has attendees and nothing else",
        ),
        (
            "attendees: []\nattendes: []\n",
            '2:1: error: unknown field "attendes" [unknown-field]',
            "did you mean attendees?",
        ),
        (
            "attendees: []\n---\nattendees: []\n",
            "2:1: error: a second document begins here; a file holds one [second-document]",
            "move it into a file of its own, or remove the line with ---",
        ),
        (
            "attendees: &all []\n",
            "1:12: error: an anchor (&name) is not taken in a roster [alias-in-roster]",
            "leave it out",
        ),
        (
            "attendees: [*all]\n",
            "1:13: error: an alias (*name) is not taken in a roster [alias-in-roster]",
            "write it out",
        ),
        (
            "attendees:\n  - {<<: *base, vid: 7}\n",
            "2:10: error: an alias (*name) is not taken in a roster [alias-in-roster]",
            "write it out",
        ),
        (
            "attendees:\n  - !!python/object:os.system {vid: 7}\n",
            "2:5: error: a tag (!name) is not taken in a roster [tag-in-roster]",
            "leave it out: a roster's types are known",
        ),
        (
            "attendees:\n  - {vid: !!int 7}\n",
            "2:11: error: a tag (!name) is not taken in a roster [tag-in-roster]",
            "leave it out: a roster's types are known",
        ),
        (
            "!!map\nattendees: []\n",
            "1:1: error: a tag (!name) is not taken in a roster [tag-in-roster]",
            "leave it out: a roster's types are known",
        ),
        (
            "attendees:\n  - {vid: 7, vid: 7}\n",
            '2:14: error: the key "vid" stands in this mapping already [duplicate-key]',
            "keep one of the two",
        ),
        (
            "attendees:\n  - {attended: {at: 1, at: 2}}\n",
            '2:24: error: the key "at" stands in this mapping already [duplicate-key]',
            "keep one of the two",
        ),
        (
            "attendees:\n  - {vid: 7, [a]: 7}\n",
            "2:14: error: a key is a text; found a list or a mapping [entry-shape]",
            "look for a stray ?",
        ),
        (
            "attendees:\n  - " + "[" * 12 + "]" * 12 + "\n",
            "2:13: error: nested deeper than 8 levels [nesting]",
            "an entry needs three",
        ),
        (
            "attendees:\n  - {vid: 7, registered: {a: b}}\n",
            "2:26: error: registered is a time; found a mapping of names to values [entry-shape]",
            "write it like 2026-11-30T17:00:00+01:00 or 2026-11-30T16:00:00Z",
        ),
    ],
)
def test_a_document_of_another_shape_is_refused(text: str, line: str, hint: str, read_roster: Any) -> None:
    outcome = read_roster(text, "people.yaml")

    assert outcome.lines == [f"people.yaml:{line}"]
    assert outcome.hints == [hint]


def test_a_name_that_is_no_roster_is_refused_where_the_event_names_it(read_roster: Any) -> None:
    outcome = read_roster("PK", "people.xlsx")

    assert outcome.lines == [
        "events/class.yaml:9:13: error: people.xlsx is no roster by its name; a roster ends in .yaml, .yml, .csv,"
        " .ndjson or .jsonl [roster-format]"
    ]


def test_a_file_that_is_named_twice_is_read_once(read_roster: Any) -> None:
    outcome = read_roster((ROSTER, "people.yaml"), (ROSTER, "people.yaml"))

    assert outcome.rows == ROWS
    assert outcome.lines == [
        "events/class.yaml:9:13: error: the event names people.yaml twice: everybody in it would be there twice"
        " [roster-twice]"
    ]


def capture(text: str) -> InlineRoster:
    """The roster below ``attendees`` in *text*, which has one other field before it."""

    def build(next_event: NextEvent) -> InlineRoster:
        for _ in range(4):  # the mapping, a key, its value, the key
            next_event()
        roster = capture_inline(next_event(), next_event, "event.yaml")
        next_event()  # the mapping's end
        return roster

    return read_yaml(TextSource(text.encode(), "event.yaml"), build)
