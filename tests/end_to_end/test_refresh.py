"""After a refresh the plan is made against what HubSpot really has, and brings back what it can."""

import json

import pytest

from hubevents_sync.sandbox.server import RunningSandbox
from tests.end_to_end.conftest import Run
from tests.outsider import Outsider, let_time_pass
from tests.projects import ProjectFolder, build_people, hash_tree

APPLY = ("apply", "--auto-approve")
MARCH_MS = 1_772_359_200_000  # 2026-03-01T10:00:00Z: when the people of these rosters registered
DAY_MS = 86_400_000
TIMES = {"startDateTime": "2099-05-01T10:00:00Z", "endDateTime": "2099-05-01T12:00:00Z"}


@pytest.fixture
def outsider(server: RunningSandbox) -> Outsider:
    return Outsider(server.base_url)


@pytest.fixture
def applied(project: ProjectFolder, run: Run) -> ProjectFolder:
    """Two events ahead, of three people each, at HubSpot and on record."""
    for event in ("ball", "gala"):
        lines = [f"externalEventId: {event}", f"eventName: {event}", "eventOrganizer: Chef Joe"]
        lines += [*(f"{name}: {value}" for name, value in TIMES.items()), f"roster: ../rosters/{event}.csv"]
        project.write(f"events/{event}.yaml", "events:\n  - " + "\n    ".join(lines) + "\n")
        project.write_roster(f"{event}.csv", build_people(3, prefix=f"{event}-"))
    assert run(*APPLY).code == 0
    let_time_pass(project.path / "state" / "hubevents.db")
    return project


def make_again(outsider: Outsider, event: str, *emails: str) -> None:
    """The event as it was applied, with other people."""
    outsider.delete(event)
    outsider.create(event, eventOrganizer="Chef Joe", **TIMES)
    outsider.record(event, "register", *emails, at_ms=MARCH_MS)


def test_where_nothing_drifted_nothing_is_asked_and_nothing_changes(applied: ProjectFolder, run: Run) -> None:
    before = hash_tree(applied.path)
    ended = run("refresh", "--deep")
    assert (ended.code, ended.out) == (0, "The record is as HubSpot has it; nothing was changed.\n")
    assert hash_tree(applied.path) == before


def test_an_event_that_can_not_be_read_is_named_and_not_called_as_it_should_be(
    applied: ProjectFolder, run: Run, server: RunningSandbox
) -> None:
    server.faults.add("events/ball: 500 next 9")
    ended = run("refresh", "--yes")
    assert ended.code == 1
    first, ball = ended.out.splitlines()
    assert first == "Could not be read, and stays on record as it was:"
    assert ball.startswith("  ! CookingCo/ball: ")


def test_a_plan_after_a_refresh_brings_the_fields_back(
    applied: ProjectFolder, run: Run, server: RunningSandbox, outsider: Outsider
) -> None:
    outsider.change("gala", eventName="The grand gala")
    assert run("plan", "--detailed-exitcode").code == 0
    asked = len(server.requests())
    ended = run("refresh", "--yes")
    assert (ended.code, ended.out) == (0, "On record now:\n  ~ CookingCo/gala: 1 field\n")
    assert {request.method for request in server.requests()[asked:]} == {"GET"}
    assert '"The grand gala" → "gala"' in run("plan").out
    assert run(*APPLY).code == 0
    let_time_pass(applied.path / "state" / "hubevents.db")
    assert run("drift", "--detailed-exitcode").code == 0


def test_a_person_whom_hubspot_lost_is_planned_again_and_comes_back(
    applied: ProjectFolder, run: Run, server: RunningSandbox, outsider: Outsider
) -> None:
    make_again(outsider, "gala", "gala-0@example.com", "gala-2@example.com")
    ended = run("refresh", "--yes")
    assert "1 row unconfirmed, to be planned again" in ended.out
    plan = run("plan")
    assert "send 1 row" in plan.out
    assert "1 unconfirmed" in plan.out
    assert run(*APPLY).code == 0
    assert {row["email"] for row in server.account.participations if row["external_event_id"] == "gala"} == {
        f"gala-{number}@example.com" for number in range(3)
    }
    assert run("plan", "--detailed-exitcode").code == 0


def test_an_event_that_is_gone_is_forgotten_and_created_anew(
    applied: ProjectFolder, run: Run, outsider: Outsider
) -> None:
    outsider.delete("ball")
    ended = run("refresh", "--yes")
    assert ended.out == (
        "On record now:\n  - CookingCo/ball: forgotten, for HubSpot shows no such event; if the files name it, the next"
        " plan creates it anew\n"
    )
    assert "create 1 event, send 3 rows" in run("plan").out


def test_where_every_event_is_gone_the_token_is_doubted(applied: ProjectFolder, run: Run, outsider: Outsider) -> None:
    outsider.delete("ball")
    outsider.delete("gala")
    before = hash_tree(applied.path)
    ended = run("refresh", "--yes")
    assert (ended.code, ended.err) == (
        6,
        "error: HubSpot shows this app none of the events on record (2)\n"
        "hint: is the token another app's? If they are really gone, name each by --event\n",
    )
    assert hash_tree(applied.path) == before
    assert run("refresh", "--yes", "--event", "ball", "--event", "gala").code == 0


def test_a_word_of_somebody_else_is_put_beside_ours_and_not_fought_over(
    applied: ProjectFolder, run: Run, outsider: Outsider
) -> None:
    outsider.record("gala", "cancel", "gala-1@example.com", at_ms=MARCH_MS + DAY_MS)
    assert "1 row that HubSpot shows" in run("refresh", "--yes").out
    assert run("drift", "--deep", "--detailed-exitcode").code == 0
    assert run("plan", "--detailed-exitcode").code == 0
    rows = json.loads(run("state", "show", "--email", "gala-1@example.com", "--format", "json").out)["rows"]
    assert [(row["state"], row["file"]) for row in rows] == [("REGISTERED", "rosters/gala.csv"), ("CANCELLED", None)]


def test_strangers_are_put_on_record_with_adopt_only(applied: ProjectFolder, run: Run, outsider: Outsider) -> None:
    outsider.record("gala", "register", "stranger@example.com", at_ms=MARCH_MS)
    assert "nothing was changed" in run("refresh", "--yes").out
    assert "1 row that HubSpot shows" in run("refresh", "--yes", "--adopt").out
    assert run("drift", "--deep", "--detailed-exitcode").code == 0
    found = json.loads(run("state", "show", "--email", "stranger@example.com", "--format", "json").out)["rows"]
    assert [row["state"] for row in found] == ["REGISTERED"]


def test_a_completion_by_somebody_else_is_on_record_and_not_planned_again(
    project: ProjectFolder, run: Run, outsider: Outsider
) -> None:
    project.write_event("expo", "complete: true")
    run(*APPLY)
    let_time_pass(project.path / "state" / "hubevents.db")
    outsider.complete("expo")
    assert "complete" in run("refresh", "--yes").out
    assert run("plan", "--detailed-exitcode").code == 0
    assert run("drift", "--detailed-exitcode").code == 0


def test_without_a_terminal_and_without_a_yes_it_is_shown_and_refused(
    applied: ProjectFolder, run: Run, outsider: Outsider
) -> None:
    outsider.change("gala", eventName="The grand gala")
    before = hash_tree(applied.path)
    ended = run("refresh")
    assert ended.code == 6
    assert '~ eventName  "gala" → "The grand gala"' in ended.err
    assert "To be put on record:\n  ~ CookingCo/gala: 1 field\n" in ended.err
    assert "read what would be put on record, then add --yes" in ended.err
    assert hash_tree(applied.path) == before


def test_it_is_in_the_audit_log_and_speaks_json(applied: ProjectFolder, run: Run, outsider: Outsider) -> None:
    make_again(outsider, "gala", "gala-0@example.com", "gala-2@example.com")
    (found,) = json.loads(run("refresh", "--yes", "--format", "json").out)["refreshed"]
    assert (found["key"]["externalEventId"], found["rows_unconfirmed"], found["is_forgotten"]) == ("gala", 1, False)
    newest = json.loads(run("runs", "list", "--format", "json").out)["runs"][0]
    assert (newest["command"], newest["status"], newest["rows"]["unconfirmed"]) == ("refresh", "done", 1)
