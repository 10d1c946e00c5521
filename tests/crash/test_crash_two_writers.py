"""Two processes on one state: one works, the other is sent away; and one that lost its turn stops."""

import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hubevents_sync.model.run import RunStatus
from hubevents_sync.state.store import open_for_reading
from tests.crash.check import Reference, compare, run_reference
from tests.crash.launch import Ended, Forks, forking, start, wait
from tests.crash.scenario import APPLY, Template, Trial, build_template

PAIRS = 20
HOUR_MS = 3_600_000
# Both are let go when both stand before the state that they want to write to. Then the one that wins must not be done
# before the other asks.
SLOW = ("attendance: slow 0.1s",)
MID_RUN = "after POST /marketing/v3/marketing-events/attendance/beta/register"


@pytest.fixture(scope="module")
def launchers() -> Iterator[tuple[Forks, Forks]]:
    with forking() as first, forking() as second:
        yield first, second


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, launchers: tuple[Forks, Forks]) -> Template:
    return build_template(tmp_path_factory.mktemp("two") / "template", launchers[0])


@pytest.fixture(scope="module")
def reference(
    tmp_path_factory: pytest.TempPathFactory, launchers: tuple[Forks, Forks], template: Template
) -> Reference:
    return run_reference(template, tmp_path_factory.mktemp("two") / "reference", launchers[0])


def wait_for(path: Path, *, is_there: bool = True) -> None:
    began = time.monotonic()
    while path.exists() is not is_there:
        assert time.monotonic() - began < 30, path
        time.sleep(0.005)


def race(trial: Trial, launchers: tuple[Forks, Forks]) -> list[Ended]:
    """Both apply, let go at the same moment."""
    gates = [trial.place / f"gate-{number}" for number in range(2)]
    with ThreadPoolExecutor(2) as pool:
        runs = [
            pool.submit(trial.apply, launcher, hold=f"before opening to write={gate}")
            for launcher, gate in zip(launchers, gates, strict=True)
        ]
        for gate in gates:
            wait_for(gate)
        for gate in gates:
            gate.unlink()
        return [run.result() for run in runs]


@pytest.mark.parametrize("pair", range(PAIRS))
def test_of_two_that_race_one_works_and_the_other_exits_5(
    pair: int, tmp_path: Path, launchers: tuple[Forks, Forks], template: Template, reference: Reference
) -> None:
    with template.copied(tmp_path / "trial", faults=SLOW) as trial:
        ended = sorted(race(trial, launchers), key=lambda each: each.code)
        assert [each.code for each in ended] == [0, 5], ended
        assert "error: the state is locked by " in ended[1].text
        assert compare(trial, reference) == []
        assert trial.find_faults_of_completions() == []
        assert trial.find_open_ends() == []
        assert max(Counter(trial.sent_rows(0)).values()) == 1


def hold_in_mid_run(trial: Trial) -> "tuple[subprocess.Popen[str], Path]":
    """An apply that waits where an answer has arrived and is not yet recorded, and the gate that lets it go on."""
    gate = trial.place / "gate"
    held = start(trial.project.path, *APPLY, hold=f"{MID_RUN}={gate}", one_by_one="1", patience="0.01")
    wait_for(gate)
    return held, gate


def find_holder(trial: Trial) -> str:
    state = open_for_reading(trial.project.path / "state/hubevents.db", environ={})
    assert state is not None
    with state:
        assert state.lease is not None
        return state.lease.run_id


def test_a_run_whose_lease_was_broken_and_taken_stops_at_its_next_write(
    tmp_path: Path, launchers: tuple[Forks, Forks], template: Template, reference: Reference
) -> None:
    with template.copied(tmp_path / "trial") as trial:
        held, gate = hold_in_mid_run(trial)
        first = find_holder(trial)
        unlocked = launchers[0].run(trial.project.path, "state", "unlock", first)
        assert unlocked.code == 0, unlocked.text
        recorded, since = trial.recorded_rows(), trial.last_request
        second = trial.apply(launchers[0])
        assert second.code == 0, second.text
        assert not recorded.intersection(trial.sent_rows(since))
        since = trial.last_request
        gate.unlink()
        stopped = wait(held)
        assert stopped.code == 4, stopped.text
        assert "error: the state went from serial " in stopped.text
        assert trial.last_request == since
        assert compare(trial, reference) == []
        assert trial.find_faults_of_completions() == []
        assert trial.find_open_ends() == []
        assert find_statuses(trial) == [RunStatus.DONE, RunStatus.INTERRUPTED, RunStatus.DONE]


def find_statuses(trial: Trial) -> list[RunStatus]:
    state = open_for_reading(trial.project.path / "state/hubevents.db", environ={})
    assert state is not None
    with state:
        return [run.status for run in state.runs()]


def test_a_run_whose_lease_was_broken_stops_though_nobody_took_it(
    tmp_path: Path, launchers: tuple[Forks, Forks], template: Template, reference: Reference
) -> None:
    with template.copied(tmp_path / "trial") as trial:
        held, gate = hold_in_mid_run(trial)
        assert launchers[0].run(trial.project.path, "state", "unlock", find_holder(trial)).code == 0
        gate.unlink()
        stopped = wait(held)
        assert stopped.code == 4, stopped.text
        assert "error: this run's lock on the state was broken by hand" in stopped.text
        assert trial.apply(launchers[0]).code == 0
        assert compare(trial, reference) == []
        assert trial.find_faults_of_completions() == []
        assert trial.find_open_ends() == []


@pytest.mark.parametrize("clock_ms", [HOUR_MS, -HOUR_MS])
def test_a_clock_that_is_an_hour_off_steals_no_live_lease(
    clock_ms: int, tmp_path: Path, launchers: tuple[Forks, Forks], template: Template, reference: Reference
) -> None:
    with template.copied(tmp_path / "trial") as trial:
        held, gate = hold_in_mid_run(trial)
        second = trial.apply(launchers[0], clock_ms=str(clock_ms))
        assert second.code == 5, second.text
        gate.unlink()
        ended = wait(held)
        assert ended.code == 0, ended.text
        assert compare(trial, reference) == []


@pytest.mark.parametrize("clock_ms", [HOUR_MS, -HOUR_MS])
def test_a_clock_that_is_an_hour_off_takes_over_from_a_process_that_was_killed(
    clock_ms: int, tmp_path: Path, launchers: tuple[Forks, Forks], template: Template, reference: Reference
) -> None:
    with template.copied(tmp_path / "trial") as trial:
        held, _ = hold_in_mid_run(trial)
        held.kill()
        assert wait(held).code == -9
        second = trial.apply(launchers[0], clock_ms=str(clock_ms))
        assert second.code == 0, second.text
        assert compare(trial, reference) == []
        assert trial.find_open_ends() == []


@pytest.mark.parametrize("pair", range(4))
def test_of_two_that_race_for_a_state_that_is_not_there_yet_one_works_and_the_other_exits_5(
    pair: int, tmp_path: Path, launchers: tuple[Forks, Forks], template: Template
) -> None:
    with template.copied(tmp_path / "trial", faults=SLOW) as trial:
        for file in (trial.project.path / "state").iterdir():
            file.unlink()
        ended = sorted(race(trial, launchers), key=lambda each: each.code)
        assert [each.code for each in ended] == [0, 5], ended
        assert max(Counter(trial.sent_rows(0)).values()) == 1
        assert trial.find_open_ends() == []
