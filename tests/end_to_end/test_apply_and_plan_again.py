"""From files to HubSpot and back to an empty plan: over real HTTP, with a real state, through the command line."""

import json
from collections import Counter

from hubevents_sync.sandbox.server import RunningSandbox
from tests.end_to_end.conftest import Run
from tests.projects import ProjectFolder, build_people, hash_tree

FORMATS = ("yaml", "csv", "ndjson")
WRITES = ("POST", "PUT", "PATCH", "DELETE")


def write_three_events(project: ProjectFolder, *, people: int = 250) -> None:
    """Three events, each with a roster of another format."""
    for kind in FORMATS:
        project.write_event(f"class-{kind}", roster=f"{kind}.{kind}")
        project.write_roster(f"{kind}.{kind}", build_people(people, prefix=f"{kind}-"))


def test_three_events_of_250_people_take_ten_requests_and_then_none(
    project: ProjectFolder, run: Run, server: RunningSandbox
) -> None:
    write_three_events(project)
    applied = run("apply", "--auto-approve")
    assert applied.code == 0, applied.err
    assert "750 rows: 750 confirmed" in applied.out
    asked = Counter((request.method, request.path.rsplit("/", 1)[-1]) for request in server.requests())
    assert asked == {("POST", "upsert"): 1, ("POST", "email-create"): 9}

    planned = run("plan", "--detailed-exitcode")
    assert (planned.code, planned.err) == (0, "")
    assert planned.out == "Nothing to do: 3 events and 750 people compared, all as recorded.\n"
    assert run("apply", "--auto-approve").code == 0
    assert len(server.requests()) == 10


def test_one_changed_field_sends_one_request(project: ProjectFolder, run: Run, server: RunningSandbox) -> None:
    write_three_events(project, people=3)
    assert run("apply", "--auto-approve").code == 0
    before = len(server.requests())
    project.write_event("class-csv", roster="csv.csv", name="Another name")
    planned = run("plan", "--detailed-exitcode")
    assert planned.code == 2
    assert '~ eventName  "class-csv" → "Another name"' in planned.out
    assert run("apply", "--auto-approve").code == 0
    (request,) = server.requests()[before:]
    assert (request.method, request.path) == ("POST", "/marketing/v3/marketing-events/events/upsert")


def test_a_new_row_sends_that_row_alone(project: ProjectFolder, run: Run, server: RunningSandbox) -> None:
    write_three_events(project, people=3)
    assert run("apply", "--auto-approve").code == 0
    before = len(server.requests())
    project.write_roster("csv.csv", [*build_people(3, prefix="csv-"), *build_people(1, prefix="late-")])
    assert run("apply", "--auto-approve").code == 0
    (request,) = server.requests()[before:]
    assert [row["email"] for row in json.loads(request.request_body)["inputs"]] == ["late-0@example.com"]


def test_plan_changes_no_byte_and_sends_no_request(project: ProjectFolder, run: Run, server: RunningSandbox) -> None:
    write_three_events(project, people=5)
    before = hash_tree(project.path)
    assert run("plan").code == 0
    assert run("plan", "--format", "json").code == 0
    assert run("plan", "--sandbox").code == 0
    assert hash_tree(project.path) == before
    assert run("apply", "--auto-approve").code == 0
    project.write_event("class-csv", roster="csv.csv", name="Another name")
    applied, asked = hash_tree(project.path), len(server.requests())
    assert run("plan").code == 0
    assert run("state", "list").code == 0
    assert run("runs", "list").code == 0
    assert hash_tree(project.path) == applied
    assert len(server.requests()) == asked


def test_the_digest_is_the_same_before_and_while_the_first_apply_makes_the_state(
    project: ProjectFolder, run: Run
) -> None:
    write_three_events(project, people=3)
    planned = json.loads(run("plan", "--format", "json").out)
    report = json.loads(run("apply", "--auto-approve", "--format", "json").out)
    assert report["run"]["plan_digest"] == planned["digest"]
    assert report["run"]["status"] == "done"


def test_the_sandbox_flag_has_a_state_and_an_account_of_its_own(
    project: ProjectFolder, run: Run, server: RunningSandbox
) -> None:
    write_three_events(project, people=2)
    assert run("apply", "--sandbox", "--auto-approve").code == 0
    assert server.requests() == []
    state = sorted(path.name for path in (project.path / "state").iterdir())
    assert state == ["sandbox-account.db", "sandbox.db"]
    assert run("plan", "--sandbox", "--detailed-exitcode").code == 0
    assert run("plan", "--detailed-exitcode").code == 2


def test_each_environment_has_a_sandbox_of_its_own(project: ProjectFolder, run: Run, server: RunningSandbox) -> None:
    project.write_settings("environments: {staging: {account: Staging}}", base_url=server.base_url)
    write_three_events(project, people=2)
    assert run("apply", "--sandbox", "--auto-approve").code == 0
    assert run("--env", "staging", "plan", "--sandbox", "--detailed-exitcode").code == 2
    assert run("--env", "staging", "apply", "--sandbox", "--auto-approve").code == 0
    assert run("--env", "staging", "plan", "--sandbox", "--detailed-exitcode").code == 0
    assert run("plan", "--sandbox", "--detailed-exitcode").code == 0


def test_a_state_that_is_out_of_reach_is_named_without_its_password(project: ProjectFolder, run: Run) -> None:
    project.write_settings("state: postgresql://ana:secret@127.0.0.1:1/hubevents")
    write_three_events(project, people=1)
    for command in (("plan",), ("apply", "--auto-approve"), ("state", "list")):
        refused = run(*command)
        assert refused.code == 1
        assert "the state postgresql://ana@127.0.0.1:1/hubevents?schema=hubevents can't be reached" in refused.err
        assert "secret" not in refused.err + refused.out
    assert sorted(path.name for path in project.path.iterdir()) == ["events", "hubevents.yaml", "rosters"]
