"""What needs a yes of its own, and how each run ends."""

import json
import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

from hubevents_sync.sandbox.server import RunningSandbox
from tests.end_to_end.conftest import Run
from tests.projects import ProjectFolder, build_people

ATTENDED = {"joinedAt": "2026-05-01T10:00:00Z", "leftAt": "2026-05-01T12:00:00Z"}


def write_finished_event(project: ProjectFolder, event_id: str = "gala", *, people: int = 3) -> None:
    """An event that is over, with everybody's attendance, to be completed."""
    project.write_event(event_id, "complete: true", roster=f"{event_id}.yaml")
    project.write_roster(f"{event_id}.yaml", build_people(people, prefix=f"{event_id}-", attended=ATTENDED))


def paths_of(server: RunningSandbox) -> list[str]:
    """The last part of the path of every request, in order."""
    return [request.path.rsplit("/", 1)[-1] for request in server.requests()]


def test_auto_approve_alone_never_completes(project: ProjectFolder, run: Run, server: RunningSandbox) -> None:
    write_finished_event(project)
    applied = run("apply", "--auto-approve")
    assert applied.code == 6
    assert "--approve complete:gala" in applied.out
    assert "complete" not in paths_of(server)
    assert server.request_count["POST"] == 3
    again = run("apply", "--auto-approve")
    assert again.code == 6
    assert server.request_count["POST"] == 3


def test_an_approved_completion_comes_last_and_once(project: ProjectFolder, run: Run, server: RunningSandbox) -> None:
    write_finished_event(project)
    approved = ("apply", "--auto-approve", "--approve", "complete:gala")
    assert run(*approved).code == 0
    assert paths_of(server) == ["upsert", "email-create", "email-create", "gala", "gala", "complete"]
    assert run(*approved).code == 0
    assert run("plan", "--detailed-exitcode").code == 0
    assert paths_of(server).count("complete") == 1
    shown = run("state", "show", "gala")
    assert "approved by" in shown.out


def test_an_event_with_a_row_that_hubspot_refused_is_not_completed(
    project: ProjectFolder, run: Run, server: RunningSandbox
) -> None:
    write_finished_event(project)
    project.write("rosters/gala.csv", f"vid,registered\n999000111,{'2026-03-01T10:00:00Z'}\n")
    project.write_event("gala", "complete: true", "roster: [../rosters/gala.yaml, ../rosters/gala.csv]")
    report = project.path / "report.json"
    applied = run("apply", "--auto-approve", "--approve", "complete:gala", "--report", str(report))
    assert applied.code == 3
    assert "rosters/gala.csv:2" in applied.out
    assert "complete" not in paths_of(server)
    written = json.loads(report.read_text())
    (event,) = written["events"]
    assert (event["rows"]["confirmed"], event["rows"]["rejected"]) == (6, 1)
    assert [(failure["file"], failure["line"]) for failure in event["failures"]] == [("rosters/gala.csv", 2)]


def test_a_completion_waits_while_hubspot_counts_other_people(
    project: ProjectFolder, run: Run, server: RunningSandbox
) -> None:
    write_finished_event(project)
    assert run("apply", "--auto-approve").code == 6
    project.write_event("other", roster="other.csv")
    stranger = project.path.parent / "stranger"
    other = ProjectFolder(stranger)
    other.write_settings(base_url=server.base_url)
    other.write_event("gala", roster="gala.csv")
    other.write_roster("gala.csv", build_people(1, prefix="walk-in-"))
    subprocess.run(
        [sys.executable, "-m", "hubevents_sync", "-C", str(stranger), "apply", "--auto-approve"],
        env={**os.environ, "HUBSPOT_ACCESS_TOKEN": "pat-test-0000"},
        check=True,
        capture_output=True,
    )
    project.write_roster("other.csv", build_people(1))
    applied = run("apply", "--auto-approve", "--approve", "complete:gala")
    assert applied.code == 3
    assert "HubSpot has 1 registered (recorded: 0)" in " ".join(applied.out.split())
    assert "complete" not in paths_of(server)


def test_without_a_terminal_nothing_asks_and_nothing_is_written(
    project: ProjectFolder, run: Run, server: RunningSandbox
) -> None:
    write_finished_event(project)
    refused = run("apply")
    assert refused.code == 6
    assert "there is no terminal to ask at" in refused.err
    assert server.requests() == []
    assert not (project.path / "state").exists()


def test_a_missing_token_ends_in_exit_code_7_and_nothing_is_written(
    project: ProjectFolder, run: Run, server: RunningSandbox, monkeypatch: object
) -> None:
    write_finished_event(project)
    del os.environ["HUBSPOT_ACCESS_TOKEN"]  # set by the fixture, which puts it back
    refused = run("apply", "--auto-approve")
    assert refused.code == 7
    assert "HUBSPOT_ACCESS_TOKEN" in refused.err
    assert server.requests() == []
    assert not (project.path / "state").exists()


def test_a_token_of_another_account_sends_nothing(project: ProjectFolder, run: Run, server: RunningSandbox) -> None:
    project.write("hubevents.yaml", f"version: 1\naccount: A\nhubspot:\n  base_url: {server.base_url}\n  portal: 7\n")
    write_finished_event(project)
    refused = run("apply", "--auto-approve")
    assert refused.code == 7
    assert f"the token belongs to HubSpot account {server.portal_id}; the project names 7" in refused.err
    assert paths_of(server) == ["access-token-info"]
    assert not (project.path / "state").exists()


def test_unknown_approvals_and_events_are_usage_errors(project: ProjectFolder, run: Run) -> None:
    write_finished_event(project)
    unknown = run("apply", "--auto-approve", "--approve", "complete:gaal")
    assert unknown.code == 64
    assert "did you mean gala?" in unknown.err
    assert run("plan", "--event", "galaa").code == 64
    assert run("apply", "--auto-approve", "--approve", "gala").code == 64
    assert run("plan", "--allow", "everything").code == 64


def test_invalid_files_are_told_the_same_way_by_validate_plan_and_apply(
    project: ProjectFolder, run: Run, server: RunningSandbox
) -> None:
    project.write_event("gala", roster="gala.csv")
    project.write("rosters/gala.csv", "email,registered\nana@example.com,2026-03-01T10:00\n")
    validated, planned, applied = run("validate"), run("plan"), run("apply", "--auto-approve")
    assert (validated.code, planned.code, applied.code) == (1, 1, 1)
    assert "rosters/gala.csv:2:17: error:" in validated.out
    assert "[naive-time]" in validated.out
    assert validated.out == planned.err == applied.err
    assert server.requests() == []


def test_at_a_terminal_the_events_id_is_typed_to_complete_it(
    project: ProjectFolder, server: RunningSandbox, run: Run
) -> None:
    write_finished_event(project)
    shown = answer_at_terminal(project.path, [("Apply this plan?", "y"), ("Type gala to complete it", "gala")])
    assert "1 event completed" in shown
    assert paths_of(server)[-1] == "complete"


def test_at_a_terminal_enter_leaves_the_completion_for_later(
    project: ProjectFolder, server: RunningSandbox, run: Run
) -> None:
    write_finished_event(project)
    shown = answer_at_terminal(project.path, [("Apply this plan?", "y"), ("Type gala to complete it", "")])
    assert "Left as it is." in shown
    assert "complete" not in paths_of(server)


def answer_at_terminal(folder: Path, answers: list[tuple[str, str]], *arguments: str) -> str:
    """What ``apply`` shows at a terminal where *answers* are typed, each after its question."""
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "hubevents_sync", "-C", str(folder), "apply", *arguments]
    process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, close_fds=True)
    os.close(slave)
    shown, waiting = "", list(answers)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if select.select([master], [], [], 0.1)[0]:
                try:
                    shown += os.read(master, 65536).decode(errors="replace")
                except OSError:  # Linux answers EIO when the other end is closed
                    break
            elif process.poll() is not None:
                break
            if waiting and waiting[0][0] in shown:
                os.write(master, f"{waiting.pop(0)[1]}\n".encode())
        process.wait(timeout=10)
    finally:
        process.kill()
        os.close(master)
    return shown
