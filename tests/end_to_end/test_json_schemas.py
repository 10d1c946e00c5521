"""Every document for programs has a schema that ``schema`` prints, and is by it."""

import json

import pytest

from hubevents_sync.cli.schema import NAMES
from hubevents_sync.resources import schemas_directory
from tests.end_to_end.conftest import Run, load_validators, require_schema
from tests.projects import ProjectFolder, build_people


@pytest.fixture
def applied(project: ProjectFolder, run: Run) -> ProjectFolder:
    project.write_event("gala", roster="gala.csv")
    project.write_roster("gala.csv", build_people(3))
    assert run("apply", "--auto-approve").code == 0
    return project


def test_every_schema_is_printed_and_listed(project: ProjectFolder, run: Run) -> None:
    assert sorted(f"{name}.schema.json" for name in NAMES) == sorted(
        file.name for file in schemas_directory().glob("*.schema.json")
    )
    for name in NAMES:
        assert json.loads(run("schema", name).out)["$id"] == f"{name}.schema.json"


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("plan", ["plan"]),
        ("report", ["apply", "--auto-approve"]),
        ("drift", ["drift", "--deep"]),
        ("refresh", ["refresh", "--yes"]),
        ("due", ["due"]),
    ],
)
def test_a_command_for_programs_writes_by_its_schema(
    applied: ProjectFolder, run: Run, name: str, arguments: list[str]
) -> None:
    document = json.loads(run(*arguments, "--format", "json").out)
    assert document["format"] == f"hubevents-sync/{name}"
    assert document["format"] in load_validators()


def test_an_import_for_programs_writes_by_its_schema(applied: ProjectFolder, run: Run) -> None:
    for file in ("events/gala.yaml", "rosters/gala.csv"):
        (applied.path / file).unlink()
    assert run("forget", "gala", "--yes").code == 0
    document = json.loads(run("import", "gala", "--format", "json").out)
    assert (document["format"], len(document["events"])) == ("hubevents-sync/import", 1)


def test_a_document_with_a_field_too_many_is_found() -> None:
    with pytest.raises(AssertionError, match="'surprise' was unexpected"):
        require_schema(
            '{"format": "hubevents-sync/refresh", "version": 1, "requests": 1, "looked_at": 0, "errors": [],'
            ' "refreshed": [], "surprise": 1}'
        )
