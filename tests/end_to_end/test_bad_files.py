"""Bad files are refused with file, line and column, without a traceback, and in one go."""

import re

import pytest

from tests.bad_files import BAD_PROJECTS, GOOD_FILES
from tests.end_to_end.conftest import Run
from tests.projects import ProjectFolder

PLACE = re.compile(r"^(?P<place>[^:\n]+:\d+:\d+): error: .+ \[(?P<rule>[a-z0-9-]+)\]$", re.MULTILINE)


def write(project: ProjectFolder, kind: str) -> None:
    """The good files, with the bad ones of *kind* over them."""
    for name, content in {**GOOD_FILES, **BAD_PROJECTS[kind].files}.items():
        file = project.write(name, "")
        file.write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.mark.parametrize("kind", BAD_PROJECTS)
def test_a_bad_file_is_refused_at_its_place(project: ProjectFolder, run: Run, kind: str) -> None:
    write(project, kind)
    ended = run("validate")
    found = [match["place"] for match in PLACE.finditer(ended.out)]
    assert ended.code == 1
    assert BAD_PROJECTS[kind].place in found, ended.out
    assert "Traceback" not in ended.out + ended.err
    assert ended.err == ""


def test_a_byte_order_mark_and_windows_line_ends_are_fine(project: ProjectFolder, run: Run) -> None:
    for name, content in GOOD_FILES.items():
        project.write(name, "").write_bytes(b"\xef\xbb\xbf" + content.replace("\n", "\r\n").encode())
    ended = run("validate")
    assert (ended.code, ended.out) == (0, "ok: 1 event and 1 person read, nothing wrong\n")
