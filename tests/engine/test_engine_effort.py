"""A plan is the same whoever makes it, and how the work is shared out."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubevents_sync.engine.effort import WORTH_A_PROCESS_BYTES, Effort, count_hands, cut_shares
from hubevents_sync.engine.plan import plan_project
from hubevents_sync.engine.workspace import SystemClock, Workspace
from hubevents_sync.manifest.declaration import EventDeclaration
from hubevents_sync.manifest.findings import InvalidFiles
from hubevents_sync.manifest.rosters.interface import RosterFile
from hubevents_sync.manifest.source import TextSource
from hubevents_sync.model.event import MarketingEvent
from hubevents_sync.model.finding import Position
from hubevents_sync.render.plan_json import render_plan_json
from tests.builders import build_key
from tests.projects import ProjectFolder, build_people

PLACE = Position("events/all.yaml", 1, 1)


class Counting:
    """A Progress that remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int | None]] = []

    def start(self, task: str, total: int | None) -> None:  # noqa: ARG002  the port's signature
        self.told.append(("start", total))

    def advance(self, task: str, by: int = 1) -> None:  # noqa: ARG002
        self.told.append(("advance", by))

    def finish(self, task: str) -> None:  # noqa: ARG002
        self.told.append(("finish", 0))

    def still(self) -> AbstractContextManager[None]:
        return nullcontext()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    project = ProjectFolder(tmp_path)
    project.write_settings()
    for number in range(9):
        project.write_event(f"event-{number}", roster=f"{number}.yaml")
        project.write_roster(f"{number}.yaml", build_people(5, prefix=f"e{number}-"))
    return Workspace(tmp_path, {}, SystemClock())


def declare(*sizes: int) -> list[EventDeclaration]:
    """An event for each of *sizes*, which are bytes of rosters."""
    return [
        EventDeclaration(
            MarketingEvent(build_key(f"event-{number}"), {}),
            PLACE,
            rosters=(RosterFile(TextSource(b"x" * size, "a.csv"), PLACE),),
        )
        for number, size in enumerate(sizes)
    ]


def test_a_plan_is_the_same_bytes_in_one_process_in_two_and_on_an_executor_that_is_brought(
    workspace: Workspace,
) -> None:
    def plan(effort: Effort) -> str:
        return render_plan_json(plan_project(workspace, effort=effort).plan)

    alone = plan(Effort(workers=1))
    assert plan(Effort(workers=2)) == alone
    with ThreadPoolExecutor(3) as executor:
        assert plan(Effort(executor=executor)) == alone


def test_findings_come_from_all_processes_and_none_is_lost(workspace: Workspace) -> None:
    for number in (1, 7):
        file = workspace.directory / f"rosters/{number}.yaml"
        file.write_text(file.read_text() + "  - email: nobody\n    registered: 2026-01-01T00:00:00Z\n")

    def find(workers: int) -> list[str]:
        with pytest.raises(InvalidFiles) as caught:
            plan_project(workspace, effort=Effort(workers=workers))
        return [str(finding.position) for finding in caught.value.findings]

    assert find(1) == find(2)
    assert [place.split(":")[0] for place in find(2)] == ["rosters/1.yaml", "rosters/7.yaml"]


@pytest.mark.parametrize("workers", [1, 2])
def test_progress_is_told_of_every_event(workspace: Workspace, workers: int) -> None:
    progress = Counting()
    plan_project(workspace, effort=Effort(workers=workers, progress=progress))
    assert (progress.told[0], progress.told[-1]) == (("start", 9), ("finish", 0))
    assert sum(by or 0 for said, by in progress.told if said == "advance") == 9


def test_small_work_is_done_here_and_nobody_gets_more_hands_than_there_are_events() -> None:
    assert count_hands(Effort(), declare(10, 10)) == 1
    assert count_hands(Effort(), declare(WORTH_A_PROCESS_BYTES)) == 1
    assert count_hands(Effort(workers=8), declare(10, 10)) == 2
    assert count_hands(Effort(workers=8), []) == 1


@given(st.lists(st.integers(0, 1000), max_size=30), st.integers(1, 9))
def test_shares_hold_every_event_once_and_in_order(sizes: list[int], count: int) -> None:
    declarations = declare(*sizes)
    shares = cut_shares(declarations, count)
    assert [each for share in shares for each in share] == declarations
    assert len(shares) <= count
    assert all(shares)
