"""An apply is rehearsed on an account that is filled with what the project's state says is at HubSpot."""

import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from hubevents_sync.cli.main import call
from hubevents_sync.engine.keeping.rehearsal import build_rehearsal
from hubevents_sync.engine.workspace import SystemClock, Workspace
from hubevents_sync.sandbox.server import RunningSandbox, running_sandbox
from tests.projects import ProjectFolder, build_people

if TYPE_CHECKING:
    from tests.end_to_end.conftest import Run

APPLY = ["apply", "--auto-approve"]
ATTENDED = {"joinedAt": "2026-05-01T10:00:00Z", "leftAt": "2026-05-01T11:00:00Z"}


def write_project(project: ProjectFolder, server: RunningSandbox) -> int:
    """Two events, with people by e-mail and by contact id; the id of the contact."""
    vid = server.account.add_contact("vip@example.com")
    project.write_event("class", "customProperties: {room: '1'}", roster="class.csv")
    project.write_roster("class.csv", build_people(30))
    project.write_event("dinner", roster="dinner.yaml")
    people: list[dict[str, object]] = [
        {"email": "Ana@Example.com", "registered": "2026-03-01T10:00:00Z", "attended": ATTENDED},
        {"vid": vid, "registered": "2026-03-01T10:00:00Z", "cancelled": "2026-03-02T10:00:00Z"},
    ]
    project.write_roster("dinner.yaml", people)
    return vid


def build(folder: Path) -> dict[str, object]:
    return build_rehearsal(Workspace(folder, {}, SystemClock()))


def copy_project(project: ProjectFolder, folder: Path, *, base_url: str) -> ProjectFolder:
    shutil.copytree(project.path, folder)
    copied = ProjectFolder(folder)
    copied.write_settings(base_url=base_url)
    return copied


def rows(sandbox: RunningSandbox) -> list[tuple[object, ...]]:
    """What an account holds of rows that were sent, but for ids.

    A registration that came after the event's end was stored as a no-show; the state knows what was sent.
    """
    columns = ("external_event_id", "state", "occurred_ms", "joined_ms", "left_ms")
    sent = [row for row in sandbox.account.participations if not row["derived"]]
    states = {"NO_SHOW": "REGISTERED"}
    found = [tuple(states.get(str(row[name]), row[name]) for name in columns) for row in sent]
    return sorted(found, key=repr)


def fields(sandbox: RunningSandbox) -> list[dict[str, object]]:
    kept = ("id", "external_event_id", "name", "organizer", "start_ms", "end_ms", "completed", "custom_properties")
    return [{name: event[name] for name in kept} for event in sandbox.account.events]


def test_the_filled_account_is_as_the_real_one(project: ProjectFolder, server: RunningSandbox, run: "Run") -> None:
    write_project(project, server)
    assert run(*APPLY).code == 0
    with running_sandbox(contents=build(project.path)) as rehearsal:
        assert fields(rehearsal) == fields(server)
        states = [(row["external_event_id"], row["email"], row["state"]) for row in rehearsal.account.participations]
        assert ("dinner", "ana@example.com", "ATTENDED") in states
        assert rows(rehearsal) == rows(server)


def test_a_rehearsed_apply_sends_what_the_real_one_would_and_repeats_are_recognised(
    project: ProjectFolder, server: RunningSandbox, run: "Run", tmp_path: Path
) -> None:
    vid = write_project(project, server)
    assert run(*APPLY).code == 0
    project.write_roster("class.csv", [*build_people(30), *build_people(2, prefix="late")])
    with running_sandbox(contents=build(project.path)) as rehearsal:
        copied = copy_project(project, tmp_path / "rehearsal", base_url=rehearsal.base_url)
        assert call(["-C", str(copied.path), *APPLY]) == 0
        sent = [
            request.path
            for request in rehearsal.requests()
            if request.method == "POST" and "attendance" in request.path
        ]
        assert len(sent) == 1
        everything = {"inputs": [{"vid": vid, "interactionDateTime": 1_772_359_200_000}]}
        again = httpx.post(
            f"{rehearsal.base_url}/marketing/v3/marketing-events/attendance/dinner/register/create",
            params={"externalAccountId": "CookingCo"},
            json=everything,
            headers={"Authorization": "Bearer any"},
        )
        assert (again.status_code, again.json()["results"]) == (200, [])
        assert len(rows(rehearsal)) == len(rows(server)) + 2


def test_who_left_the_files_has_an_invented_address_and_whom_only_the_files_know_is_there(
    project: ProjectFolder, server: RunningSandbox, run: "Run"
) -> None:
    write_project(project, server)
    assert run(*APPLY).code == 0
    project.write_roster("class.csv", build_people(29))
    project.write_roster("dinner.yaml", [{"vid": 540_000_009_999, "registered": "2026-03-01T10:00:00Z"}])
    with running_sandbox(contents=build(project.path)) as rehearsal:
        emails = [str(contact["email"]) for contact in rehearsal.account.contacts]
        assert "person28@example.com" in emails
        assert "person29@example.com" not in emails
        assert "ana@example.com" not in emails
        assert "vid-540000009999@sandbox.invalid" in emails
        assert len(rows(rehearsal)) == len(rows(server))


def test_without_a_state_there_is_nothing_to_rehearse_on(project: ProjectFolder, run: "Run") -> None:
    project.write_event("class")
    ended = run("sandbox", "--seed-from", str(project.path), "--port", "0")
    assert (ended.code, ended.err) == (
        1,
        "error: there is no state at state/hubevents.db: nothing is known to be at HubSpot\n"
        "hint: leave --seed-from out for an empty account\n",
    )


def test_the_command_fills_the_account_before_it_listens(
    project: ProjectFolder, server: RunningSandbox, run: "Run"
) -> None:
    write_project(project, server)
    assert run(*APPLY).code == 0
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "hubevents_sync", "sandbox", "--port", "0", "--seed-from", str(project.path)]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
            assert found is not None
            url = f"{found[0]}/marketing/v3/marketing-events/participations/CookingCo/class"
            counters = httpx.get(url, headers={"Authorization": "Bearer any"}).json()
            assert counters["registered"] + counters["noShows"] == 30
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(10)
