"""What is told from receipts is what planning tells, whatever was done before, and nothing is read for it."""

import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubevents_sync.engine.comparing.refreshing import refresh_state
from hubevents_sync.engine.keeping.forget import forget_events
from hubevents_sync.engine.keeping.upkeep import rename_record
from hubevents_sync.engine.planning.effort import Effort
from hubevents_sync.engine.planning.plan import Planning, plan_project
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import Refused, StateError, UsageError
from hubevents_sync.model.event import EventKey
from hubevents_sync.render.plan_json import render_plan_json
from hubevents_sync.render.progress import SilentProgress
from hubevents_sync.sandbox.server import running_sandbox
from tests.apply_quietly import apply_quietly
from tests.end_to_end.test_passing_over import FORMATS, rosters
from tests.end_to_end.test_properties import StoppedClock
from tests.projects import ProjectFolder, build_people

EVENTS = (*FORMATS, "empty", "inline")
NAMES = st.sampled_from(EVENTS)
COMPLETED = ("csv", "empty")
ENVIRON = {"HUBSPOT_ACCESS_TOKEN": "t"}


def say(planning: Planning) -> str:
    return render_plan_json(planning.plan)


def plan(workspace: Workspace, *, reads_all: bool = False) -> Planning:
    return plan_project(workspace, effort=Effort(1, reads_all=reads_all))


@dataclass
class Story:
    """A project whose files, state and HubSpot change step by step."""

    folder: Path
    faults: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.clock = StoppedClock()
        self.lines: dict[str, list[str]] = {event: [] for event in EVENTS}
        self.names = dict.fromkeys(EVENTS, "")
        for kind in FORMATS:
            self.write_roster(kind, build_people(3, prefix=kind))

    def write_roster(self, kind: str, people: list[dict[str, Any]]) -> None:
        ProjectFolder(self.folder).write_roster(f"{kind}.{kind}", people)

    def write(self, base_url: str) -> None:
        project = ProjectFolder(self.folder)
        project.write_settings("limits: {removals: 100%}", base_url=base_url)
        for event in EVENTS:
            extra = ["attendees: [{email: in@example.com, registered: 2026-04-01T09:00:00Z}]"]
            lines = [*self.lines[event], *(extra if event == "inline" else [])]
            roster = f"{event}.{event}" if event in FORMATS else None
            project.write_event(event, *lines, roster=roster, name=self.names[event] or event)

    def go_on(self, step: Callable[["Story", Workspace], object]) -> None:
        """Take *step*; the plan is the same before and after, whether receipts are believed or all is read."""
        with running_sandbox(data=self.folder / "account.db", faults=self.faults) as server:
            self.write(server.base_url)
            workspace = Workspace(self.folder, ENVIRON, self.clock)
            with suppress(UsageError, Refused, StateError):  # what is not there can't be forgotten, renamed or read
                step(self, workspace)
            self.write(server.base_url)
            self.check(workspace)

    def check(self, workspace: Workspace) -> None:
        told, found = plan(workspace), plan(workspace, reads_all=True)
        assert say(told) == say(found)
        assert told.plan.files_digest == found.plan.files_digest
        assert told.findings == found.findings
        assert told.open_ends == found.open_ends
        assert say(plan_project(workspace, only=["csv"])) == say(
            plan_project(workspace, only=["csv"], effort=Effort(1, reads_all=True))
        )


Step = Callable[[Story, Workspace], object]


def apply(*, completes: bool = False, is_retry: bool = False) -> Step:
    completions = frozenset(EventKey("CookingCo", event) for event in COMPLETED if completes)
    return lambda _, workspace: apply_quietly(workspace, completions=completions, is_retry=is_retry)


def refresh(*, adopts: bool) -> Step:
    return lambda _, workspace: refresh_state(
        workspace, adopts=adopts, is_deep=True, agree=lambda _: None, progress=SilentProgress()
    )


def change_line(event: str, line: str) -> Step:
    def change(story: Story, _: Workspace) -> None:
        lines = story.lines[event]
        (lines.remove if line in lines else lines.append)(line)

    return change


LINES = ("removals: cancel", "eventCancelled: true", "customProperties: {colour: red}")
FAULTS = ((), ("attendance: drop every 3",), ("attendance: reject every 4",))

steps = st.one_of(
    st.builds(apply, completes=st.booleans(), is_retry=st.just(value=False)),
    st.builds(apply, completes=st.booleans(), is_retry=st.booleans()),
    st.builds(refresh, adopts=st.booleans()),
    st.sampled_from(FORMATS).flatmap(
        lambda kind: st.builds(
            lambda people: lambda story, _: story.write_roster(kind, people), rosters(is_flat=kind == "csv")
        )
    ),
    st.builds(change_line, NAMES, st.sampled_from(LINES)),
    st.builds(change_line, st.sampled_from(COMPLETED), st.just("complete: true")),
    st.builds(lambda event: lambda story, _: story.names.update({event: "Another name"}), NAMES),
    st.builds(lambda faults: lambda story, _: setattr(story, "faults", faults), st.sampled_from(FAULTS)),
    st.builds(lambda name: lambda _, workspace: forget_events(workspace, [name], agree=lambda _: None), NAMES),
    st.builds(
        lambda name, other: lambda _, workspace: rename_record(workspace, name, f"{other}-2", agree=lambda _: None),
        NAMES,
        NAMES,
    ),
)


@pytest.mark.slow
@pytest.mark.timeout(600)
@settings(max_examples=12, deadline=None)
@given(st.lists(steps, min_size=3, max_size=9))
def test_a_plan_is_the_same_whether_receipts_are_believed_or_all_is_read(taken: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as name:
        story = Story(Path(name))
        story.go_on(apply())
        for step in taken:
            story.go_on(step)


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """Five events, applied; those whose rosters are files of their own have receipts."""
    story = Story(tmp_path)
    story.go_on(apply())
    return story


def recalled(story: Story) -> set[str]:
    """The events that a plan reads nothing of."""
    workspace = Workspace(story.folder, ENVIRON, story.clock)
    return {key.external_event_id for key in plan(workspace).recalled}


def test_after_an_apply_every_event_has_a_receipt_but_one_whose_people_stand_among_its_fields(story: Story) -> None:
    assert recalled(story) == {*FORMATS, "empty"}
    assert plan(Workspace(story.folder, ENVIRON, story.clock), reads_all=True).recalled == frozenset()


def test_a_receipt_holds_for_the_very_files_and_fields_and_comes_back_with_them(story: Story) -> None:
    roster = story.folder / "rosters/csv.csv"
    event = story.folder / "events/yaml.yaml"
    written, declared = roster.read_bytes(), event.read_bytes()
    roster.write_bytes(written + b"\n")
    event.write_bytes(declared.replace(b"eventName: yaml", b"eventName: YAML"))
    assert recalled(story) == {"ndjson", "empty"}
    roster.write_bytes(written)
    event.write_bytes(b"# the same\n" + declared)
    assert recalled(story) == {*FORMATS, "empty"}
    event.write_bytes(declared.replace(b"10:00:00Z", b"10:30:00Z", 1))
    assert recalled(story) == {"csv", "ndjson", "empty"}


def test_what_is_applied_next_costs_no_event_that_is_left_alone_its_receipt(story: Story) -> None:
    story.names["empty"] = "Another name"  # nothing but the event itself is sent
    story.write_roster("csv", build_people(4, prefix="csv"))
    story.go_on(lambda _, __: None)
    assert recalled(story) == {"yaml", "ndjson"}
    story.go_on(apply())
    assert recalled(story) == {*FORMATS, "empty"}


def test_who_left_is_told_from_the_receipt(story: Story) -> None:
    story.write_roster("csv", build_people(2, prefix="csv"))
    story.write_roster("yaml", build_people(4, prefix="yaml"))
    story.go_on(apply())
    assert recalled(story) == {*FORMATS, "empty"}
    counts = {
        event.key.external_event_id: (event.people, event.recorded_people, event.left)
        for event in plan(Workspace(story.folder, ENVIRON, story.clock)).plan.events
    }
    assert counts["csv"] == (2, 3, 1)


def test_an_event_that_waits_for_anything_has_no_receipt(story: Story) -> None:
    story.lines["csv"] = ["complete: true"]  # nobody says yes to it
    story.write_roster("yaml", [{"email": "eva@example.com", "registered": "2026-09-01T10:00:00Z"}])  # not due yet
    story.write_roster("ndjson", build_people(9, prefix="new"))
    story.faults = ("attendance: reject every 4",)
    story.go_on(apply())
    assert recalled(story) == {"empty"}
    story.faults = ()
    story.go_on(apply(completes=True))
    assert recalled(story) == {"csv", "ndjson", "empty"}


def test_a_receipt_of_another_version_is_none(story: Story) -> None:
    with closing(sqlite3.connect(story.folder / "state/hubevents.db")) as state, state:
        state.execute("UPDATE event_receipt SET digest = 'of another version'")
    assert recalled(story) == set()
    story.go_on(lambda _, __: None)


def test_of_a_recalled_event_nothing_is_read_but_the_bytes_of_its_roster(story: Story) -> None:
    with closing(sqlite3.connect(story.folder / "state/hubevents.db")) as state, state:
        state.execute("DELETE FROM participation")
        state.execute("DELETE FROM roster_index")
    workspace = Workspace(story.folder, ENVIRON, story.clock)
    events = {event.key.external_event_id: event for event in plan(workspace).plan.events}
    assert [events[kind].recorded_people for kind in FORMATS] == [3, 3, 3]
