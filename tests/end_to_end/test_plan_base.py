"""A plan against the files of another commit: no state, no token, no network; exact where git can tell."""

import json
import os
import shutil
import signal
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubevents_sync.engine.planning.plan import plan_project
from hubevents_sync.engine.planning.plan_base import plan_against_commit
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.plan import DomainCount, Plan, PlanBasis, RosterReview
from tests.end_to_end.conftest import Ended, Run, SharedClock
from tests.end_to_end.test_privacy import assert_nothing_planted, plant
from tests.processes import end_program, start_program, wait_until
from tests.projects import ProjectFolder, build_people, hash_tree
from tests.repositories import begin_repository, commit_all, git

GALA = EventKey("CookingCo", "gala")
COMPLETES = "complete: true"


@pytest.fixture
def project(tmp_path: Path) -> ProjectFolder:
    """A project with two events in a repository, committed, and no token."""
    folder = ProjectFolder(begin_repository(tmp_path / "repository"))
    folder.write_settings("limits: {removals: none}")
    folder.write_event("gala", roster="gala.csv")
    folder.write_event("ball", roster="ball.ndjson")
    folder.write_roster("gala.csv", build_people(12))
    folder.write_roster("ball.ndjson", build_people(3, prefix="ball"))
    commit_all(folder.path)
    return folder


def workspace(project: ProjectFolder, environment: str | None = None) -> Workspace:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("HUBSPOT", "HUBEVENTS"))}
    return Workspace(project.path, environ, SharedClock(), environment)


def compare(project: ProjectFolder, ref: str = "HEAD", **options: Any) -> Plan:
    return plan_against_commit(workspace(project), ref, **options).plan


def no_hint(ended: Ended) -> str:
    return ended.err.splitlines()[0]


def test_an_unchanged_tree_has_nothing_to_do(project: ProjectFolder) -> None:
    plan = compare(project)
    assert (plan.is_empty, plan.basis, plan.lineage, plan.forgotten) == (True, PlanBasis.COMMIT, None, ())
    assert plan.base == f"HEAD ({git(project.path, 'rev-parse', 'HEAD')[:12]})"
    assert plan.unknowns == (
        f"what was really applied, and what HubSpot confirmed of it: all that the files of {plan.base} declare is taken"
        " for done, what waits for its time included",
        "what earlier runs left over, and what was changed in HubSpot by hand",
    )


def test_the_roster_review_tells_who_joined_left_and_changed(project: ProjectFolder) -> None:
    people = build_people(12)
    people[0]["cancelled"] = "2026-03-02T10:00:00Z"
    project.write_roster("gala.csv", [*people[:6], *build_people(7, prefix="new")])
    project.write_event("gala", "removals: cancel", roster="gala.csv")
    plan = compare(project)
    ball, gala = plan.events
    assert ball.is_empty
    assert (gala.people, gala.recorded_people, gala.left, gala.removals) == (13, 12, 6, 6)
    assert gala.review == RosterReview(7, 1, (DomainCount("example.com", joined=7, changed=1, left=6),))
    assert gala.new_contacts_at_most == plan.estimate.new_contacts_at_most == 7
    assert gala.notes == (
        "removals is cancel now, and was keep: who left the roster before is cancelled too, as far as the state knows"
        " them",
    )
    assert [unknown.partition(":")[0] for unknown in plan.unknowns[2:]] == [
        "who of those who leave can be cancelled",
        "which people HubSpot knows already",
    ]


def test_a_field_shows_what_it_was(project: ProjectFolder) -> None:
    project.write_event("gala", roster="gala.csv", name="Gala night")
    (change,) = compare(project).events[1].field_changes
    assert (change.path, change.before, change.after) == ("eventName", "gala", "Gala night")


def test_files_may_be_renamed_and_rosters_change_their_format(project: ProjectFolder) -> None:
    (project.path / "events/gala.yaml").rename(project.path / "events/renamed.yaml")
    project.write_roster("ball.yaml", build_people(3, prefix="ball"))
    project.write_event("ball", roster="ball.yaml")
    assert compare(project).is_empty


def test_what_is_gone_from_the_files_is_listed_and_what_is_new_is_created(project: ProjectFolder) -> None:
    (project.path / "events/gala.yaml").unlink()
    project.write_event("expo")
    plan = compare(project)
    assert plan.forgotten == (GALA,)
    assert [(event.key.external_event_id, event.action.value) for event in plan.events] == [
        ("ball", "none"),
        ("expo", "create"),
    ]


def test_only_named_events_are_compared(project: ProjectFolder) -> None:
    project.write_event("ball", name="Grand ball")
    plan = compare(project, only=["gala"])
    assert (plan.is_empty, plan.left_out) == (True, (EventKey("CookingCo", "ball"),))


def test_a_completion_shows_where_it_is_new_or_moved_and_not_where_it_was_there_before(project: ProjectFolder) -> None:
    project.write_event("gala", COMPLETES, roster="gala.csv")
    plan = compare(project)
    assert plan.events[1].completion is not None
    assert "which events are complete already" in plan.unknowns
    commit_all(project.path)
    assert compare(project).is_empty
    project.write_event("gala", "complete: {not_before: 2026-12-24T10:00:00Z}", roster="gala.csv")
    moved = compare(project).events[1]
    assert (moved.completion is not None, moved.is_held) == (True, True)
    project.write_event("gala", roster="gala.csv")
    assert compare(project).events[1].notes == ("complete is no longer declared",)


def test_rows_that_wait_for_their_time_on_both_sides_are_no_change(project: ProjectFolder) -> None:
    later = build_people(1, prefix="later")
    later[0]["registered"] = "2027-01-01T10:00:00Z"
    project.write_roster("gala.csv", [*build_people(12), *later])
    assert compare(project).events[1].rows_held == 1
    commit_all(project.path)
    assert compare(project).is_empty


def test_a_project_in_a_folder_of_a_repository_with_rosters_beside_it(tmp_path: Path) -> None:
    top = begin_repository(tmp_path / "monorepo")
    folder = ProjectFolder(top / "marketing" / "events project")
    folder.write_settings("roster_roots: [../../exports]")
    folder.write("events/gala.yaml", "events: []\n")
    folder.write_event("gala", "roster: ../../../exports/gala.csv")
    beside = ProjectFolder(top)
    beside.write("exports/gala.csv", "email,registered\nana@example.com,2026-03-01T10:00:00Z\n")
    beside.write("events/other.yaml", "broken: [\n")
    commit_all(top)
    assert compare(folder).is_empty
    beside.write("exports/gala.csv", "email,registered\nben@example.com,2026-03-01T10:00:00Z\n")
    (gala,) = compare(folder).events
    assert (gala.review.joined, gala.left) == (1, 1)


def test_an_environment_is_compared_with_itself(project: ProjectFolder) -> None:
    project.write_settings("environments:", "  staging: {account: StagingCo}")
    commit_all(project.path)
    assert plan_against_commit(workspace(project, "staging"), "HEAD").plan.is_empty
    project.write_settings("environments:", "  staging: {account: OtherCo}")
    plan = plan_against_commit(workspace(project, "staging"), "HEAD").plan
    assert [key.external_account_id for key in plan.forgotten] == ["StagingCo", "StagingCo"]


def test_a_base_without_a_project_is_compared_with_nothing_and_says_so(tmp_path: Path) -> None:
    folder = ProjectFolder(begin_repository(tmp_path / "repository"))
    commit_all(folder.path)
    folder.write_settings()
    folder.write_event("gala")
    plan = compare(folder)
    assert [event.action.value for event in plan.events] == ["create"]
    assert plan.unknowns[0] == (
        f"anything of {plan.base}: there is no project in this folder there, so all is compared with nothing"
    )


def test_a_change_that_mends_a_broken_base_can_be_planned(project: ProjectFolder) -> None:
    project.write("events/gala.yaml", "events:\n  - externalEventId: [\n")
    project.write("rosters/ball.ndjson", '{"email": "ana"}\n')
    commit_all(project.path)
    project.write_event("gala", roster="gala.csv")
    project.write_roster("ball.ndjson", build_people(3, prefix="ball"))
    plan = compare(project)
    assert [event.action.value for event in plan.events] == ["create", "create"]
    assert plan.unknowns[0].startswith(f"all that they declare: the files of {plan.base} have ")
    assert "(first: HEAD:events/gala.yaml:" in plan.unknowns[0]
    assert plan.unknowns[0].endswith("so an event that is shown as new may not be")


def test_a_broken_project_file_at_the_base_is_named(project: ProjectFolder) -> None:
    text = (project.path / "hubevents.yaml").read_text()
    project.write("hubevents.yaml", "version: 1\ntimezone: Nowhere\n")
    commit_all(project.path)
    project.write("hubevents.yaml", text)
    plan = compare(project)
    assert plan.unknowns[0] == (
        f"what they declare: the files of {plan.base} have 1 error (first: HEAD:hubevents.yaml:2:11: there is no time"
        ' zone "Nowhere" [unknown-timezone]), so all is compared with nothing'
    )


def test_the_digest_is_that_of_no_plan_made_with_the_state(project: ProjectFolder) -> None:
    for name in ("gala", "ball"):
        (project.path / f"events/{name}.yaml").unlink()
    project.write("events/none.yaml", "events: []\n")
    empty = commit_all(project.path)
    git(project.path, "checkout", "-q", "HEAD~1")
    against_nothing, with_state = compare(project, empty), plan_project(workspace(project)).plan
    assert [event.digest for event in against_nothing.events] == [event.digest for event in with_state.events]
    assert against_nothing.digest != with_state.digest
    assert compare(project).digest != plan_project(workspace(project)).plan.digest


def test_nothing_is_written_anywhere(project: ProjectFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    aside = tmp_path / "aside"
    aside.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(aside))
    before = hash_tree(project.path)
    project.write_event("gala", name="Gala night")
    changed = hash_tree(project.path)
    compare(project)
    assert hash_tree(project.path) == changed != before
    assert list(aside.iterdir()) == []


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_leaves_nothing_of_the_commit_behind(
    project: ProjectFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals, code: int
) -> None:
    aside, bin_folder = tmp_path / "aside", tmp_path / "bin"
    aside.mkdir()
    slow = ProjectFolder(bin_folder).write(
        "git", f'#!/bin/sh\ncase "$*" in *cat-file*) exec sleep 600;; *) exec {shutil.which("git")} "$@";; esac\n'
    )
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{bin_folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("TMPDIR", str(aside))
    process = start_program(project.path, "plan", "--base", "HEAD")
    wait_until(lambda: any(aside.iterdir()) or process.poll() is not None)
    process.send_signal(number)
    assert end_program(process)[0] == code
    assert list(aside.iterdir()) == []


# What can't be compared


@pytest.mark.parametrize(
    ("ref", "hint"),
    [
        ("nowhere", "name a branch, a tag or a commit; git fetch origin nowhere gets a branch"),
        ("HEAD~9", "name a branch, a tag or a commit; git fetch origin main gets a branch"),
        ("", "name a branch, a tag or a commit; git fetch origin main gets a branch"),
        ("--output=x", "name a branch, a tag or a commit; git fetch origin main gets a branch"),
        ("trunk", "did you mean origin/trunk?"),
    ],
)
def test_a_commit_that_is_not_there_is_named(run: Run, project: ProjectFolder, ref: str, hint: str) -> None:
    git(project.path, "update-ref", "refs/remotes/origin/trunk", "HEAD")
    ended = run("plan", f"--base={ref}")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == f"error: there is no commit {ref!r} in this repository\nhint: {hint}\n"


def test_a_shallow_clone_says_how_to_get_the_rest(project: ProjectFolder, run: Run, tmp_path: Path) -> None:
    commit_all(project.path, "second")
    git(tmp_path, "clone", "-q", "--depth", "1", project.path.as_uri(), "shallow")
    ended = run("-C", str(tmp_path / "shallow"), "plan", "--base", "HEAD~1")
    assert ended.code == 1
    assert ended.err.splitlines()[1] == (
        "hint: the clone is shallow: check out with fetch-depth: 0, or git fetch --unshallow origin main"
    )


def test_a_folder_that_is_in_no_repository(run: Run, tmp_path: Path) -> None:
    folder = ProjectFolder(tmp_path / "plain")
    folder.write_settings()
    folder.write_event("gala")
    ended = run("-C", str(folder.path), "plan", "--base", "main")
    assert (ended.code, no_hint(ended)) == (1, "error: the project's folder is in no git repository")


def test_without_git_the_error_says_what_is_missing(
    project: ProjectFolder, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    ended = run("plan", "--base", "HEAD")
    assert (ended.code, no_hint(ended)) == (1, "error: git can't be started")


@pytest.mark.parametrize("link", ["events/gala.yaml", "events"])
def test_a_link_where_event_files_are_looked_for_is_refused(project: ProjectFolder, run: Run, link: str) -> None:
    path = project.path / link
    path.rename(project.path / "elsewhere")
    path.symlink_to(project.path / "elsewhere")
    commit_all(project.path)
    ended = run("plan", "--base", "HEAD")
    assert (ended.code, no_hint(ended)) == (
        1,
        f"error: HEAD:{link} is a symbolic link or a submodule: --base reads the files of the commit itself",
    )


def test_a_roster_that_is_a_link_is_refused(project: ProjectFolder, run: Run) -> None:
    path = project.path / "rosters/gala.csv"
    path.rename(project.path / "elsewhere.csv")
    path.symlink_to("../elsewhere.csv")
    commit_all(project.path)
    assert no_hint(run("plan", "--base", "HEAD")).startswith("error: HEAD:rosters/gala.csv is a symbolic link")


def test_a_link_that_no_file_needs_is_in_nobodys_way(project: ProjectFolder) -> None:
    (project.path / "latest").symlink_to("rosters")
    commit_all(project.path)
    assert compare(project).is_empty


def test_a_submodule_among_the_event_files_is_refused(project: ProjectFolder, run: Run) -> None:
    git(project.path, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},events/more.yaml")
    git(project.path, "commit", "-q", "-m", "submodule")
    assert no_hint(run("plan", "--base", "HEAD")).startswith("error: HEAD:events/more.yaml is a symbolic link or a sub")


def test_rosters_outside_of_the_repository_are_in_no_commit(project: ProjectFolder, run: Run) -> None:
    project.write_settings("roster_roots: [../exports]")
    commit_all(project.path)
    assert no_hint(run("plan", "--base", "HEAD")) == (
        "error: the roster_roots of HEAD lead out of the repository, to exports: no commit has those files"
    )


def test_a_roster_in_git_lfs_is_named(project: ProjectFolder, run: Run) -> None:
    text = (project.path / "rosters/gala.csv").read_text()
    project.write("rosters/gala.csv", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n")
    commit_all(project.path)
    project.write("rosters/gala.csv", text)
    assert no_hint(run("plan", "--base", "HEAD")) == (
        "error: HEAD:rosters/gala.csv is kept in Git LFS; --base reads what git itself keeps"
    )


@pytest.mark.parametrize("path", ["../escaped.yaml", "events/../../escaped.yaml", "./escaped.csv"])
def test_a_tree_made_by_hand_writes_nowhere_else(
    project: ProjectFolder, run: Run, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    blob = git(project.path, "hash-object", "-w", "events/gala.yaml")
    settings_blob = git(project.path, "hash-object", "-w", "hubevents.yaml")
    commit = raw_commit(project.path, {"hubevents.yaml": settings_blob}, path.split("/"), blob)
    ended = run("plan", "--base", commit)
    assert (ended.code, no_hint(ended)) == (1, f"error: {commit} holds a path that no file may have: {path!r}")
    assert list(tmp_path.rglob("escaped.*")) == []


def raw_commit(folder: Path, files: dict[str, str], parts: Sequence[str], blob: str) -> str:
    """A commit of *files* at the top, and of *blob* at a path of *parts* that ``git mktree`` would refuse."""

    def write(entries: dict[str, tuple[str, str]]) -> str:
        body = b"".join(
            f"{mode} {name}".encode() + b"\0" + bytes.fromhex(sha) for name, (mode, sha) in sorted(entries.items())
        )
        return git(folder, "hash-object", "-w", "-t", "tree", "--literally", "--stdin", given=body)

    entry = (parts[-1], ("100644", blob))
    for part in reversed(parts[:-1]):
        entry = (part, ("40000", write(dict([entry]))))
    tree = write({**{name: ("100644", sha) for name, sha in files.items()}, entry[0]: entry[1]})
    return git(folder, "commit-tree", tree, "-m", "by hand")


def test_base_and_retry_do_not_go_together(run: Run, project: ProjectFolder) -> None:
    ended = run("plan", "--base", "HEAD", "--retry")
    assert (ended.code, no_hint(ended)) == (64, "error: --base and --retry don't go together")


def test_in_a_hook_of_git_the_project_is_found_too(project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    assert compare(project).is_empty


def test_a_plan_against_a_commit_needs_no_token_and_keeps_the_exit_codes(
    run: Run, project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUBSPOT_ACCESS_TOKEN")
    assert run("plan", "--base", "HEAD", "--detailed-exitcode").code == 0
    project.write_event("gala", "removals: cancel", roster="gala.csv")
    project.write_settings("limits: {removals: 2}")
    project.write_roster("gala.csv", build_people(6))
    ended = run("plan", "--base", "HEAD", "--detailed-exitcode")
    assert (ended.code, no_hint(ended)) == (6, "error: the plan removes 6 of 12 attendees of gala; the limit is 2")
    assert run("plan", "--base", "HEAD", "--detailed-exitcode", "--allow", "removals:gala=6").code == 2


def test_planted_data_is_in_no_output(run: Run, project: ProjectFolder) -> None:
    plant(project)
    for command in (("plan", "--base", "HEAD"), ("-v", "plan", "--base", "HEAD", "--format", "json")):
        ended = run(*command)
        assert ended.code == 0
        assert_nothing_planted(ended.out + ended.err, command)
    commit_all(project.path)
    project.write("rosters/gala.yaml", "attendees: []\n")
    assert_nothing_planted(run("-v", "plan", "--base", "HEAD", "--format", "json").out, "a plan in which they leave")


# Any two versions

PEOPLE = st.dictionaries(
    st.integers(0, 9),
    st.tuples(st.integers(1, 4), st.none() | st.integers(1, 6)),
    max_size=10,
)
People = dict[int, tuple[int, int | None]]


def write_people(project: ProjectFolder, people: People) -> None:
    lines = ["email,registered,cancelled"]
    for number, (registered, cancelled) in people.items():
        at = f"2026-03-1{cancelled}T12:00:00Z" if cancelled else ""
        lines.append(f"p{number}@example.com,2026-03-1{registered}T10:00:00Z,{at}")
    project.write("rosters/gala.csv", "\n".join(lines) + "\n")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PEOPLE, PEOPLE)
def test_the_counts_are_those_of_comparing_two_versions_by_hand(
    project: ProjectFolder, before: People, now: People
) -> None:
    write_people(project, before)
    base = commit_all(project.path)
    assert compare(project, base).is_empty
    write_people(project, now)
    gala = compare(project, base).events[1]
    rows = {number: _rows(person) for number, person in now.items()}
    had = {number: _rows(person) for number, person in before.items()}
    last = {number: max(had[number].items())[1] for number in had}
    kept = {number: max({**rows.get(number, {}), **had[number]}.items())[1] for number in had}
    assert gala.review.joined == len(set(now) - set(before))
    assert gala.left == len(set(before) - set(now))
    assert gala.review.changed == sum(kept[number] != last[number] for number in had)
    sent = sum(at not in had.get(number, {}) for number in rows for at in rows[number])
    assert gala.rows_ready == sent
    assert sum(each.rows for each in gala.days) == sent


def _rows(person: tuple[int, int | None]) -> dict[str, str]:
    registered, cancelled = person
    rows = {f"1{registered}T10": "registered"}
    return {**rows, f"1{cancelled}T12": "cancelled"} if cancelled else rows


def test_json_names_the_commit_and_what_is_not_known(run: Run, project: ProjectFolder) -> None:
    shown = json.loads(run("plan", "--base", "main", "--format", "json").out)
    assert (shown["basis"], shown["base"].partition(" ")[0], len(shown["unknowns"])) == ("commit", "main", 2)


@pytest.mark.parametrize("people", [12, 14])
def test_a_saved_comparison_can_be_shown(run: Run, project: ProjectFolder, tmp_path: Path, people: int) -> None:
    """It has a digest of its own kind, so that nobody can apply it: that is no sign of damage."""
    project.write_roster("gala.csv", build_people(people))
    saved = tmp_path / "plan.json"
    planned = run("plan", "--base", "HEAD", "--out", str(saved), "--format", "json")
    shown = run("show", str(saved), "--format", "json")
    assert (planned.code, shown.code, shown.err) == (0, 0, "")
    assert shown.out == planned.out
