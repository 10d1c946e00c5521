"""Rosters that change between the yes to a plan and their event's turn: nothing is sent that was not shown."""

import json

import pytest

from hubevents_sync.engine.applying.apply import ApplyResult
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import PlanMismatch
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.sandbox.server import RunningSandbox
from tests.apply_quietly import apply_quietly
from tests.end_to_end.conftest import SharedClock
from tests.projects import ProjectFolder, build_people

PEOPLE = build_people(3)


def apply_while(project: ProjectFolder, clock: SharedClock, text: str, *, name: str = "gala.csv") -> ApplyResult:
    """Apply a project of one event whose roster holds *text* once the plan was shown."""
    project.write_event("gala", roster=name)
    project.write_roster(name, PEOPLE)
    workspace = Workspace(project.path, {"HUBSPOT_ACCESS_TOKEN": "pat-test-0000"}, clock)
    return apply_quietly(workspace, meanwhile=lambda: project.write(f"rosters/{name}", text))


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
