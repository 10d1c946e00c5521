"""The project file becomes a Project, an environment's settings put over the project's own."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from hubevents_sync.manifest.findings import FindingCollector, InvalidFiles
from hubevents_sync.manifest.project import read_project
from hubevents_sync.model.app_settings import AppSettings
from hubevents_sync.model.finding import Severity
from hubevents_sync.model.project import (
    BatchSizes,
    HubSpotSettings,
    Limits,
    OAuthReference,
    Occasion,
    Project,
    RequestBudget,
    SecretReference,
    TokenStoreKind,
    TokenStoreReference,
    Webhook,
)

WHOLE = """version: 1
account: ${ACCOUNT:-CookingCo}
timezone: Europe/Berlin
events: [events/*.yaml, more/**/*.yaml]
state: state/base.db
roster_roots: [exports]
hubspot:
  portal: ${PORTAL}
  api: 2026-03
  base_url: http://127.0.0.1:8080/
  token: ${HUBSPOT_ACCESS_TOKEN}
  requests: {per_10_seconds: 190, keep_free: 12.5%}
  batch: {events: 10, attendance: 50}
limits: {removals: 10%, contacts_created: 5000, events_cancelled: 2}
environments:
  staging:
    timezone: UTC
    hubspot: {portal: 99, token: "${STAGING_TOKEN}", requests: {keep_free: 0}}
    limits: {removals: none, contacts_created: none}
  production:
    account: $$HOME ${PRODUCTION_ACCOUNT}
    state: postgresql://db.example/hubevents
    hubspot:
      oauth: {client_id: "${ID}", client_secret: "${SECRET}", refresh_token: "${REFRESH}"}
    limits: {removals: 0.25, events_cancelled: 0}
"""


def read(
    directory: Path, text: str, *, environment: str | None = None, environ: Mapping[str, str] | None = None
) -> Project:
    (directory / "hubevents.yaml").write_text(text, encoding="utf-8")
    (directory / "exports").mkdir(exist_ok=True)
    findings = FindingCollector()
    project = read_project(directory, environment=environment, environ=environ or {"PORTAL": "7"}, findings=findings)
    assert findings.sorted() == ()
    return project


def test_the_shortest_project_has_all_defaults(tmp_path: Path) -> None:
    project = read(tmp_path, "version: 1\n")
    assert project == Project(directory=tmp_path.resolve(), roster_roots=(tmp_path.resolve(),))


def test_every_setting_is_read(tmp_path: Path) -> None:
    directory = tmp_path.resolve()
    assert read(tmp_path, WHOLE) == Project(
        directory=directory,
        account="CookingCo",
        timezone="Europe/Berlin",
        events=("events/*.yaml", "more/**/*.yaml"),
        roster_roots=(directory, directory / "exports"),
        state="state/base.db",
        hubspot=HubSpotSettings(
            portal=7,
            api="2026-03",
            base_url="http://127.0.0.1:8080",
            token=SecretReference("${HUBSPOT_ACCESS_TOKEN}"),
            requests=RequestBudget(per_10_seconds=190, keep_free=0.125),
            batch=BatchSizes(events=10, attendance=50),
        ),
        limits=Limits(removals=0.1, contacts_created=5000, events_cancelled=2),
    )


def test_an_environment_overrides_what_it_names_and_keeps_the_rest(tmp_path: Path) -> None:
    project = read(tmp_path, WHOLE, environment="staging")
    assert project.environment == "staging"
    assert project.timezone == "UTC"
    assert project.account == "CookingCo"
    assert project.hubspot.portal == 99
    assert project.hubspot.api == "2026-03"
    assert project.hubspot.token == SecretReference("${STAGING_TOKEN}")
    assert project.hubspot.requests == RequestBudget(per_10_seconds=190, keep_free=0.0)
    assert project.limits == Limits(removals=None, contacts_created=None, events_cancelled=2)


def test_an_environment_that_names_no_state_has_one_of_its_own(tmp_path: Path) -> None:
    assert read(tmp_path, WHOLE, environment="staging").state == "state/staging.db"


def test_oauth_of_an_environment_takes_the_place_of_the_projects_token(tmp_path: Path) -> None:
    environ = {"PORTAL": "7", "PRODUCTION_ACCOUNT": "${PORTAL}"}
    project = read(tmp_path, WHOLE, environment="production", environ=environ)
    assert project.hubspot.oauth == OAuthReference(
        SecretReference("${ID}"),
        SecretReference("${SECRET}"),
        SecretReference("${REFRESH}"),
        TokenStoreReference(slot="portal-7"),
    )
    assert project.hubspot.token == HubSpotSettings().token
    assert project.account == "$HOME ${PORTAL}"
    assert project.state == "postgresql://db.example/hubevents"
    assert project.limits == Limits(removals=0.25, contacts_created=5000, events_cancelled=0)


OAUTH = """\
version: 1
hubspot:
  oauth: {client_id: a, client_secret: '${B}', refresh_token: '${C}'}
environments:
  staging: {hubspot: {oauth: {client_id: b, client_secret: '${B}', token_store: keyring}}}
  mine: {hubspot: {portal: 7, oauth: {client_id: b, client_secret: '${B}', token_store: {file: keys/token.json}}}}
"""


def test_a_token_store_of_an_environment_takes_the_place_of_the_projects_refresh_token(tmp_path: Path) -> None:
    staging = read(tmp_path, OAUTH, environment="staging").hubspot.oauth
    mine = read(tmp_path, OAUTH, environment="mine").hubspot.oauth
    assert staging is not None
    assert mine is not None
    assert (staging.refresh_token, mine.refresh_token) == (None, None)
    assert staging.token_store == TokenStoreReference(TokenStoreKind.KEYRING, slot="staging")
    assert mine.token_store == TokenStoreReference(TokenStoreKind.FILE, tmp_path / "keys/token.json", "portal-7")


def test_a_variable_of_another_environment_need_not_be_set(tmp_path: Path) -> None:
    assert read(tmp_path, WHOLE, environment="staging").hubspot.portal == 99


def test_a_variable_that_is_set_to_something_else_than_is_allowed_is_refused_where_it_stands(tmp_path: Path) -> None:
    with pytest.raises(InvalidFiles) as caught:
        read(tmp_path, WHOLE, environ={"PORTAL": "seven"})
    assert [str(finding.position) for finding in caught.value.findings] == ["hubevents.yaml:8:11"]
    assert caught.value.findings[0].message == (
        'portal must be a whole number from 1 to 9007199254740991, found the text "seven"'
    )


@pytest.mark.parametrize("setting", ["environments", "hubspot", "limits"])
def test_a_variable_can_not_stand_for_a_mapping(setting: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidFiles) as caught:
        read(tmp_path, f"version: 1\n{setting}: ${{OPEN}}\n")
    expected = f'{setting} must be a mapping of names to values, found the text "${{OPEN}}"'
    assert expected in [finding.message for finding in caught.value.findings]


@pytest.mark.parametrize(
    ("environment", "message", "hint"),
    [
        ("stagin", "the project has no environment stagin; it has staging and production", "did you mean staging?"),
        ("x@y", 'the project has no environment "***@***"; it has staging and production', None),
    ],
)
def test_an_unknown_environment_is_refused_with_those_there_are(
    environment: str, message: str, hint: str | None, tmp_path: Path
) -> None:
    with pytest.raises(InvalidFiles) as caught:
        read(tmp_path, WHOLE, environment=environment)
    found = caught.value.findings[0]
    assert (str(found.position), found.message, found.hint) == ("hubevents.yaml:15:1", message, hint)


def test_an_environment_of_a_project_without_any_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidFiles) as caught:
        read(tmp_path, "version: 1\n", environment="staging")
    assert caught.value.findings[0].message == "the project has no environment staging; it has none"


def test_a_folder_without_a_project_says_how_to_begin_one(tmp_path: Path) -> None:
    with pytest.raises(InvalidFiles) as caught:
        read_project(tmp_path / "nowhere", environment=None, environ={}, findings=FindingCollector())
    found = caught.value.findings[0]
    assert str(found.position) == "hubevents.yaml:1:1"
    assert found.message == "there is no hubevents.yaml in this folder"
    assert found.hint == "begin a project with: hubevents-sync init; or name the folder of one with -C"


def test_the_shorter_suffix_is_a_project_file_too(tmp_path: Path) -> None:
    (tmp_path / "hubevents.yml").write_text("version: 1\n", encoding="utf-8")
    read_project(tmp_path, environment=None, environ={}, findings=FindingCollector())


def test_no_finding_and_no_repr_shows_a_token(tmp_path: Path) -> None:
    token = "pat-eu1-0123456789abcdef"
    text = f"version: 1\nhubspot: {{token: {token}}}\n"
    (tmp_path / "hubevents.yaml").write_text(text, encoding="utf-8")
    findings = FindingCollector()
    project = read_project(tmp_path, environment=None, environ={}, findings=findings)
    assert [finding.severity for finding in findings.sorted()] == [Severity.WARNING]
    assert token not in repr(project)
    assert token not in repr(findings.sorted())


@pytest.mark.parametrize("wrong", ["[{}]", "{{a: {}}}", "\n    - {}"])
def test_no_finding_shows_a_token_of_the_wrong_shape(wrong: str, tmp_path: Path) -> None:
    token = "pat-eu1-0123456789abcdef"
    text = f"version: 1\nhubspot:\n  token: {wrong.format(token)}\n"
    (tmp_path / "hubevents.yaml").write_text(text, encoding="utf-8")
    findings = FindingCollector()
    with pytest.raises(InvalidFiles):
        read_project(tmp_path, environment=None, environ={}, findings=findings)
    assert token not in repr(findings.sorted())


def test_settings_and_webhook_are_put_together_from_project_and_environment(tmp_path: Path) -> None:
    text = (
        "version: 1\nsettings: {appId: 4711, eventDetailsUrl: 'https://a.example/%s'}\n"
        "webhook: {url: 'https://ops.example/${HOOK}', secret: '${SECRET}'}\n"
        "environments:\n  staging:\n    settings: {eventDetailsUrl: 'https://b.example/%s'}\n"
        "    webhook: {events: [due]}\n"
    )
    url, secret = SecretReference("https://ops.example/${HOOK}"), SecretReference("${SECRET}")
    own = read(tmp_path, text)
    assert own.settings == AppSettings(4711, "https://a.example/%s")
    assert own.webhook == Webhook(url, secret)
    staging = read(tmp_path, text, environment="staging")
    assert staging.settings == AppSettings(4711, "https://b.example/%s")
    assert staging.webhook == Webhook(url, secret, frozenset({Occasion.DUE}))
    assert "HOOK" not in repr(own)


def find_fault(folder: Path) -> tuple[str, str | None]:
    with pytest.raises(InvalidFiles) as caught:
        read_project(folder, environment=None, environ={}, findings=FindingCollector())
    (finding,) = caught.value.findings
    return finding.message, finding.hint


def test_a_project_above_the_folder_is_pointed_at(tmp_path: Path) -> None:
    project = tmp_path / "launch"
    folder = project / "events" / "may"
    folder.mkdir(parents=True)
    assert find_fault(folder)[1] == ("begin a project with: hubevents-sync init; or name the folder of one with -C")
    (project / "hubevents.yml").write_text("version: 1\n", encoding="utf-8")
    assert find_fault(folder) == (
        "there is no hubevents.yaml in this folder",
        "there is one in launch, above this folder: hubevents-sync -C ../..",
    )


def test_a_project_file_that_is_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "hubevents.yaml")
    assert find_fault(tmp_path) == ("hubevents.yaml is no file, but a folder, a pipe or a device", None)
