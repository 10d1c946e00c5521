"""The examples validate, plan and apply, and so does what ``demo`` shows."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hubevents_sync.cli.main import call
from hubevents_sync.resources import examples_directory

EXAMPLES = ("quickstart", "conference")
COMPLETIONS = ("summit-2026-opening", "summit-2026-closing")


def copy_example(name: str, folder: Path) -> Path:
    """A copy of an example to apply."""
    return Path(shutil.copytree(examples_directory() / name, folder / name))


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_has_nothing_wrong(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["-C", str(examples_directory() / name), "validate"]) == 0
    assert capsys.readouterr().out.endswith("nothing wrong\n")


@pytest.mark.parametrize(
    ("name", "environment"), [("quickstart", None), ("conference", None), ("conference", "staging")]
)
def test_an_example_is_applied_and_then_has_nothing_to_do(
    name: str, environment: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = ["-C", str(copy_example(name, tmp_path)), *(["--env", environment] if environment else [])]
    approvals = [part for event in COMPLETIONS for part in ("--approve", f"complete:{event}")]
    approvals = approvals if name == "conference" else []
    assert call([*folder, "apply", "--sandbox", "--auto-approve", *approvals, "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    rows = report["run"]["rows"]
    assert rows["confirmed"] == sum(rows.values()) > 0
    assert report["run"]["events_completed"] == len(approvals) // 2
    assert call([*folder, "plan", "--sandbox", "--detailed-exitcode"]) == 0
    assert capsys.readouterr().out.startswith("Nothing to do")
    assert call([*folder, "apply", "--sandbox", "--auto-approve", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["run"] is None


def test_the_demo_shows_that_the_second_plan_finds_nothing_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(["demo", "--directory", str(tmp_path / "demo")]) == 0
    shown = capsys.readouterr().out
    for part in (
        "nothing wrong",
        "Plan: create 13 events",
        "2 events completed",
        "Nothing to do now",
        "What to look at",
    ):
        assert part in shown
        shown = shown.partition(part)[2]


def test_what_the_demo_says_works_in_a_shell_that_does_not_know_the_program(tmp_path: Path) -> None:
    """As after ``make demo``, whose program is in .venv/bin."""
    plain = {"PATH": os.defpath, "HOME": str(tmp_path)}
    demo = [sys.executable, "-m", "hubevents_sync", "demo", "--directory", str(tmp_path / "a demo")]
    told = subprocess.run(demo, env=plain, capture_output=True, text=True, check=True).stdout
    lines = [line.strip() for line in told.partition("What to look at next\n")[2].splitlines()]
    script = "\n".join(["shopt -s expand_aliases", *lines[:2], "hubevents-sync runs list --sandbox"])
    ran = subprocess.run(["bash", "-c", script], env=plain, capture_output=True, text=True, check=True)
    assert "  done  " in ran.stdout


def test_the_demo_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["demo", "--directory", str(tmp_path)]) == 64
    assert "is there already" in capsys.readouterr().err
