"""``validate`` for people, programs and forges: one result, and one exit code."""

import json
from pathlib import Path

import pytest

from hubevents_sync.cli.main import call
from tests.projects import ProjectFolder

FORMATS = ("text", "json", "github", "gitlab", "sarif")
SECRET_ADDRESS = "ana.planted@secret.example"


@pytest.fixture
def broken(tmp_path: Path) -> ProjectFolder:
    """A project in a folder of a repository, with a wrong event file and a roster whose person is not to be named."""
    folder = ProjectFolder(tmp_path / "repository" / "eu")
    folder.write_settings()
    (folder.path.parent / ".git").mkdir()
    folder.write_event("launch", "eventNaem: x")
    folder.write_event("sound", roster="sound.csv")
    folder.write(
        "rosters/sound.csv", f"email,registered\n{SECRET_ADDRESS},noon\n{SECRET_ADDRESS},2026-03-01T10:00:00Z\n"
    )
    return folder


@pytest.mark.parametrize("name", FORMATS)
def test_a_fault_ends_in_1_and_names_nobody(
    name: str, broken: ProjectFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(["-C", str(broken.path), "validate", "--format", name]) == 1
    captured = capsys.readouterr()
    assert "unknown-field" in captured.out
    assert "bad-time" in captured.out
    assert "planted" not in captured.out + captured.err
    assert "secret.example" not in captured.out + captured.err


@pytest.mark.parametrize("name", FORMATS)
def test_a_sound_project_ends_in_0(name: str, broken: ProjectFolder, capsys: pytest.CaptureFixture[str]) -> None:
    broken.write_event("launch")
    broken.write("rosters/sound.csv", f"email,registered\n{SECRET_ADDRESS},2026-03-01T10:00:00Z\n")
    assert call(["-C", str(broken.path), "validate", "--format", name]) == 0
    assert "launch.yaml" not in capsys.readouterr().out


def test_forges_are_told_the_path_from_the_root_of_the_repository(
    broken: ProjectFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(["-C", str(broken.path), "validate", "--format", "github"]) == 1
    assert "::error file=eu/events/launch.yaml,line=7,col=5,title=unknown-field::" in capsys.readouterr().out
    assert call(["-C", str(broken.path), "validate", "--format", "gitlab"]) == 1
    paths = {entry["location"]["path"] for entry in json.loads(capsys.readouterr().out)}
    assert paths == {"eu/events/launch.yaml", "eu/rosters/sound.csv"}
    assert call(["-C", str(broken.path), "validate", "--format", "sarif"]) == 1
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {"event-times", "bad-time", "unknown-field", "missing-roster"} <= rules
    uris = {
        place["physicalLocation"]["artifactLocation"]["uri"]
        for result in run["results"]
        for place in result["locations"]
    }
    assert uris == paths


def test_a_project_that_cannot_be_read_is_a_finding_in_every_format(
    broken: ProjectFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    broken.write("hubevents.yaml", "version: [\n")
    assert call(["-C", str(broken.path), "validate", "--format", "github"]) == 1
    assert "::error file=eu/hubevents.yaml,line=2,col=1,title=yaml-syntax::" in capsys.readouterr().out
