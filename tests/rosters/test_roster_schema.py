"""The roster's schema, the explainer and the two libraries agree: what one refuses, the others refuse too."""

import json
import re
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubevents_sync.manifest.rosters.entry import entry_validator
from hubevents_sync.manifest.rosters.explain import explain_entry
from hubevents_sync.manifest.rosters.interface import Path
from hubevents_sync.manifest.rules.rule import Rule
from hubevents_sync.manifest.times import BadTime, parse_time
from hubevents_sync.resources import schemas_directory

SCHEMA = json.loads((schemas_directory() / "roster.schema.json").read_text(encoding="utf-8"))
TIME = SCHEMA["$defs"]["time"]
PYTHON = jsonschema.Draft202012Validator({"$ref": "#/$defs/attendee", "$defs": SCHEMA["$defs"]})
TIME_LIKE = st.one_of(
    st.from_regex(re.compile(TIME["pattern"].rstrip("$") + r"\Z")),
    st.text(alphabet="0123456789-:TZtz+. \n\u0663\uff12", max_size=26),
    st.sampled_from(["2026-11-01T09:00:00Z\n", "٢٠٢٦-11-01T09:00:00Z", "2026-11-01T09:00Z\n", "1793523600000\n", ""]),
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.sampled_from(["", "ana@example.com", "2026-11-01T09:00:00Z", "1793523600000", "true"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["joinedAt", "leftAt", "at", "firstname", ""]), inner, max_size=3)
    ),
    max_leaves=4,
)
FIELDS = st.sampled_from(["email", "vid", "registered", "cancelled", "attended", "contact", "no_show", "x"])
GOOD = {"email": "ana@example.com", "registered": "2026-11-01T09:00:00Z"}


def test_the_schema_is_one_and_its_examples_are_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    whole = jsonschema.Draft202012Validator(SCHEMA)
    for example in SCHEMA["examples"]:
        whole.validate(example)
    for name, part in SCHEMA["$defs"].items():
        validator = jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": SCHEMA["$defs"]})
        assert part["examples"]
        for example in part["examples"]:
            validator.validate(example)


def test_every_field_is_described_for_editors() -> None:
    for shape in (SCHEMA, SCHEMA["$defs"]["attendee"], SCHEMA["$defs"]["attendance"]):
        for name, field in shape["properties"].items():
            assert all(field[part] for part in ("title", "description", "examples")), name


@given(text=TIME_LIKE)
@settings(max_examples=400, deadline=None)
def test_a_pattern_means_the_same_to_both_libraries_and_to_the_reader_of_times(text: str) -> None:
    taken = jsonschema_rs.is_valid(TIME, text)
    # Python's $ matches before a last line end as well: jsonschema must not be asked about such a text.
    assert taken == (not text.endswith("\n") and jsonschema.Draft202012Validator(TIME).is_valid(text))
    if is_time(text):
        assert taken


@given(
    entry=VALUES
    | st.dictionaries(FIELDS, VALUES, max_size=4)
    | st.dictionaries(FIELDS, VALUES, max_size=2).map(lambda more: {**GOOD, **more})
)
@settings(max_examples=500, deadline=None)
def test_what_the_schema_refuses_is_explained_and_what_it_takes_is_not(entry: Any) -> None:
    told: list[str] = []

    def say(rule: Rule, path: Path, message: str, hint: str | None = None, *, at_key: bool = False) -> None:
        told.append(message)

    explain_entry(entry, say)
    takes = entry_validator().is_valid(entry)

    assert takes == PYTHON.is_valid(entry)
    if takes:
        assert told == []
    elif not told:
        # Only what the rules of times and addresses find is left to them.
        assert any(not is_time(text) for text in texts_in(entry)) or len(entry.get("email", "")) > 254


@pytest.mark.parametrize("entry", SCHEMA["$defs"]["attendee"]["examples"])
def test_an_example_reads_without_a_finding(entry: Any, read_roster: Any) -> None:
    assert read_roster(json.dumps(entry), "people.ndjson").lines == []


def is_time(text: str) -> bool:
    """The reader of times takes *text*, or takes it in a project with a time zone."""
    try:
        parse_time(text, None)
    except BadTime as fault:
        return fault.rule == "naive-time"
    return True


def texts_in(value: Any) -> list[str]:
    """All texts and numbers inside *value*, written out."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in texts_in(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts_in(item)]
    return [] if value is None else [str(value)]
