"""A project, the built-in HubSpot over real HTTP, and the program."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hubevents_sync.cli.main import call
from hubevents_sync.sandbox.server import RunningSandbox, running_sandbox
from tests.projects import ProjectFolder


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def server() -> Iterator[RunningSandbox]:
    """The built-in HubSpot, its account in memory."""
    with running_sandbox() as running:
        yield running


@pytest.fixture
def project(tmp_path: Path, server: RunningSandbox) -> ProjectFolder:
    """An empty project that is aimed at the server."""
    folder = ProjectFolder(tmp_path / "project")
    folder.write_settings(base_url=server.base_url)
    return folder


@pytest.fixture
def run(project: ProjectFolder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The program, run in the project's folder."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "pat-test-0000")
    for name in ("NO_COLOR", "HUBEVENTS_IDENTITY_KEY"):
        monkeypatch.delenv(name, raising=False)

    def run_program(*arguments: str) -> Ended:
        capsys.readouterr()
        code = call(["-C", str(project.path), *arguments])
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return run_program
