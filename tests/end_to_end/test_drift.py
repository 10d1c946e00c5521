"""What was done at HubSpot behind the record's back is found by the fewest requests, and nothing is written."""

import json
from typing import Any

import pytest

from hubevents_sync.engine.comparing.drift import look_for_drift
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.render.progress import SilentProgress
from hubevents_sync.sandbox.server import RunningSandbox, running_sandbox
from hubevents_sync.sandbox.switches import Switches
from tests.apply_quietly import apply_quietly
from tests.end_to_end.conftest import Run, SharedClock
from tests.outsider import Outsider, let_time_pass
from tests.projects import ProjectFolder, build_people, hash_tree

APPLY = ("apply", "--auto-approve")
DRIFT = ("drift", "--detailed-exitcode")
MARCH_MS = 1_772_359_200_000  # 2026-03-01T10:00:00Z: when the people of these rosters registered
DAY_MS = 86_400_000
AHEAD = ("startDateTime: 2099-05-01T10:00:00Z", "endDateTime: 2099-05-01T12:00:00Z")
NOTHING_ELSE = """
What was not compared
  · when people joined and left, what their contacts were created with, and what came before a
    person's latest state: HubSpot doesn't tell
"""
BY_COUNTERS = """\
  · who the people of 2 events are: as many are in each state as on record; --deep compares each
"""


@pytest.fixture
def outsider(server: RunningSandbox) -> Outsider:
    return Outsider(server.base_url)


def write_event(project: ProjectFolder, event: str, *lines: str) -> None:
    head = [f"externalEventId: {event}", f"eventName: The {event}", "eventOrganizer: Chef Joe", *AHEAD, *lines]
    body = "\n    ".join([*head, f"roster: ../rosters/{event}.csv"])
    project.write(f"events/{event}.yaml", f"events:\n  - {body}\n")


@pytest.fixture
def applied(project: ProjectFolder, run: Run, server: RunningSandbox) -> ProjectFolder:
    """Two events ahead, of three people each, at HubSpot and on record; the log of requests begins after."""
    for event in ("ball", "gala"):
        write_event(project, event)
        project.write_roster(f"{event}.csv", build_people(3, prefix=f"{event}-"))
    assert run(*APPLY).code == 0
    let_time_pass(project.path / "state" / "hubevents.db")
    return project


def read_json(run: Run, *arguments: str) -> dict[str, Any]:
    ended = run("drift", "--format", "json", *arguments)
    assert ended.code == 0, ended.err
    found: dict[str, Any] = json.loads(ended.out)
    return found


def event_of(found: dict[str, Any], name: str) -> dict[str, Any]:
    (event,) = [each for each in found["events"] if each["key"]["externalEventId"] == name]
    shown: dict[str, Any] = event
    return shown


def test_right_after_an_apply_there_is_no_drift_and_it_takes_two_requests_an_event(
    applied: ProjectFolder, run: Run, server: RunningSandbox
) -> None:
    before, asked = hash_tree(applied.path), len(server.requests())
    ended = run(*DRIFT)
    assert (ended.code, ended.out) == (
        0,
        "No drift: 2 events looked at in 4 requests.\n\nAs on record\n  · 2 events: ball, gala\n"
        f"{NOTHING_ELSE}{BY_COUNTERS}",
    )
    assert [request.method for request in server.requests()[asked:]] == ["GET"] * 4
    assert hash_tree(applied.path) == before


def test_deep_reads_every_row_too(applied: ProjectFolder, run: Run, server: RunningSandbox) -> None:
    asked = len(server.requests())
    ended = run(*DRIFT, "--deep")
    assert (ended.code, ended.out) == (
        0,
        f"No drift: 2 events looked at in 6 requests.\n\nAs on record\n  · 2 events: ball, gala\n{NOTHING_ELSE}",
    )
    assert {request.method for request in server.requests()[asked:]} == {"GET"}


def test_all_that_somebody_else_did_is_shown_and_nobody_is_named(
    applied: ProjectFolder, run: Run, outsider: Outsider
) -> None:
    outsider.change("gala", eventName="The grand gala", eventUrl="https://elsewhere.example", eventCancelled=True)
    outsider.record("gala", "cancel", "gala-1@example.com", at_ms=MARCH_MS + DAY_MS)
    outsider.record("gala", "register", "stranger@example.com", at_ms=MARCH_MS)
    outsider.delete("ball")
    ended = run(*DRIFT)
    assert (ended.code, ended.out) == (
        2,
        "Drift: 2 of 2 events not as on record; 2 events looked at in 4 requests.\n"
        "\n"
        "ball (The ball)\n"
        "  - event  HubSpot shows this app no such event: deleted there, or another app's\n"
        "\n"
        "gala (The gala)\n"
        '  ~ eventName       "The gala" → "The grand gala"\n'
        "  ~ eventCancelled  (not on record) → true\n"
        "  ~ people          1 person otherwise than on record: rosters/gala.csv:3 REGISTERED → CANCELLED\n"
        "  + people          1 contact at HubSpot, not on record: 1 REGISTERED\n" + NOTHING_ELSE,
    )
    assert run("drift").code == 0
    (stranger,) = event_of(read_json(run), "gala")["people"]["unrecorded"]
    assert f"contact ids {stranger['contact_id']}" in run("-v", "drift").out


def test_a_person_whom_hubspot_lost_is_named_by_file_and_line(
    applied: ProjectFolder, run: Run, server: RunningSandbox, outsider: Outsider
) -> None:
    """HubSpot deletes a person's rows with the contact: the event made anew without one of three shows the same."""
    outsider.delete("gala")
    outsider.create("gala", startDateTime="2099-05-01T10:00:00Z", endDateTime="2099-05-01T12:00:00Z")
    outsider.record("gala", "register", "gala-0@example.com", "gala-2@example.com", at_ms=MARCH_MS)
    gala = event_of(read_json(run), "gala")
    assert [(row["file"], row["line"], row["state"]) for row in gala["people"]["missing"]] == [
        ("rosters/gala.csv", 3, "REGISTERED")
    ]
    assert "1 person on record whom HubSpot doesn't show: rosters/gala.csv:3" in run("drift").out


def test_one_who_went_for_one_who_came_shows_with_deep_only(
    applied: ProjectFolder, run: Run, outsider: Outsider
) -> None:
    outsider.delete("gala")
    outsider.create(
        "gala", eventName="The gala", startDateTime="2099-05-01T10:00:00Z", endDateTime="2099-05-01T12:00:00Z"
    )
    outsider.change("gala", eventOrganizer="Chef Joe")
    outsider.record("gala", "register", "gala-0@example.com", "gala-1@example.com", "new@example.com", at_ms=MARCH_MS)
    assert run(*DRIFT).code == 0
    gala = event_of(read_json(run, "--deep"), "gala")
    assert gala["has_drift"]
    assert (len(gala["people"]["missing"]), len(gala["people"]["unrecorded"])) == (1, 1)


def test_no_shows_after_the_end_are_expected_and_no_drift(project: ProjectFolder, run: Run) -> None:
    project.write_event("expo", roster="expo.csv")  # it ended in May 2026
    project.write_roster("expo.csv", build_people(3))
    run(*APPLY)
    for deep in ((), ("--deep",)):
        ended = run(*DRIFT, *deep)
        assert ended.code == 0, ended.out
        assert "3 registrations that HubSpot made no-shows after the end: expected, and no drift" in ended.out


def test_a_completion_by_somebody_else_is_drift_and_one_of_ours_is_not(
    project: ProjectFolder, run: Run, outsider: Outsider
) -> None:
    for event in ("ours", "theirs"):
        project.write_event(event, "complete: true", roster=f"{event}.csv")
        project.write_roster(f"{event}.csv", build_people(1))
    run(*APPLY, "--approve", "complete:ours")
    let_time_pass(project.path / "state" / "hubevents.db")
    outsider.complete("theirs")
    found = read_json(run)
    assert [event["is_completed_elsewhere"] for event in found["events"]] == [False, True]
    assert "complete at HubSpot, and by no run on record" in run("drift").out


def test_an_event_can_be_named_and_what_is_left_out_is_listed(applied: ProjectFolder, run: Run) -> None:
    ended = run("drift", "--event", "gala")
    assert ended.code == 0
    assert "No drift: 1 event looked at in 2 requests." in ended.out
    assert "Left out (by --event)\n  · 1 event: ball" in ended.out
    missing = run("drift", "--event", "gaal")
    assert (missing.code, missing.err) == (64, "error: no event is called gaal\nhint: did you mean gala?\n")


def test_an_event_that_cannot_be_read_hides_no_other(project: ProjectFolder, clock: SharedClock) -> None:
    with running_sandbox(clock=clock.now_ms) as server:
        workspace = apply_two(project, server, clock)
        Outsider(server.base_url).change("gala", eventName="Other")
        server.faults.add("events/ball: 500")
        found = look_for_drift(workspace, progress=SilentProgress())
    ball, gala = found.events
    assert (found.has_errors, found.has_drift, ball.has_drift, gala.error) == (True, True, False, None)
    assert ball.error is not None
    assert ball.error.startswith("reading the event CookingCo/ball: HubSpot answered 500")


def test_a_spent_quota_ends_it_at_once(applied: ProjectFolder, run: Run, server: RunningSandbox) -> None:
    server.faults.add("any: 429 daily")
    asked = len(server.requests())
    assert run(*DRIFT).code == 8
    assert len(server.requests()) - asked == 1


def apply_two(project: ProjectFolder, server: RunningSandbox, clock: SharedClock) -> Workspace:
    """Two events at HubSpot and on record, a minute ago."""
    project.write_settings(base_url=server.base_url)
    for event in ("ball", "gala"):
        project.write_event(event, roster=f"{event}.csv")
        project.write_roster(f"{event}.csv", build_people(3))
    workspace = Workspace(project.path, {"HUBSPOT_ACCESS_TOKEN": "pat-test-0000"}, clock)
    apply_quietly(workspace)
    clock.sleep(60)
    return workspace


def test_what_was_sent_a_moment_ago_is_waited_for_and_what_is_older_is_not(
    project: ProjectFolder, clock: SharedClock
) -> None:
    late = Switches({"counters-delay": 3_000, "breakdown-delay": 3_000})
    with running_sandbox(clock=clock.now_ms, switches=late) as server:
        workspace = apply_two(project, server, clock)
        project.write_event("expo", roster="gala.csv")
        apply_quietly(workspace)
        began = clock.monotonic()
        assert not look_for_drift(workspace, progress=SilentProgress()).has_drift
        assert 0 < clock.monotonic() - began <= 7
        Outsider(server.base_url).change("gala", eventName="Other")
        clock.sleep(60)
        began = clock.monotonic()
        assert look_for_drift(workspace, progress=SilentProgress()).has_drift
        assert clock.monotonic() - began < 1


def test_without_a_state_there_is_nothing_to_compare_with(project: ProjectFolder, run: Run) -> None:
    ended = run("drift")
    assert ended.code == 1
    assert "there is no state at state/hubevents.db" in ended.err


def test_markdown_and_json_say_the_same_and_end_alike(applied: ProjectFolder, run: Run, outsider: Outsider) -> None:
    outsider.change("gala", eventName="<b>@everyone</b>")
    markdown = run(*DRIFT, "--format", "markdown")
    assert markdown.code == 2
    assert markdown.out.startswith("<!-- hubevents-sync drift drift=true cut=false -->\n### hubevents-sync drift\n")
    assert "<b>@everyone" not in markdown.out
    assert run(*DRIFT, "--format", "json").code == 2


def test_the_built_in_hubspot_has_drift_of_its_own(project: ProjectFolder, run: Run) -> None:
    write_event(project, "gala")
    project.write_roster("gala.csv", build_people(2))
    assert run(*APPLY, "--sandbox").code == 0
    before = hash_tree(project.path / "state")["sandbox.db"]
    assert run(*DRIFT, "--sandbox", "--deep").code == 0
    assert hash_tree(project.path / "state")["sandbox.db"] == before
