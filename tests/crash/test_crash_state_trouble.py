"""A state that can't be used, or no longer be written: a clear error, the right exit code, and nothing lost."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from hubevents_sync.sandbox.server import RunningSandbox, running_sandbox
from hubevents_sync.state.format_version import FORMAT_VERSION
from tests.crash.launch import Ended, Forks, forking, start, wait
from tests.projects import ProjectFolder, build_people, hash_tree

OTHER_PORTAL = 99


@pytest.fixture(scope="module")
def launcher() -> Iterator[Forks]:
    with forking() as forks:
        yield forks


@pytest.fixture
def server() -> Iterator[RunningSandbox]:
    with running_sandbox() as running:
        yield running


def write_project(place: Path, server: RunningSandbox, *, people: int = 3, portal: int | None = None) -> ProjectFolder:
    project = ProjectFolder(place / "project")
    write_settings(project, server, portal=portal)
    project.write_event("launch", roster="launch.csv")
    project.write_roster("launch.csv", build_people(people))
    return project


def write_settings(project: ProjectFolder, server: RunningSandbox, *, portal: int | None = None) -> None:
    project.write_settings(base_url=server.base_url)
    if portal is not None:
        settings = project.path / "hubevents.yaml"
        settings.write_text(f"{settings.read_text()}  portal: {portal}\n")


@pytest.mark.parametrize("command", [["plan"], ["apply", "--auto-approve"], ["state", "list"], ["runs", "list"]])
def test_a_state_of_a_newer_format_is_refused_and_left_as_it_is(
    command: Sequence[str], tmp_path: Path, server: RunningSandbox, launcher: Forks
) -> None:
    project = write_project(tmp_path, server)
    assert launcher.run(project.path, "apply", "--auto-approve").code == 0
    with closing(sqlite3.connect(project.path / "state/hubevents.db")) as state, state:
        state.execute("UPDATE header SET format_version = 99")
    project.write_roster("launch.csv", build_people(4))
    before, sent = hash_tree(project.path), len(server.requests())
    ended = launcher.run(project.path, *command)
    assert ended.code == 1
    assert (
        f"error: state is of format 99, this version reads up to {FORMAT_VERSION}: upgrade hubevents-sync" in ended.text
    )
    assert (hash_tree(project.path), len(server.requests())) == (before, sent)


@pytest.mark.parametrize("command", [["plan"], ["apply", "--auto-approve"]])
def test_a_project_of_another_portal_than_the_states_is_refused(
    command: Sequence[str], tmp_path: Path, server: RunningSandbox, launcher: Forks
) -> None:
    project = write_project(tmp_path, server, portal=server.portal_id)
    assert launcher.run(project.path, "apply", "--auto-approve").code == 0
    project.write_roster("launch.csv", build_people(4))
    write_settings(project, server, portal=OTHER_PORTAL)
    before, sent = hash_tree(project.path), len(server.requests())
    ended = launcher.run(project.path, *command)
    assert ended.code == 7
    assert f"belongs to HubSpot portal {server.portal_id}, not to {OTHER_PORTAL}" in ended.text
    assert (hash_tree(project.path), len(server.requests())) == (before, sent)


def test_a_token_of_another_portal_than_the_states_is_refused_though_the_project_pins_none(
    tmp_path: Path, server: RunningSandbox, launcher: Forks
) -> None:
    project = write_project(tmp_path, server, portal=server.portal_id)
    assert launcher.run(project.path, "apply", "--auto-approve").code == 0
    project.write_roster("launch.csv", build_people(4))
    with running_sandbox(portal_id=OTHER_PORTAL) as other:
        write_settings(project, other)
        ended = launcher.run(project.path, "apply", "--auto-approve")
        assert ended.code == 7
        said = f"error: the token belongs to HubSpot account {OTHER_PORTAL}; the state is that of {server.portal_id}"
        assert said in ended.text
        assert [request.path for request in other.requests()] == ["/oauth/v2/private-apps/get/access-token-info"]


def under_plain_permissions() -> list[str]:
    """The command under which even root is bound to a file's permissions."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root may write anywhere, and there is no setpriv to forbid it")
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]


def run_bound(project: ProjectFolder, *arguments: str) -> Ended:
    return wait(start(project.path, *arguments, under=under_plain_permissions()))


@pytest.mark.parametrize("is_new", [True, False])
def test_a_folder_that_can_not_be_written_is_found_before_anything_is_sent(
    is_new: bool,  # noqa: FBT001  a case
    tmp_path: Path,
    server: RunningSandbox,
    launcher: Forks,
) -> None:
    project = write_project(tmp_path, server)
    folder = project.path / "state"
    if is_new:
        folder.mkdir()
    else:
        assert launcher.run(project.path, "apply", "--auto-approve").code == 0
        project.write_roster("launch.csv", build_people(4))
        (folder / "hubevents.db").chmod(0o444)
    sent = len(server.requests())
    folder.chmod(0o555)
    try:
        assert run_bound(project, "plan").code == 0
        ended = run_bound(project, "apply", "--auto-approve")
        assert ended.code == 1, ended.text
        assert "Traceback" not in ended.text
        wanted = "can't be made: Permission denied" if is_new else "can't be written: it is read-only"
        assert wanted in ended.text
        assert len(server.requests()) == sent
    finally:
        folder.chmod(0o755)
        if not is_new:
            (folder / "hubevents.db").chmod(0o644)
    assert run_bound(project, "apply", "--auto-approve").code == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own, of 400 KiB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "none", str(place)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("only root can mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_fills_up_ends_the_run_and_with_room_the_next_one_goes_on(
    small_disk: Path, tmp_path: Path, server: RunningSandbox, launcher: Forks
) -> None:
    project = write_project(tmp_path, server, people=6_000)
    (project.path / "state").symlink_to(small_disk, target_is_directory=True)
    ended = launcher.run(project.path, "apply", "--auto-approve", patience="0.01")
    assert ended.code == 1, ended.text
    assert "Traceback" not in ended.text
    assert "can't be written: the disk is full" in ended.text
    assert "free some space and run again: what was recorded so far is kept" in ended.text
    before = len(server.account.participations)
    assert 0 < before < 6_000
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    since = max(request.number for request in server.requests())
    ended = launcher.run(project.path, "apply", "--auto-approve", patience="0.01")
    assert ended.code == 0, ended.text
    assert len(server.account.participations) == 6_000
    sent_again = sum(request.rows for request in server.requests() if request.number > since) - (6_000 - before)
    assert sent_again <= 8 * 100  # the calls that were under way when the disk was full, and no others
    assert launcher.run(project.path, "plan", "--detailed-exitcode").code == 0
