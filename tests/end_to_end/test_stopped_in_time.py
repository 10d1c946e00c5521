"""Deadlines, a spent day, a network that is gone: the run ends by itself, all is recorded, and the next one goes on."""

import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hubevents_sync.apply.run import CALLS_AT_ONCE
from hubevents_sync.engine.applying.apply import ApplyResult
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import ExitCode, HubSpotError, Paused
from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.run import RunStatus
from hubevents_sync.sandbox.limits import choose_limits
from hubevents_sync.sandbox.server import RunningSandbox, running_sandbox
from tests.apply_quietly import apply_quietly
from tests.end_to_end.conftest import Run, SharedClock
from tests.processes import run_program
from tests.projects import ProjectFolder, build_people


@pytest.fixture
def server(clock: SharedClock) -> Iterator[RunningSandbox]:
    """A HubSpot that lets 20 requests in ten seconds through."""
    limits = choose_limits(tier=None, per_10_seconds=20, per_day=None)
    with running_sandbox(clock=clock.now_ms, limits=limits) as running:
        yield running


@pytest.fixture
def apply(project: ProjectFolder, clock: SharedClock) -> Callable[..., ApplyResult]:
    """Apply the project under the clock that skips."""
    workspace = Workspace(project.path, {"HUBSPOT_ACCESS_TOKEN": "pat-test-0000"}, clock)
    return lambda **options: apply_quietly(workspace, **options)


def write_long_roster(project: ProjectFolder, *, times: int = 100) -> None:
    """One person with so many registrations that they take as many calls, one after the other."""
    written = [f"2026-02-{1 + number // 24:02}T{number % 24:02}:00:00Z" for number in range(times)]
    project.write_event("gala", roster="gala.ndjson")
    project.write_roster("gala.ndjson", [{"email": "ana@example.com", "registered": written}])


def rows_of(result: ApplyResult) -> Counter[Outcome]:
    assert result.report is not None
    return sum((Counter(event.rows) for event in result.report.events), Counter())


def test_a_deadline_ends_the_run_in_time_and_the_next_goes_on(
    project: ProjectFolder, apply: Callable[..., ApplyResult], clock: SharedClock, server: RunningSandbox
) -> None:
    write_long_roster(project)
    stopped = apply(deadline=clock.monotonic() + 25.0, names_every_row=True)
    assert isinstance(stopped.fault, Paused)
    assert stopped.report is not None
    assert (stopped.report.run.status, stopped.report.run.exit_code) == (RunStatus.PAUSED, ExitCode.PAUSED)
    # Sixteen in each ten seconds, one of them the event's own: the third window began before the deadline.
    assert rows_of(stopped) == {Outcome.CONFIRMED: 47, Outcome.NOT_ATTEMPTED: 53}
    assert len(stopped.report.events[0].failures) == 53
    assert stopped.report.events[0].error is None
    assert 23.5 <= clock.monotonic() <= 25.0
    resumed = apply()
    assert (resumed.fault, rows_of(resumed)) == (None, {Outcome.CONFIRMED: 53})
    assert {request.status for request in server.requests()} == {200}
    assert len([row for row in server.account.participations if not row["derived"]]) == 100


def test_a_deadline_that_leaves_no_time_sends_nothing(
    project: ProjectFolder, apply: Callable[..., ApplyResult], clock: SharedClock, server: RunningSandbox
) -> None:
    write_long_roster(project, times=3)
    stopped = apply(deadline=clock.monotonic() + 0.5)
    assert isinstance(stopped.fault, Paused)
    assert server.requests() == []
    assert rows_of(stopped) == {Outcome.NOT_ATTEMPTED: 3}


def test_a_deadline_cuts_the_waits_of_a_retry_short(
    project: ProjectFolder, apply: Callable[..., ApplyResult], clock: SharedClock, server: RunningSandbox
) -> None:
    write_long_roster(project, times=3)
    server.faults.add("attendance: 503 retry-after 55")
    stopped = apply(deadline=clock.monotonic() + 30.0)
    assert isinstance(stopped.fault, Paused)
    assert clock.monotonic() <= 30.0
    # HubSpot may have taken what it answered with 503; what stood behind it never went out.
    assert rows_of(stopped) == {Outcome.UNCONFIRMED: 1, Outcome.NOT_ATTEMPTED: 2}


def test_a_deadline_holds_in_real_time_for_a_hubspot_that_does_not_answer(
    project: ProjectFolder, server: RunningSandbox
) -> None:
    write_long_roster(project, times=3)
    server.faults.add("attendance: slow 30s")
    began = time.monotonic()
    code, out, err = run_program(project.path, "apply", "--auto-approve", "--deadline", "4s")
    assert (code, time.monotonic() - began < 20) == (8, True)
    assert "stopped in time for the deadline; all is recorded" in err
    assert "Paused" in out
    assert "apply again to go on where this run stopped" in out
    server.faults.clear()
    assert run_program(project.path, "apply", "--auto-approve")[0] == 0


def test_a_daily_429_pauses_the_run_and_says_what_is_left(
    project: ProjectFolder, run: Run, server: RunningSandbox
) -> None:
    project.write_event("gala", roster="gala.csv")
    project.write_roster("gala.csv", build_people(20))
    server.faults.add("attendance: 429 daily once")
    rejects = project.path / "rejects.csv"
    paused = run("apply", "--auto-approve", "--rejects", str(rejects))
    assert paused.code == 8
    assert "the account's daily quota is spent" in " ".join(paused.err.split())
    assert "20 not attempted" in paused.out
    assert len(rejects.read_text().splitlines()) == 21
    listed = run("runs", "list")
    assert "paused" in listed.out
    assert run("apply", "--auto-approve", "--retry", "--rejects", str(rejects)).code == 0
    assert len(rejects.read_text().splitlines()) == 1


@pytest.mark.parametrize("given", ["50", "soon", "", "0s", "1h 30m", "-5m", "1m1h"])
def test_a_deadline_that_makes_no_sense_is_wrong_usage(project: ProjectFolder, run: Run, given: str) -> None:
    project.write_event("gala")
    ended = run("apply", "--auto-approve", "--deadline", given)
    assert ended.code == 64
    assert "--deadline 50m, 90s or 1h30m" in ended.err


def test_a_network_that_goes_away_ends_the_run_after_three_calls_and_not_one_event_after_the_other(
    project: ProjectFolder, apply: Callable[..., ApplyResult], clock: SharedClock, server: RunningSandbox
) -> None:
    for number in range(40):
        project.write_event(f"event-{number:02}", roster=f"{number}.csv")
        project.write_roster(f"{number}.csv", build_people(2, prefix=f"e{number}-"))
    server.faults.add("attendance: cut")
    began = clock.monotonic()
    ended = apply()
    assert isinstance(ended.fault, HubSpotError)
    assert ended.fault.message.startswith("HubSpot can't be reached: 3 calls in a row got no answer; recording 2 rows")
    assert ended.fault.exit_code == ExitCode.ERROR
    assert ended.report is not None
    assert ended.report.run.status is RunStatus.FAILED
    rows = rows_of(ended)
    assert rows.total() == 80
    # Eight calls are out at once; two more begin when the first two are lost, and the third loss ends the run.
    assert rows[Outcome.UNCONFIRMED] <= 2 * (CALLS_AT_ONCE + 2)
    assert clock.monotonic() - began < 600
    server.faults.clear()
    assert rows_of(apply()) == {Outcome.CONFIRMED: 80}


def test_where_nobody_listens_nothing_is_sent_and_the_run_says_so(tmp_path: Path, clock: SharedClock) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        folder = ProjectFolder(tmp_path / "nobody")
        folder.write_settings(base_url=f"http://127.0.0.1:{taken.getsockname()[1]}")
        for number in range(9):
            folder.write_event(f"event-{number}", roster="people.csv")
        folder.write_roster("people.csv", build_people(2))
        ended = apply_quietly(Workspace(folder.path, {"HUBSPOT_ACCESS_TOKEN": "pat-test-0000"}, clock))
    assert isinstance(ended.fault, HubSpotError)
    assert "HubSpot can't be reached: 3 calls in a row got no answer" in ended.fault.message
    assert "Connection refused" in ended.fault.message
    assert rows_of(ended) == {Outcome.NOT_ATTEMPTED: 18}
