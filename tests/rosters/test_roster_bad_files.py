"""Files that no roster is: each refused in under a second, with a place, and without anybody's data in the findings."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubevents_sync.manifest.findings import FindingCollector
from hubevents_sync.manifest.rosters.interface import RosterContext, RosterFile
from hubevents_sync.manifest.rosters.read import READERS, read_participations
from hubevents_sync.manifest.source import Source
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.finding import Position

SECRET = "planted.person"
ADDRESS = f"{SECRET}@example.com"
TIME = "2026-11-01T09:00:00Z"
YAML_HEAD = f"attendees:\n  - {{email: {ADDRESS}, registered: {TIME}}}\n"
CSV_HEAD = f"email,registered,contact.firstname\n{ADDRESS},{TIME},{SECRET}\n"
NDJSON_HEAD = f'{{"email": "{ADDRESS}", "registered": "{TIME}"}}\n'

# Name, content, rule, line and column.
BAD_FILES = {
    "yaml_tab": ("a.yaml", YAML_HEAD + "\t- email: x\n", "yaml-syntax", 3, 1),
    "yaml_open_quote": ("a.yaml", YAML_HEAD + f'  - {{email: "{ADDRESS}}}\n', "yaml-syntax", 3, 13),
    "yaml_open_brackets": ("a.yaml", YAML_HEAD + "  - " + "[" * 60_000, "nesting", 3, 13),
    "yaml_deep": ("a.yaml", YAML_HEAD + "  - " + "[" * 5000 + "]" * 5000, "nesting", 3, 13),
    "yaml_deep_block": ("a.yaml", YAML_HEAD + "  - " + "- " * 5000 + "a", "nesting", 3, 21),
    "yaml_deep_root": ("a.yaml", "[" * 5000, "nesting", 1, 9),
    "yaml_alias_bomb": (
        "a.yaml",
        YAML_HEAD + "  - &a {contact: &b [x, x]}\n" + "".join(f"  - &c{n} [*a, *b]\n" for n in range(300)),
        "alias-in-roster",
        3,
        5,
    ),
    "yaml_python_tag": ("a.yaml", YAML_HEAD + "  - !!python/object/apply:os.getcwd []\n", "tag-in-roster", 3, 5),
    "yaml_duplicate": ("a.yaml", YAML_HEAD + f"  - {{email: {ADDRESS}, email: x}}\n", "duplicate-key", 3, 41),
    "yaml_second_document": ("a.yaml", YAML_HEAD + "---\n" + YAML_HEAD, "second-document", 3, 1),
    "yaml_nul": ("a.yaml", YAML_HEAD + "  - \0", "nul", 3, 5),
    "yaml_latin_1": ("a.yaml", (YAML_HEAD + "  - Zoë\n").encode("latin-1"), "encoding", 3, 7),
    "yaml_utf_16": ("a.yaml", YAML_HEAD.encode("utf-16"), "encoding", 1, 1),
    "yaml_utf_32": ("a.yaml", YAML_HEAD.encode("utf-32"), "encoding", 1, 1),
    "yaml_cut_character": ("a.yaml", YAML_HEAD.encode() + b"  - \xc3", "encoding", 3, 5),
    "yaml_control": ("a.yaml", YAML_HEAD + "  - \x07\n", "yaml-syntax", 3, 5),
    "yaml_empty": ("a.yaml", "", "empty-file", 1, 1),
    "yaml_comment_only": ("a.yaml", "# nobody\n", "empty-file", 1, 1),
    "yaml_surrogate": ("a.yaml", YAML_HEAD + '  - "\\ud83d"\n', "entry-shape", 3, 5),
    "yaml_email_as_key": ("a.yaml", YAML_HEAD + f"  - {ADDRESS}: registered\n", "email-or-vid", 3, 5),
    "yaml_list": ("a.yaml", f"- {{email: {ADDRESS}, registered: {TIME}}}\n", "roster-shape", 1, 1),
    "yaml_long_number": ("a.yaml", f"attendees: [{{vid: {'7' * 9000}, registered: {TIME}}}]", "bad-vid", 1, 19),
    "csv_as_yaml": ("a.yaml", CSV_HEAD, "roster-shape", 1, 1),
    "csv_semicolons": ("a.csv", CSV_HEAD.replace(",", ";"), "csv-separator", 1, 1),
    "csv_no_header": ("a.csv", f"{ADDRESS},{TIME}\n", "csv-header", 1, 1),
    "csv_no_header_alone": ("a.csv", f"{ADDRESS}\n", "csv-header", 1, 1),
    "csv_header_with_person": ("a.csv", f"email,registered,{ADDRESS}\n", "csv-header", 1, 1),
    "csv_open_quote": ("a.csv", CSV_HEAD + f'"{ADDRESS},{TIME},\n' + CSV_HEAD * 100, "csv-quotes", 3, 1),
    "csv_stray_quote": ("a.csv", CSV_HEAD + f'{ADDRESS},"{TIME}"x,\n', "csv-quotes", 3, 28),
    "csv_huge_cell": ("a.csv", CSV_HEAD + '"' + (ADDRESS + "\n") * 5_000, "csv-quotes", 3, 1),
    "csv_nul": ("a.csv", CSV_HEAD + "\0", "nul", 3, 1),
    "csv_latin_1": ("a.csv", (CSV_HEAD + "Zoë").encode("latin-1"), "encoding", 3, 3),
    "csv_utf_16": ("a.csv", CSV_HEAD.encode("utf-16"), "encoding", 1, 1),
    "csv_cut_character": ("a.csv", CSV_HEAD.encode() + b"\xe2\x82", "encoding", 3, 1),
    "csv_empty": ("a.csv", "", "empty-file", 1, 1),
    "csv_mark_only": ("a.csv", b"\xef\xbb\xbf", "empty-file", 1, 1),
    "csv_blank": ("a.csv", "\n \n\n", "csv-header", 1, 1),
    "csv_one_line": ("a.csv", "x" * 3_000_000, "line-too-long", 1, 1),
    "csv_cells": ("a.csv", CSV_HEAD + f"{ADDRESS},{TIME}\n", "csv-cells", 3, 1),
    "csv_shifted": ("a.csv", CSV_HEAD + f"{TIME},{ADDRESS},\n", "bad-email", 3, 1),
    "csv_spreadsheet": ("a.csv", b"PK\x03\x04\x14\x00\x06\x00", "nul", 1, 6),
    "ndjson_cut": ("a.ndjson", NDJSON_HEAD + NDJSON_HEAD[:30], "json-syntax", 2, 11),
    "ndjson_array": ("a.ndjson", f"[\n{NDJSON_HEAD}]\n", "json-syntax", 1, 2),
    "ndjson_deep": ("a.ndjson", NDJSON_HEAD + '{"a":' * 100_000, "nesting", 2, 1),
    "ndjson_deep_list": ("a.ndjson", NDJSON_HEAD + "[" * 100_000, "nesting", 2, 1),
    "ndjson_open_text": ("a.ndjson", NDJSON_HEAD + "[" * 100 + '"', "nesting", 2, 1),
    "ndjson_open_text_early": ("a.ndjson", NDJSON_HEAD + '["' + "[" * 100, "json-syntax", 2, 2),
    "ndjson_nan": ("a.ndjson", NDJSON_HEAD + '{"vid": NaN}\n', "json-syntax", 2, 1),
    "ndjson_long_number": ("a.ndjson", f'{{"vid": {"7" * 90_000}, "registered": "{TIME}"}}\n', "bad-vid", 1, 9),
    "ndjson_nul": ("a.ndjson", NDJSON_HEAD + "\0", "nul", 2, 1),
    "ndjson_latin_1": ("a.ndjson", (NDJSON_HEAD + '"Zoë"').encode("latin-1"), "encoding", 2, 4),
    "ndjson_one_line": ("a.ndjson", "{" * 3_000_000, "line-too-long", 1, 1),
    "ndjson_blank": ("a.ndjson", "\n\n", "empty-file", 1, 1),
    "ndjson_texts": ("a.ndjson", f'"{ADDRESS}"\n', "entry-shape", 1, 1),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_refused_with_a_place_and_names_nobody(name: str, read_roster: Any) -> None:
    file, content, rule, line, column = BAD_FILES[name]
    outcome = read_roster(content, file)
    first = outcome.findings[0]
    assert (first.rule, first.position) == (rule, Position(file, line, column))
    assert SECRET not in outcome.everything
    assert ADDRESS.partition("@")[2] not in "".join(outcome.lines)


@pytest.mark.parametrize("suffix", READERS)
def test_a_file_that_is_not_there_is_a_finding(suffix: str, tmp_path: Path) -> None:
    source = Source(tmp_path / f"nobody{suffix}", f"rosters/nobody{suffix}")
    findings = FindingCollector()
    reading = read_participations(
        [RosterFile(source, Position("events/a.yaml", 7, 13))],
        event=RosterContext(EventKey("a", "b")),
        identify=lambda *_: b"",
        timezone=None,
        findings=findings,
    )

    assert [(str(each.position), each.rule) for each in findings.sorted()] == [
        (f"rosters/nobody{suffix}:1:1", "unreadable-file")
    ]
    assert (list(reading.participations), reading.digests) == ([], {})


PIECES = st.sampled_from(
    [
        "attendees:", "\n", "  - ", "email", ": ", "vid", "registered", "cancelled", "attended", "contact", "joinedAt",
        "leftAt", "at", "[", "]", "{", "}", ",", '"', "'", "|", ">", "&a ", "*a", "!t ", "? ", "#", "\t", "---\n",
        "true", "null", ";", "\r", "\\ud83d", "\\u0000", "-1", "1e400", "NaN", ADDRESS, SECRET, TIME, "7",
        "\ufeff", "é", "🎉", "email,registered\n", "NO_SHOW", "%", "@",
    ]
)  # fmt: skip


@given(
    pieces=st.lists(PIECES, max_size=40),
    head=st.sampled_from(["", YAML_HEAD, YAML_HEAD + "  - ", CSV_HEAD, NDJSON_HEAD, NDJSON_HEAD + "{"]),
    suffix=st.sampled_from(list(READERS)),
)
@settings(max_examples=400, deadline=None)
def test_whatever_stands_in_a_file_there_is_no_traceback_and_nobody_is_named(
    pieces: list[str], head: str, suffix: str, read_roster: Any
) -> None:
    outcome = read_roster(head + "".join(pieces), f"people{suffix}")
    masked = [line for line in outcome.lines if ADDRESS in line]

    assert masked == []
    assert ADDRESS not in repr(outcome.reading)


@given(content=st.binary(max_size=200), suffix=st.sampled_from(list(READERS)))
@settings(max_examples=200, deadline=None)
def test_bytes_of_any_kind_are_read_or_refused(content: bytes, suffix: str, read_roster: Any) -> None:
    assert read_roster(content, f"people{suffix}").reading.people >= 0
