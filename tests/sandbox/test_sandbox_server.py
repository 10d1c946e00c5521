"""The sandbox's life: ports, threads, files, signals."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from hubevents_sync.errors import SyncError
from hubevents_sync.sandbox.server import RunningSandbox, running_sandbox
from hubevents_sync.sandbox.store.database import APPLICATION_ID
from hubevents_sync.sandbox.store.schema import FORMAT_VERSION, UPGRADES

if TYPE_CHECKING:
    from tests.sandbox.conftest import Api, StandingClock

BASE = "/marketing/v3/marketing-events"
EVENT = {
    "externalAccountId": "A",
    "externalEventId": "1",
    "eventName": "n",
    "eventOrganizer": "o",
    "customProperties": [],
}
HEADERS = {"Authorization": "Bearer x"}


def upsert(sandbox: RunningSandbox) -> None:
    answer = httpx.post(f"{sandbox.base_url}{BASE}/events/upsert", json={"inputs": [EVENT]}, headers=HEADERS)
    assert answer.status_code == 200


def register(base_url: str, email: str) -> None:
    url = f"{base_url}{BASE}/attendance/1/register/email-create?externalAccountId=A"
    body = {"inputs": [{"email": email, "interactionDateTime": 1_793_523_600_000}]}
    assert len(httpx.post(url, json=body, headers=HEADERS).json()["results"]) == 1


def port_of(sandbox: RunningSandbox) -> int:
    return int(sandbox.base_url.rsplit(":", 1)[1])


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_it_listens_on_loopback_only_and_leaves_no_thread_or_socket() -> None:
    with running_sandbox() as sandbox:
        assert sandbox.base_url.startswith("http://127.0.0.1:")
        assert "hubevents-sandbox" in [thread.name for thread in threading.enumerate()]
    assert "hubevents-sandbox" not in [thread.name for thread in threading.enumerate()]
    assert is_free(port_of(sandbox))


def test_it_stops_on_an_exception_too(tmp_path: Path) -> None:
    data = tmp_path / "account.db"
    seen: list[RunningSandbox] = []

    def fail() -> None:
        with running_sandbox(data=data) as sandbox:
            seen.append(sandbox)
            upsert(sandbox)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert is_free(port_of(seen[0]))
    assert [path.name for path in tmp_path.iterdir()] == ["account.db"]


def test_it_stops_while_a_client_holds_its_connection() -> None:
    with httpx.Client(headers=HEADERS) as client:
        with running_sandbox() as sandbox:
            assert client.get(f"{sandbox.base_url}{BASE}").status_code == 200
        assert is_free(port_of(sandbox))


def test_it_stops_while_a_request_is_half_sent() -> None:
    with socket.socket() as client:
        with running_sandbox() as sandbox:
            client.connect(("127.0.0.1", port_of(sandbox)))
            client.sendall(b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
            assert httpx.get(f"{sandbox.base_url}{BASE}", headers=HEADERS).status_code == 200
        assert is_free(port_of(sandbox))


def test_a_client_that_hangs_up_in_mid_request_disturbs_nobody() -> None:
    with running_sandbox() as sandbox:
        with socket.create_connection(("127.0.0.1", port_of(sandbox))) as client:
            client.sendall(b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
        upsert(sandbox)
        assert sandbox.request_count == {"POST": 1}


def test_a_full_disk_is_an_error_and_what_was_answered_is_kept(tmp_path: Path) -> None:
    data = tmp_path / "account.db"

    def fill() -> None:
        with running_sandbox(data=data) as sandbox:
            upsert(sandbox)
            # SQLite's own limit on the file's size stands in for the disk's.
            with sandbox.account._database.transaction() as connection:
                connection.execute("PRAGMA max_page_count = 1")
            event = {**EVENT, "eventDescription": "x" * 1_000_000}
            url = f"{sandbox.base_url}{BASE}/events/upsert"
            assert httpx.post(url, json={"inputs": [event]}, headers=HEADERS).status_code == 500
            upsert(sandbox)

    with pytest.raises(SyncError, match="the sandbox's account can't be written: database or disk is full"):
        fill()
    with running_sandbox(data=data) as sandbox:
        assert [event["description"] for event in sandbox.account.events] == [None]


def test_a_port_can_be_taken_again_at_once() -> None:
    with running_sandbox() as first:
        upsert(first)
    with running_sandbox(port=port_of(first)) as second:
        assert second.base_url == first.base_url
        assert second.account.events == []


def test_a_port_in_use_is_an_error_with_a_hint() -> None:
    with running_sandbox() as sandbox, pytest.raises(SyncError) as caught, running_sandbox(port=port_of(sandbox)):
        pass
    assert caught.value.message == f"the sandbox can't listen on 127.0.0.1:{port_of(sandbox)}: Address already in use"
    assert caught.value.hint == "stop what listens there, or take another port; port 0 takes a free one"


def test_a_port_that_cannot_be_is_an_error() -> None:
    with pytest.raises(SyncError, match=r"can't listen on 127\.0\.0\.1:70000"), running_sandbox(port=70000):
        pass


def test_a_bug_in_an_operation_is_a_500_and_raised_at_the_end(clock: "StandingClock") -> None:
    def broken() -> int:
        return 10**20  # no time that SQLite or a date could hold

    def ask() -> None:
        with running_sandbox(clock=broken) as sandbox:
            answer = httpx.post(f"{sandbox.base_url}{BASE}/events/upsert", json={"inputs": [EVENT]}, headers=HEADERS)
            assert (answer.status_code, answer.json()["category"]) == (500, "INTERNAL_ERROR")

    with pytest.raises(RuntimeError, match="failed to answer"):
        ask()


def test_an_account_in_a_file_survives_a_restart(tmp_path: Path) -> None:
    data = tmp_path / "deep" / "er" / "account.db"
    with running_sandbox(data=data) as sandbox:
        upsert(sandbox)
        register(sandbox.base_url, "ana@example.com")
        before = (sandbox.account.events, sandbox.account.contacts, sandbox.account.participations)
    assert [path.name for path in data.parent.iterdir()] == ["account.db"]
    # Bytes 18 and 19 of the header are 1 where no write-ahead log is in use: whoever reads the file makes none either.
    assert data.read_bytes()[18:20] == b"\x01\x01"
    with running_sandbox(data=data) as sandbox:
        assert (sandbox.account.events, sandbox.account.contacts, sandbox.account.participations) == before
        register(sandbox.base_url, "bob@example.com")
        assert [contact["id"] for contact in sandbox.account.contacts] == [540_000_000_001, 540_000_000_002]


def test_the_file_is_for_its_owners_eyes_only(tmp_path: Path) -> None:
    with running_sandbox(data=tmp_path / "account.db") as sandbox:
        upsert(sandbox)
        assert [path.stat().st_mode & 0o777 for path in tmp_path.iterdir()] == [0o600] * len(list(tmp_path.iterdir()))


def test_an_empty_file_becomes_an_account(tmp_path: Path) -> None:
    data = tmp_path / "account.db"
    data.touch()
    with running_sandbox(data=data) as sandbox:
        upsert(sandbox)
    assert data.stat().st_size > 0


def refused(data: Path) -> SyncError:
    with pytest.raises(SyncError) as caught, running_sandbox(data=data):
        pass
    assert caught.value.hint
    return caught.value


def test_a_file_in_use_is_an_error(tmp_path: Path) -> None:
    data = tmp_path / "account.db"
    with running_sandbox(data=data) as sandbox:
        assert refused(data).message == f"{data} is in use by another sandbox"
        upsert(sandbox)


def test_a_file_in_use_by_another_process_is_an_error(tmp_path: Path) -> None:
    data = tmp_path / "account.db"
    with served(str(data)):
        assert refused(data).message == f"{data} is in use by another sandbox"


@pytest.mark.parametrize("content", [b"hello", b"SQLite format 3\0" + b"\0" * 84])
def test_a_foreign_file_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    data = tmp_path / "roster.csv"
    data.write_bytes(content)
    assert refused(data).message == f"{data} is no account of the sandbox"
    assert data.read_bytes() == content


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "other.db"
    connection = sqlite3.connect(data)
    connection.execute("CREATE TABLE events (id)")
    connection.close()
    assert refused(data).message == f"{data} is no account of the sandbox"


def test_a_newer_format_is_refused_by_name(tmp_path: Path) -> None:
    data = tmp_path / "account.db"
    with running_sandbox(data=data):
        pass
    connection = sqlite3.connect(data)
    connection.execute(f"PRAGMA user_version = {FORMAT_VERSION + 1}")
    connection.close()
    assert refused(data).message == (
        f"{data} has format {FORMAT_VERSION + 1} of the sandbox's account; this version knows format {FORMAT_VERSION}"
    )


def test_an_account_of_the_first_format_is_upgraded_and_keeps_what_it_holds(tmp_path: Path) -> None:
    data = tmp_path / "account.db"
    connection = sqlite3.connect(data)
    connection.executescript(f"{UPGRADES[0]} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 1;")
    connection.execute(
        "INSERT INTO events (app_id, external_account_id, external_event_id, name, organizer, created_ms, updated_ms)"
        " VALUES (1234567, 'A', '1', 'n', 'o', 0, 0)"
    )
    connection.commit()
    connection.close()
    with running_sandbox(data=data) as sandbox:
        register(sandbox.base_url, "ana@example.com")
        assert [(row["email"], row["timeline"]) for row in sandbox.account.participations] == [
            ("ana@example.com", True)
        ]
    with running_sandbox(data=data) as sandbox:
        assert [event["name"] for event in sandbox.account.events] == ["n"]


def test_a_damaged_account_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "account.db"
    with running_sandbox(data=data):
        pass
    content = bytearray(data.read_bytes())
    content[100:4096] = b"\xff" * 3996
    data.write_bytes(content)
    assert refused(data).message == f"{data} can't be used as the sandbox's account: database disk image is malformed"


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path).message == f"{tmp_path} can't be used as the sandbox's account: Is a directory"


SERVE = """
import sys
from pathlib import Path
from hubevents_sync.sandbox.store.database import APPLICATION_ID
from hubevents_sync.sandbox.store.schema import FORMAT_VERSION, UPGRADES
from hubevents_sync.sandbox.server import serve_sandbox
data = Path(sys.argv[1]) if len(sys.argv) > 1 else None
serve_sandbox(port=0, data=data, token=None, portal_id=1, announce=lambda url: print(url, flush=True))
print("stopped", flush=True)
"""


@contextmanager
def served(*arguments: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-W", "error", "-c", SERVE, *arguments]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serving_ends_cleanly_on_a_signal_and_says_nothing_itself(tmp_path: Path, number: signal.Signals) -> None:
    with served(str(tmp_path / "account.db")) as (process, base_url):
        assert httpx.get(f"{base_url}{BASE}", headers=HEADERS).status_code == 200
        assert httpx.get(f"{base_url}/none").status_code == 404
        with socket.create_connection(("127.0.0.1", int(base_url.rsplit(":", 1)[1]))) as client:
            client.sendall(b"this is no HTTP\r\n\r\n")
            assert client.recv(20).startswith(b"HTTP/1.1 400")
        process.send_signal(number)
        output, errors = process.communicate(timeout=20)
    assert (process.returncode, output, errors) == (0, "stopped\n", "")
    assert [path.name for path in tmp_path.iterdir()] == ["account.db"]


def test_what_was_answered_survives_a_kill(tmp_path: Path) -> None:
    data = tmp_path / "account.db"
    with running_sandbox(data=data) as sandbox:
        upsert(sandbox)
    with served(str(data)) as (process, base_url):
        register(base_url, "ana@example.com")
        process.kill()
        process.wait()
    with running_sandbox(data=data) as sandbox:
        assert [contact["email"] for contact in sandbox.account.contacts] == ["ana@example.com"]


def test_parallel_clients_lose_nothing(api: "Api") -> None:
    api.upsert(api.event())

    def send(worker: int) -> None:
        for batch in range(5):
            api.record("register", *(api.row(f"p{worker}-{batch}-{number}@example.com") for number in range(20)))

    threads = [threading.Thread(target=send, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert api.counters()["registered"] == 400
    assert len({contact["id"] for contact in api.sandbox.account.contacts}) == 400
