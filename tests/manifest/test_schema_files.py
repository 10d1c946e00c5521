"""The schemas are complete for an editor, and the fast and the explaining validator agree on them."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from hubevents_sync.manifest.explain import explain
from hubevents_sync.manifest.schema import find_errors, is_valid_value, load_schema
from hubevents_sync.model.event import EVENT_FIELDS
from hubevents_sync.resources import schemas_directory

NAMES = ("project", "events")


def read(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((schemas_directory() / f"{name}.schema.json").read_text(encoding="utf-8"))
    return schema


def subschemas(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema in *schema* that stands for a value of a file, with *schema* itself."""
    yield schema
    for keyword in ("properties", "$defs"):
        for below in schema.get(keyword, {}).values():
            yield from subschemas(below)
    for below in (schema.get("items"), schema.get("additionalProperties"), *schema.get("anyOf", ())):
        if isinstance(below, dict):
            yield from subschemas(below)


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_valid_and_named(name: str) -> None:
    schema = read(name)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"{name}.schema.json"


@pytest.mark.parametrize("name", NAMES)
def test_an_editor_finds_a_title_a_description_and_examples_everywhere(name: str) -> None:
    for schema in list(subschemas(read(name)))[1:]:
        if set(schema) == {"$ref"}:
            continue
        assert schema["title"]
        assert schema["description"].endswith((".", "!"))
        assert schema["examples"]


@pytest.mark.parametrize("name", NAMES)
def test_every_example_is_valid(name: str) -> None:
    root = read(name)
    for schema in subschemas(load_schema(name)):
        validator = Draft202012Validator({"$defs": root["$defs"], **schema})
        for example in schema.get("examples", ()):
            assert validator.is_valid(example), example


@pytest.mark.parametrize("name", NAMES)
def test_no_object_takes_fields_that_it_does_not_name(name: str) -> None:
    for schema in subschemas(read(name)):
        if schema.get("type") == "object":
            assert schema["additionalProperties"] is False or "properties" not in schema


@pytest.mark.parametrize("name", NAMES)
def test_every_number_has_bounds(name: str) -> None:
    """A number that is too long for any field becomes one that is out of all bounds."""
    for schema in subschemas(read(name)):
        if {"integer", "number"} & set(schema.get("type", ())) or schema.get("type") in ("integer", "number"):
            assert "minimum" in schema
            assert "maximum" in schema or "exclusiveMaximum" in schema


@pytest.mark.parametrize("name", NAMES)
def test_patterns_mean_the_same_in_every_dialect_and_have_words(name: str) -> None:
    """No classes such as ``\\d``, which is ASCII here and Unicode there; anchored, so that search and match agree."""
    for schema in (*subschemas(read(name)), *(part.get("propertyNames", {}) for part in subschemas(read(name)))):
        if pattern := schema.get("pattern"):
            assert pattern.startswith("^")
            assert pattern.isascii()
            assert not re.search(r"\\[dwsbDWSB]|\(\?", pattern)
            assert schema["patternErrorMessage"].startswith("must be ")


def test_the_event_schema_has_every_field_of_an_event_but_the_back_door() -> None:
    fields = set(read("events")["$defs"]["event"]["properties"])
    assert fields == {
        *EVENT_FIELDS,
        "externalEventId",
        "externalAccountId",
        "roster",
        "attendees",
        "removals",
        "complete",
    }


def test_an_environment_overrides_every_setting() -> None:
    schema = read("project")
    own = set(schema["properties"]) - {"version", "environments"}
    assert set(schema["$defs"]["environment"]["properties"]) == own


# Values that come close to the truth: its names, its words, and what goes wrong with them.
_WORDS = [
    "keep",
    "none",
    "10%",
    "100%",
    "10%\n",
    "https://x.example",
    "https://x\n",
    "v3",
    "",
    "x",
    "é\u2028",
    "staging",
]
_NUMBERS = [0, 1, 1.0, 0.5, -1, 99, 10**40, 2**63, 1e30, True, None]
_KEYS = sorted(
    {
        key
        for name in NAMES
        for schema in subschemas(json.loads((schemas_directory() / f"{name}.schema.json").read_text(encoding="utf-8")))
        for key in schema.get("properties", ())
    }
    | {"x", "a/b", "", "staging\n"}
)
_VALUES = st.recursive(
    st.sampled_from([*_WORDS, *_NUMBERS]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=5),
    max_leaves=12,
)
_EVENT = st.dictionaries(st.sampled_from(sorted(read("events")["$defs"]["event"]["properties"])), _VALUES)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(NAMES), _VALUES | st.builds(lambda events: {"events": events}, st.lists(_EVENT, max_size=2)))
def test_both_validators_agree_and_every_fault_is_explained(name: str, value: object) -> None:
    errors = list(find_errors(name, value))
    assert is_valid_value(name, value) is not bool(errors)
    faults = explain(errors, load_schema(name))
    assert bool(faults) is bool(errors)
    for fault in faults:
        assert "\n" not in fault.message
        assert "must be text" not in fault.message or "must be text, found the text" not in fault.message
