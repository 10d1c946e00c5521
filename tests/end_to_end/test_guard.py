"""The hooks: what ``guard`` keeps out of a commit, and that the entries run in a real repository."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from hubevents_sync.cli.main import call
from hubevents_sync.resources import examples_directory
from tests.projects import ProjectFolder

ROOT = Path(__file__).parents[2]
HOOKS = ROOT / ".pre-commit-hooks.yaml"
needs_checkout = pytest.mark.skipif(not HOOKS.is_file(), reason="reads the hooks of the checkout")
TOKEN = "pat-na1-" + "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"
APPLY = ("apply", "--sandbox", "--auto-approve", "--report", "out/report.json", "--rejects", "out/rejects.csv")


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project after a real apply to the built-in HubSpot, with all that it leaves, in a git repository."""
    project = Path(shutil.copytree(examples_directory() / "quickstart", tmp_path_factory.mktemp("guard") / "project"))
    (project / "out").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        assert call([*APPLY]) == 0
        with open("out/plan.json", "w", encoding="utf-8") as file:  # noqa: PTH123  stdout of a real process
            command = [sys.executable, "-m", "hubevents_sync", "plan", "--format", "json"]
            subprocess.run(command, stdout=file, check=True)
        subprocess.run(["git", "init", "-q"], check=True)
        subprocess.run(["git", "add", "-A", "-f"], check=True)
    return project


def staged(project: Path) -> list[str]:
    listed = subprocess.run(["git", "diff", "--cached", "--name-only"], cwd=project, capture_output=True, check=True)
    return listed.stdout.decode().split()


def test_all_that_an_apply_leaves_is_kept_out(applied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["-C", str(applied), "guard", *staged(applied)]) == 1
    captured = capsys.readouterr()
    lines = captured.err.splitlines()
    assert captured.out == ""
    assert [line for line in lines if not line.startswith("  hint: ")] == [
        "out/plan.json: a saved plan",
        "out/rejects.csv: the rejected rows of an apply",
        "out/report.json: the report of an apply",
        "state/sandbox-account.db: the account of the built-in HubSpot, with people's addresses in it",
        "state/sandbox.db: the state of what was applied",
    ]
    assert "  hint: git rm --cached -- state/sandbox.db, and name it in .gitignore; the file itself stays" in lines


def test_what_belongs_to_the_project_may_be_committed(applied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (applied / "state/README.md").write_text("# State\n", encoding="utf-8")
    (applied / "state/hubevents.lock.json").write_text('{"format": "hubevents-sync/lock"}\n', encoding="utf-8")
    own = [name for name in staged(applied) if not name.startswith(("out/", "state/"))]
    assert len(own) >= 3
    assert call(["-C", str(applied), "guard", *own, "state/README.md", "state/hubevents.lock.json"]) == 0
    assert capsys.readouterr() == ("", "")


@needs_checkout
def test_nothing_of_this_repository_is_kept_out() -> None:
    """But for the golden files, which are plans and reports."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, check=False).stdout.decode().split("\n")
    files = [name for name in listed if name and "/golden/" not in name and (ROOT / name).is_file()] or ["README.md"]
    assert call(["-C", str(ROOT), "guard", *files]) == 0


def test_a_token_is_named_by_its_line_and_not_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = ProjectFolder(tmp_path)
    folder.write("hubevents.yaml", f"version: 1\nhubspot:\n  token: {TOKEN}\n")
    folder.write("long.txt", "x" * (1 << 20) + "\n" + "y" * ((1 << 20) - 10) + f"{TOKEN[:3]} {TOKEN}\n")
    assert call(["-C", str(tmp_path), "guard", "hubevents.yaml", "long.txt"]) == 1
    shown = capsys.readouterr().err
    assert TOKEN[8:] not in shown
    assert shown.splitlines()[::2] == ["hubevents.yaml:3: a HubSpot access token", "long.txt:2: a HubSpot access token"]


def test_sqlite_s_own_files_beside_a_state_are_kept_out(
    applied: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(applied / "state/sandbox.db", tmp_path / "renamed.bin")
    with closing(sqlite3.connect(tmp_path / "renamed.bin")) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE x (y)")
        database.commit()
        files = sorted(path.name for path in tmp_path.iterdir())
        assert files == ["renamed.bin", "renamed.bin-shm", "renamed.bin-wal"]
        assert call(["-C", str(tmp_path), "guard", *files]) == 1
    assert capsys.readouterr().err.splitlines()[::2] == [
        "renamed.bin: the state of what was applied",
        "renamed.bin-shm: SQLite's log of a state or account",
        "renamed.bin-wal: SQLite's log of a state or account",
    ]


def test_other_people_s_files_are_none_of_our_business(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as database:
        database.execute("CREATE TABLE journal (x)")
        database.commit()
    ProjectFolder(tmp_path).write("schema.json", '{"properties": {"format": {"const": "hubevents-sync/plan"}}}')
    ProjectFolder(tmp_path).write("guide.md", 'It begins with `{"format": "hubevents-sync/plan"`.\n')
    (tmp_path / "link.db").symlink_to("other.db")
    (tmp_path / "folder").mkdir()
    names = ["other.db", "schema.json", "guide.md", "link.db", "folder", "gone.txt"]
    assert call(["-C", str(tmp_path), "guard", *names]) == 0
    assert capsys.readouterr() == ("", "")


@needs_checkout
def test_the_hooks_are_of_pre_commit_s_shape() -> None:
    hooks = yaml.safe_load(HOOKS.read_text(encoding="utf-8"))
    assert [hook["id"] for hook in hooks] == ["hubevents-fmt", "hubevents-validate", "hubevents-guard"]
    for hook in hooks:
        assert {"id", "name", "description", "entry", "language"} <= set(hook)
        assert hook["language"] == "python"


@needs_checkout
@pytest.mark.parametrize("position", [0, 1, 2])
def test_the_entry_of_each_hook_passes_a_sound_repository(position: int, tmp_path: Path) -> None:
    project = Path(shutil.copytree(examples_directory() / "quickstart", tmp_path / "project"))
    (project / "other.yaml").write_text("a:   1\n", encoding="utf-8")
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)
    subprocess.run(["git", "add", "-A"], cwd=project, check=True)
    hook = yaml.safe_load(HOOKS.read_text(encoding="utf-8"))[position]
    program, *arguments = hook["entry"].split()
    assert program == "hubevents-sync"
    files = staged(project) if hook.get("pass_filenames", True) else []
    command = [sys.executable, "-m", "hubevents_sync", *arguments, *files]
    ended = subprocess.run(command, cwd=project, capture_output=True, check=False)
    assert (ended.returncode, ended.stderr.decode().count("error")) == (0, 0)
    changed = subprocess.run(["git", "diff", "--name-only"], cwd=project, capture_output=True, check=True)
    assert changed.stdout == b""
