"""A reviewed plan meets time: what was held when it was reviewed is carried out when it falls due, and nothing else."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hubevents_sync.engine.applying.apply import ApplyResult
from hubevents_sync.engine.planning.plan import plan_project
from hubevents_sync.engine.reviewing.reviewed import Reviewed, say_goes_on
from hubevents_sync.engine.reviewing.saved_plan import read_saved_plan
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import ExitCode, PlanMismatch
from hubevents_sync.model.plan import Plan
from hubevents_sync.model.run import RunStatus
from hubevents_sync.render.plan_json import render_saved_plan
from hubevents_sync.sandbox.server import running_sandbox
from tests.apply_quietly import apply_quietly
from tests.builders import build_completion, build_key, build_plan, build_run, build_summary
from tests.end_to_end.conftest import SharedClock
from tests.projects import ProjectFolder, build_people

DAY_SECONDS = 86_400
ATTENDED = {"joinedAt": "2026-11-02T10:00:00Z", "leftAt": "2026-11-02T11:00:00Z"}


class Review:
    """A project under a clock that skips, and a plan of it that was saved."""

    def __init__(self, folder: ProjectFolder, clock: SharedClock) -> None:
        self.folder = folder
        self.clock = clock
        self.workspace = Workspace(folder.path, {"HUBSPOT_ACCESS_TOKEN": "pat-test-0000"}, clock)

    def save(self) -> Reviewed:
        file = self.folder.path / "plan.json"
        file.write_text(render_saved_plan(plan_project(self.workspace).plan), encoding="utf-8")
        plan = read_saved_plan(file)
        return Reviewed(plan.digest, plan, "plan.json")

    def apply(self, reviewed: Reviewed) -> ApplyResult:
        return apply_quietly(self.workspace, reviewed=reviewed)


@pytest.mark.parametrize("knows_plan", [True, False])
def test_what_was_held_is_completed_and_sent_when_its_time_has_come(tmp_path: Path, *, knows_plan: bool) -> None:
    clock = SharedClock()
    with running_sandbox(clock=clock.now_ms) as server:
        folder = ProjectFolder(tmp_path / "project")
        folder.write_settings(base_url=server.base_url)
        folder.write_event("launch", "complete: true", roster="launch.yaml")
        folder.write_event("gala")
        event = folder.path / "events/launch.yaml"
        event.write_text(event.read_text().replace("2026-05-01", "2026-11-02"), encoding="utf-8")
        folder.write_roster("launch.yaml", build_people(2, attended=ATTENDED))
        review = Review(folder, clock)
        saved = review.save()
        reviewed = saved if knows_plan else Reviewed(saved.digest)
        first = review.apply(reviewed)
        assert first.report is not None
        assert (first.report.run.status, first.report.run.approvals) == (RunStatus.DONE, ())
        assert review.apply(reviewed).report is None  # nothing is due yet, and nothing is wrong
        clock.sleep(3 * DAY_SECONDS)
        last = review.apply(reviewed)
        assert last.report is not None
        assert last.planning.goes_on_with == first.report.run
        assert (last.report.run.exit_code, last.report.run.approvals) == (ExitCode.DONE, ("CookingCo/launch",))
        told = [row["state"] for row in server.account.participations if not row["derived"]]
        assert sorted(map(str, told)) == ["ATTENDED", "ATTENDED", "REGISTERED", "REGISTERED"]
        assert [each["completed"] for each in server.account.events] == [False, True]
        with pytest.raises(PlanMismatch, match="was applied already, by run"):
            review.apply(reviewed)


def test_a_completion_by_other_times_is_not_the_one_that_was_reviewed() -> None:
    def plan_with(**changes: Any) -> Plan:
        completion = replace(build_completion(), **changes)
        return build_plan(build_summary(completion=completion))

    seen = build_plan(build_summary(completion=replace(build_completion(), is_due=False)))
    reviewed = Reviewed("d", seen)
    assert reviewed.completions(plan_with()) == {build_key()}
    assert reviewed.completions(plan_with(is_due=False)) == frozenset()
    assert reviewed.completions(plan_with(end="2026-11-30T09:31:00Z")) == frozenset()
    assert reviewed.completions(plan_with(due_at_ms=1)) == frozenset()


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (RunStatus.RUNNING, "was cut off"),
        (RunStatus.INTERRUPTED, "was cut off"),
        (RunStatus.FAILED, "was cut off"),
        (RunStatus.PAUSED, "was paused"),
        (RunStatus.PARTIAL, "left rows that HubSpot did not take"),
        (RunStatus.REFUSED, "left what an approval was missing for"),
        (RunStatus.DONE, "left what was not due yet"),
    ],
)
def test_it_is_said_why_there_is_something_to_go_on_with(status: RunStatus, why: str) -> None:
    assert say_goes_on(build_run(status=status)) == f"going on with run 7f3c9a12, which {why}"
