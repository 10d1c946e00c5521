"""A project, the built-in HubSpot over real HTTP, and the program."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from hubevents_sync.cli.main import call
from hubevents_sync.resources import schemas_directory
from hubevents_sync.sandbox.server import RunningSandbox, running_sandbox
from tests.projects import ProjectFolder


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ended]
NOVEMBER_MS = 1_793_523_600_000


class SharedClock:
    """One time for the client and the server, in which a wait takes no time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seconds = 0.0

    def now_ms(self) -> int:
        """Epoch milliseconds."""
        return NOVEMBER_MS + int(self.monotonic() * 1000)

    def monotonic(self) -> float:
        """Seconds since the start."""
        with self._lock:
            return self._seconds

    def sleep(self, seconds: float) -> None:
        """Be there at once."""
        with self._lock:
            self._seconds += seconds


@cache
def load_validators() -> dict[str, Draft202012Validator]:
    """A validator for each format of which there is a schema."""
    schemas = (json.loads(file.read_text(encoding="utf-8")) for file in schemas_directory().glob("*.schema.json"))
    return {
        schema["properties"]["format"]["const"]: Draft202012Validator(schema, format_checker=FormatChecker())
        for schema in schemas
        if "format" in schema.get("properties", {})
    }


def require_schema(out: str) -> None:
    """Whatever a command of any test writes as JSON is as its schema says, where there is one."""
    try:
        document = json.loads(out)
    except ValueError:
        return
    validator = load_validators().get(str(document.get("format"))) if isinstance(document, dict) else None
    if validator is not None:
        assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)] == []


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
        require_schema(captured.out)
        return Ended(code, captured.out, captured.err)

    return run_program


@pytest.fixture
def clock() -> SharedClock:
    """A November morning, after the events of these tests."""
    return SharedClock()
