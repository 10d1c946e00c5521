"""Each flag has variables of its own, and no variable means two things."""

from importlib import import_module
from pathlib import Path

import click
import pytest

from hubevents_sync.cli.main import COMMANDS, call, cli
from hubevents_sync.cli.variables import variables_of
from tests.end_to_end.conftest import Run
from tests.projects import ProjectFolder


def list_commands(command: click.Command) -> list[click.Command]:
    inner = command.commands.values() if isinstance(command, click.Group) else ()
    return [command, *(each for one in inner for each in list_commands(one))]


def test_no_flag_of_a_command_listens_to_a_variable_of_the_program() -> None:
    taken = set(variables_of(cli))
    assert {"HUBEVENTS_DIRECTORY", "HUBEVENTS_ENV"} <= taken
    context = click.Context(cli)
    for name in COMMANDS:
        found = cli.get_command(context, name)
        assert found is not None
        for command in list_commands(found):
            assert taken.isdisjoint(variables_of(command)), name
    demo = import_module("hubevents_sync.cli.demo").demo
    assert variables_of(demo) == ["HUBEVENTS_DEMO_DIRECTORY"]


def test_the_folder_of_the_variable_is_that_of_the_project(
    project: ProjectFolder, run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write_event("gala")
    monkeypatch.setenv("HUBEVENTS_DIRECTORY", str(project.path))
    capsys.readouterr()
    assert call(["validate"]) == 0
    assert capsys.readouterr().out == "ok: 1 event and 0 people read, nothing wrong\n"


@pytest.mark.parametrize(
    "arguments", [["validate"], ["plan"], ["apply", "--sandbox", "--auto-approve"], ["state", "list"]]
)
def test_a_folder_that_is_not_there_is_named_and_not_made(
    tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    missing, file = tmp_path / "missing", tmp_path / "file"
    file.touch()
    for folder, what in ((missing, "is not there"), (file, "is no folder")):
        assert call(["-C", str(folder), *arguments]) == 64
        assert capsys.readouterr().err == (
            f"error: the folder of -C {what}: {folder}\nhint: init makes a project in a new folder\n"
        )
    assert not missing.exists()


def test_init_makes_its_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["-C", str(tmp_path / "new"), "init"]) == 0
    assert (tmp_path / "new" / "hubevents.yaml").is_file()
