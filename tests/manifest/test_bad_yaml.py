"""Bytes and YAML that make no sense are refused where they stop making it."""

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


def project(text: str) -> dict[str, str | bytes]:
    """A project file, and an event file without events."""
    return {"hubevents.yaml": text, "events/a.yaml": "events: []\n"}


def events(content: str | bytes) -> dict[str, str | bytes]:
    """An event file."""
    return {"events/a.yaml": content}


# Ten lines that stand for a hundred thousand million values.
BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 12)
)


CASES: dict[str, tuple[Mapping[str, str | bytes], list[str]]] = {
    "a_tab_for_indentation": (
        events("events:\n\t- externalEventId: e1\n"),
        [
            "events/a.yaml:2:1: error: not valid YAML: while scanning for the next token, found"
            " character that cannot start any token [yaml-syntax]"
        ],
    ),
    "a_quote_that_never_ends": (
        events('events:\n  - eventName: "Cooking\n'),
        [
            "events/a.yaml:2:16: error: not valid YAML: while scanning a quoted scalar, found unexpected"
            " end of stream [yaml-syntax]"
        ],
    ),
    "a_colon_too_many": (
        events("events:\n  - eventName: Cooking: basics\n"),
        ["events/a.yaml:2:23: error: not valid YAML: mapping values are not allowed in this context [yaml-syntax]"],
    ),
    "a_bracket_that_never_closes": (
        events("events: [\n"),
        [
            "events/a.yaml:2:1: error: not valid YAML: while parsing a flow node, did not find expected"
            " node content [yaml-syntax]"
        ],
    ),
    "text_that_begins_with_an_at_sign": (
        events("events:\n  - eventName: @home\n"),
        [
            "events/a.yaml:2:16: error: not valid YAML: while scanning for the next token, found"
            " character that cannot start any token [yaml-syntax]"
        ],
    ),
    "a_brace_inside_braces": (
        project("version: 1\nhubspot: {token: a{TOKEN}}\n"),
        [
            "hubevents.yaml:2:19: error: not valid YAML: while parsing a flow mapping, did not find"
            " expected ',' or '}' [yaml-syntax]"
        ],
    ),
    "a_duplicate_key": (
        event("eventName: Baking"),
        [
            "events/a.yaml:7:5: error: eventName stands here a second time; the first is at"
            " events/a.yaml:3:5 [duplicate-key]"
        ],
    ),
    "a_duplicate_key_in_quotes": (
        event('"eventName": Baking'),
        [
            "events/a.yaml:7:5: error: eventName stands here a second time; the first is at"
            " events/a.yaml:3:5 [duplicate-key]"
        ],
    ),
    "an_alias_bomb": (
        events(BOMB),
        ["events/a.yaml:4:38: error: the file's aliases stand for more than 10,000 values [alias-expansion]"],
    ),
    "an_alias_of_itself": (
        events("events: &e\n  - *e\n"),
        ["events/a.yaml:2:5: error: the alias *e stands inside the very value that it stands for [alias]"],
    ),
    "an_alias_of_nothing": (
        event("eventType: *workshop"),
        ["events/a.yaml:7:16: error: the alias *workshop stands for nothing: no &workshop comes before it [alias]"],
    ),
    "nesting_of_5000_levels": (
        events("events: " + "[" * 5000 + "]" * 5000),
        ["events/a.yaml:1:40: error: the file is nested more than 32 levels deep [nesting]"],
    ),
    "nesting_of_5000_mappings": (
        events("".join(" " * i + "a:\n" for i in range(5000))),
        ["events/a.yaml:33:33: error: the file is nested more than 32 levels deep [nesting]"],
    ),
    "nesting_behind_aliases": (
        events("a: &a " + "[" * 20 + "]" * 20 + "\nb: " + "[" * 20 + "*a" + "]" * 20 + "\n"),
        ["events/a.yaml:2:24: error: the file is nested more than 32 levels deep [nesting]"],
    ),
    "a_python_tag": (
        event("eventType: !!python/name:os.system"),
        ['events/a.yaml:7:16: error: the tag "!!python/name:os.system" is not allowed [tag]'],
    ),
    "a_python_object_tag": (
        event("customProperties: !!python/object:os.system {a: b}"),
        ['events/a.yaml:7:23: error: the tag "!!python/object:os.system" is not allowed [tag]'],
    ),
    "a_tag_of_its_own": (
        event("eventType: !secret x"),
        ['events/a.yaml:7:16: error: the tag "!secret" is not allowed [tag]'],
    ),
    "a_merge_key": (
        event("customProperties:\n  <<: {a: b}"),
        ["events/a.yaml:8:7: error: merge keys (<<) are not part of YAML 1.2 [merge-key]"],
    ),
    "a_list_as_a_key": (event("? [a, b]\n: c"), ["events/a.yaml:7:7: error: a key must be text [key-not-text]"]),
    "nothing_as_a_key": (event(": c"), ["events/a.yaml:7:5: error: a key must be text, found nothing [key-not-text]"]),
    "a_second_document": (
        events("events: []\n---\nevents: []\n"),
        ["events/a.yaml:2:1: error: a second document begins here; a file holds one [second-document]"],
    ),
    "a_nul": (
        events(b"events: []\n\0- lost\n"),
        ["events/a.yaml:2:1: error: the file holds a NUL byte; text has none [nul]"],
    ),
    "a_nul_by_escape": (
        event('eventType: "a\\0b"'),
        ["events/a.yaml:7:16: error: control characters are not allowed in text (found U+0000) [control-character]"],
    ),
    "a_bell_by_escape": (
        event('eventType: "a\\ab"'),
        ["events/a.yaml:7:16: error: control characters are not allowed in text (found U+0007) [control-character]"],
    ),
    "a_bare_escape_character": (
        events(b"events:\n  - eventName: \x1b[31mred\n"),
        ["events/a.yaml:2:16: error: not valid YAML: control characters are not allowed (found U+001B) [yaml-syntax]"],
    ),
    "latin_1": (
        events("events:\n  - eventName: Caf\xe9\n".encode("latin-1")),
        ["events/a.yaml:2:19: error: the file is not UTF-8: found byte 0xe9 [encoding]"],
    ),
    "utf_16": (
        events("events: []\n".encode("utf-16")),
        ["events/a.yaml:1:1: error: the file is UTF-16, not UTF-8 [encoding]"],
    ),
    "utf_32": (
        events("events: []\n".encode("utf-32")),
        ["events/a.yaml:1:1: error: the file is UTF-32, not UTF-8 [encoding]"],
    ),
    "half_a_surrogate_pair": (
        event('eventType: "\\ud83d"'),
        ["events/a.yaml:7:16: error: control characters are not allowed in text (found U+D83D) [control-character]"],
    ),
    "an_empty_file": (events(b""), ["events/a.yaml:1:1: error: the file is empty [empty-file]"]),
    "a_file_of_a_mark_only": (events(b"\xef\xbb\xbf"), ["events/a.yaml:1:1: error: the file is empty [empty-file]"]),
    "a_file_of_comments_only": (events("# nothing\n"), ["events/a.yaml:1:1: error: the file is empty [empty-file]"]),
    "a_file_that_is_null": (
        events("---\n"),
        ["events/a.yaml:2:1: error: the file has nothing in it but comments [empty-file]"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_fault_is_found_where_it_stands(case: str, findings_of: FindingsOf) -> None:
    files, expected = CASES[case]
    assert findings_of(files) == expected
