"""A token, a client secret and a refresh token that are planted appear nowhere but where they are kept."""

import os
from pathlib import Path

import pytest

from hubevents_sync.sandbox.known.access import ROTATION, Rotation
from hubevents_sync.sandbox.server import RunningSandbox, running_sandbox
from hubevents_sync.sandbox.switches import Switches
from tests.processes import end_program, run_program, start_program, wait_until
from tests.projects import ProjectFolder, build_people

SECRET, REFRESH, TOKEN = "planted-client-secret-91", "planted-refresh-token-92", "planted-access-token-93"
PLANTED = (SECRET, REFRESH, TOKEN)
OAUTH = ("  oauth: {client_id: some-client, client_secret: '${S}', refresh_token: '${R}'}",)
STATIC = ("  token: ${T}",)
COMMANDS = (
    ("validate",),
    ("fmt", "--diff"),
    ("guard", "../hubevents.yaml"),
    ("plan", "--out", "plan.json", "--markdown", "plan.md", "--html", "plan.html"),
    ("show", "plan.json"),
    ("apply", "--auto-approve", "--report", "report.json", "--rejects", "rejects.csv"),
    ("auth", "check"),
    ("auth", "check", "--format", "json"),
    ("auth", "login", "--no-browser"),
    ("auth", "logout"),
    ("doctor",),
    ("doctor", "--format", "json"),
    ("drift",),
    ("refresh", "--yes"),
    ("import", "--all"),
    ("state", "list"),
    ("state", "show", "cooking"),
    ("state", "verify"),
    ("state", "export", "export.jsonl", "--with-identity-key"),
    ("settings", "show"),
    ("due",),
    ("runs", "list"),
    ("forget", "cooking", "--yes"),
)


def find_planted(*texts: str) -> list[str]:
    return [secret for secret in PLANTED for text in texts if secret in text]


def read_all(folder: Path) -> str:
    return "".join(path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file())


@pytest.fixture(autouse=True)
def planted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The secrets, in the environment only."""
    for name, value in {"S": SECRET, "R": REFRESH, "T": TOKEN, "XDG_CONFIG_HOME": str(tmp_path / "config")}.items():
        monkeypatch.setenv(name, value)


def run_all(project: ProjectFolder) -> None:
    (project.path / "out").mkdir(exist_ok=True)
    for command in COMMANDS:  # with -v, which says all that a command says without it
        _, out, err = run_program(project.path, "-v", *command, cwd=project.path / "out")
        assert find_planted(out, err) == [], command
        assert "Traceback" not in err, err
    assert find_planted(read_all(project.path)) == []


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("sign_in", [OAUTH, STATIC], ids=["oauth", "token"])
@pytest.mark.parametrize("trouble", ["", "401", "gone"])
def test_no_command_shows_or_keeps_a_secret(tmp_path: Path, sign_in: tuple[str, ...], trouble: str) -> None:
    project = ProjectFolder(tmp_path / "project")
    with running_sandbox(
        token="another" if trouble == "401" else None, switches=Switches({ROTATION.name: Rotation.ROTATE})
    ) as server:
        base_url = "http://127.0.0.1:9" if trouble == "gone" else server.base_url
        project.write_settings(*sign_in, base_url=base_url)
        project.write_event("cooking", roster="people.csv")
        project.write_roster("people.csv", build_people(3))
        if trouble == "gone":
            # Nothing of a run's two minutes of patience: the commands that give up by themselves.
            for command in (("doctor",), ("-v", "doctor", "--format", "json")):
                _, out, err = run_program(project.path, *command)
                assert find_planted(out, err) == []
        else:
            run_all(project)


CRASH = """
import sys
from hubevents_sync.hubspot import client
from hubevents_sync.cli.main import run

def crash(self, *arguments, **options):
    raise RuntimeError(f"a bug, with {self._credentials!r}, {self._sender!r} and {arguments!r} in its message")

client.HubSpotClient.read_token_info = crash
run(sys.argv[1:])
"""


@pytest.mark.parametrize("sign_in", [OAUTH, STATIC], ids=["oauth", "token"])
def test_a_crash_shows_its_traceback_and_no_secret(tmp_path: Path, sign_in: tuple[str, ...]) -> None:
    import subprocess
    import sys

    project = ProjectFolder(tmp_path / "project")
    with running_sandbox() as server:
        project.write_settings(*sign_in, base_url=server.base_url)
        project.write_event("cooking")
        command = [sys.executable, "-c", CRASH, "-C", str(project.path), "auth", "check"]
        ended = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))
    assert "RuntimeError: a bug, with" in ended.stderr
    assert find_planted(ended.stdout, ended.stderr) == []


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="reads process titles from /proc")
def test_no_secret_stands_in_a_process_title(tmp_path: Path) -> None:
    project = ProjectFolder(tmp_path / "project")
    with running_sandbox(faults=["attendance: slow 2s"]) as server:
        project.write_settings(*OAUTH, base_url=server.base_url)
        project.write_event("cooking", roster="people.csv")
        project.write_roster("people.csv", build_people(3))
        process = start_program(project.path, "apply", "--auto-approve")
        wait_until(lambda: _has_upserted(server))
        titles = [
            (Path("/proc") / str(process.pid) / name).read_bytes().decode("latin-1") for name in ("cmdline", "comm")
        ]
        code, out, err = end_program(process)
    assert code == 0, err
    assert find_planted(*titles, out, err) == []


def _has_upserted(server: RunningSandbox) -> bool:
    return any(request.path.endswith("/upsert") for request in server.requests())
