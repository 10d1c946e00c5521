"""A webhook is told how an apply ended and what is due: signed, of nobody's data, and never at the run's expense."""

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from hubevents_sync.resources import schemas_directory
from hubevents_sync.sandbox.server import RunningSandbox
from tests.end_to_end.conftest import Run
from tests.projects import ProjectFolder, build_people
from tests.webhooks import Receiver, receiving

ROOT = Path(__file__).parents[2]
SECRET = "planted-secret-0123456789"
EMAIL, NAME, VALUE = "planted.person@secret-domain.example", "Plantedfirstname", "planted-property-value"


@pytest.fixture(autouse=True)
def pipeline(monkeypatch: pytest.MonkeyPatch) -> None:
    """The secret, and what a pipeline tells of itself."""
    monkeypatch.setenv("HUBEVENTS_WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("GITHUB_SHA", "9b2c1d0")
    monkeypatch.setenv("CI_JOB_URL", "https://ci.example/run/17")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """One that takes everything."""
    with receiving(204) as running:
        yield running


def watch(project: ProjectFolder, server: RunningSandbox, url: str, *more: str) -> None:
    """A project that tells *url*."""
    lines = ["webhook:", f"  url: '{url}'", "  secret: ${HUBEVENTS_WEBHOOK_SECRET}", *(f"  {line}" for line in more)]
    project.write_settings(*lines, base_url=server.base_url)


def read(receiver: Receiver) -> list[Any]:
    """What was told, each by the schema."""
    schema = json.loads((schemas_directory() / "webhook.schema.json").read_text(encoding="utf-8"))
    told = [json.loads(received.body) for received in receiver.received]
    for document in told:
        Draft202012Validator(schema, format_checker=FormatChecker()).validate(document)
    return told


def types(receiver: Receiver) -> list[str]:
    return [document["type"] for document in read(receiver)]


def test_an_apply_that_did_all_is_finished(
    project: ProjectFolder, run: Run, server: RunningSandbox, receiver: Receiver
) -> None:
    watch(project, server, receiver.url)
    project.write_event("gala", roster="gala.csv")
    project.write_roster("gala.csv", build_people(3))
    applied = run("apply", "--auto-approve", "--format", "json")
    assert (applied.code, applied.err.count("warning")) == (0, 0)
    report = json.loads(applied.out)["run"]
    (told,) = read(receiver)
    assert (told["type"], told["id"]) == ("finished", f"run-{report['id']}")
    data = told["data"]
    assert (data["plan_digest"], data["environment"], data["portal"]) == (report["plan_digest"], None, None)
    assert (data["waiting_completions"], data["next_due_at"]) == ([], None)
    assert {name: data["run"][name] for name in ("exit_code", "events_upserted", "commit", "ci_url")} == {
        "exit_code": 0,
        "events_upserted": 1,
        "commit": "9b2c1d0",
        "ci_url": "https://ci.example/run/17",
    }
    assert data["run"]["rows"]["confirmed"] == 3
    assert run("apply", "--auto-approve").code == 0  # nothing was due: no run, and nobody is told
    assert len(receiver.received) == 1


def test_a_run_that_waits_for_a_yes_or_lost_rows_is_partial(
    project: ProjectFolder, run: Run, server: RunningSandbox, receiver: Receiver
) -> None:
    watch(project, server, receiver.url)
    project.write_event("gala", "complete: true", roster="gala.csv")
    project.write_roster("gala.csv", build_people(3))
    assert run("apply", "--auto-approve").code == 6
    server.faults.add("attendance: reject always")
    project.write_roster("gala.csv", build_people(4))
    assert run("apply", "--auto-approve").code == 3
    first, second = read(receiver)
    waiting = [{"externalAccountId": "CookingCo", "externalEventId": "gala", "needs_approval": True}]
    assert (first["type"], first["data"]["run"]["status"]) == ("partial", "refused")
    assert first["data"]["waiting_completions"] == waiting
    assert (second["type"], second["data"]["run"]["rows"]["rejected"]) == ("partial", 1)


def test_what_falls_due_next_is_told(
    project: ProjectFolder, run: Run, server: RunningSandbox, receiver: Receiver
) -> None:
    watch(project, server, receiver.url)
    project.write_event("gala", "complete: {not_before: 2100-01-01T12:00:00Z}")
    assert run("apply", "--auto-approve").code == 0
    (told,) = read(receiver)
    assert told["data"]["next_due_at"] == "2100-01-01T12:00:00Z"


def test_the_check_of_the_documentation_takes_our_message_and_no_other(
    project: ProjectFolder, run: Run, server: RunningSandbox, receiver: Receiver
) -> None:
    page = ROOT / "docs" / "webhook.md"
    if not page.exists():
        pytest.skip("reads the documents of the checkout, which is out of reach here")
    found = re.search(r"<!-- verify:[^\n]*-->\n```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    names: dict[str, Any] = {}
    exec(found[1], names)  # noqa: S102  it is our own page
    is_ours: Callable[..., bool] = names["is_ours"]
    watch(project, server, receiver.url)
    project.write_event("gala")
    assert run("apply", "--auto-approve").code == 0
    (received,) = receiver.received
    assert is_ours(received.headers, received.body, SECRET)
    assert not is_ours(received.headers, received.body + b" ", SECRET)
    assert not is_ours(received.headers, received.body, "another")
    assert not is_ours({**received.headers, "webhook-id": "run-2"}, received.body, SECRET)
    assert not is_ours(received.headers, received.body, SECRET, now=lambda: time.time() + 301)


def test_only_the_occasions_that_are_asked_for_are_told(
    project: ProjectFolder, run: Run, server: RunningSandbox, receiver: Receiver
) -> None:
    watch(project, server, receiver.url, "events: [partial]")
    project.write_event("gala")
    assert run("apply", "--auto-approve").code == 0
    assert receiver.received == []


@pytest.mark.parametrize(
    ("status", "reason"), [(410, "it answered 410"), (307, "it answered 307, a redirect, which is not followed")]
)
def test_a_webhook_that_fails_is_a_warning_and_the_run_ends_as_it_did(
    project: ProjectFolder, run: Run, server: RunningSandbox, status: int, reason: str
) -> None:
    with receiving(status) as receiver:
        watch(project, server, f"{receiver.url}/planted-path")
        project.write_event("gala")
        applied = run("apply", "--auto-approve")
    assert applied.code == 0
    assert f"warning: the webhook at 127.0.0.1 was not told of this (finished): {reason}\n" in applied.err
    assert "planted" not in applied.err + applied.out


@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        (None, "the environment variable HUBEVENTS_WEBHOOK_SECRET is not set"),
        ("", "webhook.secret is empty"),
        ("whsec_!", "webhook.secret: what follows whsec_ is no base 64"),
    ],
)
def test_a_secret_that_is_missing_or_none_is_a_warning_after_the_run(  # noqa: PLR0917  pytest passes them by name
    project: ProjectFolder,
    run: Run,
    server: RunningSandbox,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    secret: str | None,
    reason: str,
) -> None:
    monkeypatch.delenv("HUBEVENTS_WEBHOOK_SECRET")
    if secret is not None:
        monkeypatch.setenv("HUBEVENTS_WEBHOOK_SECRET", secret)
    watch(project, server, receiver.url)
    project.write_event("gala")
    assert run("plan").code == 0
    applied = run("apply", "--auto-approve")
    assert applied.code == 0
    assert applied.err.endswith(f"warning: the webhook was not told of this (finished): {reason}\n")
    assert receiver.received == []


def test_an_address_in_a_variable_is_checked_before_it_is_called(
    project: ProjectFolder, run: Run, server: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK", "http://ops.example/planted")
    watch(project, server, "${HOOK}")
    project.write_event("gala")
    applied = run("apply", "--auto-approve")
    assert applied.code == 0
    assert "the webhook's url is http to ops.example: what a run did would cross in the clear" in applied.err
    assert "planted" not in applied.err


def test_a_rehearsal_tells_this_machine_only(
    project: ProjectFolder, run: Run, server: RunningSandbox, receiver: Receiver
) -> None:
    watch(project, server, "https://ops.invalid/hook")
    project.write_event("gala")
    applied = run("apply", "--sandbox", "--auto-approve")
    assert (applied.code, "webhook" in applied.err) == (0, False)
    watch(project, server, receiver.url)
    project.write_event("gala", name="Another name")
    assert run("apply", "--sandbox", "--auto-approve").code == 0
    assert types(receiver) == ["finished"]


def test_no_message_holds_an_attendees_data_or_a_secret_whatever_hubspot_says(
    project: ProjectFolder, run: Run, server: RunningSandbox, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "pat-planted-0123456789")
    watch(project, server, receiver.url)
    project.write_event("gala", roster="gala.csv")
    row = f"{EMAIL},2026-03-01T10:00:00Z,{NAME}{VALUE}"
    project.write("rosters/gala.csv", f"email,registered,contact.firstname\n{row}\n")
    assert run("due", "--notify").code == 0
    server.faults.add("attendance: reject once")
    codes = [run("apply", "--auto-approve").code, run("apply", "--auto-approve").code]
    assert (codes, types(receiver)) == ([3, 0], ["due", "partial", "finished"])
    sent = b"".join(received.body + repr(received.headers).encode() for received in receiver.received).decode()
    planted = (EMAIL, "planted.person", "secret-domain", NAME, VALUE, SECRET, "pat-planted")
    assert [text for text in planted if text.casefold() in sent.casefold()] == []
    state = (project.path / "state" / "hubevents.db").read_bytes()
    assert (SECRET.encode() in state, receiver.url.encode() in state) == (False, False)
