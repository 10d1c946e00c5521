"""What was found is said in a person's words, and never gives anybody away."""

import pytest

from hubevents_sync.manifest.suggest import did_you_mean, suggest
from hubevents_sync.manifest.wording import counted, describe, describe_kind, listed, quoted


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "nothing"),
        (True, "true"),
        (7, "the number 7"),
        (0.5, "the number 0.5"),
        (10**26, "a number of more than 19 digits"),
        ("drop", 'the text "drop"'),
        ("", "an empty text"),
        ([1], "a list"),
        ([], "an empty list"),
        ({"a": 1}, "a mapping of names to values"),
        ({}, "an empty mapping"),
    ],
)
def test_a_value_is_described_as_what_it_is(value: object, expected: str) -> None:
    assert describe(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("pat-eu1-secret", "a text"), (1234, "a number"), (True, "true or false"), (None, "nothing")],
)
def test_a_secret_is_described_by_its_kind_alone(value: object, expected: str) -> None:
    assert describe_kind(value) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", '"plain"'),
        ("two\nlines\x1b[31m", r'"two\nlines\x1b[31m"'),
        ("right\u202eleft", r'"right\u202eleft"'),
        ("half \ud83d", r'"half \ud83d"'),
        ("write to ana@example.com now", '"write to ***@*** now"'),
        ("x" * 61, '"' + "x" * 59 + '…"'),
        ("ana" * 1000 + "@example.com", '"' + "ana" * 19 + 'an…"'),
    ],
)
def test_a_quote_is_short_printable_and_without_an_address(text: str, expected: str) -> None:
    assert quoted(text) == expected


def test_words_are_listed_with_an_or() -> None:
    assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"], "and")] == ["a", "a or b", "a, b and c"]


def test_things_are_counted() -> None:
    assert [counted(1, "event"), counted(2, "event"), counted(0, "entry", "entries")] == [
        "1 event",
        "2 events",
        "0 entries",
    ]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("eventNmae", "eventName"),
        ("event_name", "eventName"),
        ("EVENTNAME", "eventName"),
        ("startDatetime", "startDateTime"),
        ("sponsor", None),
        ("eventName" * 1000, None),
        ("", None),
    ],
)
def test_a_slip_of_the_finger_is_traced_back_to_the_field(word: str, meant: str | None) -> None:
    assert suggest(word, ("eventName", "startDateTime", "roster")) == meant


def test_a_guess_is_put_as_a_question() -> None:
    assert did_you_mean("kep", ("keep", "cancel")) == "did you mean keep?"
    assert did_you_mean("whatever", ("keep", "cancel")) is None
