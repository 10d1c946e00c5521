"""A small document becomes plain values, typed by its schema, and every value knows its place."""

from pathlib import Path

import pytest

from hubevents_sync.manifest.document import Document, read_document
from hubevents_sync.manifest.findings import FindingCollector
from hubevents_sync.manifest.schema import expect
from hubevents_sync.manifest.source import TextSource
from hubevents_sync.manifest.tree import Capture
from hubevents_sync.manifest.yaml_events import Event, NextEvent, skip_node
from hubevents_sync.model.finding import Position

EVENTS = """events:
  - &first
    externalEventId: e1
    eventName: no
    "eventOrganizer": 'yes'
    eventType: 1.10
    eventCancelled: True
    startDateTime: 2026-05-01T09:00:00Z
    customProperties: {a: 007, b: true, c: 1e3}
    roster: [a.csv, b.csv]
    attendees:
      - {email: ana@example.com}
  - *first
"""


def read(text: str | bytes, *, schema: str = "events", capture: Capture | None = None) -> Document:
    findings = FindingCollector()
    content = text.encode() if isinstance(text, str) else text
    document = read_document(TextSource(content, "a.yaml"), expect(schema), findings, capture=capture)
    assert findings.sorted() == ()
    return document


def take(first: Event, next_event: NextEvent, file: str) -> object:
    skip_node(first, next_event)
    return ("taken", file)


def test_plain_scalars_are_typed_by_the_schema() -> None:
    event = read(EVENTS).value["events"][0]
    assert event["eventName"] == "no"
    assert event["eventType"] == "1.10"
    assert event["eventCancelled"] is True
    assert event["startDateTime"] == "2026-05-01T09:00:00Z"
    assert event["customProperties"] == {"a": "007", "b": "true", "c": "1e3"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("keep_free: 20%", "20%"),
        ("keep_free: 0.2", 0.2),
        ("keep_free: .5", 0.5),
        ("keep_free: '0.2'", "0.2"),
        ("keep_free: !!str 0.2", "0.2"),
        ("keep_free: 0x10", 16),
        ("keep_free: 0o17", 15),
        ("keep_free: ~", None),
        ("keep_free:", None),
        ("per_10_seconds: +7", 7),
        ("per_10_seconds: .nan", ".nan"),
        ("per_10_seconds: 1_000", "1_000"),
        ("per_10_seconds: 1:30", "1:30"),
    ],
)
def test_numbers_are_those_of_yaml_1_2(written: str, expected: object) -> None:
    value = read(f"hubspot:\n  requests: {{{written}}}\n", schema="project").value["hubspot"]["requests"]
    assert list(value.values()) == [expected]


def test_every_value_and_key_knows_its_place() -> None:
    document = read(EVENTS)
    event = ("events", 0)
    assert document.position(event) == Position("a.yaml", 2, 5)
    assert document.position((*event, "eventOrganizer")) == Position("a.yaml", 5, 23)
    assert document.key_position((*event, "eventOrganizer")) == Position("a.yaml", 5, 5)
    assert document.position((*event, "roster", 1)) == Position("a.yaml", 10, 21)
    assert document.key_position((*event, "roster", 1)) == Position("a.yaml", 10, 21)
    assert document.key_position((*event, "customProperties", "b")) == Position("a.yaml", 9, 32)


def test_what_is_not_there_has_the_place_of_its_nearest_ancestor() -> None:
    document = read(EVENTS)
    assert document.position(("events", 0, "customProperties", "z", "y")) == Position("a.yaml", 9, 23)
    assert document.key_position(("events", 7, "eventName")) == Position("a.yaml", 2, 3)
    assert document.position(()) == Position("a.yaml", 1, 1)


def test_an_alias_stands_for_the_value_and_keeps_its_own_place() -> None:
    document = read(EVENTS)
    assert document.value["events"][1] == document.value["events"][0]
    assert document.position(("events", 1)) == Position("a.yaml", 13, 5)
    assert document.position(("events", 1, "eventName")) == Position("a.yaml", 4, 16)


def test_a_captured_node_is_no_part_of_the_tree() -> None:
    document = read(EVENTS, capture=Capture(("events", None, "attendees"), take))
    assert document.value["events"][0]["attendees"] == []
    assert document.captured(("events", 0, "attendees")) == ("taken", "a.yaml")
    assert document.captured(("events", 0, "roster")) is None
    assert document.position(("events", 0, "attendees")) == Position("a.yaml", 12, 7)
    assert document.has(("events", 0, "attendees"))
    assert not document.has(("events", 0, "attendees", 0))


def test_a_mark_and_windows_line_ends_are_fine() -> None:
    document = read(b"\xef\xbb\xbf" + EVENTS.replace("\n", "\r\n").encode())
    assert document.value == read(EVENTS).value
    assert document.position(("events", 0, "eventType")) == Position("a.yaml", 6, 16)


def test_columns_count_characters() -> None:
    document = read("events:\n  - {eventName: Café ☕ 🎉, eventType: x}\n")
    assert document.position(("events", 0, "eventType")) == Position("a.yaml", 2, 38)


def test_what_libyaml_refuses_and_yaml_1_2_allows_is_read_by_the_second_parser() -> None:
    """A plain text that begins with a colon, in a list in brackets: valid in 1.2, a syntax error to libyaml."""
    document = read("events:\n  - roster: [:b.csv, c.csv]\n")
    assert document.value["events"][0] == {"roster": [":b.csv", "c.csv"]}
    assert document.position(("events", 0, "roster", 1)) == Position("a.yaml", 2, 22)


def test_a_file_is_read_the_same_wherever_it_is_cut(tmp_path: Path) -> None:
    """Chunks end in the middle of characters: the file is larger than any buffer."""
    name = "é☕🎉" * 20_000
    document = read(f"events:\n  - eventName: {name}\n    eventType: x\n")
    assert document.value["events"][0]["eventName"] == name
    assert document.position(("events", 0, "eventType")) == Position("a.yaml", 3, 16)
