"""Forges know files by their path from the repository's root."""

from pathlib import Path

from hubevents_sync.engine.files.repository import find_repository, locate_in_repository


def test_a_project_is_named_from_the_root_of_its_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    project = tmp_path / "marketing" / "eu"
    project.mkdir(parents=True)
    assert find_repository(project) == tmp_path.resolve()
    assert locate_in_repository(project, project) == "marketing/eu"
    assert locate_in_repository(tmp_path, Path("/")) == ""


def test_a_linked_work_tree_has_a_file_called_git(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: elsewhere\n", encoding="utf-8")
    (tmp_path / "eu").mkdir()
    assert locate_in_repository(tmp_path / "eu", Path("/")) == "eu"


def test_without_a_repository_a_project_is_named_from_the_working_directory(tmp_path: Path) -> None:
    (tmp_path / "eu").mkdir()
    assert find_repository(tmp_path) is None, "the tests run inside of a repository"
    assert locate_in_repository(tmp_path / "eu", tmp_path) == "eu"
    assert locate_in_repository(tmp_path, tmp_path / "eu") == ".."


def test_a_link_to_a_project_names_where_the_project_really_is(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "eu").mkdir()
    (tmp_path / "link").symlink_to("eu")
    assert locate_in_repository(tmp_path / "link", Path("/")) == "eu"
