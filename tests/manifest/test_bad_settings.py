"""A setting that makes no sense is found where it stands, and no secret is shown."""

from collections.abc import Callable, Mapping

import pytest

FindingsOf = Callable[[Mapping[str, str | bytes]], list[str]]
EVENT = """events:
  - externalEventId: e1
    eventName: Cooking
    eventOrganizer: Joe
    startDateTime: 2026-05-01T09:00Z
    endDateTime: 2026-05-01T17:00Z
"""


def event(extra: str) -> dict[str, str | bytes]:
    """An event file whose only event has the lines *extra* too; they begin at line 7."""
    return {"events/a.yaml": EVENT + "".join(f"    {line}\n" for line in extra.splitlines())}


def project(text: str) -> dict[str, str | bytes]:
    """A project file, and an event file without events."""
    return {"hubevents.yaml": text, "events/a.yaml": "events: []\n"}


VERSION = "version: 1\n"

CASES: dict[str, tuple[Mapping[str, str | bytes], list[str]]] = {
    "an_unknown_time_zone": (
        project(VERSION + "timezone: Berlin\n"),
        ['hubevents.yaml:2:11: error: there is no time zone "Berlin" [unknown-timezone]'],
    ),
    "a_time_zone_that_is_a_folder": (
        project(VERSION + "timezone: Europe\n"),
        ['hubevents.yaml:2:11: error: there is no time zone "Europe" [unknown-timezone]'],
    ),
    "a_time_zone_that_is_a_path": (
        project(VERSION + "timezone: ../../etc/passwd\n"),
        ['hubevents.yaml:2:11: error: there is no time zone "../../etc/passwd" [unknown-timezone]'],
    ),
    "plain_http": (
        project(VERSION + "hubspot: {base_url: 'http://api.hubapi.com'}\n"),
        [
            "hubevents.yaml:2:21: error: base_url is http to api.hubapi.com: the token would cross the"
            " network in the clear [plain-http]"
        ],
    ),
    "plain_http_to_a_host_named_like_this_machine": (
        project(VERSION + "hubspot: {base_url: 'http://127.0.0.1.evil.example'}\n"),
        [
            "hubevents.yaml:2:21: error: base_url is http to 127.0.0.1.evil.example: the token would"
            " cross the network in the clear [plain-http]"
        ],
    ),
    "a_base_url_without_a_host": (
        project(VERSION + "hubspot: {base_url: 'https://'}\n"),
        ["hubevents.yaml:2:21: error: base_url names no host [bad-url]"],
    ),
    "a_base_url_with_a_user": (
        project(VERSION + "hubspot: {base_url: 'https://me:pw@api.hubapi.com'}\n"),
        [
            "hubevents.yaml:2:21: error: base_url must be a host and perhaps a path, no user, query or"
            " fragment [bad-url]"
        ],
    ),
    "a_base_url_of_another_scheme": (
        project(VERSION + "hubspot: {base_url: api.hubapi.com}\n"),
        [
            "hubevents.yaml:2:21: error: base_url must be a URL that begins with https:// (or with"
            ' http:// on this machine), found the text "api.hubapi.com" [not-allowed]'
        ],
    ),
    "a_literal_token": (
        project(VERSION + "hubspot: {token: pat-eu1-1234}\n"),
        ["hubevents.yaml:2:18: warning: hubspot.token stands in the file itself [literal-secret]"],
    ),
    "literal_oauth_secrets": (
        project(VERSION + "hubspot:\n  oauth: {client_id: a, client_secret: b, refresh_token: c}\n"),
        [
            "hubevents.yaml:3:40: warning: hubspot.oauth.client_secret stands in the file itself [literal-secret]",
            "hubevents.yaml:3:58: warning: hubspot.oauth.refresh_token stands in the file itself [literal-secret]",
        ],
    ),
    "half_of_oauth": (
        project(VERSION + "hubspot:\n  oauth: {client_id: '${A}'}\n"),
        [
            "hubevents.yaml:3:10: error: oauth lacks client_secret [missing-field]",
        ],
    ),
    "a_refresh_token_and_a_store": (
        project(
            VERSION
            + "hubspot:\n  oauth:\n"
            + "    {client_id: '${A}', client_secret: '${B}', refresh_token: '${C}', token_store: file}\n"
        ),
        [
            "hubevents.yaml:4:71: error: refresh_token and token_store stand side by side [refresh-token-and-store]",
        ],
    ),
    "a_token_and_oauth": (
        project(
            VERSION
            + "hubspot:\n  token: ${T}\n  oauth: {client_id: '${A}', client_secret: '${B}', refresh_token: '${C}'}\n"
        ),
        ["hubevents.yaml:4:3: error: token and oauth stand side by side [token-and-oauth]"],
    ),
    "a_token_that_is_a_list": (
        project(VERSION + "hubspot: {token: [pat-eu1-1234]}\n"),
        ["hubevents.yaml:2:18: error: token must be text, found a list [wrong-type]"],
    ),
    "an_unset_variable": (
        project(VERSION + "account: ${ACCOUNT}\n"),
        ["hubevents.yaml:2:10: error: the environment variable ACCOUNT is not set [unset-variable]"],
    ),
    "two_unset_variables": (
        project(VERSION + "account: ${A}-${B}\n"),
        ["hubevents.yaml:2:10: error: the environment variables A and B are not set [unset-variable]"],
    ),
    "a_variable_without_a_name": (
        project(VERSION + "account: a-${}\n"),
        ["hubevents.yaml:2:10: error: ${ is not followed by the name of an environment variable and } [bad-variable]"],
    ),
    "a_variable_that_never_closes_in_a_token": (
        project(VERSION + "hubspot: {token: '${TOKEN'}\n"),
        ["hubevents.yaml:2:18: error: ${ is not followed by the name of an environment variable and } [bad-variable]"],
    ),
    "a_pattern_that_leads_outside": (
        project(VERSION + "events: [../*.yaml]\n"),
        ['hubevents.yaml:2:10: error: the pattern "../*.yaml" leads out of the project\'s folder [pattern-outside]'],
    ),
    "a_pattern_with_a_backslash": (
        project(VERSION + "events: ['events\\*.yaml']\n"),
        ['hubevents.yaml:2:10: error: the pattern "events\\*.yaml" has a backslash [pattern-outside]'],
    ),
    "a_pattern_that_is_no_list": (
        project(VERSION + "events: events/*.yaml\n"),
        ['hubevents.yaml:2:9: error: events must be a list, found the text "events/*.yaml" [wrong-type]'],
    ),
    "no_patterns": (
        project(VERSION + "events: []\n"),
        ["hubevents.yaml:2:9: error: events must not be empty [length]"],
    ),
    "a_pattern_that_matches_nothing": (
        project(VERSION + "events: [event/*.yaml]\n"),
        ['hubevents.yaml:2:10: error: no file matches "event/*.yaml" [no-event-files]'],
    ),
    "one_of_two_patterns_that_matches_nothing": (
        project(VERSION + "events: [events/*.yaml, more/*.yaml]\n"),
        ['hubevents.yaml:2:25: warning: no file matches "more/*.yaml" [unmatched-pattern]'],
    ),
    "two_environments_with_one_state": (
        project(VERSION + "environments:\n  a: {state: s.db}\n  b: {state: ./s.db}\n"),
        ["hubevents.yaml:4:7: error: the environment b would share its state with the environment a [shared-state]"],
    ),
    "an_environment_with_the_projects_state": (
        project(VERSION + "environments:\n  a: {state: state/hubevents.db}\n"),
        [
            "hubevents.yaml:3:7: error: the environment a would share its state with the project's own"
            " settings [shared-state]"
        ],
    ),
    "an_environment_called_like_the_projects_state": (
        project(VERSION + "environments:\n  hubevents: {}\n"),
        [
            "hubevents.yaml:3:3: error: the environment hubevents would share its state with the"
            " project's own settings [shared-state]"
        ],
    ),
    "a_roster_folder_that_is_missing": (
        project(VERSION + "roster_roots: [../exprots]\n"),
        ["hubevents.yaml:2:15: warning: the roster folder exprots is not there [missing-folder]"],
    ),
    "an_account_with_a_space_at_its_end": (
        project(VERSION + "account: 'a '\n"),
        ["hubevents.yaml:2:10: error: account must not begin or end with a space [bad-id]"],
    ),
    "two_project_files": (
        {**project(VERSION), "hubevents.yml": VERSION},
        ["hubevents.yaml:1:1: error: there are two project files: hubevents.yaml and hubevents.yml [no-project]"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_fault_is_found_where_it_stands(case: str, findings_of: FindingsOf) -> None:
    files, expected = CASES[case]
    assert findings_of(files) == expected
