"""Runs the project's workflows and its action as GitHub's runner would, as far as they go: their real shell steps.

What a step of somebody else's does is done here in its place: a checkout is a clone, an upload a copy. Installing is
putting the program under test on the PATH.
"""

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.repositories import IDENTITY
from tests.workflow_expressions import evaluate, fill, is_true

ROOT = Path(__file__).parents[1]
OURS = "your-org/hubevents-sync"
Contexts = dict[str, Any]


def load(path: Path) -> dict[str, Any]:
    """A workflow. YAML takes its ``on:`` for a yes."""
    document: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {("on" if name is True else str(name)): value for name, value in document.items()}


@dataclass
class Event:
    """What starts a workflow."""

    name: str
    ref: str
    commit: str
    payload: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)


@dataclass
class StepRun:
    """One shell step that was run."""

    name: str
    code: int
    out: str
    err: str
    environ: dict[str, str]


@dataclass
class JobRun:
    """One job: how it ended, and all that it said. ``skipped`` where its condition did not hold."""

    result: str = "skipped"
    outputs: dict[str, str] = field(default_factory=dict)
    steps: list[StepRun] = field(default_factory=list)
    summary: str = ""
    artifacts: dict[str, list[str]] = field(default_factory=dict)
    environment: str = ""

    def step(self, name: str) -> StepRun:
        """The step of that name."""
        (found,) = [step for step in self.steps if step.name == name]
        return found

    @property
    def said(self) -> str:
        """The job's log."""
        return "".join(step.out + step.err for step in self.steps)


@dataclass
class Runner:
    """Machines that forget: each job has a folder of its own below *folder*, and a clone of *repository*."""

    folder: Path
    repository: Path
    api_url: str
    full_name: str
    secrets: dict[str, str]
    token: str
    environ: dict[str, str] = field(default_factory=dict)
    count: int = 0

    def run(self, workflow: Path, event: Event, *, secrets: Mapping[str, str] | None = None) -> dict[str, JobRun]:
        """Run a workflow; its jobs by name."""
        return self._run_jobs(load(workflow), workflow, event, dict(self.secrets if secrets is None else secrets))

    def _run_jobs(
        self, document: dict[str, Any], workflow: Path, event: Event, secrets: dict[str, str]
    ) -> dict[str, JobRun]:
        done: dict[str, JobRun] = {}
        for name, job in document["jobs"].items():
            needs = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
            contexts = self._contexts(event, secrets)
            contexts["needs"] = {each: {"result": done[each].result, "outputs": done[each].outputs} for each in needs}
            is_well = all(done[each].result == "success" for each in needs)
            if not holds(job.get("if", "success()"), contexts, is_well=is_well):
                done[name] = JobRun()
            elif "uses" in job:
                done |= self._call(name, job, workflow, event, contexts)
            else:
                done[name] = JobOnMachine(self, contexts, event, job).run()
        return done

    def _call(
        self, name: str, job: dict[str, Any], workflow: Path, event: Event, contexts: Contexts
    ) -> dict[str, JobRun]:
        """A workflow that another one calls; its jobs are ``caller/job``."""
        called = workflow.parent / Path(job["uses"]).name
        secrets = {each: fill(value, contexts, {}) for each, value in job.get("secrets", {}).items()}
        inner = Event(event.name, event.ref, event.commit, event.payload, job.get("with", {}))
        jobs = self._run_jobs(load(called), called, inner, secrets)
        return {f"{name}/{each}": ran for each, ran in jobs.items()}

    def _contexts(self, event: Event, secrets: dict[str, str]) -> Contexts:
        github = {
            "event_name": event.name,
            "event": event.payload,
            "repository": self.full_name,
            "ref": event.ref,
            "sha": event.commit,
            "token": self.token,
        }
        return {"github": github, "secrets": secrets, "inputs": dict(event.inputs), "env": {}, "steps": {}}


def holds(condition: object, contexts: Contexts, *, is_well: bool) -> bool:
    """Whether a job or step is run: only while all is well, unless its condition asks for the status itself."""
    text = str(condition).strip()
    text = text.removeprefix("${{").removesuffix("}}")
    functions = {
        "always": lambda: True,
        "success": lambda: is_well,
        "failure": lambda: not is_well,
        "cancelled": lambda: False,
    }
    asks = any(f"{name}()" in text for name in functions)
    return (asks or is_well) and is_true(evaluate(text, contexts, functions))


@dataclass
class JobOnMachine:
    """One job on a machine of its own."""

    runner: Runner
    contexts: Contexts
    event: Event
    job: dict[str, Any]
    ran: JobRun = field(default_factory=JobRun)

    def run(self) -> JobRun:
        """All steps, in order."""
        self.runner.count += 1
        self.home = self.runner.folder / f"machine-{self.runner.count}"
        self.workspace, self.temp = self.home / "work", self.home / "temp"
        for folder in (self.workspace, self.temp):
            folder.mkdir(parents=True)
        self.summary, self.path_file = self.home / "summary.md", self.home / "path"
        self.event_file = self.home / "event.json"
        self.event_file.write_text(json.dumps(self.event.payload))
        for file in (self.summary, self.path_file):
            file.touch()
        self.ran.environment = str(self.job.get("environment", ""))
        self.contexts["env"] = self._fill_all(self.job.get("env", {}), self.contexts)
        is_well = self._run_steps(self.job["steps"], self.contexts)
        self.ran.result = "success" if is_well else "failure"
        self.ran.outputs = self._fill_all(self.job.get("outputs", {}), self.contexts)
        self.ran.summary = self.summary.read_text()
        return self.ran

    @staticmethod
    def _fill_all(values: Mapping[str, object], contexts: Contexts) -> dict[str, str]:
        return {name: fill(value, contexts, {}) for name, value in values.items()}

    def _run_steps(self, steps: list[dict[str, Any]], contexts: Contexts, *, action: Path | None = None) -> bool:
        is_well = True
        for step in steps:
            record: dict[str, Any] = {"outcome": "skipped", "outputs": {}}
            contexts["steps"][step.get("id", id(step))] = record
            if not holds(step.get("if", "success()"), contexts, is_well=is_well):
                continue
            ended_well = self._run_step(step, contexts, record, action)
            record["outcome"] = "success" if ended_well else "failure"
            is_well = is_well and ended_well
        return is_well

    def _run_step(self, step: dict[str, Any], contexts: Contexts, record: dict[str, Any], action: Path | None) -> bool:
        if "run" in step:
            return self._run_shell(step, contexts, record, action)
        name, _, pin = step["uses"].partition("@")
        assert len(pin) == 40, f"{name} is not pinned by commit"
        given = self._fill_all(step.get("with", {}), contexts)
        if name == OURS:
            return self._run_action(given, contexts, record)
        elsewhere: dict[str, Callable[[dict[str, str]], bool]] = {
            "actions/checkout": self._check_out,
            "actions/setup-python": bool,
            "actions/upload-artifact": self._upload,
        }
        return elsewhere[name](given)

    def _check_out(self, given: dict[str, str]) -> bool:
        assert given["persist-credentials"] == "false"
        commands = [
            ["init", "--quiet"],
            ["remote", "add", "origin", f"file://{self.runner.repository}"],
            ["fetch", "--quiet", "--no-tags", f"--depth={given.get('fetch-depth', '1')}", "origin", self.event.ref],
            ["checkout", "--quiet", "--detach", self.event.commit],
        ]
        for command in commands:
            subprocess.run(["git", *command], cwd=self.workspace, env={**os.environ, **IDENTITY}, check=True)
        return True

    def _upload(self, given: dict[str, str]) -> bool:
        found = [file for line in given["path"].split() for file in self._find(line)]
        assert found or given.get("if-no-files-found") == "ignore", given
        self.ran.artifacts[given["name"]] = [file.read_text(errors="replace") for file in found]
        return True

    def _find(self, pattern: str) -> list[Path]:
        path = Path(pattern)
        return [path] if path.is_absolute() else sorted(self.workspace.glob(pattern))

    def _run_action(self, given: dict[str, str], contexts: Contexts, record: dict[str, Any]) -> bool:
        action = load(ROOT / "action.yml")
        unknown = set(given) - set(action["inputs"])
        assert not unknown, f"the action has no inputs {unknown}"
        inner = {
            "github": contexts["github"],
            "env": contexts["env"],
            "steps": {},
            "inputs": {
                name: given.get(name, fill(value.get("default", ""), contexts, {}))
                for name, value in action["inputs"].items()
            },
        }
        is_well = self._run_steps(action["runs"]["steps"], inner, action=ROOT)
        record["outputs"] = {name: fill(value["value"], inner, {}) for name, value in action["outputs"].items()}
        return is_well

    def _run_shell(self, step: dict[str, Any], contexts: Contexts, record: dict[str, Any], action: Path | None) -> bool:
        assert "${{" not in step["run"], f"an expression stands in a script: {step['run']}"
        if step.get("id") == "install":
            return self._install()
        output = self.home / f"output-{len(self.ran.steps)}"
        output.touch()
        environ = self._environ(output, action) | contexts["env"] | self._fill_all(step.get("env", {}), contexts)
        ended = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
            cwd=self.workspace,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        name = str(step.get("name", step["run"]))
        self.ran.steps.append(StepRun(name, ended.returncode, ended.stdout, ended.stderr, environ))
        record["outputs"] = dict(line.split("=", 1) for line in output.read_text().splitlines())
        return ended.returncode == 0

    def _install(self) -> bool:
        program = self.temp / "bin" / "hubevents-sync"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m hubevents_sync "$@"\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        with self.path_file.open("a") as file:
            file.write(f"{program.parent}\n")
        return True

    def _environ(self, output: Path, action: Path | None) -> dict[str, str]:
        """What a step finds: nothing of ours but where the program is."""
        added = ":".join(reversed(self.path_file.read_text().split()))
        path = ":".join(filter(None, (added, str(Path(shutil.which("git") or "").parent), "/usr/bin:/bin")))
        return {
            "PATH": path,
            "HOME": str(self.home),
            "PYTHONPATH": str(ROOT),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.runner.api_url,
            "GITHUB_SERVER_URL": "https://forge.invalid",
            "GITHUB_REPOSITORY": self.runner.full_name,
            "GITHUB_EVENT_NAME": self.event.name,
            "GITHUB_EVENT_PATH": str(self.event_file),
            "GITHUB_REF": self.event.ref,
            "GITHUB_SHA": self.event.commit,
            "GITHUB_RUN_ID": "7",
            "GITHUB_ACTOR": "ana",
            "GITHUB_OUTPUT": str(output),
            "GITHUB_PATH": str(self.path_file),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_TEMP": str(self.temp),
            **({} if action is None else {"GITHUB_ACTION_PATH": str(action)}),
            **self.runner.environ,
        }
