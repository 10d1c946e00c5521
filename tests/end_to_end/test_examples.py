"""The examples validate, plan and apply, and so does what ``demo`` shows."""

import json
import shutil
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


def test_the_demo_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["demo", "--directory", str(tmp_path)]) == 64
    assert "is there already" in capsys.readouterr().err
