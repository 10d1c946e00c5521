"""The action and the example pipelines are well formed, pinned, and give nothing away that they need not."""

import os
import re
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from tests.workflow_runner import load

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / "examples/github-actions").glob("*.yml"))
ALL = [ROOT / "action.yml", ROOT / ".github/workflows/ci.yml", *WORKFLOWS]
SCRIPTS = sorted((ROOT / ".github/action").glob("*.sh"))
PINNED = re.compile(r"uses: (?:[\w-]+/[\w.-]+@[0-9a-f]{40} # .+|\./\.github/workflows/[\w-]+\.yml)")

pytestmark = pytest.mark.skipif(
    not (ROOT / "action.yml").is_file(), reason="reads the checkout's pipelines, which are out of reach here"
)


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A program of this Python's environment, with no network to ask."""
    path = Path(sysconfig.get_path("scripts")) / program
    environ = {**os.environ, "NO_COLOR": "1", "ZIZMOR_OFFLINE": "true"}
    return subprocess.run([str(path), *arguments], env=environ, capture_output=True, text=True, check=False)


def check_schema(schema: str, *files: Path, flags: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Compare with a schema that check-jsonschema carries."""
    return run("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *flags, *map(str, files))


def test_workflows_the_action_and_the_pipeline_follow_their_schemas(tmp_path: Path) -> None:
    workflows = check_schema("github-workflows", *WORKFLOWS, ROOT / ".github/workflows/ci.yml")
    assert (workflows.returncode, workflows.stdout) == (0, "ok -- validation done\n"), workflows.stdout
    action = check_schema("github-actions", ROOT / "action.yml")
    assert action.returncode == 0, action.stdout
    pipeline = check_schema("gitlab-ci", ROOT / "examples/gitlab-ci.yml", flags=("--data-transform", "gitlab-ci"))
    assert pipeline.returncode == 0, pipeline.stdout
    broken = tmp_path / "broken.yml"
    broken.write_text(WORKFLOWS[0].read_text().replace("runs-on:", "run-on:"))
    assert check_schema("github-workflows", broken).returncode == 1


def test_nothing_in_them_is_known_to_be_unsafe(tmp_path: Path) -> None:
    looked = run("zizmor", "--offline", "--no-progress", "--min-severity=medium", *map(str, ALL))
    assert looked.returncode == 0, looked.stdout
    unsafe = tmp_path / "unsafe.yml"
    text = (ROOT / "examples/github-actions/plan.yml").read_text()
    unsafe.write_text(
        text.replace("  pull_request:", "  pull_request_target:").replace("persist-credentials: false", "")
    )
    assert run("zizmor", "--offline", "--no-progress", "--min-severity=medium", str(unsafe)).returncode != 0


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_every_action_is_pinned_by_commit(path: Path) -> None:
    lines = [line.strip().removeprefix("- ") for line in path.read_text().splitlines() if "uses:" in line]
    assert [line for line in lines if not PINNED.fullmatch(line)] == []


def steps_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """All steps of a workflow or an action."""
    jobs = document.get("jobs", {}).values()
    return [*document.get("runs", {}).get("steps", []), *(step for job in jobs for step in job.get("steps", []))]


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_no_expression_stands_in_a_script_and_no_checkout_keeps_its_token(path: Path) -> None:
    steps = steps_of(load(path))
    assert [step["run"] for step in steps if "${{" in step.get("run", "")] == []
    checkouts = [step for step in steps if step.get("uses", "").startswith("actions/checkout@")]
    assert [step for step in checkouts if step["with"]["persist-credentials"] is not False] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_begins_with_no_permission_and_knows_the_actions_inputs(path: Path) -> None:
    document = load(path)
    assert document["permissions"] == {}
    assert "pull_request_target" not in document["on"]
    action = load(ROOT / "action.yml")
    for step in steps_of(document):
        if step.get("uses", "").startswith("your-org/hubevents-sync@"):
            assert set(step["with"]) - set(action["inputs"]) == set()
            used = re.compile(rf"steps\.{step.get('id', '-')}\.outputs\.([\w-]+)")
            outputs = set(used.findall(path.read_text()))
            assert outputs - set(action["outputs"]) == set()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_of_the_action_can_be_run(script: Path) -> None:
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
    assert "set -euo pipefail" in script.read_text()


@pytest.mark.parametrize(("host", "is_told"), [("github.example", True), ("elsewhere.example", False)])
def test_git_is_given_the_token_for_the_forge_and_for_no_other_host(
    tmp_path: Path, host: str, *, is_told: bool
) -> None:
    """The script of the state branch asks git, which asks the helper that state.sh names in the environment."""
    script = tmp_path / "examples/state-branch/pull-state.sh"
    script.parent.mkdir(parents=True)
    script.write_text(f"printf 'protocol=https\\nhost={host}\\n\\n' | git credential fill\n")
    environ = {
        "PATH": os.environ["PATH"],
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GITHUB_ACTION_PATH": str(tmp_path),
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_TOKEN": "ghs_planted_0123456789",
    }
    command = [str(ROOT / ".github/action/state.sh"), "pull"]
    asked = subprocess.run(command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert ("password=ghs_planted_0123456789\n" in asked.stdout) is is_told, asked.stderr
    assert (asked.returncode == 0) is is_told


def test_the_plans_job_for_forks_names_no_secret() -> None:
    jobs = load(ROOT / "examples/github-actions/plan.yml")["jobs"]
    assert "secrets" not in str(jobs)
    assert jobs["fork"]["permissions"] == {"contents": "read"}
