"""A variable needs no quotes in the project file, wherever it stands."""

from pathlib import Path

import pytest

from hubevents_sync.manifest.findings import FindingCollector, InvalidFiles
from hubevents_sync.manifest.project import read_project
from hubevents_sync.model.finding import Position
from hubevents_sync.model.project import Project, SecretReference

# As the documentation of the format has it: every setting, variables in flow style among them.
FULL = """\
version: 1
account: CookingCo
timezone: Europe/Berlin
events: [events/*.yaml]
state: state/hubevents.db
hubspot:
  portal: 12345678
  api: v3
  base_url: https://api.hubapi.com
  token: ${HUBSPOT_ACCESS_TOKEN}
  requests: {per_10_seconds: 100, keep_free: 20%}
  batch: {events: 100, attendance: 100}
limits: {removals: 10%, contacts_created: 5000}
environments:
  staging: {state: state/staging.db, hubspot: {portal: 99, token: ${STAGING_TOKEN}}}
"""


def read(folder: Path, text: str, *, environment: str | None = None, environ: dict[str, str] | None = None) -> Project:
    """The project whose file is *text*."""
    (folder / "hubevents.yaml").write_text(text, encoding="utf-8")
    return read_project(folder, environment=environment, environ=environ or {}, findings=FindingCollector())


def test_a_token_in_flow_style_is_a_reference_like_any_other(tmp_path: Path) -> None:
    project = read(tmp_path, FULL, environment="staging")
    assert project.hubspot.token == SecretReference("${STAGING_TOKEN}")
    assert (project.hubspot.portal, project.state) == (99, "state/staging.db")
    assert read(tmp_path, FULL).hubspot.token == SecretReference("${HUBSPOT_ACCESS_TOKEN}")


def test_variables_in_flow_style_are_looked_up_and_typed(tmp_path: Path) -> None:
    flow = "hubspot: {portal: ${PORTAL}, api: v3}, events: [${DIR}/*.yaml]"
    text = f"{{version: 1, account: ${{ACCOUNT:-Cooking Co}}, {flow}}}\n"
    (tmp_path / "mine").mkdir()
    project = read(tmp_path, text, environ={"PORTAL": "7", "DIR": "mine"})
    assert (project.account, project.hubspot.portal, project.events) == ("Cooking Co", 7, ("mine/*.yaml",))


def test_positions_are_those_of_the_file_as_it_is_written(tmp_path: Path) -> None:
    with pytest.raises(InvalidFiles) as caught:
        read(tmp_path, "version: 1\nhubspot: {token: ${A}, portal: ${NOT_SET}, apy: v3}\n")
    places = {finding.rule: finding.position for finding in caught.value.findings}
    assert places == {
        "unset-variable": Position("hubevents.yaml", 2, 32),
        "unknown-field": Position("hubevents.yaml", 2, 44),
    }


def test_a_literal_dollar_and_quoted_variables_are_as_ever(tmp_path: Path) -> None:
    project = read(
        tmp_path,
        "version: 1\naccount: \"${NAME} $${x}\"\ntimezone: '${ZONE}' # ${COMMENT}\n",
        environ={"NAME": "A", "ZONE": "UTC"},
    )
    assert (project.account, project.timezone) == ("A ${x}", "UTC")
