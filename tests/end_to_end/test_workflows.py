"""The example workflows, run: a pull request is planned, reviewed, merged and applied, exactly as it was reviewed."""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hubevents_sync.cli.main import COMMANDS
from hubevents_sync.sandbox.server import RunningSandbox
from tests.forge_stand_in import FORK_TOKEN, REPOSITORY, WORKFLOW_TOKEN, running_stand_in
from tests.projects import ProjectFolder
from tests.team import Team
from tests.workflow_runner import ROOT, Event, JobRun, Runner

EXAMPLES = ROOT / "examples" / "github-actions"
TOKEN = "pat-planted-0123456789"

pytestmark = [
    pytest.mark.skipif(
        not (ROOT / "action.yml").is_file(), reason="runs the checkout's action, which is out of reach here"
    ),
    pytest.mark.skipif(
        not (ROOT / "examples/state-branch/pull-state.sh").is_file(), reason="needs the scripts of the state branch"
    ),
    pytest.mark.skipif(not (shutil.which("git") and shutil.which("bash")), reason="needs git and bash"),
    pytest.mark.slow,
    pytest.mark.timeout(600),
]


@dataclass
class Pipelines:
    """The team, and GitHub's machines."""

    team: Team
    runner: Runner

    def plan(self, number: int, *, head: str = REPOSITORY) -> dict[str, JobRun]:
        """Push the desk, and run plan.yml."""
        self.team.push()
        commit = self.team.try_merge(number)
        payload = self.team.describe_request(number, head=head)
        event = Event("pull_request", f"refs/pull/{number}/merge", commit, payload)
        return self.runner.run(EXAMPLES / "plan.yml", event)

    def apply(self, commit: str, name: str = "push", **inputs: str) -> dict[str, JobRun]:
        """Run apply.yml."""
        return self.runner.run(EXAMPLES / "apply.yml", Event(name, "refs/heads/main", commit, inputs=inputs))


@pytest.fixture
def pipelines(tmp_path: Path, project: ProjectFolder) -> Iterator[Pipelines]:
    """A repository with no event on main, and nothing applied."""
    with running_stand_in() as forge:
        team = Team(project, tmp_path / "forge.git", forge)
        team.begin()
        secrets = {"HUBSPOT_ACCESS_TOKEN": TOKEN}
        quiet = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
        machines = tmp_path / "machines"
        yield Pipelines(team, Runner(machines, team.bare, forge.base_url, REPOSITORY, secrets, WORKFLOW_TOKEN, quiet))


def sent(server: RunningSandbox) -> Counter[str]:
    """How many rows each event has at HubSpot."""
    return Counter(str(row["external_event_id"]) for row in server.account.participations if not row["derived"])


def results(jobs: dict[str, JobRun]) -> dict[str, str]:
    return {name: job.result for name, job in jobs.items()}


def test_a_pull_request_from_its_opening_to_the_second_run_that_finds_nothing(
    pipelines: Pipelines, server: RunningSandbox
) -> None:
    """Opened, changed twice, merged, applied, completed, and once more."""
    pipelines.team.write_event("gala", 3)
    opened = pipelines.plan(12)
    assert results(opened) == {"plan": "success", "fork": "skipped"}, opened["plan"].said
    (note,) = pipelines.team.forge.notes
    first = note.body
    assert (note.number, note.author, note.edits) == (12, "github-actions[bot]", 0)
    assert opened["plan"].summary == first
    page, saved = opened["plan"].artifacts["plan"]
    assert (page[:15], saved[:1]) == ("<!doctype html>", "{")

    pipelines.team.write_event("gala", 5)
    assert results(pipelines.plan(12))["plan"] == "success"
    second = note.body
    pipelines.team.write_event("gala", 5, completes=True)
    assert results(pipelines.plan(12))["plan"] == "success"
    assert (len(pipelines.team.forge.notes), note.edits, len({first, second, note.body})) == (1, 2, 3)
    assert server.requests() == []
    assert pipelines.team.list_states() == []

    commit = pipelines.team.merge(12)
    applied = pipelines.apply(commit)
    assert results(applied) == {"apply": "success", "complete": "success"}, applied["apply"].said
    assert applied["apply"].outputs == {"waiting": "1"}
    assert (applied["apply"].environment, applied["complete"].environment) == ("hubspot", "hubspot-completions")
    assert f"digest={note.body.split('digest=')[1][:64]}\npull-request=12\n" in applied["apply"].said
    assert sent(server) == {"gala": 5}
    assert [event["completed"] for event in server.account.events] == [True]
    assert len(pipelines.team.list_states()) == 2

    asked = len(server.requests())
    again = pipelines.apply(commit)
    assert results(again) == {"apply": "success", "complete": "skipped"}
    assert [step.name for step in again["apply"].steps] == ["Validate", "Fetch the state", "Plan"]
    assert (len(server.requests()), len(pipelines.team.list_states())) == (asked, 2)
    assert results(pipelines.plan(12))["plan"] == "success"
    assert "Nothing to do" in note.body or "No changes" in note.body, note.body


def test_nothing_of_a_person_and_no_token_is_in_comments_summaries_logs_and_artifacts(pipelines: Pipelines) -> None:
    pipelines.team.write_event("gala", 3)
    jobs = pipelines.plan(12)
    jobs |= pipelines.apply(pipelines.team.merge(12))
    assert jobs["apply"].result == "success"
    texts = [note.body for note in pipelines.team.forge.notes]
    for job in jobs.values():
        texts += [job.said, job.summary, *job.outputs.values()]
        texts += [text for artifact in job.artifacts.values() for text in artifact]
    for text in texts:
        for planted in ("planted.example", TOKEN, WORKFLOW_TOKEN):
            assert planted not in text
    for step in jobs["plan"].steps:
        assert TOKEN not in step.environ.values(), step.name


def test_a_fork_gets_no_secret_and_no_comment_and_its_plan_is_in_the_summary(
    pipelines: Pipelines, server: RunningSandbox
) -> None:
    pipelines.team.write_event("gala", 3)
    pipelines.runner.token, pipelines.runner.secrets = FORK_TOKEN, {}
    jobs = pipelines.plan(12, head="stranger/events")
    assert results(jobs) == {"plan": "skipped", "fork": "success"}, jobs["fork"].said
    assert jobs["fork"].summary.startswith("<!-- hubevents-sync plan environment= digest=")
    assert "gala" in jobs["fork"].summary
    assert pipelines.team.forge.notes == []
    assert [request for request in pipelines.team.forge.requests if not request.startswith("GET")] == []
    assert server.requests() == []


EDITS = {
    "missing": lambda body: body[:0],
    "cut": lambda body: body.replace("cut=false", "cut=true"),
    "tampered": lambda body: body.replace(body.split("digest=")[1][:64], "0" * 64, 1),
    "of another plan": lambda body: body.replace(body.split("digest=")[1][:64], "0" * 64),
    "somebody else's": lambda body: body,
}


@pytest.mark.parametrize("case", EDITS)
def test_what_was_not_reviewed_is_not_applied(pipelines: Pipelines, server: RunningSandbox, case: str) -> None:
    pipelines.team.write_event("gala", 3, completes=True)
    pipelines.plan(12)
    (note,) = pipelines.team.forge.notes
    note.body = EDITS[case](note.body)
    note.author = "mallory" if case == "somebody else's" else note.author
    jobs = pipelines.apply(pipelines.team.merge(12))
    assert results(jobs) == {"apply": "failure", "complete": "skipped"}
    refused = jobs["apply"].step("Apply" if case == "of another plan" else "Find what was reviewed")
    assert refused.code == 4, refused.err
    assert "nothing was sent" in refused.err
    assert server.requests() == []
    assert "<p>Digest <code>" in jobs["apply"].summary


def test_a_plan_that_was_looked_at_elsewhere_is_applied_by_hand_with_its_digest(
    pipelines: Pipelines, server: RunningSandbox
) -> None:
    """A cut comment approves nothing: the digest is given by hand, and completions are named."""
    pipelines.team.write_event("gala", 3, completes=True)
    pipelines.plan(12)
    (note,) = pipelines.team.forge.notes
    digest = note.body.split("digest=")[1][:64]
    note.body = note.body.replace("cut=false", "cut=true")
    commit = pipelines.team.merge(12)
    jobs = pipelines.apply(commit, "workflow_dispatch", digest=digest)
    assert results(jobs) == {"apply": "success", "complete": "failure"}
    assert jobs["complete"].step("Find what was reviewed").code == 4
    jobs = pipelines.apply(commit, "workflow_dispatch", digest=digest, approve="complete:gala")
    assert results(jobs) == {"apply": "success", "complete": "success"}, jobs["complete"].said
    assert sent(server) == {"gala": 3}
    assert [event["completed"] for event in server.account.events] == [True]


def test_the_state_is_pushed_when_the_apply_failed_and_the_next_run_goes_on(
    pipelines: Pipelines, server: RunningSandbox
) -> None:
    pipelines.team.write_event("gala", 3)
    pipelines.plan(12)
    server.faults.add("attendance: reject always")
    commit = pipelines.team.merge(12)
    jobs = pipelines.apply(commit)
    assert results(jobs) == {"apply": "failure", "complete": "skipped"}
    assert jobs["apply"].step("Apply").code == 3
    assert jobs["apply"].step("Push the state").code == 0
    assert len(pipelines.team.list_states()) == 1
    report, rejects = jobs["apply"].artifacts["apply"]
    assert (report[:1], rejects.count("rosters/gala.csv,")) == ("{", 3)


def test_a_plan_over_a_limit_is_commented_on_and_fails_the_check(pipelines: Pipelines) -> None:
    pipelines.team.desk.write(
        "hubevents.yaml", (pipelines.team.desk.path / "hubevents.yaml").read_text() + "limits: {contacts_created: 2}\n"
    )
    pipelines.team.write_event("gala", 3)
    jobs = pipelines.plan(12)
    assert jobs["plan"].result == "failure"
    assert jobs["plan"].step("Plan").code == 6
    assert jobs["plan"].step("Comment").code == 0
    assert len(pipelines.team.forge.notes) == 1


def test_findings_are_annotations_and_end_the_check_before_any_plan(pipelines: Pipelines) -> None:
    pipelines.team.write_event("gala", 3)
    pipelines.team.desk.write("events/broken.yaml", "events:\n  - externalEventId: broken\n    eventNam: x\n")
    jobs = pipelines.plan(12)
    assert jobs["plan"].result == "failure"
    assert [step.name for step in jobs["plan"].steps] == ["Validate"]
    assert "\n::error file=events/broken.yaml,line=3,col=5,title=unknown-field::" in jobs["plan"].step("Validate").out
    assert pipelines.team.forge.notes == []


@pytest.mark.skipif(not {"drift", "due"} <= set(COMMANDS), reason="needs the commands drift and due")
def test_the_schedule_looks_for_drift_and_applies_what_was_reviewed(
    pipelines: Pipelines, server: RunningSandbox
) -> None:
    """The second pull request was merged while no runner was to be had: the next morning makes good for it."""
    pipelines.team.write_event("gala", 3)
    pipelines.plan(12)
    assert results(pipelines.apply(pipelines.team.merge(12)))["apply"] == "success"
    pipelines.team.write_event("ball", 2, completes=True)
    pipelines.plan(13)
    commit = pipelines.team.merge(13)
    morning = Event("schedule", "refs/heads/main", commit)
    jobs = pipelines.runner.run(EXAMPLES / "cron.yml", morning)
    assert results(jobs) == {"drift": "success", "due/apply": "success", "due/complete": "success"}, jobs["drift"].said
    assert sent(server) == {"gala": 3, "ball": 2}
    jobs = pipelines.runner.run(EXAMPLES / "cron.yml", morning)
    assert results(jobs) == {"drift": "success", "due/apply": "success", "due/complete": "skipped"}
