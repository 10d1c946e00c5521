"""A first project validates, plans and applies as it stands, and init overwrites nothing."""

import json

from jsonschema import Draft202012Validator

from hubevents_sync.resources import schemas_directory
from tests.end_to_end.conftest import Run
from tests.projects import ProjectFolder, hash_tree


def test_a_first_project_validates_plans_and_applies_as_it_stands(project: ProjectFolder, run: Run) -> None:
    (project.path / "hubevents.yaml").unlink()
    assert run("init", "--account", "Acme").code == 0
    assert run("validate").out == "ok: 1 event and 2 people read, nothing wrong\n"
    planned = run("plan", "--format", "json")
    schema = json.loads((schemas_directory() / "plan.schema.json").read_text())
    Draft202012Validator(schema).validate(json.loads(planned.out))
    assert run("apply", "--sandbox", "--auto-approve").code == 0
    assert run("plan", "--sandbox", "--detailed-exitcode").code == 0


def test_the_editor_lines_of_a_first_project_lead_to_its_schemas(project: ProjectFolder, run: Run) -> None:
    (project.path / "hubevents.yaml").unlink()
    assert run("init").code == 0
    for name in ("hubevents.yaml", "events/first-event.yaml"):
        file = project.path / name
        head, _, reference = file.read_text().partition("\n")[0].partition("$schema=")
        assert head == "# yaml-language-server: "
        assert (file.parent / reference).resolve().parent == (project.path / "schemas").resolve()
        assert (file.parent / reference).is_file()


def test_init_overwrites_nothing(project: ProjectFolder, run: Run) -> None:
    before = hash_tree(project.path)
    refused = run("init")
    assert refused.code == 64
    assert "has a project already: hubevents.yaml" in refused.err
    assert hash_tree(project.path) == before


def test_init_leaves_a_gitignore_as_it_is(project: ProjectFolder, run: Run) -> None:
    (project.path / "hubevents.yaml").unlink()
    project.write(".gitignore", "mine\n")
    done = run("init")
    assert done.code == 0
    assert "left  .gitignore as it is" in done.out
    assert (project.path / ".gitignore").read_text() == "mine\n"
