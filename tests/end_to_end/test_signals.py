"""Real signals to real processes: calls under way are finished and recorded, and the next run goes on."""

import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from hubevents_sync.sandbox.server import RunningSandbox, running_sandbox
from tests.processes import end_program, read_until, run_program, start_program, wait_until
from tests.projects import ProjectFolder, build_people

APPLY = ("apply", "--auto-approve")
PEOPLE = 40


@pytest.fixture
def server() -> Iterator[RunningSandbox]:
    """A HubSpot that takes a third of a second for each attendance call."""
    with running_sandbox(faults=["attendance: slow 0.3s"]) as running:
        yield running


@pytest.fixture
def project(tmp_path: Path, server: RunningSandbox) -> ProjectFolder:
    """Forty people, one in each call, so that a run takes some seconds."""
    folder = ProjectFolder(tmp_path / "project")
    folder.write_settings("  batch: {attendance: 1}", base_url=server.base_url)
    folder.write_event("gala", roster="gala.csv")
    folder.write_roster("gala.csv", build_people(PEOPLE))
    return folder


def count_sent(server: RunningSandbox) -> int:
    """Attendance calls that arrived."""
    return sum(request.path.endswith("email-create") for request in server.requests())


def interrupt(project: ProjectFolder, server: RunningSandbox, *numbers: signal.Signals) -> "tuple[int, str, str]":
    """Begin an apply, and send it *numbers* once rows are on their way."""
    process = start_program(project.path, *APPLY, "--rejects", str(project.path / "rejects.csv"))
    wait_until(lambda: count_sent(server) >= 10 or process.poll() is not None)
    for number in numbers:
        process.send_signal(number)
        time.sleep(0.1)
    return end_program(process)


def assert_taken_up(project: ProjectFolder, server: RunningSandbox) -> None:
    """The next run brings the rest: nobody is missing, nobody doubled."""
    code, _, err = run_program(project.path, *APPLY)
    assert code == 0, err
    stored = Counter(row["email"] for row in server.account.participations if not row["derived"])
    assert stored == {f"person{number}@example.com": 1 for number in range(PEOPLE)}
    assert run_program(project.path, "plan", "--detailed-exitcode")[0] == 0


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)],
    ids=str,
)
def test_a_signal_lets_calls_under_way_finish_and_records_them(
    project: ProjectFolder, server: RunningSandbox, number: signal.Signals, code: int
) -> None:
    ended, out, err = interrupt(project, server, number)
    assert ended == code
    assert f"stopped by {number.name}; all is recorded" in err
    assert "Interrupted: " in out
    sent = count_sent(server)
    assert sent < PEOPLE
    # Every call that arrived was answered and is on record as confirmed: the report says so of just as many rows.
    assert f"{sent} confirmed" in out
    rejects = (project.path / "rejects.csv").read_text().splitlines()
    assert len(rejects) == 1 + PEOPLE - sent
    assert_taken_up(project, server)
    assert count_sent(server) == PEOPLE


def test_a_second_signal_ends_it_at_once_and_nothing_is_lost(project: ProjectFolder, server: RunningSandbox) -> None:
    server.faults.clear()
    server.faults.add("attendance: slow 20s after")
    process = start_program(project.path, *APPLY)
    wait_until(lambda: len(server.account.participations) >= 2 or process.poll() is not None)
    process.send_signal(signal.SIGINT)
    read_until(process, "once more ends it at once")
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert end_program(process)[0] == -signal.SIGINT
    assert time.monotonic() - began < 15  # of the twenty that the answers take
    server.faults.clear()
    assert_taken_up(project, server)


def test_a_signal_ends_a_wait_that_hubspot_asked_for(project: ProjectFolder, server: RunningSandbox) -> None:
    server.faults.add("attendance: 429 retry-after 50")
    process = start_program(project.path, *APPLY)
    wait_until(lambda: any(request.status == 429 for request in server.requests()) or process.poll() is not None)
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    code, out, _ = end_program(process)
    assert (code, time.monotonic() - began < 30) == (143, True)
    assert f"{PEOPLE} not attempted" in out
    server.faults.clear()
    assert_taken_up(project, server)


def test_a_signal_ends_the_patience_of_reading_back(project: ProjectFolder, server: RunningSandbox) -> None:
    server.faults.clear()
    server.faults.add("attendance: drop always")
    process = start_program(project.path, *APPLY)
    wait_until(lambda: any("breakdown" in each.path for each in server.requests()) or process.poll() is not None)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    code, out, _ = end_program(process)
    assert (code, time.monotonic() - began < 7) == (130, True)
    assert "unconfirmed" in out
    server.faults.clear()
    assert_taken_up(project, server)


def test_a_signal_that_the_process_was_started_to_ignore_stays_ignored(
    project: ProjectFolder, server: RunningSandbox
) -> None:
    """As nohup does it."""
    process = start_program(project.path, *APPLY, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    wait_until(lambda: count_sent(server) >= 5 or process.poll() is not None)
    process.send_signal(signal.SIGHUP)
    code, out, _ = end_program(process)
    assert code == 0
    assert f"{PEOPLE} confirmed" in out


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_run_whose_output_nobody_reads_goes_on_and_is_recorded(
    project: ProjectFolder, server: RunningSandbox, stream: str
) -> None:
    process = start_program(project.path, *APPLY)
    pipe = process.stdout if stream == "stdout" else process.stderr
    assert pipe is not None
    pipe.close()
    assert process.wait(60) == 0
    for left in (process.stdout, process.stderr):
        if left is not None:
            left.close()
    assert count_sent(server) == PEOPLE
    assert run_program(project.path, "plan", "--detailed-exitcode")[0] == 0


def test_a_run_without_any_streams_goes_on_and_harms_no_file(project: ProjectFolder, server: RunningSandbox) -> None:
    process = start_program(
        project.path, *APPLY, stdin=subprocess.DEVNULL, stdout=None, stderr=None, preexec_fn=close_streams
    )
    assert process.wait(60) == 0
    assert count_sent(server) == PEOPLE
    assert_taken_up(project, server)


def close_streams() -> None:
    import os

    os.closerange(0, 3)


def test_a_report_on_a_full_disk_is_told_and_the_run_is_recorded(
    project: ProjectFolder, server: RunningSandbox
) -> None:
    with Path("/dev/full").open("w") as full:
        code, _, err = run_program(project.path, *APPLY, "--format", "json", stdout=full)
    assert code == 1
    assert "stdout can't be written: No space left on device" in err
    assert_taken_up(project, server)
