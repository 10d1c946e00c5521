"""``fmt`` on projects: which files, what is written, what is said, and that nobody's address gets into a log."""

import json
import shutil
import stat
from pathlib import Path

import pytest

from hubevents_sync.cli.main import call
from hubevents_sync.resources import examples_directory
from tests.projects import ProjectFolder, hash_tree

NEAT_EVENT = "events:\n  - externalEventId: launch\n    eventName: Launch\n    roster: ../rosters/launch.csv\n"
MESSY_EVENT = "events:\n- eventName: 'Launch'\n  externalEventId: launch\n  roster: ../rosters/launch.csv\n"
MESSY_ROSTER = "registered,email\n2026-03-01 10:00Z,zoe@secret.example\n2026-03-01T10:00:00Z,ana@secret.example\n"
NEAT_ROSTER = "email,registered\nana@secret.example,2026-03-01T10:00:00Z\nzoe@secret.example,2026-03-01T10:00:00Z\n"
SETTINGS = "version: 1\naccount: CookingCo\n"


@pytest.fixture
def messy(tmp_path: Path) -> ProjectFolder:
    """A project whose event file and roster are not in form."""
    folder = ProjectFolder(tmp_path / "project")
    folder.write("hubevents.yaml", SETTINGS)
    folder.write("events/launch.yaml", MESSY_EVENT)
    folder.write("rosters/launch.csv", MESSY_ROSTER)
    return folder


def run(folder: ProjectFolder, *arguments: str) -> int:
    return call(["-C", str(folder.path), "fmt", *arguments])


def test_all_files_but_rosters_are_formatted(messy: ProjectFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(messy) == 0
    assert capsys.readouterr().out == "formatted events/launch.yaml\n1 file formatted, 1 file in form\n"
    assert (messy.path / "events/launch.yaml").read_text(encoding="utf-8") == NEAT_EVENT
    assert (messy.path / "rosters/launch.csv").read_text(encoding="utf-8") == MESSY_ROSTER
    assert run(messy) == 0
    assert capsys.readouterr().out == "2 files in form\n"


def test_rosters_are_sorted_on_request(messy: ProjectFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(messy, "--rosters") == 0
    assert (messy.path / "rosters/launch.csv").read_text(encoding="utf-8") == NEAT_ROSTER
    assert "formatted rosters/launch.csv\n" in capsys.readouterr().out


def test_check_and_diff_write_nothing(messy: ProjectFolder, capsys: pytest.CaptureFixture[str]) -> None:
    before = hash_tree(messy.path)
    assert run(messy, "--check") == 1
    assert capsys.readouterr().out == "would format events/launch.yaml\n1 file to format, 1 file in form\n"
    assert run(messy, "--diff") == 0
    assert run(messy, "--diff", "--check") == 1
    assert hash_tree(messy.path) == before


def test_a_diff_shows_the_lines_that_change(messy: ProjectFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(messy, "--diff") == 0
    assert capsys.readouterr().out == (
        "--- events/launch.yaml\n"
        "+++ events/launch.yaml (formatted)\n"
        "@@ -1,5 +1,5 @@\n"
        " events:\n"
        "-- eventName: 'Launch'\n"
        "-  externalEventId: launch\n"
        "-  roster: ../rosters/launch.csv\n"
        "+  - externalEventId: launch\n"
        "+    eventName: Launch\n"
        "+    roster: ../rosters/launch.csv\n"
        " \n"
        "would format events/launch.yaml\n"
        "1 file to format, 1 file in form\n"
    )


def test_a_diff_into_a_log_names_nobody(messy: ProjectFolder, capsys: pytest.CaptureFixture[str]) -> None:
    messy.write(
        "events/launch.yaml",
        "events:\n- eventName: ask boss@secret.example\n  externalEventId: launch\n  roster: ../rosters/launch.csv\n"
        "  attendees:\n  - {registered: 2026-03-01 10:00Z, email: eve@secret.example, contact: {firstname: Evelyn}}\n",
    )
    assert run(messy, "--diff", "--rosters") == 0
    captured = capsys.readouterr()
    assert "secret.example" not in captured.out + captured.err
    assert "Evelyn" not in captured.out
    assert "+events/launch.yaml:6 (people)\n" in captured.out
    assert "-rosters/launch.csv:2 (people)\n" in captured.out


def test_faults_leave_a_file_alone_and_the_others_are_formatted(
    messy: ProjectFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    messy.write("events/broken.yaml", "events: [\n")
    messy.write("events/eats.yaml", "events:\n- externalEventId: a\n  eventDescription: |+\n    x\n- {}\n")
    assert run(messy) == 1
    captured = capsys.readouterr()
    assert captured.out == "formatted events/launch.yaml\n1 file formatted, 2 files left as they are, 1 file in form\n"
    assert "events/broken.yaml:2:1: error: not valid YAML" in captured.err
    assert "error: events/eats.yaml is left as it is: in the one form it would mean something else\n" in captured.err
    assert (messy.path / "events/broken.yaml").read_text(encoding="utf-8") == "events: [\n"


def test_variables_need_not_be_set(messy: ProjectFolder, capsys: pytest.CaptureFixture[str]) -> None:
    messy.write("hubevents.yaml", "version: 1\naccount: ${SURELY_NOT_SET}\nenvironments: {eu: {events: [eu/*.yaml]}}\n")
    messy.write("eu/launch.yaml", MESSY_EVENT)
    assert run(messy) == 0
    assert "formatted eu/launch.yaml\n" in capsys.readouterr().out


def test_named_files_are_formatted_if_they_belong_to_a_project(
    messy: ProjectFolder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = messy.write("../other.yaml", "b:   1\n")
    monkeypatch.chdir(messy.path.parent)
    files = ["project/events/launch.yaml", "other.yaml", "project/rosters/launch.csv"]
    assert call(["fmt", *files]) == 0
    captured = capsys.readouterr()
    assert captured.out == "formatted project/events/launch.yaml\n1 file formatted\n"
    assert captured.err == (
        "passed over other.yaml: it is no file of a project that fmt looks at\n"
        "passed over project/rosters/launch.csv: it is no file of a project that fmt looks at\n"
    )
    assert other.read_text(encoding="utf-8") == "b:   1\n"


def test_a_name_of_nothing_is_wrong_usage(messy: ProjectFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(messy, "events/lunch.yaml") == 64
    assert "error: there is no file events/lunch.yaml\n" in capsys.readouterr().err
    assert run(messy, "events") == 64
    assert "error: events is a folder\n" in capsys.readouterr().err


def test_mode_and_links_stay_and_a_link_out_of_the_project_is_left(
    messy: ProjectFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    real = messy.write("shared/real.yaml", MESSY_EVENT)
    real.chmod(0o640)
    link = messy.path / "events/link.yaml"
    link.symlink_to("../shared/real.yaml")
    outside = messy.write("../outside.yaml", MESSY_EVENT)
    (messy.path / "events/out.yaml").symlink_to(outside)
    assert run(messy) == 1
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8") == NEAT_EVENT
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert outside.read_text(encoding="utf-8") == MESSY_EVENT
    assert "events/out.yaml:1:1: error: the file is a link to one outside" in capsys.readouterr().err
    assert list(real.parent.iterdir()) == [real]


@pytest.mark.parametrize("name", ["quickstart", "conference"])
def test_the_examples_are_in_form(name: str) -> None:
    assert call(["-C", str(examples_directory() / name), "fmt", "--check"]) == 0


def test_what_init_writes_is_in_form(tmp_path: Path) -> None:
    assert call(["-C", str(tmp_path), "init"]) == 0
    assert call(["-C", str(tmp_path), "fmt", "--check"]) == 0


def test_the_plan_of_a_formatted_project_has_the_same_digest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = Path(shutil.copytree(examples_directory() / "conference", tmp_path / "conference"))
    digests = []
    for arguments in (["fmt", "--check"], ["fmt", "--rosters"]):
        call(["-C", str(project), *arguments])
        capsys.readouterr()
        assert call(["-C", str(project), "plan", "--format", "json"]) == 0
        digests.append(json.loads(capsys.readouterr().out)["digest"])
    assert digests[0] == digests[1]
    assert call(["-C", str(project), "fmt", "--rosters", "--check"]) == 0
