"""From an apply to a plan somewhere else, which has the files and the lock file, and neither state nor token."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from hubevents_sync.cli.main import call
from hubevents_sync.sandbox.server import RunningSandbox
from tests.end_to_end.conftest import Ended, Run
from tests.end_to_end.test_privacy import assert_nothing_planted, plant
from tests.projects import ProjectFolder, build_people, hash_tree
from tests.repositories import begin_repository, commit_all, git

APPLY = ("apply", "--auto-approve")
LOCK = "state/hubevents.lock.json"


@pytest.fixture
def applied(project: ProjectFolder, run: Run, server: RunningSandbox) -> ProjectFolder:
    """Two events that were applied, with a lock file."""
    project.write_settings("lock: true", "limits: {removals: none}", base_url=server.base_url)
    project.write_event("gala", roster="gala.csv")
    project.write_event("ball", roster="ball.csv")
    project.write_roster("gala.csv", build_people(6))
    project.write_roster("ball.csv", build_people(3, prefix="ball"))
    assert run(*APPLY).code == 0
    return project


@pytest.fixture
def elsewhere(applied: ProjectFolder, tmp_path: Path) -> ProjectFolder:
    """A checkout of the same files with the lock file: the state is not in git."""
    copy = tmp_path / "elsewhere"
    shutil.copytree(applied.path, copy, ignore=shutil.ignore_patterns("*.db*"))
    return ProjectFolder(copy)


@pytest.fixture
def there(elsewhere: ProjectFolder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The program in the other checkout, without a token."""
    monkeypatch.delenv("HUBSPOT_ACCESS_TOKEN")

    def run_program(*arguments: str) -> Ended:
        capsys.readouterr()
        code = call(["-C", str(elsewhere.path), *arguments])
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return run_program


def plan_of(there: Run, *flags: str) -> dict[str, Any]:
    ended = there("plan", "--format", "json", *flags)
    assert ended.code == 0, ended.err
    shown: dict[str, Any] = json.loads(ended.out)
    return shown


def events_of(shown: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {event["key"]["externalEventId"]: event for event in shown["events"]}


def test_an_apply_writes_the_lock_file_that_the_setting_asks_for(applied: ProjectFolder) -> None:
    (entry,) = json.loads((applied.path / LOCK).read_text())["environments"]
    assert (entry["environment"], entry["serial"]) == (None, 1)
    assert [(event["key"]["externalEventId"], event["people"], event["rows"]) for event in entry["events"]] == [
        ("ball", 3, {"REGISTERED": 3}),
        ("gala", 6, {"REGISTERED": 6}),
    ]


def test_without_the_setting_there_is_none(project: ProjectFolder, run: Run) -> None:
    project.write_event("gala")
    assert run(*APPLY).code == 0
    assert not (project.path / LOCK).exists()


def test_the_lock_file_stands_in_where_the_state_is_missing(there: Run) -> None:
    shown = plan_of(there)
    assert (shown["basis"], shown["is_empty"], shown["serial"], shown["base"]) == ("lock-file", True, 1, None)
    assert shown["unknowns"] == [
        "whether anything was applied after serial 1, which the lock file stands for",
        "what earlier runs left over, who left a roster before, and what was changed in HubSpot by hand",
    ]


def test_a_plan_by_the_lock_file_writes_nothing(there: Run, elsewhere: ProjectFolder) -> None:
    before = hash_tree(elsewhere.path)
    plan_of(there, "--lock")
    assert hash_tree(elsewhere.path) == before


def test_where_the_state_is_at_hand_it_is_what_counts(applied: ProjectFolder, run: Run) -> None:
    assert json.loads(run("plan", "--format", "json").out)["basis"] == "state"
    assert json.loads(run("plan", "--format", "json", "--lock").out)["basis"] == "lock-file"


def test_a_state_that_can_not_be_reached_is_stood_in_for(there: Run, elsewhere: ProjectFolder) -> None:
    elsewhere.write_settings("lock: true", "state: made-up://db.example/hubevents")
    assert plan_of(there)["basis"] == "lock-file"


def test_changes_are_planned_as_far_as_counts_tell(there: Run, elsewhere: ProjectFolder) -> None:
    elsewhere.write_event("gala", "removals: cancel", roster="gala.csv", name="Gala night")
    elsewhere.write_roster("gala.csv", build_people(4))
    elsewhere.write_roster("ball.csv", build_people(5, prefix="ball"))
    elsewhere.write_event("expo")
    shown = plan_of(there)
    found = events_of(shown)
    gala, ball = found["gala"], found["ball"]
    assert [change["path"] for change in gala["field_changes"]] == ["eventName"]
    assert (gala["left"], gala["removals"], ball["review"]["joined"]) == (2, 2, 2)
    assert [(count["state"], count["ready"]) for count in ball["row_counts"]] == [("REGISTERED", 2)]
    assert found["expo"]["action"] == "create"
    assert shown["estimate"]["new_contacts_at_most"] == 2
    assert len(shown["unknowns"]) == 4


def test_an_event_that_is_gone_from_the_files_is_listed(
    there: Run, elsewhere: ProjectFolder, applied: ProjectFolder, run: Run
) -> None:
    for folder in (elsewhere, applied):
        (folder.path / "events/ball.yaml").unlink()
    assert [key["externalEventId"] for key in plan_of(there)["forgotten"]] == ["ball"]
    assert run("state", "lock").code == 0
    shutil.copy(applied.path / LOCK, elsewhere.path / LOCK)
    assert [key["externalEventId"] for key in plan_of(there)["forgotten"]] == ["ball"]


def test_the_digest_is_that_of_no_plan_made_with_the_state(there: Run, applied: ProjectFolder, run: Run) -> None:
    with_state = json.loads(run("plan", "--format", "json").out)["digest"]
    assert plan_of(there)["digest"] != with_state


def test_the_same_state_gives_the_same_bytes_and_every_apply_new_ones(applied: ProjectFolder, run: Run) -> None:
    first = (applied.path / LOCK).read_bytes()
    assert run(*APPLY).code == 0
    ended = run("state", "lock")
    assert ended.out == f"left as it is: {LOCK}: 2 events at serial 1\n"
    assert (applied.path / LOCK).read_bytes() == first
    applied.write_roster("ball.csv", build_people(4, prefix="ball"))
    assert run(*APPLY).code == 0
    assert (applied.path / LOCK).read_bytes() != first
    assert json.loads((applied.path / LOCK).read_text())["environments"][0]["serial"] == 2


def test_rows_that_hubspot_refused_are_in_the_counts(applied: ProjectFolder, run: Run, server: RunningSandbox) -> None:
    unknown = {"vid": "987654321", "registered": "2026-03-01T10:00:00Z"}
    applied.write_roster("gala.yaml", [*build_people(6), unknown])
    applied.write_event("gala", roster="gala.yaml")
    assert run(*APPLY).code == 3
    (event,) = (
        each
        for each in json.loads((applied.path / LOCK).read_text())["environments"][0]["events"]
        if each["key"]["externalEventId"] == "gala"
    )
    assert (event["people"], event["rows"], event["rows_unsent"]) == (7, {"REGISTERED": 6}, 1)
    shown = json.loads(run("plan", "--lock", "--format", "json").out)
    (count,) = events_of(shown)["gala"]["row_counts"]
    assert (count["state"], count["ready"]) == ("REGISTERED", 1)


def test_each_environment_has_its_own_entry(
    applied: ProjectFolder,
    run: Run,
    there: Run,
    elsewhere: ProjectFolder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "pat-test-0000")
    for folder in (applied, elsewhere):
        written = (folder.path / "hubevents.yaml").read_text()
        folder.write("hubevents.yaml", f"{written}environments:\n  staging: {{account: StagingCo}}\n")
    ended = there("--env", "staging", "plan", "--lock")
    assert ended.err == (
        f"error: there is nothing for the environment staging in the lock file {LOCK}\n"
        "hint: where the state is: hubevents-sync state lock; or set lock: true, and apply writes it\n"
    )
    assert json.loads(there("--env", "staging", "plan", "--format", "json").out)["basis"] == "state"
    assert run("--env", "staging", *APPLY).code == 0
    entries = json.loads((applied.path / LOCK).read_text())["environments"]
    assert [entry["environment"] for entry in entries] == [None, "staging"]
    shutil.copy(applied.path / LOCK, elsewhere.path / LOCK)
    assert json.loads(there("--env", "staging", "plan", "--format", "json").out)["is_empty"]


def test_a_lock_file_of_another_account_is_refused(there: Run, elsewhere: ProjectFolder) -> None:
    whole = json.loads((elsewhere.path / LOCK).read_text())
    whole["environments"][0]["portal"] = 7
    elsewhere.write(LOCK, json.dumps(whole))
    elsewhere.write("hubevents.yaml", "version: 1\naccount: CookingCo\nhubspot: {portal: 99}\n")
    ended = there("plan")
    assert ended.code == 7
    assert ended.err.startswith(f"error: the lock file {LOCK} belongs to HubSpot account 7, not to 99\n")


def test_a_damaged_lock_file_is_never_taken_for_an_empty_one(there: Run, elsewhere: ProjectFolder) -> None:
    elsewhere.write(LOCK, "{")
    ended = there("plan")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"error: the lock file {LOCK} is no JSON\n")


def test_an_apply_whose_lock_file_can_not_be_written_says_what_it_did(applied: ProjectFolder, run: Run) -> None:
    applied.write(LOCK, "not ours")
    applied.write_roster("ball.csv", build_people(4, prefix="ball"))
    ended = run(*APPLY)
    assert ended.code == 1
    assert "1 row" in ended.out
    assert f"error: the lock file {LOCK} is no JSON" in ended.err
    assert (applied.path / LOCK).read_text() == "not ours"


def test_a_saved_plan_by_the_lock_file_can_be_shown(there: Run, elsewhere: ProjectFolder, tmp_path: Path) -> None:
    elsewhere.write_roster("gala.csv", build_people(9))
    saved = tmp_path / "plan.json"
    planned = there("plan", "--lock", "--out", str(saved), "--format", "json")
    shown = there("show", str(saved), "--format", "json")
    assert (planned.code, shown.code, shown.err) == (0, 0, "")
    assert shown.out == planned.out


def test_without_a_state_there_is_nothing_to_take_down(project: ProjectFolder, run: Run) -> None:
    project.write_event("gala")
    ended = run("state", "lock")
    assert (ended.code, ended.err.splitlines()[0]) == (1, "error: there is no state at state/hubevents.db")


def test_what_was_applied_to_the_built_in_hubspot_is_in_no_lock_file(project: ProjectFolder, run: Run) -> None:
    project.write_settings("lock: true")
    project.write_event("gala")
    assert run("apply", "--sandbox", "--auto-approve").code == 0
    assert not (project.path / LOCK).exists()


@pytest.mark.parametrize("flags", [("--base", "HEAD"), ("--retry",), ("--sandbox",)])
def test_lock_stands_alone(run: Run, flags: tuple[str, ...], project: ProjectFolder) -> None:
    ended = run("plan", "--lock", *flags)
    assert ended.code == 64
    assert "don't go together" in ended.err


def test_git_takes_the_lock_file_and_leaves_the_state(
    tmp_path: Path, run: Run, server: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = begin_repository(tmp_path / "repository")
    assert call(["-C", str(folder), "init"]) == 0
    settings = (folder / "hubevents.yaml").read_text()
    (folder / "hubevents.yaml").write_text(f"{settings}  base_url: {server.base_url}\nlock: true\n")
    assert call(["-C", str(folder), *APPLY]) == 0
    commit_all(folder)
    assert git(folder, "ls-files", "state") == LOCK


def test_planted_data_is_in_no_lock_file_and_no_plan_by_it(applied: ProjectFolder, run: Run) -> None:
    plant(applied)
    assert run(*APPLY).code == 3
    assert run("state", "lock").code == 0
    assert_nothing_planted((applied.path / LOCK).read_text(), LOCK)
    applied.write("rosters/gala.yaml", "attendees: []\n")
    for command in (("plan", "--lock"), ("-v", "plan", "--lock"), ("plan", "--lock", "--format", "json")):
        ended = run(*command)
        assert_nothing_planted(ended.out + ended.err, command)
