"""The plan that README shows is a real one."""

import re
from pathlib import Path

import pytest

from hubevents_sync.engine.planning.plan import plan_project
from hubevents_sync.engine.workspace import Sandbox, Workspace
from hubevents_sync.render.plan_text import render_plan_text
from hubevents_sync.resources import examples_directory

README = Path(__file__).parents[2] / "README.md"
SHOWN = re.compile(
    r"(?<=<!-- plan: the output of `hubevents-sync plan --sandbox` in examples/conference -->\n)```\n(.*?)```\n",
    re.DOTALL,
)
NOVEMBER_2026_MS = 1_795_500_000_000


class StoppedClock:
    """A clock that stands in November 2026, between the conference and the reunion."""

    def now_ms(self) -> int:
        return NOVEMBER_2026_MS

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        raise AssertionError(f"a plan waits for nothing, and this one waited {seconds} s")


def test_the_plan_that_readme_shows_is_what_plan_prints(request: pytest.FixtureRequest) -> None:
    """With ``--update-golden`` README is written anew."""
    workspace = Workspace(examples_directory() / "conference", {}, StoppedClock(), sandbox=Sandbox())
    planning = plan_project(workspace)
    timezone = planning.manifest.project.timezone
    text = render_plan_text(planning.plan, width=100, color=False, now_ms=NOVEMBER_2026_MS, timezone=timezone)
    readme = README.read_text(encoding="utf-8")
    if request.config.getoption("--update-golden"):
        README.write_text(SHOWN.sub(lambda _: f"```\n{text}```\n", readme), encoding="utf-8")
    found = SHOWN.search(README.read_text(encoding="utf-8"))
    assert found is not None
    assert found[1] == text
