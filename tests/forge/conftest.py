"""A forge on loopback, and the program beside it."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hubevents_sync.cli.main import call
from tests.forge_stand_in import GITLAB_TOKEN, PROJECT, REPOSITORY, WORKFLOW_TOKEN, StandIn, running_stand_in

DIGEST = "3f1c" * 16
OTHER = "90ab" * 16
COMMIT = "c0ffee00" * 5


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ended]


def write_comment(digest: str = DIGEST, *, environment: str = "", cut: str = "false", said: str = "1 event") -> str:
    """A plan's comment, as short as one can be."""
    head = f"<!-- hubevents-sync plan environment={environment} digest={digest} cut={cut} -->"
    return f"{head}\n### hubevents-sync plan\n\n<p>{said}</p>\n\n<p>Digest <code>{digest}</code></p>\n"


@pytest.fixture
def forge() -> Iterator[StandIn]:
    """The stand-in."""
    with running_stand_in() as running:
        yield running


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """The program, in a folder of its own and in no pipeline."""
    for name in os.environ:
        if name.startswith(("GITHUB_", "CI_", "GITLAB_", "HUBEVENTS_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def run_program(*arguments: str) -> Ended:
        capsys.readouterr()
        code = call(list(arguments))
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return run_program


@pytest.fixture
def on_github(run: Run, forge: StandIn, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The program in a workflow of a pull request, number 12."""
    monkeypatch.setenv("GITHUB_API_URL", forge.base_url)
    monkeypatch.setenv("GITHUB_REPOSITORY", REPOSITORY)
    monkeypatch.setenv("GITHUB_TOKEN", WORKFLOW_TOKEN)
    monkeypatch.setenv("GITHUB_REF", "refs/pull/12/merge")
    monkeypatch.setenv("GITHUB_SHA", COMMIT)
    return run


@pytest.fixture
def on_gitlab(run: Run, forge: StandIn, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The program in a pipeline of a merge request, number 12."""
    monkeypatch.setenv("CI_API_V4_URL", f"{forge.base_url}/api/v4")
    monkeypatch.setenv("CI_PROJECT_ID", PROJECT)
    monkeypatch.setenv("GITLAB_TOKEN", GITLAB_TOKEN)
    monkeypatch.setenv("CI_MERGE_REQUEST_IID", "12")
    monkeypatch.setenv("CI_COMMIT_SHA", COMMIT)
    return run
