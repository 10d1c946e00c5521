"""The lock file: the same bytes for the same state, and a clear word for whatever else is found in its place."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from hubevents_sync.errors import ConfigurationError, StateError
from hubevents_sync.model.lock import LockedEvent, LockedState
from hubevents_sync.resources import schemas_directory
from hubevents_sync.state.lock_file import REWRITE, read_lock_file, shape_lock_file, write_lock_file
from tests.builders import NOW_MS, build_key
from tests.desired import CANCELLED, REGISTERED, build_event

FILE = "state/hubevents.lock.json"
GALA = LockedEvent(
    event=build_event("gala", customProperties={"room": "blue"}, eventCancelled=True),
    roster_digest="ab" * 32,
    people=3,
    rows={REGISTERED: 3, CANCELLED: 1},
    unsent=1,
    held=2,
    held_until_ms=NOW_MS,
    is_completed=True,
)
GONE = LockedEvent(event=build_event("ball"), is_confirmed=False)
OWN = LockedState(None, "5d0e", 7, 12345678, (GALA, GONE))
STAGING = LockedState("staging", "9a1c", 2)


def read(path: Path) -> list[LockedState]:
    return read_lock_file(path, file=FILE)


def fault_of(path: Path, content: str) -> StateError:
    path.write_text(content)
    with pytest.raises(StateError) as raised:
        read(path)
    return raised.value


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "state" / "hubevents.lock.json"
    assert write_lock_file(path, [STAGING, OWN])
    own, staging = read(path)
    assert (own.environment, own.lineage, own.serial, own.portal) == (None, "5d0e", 7, 12345678)
    assert own.events == (GONE, GALA)
    assert staging == STAGING


def test_the_same_states_give_the_same_bytes_and_are_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "lock.json"
    write_lock_file(path, [OWN, STAGING])
    first = (path.read_bytes(), path.stat().st_mtime_ns)
    mixed = LockedState(None, "5d0e", 7, 12345678, (GONE, GALA))
    assert write_lock_file(path, [STAGING, mixed]) is False
    assert (path.read_bytes(), path.stat().st_mtime_ns) == first
    assert [entry.name for entry in tmp_path.iterdir()] == ["lock.json"]


def test_the_schema_knows_every_part_of_it() -> None:
    schema = json.loads((schemas_directory() / "lock.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    assert list(validator.iter_errors(json.loads(shape_lock_file([OWN, STAGING])))) == []
    for name, part in schema["$defs"].items():
        assert part["examples"], name
        for example in part["examples"]:
            assert list(Draft202012Validator({**part, "$defs": schema["$defs"]}).iter_errors(example)) == []


def test_where_there_is_none_it_says_nothing(tmp_path: Path) -> None:
    assert read(tmp_path / "nowhere.json") == []


@pytest.mark.parametrize("content", ["", "{", "\0", "[" * 100_000])
def test_what_is_no_json_is_said_to_be_none(tmp_path: Path, content: str) -> None:
    fault = fault_of(tmp_path / "lock.json", content)
    assert (fault.message, fault.hint) == (f"the lock file {FILE} is no JSON", REWRITE)


def test_a_merge_that_was_never_settled_is_recognised(tmp_path: Path) -> None:
    fault = fault_of(tmp_path / "lock.json", "<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> main\n")
    assert fault.hint == f"were two branches merged into it? {REWRITE}"


@pytest.mark.parametrize("content", ["{}", "[]", "7", '{"format": "hubevents-sync/plan", "version": 1}'])
def test_another_file_is_no_lock_file(tmp_path: Path, content: str) -> None:
    assert fault_of(tmp_path / "lock.json", content).message == f"{FILE} is no lock file of hubevents-sync"


def test_a_newer_version_is_refused_by_name(tmp_path: Path) -> None:
    fault = fault_of(tmp_path / "lock.json", '{"format": "hubevents-sync/lock", "version": 2, "anything": []}')
    assert fault.message == f"the lock file {FILE} has version 2; this hubevents-sync reads 1"
    assert fault.hint == "use the hubevents-sync that wrote it, or a newer one"


def test_a_folder_in_its_place_is_named(tmp_path: Path) -> None:
    with pytest.raises(StateError) as raised:
        read(tmp_path)
    assert raised.value.message == f"the lock file {FILE} can't be read: is a directory"


def test_one_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError) as raised:
        write_lock_file(tmp_path / "file" / "lock.json", [OWN])
    assert raised.value.message == "can't write the lock file lock.json: file exists"


DAMAGES: list[tuple[str, Any, str]] = [
    ("version", 0, "version"),
    ("version", "1", "version"),
    ("environments", {}, "environments"),
    ("environments/0", 7, "environment"),
    ("environments/0/environment", "staging", "environments"),
    ("environments/0/lineage", None, "lineage"),
    ("environments/0/serial", -1, "serial"),
    ("environments/0/serial", True, "serial"),
    ("environments/0/portal", "1", "portal"),
    ("environments/0/events", None, "events"),
    ("environments/0/events/0", [], "key"),
    ("environments/0/events/0/key/externalEventId", 7, "externalEventId"),
    ("environments/0/events/0/fields", [], "fields"),
    ("environments/0/events/0/fields/nonsense", "x", "fields"),
    ("environments/0/events/0/fields/eventName", 7, "eventName"),
    ("environments/0/events/0/rows", {"NO_SHOW": 1}, "rows"),
    ("environments/0/events/0/rows", {"ATTENDED": -1}, "ATTENDED"),
    ("environments/0/events/0/people", 1.5, "people"),
    ("environments/0/events/0/roster_digest", 1, "roster_digest"),
    ("environments/0/events/0/is_completed", 1, "is_completed"),
    ("environments/0/events/0/rows_held_until", "soon", "rows_held_until"),
    ("environments/0/events/0/rows_held_until", "2026-11-30T10:00:00", "rows_held_until"),
]


@pytest.mark.parametrize(("place", "value", "named"), DAMAGES)
def test_what_is_damaged_is_named(tmp_path: Path, place: str, value: object, named: str) -> None:
    whole = json.loads(shape_lock_file([OWN, STAGING]))
    *way, last = place.split("/")
    part = whole
    for step in way:
        part = part[int(step) if step.isdigit() else step]
    part[int(last) if last.isdigit() else last] = value
    fault = fault_of(tmp_path / "lock.json", json.dumps(whole))
    assert (fault.message, fault.hint) == (f"the lock file {FILE} is damaged: {named} makes no sense", REWRITE)


def test_it_names_the_events_and_nobody() -> None:
    whole = json.loads(shape_lock_file([OWN]))
    assert [event["key"]["externalEventId"] for event in whole["environments"][0]["events"]] == ["ball", "gala"]
    assert build_key("gala").external_account_id in shape_lock_file([OWN])
