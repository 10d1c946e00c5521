"""The state on a branch of its own: runners that forget, two at once, and none that overwrites another's."""

import os
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from hubevents_sync.resources import examples_directory
from hubevents_sync.sandbox.server import RunningSandbox
from tests.processes import end_program, start_program
from tests.projects import ProjectFolder, build_people

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
BRANCH = "hubevents-state"


@dataclass(frozen=True)
class Said:
    """How a script ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Runner:
    """A checkout of a pipeline's own."""

    path: Path

    @property
    def state(self) -> Path:
        """Where its state lies."""
        return self.path / "state/hubevents.db"

    def script(self, name: str, *arguments: str, **environ: str) -> Said:
        """Run one of the scripts in the checkout."""
        script = examples_directory() / "state-branch" / name
        ended = subprocess.run(
            ["sh", str(script), *arguments],
            cwd=self.path,
            env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, **environ},
            capture_output=True,
            text=True,
            check=False,
        )
        return Said(ended.returncode, ended.stdout, ended.stderr)

    def apply(self) -> int:
        """Apply; the exit code."""
        return end_program(start_program(self.path, "apply", "--auto-approve"))[0]

    def plan(self) -> int:
        """0 where there is nothing to do."""
        return end_program(start_program(self.path, "plan", "--detailed-exitcode"))[0]


NewRunner = Callable[[], Runner]


def git(folder: Path, *arguments: str) -> str:
    environ = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
    identity = ("-c", "user.name=Ana", "-c", "user.email=ana@localhost", "-c", "init.defaultBranch=main")
    return subprocess.run(
        ["git", *identity, *arguments], cwd=folder, env=environ, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.fixture
def bare(tmp_path: Path, project: ProjectFolder) -> Path:
    """A bare repository that holds the project."""
    project.write_event("gala", roster="gala.csv")
    project.write_roster("gala.csv", build_people(6))
    project.write(".gitignore", "state/*\n")
    bare = tmp_path / "forge.git"
    bare.mkdir()
    git(bare, "init", "--bare", "--quiet")
    git(project.path, "init", "--quiet")
    git(project.path, "add", "-A")
    git(project.path, "commit", "--quiet", "-m", "a project")
    git(project.path, "push", "--quiet", str(bare), "HEAD:refs/heads/main")
    return bare


@pytest.fixture
def new_runner(tmp_path: Path, bare: Path) -> NewRunner:
    """A fresh checkout each time."""

    def make() -> Runner:
        path = tmp_path / f"runner-{len(list(tmp_path.glob('runner-*')))}"
        git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{bare}", str(path))
        return Runner(path)

    return make


def sent_people(server: RunningSandbox) -> Counter[str]:
    return Counter(str(row["email"]) for row in server.account.participations if not row["derived"])


def test_the_first_push_makes_the_branch_and_a_runner_that_forgets_finds_it_again(
    new_runner: NewRunner, bare: Path, server: RunningSandbox
) -> None:
    first = new_runner()
    pulled = first.script("pull-state.sh")
    assert (pulled.code, pulled.out) == (0, f"there is no branch {BRANCH} yet: the first apply makes the state\n")
    assert first.apply() == 0
    pushed = first.script("push-state.sh", "after the first run")
    assert pushed.code == 0, pushed.err
    assert pushed.out.startswith(f"the state is on {BRANCH} now: ")
    assert git(bare, "ls-tree", "--name-only", BRANCH) == "hubevents.db"
    assert git(first.path, "status", "--porcelain") == ""

    second = new_runner()
    pulled = second.script("pull-state.sh")
    assert (pulled.code, pulled.out.endswith(": after the first run\n")) == (0, True)
    assert second.state.stat().st_mode & 0o777 == 0o600
    asked = len(server.requests())
    assert second.plan() == 0
    assert second.apply() == 0
    assert len(server.requests()) == asked
    assert second.script("push-state.sh").out == "the state is as it was: nothing to push\n"


def test_of_two_at_once_the_second_is_refused_and_nothing_is_lost(
    new_runner: NewRunner, bare: Path, server: RunningSandbox
) -> None:
    first, second = new_runner(), new_runner()
    for runner in (first, second):
        assert runner.script("pull-state.sh").code == 0
        assert runner.apply() == 0
    assert first.script("push-state.sh").code == 0
    tip = git(bare, "rev-parse", BRANCH)
    refused = second.script("push-state.sh")
    assert refused.code == 4
    assert f"error: the state was not pushed: somebody else pushed to {BRANCH} in between\n" in refused.err
    assert (
        "hint: nothing is lost: keep state/hubevents.db.refused as an artifact, pull again and apply again"
        in refused.err
    )
    assert git(bare, "rev-parse", BRANCH) == tip
    assert second.state.with_name("hubevents.db.refused").read_bytes() == second.state.read_bytes()

    third = new_runner()
    assert third.script("pull-state.sh").code == 0
    assert third.plan() == 0
    assert sent_people(server) == Counter({f"person{number}@example.com": 1 for number in range(6)})


def test_a_later_runner_is_refused_as_well_where_the_branch_moved_on(new_runner: NewRunner, bare: Path) -> None:
    first = new_runner()
    first.script("pull-state.sh")
    assert first.apply() == 0
    assert first.script("push-state.sh").code == 0
    late, quick = new_runner(), new_runner()
    for runner, people in ((late, 7), (quick, 8)):
        assert runner.script("pull-state.sh").code == 0
        ProjectFolder(runner.path).write_roster("gala.csv", build_people(people))
        assert runner.apply() == 0
    assert quick.script("push-state.sh").code == 0
    assert late.script("push-state.sh").code == 4
    assert git(bare, "rev-list", "--count", BRANCH) == "2"


def test_a_run_that_was_killed_is_pushed_too_and_the_next_runner_takes_it_up(
    new_runner: NewRunner, server: RunningSandbox
) -> None:
    first = new_runner()
    first.script("pull-state.sh")
    server.faults.add("attendance: slow 60s")
    process = start_program(first.path, "apply", "--auto-approve")
    while not (first.state.with_name("hubevents.db-wal").exists() and server.account.events):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    end_program(process)
    assert first.state.with_name("hubevents.db-wal").exists()
    pushed = first.script("push-state.sh")
    assert pushed.code == 0, pushed.err
    assert not first.state.with_name("hubevents.db-wal").exists()
    server.faults.clear()

    second = new_runner()
    assert second.script("pull-state.sh").code == 0
    assert second.apply() == 0
    assert second.plan() == 0
    assert set(sent_people(server).values()) == {1}


def test_a_state_that_was_never_pushed_is_not_overwritten(new_runner: NewRunner) -> None:
    first = new_runner()
    first.script("pull-state.sh")
    assert first.apply() == 0
    assert first.script("push-state.sh").code == 0
    ProjectFolder(first.path).write_roster("gala.csv", build_people(9))
    assert first.apply() == 0
    kept = first.state.read_bytes()
    pulled = first.script("pull-state.sh")
    assert (pulled.code, first.state.read_bytes()) == (1, kept)
    assert pulled.err.startswith("error: the state at state/hubevents.db was never pushed\n")
    assert first.script("push-state.sh").code == 0
    assert first.script("pull-state.sh").code == 0


def test_a_remote_that_is_out_of_reach_is_not_taken_for_one_without_a_state(new_runner: NewRunner, bare: Path) -> None:
    runner = new_runner()
    bare.rename(bare.with_name("gone.git"))
    pulled = runner.script("pull-state.sh")
    assert pulled.code == 1
    assert "error: the remote origin can't be reached\n" in pulled.err
    assert not runner.state.exists()


def test_pushing_without_having_pulled_is_refused(new_runner: NewRunner) -> None:
    runner = new_runner()
    assert runner.apply() == 0
    pushed = runner.script("push-state.sh")
    assert pushed.code == 1
    assert pushed.err.startswith("error: pull-state.sh did not run in this checkout\n")


def test_nothing_is_pushed_where_nothing_was_applied(new_runner: NewRunner, bare: Path) -> None:
    runner = new_runner()
    runner.script("pull-state.sh")
    pushed = runner.script("push-state.sh")
    assert (pushed.code, pushed.out) == (
        0,
        "there is no state at state/hubevents.db: nothing was applied, nothing to push\n",
    )
    assert git(bare, "for-each-ref", "--format=%(refname)") == "refs/heads/main"
