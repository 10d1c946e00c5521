"""A plan is the same whoever makes it, and how the work is shared out."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubevents_sync.engine.planning import hands
from hubevents_sync.engine.planning.effort import Effort
from hubevents_sync.engine.planning.hands import WORTH_A_PROCESS_BYTES, count_hands, cut_shares, find_large
from hubevents_sync.engine.planning.plan import plan_project
from hubevents_sync.engine.workspace import SystemClock, Workspace
from hubevents_sync.manifest.declaration import EventDeclaration
from hubevents_sync.manifest.findings import InvalidFiles
from hubevents_sync.manifest.rosters.interface import RosterFile
from hubevents_sync.manifest.source import TextSource
from hubevents_sync.model.event import MarketingEvent
from hubevents_sync.model.finding import Position
from hubevents_sync.render.plan_json import render_plan_json
from hubevents_sync.sandbox.server import running_sandbox
from tests.apply_quietly import apply_quietly
from tests.builders import build_key
from tests.projects import ProjectFolder, build_people

PLACE = Position("events/all.yaml", 1, 1)


class Counting:
    """A Progress that remembers what it was told."""

    def __init__(self) -> None:
        self.pools_made = 0
        self.told: list[tuple[str, int | None]] = []

    def start(self, task: str, total: int | None) -> None:  # noqa: ARG002  the port's signature
        self.told.append(("start", total))

    def advance(self, task: str, by: int = 1) -> None:  # noqa: ARG002
        self.told.append(("advance", by))

    def finish(self, task: str) -> None:  # noqa: ARG002
        self.told.append(("finish", 0))

    def still(self) -> AbstractContextManager[None]:
        self.pools_made += 1
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


LARGE = "email,registered,joinedAt,leftAt,contact.firstname\n" + "".join(
    f"guest{number}@example.com,2026-01-{1 + number % 28:02}T09:00:00Z,"
    f"{'2026-05-01T10:00:00Z,2026-05-01T11:30:00Z' if number % 3 else ','},{'Ana' if number % 5 == 0 else ''}\n"
    for number in range(9000)
)


@pytest.fixture
def with_large_rosters(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> ProjectFolder:
    """A project whose event-0 has a roster that is read in pieces, one of which is not plain, and one that is not."""
    monkeypatch.setattr(hands, "WORTH_A_PROCESS_BYTES", 100_000)
    project = ProjectFolder(workspace.directory)
    project.write_event("event-0", "roster: [../rosters/0.yaml, ../rosters/large.csv, ../rosters/odd.csv]")
    project.write("rosters/large.csv", LARGE.replace("guest4000@", "o'guest@"))
    odd = LARGE.replace("guest", "other").replace("other8000@example.com", '"other8000@example.com"')
    project.write("rosters/odd.csv", odd)
    return project


def test_a_large_roster_is_read_by_several_and_says_the_same(
    workspace: Workspace, with_large_rosters: ProjectFolder
) -> None:
    plans = [plan_project(workspace, effort=Effort(workers=workers)).plan for workers in (1, 2)]
    assert render_plan_json(plans[0]) == render_plan_json(plans[1])
    assert plans[0] == plans[1]
    assert plans[0].events[0].people == 18_005

    with_large_rosters.write("rosters/odd.csv", LARGE.replace("guest", "other") + LARGE.splitlines()[-1])

    def find(workers: int) -> list[str]:
        with pytest.raises(InvalidFiles) as caught:
            plan_project(workspace, effort=Effort(workers=workers))
        return [f"{finding.position} {finding.message}" for finding in caught.value.findings]

    assert find(1) == find(2)


@pytest.fixture
def large_one(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> ProjectFolder:
    """A project of one event that several processes read."""
    monkeypatch.setattr(hands, "WORTH_A_PROCESS_BYTES", 100_000)
    for file in (workspace.directory / "events").iterdir():
        file.unlink()
    project = ProjectFolder(workspace.directory)
    project.write_event("large", roster="large.csv")
    project.write("rosters/large.csv", LARGE)
    return project


@pytest.mark.usefixtures("large_one")
def test_what_several_processes_read_is_kept_for_an_apply(workspace: Workspace) -> None:
    def find_kept(workers: int) -> list[tuple[object, ...]]:
        (kept,) = plan_project(workspace, effort=Effort(workers=workers, keeps_rosters=True)).kept.values()
        _, blocks = pickle.loads(kept.packed)  # noqa: S301  our own bytes
        # Each plan hashes people by another key, as long as there is no state.
        return [row[1:] for block in blocks for row in block.unpack().rows()]

    assert find_kept(2) == find_kept(1)
    assert len(find_kept(2)) == 15_000


def test_no_process_is_made_for_a_large_roster_of_which_little_changed(
    workspace: Workspace, large_one: ProjectFolder
) -> None:
    with running_sandbox() as server:
        large_one.write_settings(base_url=server.base_url)
        applied = apply_quietly(replace(workspace, environ={"HUBSPOT_ACCESS_TOKEN": "t"}))
    assert applied.report is not None
    large_one.write("rosters/large.csv", LARGE.replace("guest77@", "new77@"))

    def plan(effort: Effort) -> str:
        return render_plan_json(plan_project(workspace, effort=effort).plan)

    passing, reading = Counting(), Counting()
    assert plan(Effort(workers=2, progress=passing)) == plan(Effort(workers=2, progress=reading, reads_all=True))
    assert (passing.pools_made, reading.pools_made) == (0, 1)


def test_large_rosters_are_those_that_one_hand_would_still_be_at() -> None:
    much = WORTH_A_PROCESS_BYTES
    for sizes, large in (((much,), [0]), ((much - 1,), []), ((much, much), []), ((much * 3, much), [0])):
        declared = declare(*sizes)
        assert find_large(declared, 2) == [declared[number] for number in large]
    assert find_large([], 2) == []


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
    assert count_hands(None, declare(10, 10)) == 1
    assert count_hands(8, declare(10, 10)) == 2
    assert count_hands(8, declare(WORTH_A_PROCESS_BYTES)) == 8
    assert count_hands(8, []) == 1


@given(st.lists(st.integers(0, 1000), max_size=30), st.integers(1, 9))
def test_shares_hold_every_event_once_and_in_order(sizes: list[int], count: int) -> None:
    declarations = declare(*sizes)
    shares = cut_shares(declarations, count)
    assert [each for share in shares for each in share] == declarations
    assert len(shares) <= count
    assert all(shares)
