"""Comparing the fields of one event."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubevents_sync.model.event import EVENT_FIELDS, FieldValue
from hubevents_sync.model.plan import FieldChange
from hubevents_sync.plan.fields import declare_fields, diff_fields

NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=6)
PROPERTIES = st.dictionaries(st.one_of(NAMES, st.sampled_from(["__x", "a.b", "['q']", "0"])), NAMES, max_size=4)
PLAIN_NAMES = [name for name in EVENT_FIELDS if name != "customProperties"]
FIELDS = st.builds(
    lambda plain, properties: {**plain, **({} if properties is None else {"customProperties": properties})},
    st.dictionaries(st.sampled_from(PLAIN_NAMES), st.one_of(st.booleans(), NAMES)),
    st.none() | PROPERTIES,
)


def test_equal_fields_are_no_change() -> None:
    fields: dict[str, FieldValue] = {"eventName": "A", "eventCancelled": False, "customProperties": {"a": "1"}}
    assert diff_fields(fields, dict(fields)) == ()


def test_changes_come_in_the_order_of_the_fields() -> None:
    recorded: dict[str, FieldValue] = {"eventUrl": "u", "eventName": "A", "eventCancelled": False}
    desired: dict[str, FieldValue] = {"eventCancelled": True, "eventUrl": "v", "eventName": "B"}
    assert diff_fields(recorded, desired) == (
        FieldChange("eventName", "A", "B"),
        FieldChange("eventUrl", "u", "v"),
        FieldChange("eventCancelled", before=False, after=True),
    )


def test_a_field_that_is_no_longer_declared_is_unmanaged() -> None:
    assert diff_fields({"eventName": "A", "eventUrl": "u"}, {"eventName": "A"}) == ()


def test_a_field_that_is_declared_for_the_first_time_is_a_change_from_nothing() -> None:
    assert diff_fields({"eventName": "A"}, {"eventName": "A", "eventUrl": "u"}) == (FieldChange("eventUrl", None, "u"),)


def test_a_field_of_another_type_is_a_change() -> None:
    assert diff_fields({"eventCancelled": "true"}, {"eventCancelled": True}) == (
        FieldChange("eventCancelled", "true", after=True),
    )


def test_custom_properties_are_compared_one_by_one() -> None:
    recorded: dict[str, FieldValue] = {"customProperties": {"same": "1", "changed": "1", "dropped": "1"}}
    desired: dict[str, FieldValue] = {"customProperties": {"same": "1", "changed": "2", "added": "3"}}
    assert diff_fields(recorded, desired) == (
        FieldChange("customProperties.added", None, "3"),
        FieldChange("customProperties.changed", "1", "2"),
    )


@pytest.mark.parametrize("name", ["a.b.c", "__private", "root['x']", "with space", "quo'te\"", "é", "0"])
def test_a_custom_property_may_have_any_name(name: str) -> None:
    assert diff_fields({"customProperties": {name: "1"}}, {"customProperties": {name: "2"}}) == (
        FieldChange(f"customProperties.{name}", "1", "2"),
    )


@pytest.mark.parametrize("recorded", [{}, {"customProperties": "no mapping"}])
def test_properties_are_all_new_where_none_are_on_record(recorded: dict[str, FieldValue]) -> None:
    assert diff_fields(recorded, {"customProperties": {"a": "1"}}) == (FieldChange("customProperties.a", None, "1"),)


def test_declaring_no_properties_is_no_change() -> None:
    assert diff_fields({}, {"customProperties": {}}) == ()


def test_a_new_event_shows_each_field_from_nothing() -> None:
    desired: dict[str, FieldValue] = {
        "customProperties": {"b": "2", "a": "1"},
        "eventCancelled": False,
        "eventName": "A",
    }
    assert declare_fields(desired) == (
        FieldChange("eventName", None, "A"),
        FieldChange("eventCancelled", None, after=False),
        FieldChange("customProperties.a", None, "1"),
        FieldChange("customProperties.b", None, "2"),
    )


@given(FIELDS)
def test_the_diff_of_equal_fields_is_empty(fields: dict[str, FieldValue]) -> None:
    assert diff_fields(fields, fields) == ()


@given(FIELDS, FIELDS)
def test_what_a_diff_shows_is_what_is_different_and_no_more(
    recorded: dict[str, FieldValue], desired: dict[str, FieldValue]
) -> None:
    def flatten(fields: dict[str, FieldValue]) -> dict[str, FieldValue]:
        return {change.path: change.after for change in declare_fields(fields) if change.after is not None}

    had, wanted = flatten(recorded), flatten(desired)
    expected = {path: (had.get(path), value) for path, value in wanted.items() if had.get(path) != value}
    assert {change.path: (change.before, change.after) for change in diff_fields(recorded, desired)} == expected
