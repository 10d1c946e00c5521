"""The example pipeline for GitLab, run: its scripts, on a real repository, beside a stand-in of GitLab's API."""

import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from hubevents_sync.resources import examples_directory
from hubevents_sync.sandbox.server import RunningSandbox
from tests.forge_stand_in import GITLAB_TOKEN, PROJECT, running_stand_in
from tests.processes import ROOT
from tests.projects import ProjectFolder
from tests.repositories import IDENTITY
from tests.team import Team

SCRIPTS = examples_directory() / "state-branch"

pytestmark = [
    pytest.mark.skipif(not (SCRIPTS / "pull-state.sh").is_file(), reason="needs the scripts of the state branch"),
    pytest.mark.skipif(not (shutil.which("git") and shutil.which("bash")), reason="needs git and bash"),
    pytest.mark.slow,
    pytest.mark.timeout(600),
]


@dataclass(frozen=True)
class Ended:
    """How a job ended."""

    code: int
    said: str
    folder: Path


@dataclass
class Machines:
    """GitLab's runners: each job has a clone of its own."""

    team: Team
    folder: Path
    jobs: dict[str, Any]
    count: int = field(default=0)

    def run(self, name: str, commit: str, ref: str, **variables: str) -> Ended:
        """The job's script, then what comes after it, whatever that ended with; the script's exit code counts."""
        self.count += 1
        work = self.folder / f"machine-{self.count}"
        work.mkdir(parents=True)
        for command in (["init", "-q"], ["fetch", "-q", str(self.team.bare), ref], ["checkout", "-q", commit]):
            subprocess.run(["git", *command], cwd=work, env={**os.environ, **IDENTITY}, check=True)
        environ = self._environ(commit) | variables
        job = self._look_up(name)
        codes, said = [], ""
        for part in ("script", "after_script"):
            ended = subprocess.run(
                ["bash", "-eo", "pipefail", "-c", "\n".join(job.get(part, []))],
                cwd=work,
                env=environ,
                capture_output=True,
                text=True,
                check=False,
            )
            codes.append(ended.returncode)
            said += ended.stdout + ended.stderr
        return Ended(codes[0] or codes[1], said, work)

    def _look_up(self, name: str) -> dict[str, Any]:
        job: dict[str, Any] = self.jobs[name]
        return (self._look_up(job["extends"]) | job) if "extends" in job else job

    def _environ(self, commit: str) -> dict[str, str]:
        """What GitLab sets, and the pipeline's own variables, where a double dollar is one."""
        program = self.folder / "bin" / "hubevents-sync"
        program.parent.mkdir(exist_ok=True)
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m hubevents_sync "$@"\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        known = {
            "PATH": f"{program.parent}:/usr/bin:/bin",
            "HOME": str(self.folder),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "CI": "true",
            "CI_API_V4_URL": f"{self.team.forge.base_url}/api/v4",
            "CI_PROJECT_ID": PROJECT,
            "CI_PROJECT_URL": f"file://{self.team.bare}".removesuffix(".git"),
            "CI_COMMIT_SHA": commit,
            "GITLAB_TOKEN": GITLAB_TOKEN,
            "GITLAB_USER_LOGIN": "ana",
        }
        if (ROOT / "hubevents_sync").is_dir():
            known["PYTHONPATH"] = str(ROOT)
        return {**{name: fill(value, known) for name, value in self.jobs["variables"].items()}, **known}


def fill(text: str, known: Mapping[str, str]) -> str:
    """A variable's value as a job sees it."""
    return re.sub(r"\$(\$|\w+)", lambda found: "$" if found[1] == "$" else known[found[1]], text)


@pytest.fixture
def machines(tmp_path: Path, project: ProjectFolder) -> Iterator[Machines]:
    """A repository with the pipeline's scripts, and no event on main."""
    jobs = yaml.safe_load((examples_directory() / "gitlab-ci.yml").read_text(encoding="utf-8"))
    for script in SCRIPTS.glob("*.sh"):
        project.write(f"ci/{script.name}", script.read_text(encoding="utf-8"))
    with running_stand_in() as forge:
        team = Team(project, tmp_path / "forge.git", forge)
        team.begin()
        yield Machines(team, tmp_path / "machines", jobs)


def plan(machines: Machines, *jobs: str) -> list[Ended]:
    """Push the desk; the pipeline of the merge request."""
    machines.team.push()
    commit = machines.team.try_merge(12)
    return [
        machines.run(
            job, commit, "refs/pull/12/merge", CI_MERGE_REQUEST_IID="12", CI_PIPELINE_SOURCE="merge_request_event"
        )
        for job in jobs
    ]


def test_a_merge_request_is_planned_merged_applied_and_completed(machines: Machines, server: RunningSandbox) -> None:
    team = machines.team
    team.write_event("gala", 3)
    checked, planned = plan(machines, "validate", "plan")
    assert (checked.code, planned.code) == (0, 0), planned.said
    assert (checked.folder / "gl-code-quality-report.json").read_text() == "[]\n"
    team.write_event("gala", 4, completes=True)
    assert plan(machines, "plan")[0].code == 0
    (note,) = team.forge.notes
    assert (note.number, note.author, note.edits) == (12, "project_77_bot", 1)
    assert (server.requests(), team.list_states()) == ([], [])

    commit = team.merge(12)
    token = {"HUBSPOT_ACCESS_TOKEN": "pat-test-0000"}
    applied = machines.run("apply", commit, "main", **token)
    assert applied.code == 6, applied.said
    assert len(server.account.participations) == 4
    completed = machines.run("complete", commit, "main", **token)
    assert completed.code == 0, completed.said
    assert [event["completed"] for event in server.account.events] == [True]
    assert len(team.list_states()) == 2

    asked = len(server.requests())
    again = machines.run("apply", commit, "main", **token)
    assert (again.code, len(server.requests()), len(team.list_states())) == (0, asked, 2)


def test_a_note_that_was_edited_is_no_review(machines: Machines, server: RunningSandbox) -> None:
    machines.team.write_event("gala", 3)
    plan(machines, "plan")
    (note,) = machines.team.forge.notes
    note.body = note.body.replace("cut=false", "cut=true")
    applied = machines.run("apply", machines.team.merge(12), "main", HUBSPOT_ACCESS_TOKEN="pat-test-0000")
    assert (applied.code, server.requests(), machines.team.list_states()) == (4, [], [])
    assert "the comment on merge request !12 is cut" in applied.said
