"""Rosters are found where the file system has them, though a folder is looked up only once."""

import os
from pathlib import Path, PurePath

import pytest

from hubevents_sync.manifest.locate import MOST_COMPARED, RosterLocator
from hubevents_sync.manifest.source import Source
from hubevents_sync.model.project import Project

NAMES = (
    "../rosters/a.csv",
    "../rosters/../rosters/./a.csv",
    "../rosters//a.csv",
    "../rosters/link.csv",
    "../rosters/loop.csv",
    "../rosters/away.csv",
    "../rosters/none.csv",
    "../rosters/none/a.csv",
    "../rosters/a.csv/b.csv",
    "../rosters",
    "../linked/a.csv",
    "../linked/../a.csv",
    "../linked-away/b.csv",
    "../../elsewhere/b.csv",
    "../../elsewhere",
    "../../project-two/a.csv",
    "..",
    "../..",
    ".",
    "",
    "/etc/passwd",
    "//etc/passwd",
    "/",
    f"../rosters/{'a' * 300}.csv",
    "../rosters/a.txt",
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with links of all kinds in it, that shares its folder with another and has a root beside it."""
    directory = tmp_path.resolve() / "project"
    for folder in ("project/rosters", "project/events", "elsewhere", "away", "project-two"):
        (directory.parent / folder).mkdir(parents=True)
    for file in (
        "project/rosters/a.csv",
        "project/rosters/a.txt",
        "elsewhere/b.csv",
        "away/b.csv",
        "project-two/a.csv",
    ):
        (directory.parent / file).touch()
    (directory / "rosters/link.csv").symlink_to("a.csv")
    (directory / "rosters/loop.csv").symlink_to("loop.csv")
    (directory / "rosters/away.csv").symlink_to(directory.parent / "away/b.csv")
    (directory / "linked").symlink_to("rosters")
    (directory / "linked-away").symlink_to(directory.parent / "away")
    return Project(directory, roster_roots=(directory, directory.parent / "elsewhere"))


@pytest.mark.parametrize("name", NAMES)
def test_a_roster_lies_where_the_file_system_says(project: Project, name: str) -> None:
    locator = RosterLocator(project)
    for folder in ("events", "events/deep"):
        source = Source(project.directory / folder / "a.yaml", f"{folder}/a.yaml")
        for located in (locator.locate(name, source), locator.locate(name, source)):
            path = os.path.normpath(source.path.parent / name)
            real = os.path.realpath(path)
            assert (located.path, located.real) == (Path(path), real)
            assert located.file == PurePath(os.path.relpath(path, project.directory)).as_posix()
            is_inside = any(PurePath(real).is_relative_to(os.path.realpath(root)) for root in project.roster_roots)
            is_file = os.path.isfile(real)  # noqa: PTH113  Path.is_file raises for a name that is too long
            assert (located.fault is None) is (is_inside and is_file and path.endswith(".csv"))
            assert (located.fault is not None and located.fault[0].id == "roster-outside") is not is_inside


def test_what_is_wrong_with_a_roster_is_said_by_what_matters_most(project: Project) -> None:
    locator, source = RosterLocator(project), Source(project.directory / "events/a.yaml", "events/a.yaml")
    faults = {name: fault[0].id for name in NAMES if (fault := locator.locate(name, source).fault)}
    assert [name for name in NAMES if name not in faults] == [
        "../rosters/a.csv",
        "../rosters/../rosters/./a.csv",
        "../rosters//a.csv",
        "../rosters/link.csv",
        "../linked/a.csv",
        "../../elsewhere/b.csv",
    ]
    assert {name for name in faults if faults[name] == "missing-roster"} == {
        "../rosters/loop.csv",
        "../rosters/none.csv",
        "../rosters/none/a.csv",
        "../rosters/a.csv/b.csv",
        "../linked/../a.csv",
        f"../rosters/{'a' * 300}.csv",
    }


def test_a_file_with_a_name_like_it_is_named_until_that_takes_too_long(tmp_path: Path) -> None:
    for number in range(999):
        (tmp_path / f"{'z' * 99}{number}.csv").touch()
    (tmp_path / "launch.csv").touch()
    locator = RosterLocator(Project(tmp_path.resolve()))
    source = Source(tmp_path.resolve() / "a.yaml", "a.yaml")
    faults = [locator.locate("lunch.csv", source).fault for _ in range(MOST_COMPARED // 1000 + 1)]
    hints = [fault[2] for fault in faults if fault]
    assert set(hints[:-1]) == {"did you mean launch.csv?"}
    assert hints[-1] == "a roster's path begins at the folder of the event file"
