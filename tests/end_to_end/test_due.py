"""What is due, and what falls due when, can be asked without a token, and told to a webhook."""

import json

import pytest

from hubevents_sync.sandbox.server import RunningSandbox
from tests.end_to_end.conftest import Run
from tests.end_to_end.test_webhook import pipeline, read, receiver, types, watch
from tests.projects import ProjectFolder, build_people, hash_tree
from tests.webhooks import Receiver, receiving

__all__ = ["pipeline", "receiver"]  # fixtures
HELD = "complete: {not_before: 2100-01-01T12:00:00Z}"


def write_gala(project: ProjectFolder) -> None:
    project.write_event("gala", HELD, roster="gala.csv")
    project.write_roster("gala.csv", build_people(3))


def test_due_needs_no_token_and_writes_and_sends_nothing(
    project: ProjectFolder, run: Run, server: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUBSPOT_ACCESS_TOKEN")
    write_gala(project)
    before = hash_tree(project.path)
    shown = run("due", "--detailed-exitcode")
    assert (shown.code, shown.err) == (2, "")
    assert shown.out.splitlines() == [
        "Due now: 1 event.",
        "  gala  create, 3 registered",
        "",
        "Due next: 1 Jan 2100 12:00 UTC",
        "  gala  completion from 1 Jan 2100 12:00 UTC",
    ]
    assert (hash_tree(project.path), server.requests()) == (before, [])


def test_when_all_is_applied_nothing_is_due_now(project: ProjectFolder, run: Run) -> None:
    write_gala(project)
    assert run("apply", "--auto-approve").code == 0
    shown = run("due", "--detailed-exitcode")
    assert (shown.code, shown.out.splitlines()[0]) == (0, "Due now: nothing.")
    key = {"externalAccountId": "CookingCo", "externalEventId": "gala"}
    told = json.loads(run("due", "--format", "json").out)
    assert (told["now"], told["changes_settings"], told["next_due_at"]) == ([], False, "2100-01-01T12:00:00Z")
    assert told["held"] == [{"key": key, "due_at": "2100-01-01T12:00:00Z", "rows": 0, "completes": True}]


def test_settings_are_due_too(project: ProjectFolder, run: Run, server: RunningSandbox) -> None:
    lines = ("settings:", "  appId: 4711", "  eventDetailsUrl: https://my.event.app/%s")
    project.write_settings(*lines, base_url=server.base_url)
    project.write("events/none.yaml", "events: []\n")
    assert run("due").out == "Due now: the app's settings.\n"


def test_due_tells_the_webhook_of_the_same_steps_under_the_same_id(
    project: ProjectFolder, run: Run, server: RunningSandbox, receiver: Receiver
) -> None:
    watch(project, server, receiver.url)
    write_gala(project)
    assert [run("due", "--notify").code, run("due", "--notify").code] == [0, 0]
    project.write_roster("gala.csv", build_people(4))
    assert run("due", "--notify").code == 0
    first, second, third = read(receiver)
    assert first["id"] == second["id"] != third["id"]
    assert (first["type"], first["data"]["now"][0]["rows"]) == ("due", {"REGISTERED": 3})
    assert receiver.received[0].headers["webhook-id"] == first["id"]


def test_where_nothing_is_due_nobody_is_told(
    project: ProjectFolder, run: Run, server: RunningSandbox, receiver: Receiver
) -> None:
    watch(project, server, receiver.url)
    write_gala(project)
    assert run("apply", "--auto-approve").code == 0
    assert run("due", "--notify").code == 0
    assert types(receiver) == ["finished"]


def test_due_that_could_not_be_told_ends_in_1(project: ProjectFolder, run: Run, server: RunningSandbox) -> None:
    write_gala(project)
    hint = "hint: docs/webhook.md says what is sent, and how it is checked\n"
    ended = run("due", "--notify")
    assert (ended.code, ended.err) == (
        1,
        f"error: --notify has nobody to tell: hubevents.yaml has no webhook\n{hint}",
    )
    with receiving(403) as receiver:
        watch(project, server, receiver.url)
        ended = run("due", "--notify")
        watch(project, server, receiver.url, "events: [finished]")
        other = run("due", "--notify")
    assert (ended.code, ended.err) == (
        1,
        f"error: the webhook at 127.0.0.1 was not told of this (due): it answered 403\n{hint}",
    )
    assert (other.code, other.err) == (
        1,
        f"error: --notify has nobody to tell: due is not among webhook.events\n{hint}",
    )
