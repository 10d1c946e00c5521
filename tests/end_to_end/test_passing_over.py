"""Passing over what HubSpot has as it stands changes no plan, whatever became of the rows, and reads nothing twice."""

import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubevents_sync.engine.planning.effort import Effort
from hubevents_sync.engine.planning.plan import plan_project
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.render.plan_json import render_plan_json
from hubevents_sync.sandbox.server import running_sandbox
from tests.apply_quietly import apply_quietly
from tests.end_to_end.test_properties import StoppedClock
from tests.projects import ProjectFolder, build_people

FORMATS = ("yaml", "csv", "ndjson")
LATER = "2026-09-01T10:00:00Z"  # not due yet


@st.composite
def rosters(draw: st.DrawFn, *, is_flat: bool) -> list[dict[str, Any]]:
    """Who is on a roster; *is_flat*: as CSV can say it."""
    people: list[dict[str, Any]] = []
    for number in draw(st.lists(st.integers(0, 9), unique=True, min_size=1, max_size=7)):
        entry: dict[str, Any] = {"email": f"p{number}@example.com"}
        days = sorted(draw(st.lists(st.integers(1, 9), unique=True, min_size=1, max_size=2)))
        entry["registered"] = f"2026-04-{days[0]:02}T09:00:00Z"
        if draw(st.integers(0, 3)) == 0:
            entry["cancelled"] = draw(st.sampled_from([f"2026-04-{days[-1] + 10}T09:00:00Z", LATER]))
        if not is_flat and draw(st.integers(0, 4)) == 0:
            entry["registered"] = [entry["registered"], "2026-04-28T09:00:00Z"]
        people.append(entry)
    return people


@st.composite
def versions(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A project as it is at one time after another: rosters of three formats, policies, and what HubSpot does."""
    return [
        {
            "rosters": {kind: draw(rosters(is_flat=kind == "csv")) for kind in FORMATS},
            "removals": draw(st.sampled_from(["keep", "cancel"])),
            "inline": draw(st.booleans()),
            "fault": draw(st.sampled_from([None, None, "attendance: drop every 3", "attendance: reject every 4"])),
            "is_retry": draw(st.integers(0, 5)) == 0,
        }
        for _ in range(draw(st.integers(2, 4)))
    ]


def write(folder: Path, version: dict[str, Any], *, base_url: str) -> None:
    project = ProjectFolder(folder)
    project.write_settings("limits: {removals: 100%}", base_url=base_url)
    for kind, people in version["rosters"].items():
        project.write_roster(f"{kind}.{kind}", people)
        project.write_event(kind, f"removals: {version['removals']}", roster=f"{kind}.{kind}")
    inline = "[{email: in@example.com, registered: 2026-04-01T09:00:00Z}]" if version["inline"] else "[]"
    project.write_event("inline", f"attendees: {inline}")


def plan(workspace: Workspace, *, reads_all: bool) -> str:
    return render_plan_json(plan_project(workspace, effort=Effort(1, reads_all=reads_all)).plan)


@pytest.mark.slow
@pytest.mark.timeout(400)
@settings(max_examples=12, deadline=None)
@given(versions())
def test_a_plan_is_the_same_whether_what_is_known_is_passed_over_or_read(project: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for version in project:
            faults = [version["fault"]] if version["fault"] else []
            with running_sandbox(data=folder / "account.db", faults=faults) as server:
                write(folder, version, base_url=server.base_url)
                workspace = Workspace(folder, {"HUBSPOT_ACCESS_TOKEN": "t"}, StoppedClock())
                assert plan(workspace, reads_all=False) == plan(workspace, reads_all=True)
                if version["is_retry"]:
                    apply_quietly(workspace, is_retry=True)
                apply_quietly(workspace)
                assert plan(workspace, reads_all=False) == plan(workspace, reads_all=True)


@pytest.fixture
def applied(tmp_path: Path) -> Workspace:
    """Three events of 20 people each, all of it at HubSpot."""
    project = ProjectFolder(tmp_path)
    with running_sandbox(data=tmp_path / "account.db") as server:
        project.write_settings(base_url=server.base_url)
        for kind in FORMATS:
            project.write_roster(f"{kind}.{kind}", build_people(20, prefix=kind))
            project.write_event(kind, roster=f"{kind}.{kind}")
        workspace = Workspace(tmp_path, {"HUBSPOT_ACCESS_TOKEN": "t"}, StoppedClock())
        assert apply_quietly(workspace).report is not None
    return workspace


def change(workspace: Workspace, kind: str, before: str, after: str) -> None:
    file = workspace.directory / f"rosters/{kind}.{kind}"
    assert before in file.read_text()
    file.write_text(file.read_text().replace(before, after))


def unread(workspace: Workspace) -> Sequence[int]:
    """How many people of each event are passed over, by what is on record of their entries."""
    from hubevents_sync.engine.desired.reading import read_manifest
    from hubevents_sync.engine.desired.rosters import read_rosters
    from hubevents_sync.manifest.findings import FindingCollector
    from hubevents_sync.state.store import open_for_reading

    manifest = read_manifest(workspace, findings := FindingCollector())
    state = open_for_reading(workspace.directory / "state/hubevents.db", environ={})
    assert state is not None
    with state:
        return [
            read_rosters(
                declaration,
                manifest.project,
                identity=state.identity,
                findings=findings,
                index=state.read_roster_index(declaration.event.key),
            ).passed
            for declaration in manifest.declarations
        ]


def test_after_an_apply_every_entry_is_passed_over_and_the_next_change_costs_one_entry(applied: Workspace) -> None:
    assert unread(applied) == [20, 20, 20]
    for kind in FORMATS:
        change(applied, kind, f"{kind}7@example.com", "eva@example.com")
    assert unread(applied) == [19, 19, 19]


@pytest.mark.parametrize("kind", FORMATS)
def test_an_unchanged_roster_is_not_opened_for_its_entries(applied: Workspace, kind: str) -> None:
    file = applied.directory / f"rosters/{kind}.{kind}"
    file.write_bytes(file.read_bytes())  # the same bytes, another time
    assert plan_project(applied).plan.is_empty
    assert unread(applied) == [20, 20, 20]


@pytest.mark.parametrize(
    "line", ["startDateTime: 2026-05-01T10:30:00Z", "startDateTime: 2026-05-01T10:00:00Z\n    removals: cancel"]
)
def test_what_changes_an_entrys_meaning_has_it_read_again_and_nothing_else_does(applied: Workspace, line: str) -> None:
    file = applied.directory / "events/csv.yaml"
    file.write_text(file.read_text().replace("startDateTime: 2026-05-01T10:00:00Z", line))
    assert unread(applied) == [0 if "10:30" in line else 20, 20, 20]
    assert len(plan_project(applied).plan.events) == 3


def test_an_apply_makes_up_for_what_is_not_known_of_the_events_that_it_leaves_alone(applied: Workspace) -> None:
    with closing(sqlite3.connect(applied.directory / "state/hubevents.db")) as state, state:
        state.execute("UPDATE roster_index SET fingerprint = 'of another version'")
        state.execute("UPDATE event_receipt SET digest = 'of another version'")
    assert unread(applied) == [0, 0, 0]
    change(applied, "csv", "csv7@example.com", "eva@example.com")
    with running_sandbox(data=applied.directory / "account.db") as server:
        settings_file = applied.directory / "hubevents.yaml"
        settings_file.write_text(f"version: 1\naccount: CookingCo\nhubspot:\n  base_url: {server.base_url}\n")
        assert apply_quietly(applied).report is not None
    assert unread(applied) == [20, 20, 20]
    assert [event.rows_ready for event in plan_project(applied).plan.events] == [0, 0, 0]


def test_somebody_who_stands_twice_is_found_though_the_first_place_is_not_read(applied: Workspace) -> None:
    from hubevents_sync.manifest.findings import InvalidFiles

    change(applied, "csv", "csv7@example.com", "CSV3@example.com")
    with pytest.raises(InvalidFiles) as caught:
        plan_project(applied)
    (finding,) = caught.value.findings
    assert (str(finding.position), finding.rule) == ("rosters/csv.csv:9:1", "same-person-twice")
    assert "rosters/csv.csv:5:1" in finding.message


def test_who_left_is_counted_by_every_plan_though_the_file_is_passed_over(applied: Workspace) -> None:
    change(applied, "csv", "csv7@example.com,2026-03-01T10:00:00Z\n", "")
    change(applied, "yaml", "yaml7@example.com", "eva@example.com")
    first = plan_project(applied).plan
    assert [(event.left, event.rows_ready) for event in first.events] == [(1, 0), (0, 0), (1, 1)]
    with running_sandbox(data=applied.directory / "account.db") as server:
        settings_file = applied.directory / "hubevents.yaml"
        settings_file.write_text(f"version: 1\naccount: CookingCo\nhubspot:\n  base_url: {server.base_url}\n")
        assert apply_quietly(replace(applied, clock=StoppedClock())).report is not None
    second = plan_project(applied).plan
    assert [(event.left, event.people, event.recorded_people) for event in second.events] == [
        (1, 19, 20),
        (0, 20, 20),
        (1, 20, 21),
    ]
    assert unread(applied) == [19, 20, 20]


def test_an_entry_that_the_dash_before_it_makes_no_yaml_any_more_is_found(applied: Workspace) -> None:
    from hubevents_sync.manifest.findings import InvalidFiles

    change(applied, "yaml", "- email", "  - email")
    indented = applied.directory / "rosters/yaml.yaml"
    indented.write_text(indented.read_text().replace("    registered", "  registered"))
    with pytest.raises(InvalidFiles) as caught:
        plan_project(applied)
    assert [finding.rule for finding in caught.value.findings] == ["yaml-syntax"]


def test_all_that_is_wrong_is_told_though_what_is_right_was_known(applied: Workspace) -> None:
    from hubevents_sync.manifest.findings import InvalidFiles

    change(applied, "csv", "csv7@example.com,2026", "CSV3@example.com,2026-02-30T10:00:00Z\nnobody,2026")
    with pytest.raises(InvalidFiles) as caught:
        plan_project(applied)
    with pytest.raises(InvalidFiles) as told:
        plan_project(applied, effort=Effort(1, reads_all=True))
    assert caught.value.findings == told.value.findings
    assert len(told.value.findings) > 2
