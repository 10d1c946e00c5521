"""``serve`` as a process: from the files to the answer, through changes of the files, to its end."""

import json
import signal
import socket
import time
from pathlib import Path

import httpx
import pytest

from hubevents_sync.cli.main import call
from tests.callback.serving import ServeProcess, ask, find_free_port, served
from tests.callback.signing import SECRET, build_headers
from tests.processes import read_until, start_program, wait_until
from tests.projects import ProjectFolder

DETAILS = {
    "eventName": "class",
    "eventOrganizer": "Chef Joe",
    "startDateTime": "2026-05-01T10:00:00Z",
    "endDateTime": "2026-05-01T12:00:00Z",
    "eventCancelled": False,
}
TARGET = "/events/class?appId=7&externalAccountId=CookingCo"


@pytest.fixture
def project(tmp_path: Path) -> ProjectFolder:
    """A project with one event, whose roster is not on this machine."""
    folder = ProjectFolder(tmp_path)
    folder.write_settings()
    folder.write_event("class", roster="nobody.csv")
    return folder


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def status_of(server: ServeProcess, target: str) -> int:
    return ask(server, target, at_ms=now_ms()).status_code


def test_an_event_of_the_files_is_told_to_who_signs(project: ProjectFolder) -> None:
    with served(project.path) as server:
        answer = ask(server, TARGET, at_ms=now_ms())
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
        assert answer.json() == DETAILS
        assert (answer.headers["cache-control"], "server" in answer.headers) == ("no-store", False)
        assert httpx.get(server.base_url + TARGET).status_code == 401
        assert ask(server, TARGET, at_ms=now_ms(), secret="other").status_code == 401
        assert status_of(server, TARGET.replace("class", "none")) == 404
        assert httpx.get(f"{server.base_url}/healthz").json() == {"status": "ok"}
        assert httpx.get(f"{server.base_url}/readyz").json() == {"status": "ready", "files": "current"}


def test_the_same_request_is_answered_once_unless_that_is_asked_for(project: ProjectFolder) -> None:
    at_ms = now_ms()
    with served(project.path) as server:
        assert [ask(server, TARGET, at_ms=at_ms).status_code for _ in range(2)] == [200, 401]
    with served(project.path, "--allow-replays") as server:
        assert [ask(server, TARGET, at_ms=at_ms).status_code for _ in range(2)] == [200, 200]


def test_changed_files_are_read_again_and_broken_ones_change_nothing(project: ProjectFolder) -> None:
    with served(project.path) as server:
        project.write_event("other")
        server.wait_for("the files were changed and read again: they declare 2 events")
        assert status_of(server, TARGET.replace("class", "other")) == 200
        project.write("events/class.yaml", "events: [\n")
        server.wait_for("the files were changed and are broken; the last good ones are kept: 2 events")
        server.wait_for("events/class.yaml:2:1: error: ")
        assert status_of(server, TARGET) == 200
        assert httpx.get(f"{server.base_url}/readyz").json() == {"status": "ready", "files": "stale"}
        project.write_event("class", name="mended")
        wait_until(lambda: ask(server, TARGET, at_ms=now_ms()).json()["eventName"] == "mended")
        assert httpx.get(f"{server.base_url}/readyz").json() == {"status": "ready", "files": "current"}


def test_a_renamed_account_in_the_project_file_counts(project: ProjectFolder) -> None:
    with served(project.path) as server:
        project.write("hubevents.yaml", "version: 1\naccount: Renamed\n")
        wait_until(lambda: status_of(server, TARGET.replace("CookingCo", "Renamed")) == 200)
        assert status_of(server, TARGET) == 404


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stop_is_a_good_end(project: ProjectFolder, number: signal.Signals) -> None:
    with served(project.path) as server:
        assert server.stop(number) == 0
    assert server.log.endswith(" stopped\n")


def test_a_request_under_way_is_answered_before_the_end(project: ProjectFolder) -> None:
    with (
        served(project.path, is_signed=False) as server,
        socket.create_connection(("127.0.0.1", port_of(server))) as late,
    ):
        body = b"Content-Length: 2\r\n\r\n"
        late.sendall(f"GET {TARGET} HTTP/1.1\r\nHost: x\r\n".encode() + body + b"a")
        late.settimeout(20)
        wait_until(lambda: httpx.get(f"{server.base_url}/healthz").status_code == 200)
        server.process.send_signal(signal.SIGTERM)
        server.wait_for("stopping")
        late.sendall(b"b")
        assert late.recv(65_536).startswith(b"HTTP/1.1 400 ")
        assert server.process.wait(20) == 0


def test_a_second_signal_ends_it_at_once(project: ProjectFolder) -> None:
    with (
        served(project.path, is_signed=False) as server,
        socket.create_connection(("127.0.0.1", port_of(server))) as slow,
    ):
        slow.sendall(f"GET {TARGET} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n".encode())
        wait_until(lambda: httpx.get(f"{server.base_url}/healthz").status_code == 200)
        server.process.send_signal(signal.SIGTERM)
        server.wait_for("stopping")
        assert server.stop(signal.SIGTERM) == -signal.SIGTERM


def port_of(server: ServeProcess) -> int:
    return int(server.base_url.rpartition(":")[2])


def test_the_log_has_a_line_a_request_and_no_secret(project: ProjectFolder) -> None:
    with served(project.path, "--format", "json") as server:
        ask(server, TARGET, at_ms=now_ms())
        stranger = {"X-HubSpot-Signature-v3": "a" * 43 + "=", "X-HubSpot-Request-Timestamp": str(now_ms())}
        httpx.get(f"{server.base_url}/events/ana@example.com?appId=1&externalAccountId=x", headers=stranger)
        httpx.get(f"{server.base_url}/ana@example.com")
        server.wait_for("no such path")
        process = Path(f"/proc/{server.process.pid}/cmdline")
        assert not process.exists() or SECRET not in process.read_text()
    entries = [json.loads(line) for line in server.lines]
    asked = [{name: entry[name] for name in entry if name not in ("time", "milliseconds")} for entry in entries]
    assert asked[2:5] == [
        {"kind": "request", "method": "GET", "status": 200, "account": "CookingCo", "event": "class"},
        {
            "kind": "request",
            "method": "GET",
            "status": 401,
            "refusal": "the signature does not fit: another client secret, or another address than the public one",
        },
        {"kind": "request", "method": "GET", "status": 404, "refusal": "no such path"},
    ]
    for hidden in (SECRET, "ana@example.com", "a" * 43, "signature-v3"):
        assert hidden not in server.log.lower()


@pytest.mark.parametrize("is_verbose", [False, True])
def test_only_verbose_says_which_address_was_checked(project: ProjectFolder, *, is_verbose: bool) -> None:
    with served(project.path, "--path", "/hub/%s", is_verbose=is_verbose) as server:
        headers = build_headers("/hub/other", at_ms=now_ms())
        httpx.get(f"{server.base_url}/hub/class?appId=1", headers=headers)
        server.wait_for("the signature does not fit")
        assert (f" (checked {server.base_url}/hub/class?appId=1)" in server.log) == is_verbose


def test_a_log_that_nobody_reads_is_no_reason_to_stop(project: ProjectFolder) -> None:
    port = find_free_port()
    command = ["serve", "--port", str(port), "--insecure-no-signature"]
    process = start_program(project.path, *command)
    assert process.stderr is not None
    read_until(process, "1 event")
    process.stderr.close()
    for _ in range(3):
        assert httpx.get(f"http://127.0.0.1:{port}{TARGET}").status_code == 200
    process.terminate()
    assert process.wait(20) == 0
    assert process.stdout is not None
    process.stdout.close()


def test_a_unix_socket_has_the_rights_that_the_umask_leaves(project: ProjectFolder, tmp_path: Path) -> None:
    place = tmp_path / "s"
    with served(project.path, "--uds", str(place)) as server:
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(place))) as client:
            assert client.get("http://any/healthz").status_code == 200
            headers = build_headers(TARGET, at_ms=now_ms(), public_url=server.base_url)
            assert client.get(f"http://any{TARGET}", headers=headers).json() == DETAILS
        assert place.stat().st_mode & 0o022 == 0
    assert not place.exists()


def test_files_that_are_broken_at_the_start_end_it(project: ProjectFolder, capsys: pytest.CaptureFixture[str]) -> None:
    project.write("events/class.yaml", "events: [\n")
    assert call(["-C", str(project.path), "serve", "--port", "0", "--insecure-no-signature"]) == 1
    said = capsys.readouterr().err
    assert "events/class.yaml:2:1: error: " in said
    assert said.endswith("1 error in 1 file\n")


def test_an_inline_roster_is_not_read_and_not_told(project: ProjectFolder) -> None:
    project.write_event("class", "attendees: [{email: ana@example.com, registered: 2026-03-01T10:00:00Z}]")
    with served(project.path) as server:
        answer = ask(server, TARGET, at_ms=now_ms())
        assert (answer.json(), "ana@" in server.log) == (DETAILS, False)


@pytest.mark.parametrize(
    "case",
    [
        ((), {}, 64, "signatures are checked against the address that HubSpot asks at, and there is no --public-url"),
        (
            ("--insecure-no-signature", "--host", "0.0.0.0"),  # noqa: S104  it is refused
            {},
            64,
            "--insecure-no-signature is taken on loopback only: anybody could ask for the events",
        ),
        (
            ("--insecure-no-signature", "--uds", "s"),
            {},
            64,
            "--insecure-no-signature is taken on loopback only: anybody could ask for the events",
        ),
        (("--public-url", "http://my.event.app"), {}, 64, "--public-url must begin with https://"),
        (
            ("--public-url", "https://my.event.app"),
            {},
            1,
            "the environment variable HUBSPOT_CLIENT_SECRET is not set; it is to hold the app's client secret",
        ),
        (
            ("--public-url", "https://my.event.app", "--client-secret-env", "MINE"),
            {"MINE": "planted secret"},
            1,
            "the environment variable MINE holds a space, a line break or the like",
        ),
        (
            ("--public-url", "https://my.event.app"),
            {"HUBSPOT_CLIENT_SECRET": ""},
            1,
            "the environment variable HUBSPOT_CLIENT_SECRET is empty; it is to hold the app's client secret",
        ),
        (("--path", "/x", "--insecure-no-signature"), {}, 64, "--path must begin with / and have %s once"),
        (("--app-id", "0"), {}, 64, "0 is not in the range x>=1"),
    ],
)
def test_what_makes_no_sense_is_refused(
    project: ProjectFolder,
    case: tuple[tuple[str, ...], dict[str, str], int, str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    arguments, environ, code, complaint = case
    monkeypatch.delenv("HUBSPOT_CLIENT_SECRET", raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert call(["-C", str(project.path), "serve", "--port", "0", *arguments]) == code
    said = " ".join(capsys.readouterr().err.split())
    assert complaint in said
    assert "planted" not in said
