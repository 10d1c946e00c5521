"""A Dask cluster plans what this machine plans, or says why it does not."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import closing
from pathlib import Path

import pytest

from hubevents_sync.cli.executor import opening_executor
from hubevents_sync.errors import ConfigurationError
from tests.end_to_end.conftest import Run
from tests.projects import ProjectFolder, build_people

distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]  # what Dask's own code warns of is not ours

CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler on loopback with two workers, each a process."""
    folder = tmp_path_factory.mktemp("cluster")
    script = folder / "cluster.py"
    script.write_text(CLUSTER, encoding="utf-8")
    with start(script, folder) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield process.stdout.readline().strip()
        process.stdin.close()
        assert process.wait(60) == 0


def start(script: Path, folder: Path, **environ: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, str(script)],
        cwd=folder,
        env={**os.environ, "HUBSPOT_ACCESS_TOKEN": "", **environ},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


@pytest.fixture
def events(project: ProjectFolder) -> ProjectFolder:
    """Nine events with rosters, and one whose people stand in the event file itself."""
    for number in range(9):
        project.write_event(f"event-{number}", roster=f"{number}.csv")
        project.write_roster(f"{number}.csv", build_people(5, prefix=f"e{number}-"))
    project.write_event("inline", "attendees: [{email: ana@example.com, registered: 2026-03-01T10:00:00Z}]")
    return project


def test_a_cluster_makes_the_very_plan_that_one_process_makes(events: ProjectFolder, run: Run, cluster: str) -> None:
    plans = {
        name: run("plan", "--format", "json", *arguments)
        for name, arguments in {
            "one": ["--workers", "1"],
            "two": ["--workers", "2"],
            "dask": ["--executor", cluster],
            "dask in ten": ["--executor", cluster, "--workers", "10"],
        }.items()
    }
    assert {name: plan.err for name, plan in plans.items()} == dict.fromkeys(plans, "")
    assert len({plan.out for plan in plans.values()}) == 1
    assert len(json.loads(plans["dask"].out)["events"]) == 10


def test_an_apply_plans_by_the_cluster_too_and_the_next_plan_has_nothing_to_do(
    events: ProjectFolder, run: Run, cluster: str
) -> None:
    applied = run("apply", "--auto-approve", "--executor", cluster)
    assert (applied.code, applied.err) == (0, "")
    events.write_roster("4.csv", build_people(6, prefix="e4-"))
    assert "send 1 row" in run("plan", "--executor", cluster).out
    assert run("plan", "--executor", cluster).out == run("plan", "--workers", "1").out


def test_findings_come_from_the_cluster(events: ProjectFolder, run: Run, cluster: str) -> None:
    events.write("rosters/7.csv", "email,registered\nnobody,2026-03-01T10:00:00Z\n")
    here, there = run("plan", "--workers", "1"), run("plan", "--executor", cluster)
    assert (there.code, there.err) == (here.code, here.err)
    assert "rosters/7.csv:2:1" in there.err


def test_nobody_at_the_address_is_told_soon(events: ProjectFolder, run: Run) -> None:
    with closing(socket.socket()) as reserved:
        reserved.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{reserved.getsockname()[1]}"
        ended = run("plan", "--executor", address)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == (
        f"error: there is no Dask scheduler at {address}: nobody answered in 5 s\n"
        "hint: is it running (dask scheduler), and is that its address? Without --executor this machine plans alone\n"
    )


@pytest.mark.parametrize("address", ["scheduler", "http://scheduler:8786", "tcp://scheduler"])
def test_what_is_no_address_is_wrong_usage(events: ProjectFolder, run: Run, address: str) -> None:
    ended = run("plan", "--executor", address)
    assert ended.code == 64
    assert ended.err.startswith(f"error: --executor takes the address of a Dask scheduler, found {address}\n")


def test_a_plan_against_a_commit_has_no_use_for_a_cluster(events: ProjectFolder, run: Run, cluster: str) -> None:
    ended = run("plan", "--executor", cluster, "--lock")
    assert (ended.code, ended.err) == (
        64,
        "error: --executor is for plans against the state\nhint: leave out --base and --lock\n",
    )


LOSSES = [
    distributed.comm.core.CommClosedError("in <TCP>: nobody"),
    distributed.KilledWorker("share", None, 3),
    CancelledError(),
]


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: type(loss).__name__)
def test_a_cluster_that_is_lost_while_it_works_is_told(cluster: str, loss: Exception) -> None:
    def lose() -> None:
        with opening_executor(cluster) as hands:
            assert hands.workers == 2
            raise loss

    with pytest.raises(ConfigurationError) as caught:
        lose()
    assert caught.value.message == f"the cluster at {cluster} lost the work: {type(loss).__name__}"


SCHEDULER_WITH = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers={workers}, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


def run_on(run: Run, folder: Path, *, workers: int, **environ: str) -> tuple[int, str]:
    """How a plan ends on a cluster of its own."""
    script = folder / "own_cluster.py"
    script.write_text(SCHEDULER_WITH.format(workers=workers), encoding="utf-8")
    with start(script, folder, **environ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        address = process.stdout.readline().strip()
        ended = run("plan", "--executor", address)
        process.stdin.close()
    return ended.code, ended.err.replace(address, "ADDRESS")


def test_a_scheduler_without_workers_is_told(events: ProjectFolder, run: Run, tmp_path: Path) -> None:
    assert run_on(run, tmp_path, workers=0) == (
        1,
        "error: the Dask scheduler at ADDRESS has no workers\nhint: start some: dask worker ADDRESS\n",
    )


def test_a_worker_with_another_program_is_refused(events: ProjectFolder, run: Run, tmp_path: Path) -> None:
    """The same version, with one more line in it: a checkout that is not the one here."""
    import hubevents_sync

    own = tmp_path / "other"
    checkout = Path(hubevents_sync.__file__).parent
    shutil.copytree(checkout, own / "hubevents_sync", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("schemas", "pyproject.toml"):
        if (checkout.parent / name).is_dir():
            shutil.copytree(checkout.parent / name, own / name)
        elif (checkout.parent / name).is_file():
            shutil.copy(checkout.parent / name, own / name)
    with (own / "hubevents_sync" / "plan" / "digest.py").open("a", encoding="utf-8") as file:
        file.write("# another\n")
    code, said = run_on(run, tmp_path, workers=1, PYTHONPATH=str(own))
    assert code == 1
    assert said.startswith("error: the worker tcp://127.0.0.1:")
    assert " runs hubevents-sync " in said
    assert said.endswith("hint: install the same version of hubevents-sync, and of Python, on every worker\n")
