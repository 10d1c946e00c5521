"""Slips of the hand, and what somebody hostile tries at the command line."""

import pytest

from hubevents_sync.sandbox.server import RunningSandbox
from tests.end_to_end.conftest import Run
from tests.projects import ProjectFolder, build_people, hash_tree

ATTENDED = {"joinedAt": "2026-05-01T10:00:00Z", "leftAt": "2026-05-01T12:00:00Z"}


def write_gala(project: ProjectFolder) -> None:
    """One event with three people."""
    project.write_event("gala", roster="gala.csv")
    project.write_roster("gala.csv", build_people(3))


def write_twins(project: ProjectFolder) -> None:
    """The same id in two accounts, both to be completed."""
    times = ["startDateTime: 2026-05-01T10:00:00Z", "endDateTime: 2026-05-01T12:00:00Z", "complete: true"]
    head = ["externalEventId: same", "eventName: Twin", "eventOrganizer: Us"]
    one, other = ["\n    ".join(fields) for fields in ([*head, *times], [*head, "externalAccountId: Other", *times])]
    project.write("events/twins.yaml", f"events:\n  - {one}\n  - {other}\n")


@pytest.mark.parametrize("flag", ["--report", "--rejects"])
@pytest.mark.parametrize("target", ["hubevents.yaml", "rosters/gala.csv", "events/gala.yaml", "state/hubevents.db"])
def test_an_output_replaces_no_file_that_is_not_its_own(
    project: ProjectFolder, run: Run, server: RunningSandbox, flag: str, target: str
) -> None:
    write_gala(project)
    assert run("apply", "--auto-approve").code == 0
    before, asked = hash_tree(project.path), len(server.requests())
    refused = run("apply", "--auto-approve", flag, str(project.path / target))
    assert refused.code == 64
    assert f"is not what {flag} writes" in refused.err
    assert hash_tree(project.path) == before
    assert len(server.requests()) == asked


def test_an_output_replaces_an_earlier_one_of_its_own(project: ProjectFolder, run: Run) -> None:
    write_gala(project)
    outputs = ("--report", str(project.path / "report.json"), "--rejects", str(project.path / "rejects.csv"))
    assert run("apply", "--auto-approve", *outputs).code == 0
    assert run("apply", "--auto-approve", *outputs).code == 0


def test_the_approval_that_is_printed_is_the_one_that_is_taken(
    project: ProjectFolder, run: Run, server: RunningSandbox
) -> None:
    write_twins(project)
    shown = run("apply", "--auto-approve")
    assert shown.code == 6
    for key in ("CookingCo/same", "Other/same"):
        assert f"--approve complete:{key}" in shown.out
    assert run("apply", "--auto-approve", "--approve", "complete:same").code == 64
    assert run("apply", "--auto-approve", "--approve", "complete:Other/same").code == 6
    completed = [request.query for request in server.requests() if request.path.endswith("/complete")]
    assert completed == ["externalAccountId=Other"]


def test_an_allowance_for_an_unknown_event_is_a_usage_error(project: ProjectFolder, run: Run) -> None:
    write_gala(project)
    refused = run("plan", "--allow", "removals:gaal=1")
    assert refused.code == 64
    assert "did you mean gala?" in refused.err


def test_a_state_folder_that_is_a_file_is_a_clear_error(project: ProjectFolder, run: Run) -> None:
    write_gala(project)
    project.write("state", "not a folder\n")
    refused = run("apply", "--sandbox", "--auto-approve")
    assert refused.code == 1
    assert "can't make the folder" in refused.err


@pytest.mark.parametrize("account", ['a"b: #x', "${FOO}", "true", "007", "Cooking & Co", "no"])
def test_any_account_makes_a_project_that_validates(project: ProjectFolder, run: Run, account: str) -> None:
    (project.path / "hubevents.yaml").unlink()
    assert run("init", "--account", account).code == 0
    assert run("validate").out == "ok: 1 event and 2 people read, nothing wrong\n"
    shown = run("plan", "--format", "json").out
    assert f'"externalAccountId": "{account}"'.replace('a"b', 'a\\"b') in shown
