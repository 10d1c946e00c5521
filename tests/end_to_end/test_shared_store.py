"""The whole program on a state in PostgreSQL: applied, raced for, killed, cut off, taken up again."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

import hubevents_sync
from hubevents_sync.sandbox.server import RunningSandbox
from tests.crash import launch
from tests.end_to_end.conftest import Ended, Run
from tests.postgres_server import PASSWORD, PostgresServer
from tests.projects import ProjectFolder, build_people, hash_tree

APPLY = ("apply", "--auto-approve")
DATABASE = "shared"
PAIRS = 10
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def database(postgres: PostgresServer) -> Iterator[PostgresServer]:
    """A server with an empty database."""
    postgres.create_database(DATABASE)
    yield postgres
    postgres.cut_sessions(DATABASE)
    with postgres.connected("postgres") as session:
        session.run(f"DROP DATABASE {DATABASE}")


@pytest.fixture
def shared(
    project: ProjectFolder, server: RunningSandbox, database: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> ProjectFolder:
    """A project of two events whose state is in the database; the password is in a variable, as it is."""
    monkeypatch.setenv("PGPASS", PASSWORD)
    url = database.url(DATABASE, password="${PGPASS}")
    project.write_settings(
        "  batch: {attendance: 5}", f"state: {url}", "environments: {staging: {}}", base_url=server.base_url
    )
    for event in ("gala", "expo"):
        project.write_event(event, roster=f"{event}.csv")
        project.write_roster(f"{event}.csv", build_people(20, prefix=f"{event}-"))
    return project


@pytest.fixture
def start(shared: ProjectFolder) -> Iterator[Start]:
    """The program as a process of its own."""
    running: list[subprocess.Popen[str]] = []

    def begin(*arguments: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "hubevents_sync", "-C", str(shared.path), *arguments],
            env={
                **os.environ,
                "PYTHONPATH": str(Path(hubevents_sync.__file__).parents[1]),
                "PYTHONDONTWRITEBYTECODE": "1",
                "HUBSPOT_ACCESS_TOKEN": "pat-test-0000",
                "PGPASS": PASSWORD,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def wait(process: "subprocess.Popen[str]") -> Ended:
    text, _ = process.communicate(timeout=60)
    assert PASSWORD not in text
    return Ended(process.returncode, text, "")


def wait_until(is_so: Callable[[], bool]) -> None:
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < 30
        time.sleep(0.01)


def wait_for_rows(server: RunningSandbox, count: int) -> None:
    wait_until(lambda: len(server.account.participations) >= count)


def sent_people(server: RunningSandbox) -> Counter[str]:
    """How many times each e-mail was recorded at HubSpot, repeats not counted."""
    return Counter(str(row["email"]) for row in server.account.participations if not row["derived"])


def write_password(shared: ProjectFolder) -> None:
    """Put it into the settings: a process of the crash tests is given no variables."""
    settings = shared.path / "hubevents.yaml"
    settings.write_text(settings.read_text().replace("${PGPASS}", quote(PASSWORD, safe="")))


def find_holder(database: PostgresServer) -> str:
    with database.connected(DATABASE) as session:
        ((run_id,),) = session.run("SELECT run_id FROM hubevents.lease")
    return str(run_id)


def test_what_is_applied_is_found_again_and_lies_in_no_file(
    shared: ProjectFolder, run: Run, server: RunningSandbox
) -> None:
    before = hash_tree(shared.path)
    assert run("plan", "--detailed-exitcode").code == 2
    ended = run(*APPLY)
    assert ended.code == 0, ended.err
    assert run("plan", "--detailed-exitcode").code == 0
    assert run("state", "show", "--email", "gala-3@example.com").out.count("gala") >= 1
    assert [each["status"] for each in json.loads(run("runs", "list", "--format", "json").out)["runs"]] == ["done"]
    assert run("forget", "expo", "--yes").code == 0
    assert "create 1 event, send 20 rows" in run("plan").out
    assert hash_tree(shared.path) == before


def test_a_plan_writes_nothing_to_the_database(shared: ProjectFolder, run: Run, database: PostgresServer) -> None:
    assert run("plan").code == 0
    with database.connected(DATABASE) as session:
        assert session.run("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'hubevents%'") == []


def test_each_environment_has_a_schema_of_its_own(shared: ProjectFolder, run: Run, database: PostgresServer) -> None:
    assert run(*APPLY).code == 0
    assert "create 2 events" in run("--env", "staging", "plan").out
    assert run("--env", "staging", *APPLY).code == 0
    with database.connected(DATABASE) as session:
        found = session.run("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'hubevents%' ORDER BY 1")
    assert found == [("hubevents",), ("hubevents_staging",)]


@pytest.mark.slow
@pytest.mark.parametrize("pair", range(PAIRS))
def test_of_two_that_race_one_works_and_the_other_exits_5(
    pair: int, shared: ProjectFolder, run: Run, server: RunningSandbox, tmp_path: Path
) -> None:
    if pair % 2:  # the state is there already; else they race to make it, too
        assert run(*APPLY, "--event", "expo").code == 0
    # The one that wins must not be done before the other asks, on a machine that has much to do.
    server.faults.add("attendance: slow 2s")
    write_password(shared)
    gates = [tmp_path / f"gate-{number}" for number in range(2)]
    held = [launch.start(shared.path, *APPLY, hold=f"before commit={gate}") for gate in gates]
    for gate in gates:
        wait_until(gate.exists)
    for gate in gates:
        gate.unlink()
    ended = sorted((wait(each) for each in held), key=lambda each: each.code)
    assert [each.code for each in ended] == [0, 5], ended
    assert "error: the state is locked by " in ended[1].out
    assert len(sent_people(server)) == 40
    assert set(sent_people(server).values()) == {1}


def test_a_run_that_is_killed_is_taken_up_by_the_next_one_at_once(
    shared: ProjectFolder, start: Start, run: Run, server: RunningSandbox
) -> None:
    server.faults.add("attendance: slow 0.3s")
    first = start(*APPLY)
    wait_for_rows(server, 5)
    first.send_signal(signal.SIGKILL)
    first.wait()
    server.faults.clear()
    ended = run(*APPLY)
    assert ended.code == 0, ended.err
    assert len(sent_people(server)) == 40
    assert set(sent_people(server).values()) == {1}
    assert run("plan", "--detailed-exitcode").code == 0


def test_a_run_whose_connection_is_cut_says_so_and_the_next_one_goes_on(
    shared: ProjectFolder, start: Start, run: Run, server: RunningSandbox, database: PostgresServer
) -> None:
    server.faults.add("attendance: slow 0.3s")
    first = start(*APPLY)
    wait_for_rows(server, 5)
    database.cut_sessions(DATABASE)
    ended = wait(first)
    assert ended.code == 1
    assert "Traceback" not in ended.out
    assert "error: the connection to the state postgresql://hubevents@127.0.0.1:" in ended.out
    assert "hint: what was recorded so far is kept: run again, and it goes on from there" in ended.out
    server.faults.clear()
    assert run(*APPLY).code == 0
    assert len(sent_people(server)) == 40
    assert run("plan", "--detailed-exitcode").code == 0


def test_unlocking_stops_the_run_that_holds_the_state_at_its_next_write(
    shared: ProjectFolder, run: Run, server: RunningSandbox, database: PostgresServer, tmp_path: Path
) -> None:
    write_password(shared)
    gate = tmp_path / "gate"
    hold = f"after POST /marketing/v3/marketing-events/attendance/gala/register={gate}"
    first = launch.start(shared.path, *APPLY, hold=hold, one_by_one="1")
    wait_until(gate.exists)
    unlocked = run("state", "unlock", find_holder(database))
    assert unlocked.code == 0, unlocked.err
    gate.unlink()
    ended = wait(first)
    assert ended.code == 4
    assert "error: this run's lock on the state was broken by hand" in ended.out
    assert run(*APPLY).code == 0
    assert len(sent_people(server)) == 40


def test_a_server_that_is_down_is_an_error_of_one_line(
    shared: ProjectFolder, run: Run, database: PostgresServer
) -> None:
    settings = shared.path / "hubevents.yaml"
    settings.write_text(settings.read_text().replace(f":{database.port}/", ":1/"))
    for command in (("plan",), APPLY, ("state", "list"), ("runs", "list"), ("state", "unlock", "x")):
        ended = run(*command)
        assert ended.code == 1
        assert (
            "error: the state postgresql://hubevents@127.0.0.1:1/shared?schema=hubevents can't be reached: "
            in ended.err
        )
        assert PASSWORD not in ended.out + ended.err


def test_a_variable_that_is_not_set_is_named_when_the_state_is_needed(
    shared: ProjectFolder, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGPASS")
    assert run("validate").code == 0
    ended = run("plan")
    assert (ended.code, ended.err) == (
        1,
        "error: state: the environment variable PGPASS is not set\nhint: set it, or give a default: ${PGPASS:-…}\n",
    )


def test_a_state_of_another_portal_is_refused_with_7(shared: ProjectFolder, run: Run, server: RunningSandbox) -> None:
    settings = shared.path / "hubevents.yaml"
    unpinned = settings.read_text()
    settings.write_text(unpinned.replace("hubspot:\n", f"hubspot:\n  portal: {server.portal_id}\n"))
    assert run(*APPLY).code == 0
    settings.write_text(unpinned.replace("hubspot:\n", "hubspot:\n  portal: 99\n"))
    for command in (("plan",), APPLY):
        ended = run(*command)
        assert ended.code == 7
        assert f"belongs to HubSpot portal {server.portal_id}, not to 99" in ended.err
