"""Rosters that change between the yes to a plan and their event's turn: nothing is sent that was not shown."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from hubevents_sync.engine.applying.actor import find_actor
from hubevents_sync.engine.applying.apply import ApplyResult
from hubevents_sync.engine.keeping.recorded import reading_state, writing_state
from hubevents_sync.engine.planning.effort import Effort
from hubevents_sync.engine.planning.plan import plan_project
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import PlanMismatch
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.sandbox.server import RunningSandbox
from hubevents_sync.state.identity import Identity
from tests.apply_quietly import apply_quietly
from tests.end_to_end.conftest import SharedClock
from tests.projects import ProjectFolder, build_people

PEOPLE = build_people(3)


def write_gala(project: ProjectFolder, clock: SharedClock, *, name: str = "gala.csv", **environ: str) -> Workspace:
    """A project of one event."""
    project.write_event("gala", roster=name)
    project.write_roster(name, PEOPLE)
    return Workspace(project.path, {"HUBSPOT_ACCESS_TOKEN": "pat-test-0000", **environ}, clock)


def apply_while(project: ProjectFolder, clock: SharedClock, text: str, *, name: str = "gala.csv") -> ApplyResult:
    """Apply a project of one event whose roster holds *text* once the plan was shown."""
    workspace = write_gala(project, clock, name=name)
    return apply_quietly(workspace, meanwhile=lambda: project.write(f"rosters/{name}", text))


def find_identity(workspace: Workspace, result: ApplyResult) -> Identity:
    """Who hashes people in the state."""
    with reading_state(workspace, result.planning.manifest.project) as state:
        assert state is not None
        return state.identity


def sent_emails(server: RunningSandbox) -> list[str]:
    bodies = [request.request_body for request in server.requests() if "/attendance/" in request.path]
    return sorted(entry["email"] for body in bodies for entry in json.loads(body)["inputs"])


def write_csv(*emails: str) -> str:
    rows = "".join(f"{PEOPLE[0]['registered']},{email}\n" for email in emails)
    return f"registered,email\n{rows}"


def test_other_bytes_that_say_the_same_are_what_was_shown(
    project: ProjectFolder, server: RunningSandbox, clock: SharedClock
) -> None:
    emails = [str(person["email"]) for person in PEOPLE]
    result = apply_while(project, clock, write_csv(*reversed(emails)))
    assert result.fault is None
    assert result.report is not None
    assert result.report.run.rows == {Outcome.CONFIRMED: 3}
    assert sent_emails(server) == emails


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (write_csv("person0@example.com", "person1@example.com"), ""),
        (write_csv("person0@example.com", "person1@example.com", "other@example.com"), ""),
        (write_csv("no e-mail"), ": rosters/gala.csv:2:22: "),
    ],
)
def test_other_people_or_a_broken_file_are_refused_and_nothing_of_it_is_sent(
    text: str, what: str, project: ProjectFolder, server: RunningSandbox, clock: SharedClock
) -> None:
    result = apply_while(project, clock, text)
    assert isinstance(result.fault, PlanMismatch)
    assert result.fault.message.startswith(f"the roster of gala changed after the plan was shown{what}")
    assert sent_emails(server) == []


def test_people_are_hashed_and_kept_for_the_state_that_a_first_apply_makes(
    project: ProjectFolder, server: RunningSandbox, clock: SharedClock
) -> None:
    workspace = write_gala(project, clock)
    planned = plan_project(workspace)
    result = apply_quietly(workspace)
    assert (planned.kept, planned.founding) == ({}, None)
    assert (result.planning.plan.digest, result.planning.kept) == (planned.plan.digest, {})
    assert find_identity(workspace, result) == result.planning.founding
    assert sent_emails(server) == [str(person["email"]) for person in PEOPLE]
    assert plan_project(workspace).plan.is_empty


@pytest.mark.parametrize("workers", [1, 2])
def test_a_plan_keeps_what_it_reads_for_an_apply_alone_and_on_this_machine(
    workers: int, project: ProjectFolder, clock: SharedClock
) -> None:
    names = ["gala", "launch", "summit"]
    for name in names:
        project.write_event(name, roster=f"{name}.csv")
        project.write_roster(f"{name}.csv", build_people(3, prefix=name))
    workspace = Workspace(project.path, {}, clock)
    kept = plan_project(workspace, effort=Effort(workers, keeps_rosters=True)).kept
    assert [key.external_event_id for key in kept] == names
    assert plan_project(workspace, effort=Effort(workers)).kept == {}
    with ThreadPoolExecutor(workers) as executor:
        assert plan_project(workspace, effort=Effort(executor=executor, keeps_rosters=True)).kept == {}


def test_a_key_that_was_given_hashes_people_from_the_first_apply_on(
    project: ProjectFolder, server: RunningSandbox, clock: SharedClock
) -> None:
    environ = {"HUBEVENTS_IDENTITY_KEY": "a long and random text"}
    workspace = write_gala(project, clock, **environ)
    result = apply_quietly(workspace)
    assert find_identity(workspace, result) == Identity.from_environment(environ)
    assert len(sent_emails(server)) == len(PEOPLE)
    assert plan_project(workspace).plan.is_empty


def test_a_state_that_somebody_else_made_meanwhile_keeps_its_own_key(
    project: ProjectFolder, server: RunningSandbox, clock: SharedClock
) -> None:
    workspace = write_gala(project, clock)
    made: list[Identity] = []

    def make_state() -> None:
        settings = plan_project(workspace).manifest.project
        with writing_state(workspace, settings, actor=find_actor({}), command="apply", run_id="0000") as state:
            made.append(state.identity)

    result = apply_quietly(workspace, meanwhile=make_state)
    assert [find_identity(workspace, result)] == made != [result.planning.founding]
    assert sent_emails(server) == [str(person["email"]) for person in PEOPLE]
    assert plan_project(workspace).plan.is_empty
