"""``doctor`` and ``auth check`` against the built-in HubSpot, with each fault: the right line and exit code."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from hubevents_sync.engine.examining.doctor import examine
from hubevents_sync.engine.workspace import SystemClock, Workspace
from hubevents_sync.model.checkup import CheckStatus, NamedResult
from hubevents_sync.sandbox.known.access import GRANTED_SCOPES, Granted
from hubevents_sync.sandbox.server import RunningSandbox, running_sandbox
from hubevents_sync.sandbox.switches import Switches
from tests.end_to_end.conftest import Run
from tests.projects import ProjectFolder
from tests.webhooks import receiving

WRITE = "crm.objects.marketing_events.write"


@dataclass(frozen=True)
class Fault:
    """What is wrong, and what is to be said of it."""

    check: str
    status: str
    says: str
    exit_code: int
    spoil: Callable[[ProjectFolder, RunningSandbox], object] = lambda _project, _server: None
    token: str = "pat-right"
    is_of_token: bool = True


def write(*lines: str) -> Callable[[ProjectFolder, RunningSandbox], None]:
    return lambda project, server: project.write_settings(*lines, base_url=server.base_url)


FAULTS = {
    "none": Fault("token", "ok", "of HubSpot account 12345678", 0),
    "wrong_token": Fault("token", "error", "401", 7, token="pat-wrong"),
    "no_token": Fault("token", "error", "the environment variable HUBSPOT_ACCESS_TOKEN is empty", 7, token=""),
    "wrong_portal": Fault(
        "token", "error", "the token belongs to HubSpot account 12345678; the project names 7", 7, write("  portal: 7")
    ),
    "token_with_a_line_break": Fault("token", "error", "a line break at character 4 of 4", 7, token="pat\n"),
    "unknown_property": Fault(
        "custom properties",
        "warning",
        "not defined at HubSpot: room",
        0,
        lambda project, _: project.write_event("other", 'customProperties: {room: "1"}'),
        is_of_token=False,
    ),
    "broken_event": Fault(
        "files",
        "error",
        "an error in events/broken.yaml:1:1",
        1,
        lambda project, _: project.write("events/broken.yaml", "nothing: here\n"),
        is_of_token=False,
    ),
    "stale_schema": Fault(
        "schemas",
        "warning",
        "of another version of hubevents-sync: events.schema.json",
        0,
        lambda project, _: project.write("schemas/events.schema.json", "{}"),
        is_of_token=False,
    ),
    "no_state": Fault(
        "state",
        "error",
        "is not a state",
        1,
        lambda project, _: project.write("state/hubevents.db", "not a database at all, and long enough" * 30),
        is_of_token=False,
    ),
}


def look_at(run: Run, check: str) -> tuple[str, str]:
    """The status and the message of one check."""
    told = json.loads(run("doctor", "--format", "json").out)
    (line,) = [each for each in told["checks"] if each["name"] == check]
    return line["status"], line["message"]


def test_the_webhook_and_the_event_details_endpoint_are_asked_whether_they_are_there(
    project: ProjectFolder, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_SECRET", "planted-hook-secret")
    with running_sandbox() as server, receiving() as receiver:
        project.write_event("cooking")
        project.write_settings(base_url=server.base_url)
        assert look_at(run, "webhook") == ("skipped", "the project has no webhook")
        assert look_at(run, "event details") == ("skipped", "the project has no settings.eventDetailsUrl")
        lines = [
            f"webhook: {{url: '{receiver.url}', secret: '${{HOOK_SECRET}}'}}",
            f"settings: {{appId: 7, eventDetailsUrl: '{server.base_url}/%s'}}",
        ]
        project.write_settings(*lines, base_url=server.base_url)
        assert look_at(run, "webhook") == (
            "ok",
            "somebody answers at 127.0.0.1; whether the secret is right, only a message tells",
        )
        status, message = look_at(run, "event details")
        assert (status, message.startswith("127.0.0.1 answers ")) == ("warning", True)
        assert receiver.received == []
    status, message = look_at(run, "webhook")
    assert status == "warning"
    assert message == "nobody answers at the webhook of 127.0.0.1: it can't be reached (ConnectError)"
    assert "planted-hook-secret" not in run("doctor").out


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_has_its_line_and_its_exit_code(
    project: ProjectFolder, run: Run, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    fault = FAULTS[name]
    with running_sandbox(token="pat-right") as server:
        project.write_settings(base_url=server.base_url)
        project.write_event("cooking")
        fault.spoil(project, server)
        monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", fault.token)
        ended = run("doctor", "--format", "json")
        told = json.loads(ended.out)
        (line,) = [check for check in told["checks"] if check["name"] == fault.check]
        assert (line["status"], fault.says in line["message"]) == (fault.status, True), line
        assert (line["remedy"] is not None) == (fault.status != "ok")
        assert (ended.code, told["exit_code"]) == (fault.exit_code, fault.exit_code)
        text = run("doctor")
        assert text.code == fault.exit_code
        assert f"{fault.status:<7}  {fault.check}" in text.out
        if fault.is_of_token:
            checked = run("auth", "check")
            assert checked.code == fault.exit_code
            assert fault.says in " ".join(f"{checked.err} of HubSpot account 12345678".split())
        assert {request.method for request in server.requests()} <= {"GET", "POST"}
        posts = {request.path for request in server.requests() if request.method == "POST"}
        assert posts <= {"/oauth/v2/private-apps/get/access-token-info"}


def test_a_missing_scope_is_named_by_both(project: ProjectFolder, run: Run) -> None:
    with running_sandbox(switches=Switches({GRANTED_SCOPES.name: Granted.READ})) as server:
        project.write_settings(base_url=server.base_url)
        project.write_event("cooking")
        ended = run("doctor")
        assert ended.code == 7
        assert f"error    scopes             the token lacks the scope {WRITE}" in ended.out
        checked = run("auth", "check")
        assert checked.code == 7
        assert f"scopes missing   {WRITE}" in checked.out
        assert f"error: the token lacks the scope {WRITE}\n" in checked.err
        applied = run("apply", "--auto-approve")
        assert (applied.code, WRITE in applied.err) == (7, True)


class OffClock(SystemClock):
    """This machine's clock, set wrong; its waits take no time."""

    def __init__(self, off_seconds: float) -> None:
        super().__init__()
        self._off_seconds = off_seconds
        self._slept = 0.0

    def now_ms(self) -> int:
        """Wrong."""
        return super().now_ms() + int(self._off_seconds * 1000)

    def monotonic(self) -> float:
        """Goes on by itself and by each wait."""
        return super().monotonic() + self._slept

    def sleep(self, seconds: float) -> None:
        """Be there at once."""
        self._slept += seconds


def look(project: ProjectFolder, off_seconds: float) -> dict[str, NamedResult]:
    environ = {"HUBSPOT_ACCESS_TOKEN": "pat"}
    results = examine(Workspace(Path(project.path), environ, OffClock(off_seconds)))
    return {each.name: each for each in results}


@pytest.mark.parametrize(
    ("off_seconds", "status", "says"),
    [
        (0, CheckStatus.OK, "agrees with HubSpot's"),
        (-20, CheckStatus.OK, "agrees with HubSpot's"),
        (100, CheckStatus.WARNING, "s ahead of HubSpot's"),
        (-100, CheckStatus.WARNING, "s behind HubSpot's"),
        (600, CheckStatus.ERROR, "s ahead of HubSpot's"),
    ],
)
def test_a_clock_that_is_off_is_told_by_hubspots_date(
    project: ProjectFolder, off_seconds: float, status: CheckStatus, says: str
) -> None:
    project.write_event("cooking")
    result = look(project, off_seconds)["clock"].result
    assert (result.status, says in result.message) == (status, True), result


def test_a_hubspot_that_is_not_there_is_given_up_on(project: ProjectFolder) -> None:
    project.write_event("cooking")
    project.write_settings(base_url="http://127.0.0.1:9")
    found = look(project, 0)
    assert found["connection"].result.status is CheckStatus.ERROR
    assert "HubSpot gave no answer" in found["connection"].result.message
    assert [found[name].result.status for name in ("token", "scopes", "quota", "clock")] == [CheckStatus.SKIPPED] * 4


def test_doctor_looks_at_the_built_in_hubspot_and_writes_nothing(project: ProjectFolder, run: Run) -> None:
    project.write_event("cooking")
    before = sorted(path.name for path in project.path.rglob("*"))
    ended = run("doctor", "--sandbox")
    assert ended.code == 0, ended.out
    assert run("auth", "check", "--sandbox").code == 0
    assert sorted(path.name for path in project.path.rglob("*")) == before
