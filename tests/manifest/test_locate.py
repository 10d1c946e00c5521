"""A roster is a file: what else stands at its path is named."""

import os
from pathlib import Path

import pytest

from hubevents_sync.manifest.locate import RosterLocator
from hubevents_sync.manifest.source import Source
from hubevents_sync.model.project import Project


@pytest.mark.parametrize(
    ("make", "message", "hint"),
    [
        (Path.mkdir, 'the roster "people.csv" is a folder', "name a file in it; a list of several is fine"),
        (
            os.mkfifo,
            'the roster "people.csv" is no file, but a pipe or a device',
            "write what comes from it to a file: a roster is read more than once, and has to say the same again",
        ),
        (
            lambda _: None,
            'there is no roster "people.csv"',
            "a roster's path begins at the folder of the event file",
        ),
    ],
    ids=["folder", "pipe", "nothing"],
)
def test_what_is_no_file_is_named(tmp_path: Path, make: object, message: str, hint: str) -> None:
    assert callable(make)
    make(tmp_path / "people.csv")
    found = RosterLocator(Project(tmp_path)).locate("people.csv", Source(tmp_path / "all.yaml", "all.yaml"))
    assert found.fault is not None
    assert found.fault[1:] == (message, hint)
