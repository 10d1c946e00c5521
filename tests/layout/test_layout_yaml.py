"""The one form of project, event and roster files in YAML."""

import pytest

from hubevents_sync.manifest.findings import InvalidFiles
from hubevents_sync.manifest.layout.fmt import LARGEST_PAGE_BYTES, NotFormatted, format_file
from hubevents_sync.manifest.layout.order import Kind
from hubevents_sync.resources import examples_directory
from tests.layout.conftest import fmt

MESSY = """\
# The season.

events:
# opens it
-   eventName: 'no'     # a cocktail

    # never change it
    externalEventId: "opening"
    startDateTime: '2026-11-30 17:00:00.500+01:00'
    endDateTime: 2026-11-30t18:00z   # UTC
    customProperties:
        b: yes
        a: "12"
        c: 12
    eventDescription: |2
          two columns in
        none
    eventOrganizer:
       Chef Joe and
         all the others   # many
    attendees:   # few
    - {registered: 2026-01-01 10:00Z, email: "x@example.org"}
    # came late
    - email: a@example.org
      registered: 1767225600000
    complete: {
      not_before: 2026-01-01T00:00:00.000Z # after the audit
    }
    roster: [ a.csv, "b.csv",
       # not yet
       c.csv ] # three
    # eventUrl: later
- {externalEventId: second, eventCancelled: True } # short
# the end
"""
NEAT = """\
# The season.

events:
  # opens it
  # never change it
  - externalEventId: opening
    eventName: "no"     # a cocktail
    eventOrganizer: Chef Joe and
      all the others   # many
    startDateTime: 2026-11-30T17:00:00.5+01:00
    endDateTime: 2026-11-30T18:00:00Z # UTC
    eventDescription: |2
          two columns in
        none
    customProperties:
      b: "yes"
      a: "12"
      c: "12"
    roster: # three
      - a.csv
      - b.csv
      # not yet
      - c.csv
    attendees:   # few
      - {email: x@example.org, registered: 2026-01-01T10:00:00Z}
      # came late
      - email: a@example.org
        registered: 1767225600000
    complete:
      not_before: 2026-01-01T00:00:00Z # after the audit
    # eventUrl: later

  - {externalEventId: second, eventCancelled: true} # short
# the end
"""


def test_a_messy_event_file_becomes_neat() -> None:
    assert fmt(MESSY) == NEAT
    assert fmt(NEAT) == NEAT


def test_people_are_sorted_with_their_comments_only_where_that_is_asked_for() -> None:
    assert (
        fmt(MESSY, sorts=True)
        .partition("attendees:")[2]
        .startswith("""   # few
      # came late
      - email: a@example.org
        registered: 1767225600000
      - {email: x@example.org, registered: 2026-01-01T10:00:00Z}
""")
    )


def test_people_in_brackets_are_sorted_too_and_other_lists_are_not() -> None:
    text = (
        "events:\n  - externalEventId: a\n    customProperties: {attendees: [b, a]}\n"
        "    attendees: [{email: b@x.example}, {vid: 5}, {email: A@x.example}]\n"
    )
    assert fmt(text) == text
    assert fmt(text, sorts=True) == text.replace(
        "[{email: b@x.example}, {vid: 5}, {email: A@x.example}]",
        "[{email: A@x.example}, {email: b@x.example}, {vid: 5}]",
    )


@pytest.mark.parametrize("name", ["hubevents.yaml", "events"])
def test_the_examples_are_in_form(name: str) -> None:
    kind = Kind.PROJECT if name.endswith(".yaml") else Kind.EVENTS
    files = [
        path
        for found in examples_directory().glob(f"*/{name}")
        for path in (found.glob("*.yaml") if found.is_dir() else [found])
    ]
    assert len(files) >= 2
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert fmt(text, kind) == text


def test_a_project_file_keeps_its_variables_as_they_are_written() -> None:
    text = (
        "hubspot: {token: ${TOKEN}, portal: '${PORTAL}'}   # secret\n"
        "environments:\n  b: {state: ${STATE:-a b}}\n  a: {}\n"
        "account: 'Cooking'\nversion: 1\nlimits: {removals: '10%'}\n"
    )
    assert fmt(text, Kind.PROJECT) == (
        "version: 1\naccount: Cooking\n"
        "hubspot: {portal: '${PORTAL}', token: ${TOKEN}}   # secret\n"
        "limits: {removals: 10%}\n"
        "environments:\n  b: {state: ${STATE:-a b}}\n  a: {}\n"
    )


def test_a_line_for_editors_stays_on_top_and_a_comment_goes_with_its_key() -> None:
    text = "# yaml-language-server: $schema=x.json\naccount: A\n# the format\nversion: 1\n"
    assert fmt(text, Kind.PROJECT) == "# yaml-language-server: $schema=x.json\n# the format\nversion: 1\naccount: A\n"


def test_an_anchor_stays_before_its_alias_so_that_event_keeps_its_order() -> None:
    text = (
        "events:\n"
        "  - eventOrganizer: &who Chef Joe\n"
        "    externalEventId: a\n"
        "  - eventOrganizer: *who\n"
        "    externalEventId: b\n"
        "  - eventName: X\n"
        "    externalEventId: c\n"
    )
    assert fmt(text) == (
        "events:\n"
        "  - eventOrganizer: &who Chef Joe\n"
        "    externalEventId: a\n\n"
        "  - eventOrganizer: *who\n"
        "    externalEventId: b\n\n"
        "  - externalEventId: c\n"
        "    eventName: X\n"
    )


def test_comments_behind_lines_keep_their_column() -> None:
    text = 'events:\n  - eventName: "a"         # one\n    externalEventId: bcdef   # two\n    eventType: "x" # near\n'
    assert fmt(text) == (
        "events:\n  - externalEventId: bcdef   # two\n    eventName: a           # one\n    eventType: x # near\n"
    )


def test_line_ends_and_a_byte_order_mark_become_plain() -> None:
    content = "\ufeffversion: 1\r\naccount: A\r\n".encode()
    assert format_file(content, "hubevents.yaml", Kind.PROJECT, sorts_people=False).after == "version: 1\naccount: A\n"


def test_text_that_keeps_its_blank_lines_at_the_end_keeps_them() -> None:
    text = "events:\n  - externalEventId: a\n    eventDescription: |+\n      x\n\n\n    eventUrl: z\n"
    assert fmt(text) == text


def test_a_file_that_would_mean_something_else_is_left() -> None:
    """In the one form a blank line stands between two events: here it would become part of the text."""
    text = "events:\n- externalEventId: a\n  eventDescription: |+\n    x\n- externalEventId: b\n"
    with pytest.raises(NotFormatted, match=r"e\.yaml is left as it is: in the one form it would mean something else"):
        fmt(text, file="e.yaml")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("events: [\n", "yaml-syntax"),
        ("events:\n  - a: 1\n    a: 2\n", "duplicate-key"),
        ("events:\n  - attendees:\n    - &x {email: a@example.org}\n", "alias-in-roster"),
        ("events: []\n---\nevents: []\n", "second-document"),
        ("", "empty-file"),
    ],
)
def test_what_cannot_be_read_is_left_and_said(text: str, rule: str) -> None:
    with pytest.raises(InvalidFiles) as raised:
        fmt(text)
    assert [finding.rule for finding in raised.value.findings] == [rule]


def test_a_rule_that_an_event_breaks_is_no_reason_to_leave_the_file() -> None:
    text = "events:\n- endDateTime: 2020-01-01T00:00Z\n  startDateTime: soon\n"
    assert fmt(text) == "events:\n  - startDateTime: soon\n    endDateTime: 2020-01-01T00:00:00Z\n"


def test_a_yaml_file_beyond_measure_is_left() -> None:
    with pytest.raises(NotFormatted, match=r"roster\.yaml is left as it is: it is larger than 4 MB"):
        fmt("#" * (LARGEST_PAGE_BYTES + 1), Kind.ROSTER, file="roster.yaml", sorts=True)


def test_the_lines_that_people_stand_on_are_known() -> None:
    done = format_file(MESSY.encode(), "e.yaml", Kind.EVENTS, sorts_people=False)
    lines = done.after.splitlines()
    assert {lines[number - 1].strip()[:12] for number in done.personal_after} == {
        "attendees:  ",
        "- {email: x@",
        "# came late",
        "- email: a@e",
        "registered: ",
    }
    before = MESSY.splitlines()
    assert all("@" not in line for number, line in enumerate(before, 1) if number not in done.personal_before)
