"""Filling an account from a document of plain data."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hubevents_sync.errors import SyncError
from hubevents_sync.sandbox.seed import Seeded, seed
from hubevents_sync.sandbox.server import running_sandbox
from hubevents_sync.sandbox.store.database import open_database

if TYPE_CHECKING:
    from tests.sandbox.conftest import StandingClock

AT_MS = 1_793_523_600_000


def row(state: str = "REGISTERED", at_ms: int = AT_MS, **person: Any) -> dict[str, Any]:
    return {"state": state, "occurred_at_ms": at_ms, "joined_at_ms": None, "left_at_ms": None, **person}


def event(external_id: str = "4", *rows: dict[str, Any], **values: Any) -> dict[str, Any]:
    fields = {"eventName": "Cooking", "eventOrganizer": "Joe", "startDateTime": "2026-11-30T16:00:00Z"}
    base = {"account": "CookingCo", "external_id": external_id, "object_id": None, "completed": False}
    return {**base, "fields": fields, "participations": list(rows), **values}


def test_an_event_keeps_its_object_id_and_the_next_one_comes_after_it(clock: "StandingClock") -> None:
    contents = {"events": [event("4", object_id="987654321000", completed=True), event("5", object_id="987654321000")]}
    with running_sandbox(clock=clock, contents=contents) as sandbox:
        first, second = sandbox.account.events
        assert (first["id"], first["completed"], first["start_ms"]) == (987_654_321_000, True, 1_796_054_400_000)
        assert (second["id"], second["completed"]) == (987_654_321_001, False)


def test_people_are_contacts_under_the_ids_that_are_known(clock: "StandingClock") -> None:
    rows = [
        row(email="Ana@Example.com", vid=543_954_422_478),
        row("CANCELLED", AT_MS + 1, email="ana@example.com"),
        row(vid=7),
        row(email="bob@example.com"),
        row(vid=8, email="ana@example.com", at_ms=AT_MS + 2),
    ]
    contents = {"events": [event("4", *rows)], "contacts": [{"email": None, "vid": 9}]}
    with running_sandbox(clock=clock, contents=contents) as sandbox:
        assert {contact["id"]: contact["email"] for contact in sandbox.account.contacts} == {
            543_954_422_478: "ana@example.com",
            7: "vid-7@sandbox.invalid",
            8: "vid-8@sandbox.invalid",
            9: "vid-9@sandbox.invalid",
            543_954_422_479: "bob@example.com",
        }
        assert [(each["contact_id"], each["state"], each["current"]) for each in sandbox.account.participations] == [
            (543_954_422_478, "REGISTERED", False),
            (7, "REGISTERED", True),
            (543_954_422_479, "REGISTERED", True),
            (543_954_422_478, "CANCELLED", True),
            (8, "REGISTERED", True),
        ]


def test_what_was_filled_in_is_counted_and_survives_a_restart(tmp_path: Path, clock: "StandingClock") -> None:
    data = tmp_path / "account.db"
    database = open_database(data)
    try:
        contents = {"events": [event("4", row(email="ana@example.com"))], "contacts": []}
        assert seed(database, contents, app_id=1234567, now_ms=clock.now_ms) == Seeded(1, 1, 1)
    finally:
        database.close()
    with running_sandbox(data=data, clock=clock) as sandbox:
        assert [each["email"] for each in sandbox.account.participations] == ["ana@example.com"]


def test_an_account_that_holds_something_is_not_filled(tmp_path: Path, clock: "StandingClock") -> None:
    data = tmp_path / "account.db"
    with running_sandbox(data=data, clock=clock) as sandbox:
        sandbox.account.add_contact("ana@example.com")
    with pytest.raises(SyncError) as caught, running_sandbox(data=data, clock=clock, contents={"events": [event()]}):
        pass
    assert caught.value.message == "the sandbox's account is not empty: it can't be filled with a project's state"
    with running_sandbox(data=data, clock=clock) as sandbox:
        assert sandbox.account.events == []


def test_a_document_that_breaks_half_way_fills_nothing(tmp_path: Path, clock: "StandingClock") -> None:
    database = open_database(tmp_path / "account.db")
    try:
        broken = {"events": [event("4", row(email="ana@example.com")), {"participations": []}]}
        with pytest.raises(KeyError):
            seed(database, broken, app_id=1, now_ms=clock.now_ms)
        assert seed(database, {"events": []}, app_id=1, now_ms=clock.now_ms) == Seeded(0, 0, 0)
    finally:
        database.close()
