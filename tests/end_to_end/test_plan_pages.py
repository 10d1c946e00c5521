"""Plans and reports as markdown and as a page, through the command line."""

from pathlib import Path

import pytest

from hubevents_sync.cli.options import max_bytes_option
from hubevents_sync.render.comment import LEAST_BYTES, MOST_BYTES
from tests.end_to_end.conftest import Run
from tests.projects import ProjectFolder, build_people, hash_tree

COMMENT = "<!-- hubevents-sync plan environment= digest="
PAGE = '<meta name="generator" content="hubevents-sync plan">'


@pytest.fixture
def gala(project: ProjectFolder) -> ProjectFolder:
    """A project with one event of three people."""
    project.write_event("gala", roster="gala.csv")
    project.write_roster("gala.csv", build_people(3))
    return project


def test_a_plan_is_written_as_markdown_and_as_a_page(gala: ProjectFolder, run: Run) -> None:
    comment, page = run("plan", "--format", "markdown"), run("plan", "--format", "html")
    assert (comment.code, page.code, comment.err, page.err) == (0, 0, "", "")
    assert comment.out.startswith(COMMENT)
    assert "<td><code>gala</code>" in comment.out
    assert page.out.startswith("<!doctype html>\n")
    assert PAGE in page.out


def test_both_can_be_had_beside_the_text_from_one_plan(gala: ProjectFolder, run: Run, tmp_path: Path) -> None:
    comment, page = tmp_path / "plan.md", tmp_path / "plan.html"
    ended = run("plan", "--markdown", str(comment), "--html", str(page), "--detailed-exitcode")
    assert ended.code == 2
    assert ended.out.startswith("Plan: create 1 event, send 3 rows.\n")
    assert comment.read_text(encoding="utf-8") == run("plan", "--format", "markdown").out
    assert PAGE in page.read_text(encoding="utf-8")


def test_a_plan_writes_the_named_files_and_nothing_else(gala: ProjectFolder, run: Run, tmp_path: Path) -> None:
    before = hash_tree(gala.path)
    assert run("plan", "--markdown", str(tmp_path / "plan.md")).code == 0
    assert hash_tree(gala.path) == before


def test_a_file_that_is_something_else_is_not_replaced(gala: ProjectFolder, run: Run) -> None:
    roster = gala.path / "rosters" / "gala.csv"
    before = roster.read_bytes()
    ended = run("plan", "--html", str(roster))
    assert ended.code == 64
    assert ended.err == (
        f"error: --html: {roster} is there already, and is not what --html writes\n"
        "hint: name another file; nothing was changed or sent\n"
    )
    assert roster.read_bytes() == before


def test_one_file_for_both_is_a_mistake(gala: ProjectFolder, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "plan"
    ended = run("plan", "--markdown", str(file), "--html", str(file))
    assert ended.code == 64
    assert ended.err == f"error: --markdown and --html are the same file: {file}\nhint: name two files\n"
    assert not file.exists()


def test_a_plan_over_a_limit_is_still_written(gala: ProjectFolder, run: Run, tmp_path: Path) -> None:
    gala.write_settings("limits: {contacts_created: 2}")
    file = tmp_path / "plan.md"
    ended = run("plan", "--markdown", str(file))
    assert ended.code == 6
    assert "send 3 rows" in file.read_text(encoding="utf-8")


def test_the_budget_has_a_floor_and_a_default(gala: ProjectFolder, run: Run) -> None:
    ended = run("plan", "--format", "markdown", "--max-bytes", "15999")
    assert ended.code == 64
    assert "15999 is not in the range x>=16000" in ended.err
    assert len(run("plan", "--format", "markdown", "--max-bytes", "16000").out.encode()) <= 16_000


def test_the_flags_numbers_are_those_of_the_renderer() -> None:
    @max_bytes_option
    def command() -> None:
        """Has the flag."""

    (flag,) = command.__click_params__  # type: ignore[attr-defined]  # click's way of telling
    assert (flag.type.min, flag.default) == (LEAST_BYTES, MOST_BYTES)


def test_an_apply_writes_its_report_as_markdown_and_its_plan_to_stderr(gala: ProjectFolder, run: Run) -> None:
    ended = run("apply", "--auto-approve", "--format", "markdown")
    assert ended.code == 0
    assert ended.out.startswith("<!-- hubevents-sync report run=")
    assert "<p><b>Done: 1 event created or updated; 3 rows: 3 confirmed.</b></p>" in ended.out
    assert "Plan: create 1 event, send 3 rows.\n" in ended.err
    again = run("apply", "--auto-approve", "--format", "markdown")
    assert (again.code, again.out.splitlines()[-1]) == (0, "<p><b>Nothing was to be done.</b></p>")
