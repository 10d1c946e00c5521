"""Imported events get files of their own, named like the events, whatever these are called."""

from pathlib import Path

import pytest

from hubevents_sync.engine.imports.import_files import choose_files, write_new
from hubevents_sync.errors import ConfigurationError, UsageError
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.project import Project


def name_files(folder: Path, *keys: EventKey) -> list[str]:
    chosen = choose_files(Project(folder), folder, keys)
    return [files.event.name for files in chosen.values()]


def test_names_are_those_of_the_events_and_no_two_are_the_same(tmp_path: Path) -> None:
    keys = [
        EventKey("A", "gala"),
        EventKey("B", "gala"),
        EventKey("B", "Gala"),
        EventKey("B", "gala!"),
        EventKey("C", "B-gala"),
    ]
    assert name_files(tmp_path, *keys) == [
        "gala.yaml",
        "B-gala.yaml",
        "B-Gala-2.yaml",
        "B-gala-3.yaml",
        "C-B-gala.yaml",
    ]


@pytest.mark.parametrize(
    ("event_id", "name"),
    [
        ("../../etc/passwd", "etc-passwd.yaml"),
        ("a/b c#d", "a-b-c-d.yaml"),
        ("...", "event.yaml"),
        (".hidden", "hidden.yaml"),
        ("x" * 200, "x" * 80 + ".yaml"),
        ("日本", "event.yaml"),
    ],
)
def test_an_id_cannot_lead_out_of_the_folder(tmp_path: Path, event_id: str, name: str) -> None:
    assert name_files(tmp_path, EventKey("A", event_id)) == [name]


def test_a_folder_that_a_link_leads_out_of_the_project_is_refused(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "link").symlink_to(tmp_path)
    with pytest.raises(UsageError, match="is not in the project's folder"):
        choose_files(Project(project), project / "link", [EventKey("A", "gala")])


def test_a_dangling_link_is_there_already(tmp_path: Path) -> None:
    (tmp_path / "events").mkdir()
    (tmp_path / "events/gala.yaml").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="there already: events/gala"):
        name_files(tmp_path, EventKey("A", "gala"))


def test_what_turned_up_in_between_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("mine")
    with pytest.raises(ConfigurationError, match="file exists"):
        write_new(tmp_path / "x.csv", "theirs")
    assert (tmp_path / "x.csv").read_text() == "mine"
